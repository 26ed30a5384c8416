//! Whether client and server can still go on, as far as the kernel tells.

use super::{ROLES, Relay, index};
use crate::interop::blocked::Blocked;
use crate::interop::deadlock::Deadlock;
use crate::interop::pairing::Role;
use crate::interop::queue::{Facts, FarEnd};
use crate::interop::wire::End;

/// What the program in a role is doing at its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::interop) enum Standing {
    /// The kernel cannot be asked.
    Unknown,
    /// It may go on by itself, or something is under way from it or to it.
    Moving,
    /// It has closed the connection.
    Closed,
    /// It waits for bytes, and has read all that were passed on.
    Reading,
    /// It waits for room to write, and the other program does not read.
    Writing,
    /// It waits for one of several things, and has read all that were passed on.
    Polling,
}

impl Relay {
    /// What the program in `role` is doing. To be asked when a turn has moved nothing.
    pub(in crate::interop) fn standing(&mut self, role: Role) -> Standing {
        let facts = match self.facts(role) {
            Ok(facts) => facts,
            Err(standing) => return standing,
        };
        if self.is_under_way(role, &facts) {
            return Standing::Moving;
        }
        if facts.is_closed() {
            return Standing::Closed;
        }
        let blocked = self.holders[index(role)].blocked(facts.inode);
        let (own, to) = (&self.lanes[index(role)], &self.lanes[index(role.other())]);
        // An end that was passed on counts as a byte.
        let passed = to.passed + u64::from(to.is_deaf);
        let has_read_all =
            facts.unread == 0 && facts.received >= passed && (to.holds() || !to.has_more());
        match blocked {
            Some(Blocked::Reading) if has_read_all => Standing::Reading,
            Some(Blocked::Polling) if has_read_all => Standing::Polling,
            Some(Blocked::Writing) if !own.takes_more() => Standing::Writing,
            _ => Standing::Moving,
        }
    }

    /// Whether neither program can go on before the network does something; none if the kernel
    /// cannot be asked.
    pub(super) fn is_at_rest(&mut self) -> Option<bool> {
        let standings = ROLES.map(|role| self.standing(role));
        if standings.contains(&Standing::Unknown) {
            return None;
        }
        Some(!standings.contains(&Standing::Moving))
    }

    /// Whether some thread of the programs is running. To be asked after `is_at_rest`.
    pub(super) fn are_programs_awake(&self) -> bool {
        self.holders.iter().any(|holders| holders.are_awake())
    }

    /// How the programs wait for each other, if that is certain. Each `owes` something, or not: a
    /// role that owes nothing does nothing, and needs not be asked.
    pub(in crate::interop) fn deadlock(&mut self, owes: [bool; 2]) -> Option<Deadlock> {
        if self.has_come_to_its_fault() {
            return None;
        }
        let mut waiting = Vec::new();
        for role in ROLES {
            if owes[index(role)] {
                waiting.push((role, self.standing(role)));
            } else if let Ok(facts) = self.facts(role)
                && self.is_under_way(role, &facts)
            {
                return None;
            }
        }
        match waiting[..] {
            [(_, Standing::Reading)] | [(_, Standing::Reading), (_, Standing::Reading)] => {
                Some(Deadlock::Read)
            }
            [(_, Standing::Writing), (_, Standing::Writing)] => Some(Deadlock::Write),
            [(role, Standing::Writing)] => Some(Deadlock::Unread(role)),
            _ => None,
        }
    }

    /// What the kernel says of the program's socket, or what its absence means.
    fn facts(&self, role: Role) -> Result<Facts, Standing> {
        let lane = &self.lanes[index(role)];
        let Some(side) = &self.sides[index(role)] else {
            return Err(Standing::Closed);
        };
        if lane.end == Some(End::Reset) {
            return Err(Standing::Closed);
        }
        match self.kernels[index(role)].far_end(side) {
            FarEnd::Socket(facts) => Ok(facts),
            FarEnd::Unknown => Err(Standing::Unknown),
            FarEnd::Gone if lane.end.is_some() => Err(Standing::Closed),
            FarEnd::Gone => Err(Standing::Moving),
        }
    }

    /// Whether something that the program in `role` has sent can still get on.
    fn is_under_way(&self, role: Role, facts: &Facts) -> bool {
        let lane = &self.lanes[index(role)];
        let comes = facts.written > lane.taken || facts.has_ended && lane.end.is_none();
        let goes = lane.has_more() && !lane.is_blocked && !lane.holds();
        lane.takes_more() && comes || goes || lane.again().is_some()
    }
}
