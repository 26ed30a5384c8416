//! Peers that do not play along, one for each way of doing so.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use javatalk::internals::interop::peer::rust;

/// The argument that makes this program a bad peer, before the name of how.
pub(crate) const PLAY: &str = "bad-peer";

/// Plays the peer that is bad in the way `how`.
pub(crate) fn play(how: &str) -> ExitCode {
    let result = match how {
        "dies at start" => {
            let _ = io::stderr().write_all(b"starting\nno memory\n");
            return ExitCode::from(3);
        }
        "dies in the middle" => {
            let _ = hello()
                .and_then(|()| answer_one("port 1"))
                .and_then(|()| read_one());
            let _ = io::stderr().write_all(b"no memory\n");
            return ExitCode::from(4);
        }
        "says nothing" => read_all(),
        "says something else" => say("@@ hello"),
        "never answers" => hello().and_then(|()| read_all()),
        "never reads" | "never reads, and is left" => hello().and_then(|()| for_ever()),
        "closes stdin" => close_stdin()
            .and_then(|()| hello())
            .and_then(|()| for_ever()),
        "floods" => hello().and_then(|()| repeat("all is well")),
        "answers unasked" => hello().and_then(|()| repeat("@@ ok")),
        "answers garbage" => hello().and_then(|()| answer_all(b"@@ \xffyes\0\n")),
        "answers something else" => hello().and_then(|()| answer_all(b"@@ ok\n")),
        "lies about the port" => hello().and_then(|()| answer_all(b"@@ port 1\n")),
        "prints noise" => rust::run(io::stdin().lock(), Noisy(io::stdout())),
        "counts too much" => rust::run(io::stdin().lock(), Overstating(io::stdout())),
        "offers no object streams" => changed(|line| {
            let objects = ["Object", "Unshared"];
            let is_one = objects.iter().any(|word| line.contains(word));
            if is_one { "what".to_owned() } else { line }
        }),
        "offers no close" => changed(|line| line.replace("do close", "do what")),
        "offers a part of the object streams" => {
            changed(|line| line.replace("readUnshared", "readShared"))
        }
        "ignores the numbers of objects" => changed(|line| match line.split_once("=u") {
            Some((before, text)) if before.starts_with("do writeObject ") => {
                format!("do writeObject u{text}")
            }
            _ => line,
        }),
        "exits with 7" => {
            let _ = rust::run(io::stdin().lock(), io::stdout());
            return ExitCode::from(7);
        }
        "never exits" => rust::run(io::stdin().lock(), io::stdout()).and_then(|()| for_ever()),
        _ => return ExitCode::from(99),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// The Rust peer, to which every line is changed.
fn changed(change: fn(String) -> String) -> io::Result<()> {
    let lines = Changed {
        change,
        rest: Vec::new(),
    };
    rust::run(BufReader::new(lines), io::stdout())
}

/// The lines of stdin, each changed.
struct Changed {
    change: fn(String) -> String,
    /// What is left of a line.
    rest: Vec<u8>,
}

impl Read for Changed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            let mut line = String::new();
            if io::stdin().lock().read_line(&mut line)? > 0 {
                self.rest = (self.change)(line).into_bytes();
                if self.rest.last() != Some(&b'\n') {
                    self.rest.push(b'\n');
                }
            }
        }
        let count = buffer.len().min(self.rest.len());
        let rest = self.rest.split_off(count);
        buffer[..count].copy_from_slice(&self.rest);
        self.rest = rest;
        Ok(count)
    }
}

fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

fn hello() -> io::Result<()> {
    say("@@ peer bad rust 1")
}

fn read_one() -> io::Result<()> {
    io::stdin().lock().read_line(&mut String::new()).map(|_| ())
}

fn answer_one(answer: &str) -> io::Result<()> {
    read_one()?;
    say(&format!("@@ {answer}"))
}

fn read_all() -> io::Result<()> {
    io::copy(&mut io::stdin().lock(), &mut io::sink()).map(|_| ())
}

fn answer_all(answer: &[u8]) -> io::Result<()> {
    for _ in io::stdin().lock().lines() {
        io::stdout().write_all(answer)?;
    }
    Ok(())
}

fn repeat(line: &str) -> io::Result<()> {
    loop {
        say(line)?;
    }
}

fn close_stdin() -> io::Result<()> {
    Ok(rustix::stdio::dup2_stdin(File::open("/dev/null")?)?)
}

fn for_ever() -> io::Result<()> {
    loop {
        std::thread::park();
    }
}

/// Says something before each line.
struct Noisy<W>(W);

impl<W: Write> Write for Noisy<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(b"@@@ let me see\n@@\n")?;
        self.0.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Says of each call that it has written one byte more, and on stderr when a conversation begins.
struct Overstating<W>(W);

impl<W: Write> Write for Overstating<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let answer = String::from_utf8_lossy(bytes);
        let counted = answer.trim_end().rsplit_once(' ');
        match counted.and_then(|(before, written)| Some((before, written.parse::<u64>().ok()?))) {
            Some(("@@ port", _)) => {
                io::stderr().write_all(b"a conversation\n")?;
                self.0.write_all(bytes)?;
            }
            Some((before, written)) if before.starts_with("@@ returned ") => {
                self.0
                    .write_all(format!("{before} {}\n", written + 1).as_bytes())?;
            }
            _ => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
