//! Runs a load plan: when which clients connect, send and close.

use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Barrier, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{interval, sleep};

use super::client::Client;
use super::{Plan, Report};

/// The moments at which the caller may want to measure the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Another second has passed while the clients connect that connect before the first message.
    Connecting {
        /// The number of open connections.
        open: usize,
        /// The number of connections to open.
        wanted: usize,
    },
    /// All clients that connect before the first message are connected; the number of connections.
    /// These are the silent and slow clients, and the others too if none of them connects later.
    Open(usize),
    /// Another second of messages has passed; the number of answers so far.
    Talking(u64),
}

/// Carries out the plan.
///
/// # Errors
///
/// If not a single client can connect.
pub(crate) async fn run(plan: &Plan, saw: &mut impl FnMut(Moment)) -> io::Result<Report> {
    // If this fails, every other connection would fail too: report the error once.
    drop(Client::connect(plan.address, 0, plan.time_limit).await?);
    let load_run = Arc::new(LoadRun::new(plan.clone()));
    let start = Instant::now();
    let mut bystanders = JoinSet::new();
    for number in 0..plan.silent + plan.slow {
        let load_run = Arc::clone(&load_run);
        bystanders.spawn(async move { load_run.stand_by(number).await });
    }
    let mut clients = JoinSet::new();
    for number in 0..load_run.at_once() {
        let load_run = Arc::clone(&load_run);
        clients.spawn(async move { load_run.take_part(number).await });
    }
    let mut ticks = interval(Duration::from_secs(1));
    ticks.tick().await;
    let is_stopped = {
        let mut all_there = pin!(load_run.all_there.wait());
        loop {
            tokio::select! {
                _ = &mut all_there => break false,
                // Do not wait for the other clients any longer. No client has sent anything.
                () = load_run.stopped() => break true,
                _ = ticks.tick() => saw(Moment::Connecting {
                    open: load_run.open.load(Ordering::Relaxed),
                    wanted: load_run.wanted_at_first(),
                }),
            }
        }
    };
    if is_stopped {
        bystanders.shutdown().await;
        clients.shutdown().await;
        return Ok(load_run.report());
    }
    let opening = load_run.waits_for_all().then(|| start.elapsed());
    saw(Moment::Open(load_run.open.load(Ordering::Relaxed)));
    load_run.may_talk.wait().await;

    let talk = Instant::now();
    ticks.reset();
    loop {
        tokio::select! {
            ended = clients.join_next() => match ended {
                Some(ended) => load_run.see_end(ended),
                None => break,
            },
            _ = ticks.tick() => saw(Moment::Talking(load_run.answered.load(Ordering::Relaxed))),
        }
        let is_late = plan.time.is_some_and(|time| talk.elapsed() >= time);
        if is_late || plan.stop.load(Ordering::Relaxed) {
            load_run.over.store(true, Ordering::Relaxed);
        }
    }
    let talking = talk.elapsed();
    load_run.over.store(true, Ordering::Relaxed);
    load_run.closing.close();
    while let Some(ended) = bystanders.join_next().await {
        load_run.see_end(ended);
    }
    let mut report = load_run.report();
    report.opening = opening;
    report.talking = talking;
    Ok(report)
}

struct LoadRun {
    plan: Plan,
    /// Passed by all clients that connect before the first message, and by the caller.
    all_there: Barrier,
    /// The same, after the caller has measured the server.
    may_talk: Barrier,
    /// Limits the simultaneous connection attempts: the backlog of a listener holds some hundred.
    connecting: Semaphore,
    /// Closed when the silent and slow clients may close.
    closing: Semaphore,
    open: AtomicUsize,
    /// The number of clients started so far, without the silent and slow ones.
    claimed: AtomicU64,
    answered: AtomicU64,
    over: AtomicBool,
    /// Several reports, so that clients seldom wait for the same lock; but not one per client,
    /// since each takes memory.
    reports: Vec<Mutex<Report>>,
}

impl LoadRun {
    fn new(plan: Plan) -> Self {
        let participants = bystanders(&plan) + at_once(&plan) + 1;
        Self {
            all_there: Barrier::new(participants),
            may_talk: Barrier::new(participants),
            connecting: Semaphore::new(MOST_CONNECTING),
            closing: Semaphore::new(0),
            open: AtomicUsize::new(0),
            claimed: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            over: AtomicBool::new(false),
            reports: (0..REPORTS).map(|_| Mutex::default()).collect(),
            plan,
        }
    }

