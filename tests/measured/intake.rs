//! Load and sudden death: what was acknowledged is there afterwards, once.
//!
//! Counts only; how fast it is, `benches/intake` and the instruments' own bars tell.

use crate::support::{
    Engine, Figure, Installation, Instrument, free_port, on_each_engine, places, ready,
};

/// A post of the shipped form as the instruments fill it in.
fn body() -> String {
    let items: String = (1..=22).map(|item| format!("&q{item:02}={{r}}")).collect();
    format!("submission={{id}}{items}")
}

/// A shell command that runs khaosat on this database; nothing of the tests' own environment reaches it.
fn command(engine: &Engine, port: u16, arguments: &str) -> String {
    format!(
        "exec env -i DATABASE_URL='{}' KHAOSAT_LISTEN=127.0.0.1:{port} '{}' {arguments}",
        engine.url,
        places::binary().display()
    )
}

fn figure(
    name: &'static str,
    (engine, port): (&Engine, u16),
    at: &Installation,
    settings: &[(&str, &str)],
) -> Option<Figure> {
    let list = format!("round status {} --submissions --as inspector", ready::ROUND);
    let list = command(engine, port, &list);
    let count = format!("({list}) | wc -l");
    let run = Instrument::new(name, &format!("http://127.0.0.1:{port}"))
        .inside(at.directory())
        .with("CMD", &command(engine, port, "serve"))
        .with("LIST_CMD", &list)
        .with("COUNT_CMD", &count);
    settings.iter().fold(run, |run, (name, value)| run.with(name, value)).measure()
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        let poster = ready::round(&at, 1).poster;
        let body = body().replace("{r}", "4");
        let settings = [("POST_PATH", poster.as_str()), ("BODY", &body), ("ROUNDS", "6")];
        let Some(figure) = figure("py/kill9.py", (engine, free_port()), &at, &settings) else {
            return;
        };
        assert!(figure.number("acknowledged") > 6.0, "{}", figure.output);
        assert_eq!(figure.number("lost"), 0.0, "{}", figure.output);
        assert_eq!(figure.number("doubled"), 0.0, "{}", figure.output);
    });
}

#[test]
fn nothing_accepted_under_load_is_lost() {
    on_each_engine(|engine| {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let at = Installation::on(engine).with("KHAOSAT_LISTEN", &listen);
        let poster = ready::round(&at, 1).poster;
        let _service = at.serve();
        // No times here: any rate will do, as long as every answer that was accepted is held.
        let settings = [
            ("POST_PATH", poster.as_str()),
            ("BODY", &body()),
            ("SECS", "5"),
            ("MIN_RPS", "1"),
            ("MAX_P99_MS", "100000"),
        ];
        let Some(figure) = figure("sh/load.sh", (engine, port), &at, &settings) else { return };
        assert!(figure.number("accepted") > 0.0, "{}", figure.output);
        assert_eq!(figure.number("lost"), 0.0, "{}", figure.output);
    });
}
