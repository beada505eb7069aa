//! Ten tries a quarter of an hour, over all servers, whether there is such an account or not; and nobody is kept out by it.

use super::house::{PASSWORD, Tab, with_credentials};
use crate::support::{Installation, on_each_engine};

#[test]
fn the_eleventh_try_waits_on_every_server_and_a_browser_that_was_in_before_does_not() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        at.run(&["user", "add", "admin", "--role", "system_admin"]).done();
        let factors = with_credentials(&at, engine, &["admin"]);
        let (first, second) = (at.serve(), at.serve());
        let known = Tab::new(&first.base);
        known.sign_in("admin", &factors["admin"]);
        for name in ["admin", "nobody-here"] {
            let tabs = [Tab::new(&first.base), Tab::new(&second.base)];
            for tries in 0..10 {
                let tried = tabs[tries % 2].password(name, "a wrong one of mine");
                assert_eq!(tried.status, 422, "{name} {tries}");
                assert!(tried.text().contains("không đúng"));
            }
            // The right password would not be taken now either: guessing goes no faster.
            for tab in &tabs {
                assert_eq!(tab.password(name, PASSWORD).status, 429, "{name}");
            }
        }
        // Who signed in with this browser before has tries of his own.
        let again = Tab::new(&second.base);
        again.hold("khaosat-browser", &known.cookie("khaosat-browser").unwrap());
        assert_eq!(again.password("admin", PASSWORD).status, 303);
        // Names that cannot be one, and passwords of any size, are answered like others.
        for (name, password) in [("", ""), ("\u{0}", "x"), (&"x".repeat(5_000), "x")] {
            let tried = Tab::new(&first.base).password(name, password);
            assert!(matches!(tried.status, 422 | 429), "{}", tried.status);
        }
        let long = "ơ".repeat(5_000);
        assert_eq!(Tab::new(&first.base).password("long", &long).status, 422);
        let endless = "x".repeat(100_000);
        assert_eq!(Tab::new(&first.base).password("long", &endless).status, 413);
    });
}
