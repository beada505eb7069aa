//! Links: issued, printed once, replaced and made void with a reason; no code on any page.

use super::desk::{Tabs, counter, page};
use crate::administrator_signs_in::house::{OTHER, ROUND, furnished};
use crate::support::{Installation, on_each_engine};

#[test]
fn a_clerk_issues_and_prints_for_his_unit_and_sees_counts_and_no_code() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let people = Tabs(furnished(&at, engine));
        let service = at.serve();
        let clerk = people.of("clerk", &service.base);
        let links = page("links");
        let issued = clerk.send(&links, &links, &[("do", "posters")]);
        assert_eq!(
            (issued.status, issued.header("location")),
            (303, &*format!("{links}?done=issued"))
        );
        let again = clerk.send(&links, &links, &[("do", "posters")]);
        assert!(again.header("location").ends_with("done=none"), "a counter has one poster");
        let sheets = [("do", "paper"), ("counter", &*counter()), ("sheets", "3")];
        assert_eq!(clerk.send(&links, &links, &sheets).status, 303);
        // Another unit's counter is nobody's.
        let foreign = format!("{}/1", OTHER.0);
        let sheets = [("do", "paper"), ("counter", &*foreign), ("sheets", "3")];
        assert_eq!(clerk.send(&links, &links, &sheets).status, 404);

        let print = format!("{links}/print");
        let order = [("kind", "paper"), ("format", "pdf"), ("serials", "1-2")];
        let pdf = clerk.send(&links, &print, &order);
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        assert!(pdf.body.starts_with(b"%PDF-"));
        let twice = clerk.send(&links, &print, &order);
        assert_eq!(twice.status, 409, "printed once");
        assert!(twice.text().contains("printed already"), "{}", twice.text());
        let zip = clerk.send(&links, &print, &[("kind", "poster"), ("format", "svg")]);
        assert_eq!(zip.header("content-type"), "application/zip");
        assert!(zip.body.starts_with(b"PK"));
        // A clerk prints nothing again, and ends no link.
        let reason = ("reason", "giấy kẹt trong máy in");
        let reprint = [("kind", "poster"), ("again", "yes"), reason];
        assert_eq!(clerk.send(&links, &print, &reprint).status, 403);
        let end = format!("{links}/end");
        let void =
            [("counter", &*counter()), ("kind", "paper"), ("serial", "1"), ("do", "void"), reason];
        assert_eq!(clerk.send(&links, &end, &void).status, 403);

        let list = format!("{links}/list?counter={}&kind=paper", counter().replace('/', "%2F"));
        let shown = clerk.get(&list);
        assert_eq!(shown.text().matches("<tr><th scope=\"row\"").count(), 3, "{}", shown.text());
        let csv = at.run(&["audit", "list", "--limit", "50"]).done();
        assert!(csv.contains("link.print"), "{csv}");

        let unit = people.of("unit", &service.base);
        let short = [
            ("counter", &*counter()),
            ("kind", "paper"),
            ("serial", "1"),
            ("do", "void"),
            ("reason", "x"),
        ];
        assert_eq!(unit.send(&list, &end, &short).status, 422, "a reason is needed");
        assert_eq!(unit.send(&list, &end, &void).status, 303);
        assert_eq!(unit.send(&list, &end, &void).status, 409, "void already");
        let replace = [
            ("counter", &*counter()),
            ("kind", "paper"),
            ("serial", "2"),
            ("do", "replace"),
            reason,
        ];
        assert_eq!(unit.send(&list, &end, &replace).status, 303);
        assert_eq!(unit.get(&list).text().matches("đã hủy").count(), 2);
        let counts = unit.get(&format!("{links}?kind=paper&lang=en")).text().to_owned();
        let row = counts.split("<tbody>").nth(1).unwrap();
        let cells: Vec<&str> =
            row.split("<td class=\"n\">").skip(1).map(|c| c.split('<').next().unwrap()).collect();
        assert_eq!(
            cells,
            ["4", "2", "0", "2", "1", "0"],
            "issued, printed, again, void, replaced, stored"
        );
    });
}

#[test]
fn a_tablet_is_enrolled_by_an_address_that_is_shown_once_and_mails_are_tried_again_by_few() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let people = Tabs(furnished(&at, engine));
        let service = at.serve();
        let clerk = people.of("clerk", &service.base);
        let links = page("links");
        let made = clerk.send(&links, &links, &[("do", "kiosk"), ("counter", &counter())]);
        assert!(made.text().contains("/k/"), "{}", made.text());
        assert!(!clerk.get(&links).text().contains("/k/"));
        let mails = page("invitations");
        assert_eq!(clerk.get(&mails).status, 200);
        assert_eq!(clerk.send(&links, &mails, &[]).status, 403);
        let province = people.of("province", &service.base);
        assert_eq!(
            province.send(&mails, &mails, &[]).header("location"),
            format!("{mails}?done=retried")
        );
        // Who keys in paper and who runs the installation have nothing to do with links.
        for name in ["paper", "admin"] {
            assert_eq!(people.of(name, &service.base).get(&links).status, 403, "{name} {ROUND}");
        }
    });
}
