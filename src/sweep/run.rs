//! Playing a section: the same blocks to every judge, and to the codec under test.

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

/// What became of a section.
#[derive(Debug)]
pub struct Swept {
    pub section: Family,
    /// How many cases it has.
    pub cases: usize,
    /// How long it took.
    pub took: Duration,
    /// Whether it was stopped before all its cases were played.
    pub partial: bool,
    /// What each judge said, in the order of the judges.
    pub judged: Vec<Judged>,
}

/// What one judge said of a section.
#[derive(Debug)]
pub struct Judged {
    /// The feature release of its JDK.
    pub feature: u32,
    /// How many calls came to something else than in Java, in each way of making them.
    pub mismatches: usize,
    /// In how many blocks.
    pub blocks: usize,
    /// The first of some of these blocks.
    pub shown: Vec<Mismatch>,
    /// Why it could not say any more.
    pub failure: Option<Arc<ReferenceJvmError>>,
}

impl Judged {
    /// Of a judge that has not been asked yet.
    fn by(feature: u32) -> Self {
        Self {
            feature,
            mismatches: 0,
            blocks: 0,
            shown: Vec::new(),
            failure: None,
        }
    }

    /// Whether everything was played, and everything equal.
    pub fn is_equal(&self) -> bool {
        self.mismatches == 0 && self.failure.is_none()
    }
}

impl Swept {
    /// Whether everything was played, and everything equal, with every judge.
    pub fn is_equal(&self) -> bool {
        !self.partial && self.judged.iter().all(Judged::is_equal)
    }
}

/// A judge that may have failed.
#[derive(Debug)]
pub struct Worker {
    feature: u32,
    judge: Result<ReferenceJvm, Arc<ReferenceJvmError>>,
}

impl Worker {
    /// A seat for this judge.
    pub fn new(judge: ReferenceJvm) -> Self {
        Self {
            feature: judge.feature(),
            judge: Ok(judge),
        }
    }
}

/// Plays all blocks of a section; `saw` is told the cases of each block when a judge has decided it.
/// Once `stop` is true no other block is played.
///
/// The blocks are made here and played one after the other, while a thread for each judge waits for
/// its JVM.
pub fn sweep(
    section: &Family,
    extent: Extent,
    seats: &mut [Worker],
    stop: &AtomicBool,
    saw: &(impl Fn(usize) + Sync),
) -> Swept {
    let start = Instant::now();
    let mut cases = 0;
    let mut partial = false;
    let mut room = Outcomes::default();
    let judged = thread::scope(|scope| {
        let (senders, judges): (Vec<_>, Vec<_>) = seats
            .iter_mut()
            .map(|worker| {
                let (sender, questions) = sync_channel(AHEAD);
                let feature = worker.feature;
                let judge = move || judge(section, worker, &questions, saw);
                let started = thread::Builder::new().spawn_scoped(scope, judge);
                (sender, started.map_err(|why| (feature, why)))
            })
            .unzip();
        for index in 0..section.blocks {
            partial = stop.load(Ordering::Relaxed);
            if partial {
                break;
            }
            let block = (section.block)(extent.seed, index);
            let more = block.cases;
            let asynchronous = section.is_asynchronous(index, extent);
            if !ask(block, asynchronous, &senders, &mut room) {
                break;
            }
            cases += more;
        }
        drop(senders);
        judges
            .into_iter()
            .map(|judge| match judge.map(ScopedJoinHandle::join) {
                Ok(Ok(judged)) => judged,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err((feature, why)) => Judged {
                    failure: Some(Arc::new(ReferenceJvmError::unled(why))),
                    ..Judged::by(feature)
                },
            })
            .collect()
    });
    Swept {
        section: *section,
        cases,
        took: start.elapsed(),
        partial,
        judged,
    }
}

/// So many blocks are ready before the judge wants them.
const AHEAD: usize = 2;

/// A block on its way to the judges.
struct Question {
    block: Block,
    request: Vec<u8>,
    /// What the codec under test makes of it in each way, as soon as that is known.
    ours: OnceLock<Vec<(Mode, Checksum)>>,
}

/// Sends the block to all judges, then plays it, so that it is played while they work; tells whether
/// anybody has heard it. `room` is kept from block to block.
fn ask(
    block: Block,
    asynchronous: bool,
    judges: &[SyncSender<Arc<Question>>],
    room: &mut Outcomes,
) -> bool {
    let question = Arc::new(Question {
        request: block.work.encode(false),
        block,
        ours: OnceLock::new(),
    });
    let mut heard = false;
    for judge in judges {
        // One that has failed hears no more.
        heard |= judge.send(Arc::clone(&question)).is_ok();
    }
    if heard {
        let _answered = Answered(&question.ours);
        let ours = play(&question.block.work, asynchronous, room);
        question.ours.get_or_init(|| ours);
    }
    heard
}

