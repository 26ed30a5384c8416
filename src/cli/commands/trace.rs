//! `javatalk trace`.

use std::io::{self, IsTerminal, Read};
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::Args;

use crate::cli::options::framing::ProtocolOptions;
use crate::cli::output::{eprint, eprintln, print};
use crate::cli::output_file::is_stdout;
use crate::cli::{Exit, JdkOptions, complain, exit, output_file, toolbox_of};
use crate::interop::model::participant::{Participant, Role, java_release};
use crate::interop::programs::{ProgramPair, Programs};
use crate::programs::DEFAULT_PORT;
use crate::programs::framing::Framing;
use crate::system::process::{Invocation, namespace};
use crate::system::toolchain::Language;
use crate::system::wait::{Notify, Timeouts};
use crate::text::duration;
use crate::trace::pcapng::pcapng;
use crate::trace::plan::{Play, Program};
use crate::trace::run::{Ending, Played};
use crate::trace::streams::Streams;
use crate::trace::svg::svg;
use crate::trace::text::{WIDTH, text};
use crate::trace::timeline::Timeline;

/// Shows one conversation: the calls of both programs, and the bytes between them
///
/// CLIENT and SERVER are `rust`, `java` (the newest JDK found), `java17` and so on, `python` and
/// `cpp` with --wire raw, or a command in quotes. The trace shows side by side the socket calls of
/// both programs (socket, bind, listen, accept, connect, read, write, shutdown, close) and the TCP
/// segments between them (SYN, data, ACK, FIN, RST). It names each field of a message if it knows
/// the protocol of the programs. Below a call of a Java program it shows the stack.
///
/// The client connects directly to the server; there is no relay between them. On Linux both run in
/// a network namespace of their own, without root, in which every port is free. strace records the
/// calls, jcmd the stack of an accept, and the flight recorder the stack of a read. If a tool is
/// missing, the trace says so.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk trace java rust
      the original client on the newest JDK, and the server of this package
  javatalk trace rust java17 --input 'h\u{e9}llo \u{1f600}' --svg talk.svg --pcapng talk.pcapng
      the other way round; also writes a sequence diagram and a file for Wireshark
  printf 'one\\ntwo\\n' | javatalk trace --chat --wire line --charset GBK java rust
      two messages as lines of text
  javatalk trace --chat --wire raw --input bye python cpp
      a message without framing, between Python and C++
  javatalk trace 'java -cp old client' './new-server' --port 6660 --wire utf
      your own programs, which use port 6660 and writeUTF

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The program that connects
    client: ProgramName,
    /// The program that listens
    server: ProgramName,
    /// The stdin of the client [default: stdin; `hello` if that is a terminal or empty]
    #[arg(long, value_name = "TEXT")]
    input: Option<String>,
    /// Send every line of the input as a message: uses ChatClient and ChatServer
    #[arg(long)]
    chat: bool,
    #[command(flatten)]
    wire: ProtocolOptions,
    /// The port of the server [default: 666]
    ///
    /// A command does not get the port as an argument; it must know the port itself. If strace sees
    /// the server listen on another port, that port is used. Without a network namespace, a server
    /// that is not a command listens on a free port.
    #[arg(long, value_name = "N")]
    port: Option<NonZero<u16>>,
    /// Show every call on a socket, including poll, setsockopt, getsockname and the like
    #[arg(long)]
    all_calls: bool,
    /// Write a sequence diagram as SVG; `-` is stdout
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the packets for Wireshark, with the fields as comments
    #[arg(long, value_name = "FILE")]
    pcapng: Option<PathBuf>,
    /// Write the whole trace as JSON; `-` is stdout
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Use the loopback interface of the host, not a network namespace
    #[arg(long)]
    host_network: bool,
    /// Give up after this time without progress
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::parse)]
    timeout: Duration,
    #[command(flatten)]
    jdks: JdkOptions,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// A program as the command line names it.
#[derive(Clone)]
enum ProgramName {
    Rust,
    /// On this feature release, or the newest.
    Java(Option<u32>),
    /// For `--wire raw`.
    Socket(Language),
    /// A command line.
    Command(String, Box<Invocation>),
}

