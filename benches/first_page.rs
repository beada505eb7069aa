//! What rendering the survey's first page costs beside a static file of the same bytes, on the real server.
//!
//! Two servers, each a process of its own, answer the same client over the same sockets in interleaved turns of one run:
//! `real` is `khaosat serve`, which looks the link up, makes a submission id and an authenticated time of opening, fills
//! them into the prepared page and compresses it; `file` is the same HTTP server with the same middleware that sends one
//! recorded answer of the first, head and body. Reported is the median over the turns of real ÷ file by the middle request's
//! time, which must be at most 1.5, with one request under way and with 16.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on stops"
)]

#[path = "../tests/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the bench needs a part of what the journeys stand on"
)]
mod support;

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, middleware, web};
use khaosat::web::operate::Metrics;
use khaosat::web::security;
use support::{Installation, ready};

/// Turns of each server; medians are taken over them.
const TURNS: usize = 9;
/// Length of one turn, and of the first that is not counted.
const TURN: Duration = Duration::from_millis(700);
/// Requests under way at once.
const CONNECTIONS: [usize; 2] = [1, 16];
/// What is required.
const MOST: f64 = 1.5;
/// The file that the other server sends.
const FILE: &str = "BENCH_FILE";

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return serve(std::env::var(FILE).unwrap().as_str());
    }
    let at = Installation::anywhere().with("KHAOSAT_LOG", "error");
    let poster = ready::round(&at, 1).poster;
    let real = at.serve();
    let page = fetch(&mut connect(&real.base), &poster).1;
    let file = at.directory().join("page.html.gz");
    std::fs::write(&file, &page).unwrap();
    let itself = std::env::current_exe().unwrap();
    let other = Installation::anywhere().with(FILE, &file).of(&itself);
    let other = other.serve();
    println!("first page, {} bytes on the wire without its head", page.len());
    let mut reached = true;
    for connections in CONNECTIONS {
        reached &= measure(connections, (&real.base, &poster), (&other.base, "/page"));
    }
    if reached { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One number of connections; true when the bar is reached.
fn measure(connections: usize, real: (&str, &str), file: (&str, &str)) -> bool {
    for (base, path) in [real, file] {
        turn(connections, base, path);
    }
    let (mut ratios, mut reals, mut files) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let (r, f) = (turn(connections, real.0, real.1), turn(connections, file.0, file.1));
        ratios.push(r / f);
        reals.push(r);
        files.push(f);
    }
    let ratio = middle(&mut ratios);
    println!(
        "{connections:>3} at once: rendered p50 {:.0} µs, file p50 {:.0} µs, ratio {ratio:.2} (at most {MOST})",
        middle(&mut reals) * 1e6,
        middle(&mut files) * 1e6
    );
    ratio <= MOST
}

/// The middle time of a request, seconds.
fn turn(connections: usize, base: &str, path: &str) -> f64 {
    let end = Instant::now() + TURN;
    let mut all: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(move || {
                    let (mut stream, mut times) = (connect(base), Vec::new());
                    while Instant::now() < end {
                        let began = Instant::now();
                        fetch(&mut stream, path);
                        times.push(began.elapsed().as_secs_f64());
                    }
                    times
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    middle(&mut all)
}

fn middle(of: &mut [f64]) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(f64::NAN)
}

fn connect(base: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    stream.set_nodelay(true).unwrap();
    BufReader::new(stream)
}

/// Asks for a page as a phone does; its head and body.
fn fetch(stream: &mut BufReader<TcpStream>, path: &str) -> (String, Vec<u8>) {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: khaosat\r\nUser-Agent: bench\r\nAccept-Language: vi\r\n\
         Accept-Encoding: gzip, deflate\r\n\r\n"
    );
    stream.get_mut().write_all(request.as_bytes()).unwrap();
    let (mut head, mut byte) = (Vec::with_capacity(2048), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let length = head.split_once("content-length: ").unwrap().1.lines().next().unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (head, body)
}

async fn page(file: web::Data<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_ENCODING, "gzip"))
        .body(file.get_ref().clone())
}

async fn is_ready() -> HttpResponse {
    HttpResponse::Ok().finish()
}

/// Serves the file, read once, as fast as this server can, until killed.
fn serve(file: &str) -> ExitCode {
    let bytes = web::Data::new(web::Bytes::from(std::fs::read(file).unwrap()));
    let metrics = web::Data::new(Metrics::new().unwrap());
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let ran = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(bytes.clone())
                .app_data(metrics.clone())
                .wrap(middleware::from_fn(security::headers))
                .wrap(middleware::from_fn(security::observe))
                .route("/page", web::get().to(page))
                .route("/readyz", web::get().to(is_ready))
        })
        .workers(workers)
        .bind("127.0.0.1:0")?;
        for address in server.addrs() {
            println!("listening on http://{address}");
        }
        server.run().await
    });
    if ran.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
