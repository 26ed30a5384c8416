//! Whether `listen`, `accept`, `connect` and `end` do what they should.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::calls::{is_returned, is_written};
use super::{asked, end, fails, found, ok};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::End;
use crate::interop::peer::check::probe::{Broken, Step, connect, expect_ok, listen};
use crate::interop::peer::check::report::Found;
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::call::{Method, Value};
use crate::interop::protocol::message::{Answer, Command};
use crate::system::listener::Listener;

pub(super) fn the_port_is_let_go(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let port = listen(peer, timeout)?;
    end(peer, timeout)?;
    let address = (Ipv4Addr::LOCALHOST, port).into();
    Ok(match TcpStream::connect_timeout(&address, timeout) {
        Ok(_) => Found::Wrong(vec![format!("after `end` it still listens on port {port}")]),
        Err(_) => Found::Obeyed,
    })
}

pub(super) fn accept_without_listening(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    asked(peer, timeout, &[fails("accept"), ok("end")]).map(found)
}

/// Opens a second connection while the first is in use. The system may queue it, but the peer must
/// not serve it.
pub(super) fn no_second_connection(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
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

pub(super) fn connect_without_listener(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|why| Broken::NoConnection(format!("the harness has no port: {why}")))?;
    peer.send(&Command::Connect(free.port()))?;
    let answer = peer.answer(timeout)?;
    let mut wrong = asked(peer, timeout, &[ok("end")])?;
    if !matches!(answer, Answer::Failed(_)) {
        wrong.push(format!(
            "it answered `connect {}` with `@@ {answer}`, and no program listens there",
            free.port()
        ));
    }
    Ok(found(wrong))
}

pub(super) fn one_conversation_at_a_time(
    peer: &mut PeerProcess,
    timeout: Duration,
) -> Result<Found, Broken> {
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

pub(super) fn end_closes(peer: &mut PeerProcess, timeout: Duration) -> Result<Found, Broken> {
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