impl FromStr for ProgramName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "rust" {
            return Ok(Self::Rust);
        }
        let in_a_language = |language: &Language| language.to_string() == name;
        if let Some(language) = Language::ALL.into_iter().find(in_a_language) {
            return Ok(Self::Socket(language));
        }
        if name == "java" {
            return Ok(Self::Java(None));
        }
        if let Some(feature) = java_release(name) {
            return Ok(Self::Java(Some(feature)));
        }
        let command: Invocation = name.parse().map_err(|why| {
            format!(
                "{why}; or use `rust`, `java`, `java17` and so on, or with --wire raw `python` or \
                 `cpp`"
            )
        })?;
        let invocation = Box::new(command);
        Ok(Self::Command(name.to_owned(), invocation))
    }
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::USAGE,
    (Exit::NoConnection, "the server did not listen"),
    (Exit::Lost, "the conversation did not finish"),
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    play(options).unwrap_or_else(|exit| exit)
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let said = options.wire.chosen()?;
    let wire = said.unwrap_or_default();
    let is_command = |name: &ProgramName| matches!(name, ProgramName::Command(..));
    let names = [&options.client, &options.server];
    if wire != ProgramPair::Hello.framing()
        && !options.chat
        && !names.iter().all(|name| is_command(name))
    {
        complain(format!(
            "--wire {} needs --chat, unless both programs are commands",
            wire.name()
        ));
        return Err(Exit::Usage);
    }
    let to_stdout = [&options.svg, &options.json];
    let to_stdout = to_stdout.into_iter().flatten().filter(|f| is_stdout(f));
    let to_stdout = to_stdout.count();
    if to_stdout > 1 {
        complain("--svg and --json cannot both write to stdout");
        return Err(Exit::Usage);
    }
    // This needs a process of one thread.
    let own_network = !options.host_network && is_isolated();
    let files = [&options.svg, &options.pcapng, &options.json];
    output_file::check(files.into_iter().flatten())?;
    let input = input(options)?;
    let launcher = Launcher::of(options, wire)?;
    let (stop, notify) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Notify::default()),
    );
    {
        let (stop, notify) = (Arc::clone(&stop), Arc::clone(&notify));
        let stopped = ctrlc::set_handler(move || {
            stop.store(true, Ordering::Relaxed);
            notify.notify();
        });
        if let Err(why) = stopped {
            complain(why);
        }
    }
    let given = options.port.map(NonZero::get);
    let play = Play {
        javatalk: &launcher.javatalk,
        client: launcher.program(&options.client, Role::Client)?,
        server: launcher.program(&options.server, Role::Server)?,
        port: given.or((own_network || is_command(&options.server)).then_some(DEFAULT_PORT)),
        input,
        // The protocol of a user's own program is unknown, unless --wire names it.
        framings: names.map(|name| said.or((!is_command(name)).then_some(wire))),
        timeouts: Timeouts {
            idle: options.timeout,
            ..Timeouts::of_a_conversation()
        },
        stop: &stop,
        notify: &notify,
    };
    let played = play.perform().map_err(|why| {
        complain(why);
        Exit::Local
    })?;
    show(options, &played, to_stdout > 0)
}

fn is_isolated() -> bool {
    // A failure does not matter if a port is free and packets may be captured anyway. If they may
    // not, the trace says so.
    namespace::isolate().is_ok()
}

fn input(options: &Options) -> Result<Vec<u8>, Exit> {
    let mut input = match &options.input {
        Some(input) => input.clone().into_bytes(),
        None => {
            let mut piped = Vec::new();
            let mut stdin = io::stdin().lock();
            if !stdin.is_terminal() {
                stdin.read_to_end(&mut piped).map_err(|why| {
                    complain(format!("stdin: {why}"));
                    Exit::Local
                })?;
            }
            if piped.is_empty() {
                piped = b"hello".to_vec();
            }
            piped
        }
    };
    // A program that gets input gets whole lines.
    if !input.is_empty() && !input.ends_with(b"\n") {
        input.push(b'\n');
    }
    Ok(input)
}

/// Starts the programs that the command line names.
struct Launcher {
    javatalk: PathBuf,
    wire: Framing,
    program_pair: ProgramPair,
    programs: Programs,
}

impl Launcher {
    fn of(options: &Options, wire: Framing) -> Result<Self, Exit> {
        let names = [&options.client, &options.server];
        let needs_java = names
            .iter()
            .any(|name| matches!(name, ProgramName::Java(_)));
        let cache = options.cache.clone();
        let toolbox = if needs_java {
            options.jdks.toolbox(cache)?
        } else {
            options
                .jdks
                .none("neither program is one of the Java programs of javatalk")?;
            toolbox_of(Vec::new(), cache)?
        };
        let javatalk = toolbox.javatalk().to_owned();
        let program_pair = if options.chat {
            ProgramPair::Conversation(wire)
        } else {
            ProgramPair::Hello
        };
        let programs = Programs::new(
            program_pair,
            Arc::new(toolbox),
            Timeouts::of_a_conversation(),
        );
        Ok(Self {
            javatalk,
            wire,
            program_pair,
            programs,
        })
    }

