//! The rules and commands of the peer protocol, each with a session that tests it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

#[cfg(target_os = "linux")]
use super::outside;
use super::probe::{Broken, OtherSide, Step, connect, expect_ok, listen};
use super::report::{Found, Subject};
use super::values::{spellings, values_that_are_none};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::End;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::{CallResult, Method, Value};
use crate::interop::protocol::message::{Answer, Command};
use crate::system::listener::Listener;
use crate::system::process::Exit;

/// What should hold, and the function that tests it.
pub(crate) struct Rule {
    /// The rule, or the command.
    pub(crate) subject: Subject,
    pub(crate) claim: &'static str,
    pub(crate) check: fn(&mut PeerProcess, Duration) -> Result<Found, Broken>,
}

pub(crate) const RULES: &[Rule] = &[
    Rule {
        subject: Subject::Rule(1),
        claim: "commands that arrive together are answered one by one, in order",
        check: many_at_once,
    },
    Rule {
        subject: Subject::Rule(1),
        claim: "it plays many conversations, in both roles",
        check: many_conversations,
    },
    #[cfg(target_os = "linux")]
    Rule {
        subject: Subject::Rule(1),
        claim: "a conversation that has ended leaves no descriptor open",
        check: outside::descriptors_are_let_go,
    },
    Rule {
        subject: Subject::Rule(5),
        claim: "what makes no sense is unsupported, and it goes on",
        check: senseless,
    },
    Rule {
        subject: Subject::Rule(5),
        claim: "a value that the method does not take is unsupported, and does nothing",
        check: values_that_are_none,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "leading zeros, -0 and upper case in hexadecimal are read",
        check: spellings,
    },
    Rule {
        subject: Subject::Command("listen"),
        claim: "the port is free again after `end`",
        check: the_port_is_let_go,
    },
    #[cfg(target_os = "linux")]
    Rule {
        subject: Subject::Command("listen"),
        claim: "it can be reached over 127.0.0.1 alone",
        check: outside::it_listens_on_loopback,
    },
    Rule {
        subject: Subject::Command("accept"),
        claim: "fails where nobody listens, and it goes on",
        check: accept_without_listening,
    },
    Rule {
        subject: Subject::Command("accept"),
        claim: "one connection is taken, and no other one",
        check: no_second_connection,
    },
    Rule {
        subject: Subject::Command("connect"),
        claim: "fails where nobody listens, and it goes on",
        check: connect_to_nobody,
    },
    Rule {
        subject: Subject::Command("connect"),
        claim: "fails while a conversation is open, as `listen` and `accept` do, and that goes on",
        check: one_conversation_at_a_time,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "fails without a connection, and it goes on",
        check: do_without_connection,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "a call that throws does not end the conversation",
        check: going_on_after_exceptions,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "the counts begin at 0 with each connection",
        check: counts_begin_at_0,
    },
    #[cfg(target_os = "linux")]
    Rule {
        subject: Subject::Command("do"),
        claim: "every write is sent at once: TCP_NODELAY, and no buffer",
        check: outside::every_write_is_sent,
    },
    #[cfg(target_os = "linux")]
    Rule {
        subject: Subject::Command("do"),
        claim: "nothing is read ahead of the calls",
        check: outside::nothing_is_read_ahead,
    },
    Rule {
        subject: Subject::Command("end"),
        claim: "closes as `close` does, and is no error where nothing is open",
        check: end_closes,
    },
    // These come last, because they end the peer.
    Rule {
        subject: Subject::Rule(1),
        claim: "it exits with status 0 at the end of stdin, in the middle of a conversation",
        check: exit_in_a_conversation,
    },
    Rule {
        subject: Subject::Rule(1),
        claim: "it exits with status 0 at the end of stdin",
        check: exit_when_idle,
    },
];

/// A command line, whether an answer to it is right, and what the right answer is.
pub(crate) type Expected = (&'static str, fn(&Answer) -> bool, &'static str);

/// Sends one line after another, and reports the answers that are wrong.
pub(crate) fn asked(
    peer: &mut PeerProcess,
    timeout: Duration,
    lines: &[Expected],
) -> Result<Vec<String>, Broken> {
    let mut wrong = Vec::new();
    for (line, is_right, should) in lines {
        peer.send(&Command::Raw((*line).to_owned()))?;
        let answer = peer.answer(timeout)?;
        if !is_right(&answer) {
            wrong.push(format!(
                "it answered `{line}` with `@@ {answer}`, and not with {should}"
            ));
        }
    }
    Ok(wrong)
}

pub(crate) const fn unsupported(line: &'static str) -> Expected {
    (
        line,
        |answer| matches!(answer, Answer::Unsupported),
        "`@@ unsupported`",
    )
}

const fn fails(line: &'static str) -> Expected {
    (
        line,
        |answer| matches!(answer, Answer::Failed(_)),
        "`@@ failed WHY`",
    )
}

