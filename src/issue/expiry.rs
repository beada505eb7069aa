//! When links end by themselves: so many days after they were issued, by the round's rules, and with the round at latest.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::store::round::Round;
use crate::store::tally::Kind;

/// Days that links of each kind are good for, the day of issue not counted; none: until the round closes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkDays {
    /// Posters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poster: Option<u16>,
    /// Tickets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u16>,
    /// Invitations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<u16>,
    /// Tablets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<u16>,
    /// Paper forms, those in the place of tickets, too: the last day on which a sheet is keyed in for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<u16>,
}

impl LinkDays {
    /// Most days.
    pub const MAX: u16 = 400;

    /// True where every link lives as long as its round.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every number is between 1 and [`Self::MAX`].
    #[must_use]
    pub fn are_possible(&self) -> bool {
        let all = [self.poster, self.ticket, self.invitation, self.kiosk, self.paper];
        all.into_iter().flatten().all(|days| (1..=Self::MAX).contains(&days))
    }

    /// Of a round's rules; those of a newer binary end as rules that say nothing do.
    #[must_use]
    pub fn of(round: &Round) -> Self {
        #[derive(Deserialize)]
        struct Rule {
            #[serde(default)]
            link_days: LinkDays,
        }
        serde_json::from_str::<Rule>(&round.rules).map(|rule| rule.link_days).unwrap_or_default()
    }

    /// The last moment of a link that is issued `now`: the end of a day in Vietnam, as paper names days.
    #[must_use]
    pub fn end(&self, kind: Kind, now: Millis) -> Option<Millis> {
        let days = match kind {
            Kind::Poster => self.poster,
            Kind::Ticket => self.ticket,
            Kind::Invitation => self.invitation,
            Kind::Kiosk => self.kiosk,
            Kind::Paper | Kind::DrawnPaper => self.paper,
        }?;
        let midnight = (now.vietnam_day_number() + i64::from(days) + 1) * DAY_MS - 7 * HOUR_MS;
        Some(Millis(midnight - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_ends_with_a_day_in_vietnam_and_each_kind_by_its_own_rule() {
        let days = LinkDays { ticket: Some(30), paper: Some(1), ..LinkDays::default() };
        for issued in ["2026-11-24T00:00", "2026-11-24T12:30", "2026-11-24T23:59"] {
            let now = Millis::parse(issued).unwrap();
            let end = days.end(Kind::Ticket, now).unwrap();
            assert_eq!(end.plus(1), Millis::parse("2026-12-25T00:00").unwrap(), "{issued}");
            assert_eq!(end.vietnam_day().to_string(), "2026-12-24");
            for kind in [Kind::Paper, Kind::DrawnPaper] {
                assert_eq!(days.end(kind, now).unwrap().vietnam_day().to_string(), "2026-11-25");
            }
            for kind in [Kind::Poster, Kind::Invitation, Kind::Kiosk] {
                assert_eq!(days.end(kind, now), None);
            }
        }
        assert!(days.are_possible() && !days.are_none() && LinkDays::default().are_none());
        for wrong in [0, LinkDays::MAX + 1] {
            assert!(!LinkDays { kiosk: Some(wrong), ..days }.are_possible());
        }
    }
}
