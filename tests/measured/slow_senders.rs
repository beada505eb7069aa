//! Three hundred slow senders: cut within 30 s, and honest people beside them do not notice.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::places::release_binary;
use crate::support::{Client, Installation, ready};

/// Slow senders; half of them dawdle in the headers, half in the body.
const SLOW: usize = 300;
/// When the last of them must be gone.
const CUT: Duration = Duration::from_secs(30);
/// Bar for honest answers at the 95th percentile, on the release build.
const HONEST_P95_MS: u128 = 200;

/// A sender of one byte a second.
struct Slow {
    stream: TcpStream,
    cut: bool,
}

impl Slow {
    fn connect(address: &str, path: &str, in_body: bool) -> Self {
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\n");
        let kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\n";
        let begun = if in_body { format!("{head}{kind}submission=") } else { head };
        stream.write_all(begun.as_bytes()).unwrap();
        stream.set_nonblocking(true).unwrap();
        Self { stream, cut: false }
    }

    /// One byte more, unless the service has had enough: it answered, or closed.
    fn turn(&mut self) {
        if self.cut {
            return;
        }
        let mut answer = [0; 256];
        let answered = match self.stream.read(&mut answer) {
            Ok(_) => true,
            Err(error) => error.kind() != ErrorKind::WouldBlock,
        };
        self.cut = answered || self.stream.write_all(b"a").is_err();
    }
}

#[test]
fn slow_senders_are_cut_and_honest_answers_stay_fast() {
    let at = Installation::anywhere();
    let poster = ready::round(&at, 1).poster;
    let service = at.serve();
    let address = service.base.trim_start_matches("http://").to_owned();
    let mut slow: Vec<Slow> =
        (0..SLOW).map(|n| Slow::connect(&address, &poster, n % 2 == 1)).collect();
    let begun = Instant::now();
    let (base, path) = (service.base.clone(), poster.clone());
    let honest = thread::spawn(move || {
        let client = Client::new(&base);
        let mut took = Vec::new();
        while begun.elapsed() < Duration::from_secs(15) {
            let submission = format!("{:032x}", 7_000 + took.len());
            let fields = [("submission", submission.as_str()), ("q01", "4"), ("q02", "2")];
            let sent = Instant::now();
            assert_eq!(client.post_form(&path, &fields).status, 303);
            took.push(sent.elapsed().as_millis());
            thread::sleep(Duration::from_millis(20));
        }
        took
    });
    while slow.iter().any(|one| !one.cut) && begun.elapsed() < CUT {
        slow.iter_mut().for_each(Slow::turn);
        thread::sleep(Duration::from_secs(1));
    }
    let left = slow.iter().filter(|one| !one.cut).count();
    let seconds = begun.elapsed().as_secs();
    let mut took = honest.join().unwrap();
    took.sort_unstable();
    let at_share = |percent: usize| took[(took.len() - 1) * percent / 100];
    let (p50, p95) = (at_share(50), at_share(95));
    println!(
        "FIGURE slow={SLOW} left={left} cut_s={seconds} honest={} p50_ms={p50} p95_ms={p95}",
        took.len()
    );
    assert_eq!(left, 0, "after {seconds} s");
    assert!(took.len() > 50, "{} honest answers", took.len());
    if release_binary().is_some() {
        assert!(p95 < HONEST_P95_MS, "p95 {p95} ms of {} honest answers", took.len());
    }
}
