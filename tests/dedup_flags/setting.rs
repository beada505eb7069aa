//! The parameters of a made-up round, and how they vary.

use super::chance::Chance;

/// Which answers are turned about (a → 6 − a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mirror {
    No,
    /// Everybody's: a round of grumblers in which fraud gives low marks.
    All,
    /// The cheats' only: a grudge among the satisfied.
    Fraud,
}

/// One round.
#[derive(Clone, Debug)]
pub struct Setting {
    pub seed: u64,
    /// Honest responses, about.
    pub honest: usize,
    pub units: usize,
    pub counters_per_unit: usize,
    pub days: usize,
    pub items: usize,
    pub reversed: usize,
    /// Tag, weight, factor of the usual duration.
    pub languages: Vec<(&'static str, f64, f64)>,
    /// Median seconds to fill the form in the first language.
    pub seconds: f64,
    /// Spread of durations (logarithm).
    pub pace_spread: f64,
    pub fast_readers: f64,
    /// Weights of poster, ticket, invitation, kiosk, paper.
    pub kinds: [f64; 5],
    /// Mean of satisfaction on the latent scale, its spread between people, between units, and noise per item.
    pub level: f64,
    pub people: f64,
    pub between_units: f64,
    pub noise: f64,
    /// Honest people who give one value.
    pub straight: f64,
    /// Of whom misread reversed items.
    pub misread: f64,
    /// People who write something, and of them those who write at length.
    pub comments: f64,
    pub long_comments: f64,
    pub rush_days: usize,
    pub wifi_units: usize,
    pub families: usize,
    pub helpers: usize,
    pub meetings: usize,
    pub at_desk: usize,
    pub evening_rounds: usize,
    pub mirror: Mirror,
    pub copied: usize,
    pub copied_texts: usize,
    pub straightliners: usize,
    pub speeders: usize,
    pub bursts: usize,
    pub piles: usize,
    pub runs: usize,
}

impl Setting {
    /// A round of `honest` people without any fraud.
    pub fn plain(seed: u64, honest: usize) -> Self {
        Self {
            seed,
            honest,
            units: 8,
            counters_per_unit: 4,
            days: 12,
            items: 22,
            reversed: 2,
            languages: vec![
                ("vi", 0.93, 1.0),
                ("bdq", 0.04, 1.7),
                ("jra", 0.02, 1.6),
                ("en", 0.01, 0.9),
            ],
            seconds: 145.0,
            pace_spread: 0.37,
            fast_readers: 0.13,
            kinds: [0.37, 0.36, 0.04, 0.17, 0.06],
            level: 1.1,
            people: 0.9,
            between_units: 0.25,
            noise: 0.75,
            straight: 0.25,
            misread: 0.015,
            comments: 0.3,
            long_comments: 0.33,
            rush_days: 1,
            wifi_units: 3,
            families: honest / 50,
            helpers: honest / 600,
            meetings: honest / 600,
            at_desk: honest / 700,
            evening_rounds: honest / 800,
            mirror: Mirror::No,
            copied: 0,
            copied_texts: 0,
            straightliners: 0,
            speeders: 0,
            bursts: 0,
            piles: 0,
            runs: 0,
        }
    }

    /// The same round with every fraud planted at about the rate of the labelled set.
    pub fn with_fraud(mut self) -> Self {
        let per = |rows: usize| (self.honest / rows).max(1);
        self.copied = per(100);
        self.copied_texts = per(550);
        self.straightliners = per(90);
        self.speeders = per(80);
        self.bursts = per(900);
        self.piles = if self.kinds[1] > 0.0 { per(1_800) } else { 0 };
        self.runs = if self.kinds[1] > 0.0 { per(1_400) } else { 0 };
        self
    }

    /// A round with everything drawn by chance.
    pub fn varied(seed: u64) -> Self {
        let mut c = Chance::seeded(seed.wrapping_mul(0x9e37_79b9));
        let honest = *c.pick(&[200, 600, 1_500, 3_000, 5_000]);
        let mut setting = Self::plain(seed, honest);
        setting.units = c.whole(2, 17);
        setting.counters_per_unit = c.whole(1, 5);
        setting.days = c.whole(6, 30);
        setting.items = c.whole(12, 30);
        setting.reversed = if c.happens(0.4) { 0 } else { c.whole(1, setting.items / 5) };
        setting.seconds = c.between(60.0, 420.0);
        setting.pace_spread = c.between(0.28, 0.40);
        setting.fast_readers = c.between(0.0, 0.2);
        let languages = [
            ("vi", 1.0, 1.0),
            ("bdq", c.between(0.0, 0.4), c.between(1.2, 2.0)),
            ("jra", c.between(0.0, 0.2), c.between(1.2, 2.0)),
            ("en", c.between(0.0, 0.1), c.between(0.7, 1.1)),
        ];
        setting.languages = languages[..c.whole(1, 4)].to_vec();
        setting.kinds = [
            c.between(0.1, 1.0),
            c.between(0.1, 1.0),
            c.between(0.0, 0.2),
            c.between(0.0, 0.6),
            c.between(0.0, 0.2),
        ];
        match c.whole(0, 6) {
            0 => setting.kinds = [1.0, 0.0, 0.0, 0.0, 0.0],
            1 => setting.kinds = [0.0, 1.0, 0.1, 0.0, 0.0],
            _ => {}
        }
        setting.level = c.between(0.4, 1.5);
        setting.people = c.between(0.6, 1.1);
        setting.between_units = c.between(0.0, 0.4);
        setting.noise = c.between(0.55, 0.95);
        setting.straight = c.between(0.05, 0.35);
        setting.comments = c.between(0.1, 0.5);
        setting.long_comments = c.between(0.1, 0.5);
        setting.rush_days = c.whole(0, 2);
        setting.wifi_units = c.whole(0, setting.units);
        setting.mirror = *c.pick(&[Mirror::No, Mirror::All, Mirror::Fraud]);
        if setting.kinds[0] == 0.0 {
            setting.meetings = 0;
        }
        if setting.kinds[1] == 0.0 {
            setting.at_desk = 0;
            setting.evening_rounds = 0;
        }
        setting.with_fraud()
    }
}
