//! `javatalk server --forever`.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::time::{interval, sleep_until};

use crate::cli::metrics::HostAndPort;
use crate::cli::options::file_limit;
use crate::cli::output::background::{Background, Written};
use crate::cli::{Exit, ended, metrics};
use crate::programs::Error;
use crate::programs::service::{Counters, GREETING, Limits, See, Service, Stopped, WhenFull};
use crate::system::process::{advised, spare_threads};

/// The options of a server that runs on.
#[derive(Args)]
pub(crate) struct ServiceOptions {
    /// Answer any number of clients at a time, each to its end, until told to stop
    ///
    /// On Ctrl-C or SIGTERM it takes no more clients, answers every message that has begun to arrive,
    /// and ends with 0; a second one cuts off what is still under way. Log lines go to stderr, one for
    /// each conversation.
    ///
    /// The server never waits for a reader of stdout or stderr. 8 MiB of lines are kept for each
    /// stream; further lines are lost. The metrics, the log and its last line say how many, and the
    /// exit status is 7. When a reader closes its pipe, no line counts as lost.
    #[arg(long, conflicts_with = "chat", help_heading = HEADING)]
    pub(crate) forever: bool,
    /// How many clients may converse at a time
    #[arg(long, value_name = "N", default_value = "10000", requires = "forever", help_heading = HEADING)]
    max_clients: NonZero<u32>,
    /// What becomes of one more: it waits until there is room, or is closed at once
    #[arg(long, value_name = "WHAT", default_value = "wait", requires = "forever", help_heading = HEADING)]
    when_full: Full,
    /// Close a client that says nothing for so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds, requires = "forever", help_heading = HEADING)]
    idle: Duration,
    /// Close a client whose message and its answer take so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds, requires = "forever", help_heading = HEADING)]
    message_time: Duration,
    /// When told to stop, wait so many seconds for what is under way
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds, requires = "forever", help_heading = HEADING)]
    grace: Duration,
    /// How log lines are written
    #[arg(long, value_name = "FORM", default_value = "text", requires = "forever", help_heading = HEADING)]
    log: Log,
    /// Answer `GET /metrics` there, for Prometheus; HOST is a name or an address
    #[arg(long, value_name = "HOST:PORT", requires = "forever", help_heading = HEADING)]
    metrics: Option<HostAndPort>,
    /// Print each message, as `java ChatServer` does
    #[arg(long, requires = "forever", help_heading = HEADING)]
    print: bool,
    /// End after so many clients, as `java ChatServer PORT N` does; fail if a conversation failed
    #[arg(long, value_name = "N", requires = "forever", help_heading = HEADING)]
    clients: Option<u64>,
}

