//! Where to look: units and counters whose tickets, answers or silence stand out, and what people told who were called back.

use super::sheets::CountRow;
use crate::round::Indicator;
use crate::web::number;
use crate::web::text::{Arg, Lang, key};

/// One figure that stands out.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// The counter's code; none: the whole unit.
    pub counter: Option<&'a str>,
    /// The clerk's number in his unit; none: no clerk.
    pub clerk: Option<u32>,
    /// What was compared.
    pub indicator: Indicator,
    /// Above the others.
    pub above: bool,
    /// Silent tickets, and how many tenths of their holders would have to be dissatisfied (−1 nobody, 11 more than all).
    pub hidden: Option<(u64, i32)>,
}

/// What was heard of one unit; a share with its interval, or why none is shown.
#[derive(Debug, Clone, Copy)]
pub struct Called<'a> {
    /// The unit's name.
    pub unit: &'a str,
    /// Dossiers drawn.
    pub drawn: u64,
    /// A link was given; answered without another; an official stood beside: people, share with its ends.
    pub shares: [(u64, Option<[f64; 3]>); 3],
}

/// Sentences: what was compared, on which side of the others; and the silent, where they are told.
pub(super) fn look_line(lang: Lang, look: &Look<'_>) -> String {
    let what = lang.say(match look.indicator {
        Indicator::Printed => key::LOOK_PRINTED,
        Indicator::Answered => key::LOOK_ANSWERED,
        Indicator::Withdrawn => key::LOOK_WITHDRAWN,
        Indicator::BadDays => key::LOOK_BAD_DAYS,
        Indicator::Delay => key::LOOK_DELAY,
        Indicator::Given => key::LOOK_GIVEN,
        Indicator::Late => key::LOOK_LATE,
        Indicator::LateNoSlip => key::LOOK_LATE_NO_SLIP,
    });
    let unit = ("unit", Arg::Text(look.unit));
    let place = match (look.counter, look.clerk) {
        (Some(counter), _) => {
            lang.tell(key::LOOK_COUNTER, &[unit, ("counter", Arg::Text(counter))])
        }
        (None, Some(clerk)) => {
            let clerk = clerk.to_string();
            lang.tell(key::LOOK_CLERK, &[unit, ("clerk", Arg::Text(&clerk))])
        }
        (None, None) => look.unit.to_owned(),
    };
    let of = [("place", Arg::Text(&place)), ("what", Arg::Text(&what))];
    let line = lang.tell(if look.above { key::LOOK_ABOVE } else { key::LOOK_BELOW }, &of);
    match look.hidden {
        None => line,
        Some((silent, tenths)) => format!("{line} {}", silent_words(lang, silent, tenths)),
    }
}

fn silent_words(lang: Lang, silent: u64, tenths: i32) -> String {
    let count = number::count(lang, silent);
    let of = [("silent", Arg::Text(&count))];
    match u64::try_from(tenths) {
        Err(_) => lang.tell(key::SILENT_NONE, &of),
        Ok(11..) => lang.tell(key::SILENT_ALL, &of),
        Ok(tenths) => {
            let tenths = number::count(lang, tenths);
            let of = [("tenths", Arg::Text(&tenths)), ("silent", Arg::Text(&count))];
            lang.tell(key::SILENT_SHARE, &of)
        }
    }
}

/// Drawn, and each share with its interval and people.
pub(super) fn called_row(lang: Lang, called: &Called<'_>) -> CountRow {
    let mut cells = vec![number::count(lang, called.drawn)];
    cells.extend(called.shares.iter().map(|(n, share)| {
        let people = number::count(lang, *n);
        match share {
            Some([share, low, high]) => format!(
                "{} ({}; n = {people})",
                number::percent(lang, *share),
                number::percent_range(lang, *low, *high)
            ),
            None => format!("– (n = {people})"),
        }
    }));
    (called.unit.to_owned(), cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_told_without_guilt_and_the_silent_coarsely() {
        let look = Look {
            unit: "Kbang",
            counter: None,
            clerk: None,
            indicator: Indicator::Printed,
            above: false,
            hidden: Some((120, 3)),
        };
        assert_eq!(
            look_line(Lang::En, &look),
            "Kbang: tickets printed per ticket due, below the others. For the unit to be as the others, about 3 in 10 of its \
             120 silent people would have to be dissatisfied."
        );
        let counter = Look { hidden: None, counter: Some("2"), above: true, ..look };
        assert_eq!(
            look_line(Lang::En, &counter),
            "Kbang, counter 2: tickets printed per ticket due, above the others."
        );
        let clerk = Look { hidden: None, clerk: Some(3), indicator: Indicator::LateNoSlip, ..look };
        assert_eq!(
            look_line(Lang::En, &clerk),
            "Kbang, clerk 3: satisfied though the dossier was late and no apology was given, below the others."
        );
    }

    #[test]
    fn a_share_over_too_few_is_a_count_alone() {
        let shares = [(40, Some([0.9, 0.76, 0.97])), (4, None), (0, None)];
        let called = Called { unit: "Kbang", drawn: 50, shares };
        let (_, cells) = called_row(Lang::En, &called);
        assert_eq!(cells[1], "90.0% (76.0–97.0%; n = 40)");
        assert_eq!(cells[2], "– (n = 4)");
    }
}
