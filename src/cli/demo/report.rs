//! What the demo prints: a table for a person, or one JSON object.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::setup::{Place, Prepared, ROUND, SECOND};
use super::stages::{Read, Staged, Standing};
use super::visiting::Visited;
use crate::index::scorecard::{Line, Marked, Points};
use crate::round::UnitFigures;

/// Everything there is to tell.
pub struct Report<'a> {
    /// Visits.
    pub prepared: &'a Prepared,
    /// What came of them.
    pub visited: &'a Visited,
    /// After closing.
    pub staged: &'a Staged,
    /// The server that stays.
    pub standing: &'a Standing,
    /// The API client's read.
    pub read: &'a Read,
    /// Seconds by step.
    pub seconds: &'a BTreeMap<&'static str, f64>,
    /// Directory and configuration.
    pub place: &'a Place,
}

fn unit(u: &UnitFigures, flags: bool) -> Value {
    let f = &u.figure;
    let rank = u.rank.filter(|_| flags);
    json!({
        "unit": u.unit,
        "code": u.code,
        "n": f.n,
        "effective_n": f.effective_n,
        "unweighted": f.unweighted,
        "index": f.index,
        "low": f.low,
        "high": f.high,
        "rank": rank.map(|r| r.rank),
        "rank_low": rank.map(|r| r.low),
        "rank_high": rank.map(|r| r.high),
        "suppressed": f.suppressed.is_some(),
    })
}

fn number(points: Option<Marked<Points>>) -> Value {
    points.map_or(Value::Null, |p| json!(p.value.to_f64()))
}

fn line(l: &Line) -> Value {
    json!({
        "unit": l.unit,
        "code": l.code,
        "appraised": number(l.appraised),
        "survey": number(l.survey),
        "total": number(l.total),
        "maximum": number(l.maximum),
        "percent": number(l.percent),
        "band": l.band.as_ref().map(|b| b.value.clone()),
        "rank": l.rank.as_ref().map(|r| r.value.rank),
        "rank_low": l.rank.as_ref().map(|r| r.value.low),
        "rank_high": l.rank.as_ref().map(|r| r.value.high),
        "of": l.rank.as_ref().map(|r| r.value.of),
        "same_as": l.same_as,
        "first_place_percent": l.first_place_percent.map(|p| p.value),
        "straddles_band": l.straddles_band,
        "recorded": l.recorded,
        "parts": l.parts,
    })
}

