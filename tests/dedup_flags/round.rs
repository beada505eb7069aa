//! A made-up round: who came, when, by which link, what was answered; and the responses as columns or as a file.

use khaosat::dedup::{Columns, Kind};

use super::answers::Form;
use super::chance::Chance;
use super::setting::{Mirror, Setting};
use super::{cheats, crowd};

/// One response with the truth about it.
#[derive(Clone, Debug)]
pub struct Response {
    pub unit: usize,
    pub counter: usize,
    pub kind: Kind,
    /// Seconds of local time since the first midnight, when sent.
    pub at: f64,
    /// Seconds of local time when the dossier was finished; orders the tickets of a counter.
    pub issued: f64,
    pub seconds: f64,
    pub device: u64,
    pub language: usize,
    pub codes: Vec<u8>,
    pub comment: String,
    /// "honest" or the label of a fraud.
    pub label: &'static str,
    /// Act of fraud, 0 for none.
    pub act: usize,
    /// Why an honest response may look odd.
    pub looks: &'static str,
    pub straight: bool,
    pub serial: u32,
}

/// The round.
pub struct Round {
    pub setting: Setting,
    pub form: Form,
    pub chance: Chance,
    pub responses: Vec<Response>,
    pub acts: usize,
}

const FIRST_MIDNIGHT_MS: i64 = 1_776_013_200_000; // 2026-04-13T00:00+07:00
const KINDS: [Kind; 5] = [Kind::Poster, Kind::Ticket, Kind::Invitation, Kind::Kiosk, Kind::Paper];

impl Round {
    pub fn make(setting: Setting) -> Self {
        let mut chance = Chance::seeded(setting.seed);
        let form = Form::new(&setting, &mut chance);
        let mut round = Self { setting, form, chance, responses: Vec::new(), acts: 0 };
        crowd::arrive(&mut round);
        round.number_tickets();
        cheats::plant(&mut round);
        round.responses.sort_by(|a, b| a.at.total_cmp(&b.at));
        if round.setting.mirror != Mirror::No {
            let all = round.setting.mirror == Mirror::All;
            for response in &mut round.responses {
                if all || !matches!(response.label, "honest") {
                    response
                        .codes
                        .iter_mut()
                        .filter(|code| **code > 0)
                        .for_each(|code| *code = 6 - *code);
                }
            }
        }
        round
    }

    pub fn new_act(&mut self) -> usize {
        self.acts += 1;
        self.acts
    }

    pub fn device(&mut self) -> u64 {
        self.chance.bits() | 1
    }

    /// A moment of some day, morning and afternoon peaks; evenings where the link can be taken home.
    pub fn moment(&mut self, kind: Kind) -> f64 {
        let days = self.setting.days;
        let rush = self.setting.rush_days;
        let weights: Vec<f64> = (0..days)
            .map(|day| match day {
                _ if day % 7 == 6 => 0.02,
                _ if day % 7 == 5 => 0.15,
                _ if rush > 0 && day == days / 2 => 4.0,
                _ if rush > 1 && day == days / 4 => 3.0,
                _ => 1.0,
            })
            .collect();
        let day = self.chance.weighted(&weights) as f64;
        let home = !matches!(kind, Kind::Kiosk | Kind::Paper) && self.chance.happens(0.22);
        let hour = if home {
            self.chance.between(18.0, 22.5)
        } else if self.chance.happens(0.58) {
            (9.3 + 0.9 * self.chance.normal()).clamp(7.5, 11.5)
        } else {
            (15.0 + 0.7 * self.chance.normal()).clamp(13.5, 16.9)
        };
        (day * 24.0 + hour) * 3_600.0
    }

    pub fn counter_of(&mut self, unit: usize) -> usize {
        unit * self.setting.counters_per_unit
            + self.chance.whole(0, self.setting.counters_per_unit - 1)
    }

    pub fn kind(&mut self) -> Kind {
        KINDS[self.chance.weighted(&self.setting.kinds.clone())]
    }

