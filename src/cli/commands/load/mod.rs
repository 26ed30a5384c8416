//! `javatalk load`.

mod contest;
mod table;

use std::convert::Infallible;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::Args;
use contest::Kind;
use table::Column;
use tokio::runtime::Runtime;

use crate::cli::options::file_limit;
use crate::cli::output::{eprintln, println};
use crate::cli::{Exit, JdkOptions, complain, exit, interruption, output_file, shown};
use crate::programs::load::{Message, Moment, Plan, run as load};
use crate::programs::{DEFAULT_PORT, resolve};
use crate::system::process::{Invocation, Usage, advised, namespace, spare_threads};
use crate::text::count::plural;
use crate::text::duration;

/// Puts a server under load: many clients at a time, each sending the same message repeatedly
///
/// Without HOST it starts servers one after another and shows the results side by side: `javatalk
/// server --forever`, `java ChatServer` with a thread for each client, and, on release 21 or later,
/// the same server with virtual threads. All of them print every message. With HOST it connects to
/// the server that listens there. That server must answer each writeUTF message with the same
/// message.
///
/// It counts the answers that are correct and on time, and reports the reason for every failure.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk load
      loads the Rust and Java servers with 100 clients, for 10 seconds each
  javatalk load --at-once 10000 --clients 10000 --messages 1
      opens 10,000 connections before the first client sends anything
  javatalk load --at-once 50 --clients 100000 --messages 1
      connects 100,000 clients, 50 at a time
  javatalk load --slow 1000 --silent 1000
      adds 1000 clients that send a byte per second, and 1000 that send nothing
  javatalk load --server rust --command './my-server 0'
      compares the Rust server with a server of your own
  javatalk load localhost 6666 --time 10m --pid 4711
      loads a running server for ten minutes, and measures its memory and processor time

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The host of a running server; without HOST the command starts servers itself
    #[arg(conflicts_with = "jdk")]
    host: Option<String>,
    /// The port of the server
    #[arg(default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Start this server (repeatable) [default: all, without --command]
    #[arg(long, value_name = "SERVER", conflicts_with = "host")]
    server: Vec<Kind>,
    /// Start this server too (repeatable)
    ///
    /// COMMAND starts a server on a free port of 127.0.0.1, quoted as for a shell; no shell runs
    /// it. Once it listens, it must print the line `listening on 127.0.0.1:PORT` to stderr.
    #[arg(long, value_name = "COMMAND", conflicts_with = "host")]
    command: Vec<Invocation>,
    /// The number of clients that are connected at a time
    ///
    /// If --clients is not larger, all clients connect before the first one sends anything.
    #[arg(long, value_name = "N", default_value = "100")]
    at_once: NonZero<usize>,
    /// The total number of clients [default: that of --at-once, or as many as --time allows]
    #[arg(long, value_name = "N")]
    clients: Option<u64>,
    /// The number of messages that each client sends [default: as many as --time allows]
    #[arg(long, value_name = "N")]
    messages: Option<u64>,
    /// Stop after this time: 90s, 10m, 2h [default: 10s, unless --messages is given]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time: Option<Duration>,
    /// The message that each client sends
    #[arg(long, value_name = "TEXT", default_value = "hello, 世界")]
    text: String,
    /// Count an answer that takes longer as a failure
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::parse)]
    answer_within: Duration,
    /// Connect this many more clients, which send nothing
    #[arg(long, value_name = "N", default_value_t = 0)]
    silent: usize,
    /// Connect this many more clients, which send a byte per second
    #[arg(long, value_name = "N", default_value_t = 0)]
    slow: usize,
    /// The process ID of the server at HOST, to measure its memory and processor time
    #[arg(long, value_name = "PID", requires = "host")]
    pid: Option<u32>,
    #[command(flatten)]
    jdks: JdkOptions,
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// The default time, if no number of messages is given.
const TIME: Duration = Duration::from_secs(10);

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (
        Exit::Differs,
        "an answer was wrong, late or missing, or the run was interrupted",
    ),
    exit::USAGE,
    exit::NO_CONNECTION,
    (Exit::NoMessage, "the message is too long"),
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    play(options).unwrap_or_else(|exit| exit)
}