const fn ok(line: &'static str) -> Expected {
    (line, |answer| matches!(answer, Answer::Ok), "`@@ ok`")
}

pub(crate) fn found(wrong: Vec<String>) -> Found {
    if wrong.is_empty() {
        Found::Obeyed
    } else {
        Found::Wrong(wrong)
    }
}

fn many_at_once(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    const MANY: usize = 500;
    let made_up = || Command::Raw("play the piano".to_owned());
    for number in 0..MANY {
        peer.send(&if number % 3 == 0 {
            made_up()
        } else {
            Command::End
        })?;
    }
    for number in 0..MANY {
        let answer = peer.answer(timeout)?;
        let should = if number % 3 == 0 {
            Answer::Unsupported
        } else {
            Answer::Ok
        };
        if answer != should {
            return Ok(Found::Wrong(vec![format!(
                "of {MANY} commands number {} was answered with `@@ {answer}`, and not with `@@ \
                 {should}`",
                number + 1
            )]));
        }
    }
    Ok(Found::Obeyed)
}

fn many_conversations(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    for role in [Role::Server, Role::Client, Role::Client, Role::Server] {
        let other = connect(peer, role, timeout)?;
        end(peer, timeout)?;
        other.received(timeout);
    }
    Ok(Found::Obeyed)
}

fn senseless(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let mut wrong = asked(
        peer,
        timeout,
        &[
            unsupported("play the piano"),
            unsupported(""),
            unsupported("listen to me"),
            unsupported("connect"),
            unsupported("connect home"),
            unsupported("do"),
            ok("end"),
        ],
    )?;
    wrong.extend(asked(
        peer,
        timeout,
        &[
            // A port is a 16-bit number.
            unsupported("connect -1"),
            unsupported("connect 65536"),
            unsupported("connect +1"),
            unsupported("connect 0x10"),
            unsupported("connect "),
            unsupported("listen "),
            unsupported(" listen"),
            unsupported("Listen"),
            ok("end"),
        ],
    )?);
    Ok(found(wrong))
}

/// Whether the method returned this value, after so many bytes were read and written in all; or is
/// not offered.
fn is_returned(answer: &Answer, value: &Value, read: u64, written: u64) -> bool {
    match answer {
        Answer::Unsupported => true,
        Answer::Observed(observed) => {
            let result = CallResult::Returned(value.clone());
            (&observed.result, observed.read, observed.written) == (&result, read, written)
        }
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) => false,
    }
}

/// Whether the answer is that of `size` when nothing has been read or written, or the method is not
/// offered.
pub(crate) fn nothing_yet(answer: &Answer) -> bool {
    is_returned(answer, &Value::Whole(0), 0, 0)
}

fn the_port_is_let_go(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let port = listen(peer, timeout)?;
    end(peer, timeout)?;
    let address = (Ipv4Addr::LOCALHOST, port).into();
    Ok(match TcpStream::connect_timeout(&address, timeout) {
        Ok(_) => Found::Wrong(vec![format!("after `end` it still listens on port {port}")]),
        Err(_) => Found::Obeyed,
    })
}

fn accept_without_listening(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    asked(peer, timeout, &[fails("accept"), ok("end")]).map(found)
}

/// Opens a second connection while the first is in use. The system may queue it, but the peer must
/// not serve it.
fn no_second_connection(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let no_port = |why: io::Error| Broken::NoConnection(format!("the first connection: {why}"));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listen(peer, timeout)?));
    peer.send(&Command::Accept)?;
    let mut first = TcpStream::connect_timeout(&address, timeout).map_err(no_port)?;
    expect_ok(peer, "accept", timeout)?;
    let second = TcpStream::connect_timeout(&address, timeout);
    if let Ok(mut second) = second.as_ref() {
        // The system may have refused it by now.
        let _ = second.write_all(&[2; 8]);
    }
    first.write_all(&[1; 8]).map_err(no_port)?;
    let is_first = |answer: &Answer| is_returned(answer, &Value::Whole(1), 1, 0);
    let mut wrong = asked(
        peer,
        timeout,
        &[
            ("do readByte", is_first, "`@@ returned 1 1 0`"),
            ("do writeByte 1", |_| true, ""),
        ],
    )?;
    end(peer, timeout)?;
    if let Ok(mut second) = second {
        let mut heard = Vec::new();
        let _ = second.set_read_timeout(Some(timeout));
        let ended = second.read_to_end(&mut heard).map_err(|why| why.kind());
        if !heard.is_empty() {
            wrong.push("it wrote to a connection that came after the first".to_owned());
        } else if matches!(ended, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)) {
            wrong.push("after `end` a connection that came after the first is open".to_owned());
        }
    }
    Ok(found(wrong))
}

