//! The mutant as a peer: the contract, and nothing else.

use std::io::{BufRead, Write, stdin, stdout};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;

use javatalk::interop::call::{Call, Observation};

use super::bug::Bug;
use super::codec::Connection;

/// Plays a peer with this bug, or with none.
pub(crate) fn play(bug: Option<Bug>) -> ExitCode {
    let name = bug.map_or("naive", Bug::name);
    say(&format!("peer {name} rust 0"));
    let mut listener = None;
    let mut connection = None;
    for line in stdin().lock().lines().map_while(Result::ok) {
        let answer = match line.split_once(' ') {
            None if line == "listen" => match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)) {
                Ok(socket) => {
                    let port = socket.local_addr().map_or(0, |address| address.port());
                    listener = Some(socket);
                    format!("port {port}")
                }
                Err(why) => format!("failed {why}"),
            },
            None if line == "accept" => {
                let accepted = listener.as_ref().map(TcpListener::accept);
                match accepted {
                    Some(Ok((stream, _))) => {
                        connection = open(stream, bug);
                        "ok".to_owned()
                    }
                    _ => "failed nobody came".to_owned(),
                }
            }
            None if line == "end" => {
                (listener, connection) = (None, None);
                "ok".to_owned()
            }
            Some(("connect", port)) => {
                let port = port.parse().unwrap_or(0);
                match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                    Ok(stream) => {
                        connection = open(stream, bug);
                        "ok".to_owned()
                    }
                    Err(why) => format!("failed {why}"),
                }
            }
            Some(("do", call)) => match (call.parse::<Call>(), &mut connection) {
                (Ok(call), Some(connection)) => {
                    let result = connection.make(&call);
                    let (read, written) = (connection.read, connection.written);
                    Observation {
                        result,
                        read,
                        written,
                    }
                    .to_string()
                }
                _ => "unsupported".to_owned(),
            },
            _ => "unsupported".to_owned(),
        };
        say(&answer);
    }
    ExitCode::SUCCESS
}

fn open(stream: TcpStream, bug: Option<Bug>) -> Option<Connection> {
    stream.set_nodelay(true).ok()?;
    Some(Connection::new(stream, bug))
}

fn say(answer: &str) {
    let mut out = stdout().lock();
    // Without a reader there is nobody to tell.
    let _ = writeln!(out, "@@ {answer}").and_then(|()| out.flush());
}
