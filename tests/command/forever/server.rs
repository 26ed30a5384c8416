//! A server that runs on, seen from outside: its log, its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// `javatalk server --forever 0` with these options.
pub(crate) fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_javatalk"));
    command
        .args(["server", "--forever", "0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// A server that listens; it is killed when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    log: Receiver<Line>,
    address: SocketAddr,
    metrics: SocketAddr,
}

/// A line of the log.
#[derive(Debug)]
pub(crate) struct Line(Value);

impl Line {
    pub(crate) fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    pub(crate) fn number(&self, key: &str) -> u64 {
        self.0[key]
            .as_u64()
            .unwrap_or_else(|| panic!("no number {key} in {self:?}"))
    }
}

impl Server {
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with_stdout(options, Stdio::null())
    }

    /// One that prints there what `--print` asks for.
    pub(crate) fn start_with_stdout(options: &[&str], stdout: impl Into<Stdio>) -> Self {
        let mut command = command(options);
        command.stdout(stdout);
        Self::of(command)
    }

    /// One that the system allows this number of open files.
    pub(crate) fn start_with_open_files(limit: u32) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("ulimit -n {limit}; exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_javatalk"))
            .args(["server", "--forever", "0"])
            .stderr(Stdio::piped());
        Self::of(shell)
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .args(["--log", "json", "--metrics", "localhost:0"])
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, log) = channel();
        thread::spawn(move || {
            for line in stderr.lines() {
                let line = line.unwrap();
                let value = serde_json::from_str(&line);
                let value = value.unwrap_or_else(|why| panic!("{why}: {line}"));
                // A test that is over hears no more.
                let _ = sender.send(Line(value));
            }
        });
        let mut server = Self {
            child,
            log,
            address: NOWHERE,
            metrics: NOWHERE,
        };
        let address = |line: Line| line.text("address").parse().unwrap();
        server.metrics = address(server.line("metrics"));
        server.address = address(server.line("listening"));
        server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn metrics(&self) -> SocketAddr {
        self.metrics
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line of the log with this message.
    #[track_caller]
    pub(crate) fn line(&self, message: &str) -> Line {
        loop {
            let line = self.any_line(message);
            if line.text("message") == message {
                return line;
            }
        }
    }

    /// The next lines, up to one with this message.
    #[track_caller]
    pub(crate) fn lines_until(&self, message: &str) -> Vec<Line> {
        let mut lines = vec![self.any_line(message)];
        while lines.last().unwrap().text("message") != message {
            lines.push(self.any_line(message));
        }
        lines
    }

    #[track_caller]
    fn any_line(&self, wanted: &str) -> Line {
        let line = self.log.recv_timeout(PATIENCE);
        line.unwrap_or_else(|why| panic!("no line {wanted:?}: {why}"))
    }

    /// The lines about so many conversations that have ended.
    #[track_caller]
    pub(crate) fn ended(&self, count: usize) -> Vec<Line> {
        (0..count)
            .map(|_| self.line("conversation ended"))
            .collect()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    pub(crate) fn process(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Tells it to stop, and waits until it has begun to.
    pub(crate) fn stop(&self, signal: Signal) {
        self.signal(signal);
        self.line("stopping");
    }

    /// Its last line, and how it ended.
    pub(crate) fn stopped(mut self) -> (Line, ExitStatus) {
        let line = self.line("stopped");
        (line, self.end())
    }

    pub(crate) fn end(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Waits until it has read so many bytes of all clients.
    #[track_caller]
    pub(crate) fn has_read(&self, bytes: u64) {
        self.tells(&format!("javatalk_received_bytes_total {bytes}"));
    }

    /// Waits until this line is among its counters, and gives them all: what a client has heard is
    /// counted an instant later.
    #[track_caller]
    pub(crate) fn tells(&self, line: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.asked_for("/metrics");
            if text.lines().any(|other| other == line) {
                return text;
            }
            assert!(Instant::now() < deadline, "no line {line:?} in\n{text}");
            thread::yield_now();
        }
    }

    /// What it answers to a GET of this path.
    pub(crate) fn asked_for(&self, path: &str) -> String {
        self.asked(&format!("GET {path}"))
    }

    /// What it answers to a request for this.
    pub(crate) fn asked(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.metrics).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the system is to choose.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A line that has not come after so long does not come.
const PATIENCE: Duration = Duration::from_secs(60);
