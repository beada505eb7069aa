//! No page of the console reads answers by scanning them: PostgreSQL counts how often a table was scanned.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use khaosat::web::console::{Need, ROUTES, Verb};

use super::house::{OWN, ROUND, Tab, furnished};
use crate::support::{Installation, on_each_engine};

#[derive(QueryableByName)]
struct Scans {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How often the tables of answers were scanned so far.
fn scans(pg: &mut PgConnection) -> i64 {
    // Every connection reports once it has been idle for a second.
    thread::sleep(Duration::from_secs(3));
    pg.batch_execute("SELECT pg_stat_clear_snapshot()").unwrap();
    sql_query(
        "SELECT COALESCE(sum(seq_scan), 0)::bigint AS n FROM pg_stat_user_tables
         WHERE relname IN ('response', 'sealed_record', 'sealed_comment', 'dossier')",
    )
    .get_result::<Scans>(pg)
    .unwrap()
    .n
}

#[test]
fn no_page_of_the_console_scans_the_answers() {
    on_each_engine(|engine| {
        if engine.name != "PostgreSQL" {
            return;
        }
        let at = Installation::on(engine);
        let factors = furnished(&at, engine);
        let mut pg = PgConnection::establish(&engine.url).unwrap();
        // Small tables are scanned because that is cheap; here only what has no index is.
        let database = engine.url.rsplit('/').next().unwrap();
        pg.batch_execute(&format!("ALTER DATABASE {database} SET enable_seqscan = off")).unwrap();
        let service = at.serve();
        let before = scans(&mut pg);
        let mut pages = 0;
        for name in ["province", "inspector", "reviewer", "unit"] {
            let tab = Tab::new(&service.base);
            tab.sign_in(name, &factors[name]);
            for route in ROUTES {
                let open = matches!(route.need, Need::Right(_)) && route.verb == Verb::Get;
                if !open || route.path.contains("{account}") || route.path.contains("{entry}") {
                    continue;
                }
                let path = route.path.replace("{round}", ROUND).replace("{unit}", OWN.0);
                let shown = tab.get(&path);
                assert!(shown.status < 500, "{path}: {}", shown.status);
                pages += usize::from(shown.status == 200);
            }
        }
        assert!(pages >= 12, "{pages}");
        assert_eq!(scans(&mut pg), before, "a page scanned answers or dossiers");
    });
}
