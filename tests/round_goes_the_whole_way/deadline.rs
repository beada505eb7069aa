//! A round that nobody seals is sealed at its deadline, without a witness, which is published.

use std::sync::Arc;

use khaosat::clock::{Clock, DAY_MS, ManualClock, SystemClock};
use khaosat::desk::Desk;
use khaosat::round::{Outcome, close_due, seal_due};
use khaosat::store::Store;
use khaosat::store::round::State;
use khaosat::vault::Vault;

use crate::support::ready::{self, ROUND};
use crate::support::{Installation, on_each_engine};

#[test]
fn at_the_deadline_a_round_is_flagged_and_sealed_by_itself_and_not_before() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let poster = ready::round(&at, 1).poster;
        let service = at.serve();
        for n in 1..=3 {
            let submission = format!("{n:032x}");
            let fields = [("submission", submission.as_str()), ("q01", "4")];
            assert_eq!(service.client.post_form(&poster, &fields).status, 303);
        }
        service.kill9();
        let clock = ManualClock::at(SystemClock.now());
        let desk = Desk {
            store: Store::open(&engine.url, 4).unwrap(),
            vault: Arc::new(Vault::open(&at.directory().join("keys")).unwrap()),
            clock: Arc::new(clock.clone()),
            public_url: "https://khaosat.gialai.example".to_owned(),
        };
        let round = || desk.store.round(ROUND).unwrap();
        clock.set(clock.now().plus(11 * DAY_MS));
        assert_eq!((seal_due(&desk).unwrap(), close_due(&desk).unwrap()), (0, 1));
        assert_eq!(seal_due(&desk).unwrap(), 0, "thirty days are left");
        clock.set(round().closes_at.plus(30 * DAY_MS - 1));
        assert_eq!((seal_due(&desk).unwrap(), round().state), (0, State::Closed));
        clock.set(clock.now().plus(1));
        assert_eq!((seal_due(&desk).unwrap(), round().state), (1, State::Sealed));
        let outcome: Outcome = serde_json::from_str(&round().outcome.unwrap()).unwrap();
        assert!(!outcome.witnessed && outcome.stored == 3);
        assert!(!desk.vault.has_linking_key(round().id));
        assert_eq!(seal_due(&desk).unwrap(), 0);
    });
}
