//! Peers that do not play along, one for each way of doing so.

use std::fs::File;
use std::io::{self, BufRead, Write};
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
