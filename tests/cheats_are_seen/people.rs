//! Who comes to the counters: the honest crowd of `dedup_flags`, and the five cheats.

use std::collections::{BTreeMap, BTreeSet};

use khaosat::dedup::Kind;

use crate::dedup_flags::chance::Chance;
use crate::dedup_flags::round::Round;
use crate::dedup_flags::setting::Setting;

/// Communes, counters of each, and days of the round.
pub const UNITS: usize = 3;
pub const COUNTERS: usize = 2;
pub const DAYS: usize = 10;
/// Criteria of the form.
pub const ITEMS: usize = 22;

/// One answer on its way: when and on what phone it is written, and what it says.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Why it may look odd, or the name of the cheat.
    pub who: &'static str,
    /// Counter, from 0 over all units.
    pub counter: usize,
    /// Serial of the ticket at its counter, from 1; none: the counter's poster.
    pub ticket: Option<usize>,
    /// Seconds of local time since the first midnight.
    pub opened: f64,
    pub sent: f64,
    pub phone: u64,
    pub codes: Vec<u8>,
    pub comment: String,
}

/// What happens in a round.
pub struct Story {
    pub visits: Vec<Visit>,
    /// By counter: the day on which each ticket's dossier is finished, in order of serials.
    pub finished: Vec<Vec<usize>>,
    /// A counter at which only these tickets are printed.
    pub chooser: Option<(usize, BTreeSet<usize>)>,
    chance: Chance,
}

impl Story {
    /// An honest crowd with a rush day, a meeting, shared Wi-Fi, families on one phone, a helper, an evening round in a
    /// hamlet, and people who give one value throughout and mean it.
    pub fn of_honest_people(seed: u64) -> Self {
        let mut setting = Setting::plain(seed, 520);
        (setting.units, setting.counters_per_unit, setting.days) = (UNITS, COUNTERS, DAYS);
        (setting.items, setting.reversed) = (ITEMS, 0);
        setting.languages = vec![("vi", 1.0, 1.0)];
        setting.kinds = [0.5, 0.5, 0.0, 0.0, 0.0];
        (setting.rush_days, setting.wifi_units) = (1, 2);
        (setting.families, setting.helpers, setting.meetings) = (10, 1, 1);
        (setting.at_desk, setting.evening_rounds) = (1, 1);
        let round = Round::make(setting);
        let mut finished = vec![Vec::new(); UNITS * COUNTERS];
        let mut visits = Vec::new();
        let mut by_issue: Vec<_> = round.responses.iter().collect();
        by_issue.sort_by_key(|response| response.serial);
        for (nth, response) in by_issue.into_iter().enumerate() {
            let ticket = (response.kind == Kind::Ticket).then(|| {
                let serial = usize::try_from(response.serial).unwrap() - 100;
                let day = (response.issued.max(0.0) / 86_400.0) as usize;
                // The numbers between were given to people who did not answer.
                finished[response.counter].resize(serial, day);
                serial
            });
            visits.push(Visit {
                who: if response.looks.is_empty() { "single" } else { response.looks },
                counter: response.counter,
                ticket,
                opened: (response.at - response.seconds).max(0.0),
                sent: response.at.max(1.0),
                phone: if response.device == 0 { nth as u64 * 2 } else { response.device },
                codes: response.codes.clone(),
                comment: response.comment.clone(),
            });
        }
        let mut story = Self { visits, finished, chooser: None, chance: Chance::seeded(seed ^ 77) };
        story.satisfied();
        story
    }

    /// Sixteen people who are wholly satisfied, each on an own phone, in own time.
    fn satisfied(&mut self) {
        for nth in 0..16 {
            let day = nth % DAYS;
            let sent = day as f64 * 86_400.0 + self.chance.between(8.0, 11.0) * 3_600.0;
            let took = self.chance.between(100.0, 260.0);
            self.come("all-5", 3, None, (sent - took, sent), 5, 0.0);
        }
    }

    /// A ticket of a dossier that is finished on this day, after all others of its counter so far.
    fn ticket(&mut self, counter: usize, day: usize) -> usize {
        let finished = &mut self.finished[counter];
        // Days never run backwards at a counter.
        let last = finished.last().copied().unwrap_or(0);
        finished.push(day.max(last));
        finished.len()
    }

