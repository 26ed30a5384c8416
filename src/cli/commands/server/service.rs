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
use crate::programs::server::GREETING;
use crate::programs::service::{Counters, Limits, See, Service, Stopped, WhenFull};
use crate::system::process::{advised, spare_threads};
use crate::text::duration;

/// The options of `javatalk server --forever`.
#[derive(Args)]
pub(crate) struct ServiceOptions {
    /// Serve any number of clients at a time, until Ctrl-C or SIGTERM
    ///
    /// On the first signal the server accepts no more clients, answers every message that has begun
    /// to arrive, and exits with 0. A second signal closes the remaining connections. Log lines go
    /// to stderr, one for each conversation.
    ///
    /// The server never waits for a reader of stdout or stderr. It buffers 8 MiB of lines for each
    /// stream; further lines are lost. The metrics, the log and its last line give the number of
    /// lost lines, and the exit status is 7. If a reader closes its pipe, no line counts as lost.
    #[arg(long, conflicts_with = "chat", help_heading = HEADING)]
    pub(crate) forever: bool,
    /// The number of clients that may be connected at a time
    #[arg(long, value_name = "N", default_value = "10000", requires = "forever", help_heading = HEADING)]
    max_clients: NonZero<u32>,
    /// What to do with further clients: let them wait for a free place, or close them at once
    #[arg(long, value_name = "WHAT", default_value = "wait", requires = "forever", help_heading = HEADING)]
    when_full: Full,
    /// Close a client that has sent nothing for this time
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration::parse, requires = "forever", help_heading = HEADING)]
    idle: Duration,
    /// Close a client if one message and its answer take longer than this time
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::parse, requires = "forever", help_heading = HEADING)]
    message_time: Duration,
    /// After the signal to stop, wait this time for conversations to finish
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration::parse, requires = "forever", help_heading = HEADING)]
    grace: Duration,
    /// The format of log lines
    #[arg(long, value_name = "FORM", default_value = "text", requires = "forever", help_heading = HEADING)]
    log: Log,
    /// Serve metrics for Prometheus at this address, under /metrics; HOST is a name or an address
    #[arg(long, value_name = "HOST:PORT", requires = "forever", help_heading = HEADING)]
    metrics: Option<HostAndPort>,
    /// Print each message, as `java ChatServer` does
    #[arg(long, requires = "forever", help_heading = HEADING)]
    print: bool,
    /// Exit after this number of clients, as `java ChatServer PORT N` does; fail if a conversation
    /// failed
    #[arg(long, value_name = "N", requires = "forever", help_heading = HEADING)]
    clients: Option<u64>,
}

const HEADING: &str = "Options of --forever";

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
    // tokio panics if the system allows no more threads.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) + 1;
    let runtime = spare_threads(threads).and_then(|()| Runtime::new());
    let served = runtime.map_err(advised).and_then(|runtime| {
        runtime.block_on(async {
            // Before the server announces itself: a signal may follow at once.
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

/// The standard streams, each written by a thread of its own: neither a client nor a signal ever
/// waits for a reader.
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
    let mut limits = options.limits();
    let wanted = limits.clients;
    limits.clients = wanted.min(file_limit::connections());
    let few = limits.clients;
    let server = Service::listen(interface, port, limits, Arc::clone(counters), see)?;
    announce("listening", server.address());
    if few < wanted {
        tracing::warn!(
            max_clients = few,
            "the system allows too few open files for {wanted} clients: {}",
            file_limit::how_to_raise(wanted)
        );
    }
    tokio::select! {
        stopped = server.serve(options.clients, || signal(told)) => Ok(stopped),
        never = report_lost_lines(streams) => match never {},
    }
}

/// Logs the number of lost lines from time to time, if it has grown.
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

/// Reports how the server ended, and waits until the streams are written. The grace period limits
/// this wait too.
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

/// Whether a stream is completely written before the deadline. Without a deadline it waits for the
/// reader, until a signal starts the grace period; another signal ends it.
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

    /// Prints the address of the server; in text form like the other servers.
    fn announce(&self, what: &str, address: SocketAddr, stderr: &Background) {
        match self.log {
            Log::Text => stderr.line(format!("{what} on {address}\n").as_bytes()),
            Log::Json => tracing::info!(%address, "{what}"),
        }
    }

    /// Prints an error; in text form like the other commands.
    fn complain(&self, error: &Error, stderr: &Background) {
        match self.log {
            Log::Text => stderr.line(format!("javatalk: {error}\n").as_bytes()),
            Log::Json => tracing::error!("{error}"),
        }
    }
}

/// How often lost lines are reported.
const LOST_LINES: Duration = Duration::from_secs(10);

/// The last lines may take this long, even after the grace period.
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
