//! The rules and commands of the peer protocol, each with a session that tests it.

mod calls;
mod connections;

use std::time::Duration;

pub(crate) use calls::nothing_yet;

#[cfg(target_os = "linux")]
use super::outside;
use super::probe::{Broken, OtherSide, connect};
use super::report::{Found, Subject};
use super::values::{spellings, values_that_are_none};
use crate::interop::model::participant::Role;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::message::{Answer, Command};
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
        claim: "it holds many conversations, in both roles",
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
        claim: "an unknown command is answered with `unsupported`, and the peer goes on",
        check: senseless,
    },
    Rule {
        subject: Subject::Rule(5),
        claim: "a value that the method does not take is answered with `unsupported`, and no call is made",
        check: values_that_are_none,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "leading zeros, -0 and upper case in hexadecimal are accepted",
        check: spellings,
    },
    Rule {
        subject: Subject::Command("listen"),
        claim: "the port is free again after `end`",
        check: connections::the_port_is_let_go,
    },
    #[cfg(target_os = "linux")]
    Rule {
        subject: Subject::Command("listen"),
        claim: "it listens on 127.0.0.1 only",
        check: outside::it_listens_on_loopback,
    },
    Rule {
        subject: Subject::Command("accept"),
        claim: "fails if `listen` did not come first, and the peer goes on",
        check: connections::accept_without_listening,
    },
    Rule {
        subject: Subject::Command("accept"),
        claim: "only one connection is accepted",
        check: connections::no_second_connection,
    },
    Rule {
        subject: Subject::Command("connect"),
        claim: "fails if no program listens on the port, and the peer goes on",
        check: connections::connect_without_listener,
    },
    Rule {
        subject: Subject::Command("connect"),
        claim: "fails while a conversation is open, as `listen` and `accept` do, and the conversation goes on",
        check: connections::one_conversation_at_a_time,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "fails without a connection, and the peer goes on",
        check: calls::do_without_connection,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "a call that throws does not end the conversation",
        check: calls::going_on_after_exceptions,
    },
    Rule {
        subject: Subject::Command("do"),
        claim: "the counts begin at 0 with each connection",
        check: calls::counts_begin_at_0,
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
        claim: "no byte is read before a call needs it",
        check: outside::nothing_is_read_ahead,
    },
    Rule {
        subject: Subject::Command("end"),
        claim: "closes as `close` does, and succeeds if nothing is open",
        check: connections::end_closes,
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
