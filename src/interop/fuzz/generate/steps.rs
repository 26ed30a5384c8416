//! Generates the steps of a scenario, call by call.
//!
//! Every call is simulated in memory before it is added: a read must find bytes or an end, and a
//! closed connection is not written to. So the calls never wait if they are made in the order of
//! the file.

use super::objects::Exchanged;
use super::profile::{Content, OBJECTS, PROFILES, Profile};
use super::value::{body, lines, value};
use crate::JavaString;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Method, Read, Socket, Stream, Value, Way, Write};
use crate::interop::scenario::language::Step;
use crate::interop::scenario::language::simulate::Conversation;
use crate::system::random::Random;

/// A scenario under construction.
pub(crate) struct Generator<'a> {
    pub(super) random: &'a mut Random,
    profile: &'static Profile,
    pub(super) conversation: Conversation,
    pub(super) steps: Vec<Step>,
    /// What has been written to object streams.
    pub(super) exchanged: Exchanged,
    /// The kind of content that each step wrote, to choose the matching read.
    contents: Vec<Option<Content>>,
}

pub(super) const ROLES: [Role; 2] = [Role::Client, Role::Server];

impl<'a> Generator<'a> {
    pub(crate) fn new(random: &'a mut Random) -> Self {
        let profile = &PROFILES[random.below(PROFILES.len())];
        Self::with(random, profile)
    }

    /// A scenario over object streams.
    pub(crate) fn of_objects(random: &'a mut Random) -> Self {
        Self::with(random, &OBJECTS)
    }

    fn with(random: &'a mut Random, profile: &'static Profile) -> Self {
        Self {
            random,
            profile,
            conversation: Conversation::default(),
            steps: Vec::new(),
            exchanged: Exchanged::default(),
            contents: Vec::new(),
        }
    }

    /// Generates the steps.
    pub(crate) fn generate(mut self) -> Vec<Step> {
        let mut role = self.random.pick(&ROLES);
        // The percentage of writes that are read at once. The others are read at the end.
        let prompt = self.random.pick(&[100, 90, 50, 0]);
        for _ in 0..1 + self.random.below(4) {
            for _ in 0..1 + self.random.below(3) / 2 {
                self.write_content(role);
            }
            if self.random.percent(12) {
                self.other_call(role);
            }
            if self.random.percent(prompt) {
                self.read_arrived(role.other(), 4);
            }
            if self.random.percent(65) {
                role = role.other();
            }
        }
        self.finish(role);
        self.steps
    }

    /// Ends the conversation, or reads what is left.
    pub(super) fn finish(&mut self, role: Role) {
        if self.random.percent(self.profile.ends) {
            self.end(role);
        } else {
            self.read_arrived(role.other(), 6);
            self.read_arrived(role, 6);
        }
        // A peer that reads more than Java does then meets the end instead of waiting forever.
        for role in ROLES {
            if self.random.percent(70) && !self.conversation.has_ended(role) {
                self.make(role, Call::Socket(Socket::ShutdownOutput));
            }
        }
    }

    /// Writes one piece of content.
    pub(super) fn write_content(&mut self, role: Role) {
        if self.conversation.has_closed(role.other()) {
            return;
        }
        if self.conversation.has_objects(role, Way::Output) {
            self.write_to_objects(role);
        } else {
            self.write_data(role);
        }
    }

    /// Writes one piece of data.
    pub(super) fn write_data(&mut self, role: Role) {
        let mut choice = self
            .random
            .below(self.profile.contents.iter().map(|(weight, _)| weight).sum());
        let content = self.profile.contents.iter().find_map(|&(weight, content)| {
            let chosen = choice < weight;
            choice = choice.wrapping_sub(weight);
            chosen.then_some(content)
        });
        match content.unwrap_or(Content::Bytes) {
            Content::Single(_) => {
                let method = self.random.pick(&singles());
                self.write(role, method, Content::Single(Some(method)));
            }
            Content::Text => self.write(role, Method::WriteUtf, Content::Text),
            Content::Characters(_) => {
                let method = self.random.pick(&[Method::WriteBytes, Method::WriteChars]);
                self.write(role, method, Content::Characters(Some(method)));
            }
            Content::Body => {
                let bytes = body(self.random);
                self.write_bytes(role, bytes, Content::Body);
            }
            Content::Lines => {
                let bytes = lines(self.random);
                if self.random.percent(30) {
                    let units: Vec<u16> = bytes.iter().copied().map(u16::from).collect();
                    let text = JavaString::from(units);
                    self.write_call(role, Call::Write(Write::Bytes(text)), Content::Lines);
                } else {
                    self.write_bytes(role, bytes, Content::Lines);
                }
            }
            Content::Bytes => self.write(role, Method::Write, Content::Bytes),
            Content::Part => self.part(role),
        }
    }

