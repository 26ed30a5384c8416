//! `VecOutput`: `DataOutput` over a vector.

use crate::JavaStr;
use crate::data::{DataOutput, Error, text};

/// Appends Java's primitive values and strings to a vector.
///
/// It writes what [`DataOutputStream`](crate::data::DataOutputStream) writes, and is the fastest way to
/// write to memory: a long string is copied once. The only error is [`Error::TooLong`].
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutput, Error, VecOutput};
///
/// let mut bytes = vec![0x0A];
/// let mut output = VecOutput::new(&mut bytes);
/// output.write_int(7)?;
/// output.write_utf("hi")?;
/// assert_eq!(bytes, b"\x0a\0\0\0\x07\0\x02hi");
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct VecOutput<'a> {
    bytes: &'a mut Vec<u8>,
}

impl<'a> VecOutput<'a> {
    /// Creates an output that appends to a vector.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::VecOutput;
    ///
    /// let mut bytes = Vec::new();
    /// let output = VecOutput::new(&mut bytes);
    /// # let _ = output;
    /// ```
    #[must_use]
    pub const fn new(bytes: &'a mut Vec<u8>) -> Self {
        Self { bytes }
    }
}

impl DataOutput for VecOutput<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    #[inline(always)]
    fn write_utf_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        text::append(text, self.bytes)
    }
}
