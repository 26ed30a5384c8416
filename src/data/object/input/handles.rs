//! What the stream has read and may refer to.

use std::sync::Arc;

use super::super::Object;
use super::descriptor::Descriptor;
use crate::JavaString;

/// What a handle stands for.
#[derive(Clone, Debug)]
pub(in super::super) enum Entry {
    /// An array that has been begun and not ended.
    Begun,
    /// A descriptor that has been begun and not ended.
    BegunDescriptor,
    Object(Object),
    /// Java's null, where it reads an object as such.
    Null,
    Descriptor(Arc<Descriptor>),
    /// It was written so that nothing may refer to it.
    Unshared,
    /// It is of a class that has no counterpart here, of this name.
    Foreign(Arc<JavaString>),
}

#[derive(Clone, Debug, Default)]
pub(in super::super) struct Handles(Vec<Entry>);

impl Handles {
    pub(super) fn assign(&mut self, entry: Entry) -> usize {
        self.0.push(entry);
        self.0.len() - 1
    }

    /// `None` if there is no such handle.
    pub(super) fn get(&self, handle: usize) -> Option<&Entry> {
        self.0.get(handle)
    }

    /// Has no effect if an exception in the stream has meanwhile cleared the table.
    pub(super) fn set(&mut self, handle: usize, entry: Entry) {
        if let Some(old) = self.0.get_mut(handle) {
            *old = entry;
        }
    }

    #[cfg(feature = "interop")]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0 = Vec::new();
    }
}