    /// Writes the first bytes of some content, possibly all of them.
    fn part(&mut self, role: Role) {
        let bytes = match self.random.below(3) {
            0 => body(self.random),
            1 => lines(self.random),
            _ => self.random.next().to_be_bytes().to_vec(),
        };
        let count = self.random.below(bytes.len() + 1);
        self.write_call(role, bytes_of(&bytes[..count]), Content::Part);
    }

    pub(super) fn write(&mut self, role: Role, method: Method, content: Content) {
        let value = method.takes().map(|kind| value(kind, self.random));
        if let Ok(call) = Call::new(method, value) {
            self.write_call(role, call, content);
        }
    }

    /// Writes bytes in one call, or sometimes in two.
    fn write_bytes(&mut self, role: Role, bytes: Vec<u8>, content: Content) {
        if bytes.len() > 1 && self.random.percent(20) {
            let (head, tail) = bytes.split_at(1 + self.random.below(bytes.len() - 1));
            self.write_call(role, bytes_of(head), content);
            self.write_call(role, bytes_of(tail), Content::Part);
        } else {
            self.write_call(role, Call::Write(Write::All(bytes)), content);
        }
    }

    pub(super) fn write_call(&mut self, role: Role, call: Call, content: Content) {
        let step = self.steps.len();
        self.make(role, call);
        self.contents.resize(self.steps.len(), None);
        if let Some(place) = self.contents.get_mut(step) {
            *place = Some(content);
        }
    }

    /// A call that neither reads nor writes.
    pub(super) fn other_call(&mut self, role: Role) {
        match self.random.below(4) {
            0 => self.sync(),
            1 => self.make(role, Call::Stream(Stream::Flush)),
            _ => self.make(role, Call::Stream(Stream::Size)),
        }
    }

    pub(super) fn sync(&mut self) {
        let line = self.line();
        if !matches!(self.steps.last(), None | Some(Step::Sync { .. })) {
            self.steps.push(Step::Sync { line });
        }
    }

    /// Reads what has arrived, in at most `most` calls.
    pub(super) fn read_arrived(&mut self, role: Role, most: usize) {
        for _ in 0..most {
            if self.conversation.unread(role).is_empty() || !self.read(role) {
                break;
            }
        }
    }

    /// Adds one read that does not wait. Returns whether there is one.
    fn read(&mut self, role: Role) -> bool {
        if self.conversation.has_objects(role, Way::Input) {
            return self.read_from_objects(role);
        }
        if !self.random.percent(self.profile.mismatched)
            && let Some(method) = self.matching_read(role)
        {
            let count = self.conversation.unread(role).len();
            if self.try_to_read(role, method, count) {
                return true;
            }
        }
        for _ in 0..4 {
            let read = self.random.pick(Read::EACH);
            let unread = self.conversation.unread(role).len();
            let count = match self.random.below(8) {
                0 => 0,
                1 => 1,
                2 => unread + 1,
                3 => unread + self.random.below(300),
                4 | 5 => unread,
                _ => self.random.below(unread + 1),
            };
            if self.try_to_read(role, read.method(), count) {
                return true;
            }
        }
        let all = self.conversation.unread(role).len();
        let method = self.random.pick(&[Method::ReadFully, Method::SkipBytes]);
        all > 0 && self.try_to_read(role, method, all)
    }

    /// The method that matches the next content.
    fn matching_read(&mut self, role: Role) -> Option<Method> {
        let (step, from_its_start) = self.conversation.next_writer(role)?;
        let content = self
            .contents
            .get(step)
            .copied()
            .flatten()
            .filter(|_| from_its_start)?;
        Some(match content {
            Content::Single(Some(method)) => match readers(method).as_slice() {
                [] => return None,
                [only] => *only,
                several => self.random.pick(several),
            },
            Content::Text | Content::Body => Method::ReadUtf,
            Content::Lines => Method::ReadLine,
            Content::Characters(Some(Method::WriteChars)) => Method::ReadChar,
            Content::Characters(_) | Content::Bytes | Content::Single(None) => {
                self.random
                    .pick(&[Method::ReadFully, Method::SkipBytes, Method::ReadLine])
            }
            Content::Part => return None,
        })
    }

