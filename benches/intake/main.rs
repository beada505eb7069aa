//! What an answer costs on its way to the disk, measured on the real server.
//!
//! Three servers, each a process of its own, take the same posts from the same client in interleaved rounds of one run:
//! `echo` parses and checks a post and stores nothing; `real` is `khaosat serve`; `naive` does all that `khaosat` does
//! for an answer but writes each in a transaction of its own. Reported are the medians over the rounds of real ÷ echo
//! and real ÷ naive, at 64 and at 512 connections, on SQLite with `synchronous=FULL` and on PostgreSQL.
//!
//! Afterwards every acknowledged answer must be stored, once. PostgreSQL is measured where `KHAOSAT_TEST_POSTGRES` names
//! a server. A directory in memory is refused: nothing would have to reach a disk there.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on stops"
)]

mod disk;
mod load;
mod rivals;
#[path = "../../tests/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the bench needs a part of what the journeys stand on"
)]
mod support;

use std::process::ExitCode;
use std::time::Duration;

use load::{Load, Target};
use support::{Engine, Installation, on_each_engine, ready};

/// Rounds of each number of connections; medians are taken over them.
const ROUNDS: usize = 5;
/// Length of one turn of one server: short enough that the tables end about as long as those of a busy round.
const TURN: Duration = Duration::from_secs(2);
/// A turn before counting begins, so that pools, caches and files are as they are in service.
const WARM_UP: Duration = Duration::from_secs(1);

/// Numbers of connections, each measured on fresh databases.
const CONNECTIONS: [usize; 2] = [64, 512];

/// What is required of one engine at one number of connections.
struct Bar {
    of_echo: f64,
    /// Times the naive way.
    of_naive: Option<f64>,
}

fn bar(engine: &Engine, connections: usize) -> Bar {
    match (engine.name, connections) {
        ("SQLite", 64) => Bar { of_echo: 0.20, of_naive: Some(3.0) },
        ("SQLite", _) => Bar { of_echo: 0.35, of_naive: Some(3.0) },
        (_, 64) => Bar { of_echo: 0.25, of_naive: None },
        _ => Bar { of_echo: 0.45, of_naive: None },
    }
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return rivals::serve();
    }
    if let Err(refusal) = disk::check() {
        eprintln!("{refusal}");
        return ExitCode::from(2);
    }
    let reached = std::cell::Cell::new(true);
    for connections in CONNECTIONS {
        on_each_engine(|engine| {
            if !measure(engine, connections) {
                reached.set(false);
            }
        });
    }
    if reached.get() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// An installation for the naive server and its poster. SQLite's is a file of its own: two processes in turn on one file
/// would empty each other's caches. PostgreSQL's cache is the server's, so there it is the same database and keys.
fn naive(engine: &Engine, real: (&Installation, &str)) -> (Installation, String) {
    let at = Installation::on(engine).with("KHAOSAT_LOG", "error");
    if engine.name == "SQLite" {
        let file = at.directory().join("naive.sqlite3").display().to_string();
        let at = at.with("DATABASE_URL", &file);
        let poster = ready::round(&at, 1).poster;
        return (at, poster);
    }
    let keys = real.0.directory().join("keys").display().to_string();
    (at.with("KHAOSAT_KEYS_DIR", &keys), real.1.to_owned())
}

/// Measures one engine; true when every bar is reached and nothing is lost.
fn measure(engine: &Engine, connections: usize) -> bool {
    let at = Installation::on(engine).with("KHAOSAT_LOG", "error");
    let poster = ready::round(&at, 1).poster;
    let itself = std::env::current_exe().unwrap();
    let (naive_at, naive_poster) = naive(engine, (&at, &poster));
    let naive_at = naive_at.with(rivals::WHICH, "naive").of(&itself);
    let echo_at = Installation::on(engine).with(rivals::WHICH, "echo").of(&itself);

    let (real, naive, echo) = (at.serve(), naive_at.serve(), echo_at.serve());
    let real_target = Target::new(&real.base, &poster);
    let naive_target = Target::new(&naive.base, &naive_poster);
    let echo_target = Target::new(&echo.base, &poster);

    let mut acknowledged = real_target.run(connections, WARM_UP).acknowledged;
    for target in [&echo_target, &naive_target] {
        target.run(connections, WARM_UP);
    }
    let (mut of_echo, mut of_naive) = (Vec::new(), Vec::new());
    let (mut echoes, mut reals, mut naives) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let e = echo_target.run(connections, TURN);
        let r = real_target.run(connections, TURN);
        let n = naive_target.run(connections, TURN);
        acknowledged += r.acknowledged;
        of_echo.push(r.rate() / e.rate());
        of_naive.push(r.rate() / n.rate());
        echoes.push(e);
        reals.push(r);
        naives.push(n);
    }
    let bar = bar(engine, connections);
    println!("{} at {connections} connections, median of {ROUNDS} rounds", engine.name);
    for (name, loads) in [("echo", &echoes), ("real", &reals), ("naive", &naives)] {
        println!("  {name:<6} {}", Load::summary(loads));
    }
    let (e, n) = (spread(of_echo), spread(of_naive));
    println!(
        "  real ÷ echo  {:.3} ({:.3} to {:.3}), required {:.2}",
        e.middle, e.least, e.most, bar.of_echo
    );
    let required = bar.of_naive.map_or_else(String::new, |bar| format!(", required {bar:.0}"));
    println!("  real ÷ naive {:.2} ({:.2} to {:.2}){required}", n.middle, n.least, n.most);
    let refused: usize = reals.iter().map(|load| load.refused).sum();
    if refused > 0 {
        println!("  {refused} posts were refused or failed");
    }
    let fine =
        e.middle >= bar.of_echo && bar.of_naive.is_none_or(|bar| n.middle >= bar) && refused == 0;
    let ended = real.terminate();
    assert!(ended.0.success(), "the server ended badly: {}", ended.1);
    let ids = at.run(&["round", "status", ready::ROUND, "--submissions", "--as", "inspector"]);
    let ids = ids.done();
    let mut ids: Vec<&str> = ids.lines().collect();
    let stored = ids.len();
    ids.sort_unstable();
    ids.dedup();
    // A post that was under way when its turn ended may be stored though its answer was not waited for.
    let whole = ids.len() == stored && stored >= acknowledged;
    println!("  {acknowledged} acknowledged, {stored} stored, {} twice", stored - ids.len());
    fine && whole
}

struct Spread {
    least: f64,
    middle: f64,
    most: f64,
}

fn spread(mut of: Vec<f64>) -> Spread {
    of.sort_by(f64::total_cmp);
    let at = |i: usize| of.get(i).copied().unwrap_or(f64::NAN);
    Spread { least: at(0), middle: at(of.len() / 2), most: at(of.len().saturating_sub(1)) }
}
