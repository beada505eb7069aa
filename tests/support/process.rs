//! A program of ours that runs beside the test: its lines are kept, its end is ours, by its own process id.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to start, or to end when asked to.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running program; killed when dropped.
pub struct Running {
    name: String,
    child: Child,
    stdout: Lines,
    stderr: Lines,
}

impl Running {
    /// Starts `command` with nothing on stdin.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let (child, stdout, stderr) = spawn(command, &name, Stdio::null());
        Self { name, child, stdout, stderr }
    }

    /// What follows `mark` on the first line of stdout that has it.
    ///
    /// Panics with what the program said when it ends first or says nothing in time.
    pub fn announced(&self, mark: &str) -> String {
        self.announced_within(mark, PATIENCE)
    }

    /// The same of a program that has much to do before.
    pub fn announced_within(&self, mark: &str, limit: Duration) -> String {
        self.stdout.after(mark, limit).unwrap_or_else(|| {
            panic!(
                "{} never said {mark:?}; stdout: {}; stderr: {}",
                self.name,
                self.stdout.text(),
                self.messages()
            )
        })
    }

    /// What it wrote to stderr so far.
    pub fn messages(&self) -> String {
        self.stderr.text()
    }

    /// Waits until it has ended well and returns the most memory it ever held, in MiB, as the system counts it.
    ///
    /// Panics with what it said when it fails or takes longer than `limit`.
    pub fn peak_mib(mut self, limit: Duration) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let deadline = Instant::now() + limit;
        let mut peak_kib = 0;
        while Instant::now() < deadline {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let held = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            peak_kib = peak_kib.max(held.unwrap_or(0));
            if let Some(ended) = self.child.try_wait().unwrap() {
                assert!(ended.success(), "{} failed: {}", self.name, self.messages());
                return peak_kib / 1024;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{} does not end; stderr: {}", self.name, self.messages())
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Asks it to end (SIGTERM) and waits until it has; returns how, and what it wrote to stderr in its life.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        // The standard library sends SIGKILL only; the shell's own kill sends the rest.
        let asked = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -TERM {}", self.child.id()))
            .status()
            .unwrap();
        assert!(asked.success(), "{} had ended before: {}", self.name, self.messages());
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.stderr.wait_for_the_end(PATIENCE);
                return (status, self.messages());
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("{} does not end after SIGTERM; stderr: {}", self.name, self.messages())
    }

    /// Kills it at once (SIGKILL) and waits until it is gone.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a command did, once it ended.
#[derive(Debug)]
pub struct Finished {
    /// Absent when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// Its stdout; panics unless it exited with 0.
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Its one line on stderr; panics unless it refused as a command must: exit 1, one line, nothing else.
    pub fn refused(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "a refusal is one line: {self:?}");
        self.stderr.trim_end().to_owned()
    }
}

/// Starts `command` with what it says read from the first moment.
fn spawn(command: &mut Command, name: &str, stdin: Stdio) -> (Child, Lines, Lines) {
    let mut child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    let stdout = Lines::read(child.stdout.take().unwrap());
    let stderr = Lines::read(child.stderr.take().unwrap());
    (child, stdout, stderr)
}

/// Runs `command` to its end with `input` on stdin; kills it and panics when it takes longer than `limit`.
pub fn finish(command: &mut Command, input: &str, limit: Duration) -> Finished {
    let name = format!("{command:?}");
    let (mut child, stdout, stderr) = spawn(command, &name, Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    thread::spawn(move || {
        // A command that does not read its stdin closes it: no failure.
        let _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
    });
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            panic!("{name} does not end; stdout: {}; stderr: {}", stdout.text(), stderr.text());
        }
        thread::sleep(Duration::from_millis(10));
    };
    stdout.wait_for_the_end(PATIENCE);
    stderr.wait_for_the_end(PATIENCE);
    Finished { code: status.code(), stdout: stdout.text(), stderr: stderr.text() }
}

/// The lines of one stream, read as they come by a thread of their own.
struct Lines(Arc<(Mutex<Stream>, Condvar)>);

#[derive(Default)]
struct Stream {
    text: String,
    ended: bool,
}

impl Lines {
    fn read(stream: impl Read + Send + 'static) -> Self {
        let shared = Arc::new((Mutex::new(Stream::default()), Condvar::new()));
        let writer = Arc::clone(&shared);
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            loop {
                line.clear();
                let ended = !matches!(stream.read_until(b'\n', &mut line), Ok(1..));
                let (read, news) = &*writer;
                let mut read = read.lock().unwrap();
                read.text.push_str(&String::from_utf8_lossy(&line));
                read.ended = ended;
                news.notify_all();
                if ended {
                    return;
                }
            }
        });
        Self(shared)
    }

    fn text(&self) -> String {
        self.0.0.lock().unwrap().text.clone()
    }

    /// What follows `mark` on its whole line; `None` when the stream ends or the time is over without it.
    fn after(&self, mark: &str, limit: Duration) -> Option<String> {
        let found = |read: &Stream| {
            let whole = read.text.rsplit_once('\n').map_or("", |(whole, _)| whole);
            whole.lines().find_map(|line| Some(line.split_once(mark)?.1.to_owned()))
        };
        let (read, news) = &*self.0;
        let (read, _) = news
            .wait_timeout_while(read.lock().unwrap(), limit, |read| {
                found(read).is_none() && !read.ended
            })
            .unwrap();
        found(&read)
    }

    /// Waits until the stream has ended: a program's last words may come after its exit is seen.
    fn wait_for_the_end(&self, limit: Duration) {
        let (read, news) = &*self.0;
        drop(news.wait_timeout_while(read.lock().unwrap(), limit, |read| !read.ended).unwrap());
    }
}