    pub(super) fn try_to_read(&mut self, role: Role, method: Method, count: usize) -> bool {
        let count = Value::Whole(i64::try_from(count).unwrap_or(i64::MAX));
        let before = self.steps.len();
        if let Ok(call) = Call::new(method, method.takes().map(|_| count)) {
            self.make(role, call);
        }
        self.steps.len() > before
    }

    /// One role ends its direction or the connection. The calls that are still possible follow.
    fn end(&mut self, role: Role) {
        let other = role.other();
        if self.conversation.has_objects(role, Way::Output) && self.random.percent(80) {
            self.make(role, Call::Stream(Stream::Flush));
        }
        match self.random.below(10) {
            0..6 => self.make(role, Call::Socket(Socket::ShutdownOutput)),
            6..9 => {
                if !self.conversation.unread(role).is_empty() {
                    // Bytes in transit may be lost.
                    self.take_all(other);
                }
                // A role that still writes would race with the close.
                self.sync();
                self.make(role, Call::Socket(Socket::Close));
            }
            _ => {
                // Bytes in transit may be lost.
                self.take_all(role);
                self.take_all(other);
                self.sync();
                self.make(role, Call::Socket(Socket::Reset));
                self.read(other);
                self.make(other, Call::Socket(Socket::Close));
            }
        }
        self.read_arrived(other, 5);
        for _ in 0..self.random.below(3) {
            if self.conversation.has_ended(role) {
                self.read(other);
            }
        }
        if self.random.percent(40) {
            self.after_end(role);
        }
        if self.random.percent(30) {
            self.write_content(other);
        }
        self.read_arrived(role, 5);
    }

    fn take_all(&mut self, role: Role) {
        if self.conversation.has_objects(role, Way::Input) {
            return self.read_arrived(role, 12);
        }
        let all = self.conversation.unread(role).len();
        if all > 0 {
            let method = self.random.pick(&[Method::ReadFully, Method::SkipBytes]);
            self.try_to_read(role, method, all);
        }
    }

    /// Calls of a role that has ended its direction.
    fn after_end(&mut self, role: Role) {
        if self.is_over_objects() {
            self.after_end_of_objects(role);
        }
        for _ in 0..1 + self.random.below(2) {
            match self.random.below(7) {
                6 => self.make(role, Call::Stream(Stream::Flush)),
                0 => self.make(role, Call::Stream(Stream::Size)),
                1 => self.make(role, Call::Socket(Socket::Close)),
                2 => self.make(role, Call::Socket(Socket::ShutdownOutput)),
                3 => self.write_content(role),
                _ => {
                    if self.conversation.has_closed(role)
                        || !self.conversation.unread(role).is_empty()
                    {
                        self.read(role);
                    }
                }
            }
        }
    }

    /// Makes a call, unless it would wait or its result would depend on timing.
    pub(super) fn make(&mut self, role: Role, call: Call) {
        let line = self.line();
        let made = self.conversation.make(role, &call, self.steps.len(), line);
        if matches!(made, Ok(Some(_))) {
            self.steps.push(Step::Call { role, call, line });
        }
    }

    /// The line number of the next step in a file: below the claim and the earlier steps.
    fn line(&self) -> usize {
        self.steps.len() + 2
    }
}

fn bytes_of(bytes: &[u8]) -> Call {
    Call::Write(Write::All(bytes.to_vec()))
}

/// The methods that write a number, a boolean or a character.
fn singles() -> Vec<Method> {
    let is_single = |method: &Method| {
        let format = method.format_written();
        format.is_some_and(|format| format.fixed_size().is_some())
    };
    Method::ALL.iter().copied().filter(is_single).collect()
}

/// The methods that read what `writer` writes.
fn readers(writer: Method) -> Vec<Method> {
    let reads = Read::EACH.iter().map(|read| read.method());
    reads
        .filter(|reader| reader.format_read() == writer.format_written())
        .collect()
}
