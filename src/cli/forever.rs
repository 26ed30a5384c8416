//! `javatalk server --forever`.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use anstream::eprintln;
use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use super::{Exit, complain, descriptors, metrics};
use crate::chat::Error;
use crate::chat::forever::{Counters, Forever, Limits, Seen, Stopped, WhenFull, greet};
use crate::interop::process::{advised, spare_threads};

/// The options of a server that runs on.
#[derive(Args)]
pub(super) struct ForeverOptions {
    /// Answer any number of clients at a time, each to its end, until told to stop
    ///
    /// Ctrl-C or SIGTERM let what is under way come to its end, and then it ends with 0; a second one
    /// cuts it off. Log lines go to stderr, one for each conversation.
    #[arg(long, conflicts_with = "chat", help_heading = HEADING)]
    pub(super) forever: bool,
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
    /// Answer `GET /metrics` there, for Prometheus
    #[arg(long, value_name = "HOST:PORT", requires = "forever", help_heading = HEADING)]
    metrics: Option<SocketAddr>,
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

pub(super) fn run(options: &ForeverOptions, interface: IpAddr, port: u16) -> Exit {
    // A reader of the log that is gone is no reason to stop.
    let lines = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_target(false)
        .log_internal_errors(false);
    match options.log {
        Log::Text => lines.init(),
        Log::Json => lines.json().flatten_event(true).init(),
    }
    // It panics where the system gives it no threads.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get) + 1;
    let served = spare_threads(threads)
        .and_then(|()| Runtime::new())
        .map_err(|why| Error::Runtime(advised(why)))
        .and_then(|runtime| runtime.block_on(serve(options, interface, port)));
    match served.map(|stopped| stopped.failed) {
        Ok(Some(error)) if options.clients.is_some() => {
            complain(&error);
            Exit::from(&error)
        }
        Ok(_) => Exit::Success,
        Err(error) => {
            complain(&error);
            Exit::from(&error)
        }
    }
}

async fn serve(options: &ForeverOptions, interface: IpAddr, port: u16) -> Result<Stopped, Error> {
    descriptors::ask_for_all();
    // Before anybody can know that there is something to stop.
    let told = signals().map_err(Error::Runtime)?;
    let counters = Arc::new(Counters::new());
    if options.print {
        greet()?;
    }
    if let Some(address) = options.metrics {
        let address = metrics::serve(address, Arc::clone(&counters)).await?;
        options.announce("metrics", address);
    }
    let limits = options.limits();
    let seen: fn(Seen<'_>) = if options.print {
        |seen| seen.print()
    } else {
        |_| {}
    };
    let counted = Arc::clone(&counters);
    let server = Forever::listen(interface, port, limits, counted, seen)?;
    options.announce("listening", server.address());
    let stop = || {
        let told = Arc::clone(&told);
        async move {
            // It is never closed.
            if let Ok(signal) = told.acquire().await {
                signal.forget();
            }
        }
    };
    let stopped = server.serve(options.clients, stop).await;
    let (received, answered) = counters.messages();
    let cut_off = stopped.cut_off;
    tracing::info!(received, answered, cut_off, "stopped");
    Ok(stopped)
}

impl ForeverOptions {
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

    /// Says where the server is, for people as the other servers do.
    fn announce(&self, what: &str, address: SocketAddr) {
        match self.log {
            Log::Text => eprintln!("{what} on {address}"),
            Log::Json => tracing::info!(%address, "{what}"),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(Duration::ZERO) | Err(_) => Err("seconds, more than 0".to_owned()),
        Ok(duration) => Ok(duration),
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
