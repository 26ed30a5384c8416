//! Runs a family: sends the same blocks to every reference JVM and to the codec under test.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use super::block::{Block, Sources, Work};
use super::call::Read;
use super::codec;
use super::codec::Mode;
use super::family::{Extent, Family};
use super::jvm::{ReferenceJvm, ReferenceJvmError};
use super::minimize::shrink;
use super::mismatch::{Mismatch, compare};
use super::outcome::{Checksum, Label, Outcomes};

/// The result of a family.
#[derive(Debug)]
pub struct Swept {
    pub family: Family,
    /// The number of cases.
    pub cases: usize,
    pub took: Duration,
    /// Whether it was stopped before all cases were run.
    pub partial: bool,
    /// The results of each reference JVM, in their order.
    pub judged: Vec<Judged>,
}

/// The result of comparing a family with one reference JVM.
#[derive(Debug)]
pub struct Judged {
    /// The feature release of its JDK.
    pub feature: u32,
    /// How many calls have a different outcome in Java, over all modes.
    pub mismatches: usize,
    /// How many blocks they are in.
    pub blocks: usize,
    /// The first mismatch of some of these blocks.
    pub shown: Vec<Mismatch>,
    /// Why the JVM stopped answering.
    pub failure: Option<Arc<ReferenceJvmError>>,
}

impl Judged {
    /// The initial result of a reference JVM.
    fn by(feature: u32) -> Self {
        Self {
            feature,
            mismatches: 0,
            blocks: 0,
            shown: Vec::new(),
            failure: None,
        }
    }

    /// Whether all cases were compared and all were equal.
    pub fn is_equal(&self) -> bool {
        self.mismatches == 0 && self.failure.is_none()
    }
}

impl Swept {
    /// Whether all cases were compared with every reference JVM and all were equal.
    pub fn is_equal(&self) -> bool {
        !self.partial && self.judged.iter().all(Judged::is_equal)
    }
}

/// A reference JVM, or the error with which it failed.
#[derive(Debug)]
pub struct Worker {
    feature: u32,
    jvm: Result<ReferenceJvm, Arc<ReferenceJvmError>>,
}

impl Worker {
    /// A worker for this JVM.
    pub fn new(jvm: ReferenceJvm) -> Self {
        Self {
            feature: jvm.feature(),
            jvm: Ok(jvm),
        }
    }
}

/// Runs all blocks of a family. `saw` is called with the number of cases of each block that a JVM
/// has decided. Once `stop` is true, no more blocks are run.
///
/// The calling thread generates the blocks and runs them on the codec one after the other; one
/// thread for each JVM waits for the answers.
pub fn sweep(
    family: &Family,
    extent: Extent,
    workers: &mut [Worker],
    stop: &AtomicBool,
    saw: &(impl Fn(usize) + Sync),
) -> Swept {
    let start = Instant::now();
    let mut cases = 0;
    let mut partial = false;
    let mut room = Outcomes::default();
    let judged = thread::scope(|scope| {
        let (senders, jvms): (Vec<_>, Vec<_>) = workers
            .iter_mut()
            .map(|worker| {
                let (sender, questions) = sync_channel(AHEAD);
                let feature = worker.feature;
                let serve = move || serve(family, worker, &questions, saw);
                let started = thread::Builder::new().spawn_scoped(scope, serve);
                (sender, started.map_err(|why| (feature, why)))
            })
            .unzip();
        for index in 0..family.blocks {
            partial = stop.load(Ordering::Relaxed);
            if partial {
                break;
            }
            let block = (family.block)(extent.seed, index);
            let more = block.cases;
            let asynchronous = family.is_asynchronous(index, extent);
            if !ask(block, asynchronous, &senders, &mut room) {
                break;
            }
            cases += more;
        }
        drop(senders);
        jvms.into_iter()
            .map(|jvm| match jvm.map(ScopedJoinHandle::join) {
                Ok(Ok(judged)) => judged,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err((feature, why)) => Judged {
                    failure: Some(Arc::new(ReferenceJvmError::no_thread(why))),
                    ..Judged::by(feature)
                },
            })
            .collect()
    });
    Swept {
        family: *family,
        cases,
        took: start.elapsed(),
        partial,
        judged,
    }
}

/// How many blocks are queued for a JVM.
const AHEAD: usize = 2;

/// A block on its way to the reference JVMs.
struct Question {
    block: Block,
    request: Vec<u8>,
    /// The results of the codec under test in each mode, once known.
    ours: OnceLock<Vec<(Mode, Checksum)>>,
}

/// Sends the block to all reference JVMs, then runs it on the codec while they work. Returns
/// whether any JVM received it. `room` is reused from block to block.
fn ask(
    block: Block,
    asynchronous: bool,
    jvms: &[SyncSender<Arc<Question>>],
    room: &mut Outcomes,
) -> bool {
    let question = Arc::new(Question {
        request: block.work.encode(false),
        block,
        ours: OnceLock::new(),
    });
    let mut received = false;
    for jvm in jvms {
        // The thread of a JVM that has failed receives nothing.
        received |= jvm.send(Arc::clone(&question)).is_ok();
    }
    if received {
        let _answered = Answered(&question.ours);
        let ours = play(&question.block.work, asynchronous, room);
        question.ours.get_or_init(|| ours);
    }
    received
}

