//! The mutant as a peer: the contract, and nothing else.

use std::collections::VecDeque;
use std::io::{BufRead, Write, stdin, stdout};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;

use javatalk::interop::call::{Call, Observation};

use super::bug::Bug;
use super::codec::Connection;

/// Plays a peer with this bug, or with none.
pub(crate) fn play(bug: Option<Bug>) -> ExitCode {
    say(&format!("peer {} rust 0", bug.map_or("naive", Bug::name)));
    let mut peer = Peer {
        bug,
        listener: None,
        connection: None,
    };
    let mut lines = stdin().lock().lines().map_while(Result::ok);
    // A command that has been read, and waits for one that was answered before it.
    let mut waiting: VecDeque<String> = VecDeque::new();
    while let Some(line) = waiting.pop_front().or_else(|| lines.next()) {
        if bug == Some(Bug::AnswerBeforeReading) && peer.would_wait_in(&line) {
            let Some(next) = lines.next() else { break };
            if next.starts_with("do write") {
                let early = peer.answer(&next);
                say(&peer.answer(&line));
                say(&early);
                continue;
            }
            waiting.push_back(next);
        }
        say(&peer.answer(&line));
    }
    ExitCode::SUCCESS
}

struct Peer {
    bug: Option<Bug>,
    listener: Option<TcpListener>,
    connection: Option<Connection>,
}

impl Peer {
    fn would_wait_in(&self, line: &str) -> bool {
        line.starts_with("do read") && self.connection.as_ref().is_some_and(Connection::would_wait)
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
            read: connection.read,
            written: connection.written,
        }
        .to_string()
    }
}

fn say(answer: &str) {
    let mut out = stdout().lock();
    // Without a reader there is nobody to tell.
    let _ = writeln!(out, "@@ {answer}").and_then(|()| out.flush());
}
