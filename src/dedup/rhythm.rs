//! The busy hours and days of a round, for what a counter may expect in a stretch of time.

use std::collections::HashMap;

use super::Settings;
use super::study::Study;

/// Busy hours and days of the whole round.
pub struct Rhythm {
    offset_ms: i64,
    open_ms: f64,
    by_day: HashMap<i64, f64>,
    per_day: f64,
}

impl Rhythm {
    /// Counts the responses of each day and the hours in which anybody answered.
    pub fn learn(study: &Study<'_>, settings: &Settings) -> Self {
        let mut by_day: HashMap<i64, f64> = HashMap::new();
        let mut hours: Vec<i64> = Vec::with_capacity(study.rows);
        for &time in &study.time {
            let local = time + settings.utc_offset_ms;
            *by_day.entry(local.div_euclid(86_400_000)).or_default() += 1.0;
            hours.push(local.div_euclid(3_600_000));
        }
        hours.dedup();
        let per_day = study.rows as f64 / (by_day.len() as f64).max(1.0);
        Self {
            offset_ms: settings.utc_offset_ms,
            open_ms: (hours.len() as f64).max(1.0) * 3_600_000.0,
            by_day,
            per_day,
        }
    }

    /// Forms expected in a stretch of time on a link that has `others` outside it, the day's bustle allowed for.
    pub fn expected(&self, others: f64, start: i64, lasting_ms: i64) -> f64 {
        let day = (start + self.offset_ms).div_euclid(86_400_000);
        let bustle = self.by_day.get(&day).map_or(1.0, |n| n / self.per_day).clamp(1.0, 8.0);
        let lasting = (lasting_ms as f64).max(60_000.0);
        (others + 1.0) * bustle * lasting / self.open_ms
    }
}
