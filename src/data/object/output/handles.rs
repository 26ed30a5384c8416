//! The handles of what has been written.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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
    objects: HashMap<usize, (Object, usize), BuildHasherDefault<AddressHasher>>,
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

/// Spreads addresses, which no input chooses, over a table: cheaper than the hash of the standard
/// library, which withstands chosen keys.
#[derive(Debug, Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_usize((*byte).into()));
    }

    fn write_usize(&mut self, address: usize) {
        // The golden ratio in 64 bits. The high half, which depends on all bits, becomes the low one.
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed.rotate_right(32);
    }
}

/// Java counts in an `int` that overflows.
pub(super) fn wire_handle(handle: usize) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "as in Java")]
    let handle = handle as u32;
    wire::FIRST_HANDLE.wrapping_add(handle)
}
