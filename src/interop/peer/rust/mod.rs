//! The Rust peer: it makes single calls over a socket, on command, as `java/README.md` defines.
//!
//! It uses the streams that a user of this library gets, [`DataInputStream`](crate::data) and
//! [`DataOutputStream`](crate::data), and over them those of [`object`](crate::object). Below them, `java_socket` makes a Rust socket behave like a
//! Java socket.

pub(crate) mod java_socket;
mod object_streams;
pub(crate) mod streams;

use std::io::{self, BufRead, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

use streams::Streams;

use crate::interop::protocol::call::{Call, decimal};

/// The hidden subcommand of `javatalk` that calls [`run`].
pub const SUBCOMMAND: &str = "peer";

/// Answers every line of `commands` until they end.
///
/// # Errors
///
/// If `commands` cannot be read or `answers` cannot be written.
pub fn run(mut commands: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    say(&mut answers, &format!("peer rust rust {version}"))?;
    let mut peer = Peer::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        if commands.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        // A line that is not valid UTF-8 cannot be a known command.
        let answer =
            str::from_utf8(&line).map_or_else(|_| UNSUPPORTED.to_owned(), |l| peer.answer(l));
        say(&mut answers, &answer)?;
    }
}

const UNSUPPORTED: &str = "unsupported";

fn say(answers: &mut impl Write, answer: &str) -> io::Result<()> {
    answers.write_all(format!("@@ {answer}\n").as_bytes())?;
    answers.flush()
}

#[derive(Default)]
struct Peer {
    listener: Option<TcpListener>,
    streams: Option<Streams>,
}

impl Peer {
    fn answer(&mut self, line: &str) -> String {
        let (command, rest) = match line.split_once(' ') {
            Some((command, rest)) => (command, Some(rest)),
            None => (line, None),
        };
        match (command, rest) {
            ("listen", None) => done(self.listen()),
            ("accept", None) => done(self.accept()),
            ("connect", Some(port)) => match decimal(port) {
                Some(port) => done(self.connect(port)),
                None => UNSUPPORTED.to_owned(),
            },
            ("do", Some(call)) => self.call(call),
            ("end", None) => {
                // Dropping the streams closes them as `close` does.
                *self = Self::default();
                "ok".to_owned()
            }
            _ => UNSUPPORTED.to_owned(),
        }
    }

    /// Checks that no session is open: the next one begins after `end`.
    fn nothing_is_open(&self) -> io::Result<()> {
        if self.listener.is_some() || self.streams.is_some() {
            return Err(io::Error::other("a conversation is open"));
        }
        Ok(())
    }

    fn listen(&mut self) -> io::Result<String> {
        self.nothing_is_open()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        self.listener = Some(listener);
        Ok(format!("port {port}"))
    }

    fn accept(&mut self) -> io::Result<String> {
        if self.streams.is_some() {
            return Err(io::Error::other("there is a connection"));
        }
        let listener = self.listener.as_ref();
        let listener = listener.ok_or_else(|| io::Error::other("not listening"))?;
        let (stream, _) = listener.accept()?;
        self.connected(stream)
    }

    fn connect(&mut self, port: u16) -> io::Result<String> {
        self.nothing_is_open()?;
        self.connected(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?)
    }

    fn connected(&mut self, stream: TcpStream) -> io::Result<String> {
        stream.set_nodelay(true)?;
        self.streams = Some(Streams::over(stream));
        Ok("ok".to_owned())
    }

    fn call(&mut self, call: &str) -> String {
        let Some(streams) = &mut self.streams else {
            return "failed there is no connection".to_owned();
        };
        match call.parse::<Call>() {
            Ok(call) => streams.play(&call).to_string(),
            Err(_) => UNSUPPORTED.to_owned(),
        }
    }
}

/// The answer to a command that opens something.
fn done(result: io::Result<String>) -> String {
    result.unwrap_or_else(|why| format!("failed {why}"))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::interop::protocol::call::{Method, Observation};

    fn answers(commands: &[u8]) -> Vec<String> {
        let mut said = Vec::new();
        run(commands, &mut said).unwrap();
        let said = String::from_utf8(said).unwrap();
        said.lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn every_command_line_is_answered_in_order() {
        let said = answers(b"\n \nlisten 1\nconnect\nconnect 65536\ndo\n\xff\nend \r\nend\nend");
        let mut expected = vec!["@@ unsupported"; 8];
        expected.extend(["@@ ok"; 2]);
        assert_eq!(said, expected);
    }

    #[test]
    fn calls_without_a_connection_fail() {
        assert_eq!(
            answers(b"do readInt\naccept\n"),
            [
                "@@ failed there is no connection",
                "@@ failed not listening"
            ]
        );
    }

    /// Any text that might follow `do`.
    fn anything() -> impl Strategy<Value = String> {
        let method = prop_oneof![
            9 => select(Method::ALL).prop_map(|method| method.to_string()),
            1 => "[a-zA-Z ]{0,8}",
        ];
        let value = prop_oneof![
            Just(String::new()),
            " -?[0-9]{1,20}",
            " (0x|u|x)([0-9a-f]{4}){0,5}",
            " ([0-9]=)?(null|u0061|Integer\\(7\\)|int\\[1,2\\])",
            " [ -~]{0,9}",
        ];
        (method, value).prop_map(|(method, value)| method + &value)
    }

    proptest! {
        #[test]
        fn every_call_is_answered(calls in vec(anything(), 0..30)) {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            // Reads must see an end.
            let other = std::thread::spawn(move || drop(listener.accept().unwrap()));
            let mut commands = format!("connect {port}\n");
            for call in &calls {
                commands.push_str(&format!("do {call}\n"));
            }
            let said = answers(commands.as_bytes());
            other.join().unwrap();
            prop_assert_eq!(said.len(), 1 + calls.len());
            for answer in &said[1..] {
                let text = answer.strip_prefix("@@ ").unwrap();
                prop_assert!(text == "unsupported" || text.parse::<Observation>().is_ok());
            }
        }
    }

    #[test]
    fn the_peer_identifies_itself_before_any_command() {
        let mut said = Vec::new();
        run(&b""[..], &mut said).unwrap();
        let expected = format!("@@ peer rust rust {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(String::from_utf8(said).unwrap(), expected);
    }
}
