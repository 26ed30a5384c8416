//! Reads stack traces from a running JVM: with `jcmd`, or for socket reads with Flight Recorder.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{Jdk, OPTION_VARIABLES, Origin, tool};
use crate::system::process::Invocation;
use crate::system::wait::{Notify, Timeouts};

/// The frames of a stack, innermost first: `java.net.ServerSocket.accept(ServerSocket.java:532)`.
pub type Frames = Vec<String>;

/// The JDK of a program that is `HOME/bin/java`, with links resolved. `None` for any other program.
pub fn of_program(program: &Path) -> Option<Jdk> {
    let program = program.canonicalize().ok()?;
    if program.file_stem()? != "java" {
        return None;
    }
    let home = program.parent()?.parent()?;
    // The runtime of JDK 8 is inside the JDK; its tools are one folder up.
    let homes = [Some(home), home.parent()];
    let mut found = homes.into_iter().flatten();
    found.find_map(|home| Jdk::at(home, Origin::Named).ok())
}

/// The stack of the thread with this native thread ID in the JVM with this process ID. Without a
/// thread ID, the stack of the thread that is in `accept`.
///
/// # Errors
///
/// Why there is no stack trace.
pub fn of_thread(process: u32, thread: Option<u32>, javatalk: &Path) -> Result<Frames, String> {
    let program = std::fs::read_link(format!("/proc/{process}/exe")).map_err(|e| e.to_string())?;
    let jdk = of_program(&program).ok_or("the program is not a JVM")?;
    if !tool(jdk.home(), JCMD).is_file() {
        return Err(format!("{jdk} has no jcmd: a whole JDK has one"));
    }
    let print = jcmd(jdk.home(), process).arg("Thread.print");
    let printed = output(&print, javatalk)?;
    in_dump(&printed, thread).ok_or_else(|| "jcmd shows no such thread".to_owned())
}

const JCMD: &str = "jcmd";

/// The prefix of the socket file that a JVM creates for `jcmd`, followed by the process ID. A
/// killed JVM leaves the file behind.
pub const ATTACHED: &str = "/tmp/.java_pid";

/// A `jcmd` command for the JVM with this process ID.
fn jcmd(home: &Path, process: u32) -> Invocation {
    Invocation::new(tool(home, JCMD))
        .without(&OPTION_VARIABLES)
        .arg("-J-XX:TieredStopAtLevel=1")
        .arg("-J-XX:-UsePerfData")
        .arg(process.to_string())
}

/// The stdout of a tool of the JDK.
fn output(tool: &Invocation, javatalk: &Path) -> Result<String, String> {
    let notify = Arc::new(Notify::default());
    let running = tool.start(javatalk, Vec::new(), &notify);
    let running = running.map_err(|e| e.to_string())?;
    let waited = running.wait(Timeouts::of_a_conversation());
    let finished = running.finish();
    match finished.exit {
        Some(exit) if exit.success() => Ok(String::from_utf8_lossy(&finished.stdout).into_owned()),
        exit => {
            let said = String::from_utf8_lossy(&finished.stderr);
            let said = said.lines().next().unwrap_or_default();
            let how = exit.map_or(format!("{waited:?}"), |exit| exit.to_string());
            Err(format!("`{tool}`: {how}: {said}"))
        }
    }
}

/// Finds a thread in the output of `jcmd PID Thread.print`.
fn in_dump(dump: &str, thread: Option<u32>) -> Option<Frames> {
    // Each thread begins with its name in quotes.
    let mut threads = dump.split("\n\"").skip(1);
    let frames = |text: &str| -> Frames {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter_map(|line| line.strip_prefix("at "));
        let frames = lines.map(without_module);
        frames.filter(|frame| !is_hidden(frame)).collect()
    };
    threads.find_map(|text| {
        let head = text.lines().next()?;
        let frames = frames(text);
        let is_it = match thread {
            // Up to release 20, the native thread ID is in hex.
            Some(thread) => head
                .split_ascii_whitespace()
                .any(|word| word == format!("nid={thread}") || word == format!("nid={thread:#x}")),
            None => frames.iter().any(|frame| frame.contains(".accept(")),
        };
        (is_it && !frames.is_empty()).then_some(frames)
    })
}

/// `sun.nio.ch.Net.accept(java.base@17.0.15/Native Method)` without the module.
fn without_module(frame: &str) -> String {
    if let Some((method, place)) = frame.split_once('(')
        && let Some((_, place)) = place.split_once('/')
    {
        return format!("{method}({place}");
    }
    frame.to_owned()
}

