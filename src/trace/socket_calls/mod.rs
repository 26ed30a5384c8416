//! Selects a program's calls on TCP sockets, and abbreviates them to fit into a column.
//!
//! A JVM opens many sockets to detect features of the system, and closes them again. Sockets that
//! were never bound, connected or accepted are left out. This module must not run programs.

mod arguments;
mod descriptors;

use arguments::{address, readable, shown_address, transferred};
use descriptors::{Table, forks, number};

use super::strace::parse::{Call, Nanos};
use crate::text::count::plural;

/// A call on a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SocketCall {
    /// The calling thread.
    pub thread: u32,
    pub name: String,
    /// The arguments: `5, 127.0.0.1:666`.
    pub given: String,
    /// The result: `6, 127.0.0.1:40124`. `None` if it never returned.
    pub result: Option<String>,
    /// When it was called.
    pub began: Nanos,
    pub ended: Option<Nanos>,
    /// The bytes that it read or wrote.
    pub moved: Vec<u8>,
    /// Whether the call is part of the conversation, and not a query or an option.
    pub is_plain: bool,
}

impl SocketCall {
    /// Whether it waits for the other side.
    pub(crate) fn waits(&self) -> bool {
        ACCEPTS.contains(&self.name.as_str()) || self.reads() || !self.is_plain
    }

    pub(crate) fn reads(&self) -> bool {
        READS.contains(&self.name.as_str())
    }
}

const ACCEPTS: [&str; 2] = ["accept", "accept4"];
const READS: [&str; 4] = ["read", "readv", "recvfrom", "recvmsg"];
const WRITES: [&str; 4] = ["write", "writev", "sendto", "sendmsg"];
const OTHERS: [&str; 6] = ["socket", "bind", "listen", "connect", "shutdown", "close"];

/// Whether a call accepts a connection.
pub(crate) fn accepts(name: &str) -> bool {
    ACCEPTS.contains(&name)
}

/// The port on which a call has made a TCP socket listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listening {
    /// The socket was bound to this port.
    On(u16),
    /// The system has chosen the port.
    Somewhere,
}

/// The port of the first listening socket. `None` if no socket listens.
pub(crate) fn listening(calls: &[Call]) -> Option<Listening> {
    let calls = of(calls);
    let has_worked = |call: &SocketCall| call.result.as_deref() == Some("0");
    let listen = calls
        .iter()
        .position(|call| call.name == "listen" && has_worked(call))?;
    let (number, _) = calls[listen].given.split_once(',')?;
    let bound = calls[..listen].iter().rev().find_map(|call| {
        let (bound, address) = call.given.split_once(", ")?;
        let is_it = call.name == "bind" && has_worked(call) && bound == number;
        address
            .rsplit_once(':')
            .filter(|_| is_it)?
            .1
            .parse::<u16>()
            .ok()
    });
    Some(match bound {
        Some(port) if port != 0 => Listening::On(port),
        _ => Listening::Somewhere,
    })
}

/// Whether at least one connection was accepted, and all accepted connections are closed.
pub(crate) fn has_served(calls: &[Call]) -> bool {
    let calls = of(calls);
    let accepted = calls.iter().filter(|call| accepts(&call.name));
    let mut accepted = accepted
        .filter_map(|call| {
            let number = call.result.as_deref()?.split(',').next()?;
            Some((call.ended?, number.parse::<u64>().ok()?.to_string()))
        })
        .peekable();
    let is_closed = |(since, number): (Nanos, String)| {
        calls
            .iter()
            .any(|call| call.name == "close" && call.began >= since && call.given == number)
    };
    accepted.peek().is_some() && accepted.all(is_closed)
}

/// The calls on TCP sockets that were bound, connected or accepted, in the order in which they were
/// made.
pub(crate) fn of(calls: &[Call]) -> Vec<SocketCall> {
    // A descriptor refers to a socket once the call that created it has returned.
    let makes = |call: &Call| call.name == "socket" || accepts(&call.name) || forks(&call.name);
    let mut order: Vec<&Call> = calls.iter().collect();
    order.sort_by_key(|call| match call.ended {
        Some(ended) if makes(call) => ended,
        _ => call.began,
    });
    let mut table = Table::default();
    let mut found: Vec<(usize, SocketCall)> = Vec::new();
    for call in order {
        let process = table.process(call.thread);
        match call.name.as_str() {
            name if forks(name) => {
                if let Some(child) = call.value() {
                    let shares = call.arguments.iter().any(|a| a.contains("CLONE_THREAD"));
                    table.add_process(process, child, shares);
                }
            }
            "dup" | "dup2" | "dup3" => {
                let old = number(call.arguments.first());
                let (old, new) = (old, call.value());
                if let Some(new) = new {
                    let socket = old.and_then(|old| table.socket(process, old));
                    table.set(process, new, socket);
                }
            }
            name => {
                let Some(socket) = table.of_call(process, call) else {
                    continue;
                };
                let made = SocketCall::of(call);
                let failed = call.value().is_none();
                let comes_to_something = ["bind", "connect", "listen"].contains(&name);
                table.is_used[socket] |= comes_to_something || accepts(name);
                found.push((socket, made));
                if name == "close"
                    && !failed
                    && let Some(number) = number(call.arguments.first())
                {
                    table.set(process, number, None);
                }
            }
        }
    }
    let mut found: Vec<SocketCall> = found
        .into_iter()
        .filter(|(socket, _)| table.is_used[*socket])
        .map(|(_, call)| call)
        .collect();
    found.sort_by_key(|call| call.began);
    found
}

