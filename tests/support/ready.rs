//! A round that is open on a fresh installation, with a poster and tickets, made by the command line as people do.

use super::installation::Installation;

/// A round with links.
pub struct Ready {
    /// Path of a poster's page.
    pub poster: String,
    /// Paths of tickets' pages.
    pub tickets: Vec<String>,
}

/// Code of the round.
pub const ROUND: &str = "thu-nghiem";

/// So many days from now, as round files write a moment.
pub fn day_from_now(days: i64) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let then = i64::try_from(now).unwrap() + days * 86_400;
    jiff::Timestamp::from_second(then).unwrap().to_string()
}

/// Closes the round before its time, computes its flags and keeps whatever is flagged: it is ready for sealing.
pub fn flagged(at: &Installation) {
    let why = "the counter was closed for good";
    let early = ["--early", "--reason", why, "--as", "province", "--with", "province-2"];
    at.run(&[&["round", "close", ROUND], &early[..]].concat()).done();
    let told = at.run(&["round", "dedup", ROUND, "--as", "reviewer"]).done();
    let rules = told.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
    for (rule, _) in rules {
        let why = ["--decision", "keep", "--reason", "seen at the counter"];
        let keep = [&why[..], &["--as", "reviewer", "--with", "reviewer-2"]].concat();
        at.run(&[&["round", "verdict", ROUND, "--rule", rule], &keep[..]].concat()).done();
    }
}

/// The path that enrols a tablet at the counter; pressing its button leads to the tablet's own.
pub fn tablet(at: &Installation) -> String {
    let place = ["--unit", "23638", "--counter", "1", "--as", "province"];
    let told = at.run(&[&["link", "kiosk", ROUND], &place[..]].concat()).done();
    let start = told.find("/k/").unwrap();
    told[start..].split_whitespace().next().unwrap().to_owned()
}

/// Opens the round: one commune, one counter, a poster and `tickets` tickets.
pub fn round(at: &Installation, tickets: usize) -> Ready {
    round_asking(at, tickets, "one-stop-shop", "")
}

/// As [`round`], of another form or asked in another way: `asking` as in `[rules.asking]`.
pub fn round_asking(at: &Installation, tickets: usize, form: &str, asking: &str) -> Ready {
    // The first account needs nobody's leave.
    at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
    for (name, role) in [
        ("province", "province_admin"),
        ("province-2", "province_admin"),
        ("reviewer", "reviewer"),
        ("reviewer-2", "reviewer"),
        ("inspector", "inspector"),
        ("publisher-1", "publisher"),
        ("publisher-2", "publisher"),
    ] {
        at.run(&["user", "add", name, "--role", role, "--as", "admin"]).done();
    }
    at.run(&["unit", "import", "--shipped", "communes-2025", "--as", "admin"]).done();
    let counter = ["--unit", "23638", "--code", "1", "--name", "Quầy 1"];
    at.run(&[&["counter", "add"], &counter[..], &["--as", "admin"]].concat()).done();
    at.run(&["service", "add", "ho-tich", "Hộ tịch", "--as", "admin"]).done();
    let plan = format!(
        "form = \"{form}\"\nopens_at = \"{}\"\ncloses_at = \"{}\"\ngrace = \"0s\"\n\
         [rules]\ntitle = \"Thử nghiệm\"\nunits = [\"23638\"]\nunits_on = \"2026-01-01\"\n[rules.asking]\n{asking}\n",
        day_from_now(-1),
        day_from_now(10)
    );
    let plan = at.file("round.toml", &plan);
    at.run(&["round", "create", ROUND, "--file", plan, "--as", "province"]).done();
    at.run(&["round", "open", ROUND, "--as", "province"]).done();
    let mut csv = String::from("number,unit,counter,service,finished_on,outcome\n");
    for serial in 1..=tickets {
        csv.push_str(&format!("H21.01-261124-{serial:05},23638,1,ho-tich,2026-11-24,granted\n"));
    }
    let csv = at.file("dossiers.csv", &csv);
    at.run(&["dossier", "import", ROUND, csv, "--as", "province"]).done();
    at.run(&["link", "poster", ROUND, "--out", "posters", "--as", "province"]).done();
    at.run(&["link", "ticket", ROUND, "--out", "tickets", "--as", "province"]).done();
    let paths = |folder: &str| -> Vec<String> {
        let list = std::fs::read_to_string(at.directory().join(folder).join("links.csv")).unwrap();
        list.lines()
            .skip(1)
            .map(|line| {
                let url = line.rsplit(',').next().unwrap();
                let at = url.find("/s/").unwrap();
                url[at..].to_owned()
            })
            .collect()
    };
    Ready { poster: paths("posters").remove(0), tickets: paths("tickets") }
}