    fn program<'a>(&'a self, name: &'a ProgramName, role: Role) -> Result<Program<'a>, Exit> {
        let peer = match name {
            ProgramName::Java(_) if self.program_pair.class(role).is_none() => {
                complain(format!(
                    "there is no Java program for --wire {}: use `rust`, `python` or `cpp`",
                    self.wire.name()
                ));
                return Err(Exit::Usage);
            }
            ProgramName::Socket(language) if !self.program_pair.has_socket_programs() => {
                complain(format!("`{language}` needs --chat --wire raw"));
                return Err(Exit::Usage);
            }
            ProgramName::Command(name, invocation) => {
                return Ok(Program {
                    name: name.clone(),
                    invocation: Box::new(|_| (**invocation).clone()),
                    may_go_on: true,
                });
            }
            ProgramName::Rust => Participant::Rust,
            ProgramName::Socket(language) => Participant::Socket(*language),
            ProgramName::Java(feature) => {
                let newest = self.programs.toolbox().javas().last().copied();
                Participant::Java(feature.or(newest).unwrap_or_default())
            }
        };
        let invocation = move |port: u16| {
            let arguments = match role {
                Role::Client => vec!["localhost".to_owned(), port.to_string()],
                Role::Server => vec![port.to_string()],
            };
            self.programs
                .invocation_in(self.wire.charset(), peer, role, &arguments)
        };
        // Compile the classes now, so that no timeout includes the compilation.
        match invocation(0) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(Exit::Usage),
            Err(why) => {
                complain(&why);
                return Err(Exit::from(&why));
            }
        }
        Ok(Program {
            name: peer.to_string(),
            invocation: Box::new(move |port| match invocation(port) {
                Ok(Some(invocation)) => invocation,
                // It was available a moment ago, and the result is cached.
                _ => Invocation::new(""),
            }),
            may_go_on: false,
        })
    }
}

fn show(options: &Options, played: &Played, stdout_is_taken: bool) -> Result<Exit, Exit> {
    let Played {
        timeline,
        streams,
        ending,
    } = played;
    // The files first: they are not lost where stdout cannot be written.
    let written = write_files(options, timeline, streams);
    // `print` removes the colours if its stream is not a terminal.
    let shown = text(timeline, options.all_calls, width(stdout_is_taken));
    if stdout_is_taken {
        eprint!("{shown}");
    } else {
        print!("{shown}");
    }
    // If the text goes to a file or a pipe, the user sees this on stderr.
    if !stdout_is_taken && !io::stdout().is_terminal() {
        for missing in &timeline.missing {
            eprintln!("javatalk: {missing}");
        }
    }
    written?;
    Ok(match ending {
        Ending::Complete => Exit::Success,
        Ending::NeverListened => {
            complain(format!(
                "the server did not listen on port {}: {}",
                timeline.port,
                timeline
                    .server
                    .exit
                    .as_deref()
                    .unwrap_or("it is still running")
            ));
            Exit::NoConnection
        }
        Ending::TimedOut => {
            complain(format!(
                "no progress for {}, and a program is still running; use --timeout to wait longer",
                humantime::format_duration(options.timeout)
            ));
            Exit::Lost
        }
        Ending::Stopped => {
            complain("stopped before the conversation had finished");
            Exit::Lost
        }
    })
}

/// The width of the terminal that the text goes to.
fn width(stdout_is_taken: bool) -> usize {
    let size = if stdout_is_taken {
        rustix::termios::tcgetwinsize(io::stderr())
    } else {
        rustix::termios::tcgetwinsize(io::stdout())
    };
    match size {
        // Some terminals report 0.
        Ok(size) if size.ws_col > 0 => size.ws_col.into(),
        _ => WIDTH,
    }
}

fn write_files(options: &Options, timeline: &Timeline, streams: &Streams) -> Result<(), Exit> {
    if let Some(file) = &options.svg {
        output_file::write(file, svg(timeline, options.all_calls).as_bytes())?;
    }
    output_file::write_json(options.json.as_ref(), || {
        serde_json::to_string_pretty(timeline)
    })?;
    if let Some(file) = &options.pcapng {
        output_file::write(file, &pcapng(streams.commented()))?;
    }
    Ok(())
}
