//! Makes up a dialogue, call by call, with all that has been said in mind.
//!
//! Every call is tried in memory before it is taken: what is read is there, or comes to its end;
//! who has closed is not written to. So the calls can be made in the order in which they stand.

use super::profile::{MOODS, Profile, Said};
use super::value::{body, lines, value};
use crate::JavaString;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Method, Value};
use crate::interop::scenario::language::Step;
use crate::interop::scenario::language::simulate::Conversation;
use crate::system::random::Random;

/// A dialogue in the making.
pub(crate) struct Generator<'a> {
    random: &'a mut Random,
    profile: &'static Profile,
    conversation: Conversation,
    steps: Vec<Step>,
    /// What each step has written, for whoever reads it as it was meant.
    said: Vec<Option<Said>>,
}

const ROLES: [Role; 2] = [Role::Client, Role::Server];

impl<'a> Generator<'a> {
    pub(crate) fn new(random: &'a mut Random) -> Self {
        let profile = &MOODS[random.below(MOODS.len())];
        Self {
            random,
            profile,
            conversation: Conversation::default(),
            steps: Vec::new(),
            said: Vec::new(),
        }
    }

    /// The steps of a dialogue.
    pub(crate) fn improvise(mut self) -> Vec<Step> {
        let mut role = self.random.pick(&ROLES);
        // How many of a hundred writes are read at once; the others wait for the end.
        let prompt = self.random.pick(&[100, 90, 50, 0]);
        for _ in 0..1 + self.random.below(4) {
            for _ in 0..1 + self.random.below(3) / 2 {
                self.say(role);
            }
            if self.random.percent(12) {
                self.aside(role);
            }
            if self.random.percent(prompt) {
                self.hear(role.other(), 4);
            }
            if self.random.percent(65) {
                role = role.other();
            }
        }
        if self.random.percent(self.profile.ends) {
            self.end(role);
        } else {
            self.hear(role.other(), 6);
            self.hear(role, 6);
        }
        // Who reads more than in Java then meets the end, and does not wait for ever.
        for role in ROLES {
            if self.random.percent(70) && !self.conversation.has_ended(role) {
                self.make(role, Method::ShutdownOutput, None);
            }
        }
        self.steps
    }

    /// One thing is said.
    fn say(&mut self, role: Role) {
        if self.conversation.has_closed(role.other()) {
            return;
        }
        let mut choice = self
            .random
            .below(self.profile.says.iter().map(|(weight, _)| weight).sum());
        let said = self.profile.says.iter().find_map(|&(weight, said)| {
            let chosen = choice < weight;
            choice = choice.wrapping_sub(weight);
            chosen.then_some(said)
        });
        match said.unwrap_or(Said::Bytes) {
            Said::Single(_) => {
                let method = self.random.pick(&SINGLES);
                self.write(role, method, Said::Single(Some(method)));
            }
            Said::Text => self.write(role, Method::WriteUtf, Said::Text),
            Said::Characters(_) => {
                let method = self.random.pick(&[Method::WriteBytes, Method::WriteChars]);
                self.write(role, method, Said::Characters(Some(method)));
            }
            Said::Body => {
                let bytes = body(self.random);
                self.write_bytes(role, bytes, Said::Body);
            }
            Said::Lines => {
                let bytes = lines(self.random);
                if self.random.percent(30) {
                    let units: Vec<u16> = bytes.iter().copied().map(u16::from).collect();
                    let text = Value::Text(JavaString::from(units));
                    self.said_by(role, Method::WriteBytes, text, Said::Lines);
                } else {
                    self.write_bytes(role, bytes, Said::Lines);
                }
            }
            Said::Bytes => self.write(role, Method::Write, Said::Bytes),
            Said::Part => self.part(role),
        }
    }

    /// The first bytes of something, which may well be all of them.
    fn part(&mut self, role: Role) {
        let bytes = match self.random.below(3) {
            0 => body(self.random),
            1 => lines(self.random),
            _ => self.random.next().to_be_bytes().to_vec(),
        };
        let count = self.random.below(bytes.len() + 1);
        self.said_by(
            role,
            Method::Write,
            Value::Bytes(bytes[..count].to_vec()),
            Said::Part,
        );
    }

    fn write(&mut self, role: Role, method: Method, said: Said) {
        if let Some(kind) = method.takes() {
            let value = value(kind, self.random);
            self.said_by(role, method, value, said);
        }
    }

    /// Bytes in one piece, or now and then in two.
    fn write_bytes(&mut self, role: Role, bytes: Vec<u8>, said: Said) {
        if bytes.len() > 1 && self.random.percent(20) {
            let (head, tail) = bytes.split_at(1 + self.random.below(bytes.len() - 1));
            self.said_by(role, Method::Write, Value::Bytes(head.to_vec()), said);
            self.said_by(role, Method::Write, Value::Bytes(tail.to_vec()), Said::Part);
        } else {
            self.said_by(role, Method::Write, Value::Bytes(bytes), said);
        }
    }

    fn said_by(&mut self, role: Role, method: Method, value: Value, said: Said) {
        let step = self.steps.len();
        self.make(role, method, Some(value));
        self.said.resize(self.steps.len(), None);
        if let Some(place) = self.said.get_mut(step) {
            *place = Some(said);
        }
    }

    /// What neither says nor hears anything.
    fn aside(&mut self, role: Role) {
        match self.random.below(4) {
            0 => self.sync(),
            1 => self.make(role, Method::Flush, None),
            _ => self.make(role, Method::Size, None),
        }
    }

    fn sync(&mut self) {
        let line = self.line();
        if !matches!(self.steps.last(), None | Some(Step::Sync { .. })) {
            self.steps.push(Step::Sync { line });
        }
    }

