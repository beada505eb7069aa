//! A real HTTP server on this machine that keeps what is posted to it and answers as a test wants.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::process::PATIENCE;

/// One request.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST /heads HTTP/1.1`.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        &found.unwrap_or_else(|| panic!("{name}: {:?}", self.headers)).1
    }
}

/// The running server; its thread ends with the process.
pub struct Receiver {
    port: u16,
    kept: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Answers with these statuses in turn, then with 200; 0 closes the connection without an answer.
    pub fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (all, statuses) = (kept.clone(), statuses.to_vec());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else { continue };
                let mut kept = all.lock().unwrap();
                let status = statuses.get(kept.len()).copied().unwrap_or(200);
                kept.push(request);
                answer(&stream, status);
            }
        });
        Self { port, kept }
    }

    /// Its address for POSTs.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/heads", self.port)
    }

    /// What it was sent, in order.
    pub fn received(&self) -> Vec<Received> {
        self.kept.lock().unwrap().clone()
    }

    /// Waits until `count` requests came.
    pub fn wait_for(&self, count: usize) -> Vec<Received> {
        let deadline = Instant::now() + PATIENCE;
        while self.received().len() < count {
            assert!(Instant::now() < deadline, "{} of {count} came", self.received().len());
            thread::sleep(Duration::from_millis(20));
        }
        self.received()
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Received { line: line.trim_end().to_owned(), headers, body })
}

fn answer(mut stream: &TcpStream, status: u16) {
    if status != 0 {
        let text = format!(
            "HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let _ = stream.write_all(text.as_bytes());
    }
}