/// Whether the frame belongs to a class generated for a lambda; a stack trace also hides these.
fn is_hidden(frame: &str) -> bool {
    frame.contains("$$Lambda")
}

/// A Flight Recorder configuration that records the stack of every socket read, and nothing else.
#[derive(Debug)]
pub struct Recorder {
    home: PathBuf,
    /// The path of `jfr`, which prints the recording.
    printer: PathBuf,
    folder: PathBuf,
}

impl Recorder {
    /// A recorder that stores its files in this folder.
    ///
    /// # Errors
    ///
    /// Why this JDK cannot record.
    pub fn new(jdk: &Jdk, folder: &Path) -> Result<Self, String> {
        let printer = tool(jdk.home(), "jfr");
        if !printer.is_file() {
            return Err(format!(
                "{jdk} has no flight recorder: a whole JDK has one, from 11 on"
            ));
        }
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(folder.join("settings.jfc"), SETTINGS))
            .map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Self {
            home: jdk.home().to_owned(),
            printer,
            folder: folder.to_owned(),
        })
    }

    /// The JVM options that start it.
    pub fn options(&self) -> Vec<OsString> {
        let option = |start: &str, file: &str| {
            let mut option = OsString::from(start);
            option.push(self.folder.join(file));
            option
        };
        let mut start = option("-XX:StartFlightRecording:settings=", "settings.jfc");
        start.push(option(",filename=", RECORDING));
        vec![
            option("-XX:FlightRecorderOptions:repository=", "repository"),
            start,
        ]
    }

    /// Makes the running JVM with this process ID write the recording so far.
    ///
    /// # Errors
    ///
    /// Why nothing was written.
    pub fn write(&self, process: u32, javatalk: &Path) -> Result<(), String> {
        let mut file = OsString::from("filename=");
        file.push(self.folder.join(RECORDING));
        let write = jcmd(&self.home, process)
            .args(["JFR.dump", "name=1"])
            .arg(file);
        output(&write, javatalk).map(|_| ())
    }

    /// All recorded reads, in order, after the recording was written at the end of the JVM.
    ///    ///
    /// # Errors
    ///
    /// Why there is no recording.
    pub fn reads(&self, javatalk: &Path) -> Result<Vec<Read>, String> {
        let recording = self.folder.join(RECORDING);
        // The recording is written at exit; a killed JVM writes nothing or an incomplete file.
        if std::fs::metadata(&recording).map_or(0, |file| file.len()) == 0 {
            return Err(
                "the flight recorder wrote nothing: the JVM did not exit normally".to_owned(),
            );
        }
        let print = Invocation::new(&self.printer)
            .without(&OPTION_VARIABLES)
            .arg("-J-XX:TieredStopAtLevel=1")
            .args(["print", "--json", "--stack-depth", "64", "--events", EVENT])
            .arg(recording);
        let printed = output(&print, javatalk)?;
        let printed: Printed = serde_json::from_str(&printed)
            .map_err(|e| format!("the flight recorder's output cannot be read: {e}"))?;
        let events = printed.recording.events.into_iter();
        Ok(events.map(|event| event.values.into()).collect())
    }
}

/// Whether a line on stdout is the recorder's start message, which cannot be disabled.
pub fn is_of_the_recorder(line: &str) -> bool {
    line.contains("[jfr,startup]")
}

const RECORDING: &str = "recording.jfr";

const EVENT: &str = "jdk.SocketRead";

/// Records all reads, however short. A release without the throttle setting ignores it.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0">
  <event name="jdk.SocketRead">
    <setting name="enabled">true</setting>
    <setting name="stackTrace">true</setting>
    <setting name="threshold">0 ns</setting>
    <setting name="throttle">off</setting>
  </event>
</configuration>
"#;

/// A socket read that Flight Recorder has recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The native thread ID, if the release records it.
    pub thread: Option<u32>,
    /// How many bytes were read; 0 at the end of the input.
    pub bytes: usize,
    /// The stack of the call.
    pub stack: Frames,
}

// The output of `jfr print --json`.

#[derive(Deserialize)]
struct Printed {
    recording: Recording,
}