const HEADING: &str = "A server to leave running";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Full {
    Wait,
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Log {
    Text,
    Json,
}

pub(crate) fn run(options: &ServiceOptions, interface: IpAddr, port: u16) -> Exit {
    // It panics where the system gives it no threads.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) + 1;
    let runtime = spare_threads(threads).and_then(|()| Runtime::new());
    let served = runtime.map_err(advised).and_then(|runtime| {
        runtime.block_on(async {
            // Before anybody can know that there is something to stop.
            let told = signals()?;
            let counters = Arc::new(Counters::new());
            let streams = Streams::start(&counters)?;
            options.log_to(streams.stderr.clone());
            let served = serve(options, interface, port, &counters, &streams, &told).await;
            Ok(finish(options, served, &counters, streams, &told).await)
        })
    });
    served.unwrap_or_else(|why| ended(Err(Error::Runtime(why))))
}

/// The standard streams, each with a thread that writes it: neither a client nor a signal ever waits
/// for a reader.
struct Streams {
    stdout: Background,
    stdout_written: Written,
    stderr: Background,
    stderr_written: Written,
}

impl Streams {
    fn start(counters: &Counters) -> io::Result<Self> {
        let (stdout, stdout_written) =
            Background::start(io::stdout(), counters.lost_lines("stdout"))?;
        let (stderr, stderr_written) =
            Background::start(io::stderr(), counters.lost_lines("stderr"))?;
        Ok(Self {
            stdout,
            stdout_written,
            stderr,
            stderr_written,
        })
    }
}

async fn serve(
    options: &ServiceOptions,
    interface: IpAddr,
    port: u16,
    counters: &Arc<Counters>,
    streams: &Streams,
    told: &Semaphore,
) -> Result<Stopped, Error> {
    file_limit::ask_for_all();
    let see: See = if options.print {
        let stdout = streams.stdout.clone();
        stdout.line(format!("{GREETING}\n").as_bytes());
        Arc::new(move |seen| stdout.line(format!("{seen}\n").as_bytes()))
    } else {
        Arc::new(|_| {})
    };
    let announce = |what, address| options.announce(what, address, &streams.stderr);
    if let Some(at) = &options.metrics {
        announce("metrics", metrics::serve(at, Arc::clone(counters)).await?);
    }
    let limits = options.limits();
    let server = Service::listen(interface, port, limits, Arc::clone(counters), see)?;
    announce("listening", server.address());
    tokio::select! {
        stopped = server.serve(options.clients, || signal(told)) => Ok(stopped),
        never = report_lost_lines(streams) => match never {},
    }
}

/// Logs from time to time how many lines have been lost, if more have.
async fn report_lost_lines(streams: &Streams) -> Infallible {
    let lost = || (streams.stdout.lost(), streams.stderr.lost());
    let mut reported = lost();
    let mut ticks = interval(LOST_LINES);
    loop {
        ticks.tick().await;
        let (stdout, stderr) = lost();
        if (stdout, stderr) != reported {
            reported = (stdout, stderr);
            tracing::warn!(stdout, stderr, "lines lost so far");
        }
    }
}

/// Says how all of it ended, and waits until that is written; the grace period limits this too.
async fn finish(
    options: &ServiceOptions,
    served: Result<Stopped, Error>,
    counters: &Counters,
    streams: Streams,
    told: &Semaphore,
) -> Exit {
    let mut deadline = served.as_ref().ok().and_then(|stopped| stopped.deadline);
    let mut wait = async |stream: &Background, written| {
        stream.close();
        if !is_written(written, &mut deadline, options.grace, told).await {
            stream.give_up();
        }
    };
    wait(&streams.stdout, streams.stdout_written).await;
    let stdout_lost = streams.stdout.lost();
    let mut exit = Exit::Success;
    let mut failed = |error: &Error| {
        options.complain(error, &streams.stderr);
        exit = Exit::from(error);
    };
    if let Some(why) = streams.stdout.failure() {
        failed(&Error::Print(why));
    }
    match served {
        Ok(stopped) => {
            if let Some(error) = stopped.failed.filter(|_| options.clients.is_some()) {
                failed(&error);
            }
            let (received, answered) = counters.messages();
            let cut_off = stopped.cut_off;
            let stderr_lost = streams.stderr.lost();
            tracing::info!(
                received,
                answered,
                cut_off,
                stdout_lost,
                stderr_lost,
                "stopped"
            );
        }
        Err(error) => failed(&error),
    }
    wait(&streams.stderr, streams.stderr_written).await;
    match exit {
        Exit::Success if stdout_lost + streams.stderr.lost() > 0 => Exit::Local,
        exit => exit,
    }
}

/// Whether a stream is written to its end before the deadline. Without a deadline its reader has all
/// the time that it wants, until a signal begins the grace period; another one ends it.
async fn is_written(
    mut written: Written,
    deadline: &mut Option<Instant>,
    grace: Duration,
    told: &Semaphore,
) -> bool {
    let least = Instant::now() + LAST_LINES;
    loop {
        let until = deadline.map(|deadline| deadline.max(least));
        let over = async {
            match until {
                Some(until) => sleep_until(until.into()).await,
                None => pending().await,
            }
        };
        tokio::select! {
            _ = &mut written => return true,
            () = over => return false,
            () = signal(told) => {
                let now = Instant::now();
                *deadline = Some(deadline.map_or(now + grace, |deadline| deadline.min(now)));
            }
        }
    }
}

impl ServiceOptions {
    fn limits(&self) -> Limits {
        Limits {
            clients: usize::try_from(self.max_clients.get()).unwrap_or(usize::MAX),
            when_full: match self.when_full {
                Full::Wait => WhenFull::Wait,
                Full::Refuse => WhenFull::Refuse,
            },
            idle: self.idle,
            message: self.message_time,
            grace: self.grace,
        }
    }

    fn log_to(&self, stderr: Background) {
        let lines = tracing_subscriber::fmt()
            .with_writer(stderr)
            .with_target(false)
            .log_internal_errors(false);
        match self.log {
            Log::Text => lines.init(),
            Log::Json => lines.json().flatten_event(true).init(),
        }
    }

    /// Says where the server is, for people as the other servers do.
    fn announce(&self, what: &str, address: SocketAddr, stderr: &Background) {
        match self.log {
            Log::Text => stderr.line(format!("{what} on {address}\n").as_bytes()),
            Log::Json => tracing::info!(%address, "{what}"),
        }
    }

    /// Says what went wrong, for people as the other commands do.
    fn complain(&self, error: &Error, stderr: &Background) {
        match self.log {
            Log::Text => stderr.line(format!("javatalk: {error}\n").as_bytes()),
            Log::Json => tracing::error!("{error}"),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(Duration::ZERO) | Err(_) => Err("seconds, more than 0".to_owned()),
        Ok(duration) if duration > YEAR => Err("seconds, no more than a year".to_owned()),
        Ok(duration) => Ok(duration),
    }
}

/// More than this is a slip, or means no limit.
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// How often lost lines are reported.
const LOST_LINES: Duration = Duration::from_secs(10);

/// So long the last lines may take, even when the grace period is over.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Waits for a signal that tells the server to stop.
async fn signal(told: &Semaphore) {
    // It is never closed.
    if let Ok(signal) = told.acquire().await {
        signal.forget();
    }
}

/// One permit for each signal that tells the server to stop.
fn signals() -> io::Result<Arc<Semaphore>> {
    let told = Arc::new(Semaphore::new(0));
    let tell = Arc::clone(&told);
    #[cfg(unix)]
    let mut signals = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    tokio::spawn(async move {
        loop {
            #[cfg(unix)]
            tokio::select! {
                _ = signals.0.recv() => {}
                _ = signals.1.recv() => {}
            }
            #[cfg(not(unix))]
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            tell.add_permits(1);
        }
    });
    Ok(told)
}