fn play(options: &Options) -> Result<Exit, Exit> {
    file_limit::ask_for_all();
    if options.host.is_none() {
        // A network namespace keeps 100,000 closed connections away from later runs. Without one
        // the load is the same.
        let _ = namespace::isolate();
    }
    has_descriptors(options)?;
    output_file::check(&options.json)?;
    let stop = interruption::watch();
    let message = Message::of(options.text.as_str()).map_err(|e| {
        complain(e);
        Exit::NoMessage
    })?;
    let plan = |address| {
        let ends = options.messages.is_some();
        let at_once = u64::try_from(options.at_once.get()).unwrap_or(u64::MAX);
        Plan {
            address,
            at_once: options.at_once,
            // With unlimited messages no client ever makes room for another.
            clients: options
                .clients
                .or((!ends || options.time.is_none()).then_some(at_once)),
            messages: options.messages,
            time: options.time.or((!ends).then_some(TIME)),
            message: message.clone(),
            time_limit: options.answer_within,
            silent: options.silent,
            slow: options.slow,
            stop: Arc::clone(&stop),
        }
    };
    let mut columns = Vec::new();
    if let Some(host) = &options.host {
        let address = resolve(host, options.port).map_err(|why| {
            complain(format!("{host}: {why}"));
            Exit::NoConnection
        })?;
        columns.push(column(address.to_string(), &plan(address), options.pid)?);
    } else {
        for kind in contest::wanted(options)? {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            eprintln!("{kind}");
            let server = kind.start()?;
            let name = kind.to_string();
            columns.push(column(name, &plan(server.address()), server.id())?);
        }
    }
    let partial = stop.load(Ordering::Relaxed);
    // The file first: it is not lost where stdout cannot be written.
    let written = output_file::write_json(options.json.as_ref(), || {
        Ok::<_, Infallible>(table::json(&columns, partial))
    });
    println!("{}", shown(table::table(&columns)));
    if partial {
        println!("partial: the run was interrupted");
    }
    written?;
    Ok(if !partial && columns.iter().all(Column::is_well) {
        Exit::Success
    } else {
        Exit::Differs
    })
}

/// Loads one server.
fn column(name: String, plan: &Plan, id: Option<u32>) -> Result<Column, Exit> {
    let usage = || id.and_then(Usage::of);
    let mut column = Column::new(name, usage());
    let mut saw = |moment| match moment {
        Moment::Connecting { open, wanted } => eprintln!("  {open} of {wanted} connected"),
        Moment::Open(count) => column.open(count, usage()),
        Moment::Talking(answered) => {
            column.talking(usage());
            eprintln!("  {answered} {}", plural(answered, "answer"));
        }
    };
    // tokio panics if the system allows no more threads.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) + 1;
    let runtime = spare_threads(threads).and_then(|()| Runtime::new());
    let runtime = runtime.map_err(|why| {
        complain(advised(why));
        Exit::Local
    })?;
    let report = runtime.block_on(load(plan, &mut saw)).map_err(|why| {
        complain(format!(
            "cannot connect to {}: {why}; is the server running?",
            plan.address
        ));
        Exit::NoConnection
    })?;
    column.finish(report, usage());
    Ok(column)
}

/// Checks before the run that the system allows this process enough descriptors for all
/// connections.
fn has_descriptors(options: &Options) -> Result<(), Exit> {
    let wanted = options.at_once.get() + options.silent + options.slow;
    let possible = file_limit::connections();
    if wanted <= possible {
        return Ok(());
    }
    complain(format!(
        "{wanted} connections are needed, but the system allows {possible}, with {} open files: {}",
        file_limit::limit(),
        file_limit::how_to_raise(wanted),
    ));
    Err(Exit::Local)
}