#[derive(Deserialize)]
struct Recording {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    values: Values,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Values {
    event_thread: Option<Thread>,
    bytes_read: Option<i64>,
    stack_trace: Option<StackTrace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thread {
    os_thread_id: Option<u32>,
}

#[derive(Deserialize)]
struct StackTrace {
    frames: Vec<StackFrame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StackFrame {
    method: Method,
    line_number: i64,
}

#[derive(Deserialize)]
struct Method {
    r#type: Named,
    name: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl From<Values> for Read {
    fn from(values: Values) -> Self {
        let frames = values.stack_trace.map_or(Vec::new(), |trace| trace.frames);
        Self {
            thread: values.event_thread.and_then(|thread| thread.os_thread_id),
            bytes: usize::try_from(values.bytes_read.unwrap_or(0)).unwrap_or(0),
            stack: frames
                .iter()
                .map(StackFrame::shown)
                .filter(|frame| !is_hidden(frame))
                .collect(),
        }
    }
}

impl StackFrame {
    fn shown(&self) -> String {
        let class = self.method.r#type.name.replace('/', ".");
        let mut text = format!("{class}.{}", self.method.name);
        // A file is named after its outermost class, except in files with several classes.
        let simple = class.rsplit('.').next().unwrap_or_default();
        let file = simple.split('$').next().unwrap_or_default();
        let _ = match self.line_number {
            1.. => write!(text, "({file}.java:{})", self.line_number),
            _ => write!(text, "({file}.java)"),
        };
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUMP: &str = "\
4711:
2026-11-26 05:30:34
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

\"main\" #1 prio=5 os_prio=0 cpu=396.92ms elapsed=1.86s tid=0x00007f4d0001a8a0 nid=0x14db runnable  [0x00007f4d06d1e000]
   java.lang.Thread.State: RUNNABLE
\tat sun.nio.ch.Net.accept(java.base@17.0.15/Native Method)
\tat java.net.ServerSocket.accept(java.base@17.0.15/ServerSocket.java:532)
\tat server$$Lambda$90+0x00007f6a2c007a08.run(Unknown Source)
\tat server.main(server.java:26)

\"Reference Handler\" #2 daemon prio=10 os_prio=0 tid=0x00007f4d000f3e80 nid=5347 waiting on condition  [0x0]
   java.lang.Thread.State: RUNNABLE
\tat java.lang.ref.Reference.waitForReferencePendingList(java.base@17.0.15/Native Method)

\"VM Thread\" os_prio=0 cpu=1.58ms elapsed=1.81s tid=0x00007f4d000f0000 nid=0x14e2 runnable
";

    #[test]
    fn a_thread_is_found_by_its_number_in_hex_or_decimal() {
        let accept = [
            "sun.nio.ch.Net.accept(Native Method)",
            "java.net.ServerSocket.accept(ServerSocket.java:532)",
            "server.main(server.java:26)",
        ];
        assert_eq!(in_dump(DUMP, Some(0x14db)).unwrap(), accept);
        assert_eq!(in_dump(DUMP, None).unwrap(), accept);
        assert_eq!(in_dump(DUMP, Some(5347)).unwrap().len(), 1);
        assert_eq!(in_dump(DUMP, Some(0x14e2)), None);
        assert_eq!(in_dump(DUMP, Some(1)), None);
    }

    #[test]
    fn socket_reads_are_parsed_with_thread_count_and_stack() {
        let json = r#"{"recording": {"events": [{"type": "jdk.SocketRead", "values": {
            "startTime": "2026-11-26T05:30:34.439700179Z",
            "eventThread": {"osName": "main", "osThreadId": 5199, "javaName": "main"},
            "stackTrace": {"truncated": false, "frames": [
                {"method": {"type": {"name": "java\/net\/Socket$SocketInputStream"}, "name": "read"},
                 "lineNumber": 67, "bytecodeIndex": 175},
                {"method": {"type": {"name": "server"}, "name": "main"}, "lineNumber": -1}]},
            "host": "", "address": "127.0.0.1", "bytesRead": 1, "endOfStream": false}},
            {"type": "jdk.SocketRead", "values": {"eventThread": null, "stackTrace": null, "bytesRead": -1}}]}}"#;
        let printed: Printed = serde_json::from_str(json).unwrap();
        let events = printed.recording.events.into_iter();
        let reads: Vec<Read> = events.map(|event| event.values.into()).collect();
        assert_eq!(
            reads,
            [
                Read {
                    thread: Some(5199),
                    bytes: 1,
                    stack: vec![
                        "java.net.Socket$SocketInputStream.read(Socket.java:67)".to_owned(),
                        "server.main(server.java)".to_owned(),
                    ],
                },
                Read {
                    thread: None,
                    bytes: 0,
                    stack: Vec::new(),
                },
            ]
        );
    }
}
