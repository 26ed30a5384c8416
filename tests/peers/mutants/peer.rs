//! The mutant as a peer: the contract, and nothing else.

use std::io::{BufRead, Write, stdin, stdout};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use javatalk::internals::interop::protocol::call::{Call, Observation};

use super::bug::Bug;
use super::codec::Connection;

/// Plays a peer with this bug, or with none.
pub(crate) fn play(bug: Option<Bug>) -> ExitCode {
    say(&format!("peer {} rust 0", bug.map_or("naive", Bug::name)));
    let mut peer = Participant {
        bug,
        listener: None,
        connection: None,
    };
    let lines = commands();
    // A command that has been read, and waits for one that was answered before it.
    let mut waiting: Option<String> = None;
    while let Some(line) = waiting.take().or_else(|| lines.recv().ok()) {
        if bug == Some(Bug::AnswerBeforeReading)
            && let Some(next) = peer.while_it_waits(&line, &lines)
        {
            if next.starts_with("do write") {
                let early = peer.answer(&next);
                say(&peer.answer(&line));
                say(&early);
                continue;
            }
            waiting = Some(next);
        }
        say(&peer.answer(&line));
    }
    ExitCode::SUCCESS
}

/// The lines of stdin, as they come.
fn commands() -> Receiver<String> {
    let (said, heard) = channel();
    thread::spawn(move || {
        let lines = stdin().lock().lines().map_while(Result::ok);
        lines.map_while(|line| said.send(line).ok()).for_each(drop);
    });
    heard
}

struct Participant {
    bug: Option<Bug>,
    listener: Option<TcpListener>,
    connection: Option<Connection>,
}

impl Participant {
    /// The command that comes while this one, a read, waits for the other side.
    fn while_it_waits(&mut self, line: &str, lines: &Receiver<String>) -> Option<String> {
        let connection = self.connection.as_mut();
        let connection = connection.filter(|_| line.starts_with("do read"))?;
        while connection.would_wait() {
            match lines.try_recv() {
                Ok(next) => return Some(next),
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Disconnected) => break,
            }
        }
        None
    }

    fn answer(&mut self, line: &str) -> String {
        let done = match line.split_once(' ') {
            None if line == "listen" => self.listen(),
            None if line == "accept" => self.accept(),
            None if line == "end" => {
                (self.listener, self.connection) = (None, None);
                Ok("ok".to_owned())
            }
            Some(("connect", port)) => self.connect(port.parse().unwrap_or(0)),
            Some(("do", call)) => Ok(self.observe(call)),
            _ => Ok("unsupported".to_owned()),
        };
        done.unwrap_or_else(|why| format!("failed {why}"))
    }

    fn listen(&mut self) -> std::io::Result<String> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        self.listener = Some(listener);
        Ok(format!("port {port}"))
    }

    fn accept(&mut self) -> std::io::Result<String> {
        let nobody = std::io::ErrorKind::NotConnected;
        let (stream, _) = self.listener.as_ref().ok_or(nobody)?.accept()?;
        self.open(stream)
    }

    fn connect(&mut self, port: u16) -> std::io::Result<String> {
        self.open(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)
    }

    fn open(&mut self, stream: TcpStream) -> std::io::Result<String> {
        stream.set_nodelay(true)?;
        self.connection = Some(Connection::new(stream, self.bug));
        Ok("ok".to_owned())
    }

    fn observe(&mut self, call: &str) -> String {
        let (Ok(call), Some(connection)) = (call.parse::<Call>(), &mut self.connection) else {
            return "unsupported".to_owned();
        };
        let result = connection.make(&call);
        Observation {
            result,
            read: match self.bug {
                Some(Bug::ReadIn20Bits) => connection.read & 0xf_ffff,
                _ => connection.read,
            },
            written: match self.bug {
                Some(Bug::WrittenIn24Bits) => connection.written & 0xff_ffff,
                _ => connection.written,
            },
        }
        .to_string()
    }
}

fn say(answer: &str) {
    let mut out = stdout().lock();
    // Without a reader there is nobody to tell.
    let _ = writeln!(out, "@@ {answer}").and_then(|()| out.flush());
}
