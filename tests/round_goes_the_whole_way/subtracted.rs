//! Whoever subtracts figures from figures, of one publication or of several, finds nothing about few people; and what would
//! tell of them is refused, by name.

use khaosat::store::Store;
use serde_json::Value;

use super::authority::{Authority, ROUND, UNITS, alter, criteria, dossiers};
use crate::support::{Engine, Installation, on_each_engine};

/// Answers of the second commune: too few to be shown.
const FEW: usize = 6;

/// A round computed and not published, of which one commune is hidden: 24 answers of the first, six of the second.
fn computed(engine: &Engine) -> Authority {
    let authority = Authority::open(Installation::on(engine), &UNITS, dossiers(48, &UNITS));
    let service = authority.at.serve();
    let mut few = 0;
    for n in 0..48 {
        let good = authority.dossiers[n].unit == UNITS[0];
        few += usize::from(!good);
        if good || few <= FEW {
            authority.answer(&service.base, n, &criteria(n as u64, good), true);
        }
    }
    service.kill9();
    for rule in authority.close_and_flag() {
        authority.decide("reviewer", &rule, "keep");
    }
    authority.seal().done();
    authority.compute();
    authority
}

/// Changes the figures that stand ready to be published, as one with the database's password could.
fn plant(engine: &Engine, change: impl Fn(&mut Value)) {
    let store = Store::open(&engine.url, 2).unwrap();
    let round = store.round(ROUND).unwrap();
    let mut figures: Value =
        serde_json::from_str(&store.figures(round.id).unwrap().unwrap()).unwrap();
    change(&mut figures);
    let text = figures.to_string().replace('\'', "''");
    let sql = format!("UPDATE index_run SET figures = '{text}'");
    alter(engine, &sql, &sql);
}

fn refused(authority: &Authority, rest: &[&str]) -> String {
    authority.step("publisher-1", "publish", &[rest, &["--with", "publisher-2"]].concat()).refused()
}

/// The hidden commune's figure, shown.
fn show_few(figures: &mut Value) {
    let shown = figures["official"]["units"][0]["figure"].clone();
    let hidden = &mut figures["official"]["units"][1]["figure"];
    assert!(hidden["index"].is_null(), "{hidden}");
    *hidden = shown;
    hidden["n"] = FEW.into();
}

/// A total over both communes: less the one that is shown it is the other.
fn total_over_all(figures: &mut Value) {
    figures["official"]["overall"]["n"] = (24 + FEW).into();
}

#[test]
fn a_figure_about_few_or_a_total_that_reveals_them_is_not_published() {
    on_each_engine(|engine| {
        let authority = computed(engine);
        let good = Store::open(&engine.url, 2).unwrap();
        let good = good.figures(good.round(ROUND).unwrap().id).unwrap().unwrap();
        let restore = || plant(engine, |figures| *figures = serde_json::from_str(&good).unwrap());

        plant(engine, show_few);
        let told = refused(&authority, &[]);
        assert!(told.contains("publication 1, official, 23644: only 6 answered"), "{told}");
        restore();

        plant(engine, total_over_all);
        let told = refused(&authority, &[]);
        let pair = "publication 1, official, 23638 and publication 1, official, all units differ by the answers of 6";
        assert!(told.contains(pair), "{told}");
        restore();

        // A total by one factor alone, and one that claims whom the records do not know.
        plant(engine, |figures| {
            figures["official"]["factors"][0]["figure"]["n"] = (24 + FEW).into();
        });
        let told = refused(&authority, &[]);
        assert!(told.contains("all units, ") && told.contains("answers of 6"), "{told}");
        restore();
        plant(engine, |figures| figures["official"]["overall"]["n"] = 25.into());
        let told = refused(&authority, &[]);
        assert!(told.contains("it claims 25 respondents"), "{told}");
        restore();

        assert_eq!(authority.status()["state"], "indexed", "nothing was published");
        authority.publish(&[]);
        let told = authority.step("admin", "audit", &[]).done();
        assert!(told.contains("1 publication") && told.contains("no difference tells"), "{told}");

        // What one publication may not tell beside another it may not tell either.
        plant(engine, total_over_all);
        let why = ["--correction", "the register was counted anew"];
        let told = refused(&authority, &why);
        let pair = "publication 1, official, 23638 and publication 2, official, all units differ by the answers of 6";
        assert!(told.contains(pair), "{told}");

        // Put past the command into the table, it is found there, by us and by whoever has the public bundle alone.
        let edited = ["\"n\":24,\"numerator\"", "\"n\":30,\"numerator\""];
        let store = Store::open(&engine.url, 2).unwrap();
        let latest = store.latest_publication(store.round(ROUND).unwrap().id).unwrap().unwrap();
        let text = String::from_utf8(latest.bytes).unwrap();
        let overall = text.find("\"overall\":{\"denominator\"").unwrap();
        let at = overall + text[overall..].find(edited[0]).unwrap();
        let forged = format!("{}{}{}", &text[..at], edited[1], &text[at + edited[0].len()..]);
        let literal = forged.replace('\'', "''");
        alter(
            engine,
            &format!("UPDATE publication SET bytes = CAST('{literal}' AS BLOB)"),
            &format!("UPDATE publication SET bytes = convert_to('{literal}', 'UTF8')"),
        );
        let told = authority.step("admin", "audit", &[]);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.stderr.contains("differ by the answers of 6"), "{told:?}");
        let told = authority.at.run(&["verify", ROUND]);
        assert!(told.stderr.contains("differ by the answers of 6"), "{told:?}");
        let service = authority.at.serve();
        let bundle = service.client.get(&format!("/results/{ROUND}/bundle.json"));
        let bundle = authority.at.file("bundle.json", bundle.text());
        let told = authority.at.run(&["verify", bundle]);
        assert!(told.stderr.contains("differ by the answers of 6"), "{told:?}");
    });
}
