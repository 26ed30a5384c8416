//! The handles of what has been written.

use std::collections::HashMap;

use super::super::class::Class;
use super::super::{Object, wire};

/// Whether later references to the object are possible.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    Shared,
    Unshared,
}

/// The numbers of what has been written since the last reset.
#[derive(Clone, Debug, Default)]
pub(super) struct Handles {
    next: usize,
    /// By address. The clones keep the addresses from being used again.
    objects: HashMap<usize, (Object, usize)>,
    classes: [Option<usize>; Class::ALL.len()],
}

impl Handles {
    pub(super) fn of(&self, object: &Object) -> Option<usize> {
        self.objects
            .get(&object.address())
            .map(|(_, handle)| *handle)
    }

    pub(super) fn assign(&mut self, object: &Object, sharing: Sharing) {
        if sharing == Sharing::Shared {
            let entry = (object.clone(), self.next);
            self.objects.insert(object.address(), entry);
        }
        self.skip();
    }

    pub(super) fn of_class(&self, class: Class) -> Option<usize> {
        self.classes[class as usize]
    }

    pub(super) fn assign_class(&mut self, class: Class) {
        self.classes[class as usize] = Some(self.next);
        self.skip();
    }

    /// Counts something that is not referred to.
    pub(super) fn skip(&mut self) {
        self.next = self.next.saturating_add(1);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Java counts in an `int` that overflows.
pub(super) fn wire_handle(handle: usize) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "as in Java")]
    let handle = handle as u32;
    wire::FIRST_HANDLE.wrapping_add(handle)
}
