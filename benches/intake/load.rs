//! The client: so many connections, each with one post under way at any time, on one thread.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ITEMS: usize = 22;
/// Longest head of a reply that is read.
const HEAD_MAX: usize = 8192;

/// One address under load.
pub struct Target {
    address: SocketAddr,
    head: String,
}

/// What one turn brought.
#[derive(Default)]
pub struct Load {
    pub acknowledged: usize,
    /// Other replies than 303, and cut connections.
    pub refused: usize,
    seconds: f64,
    micros: Vec<u32>,
}

impl Load {
    /// Acknowledged a second.
    pub fn rate(&self) -> f64 {
        self.acknowledged as f64 / self.seconds
    }

    fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = (share * sorted.len().saturating_sub(1) as f64) as usize;
        sorted.get(at).map_or(f64::NAN, |micros| f64::from(*micros) / 1e3)
    }

    /// Medians over turns, in one line.
    pub fn summary(turns: &[Load]) -> String {
        let middle = |of: fn(&Load) -> f64| {
            let mut all: Vec<f64> = turns.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
        };
        format!(
            "{:>6.0} answers/s, p50 {:.1} ms, p99 {:.1} ms",
            middle(Load::rate),
            middle(|load| load.percentile(0.50)),
            middle(|load| load.percentile(0.99))
        )
    }
}

impl Target {
    pub fn new(base: &str, path: &str) -> Self {
        let address = base.trim_start_matches("http://");
        let length = body(0, 0).len();
        Self {
            address: address.parse().unwrap(),
            head: format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: bench\r\nAccept-Language: vi\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
            ),
        }
    }

    /// Keeps `connections` busy for `turn`.
    pub fn run(&self, connections: usize, turn: Duration) -> Load {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let load = Rc::new(RefCell::new(Load::default()));
        let began = Instant::now();
        let tasks = tokio::task::LocalSet::new();
        for seed in 0..connections {
            tasks.spawn_local(connection(
                self.address,
                self.head.clone(),
                seed as u64,
                began + turn,
                Rc::clone(&load),
            ));
        }
        runtime.block_on(tasks);
        let mut load = load.take();
        load.seconds = began.elapsed().as_secs_f64();
        load
    }
}

/// A post of fixed length: an id of its own and answers from `random`.
fn body(id: u128, random: u64) -> String {
    let mut body = format!("submission={id:032x}");
    let mut rest = random;
    for item in 1..=ITEMS {
        body.push_str(&format!("&q{item:02}={}", 1 + rest % 5));
        rest = rest / 5 + (rest % 5).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    body
}

async fn connection(
    address: SocketAddr,
    head: String,
    seed: u64,
    end: Instant,
    load: Rc<RefCell<Load>>,
) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let Ok(mut stream) = TcpStream::connect(address).await else {
        load.borrow_mut().refused += 1;
        return;
    };
    let _ = stream.set_nodelay(true);
    let run = u128::from(std::process::id());
    let mut reply = Vec::with_capacity(HEAD_MAX);
    while Instant::now() < end {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let random = (number ^ (seed << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let post = format!("{head}{}", body((run << 64) | u128::from(number), random));
        let sent = Instant::now();
        let status = exchange(&mut stream, &post, &mut reply).await.unwrap_or_default();
        let mut load = load.borrow_mut();
        if status == 303 {
            load.acknowledged += 1;
            load.micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        } else {
            load.refused += 1;
            return;
        }
    }
}

/// Sends one post and reads the head of its reply, which has no body when it is a 303.
async fn exchange(stream: &mut TcpStream, post: &str, reply: &mut Vec<u8>) -> std::io::Result<u16> {
    stream.write_all(post.as_bytes()).await?;
    reply.clear();
    while !reply.ends_with(b"\r\n\r\n") {
        if reply.len() > HEAD_MAX || stream.read_buf(reply).await? == 0 {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
    }
    let status = reply.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    status.and_then(|digits| digits.parse().ok()).ok_or(std::io::ErrorKind::InvalidData.into())
}