    /// Returns once the run is told to stop. A signal arrives in another thread, so this polls.
    async fn stopped(&self) {
        while !self.plan.stop.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// The counts of all clients so far.
    fn report(&self) -> Report {
        let mut report = Report::default();
        for partial in &self.reports {
            report.add(&lock(partial));
        }
        report
    }

    /// Whether all clients connect before the first message.
    fn waits_for_all(&self) -> bool {
        let at_once = u64::try_from(self.plan.at_once.get()).unwrap_or(u64::MAX);
        self.plan.clients.is_some_and(|clients| clients <= at_once)
    }

    fn at_once(&self) -> usize {
        at_once(&self.plan)
    }

    /// The number of clients to connect before the first message.
    fn wanted_at_first(&self) -> usize {
        let clients = if self.waits_for_all() {
            self.at_once()
        } else {
            0
        };
        bystanders(&self.plan) + clients
    }

    /// The report that client number `number` counts in.
    fn report_of(&self, number: usize) -> MutexGuard<'_, Report> {
        lock(&self.reports[number % REPORTS])
    }

    fn see_end(&self, ended: Result<(), JoinError>) {
        if let Err(why) = ended {
            self.report_of(0)
                .count_failure("client", &io::Error::other(why));
        }
    }

    async fn connect(&self, place: usize, number: u64) -> Option<Client> {
        // It is never closed.
        let _permit = self.connecting.acquire().await.ok()?;
        let connected = Client::connect(self.plan.address, number, self.plan.time_limit).await;
        let mut report = self.report_of(place);
        match connected {
            Ok(client) => {
                report.connected += 1;
                self.open.fetch_add(1, Ordering::Relaxed);
                Some(client)
            }
            Err(why) => {
                report.count_failure("connection", &why);
                None
            }
        }
    }

    async fn all_are_there(&self) {
        self.all_there.wait().await;
        self.may_talk.wait().await;
    }

    /// A client that sends nothing, or a byte per second.
    async fn stand_by(&self, number: usize) {
        let client = self.connect(number, number as u64).await;
        self.all_are_there().await;
        let Some(mut client) = client else { return };
        if number >= self.plan.silent {
            let mut sent = 0;
            while !self.over.load(Ordering::Relaxed) {
                if let Err(why) = client.send_byte(&self.plan.message, sent).await {
                    return self.report_of(number).count_failure("slow client", &why);
                }
                sent += 1;
                tokio::select! {
                    () = sleep(Duration::from_secs(1)) => {}
                    _ = self.closing.acquire() => {}
                }
            }
        } else {
            // The semaphore is never released; `acquire` returns when it is closed.
            let _ = self.closing.acquire().await;
        }
        self.report_of(number).finished += 1;
    }

    /// Runs one client after the other, until there are enough.
    async fn take_part(&self, place: usize) {
        if self.waits_for_all() {
            let client = match self.claim() {
                Some(number) => self.connect(place, number).await,
                None => None,
            };
            self.all_are_there().await;
            if let Some(client) = client {
                self.talk(place, client).await;
            }
            return;
        }
        self.all_are_there().await;
        while let Some(number) = self.claim() {
            if let Some(client) = self.connect(place, number).await {
                self.talk(place, client).await;
            }
        }
    }

    /// The number of the next client, if another one is needed.
    fn claim(&self) -> Option<u64> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        let number = self.claimed.fetch_add(1, Ordering::Relaxed);
        let is_wanted = self.plan.clients.is_none_or(|clients| number < clients);
        is_wanted.then_some(number + bystanders(&self.plan) as u64)
    }

    async fn talk(&self, place: usize, mut client: Client) {
        let plan = &self.plan;
        let mut said = 0;
        while plan.messages.is_none_or(|messages| said < messages)
            && !self.over.load(Ordering::Relaxed)
        {
            match client.exchange(&plan.message, plan.time_limit).await {
                Ok(took) => self.report_of(place).count_answer(took),
                Err(why) => return self.report_of(place).count_failure("answer", &why),
            }
            said += 1;
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        let closed = client.close(plan.time_limit).await;
        let mut report = self.report_of(place);
        match closed {
            Ok(()) => report.finished += 1,
            Err(why) => report.count_failure("end", &why),
        }
    }
}

fn bystanders(plan: &Plan) -> usize {
    plan.silent + plan.slow
}

/// Not more than the total number of clients.
fn at_once(plan: &Plan) -> usize {
    let all = plan
        .clients
        .and_then(|clients| usize::try_from(clients).ok());
    plan.at_once.get().min(all.unwrap_or(usize::MAX))
}

fn lock(report: &Mutex<Report>) -> MutexGuard<'_, Report> {
    report.lock().unwrap_or_else(PoisonError::into_inner)
}

const REPORTS: usize = 16;

/// As many as fit into the backlog of a Java listener, with room for others.
const MOST_CONNECTING: usize = 32;
