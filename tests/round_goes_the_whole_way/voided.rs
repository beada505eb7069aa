//! A link made void is a leaf of its own: nobody voids tickets, or un-voids them, past khaosat.

use super::authority::alter;
use crate::support::ready::{self, ROUND};
use crate::support::{Installation, on_each_engine};

#[test]
fn a_voiding_without_its_leaf_and_a_leaf_without_its_void_link_are_named() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 3);
        let void = ["link", "void", ROUND, "--kind", "ticket", "--unit", "23638", "--counter", "1"];
        let rest =
            ["--serial", "1", "--reason", "torn at the counter's printer", "--as", "province"];
        at.run(&[&void[..], &rest].concat()).done();
        at.run(&["verify", ROUND]).done();

        let sql = "UPDATE link SET state = 'void' WHERE kind = 'ticket' AND serial = 2";
        alter(engine, sql, sql);
        let told = at.run(&["verify", ROUND]);
        assert!(told.stderr.contains("the ledger knows of no voiding"), "{told:?}");
        let sql = "UPDATE link SET state = 'ready' WHERE kind = 'ticket' AND serial = 2";
        alter(engine, sql, sql);
        at.run(&["verify", ROUND]).done();

        let sql = "DELETE FROM link WHERE kind = 'ticket' AND serial = 1";
        alter(engine, sql, sql);
        let told = at.run(&["verify", ROUND]);
        assert!(told.stderr.contains("was made void and is not any more"), "{told:?}");
    });
}