/// Lets no judge wait for an answer that does not come, since playing has panicked.
struct Answered<'a>(&'a OnceLock<Vec<(Mode, Checksum)>>);

impl Drop for Answered<'_> {
    fn drop(&mut self) {
        self.0.get_or_init(Vec::new);
    }
}

/// Plays a block in every way, all at a time.
fn play(work: &Work, asynchronous: bool, room: &mut Outcomes) -> Vec<(Mode, Checksum)> {
    thread::scope(|scope| {
        let others = if asynchronous {
            Mode::others(work)
        } else {
            &[]
        };
        let others: Vec<_> = others
            .iter()
            .map(|&way| {
                let checksum = move || checksum(way, work, &mut Outcomes::default());
                let started = thread::Builder::new().spawn_scoped(scope, checksum);
                started.map_err(|_| way)
            })
            .collect();
        let mut all = vec![checksum(Mode::Blocking, work, room)];
        for other in others {
            all.push(match other.map(ScopedJoinHandle::join) {
                Ok(joined) => joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // The system gives no thread: one way after the other, then.
                Err(way) => checksum(way, work, &mut Outcomes::default()),
            });
        }
        all
    })
}

fn checksum(way: Mode, work: &Work, room: &mut Outcomes) -> (Mode, Checksum) {
    room.clear();
    codec::play(way, work, room);
    (way, room.checksum())
}

fn judge(
    section: &Family,
    worker: &mut Worker,
    questions: &Receiver<Arc<Question>>,
    saw: &(impl Fn(usize) + Sync),
) -> Judged {
    let mut judged = Judged::by(worker.feature);
    for question in questions {
        let Ok(judge) = &mut worker.judge else { break };
        if let Err(why) = decide(section, judge, &question, &mut judged) {
            retire(worker, &why);
            break;
        }
        saw(question.block.cases);
    }
    judged.failure = worker.judge.as_ref().err().cloned();
    judged
}

fn decide(
    section: &Family,
    judge: &mut ReferenceJvm,
    question: &Question,
    judged: &mut Judged,
) -> std::io::Result<()> {
    let theirs = judge.ask(&question.request)?;
    let others = |(way, ours): &(Mode, Checksum)| (*ours != theirs).then_some(*way);
    let differing: Vec<Mode> = question.ours.wait().iter().filter_map(others).collect();
    if differing.is_empty() {
        return Ok(());
    }
    let work = &question.block.work;
    let theirs = judge.outcomes(work)?;
    let mut first = None;
    let before = judged.mismatches;
    for way in differing {
        let compared = compare(section, work, way, &theirs, judge.feature());
        judged.mismatches += compared.count;
        first = first.or(compared
            .first
            .map(|(label, mismatch)| (way, label, mismatch)));
    }
    judged.blocks += usize::from(judged.mismatches > before);
    if let Some((way, label, mismatch)) = first
        && judged.blocks <= SHOWN
    {
        let mismatch = smaller(section, judge, work, way, label).unwrap_or(mismatch);
        // Small cases are often the same one.
        if !judged.shown.contains(&mismatch) {
            judged.shown.push(mismatch);
        }
    }
    Ok(())
}

/// A smaller case that differs likewise, if the source is too long for a test and can be shrunk.
fn smaller(
    section: &Family,
    judge: &mut ReferenceJvm,
    work: &Work,
    way: Mode,
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
        // A judge that fails now is found out with the next block.
        let Ok(theirs) = judge.outcomes(&work) else {
            return false;
        };
        let first = compare(section, &work, way, &theirs, judge.feature()).first;
        let differs = first.is_some();
        found = first.map(|(_, mismatch)| mismatch).or(found.take());
        differs
    });
    found
}

/// In so many blocks of each section a mismatch is looked for; after that they repeat themselves.
const SHOWN: usize = 3;

/// A source of so many bytes is no burden for a test.
const SMALL: usize = 16;

/// Puts what the judge died of in its place.
fn retire(worker: &mut Worker, why: &std::io::Error) {
    let nobody = Err(Arc::new(ReferenceJvmError::nobody()));
    if let Ok(judge) = std::mem::replace(&mut worker.judge, nobody) {
        worker.judge = Err(Arc::new(judge.post_mortem(why)));
    }
}
