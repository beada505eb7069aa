//! A web server of a few lines, for tools that need any page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Answers every GET with one page and every POST with a redirect to `/thanks`.
pub struct Page {
    /// `http://127.0.0.1:port`.
    pub base: String,
}

impl Page {
    /// Serves until the tests end. `headers`: further header lines, each ended by CRLF.
    pub fn serve(headers: &'static str, html: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(stream, headers, html));
            }
        });
        Self { base }
    }
}

/// One request, one answer, the connection closed; a browser that hangs up first is no failure.
fn answer(stream: TcpStream, headers: &str, html: &str) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (posted, mut length, mut field) = (line.starts_with("POST"), 0, String::new());
    while field != "\r\n" {
        field.clear();
        reader.read_line(&mut field).ok().filter(|read| *read > 0)?;
        if let Some(value) = field.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (status, extra) = match posted {
        true => (
            "303 See Other",
            "Location: /thanks\r\nSet-Cookie: seen=yes; HttpOnly; SameSite=Lax\r\n",
        ),
        false => ("200 OK", ""),
    };
    // A POST shows what was sent, so that the client's encoding can be looked at.
    let html = if posted { String::from_utf8(body).ok()? } else { html.to_owned() };
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{extra}{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    )
    .ok()
}
