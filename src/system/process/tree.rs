//! All processes that the supervised program has started, and killing them.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, wait, waitid};

/// The children of this process. On Linux this includes orphaned descendants.
#[derive(Debug)]
pub(crate) struct ProcessTree {
    /// Whether the harness is gone.
    pub(crate) is_orphaned: AtomicBool,
    /// Whether all children are to be killed.
    is_ending: AtomicBool,
    /// Whether the program itself has been reaped.
    has_program_ended: AtomicBool,
    /// Held while children are killed or reaped: the ID of a reaped child may be reused.
    taking: Mutex<()>,
    residue: Option<PathBuf>,
}

impl ProcessTree {
    /// The process tree of this process, which has no children yet.
    ///
    /// # Errors
    ///
    /// If this process cannot become the subreaper of its descendants.
    pub(crate) fn new(residue: Option<PathBuf>) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
        Ok(Self {
            is_orphaned: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
            has_program_ended: AtomicBool::new(false),
            taking: Mutex::new(()),
            residue,
        })
    }

    /// Kills every child now, and every orphan that it inherits later.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
        self.kill();
    }

    /// Sends SIGTERM to this child, and on Linux to all processes of its group.
    ///
    /// # Errors
    ///
    /// If it has ended.
    pub(crate) fn terminate(&self, program: u32) -> io::Result<()> {
        let _taking = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        if self.has_program_ended.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let program = i32::try_from(program).ok().and_then(Pid::from_raw);
        let program = program.ok_or(io::ErrorKind::NotFound)?;
        #[cfg(target_os = "linux")]
        rustix::process::kill_process_group(program, Signal::TERM)?;
        #[cfg(not(target_os = "linux"))]
        rustix::process::kill_process(program, Signal::TERM)?;
        Ok(())
    }

    /// Waits until this child has ended, and kills the processes that it leaves behind.
    ///
    /// # Errors
    ///
    /// If there is no such child.
    pub(crate) fn wait_for(&self, program: u32) -> io::Result<ExitStatus> {
        let mut status = None;
        loop {
            if self.is_ending.load(Ordering::SeqCst) {
                self.kill();
            }
            match waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                // There are no more children.
                Err(rustix::io::Errno::CHILD) => break,
                Err(why) => return Err(why.into()),
            }
            let Some((child, ended)) = self.take(program)? else {
                continue;
            };
            if child.as_raw_pid().unsigned_abs() == program {
                status = Some(ended);
                self.is_ending.store(true, Ordering::SeqCst);
            }
        }
        status.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Reaps a child that has ended.
    fn take(&self, program: u32) -> io::Result<Option<(Pid, ExitStatus)>> {
        let _taking = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((child, ended)) = wait(WaitOptions::NOHANG)? else {
            return Ok(None);
        };
        if child.as_raw_pid().unsigned_abs() == program {
            self.has_program_ended.store(true, Ordering::SeqCst);
        }
        if let Some(residue) = &self.residue
            && ended.signaled()
        {
            let mut file = residue.clone().into_os_string();
            file.push(child.to_string());
            // Most processes leave no file.
            let _ = std::fs::remove_file(file);
        }
        Ok(Some((child, ExitStatus::from_raw(ended.as_raw()))))
    }

    #[cfg(target_os = "linux")]
    fn kill(&self) {
        let _taking = self.taking.lock().unwrap_or_else(PoisonError::into_inner);
        for child in children() {
            let _ = rustix::process::kill_process(child, Signal::KILL);
        }
    }

    /// Without a subreaper, orphans can only be reached through the process group, which includes
    /// this process.
    #[cfg(not(target_os = "linux"))]
    fn kill(&self) {
        let group = rustix::process::getpgrp();
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
}

/// The children of all threads of this process.
#[cfg(target_os = "linux")]
fn children() -> Vec<Pid> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let lists = threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let numbers = list.split_ascii_whitespace();
            let children = numbers.filter_map(|number| Pid::from_raw(number.parse().ok()?));
            children.collect::<Vec<_>>()
        })
        .collect()
}