/// Sets an empty answer if the codec panics, so that no thread waits forever.
struct Answered<'a>(&'a OnceLock<Vec<(Mode, Checksum)>>);

impl Drop for Answered<'_> {
    fn drop(&mut self) {
        self.0.get_or_init(Vec::new);
    }
}

/// Runs a block in every mode in parallel.
fn play(work: &Work, asynchronous: bool, room: &mut Outcomes) -> Vec<(Mode, Checksum)> {
    thread::scope(|scope| {
        let others = if asynchronous {
            Mode::others(work)
        } else {
            &[]
        };
        let others: Vec<_> = others
            .iter()
            .map(|&mode| {
                let checksum = move || checksum(mode, work, &mut Outcomes::default());
                let started = thread::Builder::new().spawn_scoped(scope, checksum);
                started.map_err(|_| mode)
            })
            .collect();
        let mut all = vec![checksum(Mode::Blocking, work, room)];
        for other in others {
            all.push(match other.map(ScopedJoinHandle::join) {
                Ok(joined) => joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // The system allows no more threads: run this mode in the calling thread.
                Err(mode) => checksum(mode, work, &mut Outcomes::default()),
            });
        }
        all
    })
}

fn checksum(mode: Mode, work: &Work, room: &mut Outcomes) -> (Mode, Checksum) {
    room.clear();
    codec::play(mode, work, room);
    (mode, room.checksum())
}

fn serve(
    family: &Family,
    worker: &mut Worker,
    questions: &Receiver<Arc<Question>>,
    saw: &(impl Fn(usize) + Sync),
) -> Judged {
    let mut judged = Judged::by(worker.feature);
    for question in questions {
        let Ok(jvm) = &mut worker.jvm else { break };
        if let Err(why) = decide(family, jvm, &question, &mut judged) {
            fail(worker, &why);
            break;
        }
        saw(question.block.cases);
    }
    judged.failure = worker.jvm.as_ref().err().cloned();
    judged
}

fn decide(
    family: &Family,
    jvm: &mut ReferenceJvm,
    question: &Question,
    judged: &mut Judged,
) -> std::io::Result<()> {
    let theirs = jvm.ask(&question.request)?;
    let work = &question.block.work;
    let others = |(mode, ours): &(Mode, Checksum)| {
        let is_judged = mode.is_judged_by(work, jvm.feature());
        (is_judged && *ours != theirs).then_some(*mode)
    };
    let differing: Vec<Mode> = question.ours.wait().iter().filter_map(others).collect();
    if differing.is_empty() {
        return Ok(());
    }
    let theirs = jvm.outcomes(work)?;
    let mut first = None;
    let before = judged.mismatches;
    for mode in differing {
        let compared = compare(family, work, mode, &theirs, jvm.feature());
        judged.mismatches += compared.count;
        first = first.or(compared
            .first
            .map(|(label, mismatch)| (mode, label, mismatch)));
    }
    judged.blocks += usize::from(judged.mismatches > before);
    if let Some((mode, label, mismatch)) = first
        && judged.blocks <= SHOWN
    {
        let mismatch = smaller(family, jvm, work, mode, label).unwrap_or(mismatch);
        // Small cases of different blocks are often the same.
        if !judged.shown.contains(&mismatch) {
            judged.shown.push(mismatch);
        }
    }
    Ok(())
}

/// A smaller case with the same kind of mismatch, if the source is too long for a test and can be
/// shrunk.
fn smaller(
    family: &Family,
    jvm: &mut ReferenceJvm,
    work: &Work,
    mode: Mode,
    label: Label,
) -> Option<Mismatch> {
    let Work::Reads {
        calls,
        rounds: 1,
        sources,
    } = work
    else {
        return None;
    };
    let (source, None) = sources.iter().nth(label.stream)? else {
        return None;
    };
    if calls.first() != Some(&Read::Utf) || source.len() <= SMALL {
        return None;
    }
    let alone = |source: &[u8]| Work::Reads {
        calls: calls.clone(),
        rounds: 1,
        sources: Sources::one(source.to_vec()),
    };
    let mut found = None;
    shrink(source, |candidate| {
        let work = alone(candidate);
        // If the JVM fails now, the next block detects it.
        let Ok(theirs) = jvm.outcomes(&work) else {
            return false;
        };
        let first = compare(family, &work, mode, &theirs, jvm.feature()).first;
        let differs = first.is_some();
        found = first.map(|(_, mismatch)| mismatch).or(found.take());
        differs
    });
    found
}

/// How many blocks of each family are searched for a mismatch; more would mostly repeat the same
/// ones.
const SHOWN: usize = 3;

/// A source up to this size needs no minimizing.
const SMALL: usize = 16;

/// Replaces a failed JVM by its error.
fn fail(worker: &mut Worker, why: &std::io::Error) {
    let placeholder = Err(Arc::new(ReferenceJvmError::placeholder()));
    if let Ok(jvm) = std::mem::replace(&mut worker.jvm, placeholder) {
        worker.jvm = Err(Arc::new(jvm.into_error(why)));
    }
}