    /// How long an honest person takes.
    pub fn honest_seconds(
        &mut self,
        kind: Kind,
        language: usize,
        response: (&[u8], bool),
        comment: &str,
    ) -> f64 {
        let (codes, straight) = response;
        let c = &mut self.chance;
        let mut log = libm::log(self.setting.seconds * self.setting.languages[language].2);
        // Nobody reads faster than reading goes.
        let mut pace = c.normal();
        while pace < -2.2 {
            pace = c.normal();
        }
        log += self.setting.pace_spread * pace;
        if c.happens(self.setting.fast_readers) {
            log -= 0.5;
        }
        if straight {
            log -= 0.2;
        }
        if kind == Kind::Kiosk {
            log -= 0.18;
        }
        let answered = codes.iter().filter(|code| **code > 0).count() as f64 / codes.len() as f64;
        log += 0.6 * libm::log(answered.max(0.1));
        libm::exp(log) + comment.chars().count() as f64 * c.between(0.15, 0.5)
    }

    /// An honest response at a place and time.
    pub fn honest(&mut self, unit: usize, counter: usize, kind: Kind, at: f64) -> Response {
        let weights: Vec<f64> = self.setting.languages.iter().map(|language| language.1).collect();
        let language = self.chance.weighted(&weights);
        let answers = self.form.honest(unit, &mut self.chance);
        let comment = self.comment();
        let seconds =
            self.honest_seconds(kind, language, (&answers.codes, answers.straight), &comment);
        let delay =
            if self.chance.happens(0.5) { 0.0 } else { self.chance.between(0.0, 30.0) * 3_600.0 };
        Response {
            unit,
            counter,
            kind,
            at,
            issued: at - delay,
            seconds,
            device: if self.chance.happens(0.15) { 0 } else { self.device() },
            language,
            codes: answers.codes,
            comment,
            label: "honest",
            act: 0,
            looks: "",
            straight: answers.straight,
            serial: 0,
        }
    }

    fn comment(&mut self) -> String {
        let c = &mut self.chance;
        if !c.happens(self.setting.comments) {
            String::new()
        } else if c.happens(self.setting.long_comments) {
            super::words::long(c)
        } else {
            super::words::stock(c)
        }
    }

    /// Numbers the tickets of each counter in the order of issue; about half come back.
    fn number_tickets(&mut self) {
        let mut order: Vec<usize> = (0..self.responses.len()).collect();
        order.sort_by(|&a, &b| self.responses[a].issued.total_cmp(&self.responses[b].issued));
        let counters = self.setting.units * self.setting.counters_per_unit;
        let mut next = vec![100_u32; counters * KINDS.len()];
        for at in order {
            let (counter, kind) = (self.responses[at].counter, self.responses[at].kind);
            if matches!(kind, Kind::Poster | Kind::Kiosk) {
                continue;
            }
            let in_a_row =
                matches!(self.responses[at].looks, "family" | "helper" | "at_desk" | "paper");
            let slot = &mut next[counter * KINDS.len() + kind as usize];
            *slot += 1 + if in_a_row { 0 } else { self.chance.whole(0, 2) as u32 };
            self.responses[at].serial = *slot;
        }
    }

    pub fn columns(&self) -> Columns<'_> {
        let rows = &self.responses;
        Columns {
            ids: (0..rows.len() as u128).collect(),
            units: rows.iter().map(|r| r.unit as u32).collect(),
            counters: rows.iter().map(|r| r.counter as u32).collect(),
            links: (0..rows.len() as u32).collect(),
            serials: rows.iter().map(|r| (r.serial > 0).then_some(r.serial)).collect(),
            kinds: rows.iter().map(|r| r.kind).collect(),
            submitted_at: rows
                .iter()
                .map(|r| FIRST_MIDNIGHT_MS + (r.at.max(0.0) as i64) * 1_000)
                .collect(),
            durations_ms: rows
                .iter()
                .map(|r| (r.kind != Kind::Paper).then_some((r.seconds * 1e3) as u32))
                .collect(),
            devices: rows.iter().map(|r| (r.device != 0).then_some(r.device)).collect(),
            language_of: rows.iter().map(|r| r.language as u16).collect(),
            languages: self.setting.languages.iter().map(|language| language.0).collect(),
            items_per_response: self.form.items,
            items: rows.iter().flat_map(|r| r.codes.iter().copied()).collect(),
            comments: rows
                .iter()
                .map(|r| Some(r.comment.as_str()).filter(|c| !c.is_empty()))
                .collect(),
        }
    }
}
