//! An operator starts the service, looks whether it is well, stops it, and finds it whole after it was killed.

use crate::support::{Installation, on_each_engine};

#[test]
fn the_service_is_ready_on_a_fresh_database_and_ends_when_asked() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let service = installation.serve();
        assert_eq!(service.client.get("/healthz").status, 200);
        assert_eq!(service.client.get("/").status, 200);
        let (status, messages) = service.terminate();
        assert!(status.success(), "{status}: {messages}");
        assert!(!messages.contains("ERROR"), "{messages}");
    });
}

#[test]
fn a_killed_service_starts_again_on_what_it_left() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        for _ in 0..3 {
            let service = installation.serve();
            assert_eq!(service.client.get("/healthz").status, 200);
            service.kill9();
        }
        assert_eq!(installation.serve().client.get("/").status, 200);
    });
}

#[test]
fn a_mistyped_setting_is_refused_in_one_line_that_names_it() {
    on_each_engine(|engine| {
        let refused =
            Installation::on(engine).with("KHAOSAT_LISTN", "127.0.0.1:1").run(&["serve"]).refused();
        assert!(refused.contains("KHAOSAT_LISTN"), "{refused}");
    });
}
