//! Which descriptor refers to which socket, in each process.

use std::collections::HashMap;

use super::accepts;
use crate::trace::strace::parse::Call;

pub(super) fn forks(name: &str) -> bool {
    ["clone", "clone3", "fork", "vfork"].contains(&name)
}

/// Which descriptor refers to which socket, in each process.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The process of each thread, by thread ID.
    processes: HashMap<u32, usize>,
    /// The sockets of each process, by descriptor.
    sockets: Vec<HashMap<u64, usize>>,
    /// For each socket, whether it was bound, connected or accepted.
    pub(super) is_used: Vec<bool>,
}

impl Table {
    /// A thread of unknown origin belongs to the first process.
    pub(super) fn process(&mut self, thread: u32) -> usize {
        if self.sockets.is_empty() {
            self.sockets.push(HashMap::new());
        }
        self.processes.get(&thread).copied().unwrap_or(0)
    }

    pub(super) fn add_process(&mut self, parent: usize, child: u64, shares: bool) {
        let Ok(child) = u32::try_from(child) else {
            return;
        };
        let process = if shares {
            parent
        } else {
            // A child process starts with a copy of its parent's descriptors.
            self.sockets.push(self.sockets[parent].clone());
            self.sockets.len() - 1
        };
        self.processes.insert(child, process);
    }

    pub(super) fn socket(&self, process: usize, number: u64) -> Option<usize> {
        self.sockets[process].get(&number).copied()
    }

    pub(super) fn set(&mut self, process: usize, number: u64, socket: Option<usize>) {
        match socket {
            Some(socket) => self.sockets[process].insert(number, socket),
            None => self.sockets[process].remove(&number),
        };
    }

    /// The socket that a call refers to or creates.
    pub(super) fn of_call(&mut self, process: usize, call: &Call) -> Option<usize> {
        let argument = |at: usize| call.arguments.get(at).map_or("", String::as_str);
        match call.name.as_str() {
            "socket" => {
                let number = call.value()?;
                let is_tcp = argument(0).starts_with("AF_INET")
                    && argument(1).split('|').any(|kind| kind == "SOCK_STREAM");
                let socket = is_tcp.then(|| self.new_socket());
                self.set(process, number, socket);
                socket
            }
            name if accepts(name) => {
                let listener = self.socket(process, number(call.arguments.first())?)?;
                if let Some(number) = call.value() {
                    let socket = self.new_socket();
                    self.is_used[socket] = true;
                    self.set(process, number, Some(socket));
                }
                Some(listener)
            }
            "poll" | "ppoll" => {
                let numbers = argument(0).split("fd=").skip(1);
                let mut numbers = numbers.filter_map(|rest| {
                    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
                    rest[..digits].parse().ok()
                });
                numbers.find_map(|number| self.socket(process, number))
            }
            "epoll_ctl" => self.socket(process, number(call.arguments.get(2))?),
            _ => self.socket(process, number(call.arguments.first())?),
        }
    }

    pub(super) fn new_socket(&mut self) -> usize {
        self.is_used.push(false);
        self.is_used.len() - 1
    }
}

pub(super) fn number(argument: Option<&String>) -> Option<u64> {
    argument?.parse().ok()
}