    /// One form of nearly one value.
    fn come(
        &mut self,
        who: &'static str,
        counter: usize,
        ticket: Option<usize>,
        (opened, sent): (f64, f64),
        value: u8,
        careless: f64,
    ) {
        let phone = self.chance.bits();
        let codes = (0..ITEMS)
            .map(|_| match value {
                _ if !self.chance.happens(careless) => value,
                1 => 2,
                _ => value - 1,
            })
            .collect();
        let comment = String::new();
        self.visits.push(Visit { who, counter, ticket, opened, sent, phone, codes, comment });
    }

    /// The day after the crowd, on which tickets that were held back are spent.
    const LAST: usize = DAYS;

    /// The clerk who kept forty tickets back and spends them on one phone at home.
    pub fn clerk_with_forty_tickets(&mut self, value: u8) {
        let phone = self.chance.bits();
        let mut at = Self::LAST as f64 * 86_400.0 + 19.6 * 3_600.0;
        for _ in 0..40 {
            let ticket = self.ticket(0, Self::LAST);
            let took = self.chance.between(35.0, 75.0);
            self.come("clerk", 0, Some(ticket), (at, at + took), value, 0.15);
            self.visits.last_mut().unwrap().phone = phone;
            at += took + self.chance.between(8.0, 40.0);
        }
    }

    /// The grandchild whose phone a family answers on, one after the other, each as he thinks.
    pub fn grandchilds_phone(&mut self) {
        let family: Vec<Visit> = self
            .visits
            .iter()
            .filter(|v| v.who == "single" && v.ticket.is_none())
            .take(5)
            .cloned()
            .collect();
        let phone = self.chance.bits();
        let mut at = 3.0 * 86_400.0 + 18.4 * 3_600.0;
        for mut person in family {
            let took = person.sent - person.opened;
            let Some(changed) = person.codes.iter_mut().find(|code| **code > 1) else { continue };
            *changed -= 1;
            // Another person than the one whose answers were taken as a pattern: every item anew.
            for code in &mut person.codes {
                if self.chance.happens(0.5) {
                    *code = u8::try_from(self.chance.whole(2, 5)).unwrap();
                }
            }
            (person.who, person.counter, person.phone) = ("grandchild", 2, phone);
            (person.opened, person.sent) = (at, at + took);
            person.comment.clear();
            at += took + self.chance.between(60.0, 180.0);
            self.visits.push(person);
        }
    }

    /// The rival who photographed a poster and has thirty bad forms sent from home, on three phones.
    pub fn rival_with_a_photographed_poster(&mut self, value: u8) {
        let phones = [self.chance.bits(), self.chance.bits(), self.chance.bits()];
        let mut at = 6.0 * 86_400.0 + 20.2 * 3_600.0;
        for nth in 0..30 {
            let took = self.chance.between(22.0, 50.0);
            self.come("rival", 4, None, (at, at + took), value, 0.08);
            self.visits.last_mut().unwrap().phone = phones[nth % 3];
            at += self.chance.between(40.0, 95.0);
        }
    }

    /// The chooser, who prints a ticket when he has seen a content face: everybody who would praise gets one, a fifth of those
    /// who would not answer, and nobody who would blame.
    pub fn chooser_at(&mut self, counter: usize) {
        let would: BTreeMap<usize, bool> = self
            .visits
            .iter()
            .filter(|visit| visit.counter == counter)
            .filter_map(|visit| {
                let rated = visit.codes.iter().filter(|code| **code > 0).count();
                let top = visit.codes.iter().filter(|code| **code > 3).count();
                Some((visit.ticket?, 2 * top > rated))
            })
            .collect();
        let printed: BTreeSet<usize> = (1..=self.finished[counter].len())
            .filter(|serial| would.get(serial).copied().unwrap_or(serial.is_multiple_of(5)))
            .collect();
        self.visits.retain(|visit| {
            visit.counter != counter || visit.ticket.is_none_or(|serial| printed.contains(&serial))
        });
        self.chooser = Some((counter, printed));
    }

    /// The official who takes the ticket from each citizen and answers on the office's tablet.
    pub fn official_who_answers_for_citizens(&mut self, value: u8) {
        let phone = self.chance.bits();
        let mut at = Self::LAST as f64 * 86_400.0 + 8.0 * 3_600.0;
        for _ in 0..18 {
            let ticket = self.ticket(5, Self::LAST);
            let took = self.chance.between(25.0, 50.0);
            self.come("official", 5, Some(ticket), (at, at + took), value, 0.1);
            self.visits.last_mut().unwrap().phone = phone;
            at += self.chance.between(100.0, 280.0);
        }
    }
}