impl Report<'_> {
    fn urls(&self) -> [(&'static str, String); 6] {
        let base = &self.standing.base;
        let receipt = self.visited.receipt.clone().unwrap_or_default();
        [
            ("citizen", self.standing.citizen.clone()),
            ("ticket", self.standing.ticket.clone()),
            ("receipt", format!("{base}/r/{receipt}")),
            ("results", format!("{base}/results/{ROUND}")),
            ("console", format!("{base}/console")),
            ("api", format!("{base}/api/v1/rounds/{ROUND}/sub-index")),
        ]
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        let figures = &self.staged.document.figures;
        let urls: BTreeMap<&str, String> = self.urls().into_iter().collect();
        let document = json!({
            "round": ROUND,
            "open_round": SECOND,
            "directory": self.place.directory(),
            "database": if self.place.config.database_url.starts_with("postgres") { "postgres" } else { "sqlite" },
            "synthetic": true,
            "citizens": self.prepared.visits.len(),
            "posted": self.visited.posted,
            "acknowledged": self.visited.acknowledged,
            "stored": self.staged.stored,
            "planted": self.prepared.planted,
            "flagged": self.staged.flagged,
            "excluded": self.staged.outcome.excluded,
            "sub_index": figures.official.units.iter().map(|u| unit(u, true)).collect::<Vec<_>>(),
            "indicative": figures.indicative.units.iter().map(|u| unit(u, false)).collect::<Vec<_>>(),
            "publication": { "digest": self.staged.publication.digest, "verified": self.staged.verified },
            "api": { "status": self.read.status, "same_bytes": self.read.same_bytes },
            "scorecard": self.staged.recorded.iter().map(line).collect::<Vec<_>>(),
            "scorecard_simulated": self.staged.simulated.iter().map(line).collect::<Vec<_>>(),
            "urls": urls,
            "client": { "id": self.standing.client.0, "secret": self.standing.client.1 },
            "accounts": self.standing.accounts,
            "seconds": self.seconds,
        });
        document.to_string()
    }

    /// A table for a person.
    pub fn table(&self) -> String {
        let mut t = String::new();
        let figures = &self.staged.document.figures.official;
        let percent = |v: Option<f64>| v.map_or("–".to_owned(), |v| format!("{:.1}", v * 100.0));
        let _ = writeln!(
            t,
            "\nĐợt khảo sát {ROUND} — dữ liệu mô phỏng (synthetic): {} citizens, {} answers acknowledged, {} stored, {} left out by verdict\n",
            self.prepared.visits.len(),
            self.visited.acknowledged,
            self.staged.stored,
            self.staged.outcome.excluded,
        );
        let _ = writeln!(
            t,
            "{:<12} {:>5} {:>7} {:>11} {:>7}  {:<15} {:>10}",
            "unit", "n", "eff. n", "unweighted", "index", "95 % interval", "rank"
        );
        let mut units: Vec<&UnitFigures> = figures.units.iter().collect();
        units.sort_by(|a, b| {
            b.figure.index.unwrap_or(-1.0).total_cmp(&a.figure.index.unwrap_or(-1.0))
        });
        for u in units {
            let f = &u.figure;
            let rank = u
                .rank
                .map_or("withheld".to_owned(), |r| format!("{}–{} of {}", r.low, r.high, r.of));
            let _ = writeln!(
                t,
                "{:<12} {:>5} {:>7} {:>11} {:>7}  {:<15} {:>10}",
                u.unit,
                f.n,
                f.effective_n.map_or("–".to_owned(), |n| format!("{n:.0}")),
                percent(f.unweighted),
                percent(f.index),
                format!("{} – {}", percent(f.low), percent(f.high)),
                rank
            );
        }
        let _ = writeln!(t, "\nflags (responses, medium and up):");
        for (rule, n) in &self.staged.flagged {
            let planted = self.prepared.planted.get(rule.as_str()).copied().unwrap_or(0);
            let _ = writeln!(t, "  {rule:<18} {n:>4}   planted {planted}");
        }
        let _ = writeln!(
            t,
            "\nBảng điểm CCHC 2018, as recorded (everything the source does not say is left out):"
        );
        for l in &self.staged.recorded {
            let rank = l
                .rank
                .as_ref()
                .map_or("–".to_owned(), |r| format!("{} of {}", r.value.rank, r.value.of));
            let total = l.total.map_or("–".to_owned(), |p| p.value.to_string());
            let band = l.band.as_ref().map_or("–", |b| b.value.as_str());
            let _ = writeln!(t, "  {:<12} {total:>6} points, band {band}, rank {rank}", l.unit);
        }
        let _ = writeln!(
            t,
            "\nBảng điểm mô phỏng (appraised points illustrative, survey simulated), best five:"
        );
        let mut lines: Vec<&Line> = self.staged.simulated.iter().collect();
        lines.sort_by_key(|l| l.rank.as_ref().map_or(usize::MAX, |r| r.value.rank));
        for l in lines.iter().take(5) {
            let show =
                |p: Option<Marked<Points>>| p.map_or("–".to_owned(), |p| p.value.to_string());
            let rank = l.rank.as_ref().map_or("–".to_owned(), |r| {
                format!("{}–{} of {}", r.value.low, r.value.high, r.value.of)
            });
            let _ = writeln!(
                t,
                "  {:<12} appraised {:>6} + survey {:>6} = {:>6} of {}, {}, rank {rank}",
                l.unit,
                show(l.appraised),
                show(l.survey),
                show(l.total),
                show(l.maximum),
                l.band.as_ref().map_or("–", |b| b.value.as_str()),
            );
        }
        let _ = writeln!(
            t,
            "\npublication {} (recomputed: {}), API read {} (same bytes: {})",
            self.staged.publication.digest,
            if self.staged.verified { "same bytes" } else { "DIFFERS" },
            self.read.status,
            self.read.same_bytes
        );
        let _ = writeln!(t, "\nopen these:");
        for (what, url) in self.urls() {
            let _ = writeln!(t, "  {what:<8} {url}");
        }
        let _ = writeln!(t, "  client   {} {}", self.standing.client.0, self.standing.client.1);
        let _ = writeln!(
            t,
            "\nsign in to the console, for this demo only (the last column goes into an authenticator app):"
        );
        for one in &self.standing.accounts {
            let _ =
                writeln!(t, "  {:<12} {:<15} {}  {}", one.name, one.role, one.password, one.totp);
        }
        t
    }
}
