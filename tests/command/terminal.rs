//! `javatalk client --chat` on a terminal: a line can be edited, and earlier ones come back. And
//! `javatalk trace`, which is as wide as its terminal, and `javatalk pair new`, which asks on it.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

/// A terminal: what types and looks, and what a program takes for its console.
fn terminal() -> (File, File) {
    let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&keyboard).unwrap();
    unlockpt(&keyboard).unwrap();
    let name = ptsname(&keyboard, Vec::new()).unwrap();
    let console = OpenOptions::new()
        .read(true)
        .write(true)
        .open(OsStr::from_bytes(name.as_bytes()))
        .unwrap();
    (File::from(keyboard), console)
}

/// Somebody at a terminal, on which a client converses with a server.
struct Session {
    client: Child,
    server: Child,
    keyboard: File,
    shown: String,
}

impl Session {
    fn begin() -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_javatalk"))
            .args(["server", "--chat", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stderr = BufReader::new(server.stderr.take().unwrap());
        stderr.read_line(&mut line).unwrap();
        let (_, port) = line.trim_end().rsplit_once(':').unwrap();

        let (keyboard, console) = terminal();
        let client = Command::new(env!("CARGO_BIN_EXE_javatalk"))
            .args(["client", "--chat", "localhost", port])
            .env("TERM", "xterm")
            .stdin(console.try_clone().unwrap())
            .stdout(console.try_clone().unwrap())
            .stderr(console)
            .spawn()
            .unwrap();
        let mut session = Self {
            client,
            server,
            keyboard,
            shown: String::new(),
        };
        while !session.asks() {
            session.look();
        }
        session
    }

    /// Types a line, and waits until the client asks for the next. What is typed before that belongs
    /// to the terminal, which has another idea of some keys.
    fn type_in(&mut self, keys: &str) {
        let lines = self.lines();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.write_all(ENTER).unwrap();
        // The line and the answer end; the prompts until then are the line drawn anew.
        while self.lines() < lines + 2 || !self.asks() {
            self.look();
        }
    }

    /// The messages that the server has seen in the end.
    fn end(mut self, key: &[u8]) -> String {
        self.keyboard.write_all(key).unwrap();
        assert!(self.client.wait().unwrap().success());
        let server = self.server.wait_with_output().unwrap();
        assert!(server.status.success());
        let said = String::from_utf8(server.stdout).unwrap();
        let messages = said.lines().filter_map(|l| l.strip_prefix("client say:"));
        messages.collect::<Vec<_>>().join("|")
    }

    fn lines(&self) -> usize {
        self.shown.matches('\n').count()
    }

    /// Whether the last line is a prompt.
    fn asks(&self) -> bool {
        let last = self.shown.rsplit('\n').next();
        last.is_some_and(|line| line.contains(PROMPT))
    }

    fn look(&mut self) {
        let mut bytes = [0; 4096];
        let count = self.keyboard.read(&mut bytes).unwrap();
        assert!(count > 0, "the client has gone: {:?}", self.shown);
        self.shown
            .push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
}

/// Runs `javatalk pair new` in this folder, and answers its questions: each one once it is shown.
/// Returns all that the terminal showed, and whether the command succeeded.
fn answered(folder: &Path, answers: &[(&str, &str)]) -> (String, bool) {
    let (mut keyboard, console) = terminal();
    let mut child = Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .args(["pair", "new"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .stdin(console.try_clone().unwrap())
        .stdout(console.try_clone().unwrap())
        .stderr(console)
        .spawn()
        .unwrap();
    // A question that never comes must not be waited for forever.
    let (done, ended) = mpsc::channel::<()>();
    let process = Pid::from_child(&child);
    let watchdog = thread::spawn(move || {
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let _ = kill_process(process, Signal::KILL);
        }
    });
    let mut shown = String::new();
    let mut seen = 0;
    let look = |keyboard: &mut File, shown: &mut String| {
        let mut bytes = [0; 4096];
        // The terminal is gone once the command has ended.
        let count = keyboard.read(&mut bytes).unwrap_or(0);
        shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
        count > 0
    };
    for (question, answer) in answers {
        loop {
            if let Some(place) = shown[seen..].find(question) {
                seen += place + question.len();
                break;
            }
            assert!(look(&mut keyboard, &mut shown), "no {question:?}: {shown}");
        }
        keyboard.write_all(answer.as_bytes()).unwrap();
    }
    while look(&mut keyboard, &mut shown) {}
    let success = child.wait().unwrap().success();
    drop(done);
    watchdog.join().unwrap();
    (shown, success)
}

#[test]
fn a_new_pair_file_is_asked_for_until_the_answers_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let (shown, success) = answered(
        folder.path(),
        &[
            ("A shell command that compiles them [none]: ", "\r"),
            ("Old client: ", "no-such-program-here {port}\r"),
            ("there is no such program on PATH", ""),
            ("Old client: ", "sh 'old client' {port}\r"),
            ("Old server: ", "\r"),
            ("a command is needed", ""),
            ("Old server: ", "sh server {port}\r"),
            ("New client [not rewritten]: ", "\r"),
            ("New server: ", "sh new {port}\r"),
            ("Port [given as {port}]: ", "0\r"),
            ("expected a port from 1 to 65535", ""),
            ("Port [given as {port}]: ", "\r"),
            ("On the wire: ", "uft\r"),
            ("did you mean \"utf\"?", ""),
            ("On the wire: ", "utf\r"),
        ],
    );
    assert!(success, "{shown}");
    let text = fs::read_to_string(folder.path().join("pair.toml")).unwrap();
    for line in [
        "#compile = ",
        "reference.client = \"sh 'old client' {port}\"",
        "reference.server = \"sh server {port}\"",
        "#candidate.client = ",
        "candidate.server = \"sh new {port}\"",
        "port = \"given\"",
        "wire = \"utf\"",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{line}: {text}");
    }
}

#[test]
fn a_new_pair_file_is_not_written_if_the_answers_end() {
    let folder = tempfile::tempdir().unwrap();
    let (shown, success) = answered(
        folder.path(),
        &[
            ("A shell command that compiles them [none]: ", "\r"),
            ("Old client: ", "\u{4}"),
        ],
    );
    assert!(!success && shown.contains("no file is written"), "{shown}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// How long a command may take to ask and to end, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const PROMPT: &str = "> ";
const ENTER: &[u8] = b"\r";
const BACKSPACE: &str = "\x7f";
const HOME: &str = "\x01";
const UP: &str = "\x1b[A";
const CTRL_C: &[u8] = b"\x03";
const CTRL_D: &[u8] = b"\x04";

#[test]
fn lines_can_be_edited_and_recalled_from_the_history() {
    let mut session = Session::begin();
    session.type_in(&format!("hellp{BACKSPACE}o"));
    session.type_in(&format!("world{HOME}the "));
    session.type_in(&format!("{UP}{UP} again"));
    assert_eq!(session.end(CTRL_D), "hello|the world|hello again");
}

#[test]
fn control_c_ends_the_conversation_cleanly() {
    let mut session = Session::begin();
    session.type_in("你好 😀");
    assert_eq!(session.end(CTRL_C), "你好 😀");
}

#[test]
fn a_signal_at_the_prompt_ends_the_client_and_restores_the_terminal() {
    for signal in [Signal::TERM, Signal::HUP, Signal::QUIT] {
        let mut session = Session::begin();
        session.type_in("hi");
        assert!(!mode(&session.keyboard).contains(LocalModes::ECHO));
        let client = Pid::from_raw(i32::try_from(session.client.id()).unwrap()).unwrap();
        kill_process(client, signal).unwrap();
        let status = session.client.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        let cooked = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        assert!(mode(&session.keyboard).contains(cooked), "{signal:?}");
        session.server.wait().unwrap();
    }
}

/// What a trace looks like on a terminal of so many columns.
#[cfg(target_os = "linux")]
fn trace_on(columns: u16) -> Vec<String> {
    use rustix::termios::{Winsize, tcsetwinsize};

    let (mut keyboard, console) = terminal();
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&console, size).unwrap();
    let mut trace = Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .args(["trace", "rust", "rust", "--input", &"long ".repeat(30)])
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(console)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut shown = Vec::new();
    // A terminal that nobody writes to any more ends with an error.
    let _ = keyboard.read_to_end(&mut shown);
    assert!(trace.wait().unwrap().success());
    let shown = String::from_utf8(shown).unwrap();
    shown.lines().map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn sigint_at_the_prompt_ends_the_conversation_like_control_c() {
    let mut session = Session::begin();
    session.type_in("hi");
    // The editor notices the signal while it waits for a key, and not an instant before.
    let stat = format!("/proc/{}/stat", session.client.id());
    while !fs::read_to_string(&stat).unwrap().contains(") S ") {
        thread::yield_now();
    }
    let client = Pid::from_raw(i32::try_from(session.client.id()).unwrap()).unwrap();
    kill_process(client, Signal::INT).unwrap();
    assert_eq!(session.end(b""), "hi");
}

/// How the terminal treats what is typed.
fn mode(keyboard: &File) -> LocalModes {
    tcgetattr(keyboard).unwrap().local_modes
}

#[cfg(target_os = "linux")]
#[test]
fn a_trace_fits_the_width_of_its_terminal() {
    let mut servers = Vec::new();
    for columns in [72, 80, 100, 140] {
        let lines = trace_on(columns);
        for line in &lines {
            let wide = unicode_width::UnicodeWidthStr::width(line.as_str());
            assert!(wide <= usize::from(columns), "{columns}: {wide}: {line}");
        }
        servers.push(lines[0].find("server rust").unwrap());
    }
    // The columns share the room.
    assert!(servers.is_sorted_by(|a, b| a < b), "{servers:?}");
}