    /// Reads what is there, up to so many calls.
    fn hear(&mut self, role: Role, most: usize) {
        for _ in 0..most {
            if self.conversation.unread(role).is_empty() || !self.read(role) {
                break;
            }
        }
    }

    /// One read that comes to its end; whether there was one.
    fn read(&mut self, role: Role) -> bool {
        if !self.random.percent(self.profile.crossed)
            && let Some(method) = self.meant(role)
        {
            let count = self.conversation.unread(role).len();
            if self.try_to_read(role, method, count) {
                return true;
            }
        }
        for _ in 0..4 {
            let method = self.random.pick(&READS);
            let there = self.conversation.unread(role).len();
            let count = match self.random.below(8) {
                0 => 0,
                1 => 1,
                2 => there + 1,
                3 => there + self.random.below(300),
                4 | 5 => there,
                _ => self.random.below(there + 1),
            };
            if self.try_to_read(role, method, count) {
                return true;
            }
        }
        let all = self.conversation.unread(role).len();
        let method = self.random.pick(&[Method::ReadFully, Method::SkipBytes]);
        all > 0 && self.try_to_read(role, method, all)
    }

    /// The method that reads what comes next as it was meant.
    fn meant(&mut self, role: Role) -> Option<Method> {
        let (step, from_its_start) = self.conversation.next_writer(role)?;
        let said = self
            .said
            .get(step)
            .copied()
            .flatten()
            .filter(|_| from_its_start)?;
        Some(match said {
            Said::Single(Some(method)) => match method {
                Method::WriteBoolean => Method::ReadBoolean,
                Method::WriteByte => self
                    .random
                    .pick(&[Method::ReadByte, Method::ReadUnsignedByte]),
                Method::WriteShort => self
                    .random
                    .pick(&[Method::ReadShort, Method::ReadUnsignedShort]),
                Method::WriteChar => Method::ReadChar,
                Method::WriteInt => Method::ReadInt,
                Method::WriteLong => Method::ReadLong,
                Method::WriteFloat => Method::ReadFloat,
                _ => Method::ReadDouble,
            },
            Said::Text | Said::Body => Method::ReadUtf,
            Said::Lines => Method::ReadLine,
            Said::Characters(Some(Method::WriteChars)) => Method::ReadChar,
            Said::Characters(_) | Said::Bytes | Said::Single(None) => {
                self.random
                    .pick(&[Method::ReadFully, Method::SkipBytes, Method::ReadLine])
            }
            Said::Part => return None,
        })
    }

    fn try_to_read(&mut self, role: Role, method: Method, count: usize) -> bool {
        let value = method
            .takes()
            .map(|_| Value::Whole(i64::try_from(count).unwrap_or(i64::MAX)));
        let before = self.steps.len();
        self.make(role, method, value);
        self.steps.len() > before
    }

    /// One of them ends its direction, or all; then comes what still can.
    fn end(&mut self, role: Role) {
        let other = role.other();
        match self.random.below(10) {
            0..6 => self.make(role, Method::ShutdownOutput, None),
            6..9 => {
                if !self.conversation.unread(role).is_empty() {
                    // What is under way may get lost.
                    self.take_all(other);
                }
                // Whoever still writes would be the faster one, or not.
                self.sync();
                self.make(role, Method::Close, None);
            }
            _ => {
                // What is under way may get lost.
                self.take_all(role);
                self.take_all(other);
                self.sync();
                self.make(role, Method::Reset, None);
                self.read(other);
                self.make(other, Method::Close, None);
            }
        }
        self.hear(other, 5);
        for _ in 0..self.random.below(3) {
            if self.conversation.has_ended(role) {
                self.read(other);
            }
        }
        if self.random.percent(40) {
            self.afterwards(role);
        }
        if self.random.percent(30) {
            self.say(other);
        }
        self.hear(role, 5);
    }

    fn take_all(&mut self, role: Role) {
        let all = self.conversation.unread(role).len();
        if all > 0 {
            let method = self.random.pick(&[Method::ReadFully, Method::SkipBytes]);
            self.try_to_read(role, method, all);
        }
    }

    /// What a role does that has ended its direction.
    fn afterwards(&mut self, role: Role) {
        for _ in 0..1 + self.random.below(2) {
            match self.random.below(7) {
                6 => self.make(role, Method::Flush, None),
                0 => self.make(role, Method::Size, None),
                1 => self.make(role, Method::Close, None),
                2 => self.make(role, Method::ShutdownOutput, None),
                3 => self.say(role),
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

    /// Makes a call, unless it would have to wait, or come to one thing or another.
    fn make(&mut self, role: Role, method: Method, value: Option<Value>) {
        let line = self.line();
        let call = Call { method, value };
        let made = self.conversation.make(role, &call, self.steps.len(), line);
        if matches!(made, Ok(Some(_))) {
            self.steps.push(Step::Call { role, call, line });
        }
    }

    /// Where the next step stands in a file: below the claim and the steps before it.
    fn line(&self) -> usize {
        self.steps.len() + 2
    }
}

const SINGLES: [Method; 8] = [
    Method::WriteBoolean,
    Method::WriteByte,
    Method::WriteShort,
    Method::WriteChar,
    Method::WriteInt,
    Method::WriteLong,
    Method::WriteFloat,
    Method::WriteDouble,
];

const READS: [Method; 14] = [
    Method::ReadFully,
    Method::SkipBytes,
    Method::ReadBoolean,
    Method::ReadByte,
    Method::ReadUnsignedByte,
    Method::ReadShort,
    Method::ReadUnsignedShort,
    Method::ReadChar,
    Method::ReadInt,
    Method::ReadLong,
    Method::ReadFloat,
    Method::ReadDouble,
    Method::ReadLine,
    Method::ReadUtf,
];
