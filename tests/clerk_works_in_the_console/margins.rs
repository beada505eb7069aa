//! Known totals: a file with its checks, looked at first and stored after.

use super::desk::{Tabs, page, upload};
use crate::administrator_signs_in::house::{OTHER, OWN, ROUND, furnished};
use crate::support::{Installation, on_each_engine};

#[test]
fn totals_are_checked_looked_at_and_stored_by_who_may() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let people = Tabs(furnished(&at, engine));
        let service = at.serve();
        let province = people.of("province", &service.base);
        let here = page("margins");
        let look = [("do", "look")];
        let header = "variable,category,total\n";
        let wrong = format!("{header}unit,1,3\nunit,{},x\n", OWN.0);
        let told = upload(&province, &here, &look, ("m.csv", &wrong));
        assert_eq!(told.status, 422);
        assert!(
            told.text().contains("m.csv:2, category") && told.text().contains("m.csv:3, total")
        );
        let good =
            format!("{header}unit,{},40\nunit,{},60\nsex,male,50\nsex,female,50\n", OWN.0, OTHER.0);
        let looked = upload(&province, &here, &look, ("m.csv", &good));
        assert_eq!(looked.status, 200, "{}", looked.text());
        assert!(looked.text().contains("<b>40 ←</b>"), "{}", looked.text());
        let stored = || province.get(&here).text().contains("<td class=\"n\">40</td>");
        assert!(!stored(), "looking stores nothing");
        let taken = province.send(&here, &here, &[("do", "take"), ("text", &good)]);
        assert_eq!(taken.header("location"), format!("{here}?done=taken"));
        assert!(stored());
        for name in ["unit", "clerk", "paper", "reviewer", "inspector", "publisher"] {
            assert_eq!(people.of(name, &service.base).get(&here).status, 403, "{name} {ROUND}");
        }
    });
}