impl SocketCall {
    fn of(call: &Call) -> Self {
        let name = call.name.as_str();
        let argument = |at: usize| call.arguments.get(at).map_or("", String::as_str);
        let is_transfer = READS.contains(&name) || WRITES.contains(&name);
        let mut moved = if is_transfer {
            transferred(&call.arguments)
        } else {
            Vec::new()
        };
        let value = call.value().and_then(|value| usize::try_from(value).ok());
        let asked = moved.len();
        moved.truncate(value.unwrap_or(0));
        let given = match name {
            "socket" => {
                let short = |text: &str| text.replace("AF_", "").replace("SOCK_", "");
                let kind = argument(1).split('|').next().unwrap_or_default();
                format!("{}, {}", short(argument(0)), short(kind))
            }
            "bind" | "connect" => format!("{}, {}", argument(0), shown_address(argument(1))),
            "shutdown" => format!("{}, {}", argument(0), argument(1).replace("SHUT_", "")),
            "listen" => format!("{}, {}", argument(0), argument(1)),
            _ if accepts(name) => argument(0).to_owned(),
            _ if WRITES.contains(&name) => {
                format!("{}, {asked} {}", argument(0), plural(asked, "byte"))
            }
            "read" | "recvfrom" if call.result.is_some() => {
                format!("{}, room for {}", argument(0), argument(2))
            }
            _ if READS.contains(&name) => argument(0).to_owned(),
            _ => {
                let arguments = call.arguments.iter();
                let arguments = arguments.map(|argument| shown_address(argument));
                arguments.collect::<Vec<_>>().join(", ")
            }
        };
        let result = call.result.as_deref().map(|result| {
            // `-1 ECONNREFUSED (Connection refused)` gives the error twice.
            let short = match result.split_once(" (") {
                Some((short, _)) if result.starts_with('-') => short,
                _ => result,
            };
            if accepts(name) && value.is_some() && address(argument(1)).is_some() {
                format!("{short}, {}", shown_address(argument(1)))
            } else {
                readable(short)
            }
        });
        Self {
            thread: call.thread,
            name: call.name.clone(),
            given,
            result,
            began: call.began,
            ended: call.ended,
            moved,
            is_plain: is_transfer || accepts(name) || OTHERS.contains(&name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::strace::parse::Log;

    /// A Java server, shortened; the JVM opens socket 4 only as a test.
    const SERVER: &str = "\
        9     1.000000 socket(AF_INET6, SOCK_STREAM, IPPROTO_IP) = 4 <0.000001>\n\
        9     1.000010 close(4) = 0 <0.000001>\n\
        9     1.000020 read(4, \"\\x68\", 8192) = 1 <0.000001>\n\
        9     1.000030 socket(AF_INET6, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 4 <0.000001>\n\
        9     1.000040 setsockopt(4, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0 <0.000001>\n\
        9     1.000050 bind(4, {sa_family=AF_INET6, sin6_port=htons(666), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"\\x3a\\x3a\", &sin6_addr), sin6_scope_id=0}, 28) = 0 <0.000001>\n\
        9     1.000060 listen(4, 50) = 0 <0.000001>\n\
        9     1.000070 accept(4, {sa_family=AF_INET6, sin6_port=htons(48822), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"\\x3a\\x3a\\x66\\x66\\x66\\x66\\x3a\\x31\\x32\\x37\\x2e\\x30\\x2e\\x30\\x2e\\x31\", &sin6_addr), sin6_scope_id=0}, [28]) = 5 <1.000000>\n\
        9     2.000090 read(5, \"\\x00\\x05\", 2) = 2 <0.000001>\n\
        9     2.000091 write(1, \"\\x68\", 1) = 1 <0.000001>\n\
        9     2.000092 writev(5, [{iov_base=\"\\x00\\x05\", iov_len=2}, {iov_base=\"\\x68\", iov_len=1}], 2) = 3 <0.000001>\n\
        9     2.000093 shutdown(5, SHUT_WR) = 0 <0.000001>\n\
        9     2.000094 close(5) = 0 <0.000001>\n\
        9     2.000095 write(5, \"\\x68\", 1) = 1 <0.000001>\n";

    fn calls(lines: &str) -> Vec<SocketCall> {
        let mut log = Log::default();
        log.push(lines.as_bytes());
        of(&log.finish())
    }

    fn shown(call: &SocketCall) -> String {
        let result = call.result.as_deref().unwrap_or("?");
        format!("{}({}) = {result}", call.name, call.given)
    }

    #[test]
    fn server_calls_are_listed_without_unrelated_calls() {
        let calls = calls(SERVER);
        let plain: Vec<String> = calls.iter().filter(|c| c.is_plain).map(shown).collect();
        assert_eq!(
            plain,
            [
                "socket(INET6, STREAM) = 4",
                "bind(4, [::]:666) = 0",
                "listen(4, 50) = 0",
                "accept(4) = 5, 127.0.0.1:48822",
                "read(5, room for 2) = 2",
                "writev(5, 3 bytes) = 3",
                "shutdown(5, WR) = 0",
                "close(5) = 0",
            ]
        );
        let settings: Vec<String> = calls.iter().filter(|c| !c.is_plain).map(shown).collect();
        assert_eq!(
            settings,
            ["setsockopt(4, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0"]
        );
        let moved: Vec<u8> = calls.iter().flat_map(|call| call.moved.clone()).collect();
        assert_eq!(moved, b"\x00\x05\x00\x05h");
    }

    #[test]
    fn a_server_listens_once_the_call_has_returned() {
        let mut log = Log::default();
        let (before, after) = SERVER.split_at(SERVER.find("9     1.000060").unwrap());
        log.push(before.as_bytes());
        assert_eq!(listening(log.returned()), None);
        log.push(after.as_bytes());
        assert_eq!(listening(log.returned()), Some(Listening::On(666)));
        let mut log = Log::default();
        log.push(SERVER.replace("htons(666)", "htons(0)").as_bytes());
        assert_eq!(listening(log.returned()), Some(Listening::Somewhere));
    }

    #[test]
    fn a_server_has_served_once_all_accepted_connections_are_closed() {
        let served = |until: &str| {
            let mut log = Log::default();
            log.push(&SERVER.as_bytes()[..SERVER.find(until).unwrap()]);
            has_served(log.returned())
        };
        assert!(!served("9     1.000070"));
        assert!(!served("9     2.000094"));
        assert!(served("9     2.000095"));
    }

    #[test]
    fn a_child_process_inherits_the_sockets_of_its_parent() {
        let lines = "\
            9     1.000000 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3 <0.000001>\n\
            9     1.000010 listen(3, 5) = 0 <0.000001>\n\
            9     1.000020 accept4(3, NULL, NULL, SOCK_CLOEXEC) = 4 <0.000001>\n\
            9     1.000030 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 10 <0.000001>\n\
            9     1.000040 close(4) = 0 <0.000001>\n\
            10    1.000050 read(4, \"\\x68\", 9) = 1 <0.000001>\n\
            10    1.000060 close(4) = 0 <0.000001>\n\
            10    1.000070 read(4, \"\\x68\", 9) = 1 <0.000001>\n";
        let names: Vec<String> = calls(lines).into_iter().map(|call| call.name).collect();
        assert_eq!(
            names,
            ["socket", "listen", "accept4", "close", "read", "close"]
        );
    }

    #[test]
    fn a_failed_call_shows_the_name_of_its_error() {
        let lines = "\
            9     1.000000 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3 <0.000001>\n\
            9     1.000010 connect(3, {sa_family=AF_INET, sin_port=htons(666), sin_addr=inet_addr(\"\\x31\\x32\\x37\\x2e\\x30\\x2e\\x30\\x2e\\x31\")}, 16) = -1 ECONNREFUSED (Connection refused) <0.000001>\n";
        assert_eq!(
            shown(&calls(lines)[1]),
            "connect(3, 127.0.0.1:666) = -1 ECONNREFUSED"
        );
    }

    #[test]
    fn a_call_still_waiting_at_the_end_has_no_result() {
        let mut lines = SERVER[..SERVER.find("9     1.000070").unwrap()].to_owned();
        lines.push_str("9     1.000070 accept(4, ");
        let calls = calls(&lines);
        let accept = calls.last().unwrap();
        assert_eq!((accept.given.as_str(), &accept.result), ("4", &None));
        assert!(accept.waits());
    }
}
