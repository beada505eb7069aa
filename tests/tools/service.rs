use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::panic::{self, AssertUnwindSafe};

use crate::support::{Installation, on_each_engine, places};

/// Stands in for khaosat: announces itself, is ready at the second asking, keeps what is posted, ends on SIGTERM.
const STAND_IN: &str = r##"#!/usr/bin/env python3
import http.server, os, signal, sys
if sys.argv[1:] == ["echo"]: sys.exit(print(sys.stdin.read() + os.environ["DATABASE_URL"] + " CI" * ("CI" in os.environ) + " " + os.environ["KHAOSAT_PUBLIC_URL"]))
if sys.argv[1:] == ["refuse"]: sys.exit("khaosat: no")
if os.path.exists("broken"): sys.exit("khaosat: the address is taken")
class Handler(http.server.BaseHTTPRequestHandler):
    asked = 0
    def answer(self, status):
        self.send_response(status); self.send_header("Content-Length", "0"); self.end_headers()
    def do_GET(self):
        Handler.asked += 1
        self.answer(200 if Handler.asked > 1 else 503)
    def do_POST(self):
        with open("kept", "ab") as kept: kept.write(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(204)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
def end(*_): print("drained", file=sys.stderr, flush=True); os._exit(0)
signal.signal(signal.SIGTERM, end)
print("listening on http://127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
"##;

/// Runs `test` with the stand-in on each engine, where there is a Python.
fn on_stand_ins(test: impl Fn(&Installation)) {
    assert!(places::program("python3").is_some(), "python3 is missing: tests/run installs it");
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        let program = installation.directory().join(installation.file("stand_in", STAND_IN));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        test(&installation.of(&program).with("KHAOSAT_PUBLIC_URL", "https://khaosat.example"));
    });
}

#[test]
fn a_service_is_used_killed_served_again_and_asked_to_end() {
    on_stand_ins(|installation| {
        let service = installation.serve();
        assert_eq!(service.client.post_form("/s/code", &[("q01", "5")]).status, 204);
        let base = service.base.clone();
        let installation = service.kill9();
        assert_eq!(fs::read_to_string(installation.directory().join("kept")).unwrap(), "q01=5");

        let service = installation.serve();
        assert_ne!(service.base, base);
        assert!(service.messages().contains("/readyz"), "{}", service.messages());
        let (status, messages) = service.terminate();
        assert!(status.success(), "{status}");
        assert!(messages.ends_with("drained\n"), "{messages}");
    });
}

#[test]
fn a_service_that_dies_at_start_is_told_with_its_own_words() {
    on_stand_ins(|installation| {
        installation.file("broken", "");
        let died =
            panic::catch_unwind(AssertUnwindSafe(|| drop(installation.serve()))).unwrap_err();
        let said = died.downcast_ref::<String>().unwrap();
        assert!(said.contains("the address is taken"), "{said}");
    });
}

#[test]
fn a_command_gets_its_input_and_nothing_of_our_environment() {
    on_stand_ins(|installation| {
        let printed = installation.run_with_input(&["echo"], "secret ").done();
        assert!(
            printed.starts_with("secret /") || printed.starts_with("secret postgres://"),
            "{printed}"
        );
        assert!(printed.ends_with(" https://khaosat.example\n"), "{printed}");
        assert!(!printed.contains(" CI "), "{printed}");
        assert_eq!(installation.run(&["refuse"]).refused(), "khaosat: no");
    });
}