fn connect_to_nobody(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|why| Broken::NoConnection(format!("the harness has no port: {why}")))?;
    peer.send(&Command::Connect(nobody.port()))?;
    let answer = peer.answer(timeout)?;
    let mut wrong = asked(peer, timeout, &[ok("end")])?;
    if !matches!(answer, Answer::Failed(_)) {
        wrong.push(format!(
            "it answered `connect {}` with `@@ {answer}`, and nobody listens there",
            nobody.port()
        ));
    }
    Ok(found(wrong))
}

fn one_conversation_at_a_time(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let mut wrong = Vec::new();
    for role in [Role::Server, Role::Client] {
        let other = connect(peer, role, timeout)?;
        let another = Listener::bind()
            .map_err(|why| Broken::NoConnection(format!("the harness has no port: {why}")))?;
        let connects = format!("connect {}", another.port());
        for line in [&*connects, "listen", "accept"] {
            peer.send(&Command::Raw(line.to_owned()))?;
            let answer = peer.answer(timeout)?;
            if !matches!(answer, Answer::Failed(_)) {
                wrong.push(format!(
                    "as {role} with a connection it answered `{line}` with `@@ {answer}`, and not \
                     with `@@ failed WHY`"
                ));
            }
        }
        wrong.extend(asked(
            peer,
            timeout,
            &[("do writeByte 1", is_written, "`@@ returned void 0 1`")],
        )?);
        end(peer, timeout)?;
        let (bytes, _) = other.received(timeout);
        if !matches!(&*bytes, [] | [1]) {
            wrong.push(format!(
                "as {role} it wrote other bytes after that: {bytes:02x?}"
            ));
        }
    }
    Ok(found(wrong))
}

fn do_without_connection(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    asked(peer, timeout, &[fails("do size"), ok("end")]).map(found)
}

/// Whether the answer says that one byte was written and none read, or that `writeByte` is not
/// offered.
fn is_written(answer: &Answer) -> bool {
    is_returned(answer, &Value::Void, 0, 1)
}

fn going_on_after_exceptions(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let mut other = connect(peer, Role::Client, timeout)?;
    other.act(&Step::Finish);
    let is_exception = |answer: &Answer| match answer {
        Answer::Unsupported => true,
        Answer::Observed(observed) => match observed.result {
            CallResult::Threw(..) => true,
            CallResult::Returned(_) => false,
        },
        Answer::Ok | Answer::Port(_) | Answer::Failed(_) => false,
    };
    let wrong = asked(
        peer,
        timeout,
        &[
            (
                "do readInt",
                is_exception,
                "`@@ threw java.io.EOFException null 0 0`",
            ),
            (
                "do readUTF",
                is_exception,
                "`@@ threw java.io.EOFException null 0 0`",
            ),
            ("do writeByte 1", is_written, "`@@ returned void 0 1`"),
        ],
    )?;
    end(peer, timeout)?;
    other.received(timeout);
    Ok(found(wrong))
}

fn counts_begin_at_0(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let mut wrong = Vec::new();
    for role in [Role::Server, Role::Client] {
        let mut other = connect(peer, role, timeout)?;
        wrong.extend(asked(
            peer,
            timeout,
            &[("do size", nothing_yet, "`@@ returned 0 0 0`")],
        )?);
        other.act(&Step::Send(vec![1, 2]));
        // The probes test the results of these calls.
        asked(
            peer,
            timeout,
            &[
                ("do readByte", |_| true, ""),
                ("do writeByte 1", |_| true, ""),
            ],
        )?;
        end(peer, timeout)?;
        other.received(timeout);
    }
    Ok(found(wrong))
}

fn end_closes(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let mut wrong = asked(peer, timeout, &[ok("end"), ok("end")])?;
    for role in [Role::Server, Role::Client] {
        let mut other = connect(peer, role, timeout)?;
        // These bytes must stay unread: a socket that is merely closed would answer them with a
        // reset.
        other.act(&Step::Send(vec![0; 100]));
        end(peer, timeout)?;
        match other.received(timeout).1 {
            End::Finished => {}
            End::Open => wrong.push(format!("as {role} it has not closed the connection")),
            End::Reset => wrong.push(format!(
                "as {role} it reset the connection, on which something lay unread; \
                 `{}` comes before closing",
                Method::ShutdownOutput
            )),
        }
    }
    Ok(found(wrong))
}

pub(crate) fn end(peer: &mut PeerProcess, timeout: Duration) -> Result<(), Broken> {
    peer.send(&Command::End)?;
    peer.answer(timeout)?;
    Ok(())
}

fn exit_in_a_conversation(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    let other: OtherSide = connect(peer, Role::Server, timeout)?;
    let found = exit_when_idle(peer, timeout);
    drop(other);
    found
}

fn exit_when_idle(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
    Ok(match peer.dismiss(timeout) {
        Some(Exit::Code(0)) => Found::Obeyed,
        Some(exit) => Found::Wrong(vec![format!("it ended, but with {exit}")]),
        None => Found::Wrong(vec![format!("it still ran after {timeout:?}")]),
    })
}
