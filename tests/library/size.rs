//! `size`, Java's `DataOutputStream.size()`.

use std::io::{self, IoSlice, Write};

use javatalk::data::{DataOutput, DataOutputStream};

/// Takes it all and keeps nothing; says it took more than it was given, for the large numbers.
struct Claims(usize);

impl Write for Claims {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len().max(self.0))
    }

    fn write_all(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// DataOutputStream#size: If the counter overflows, it will be wrapped to Integer.MAX_VALUE.
#[test]
fn size_saturates_at_int_max() {
    let mut output = DataOutputStream::new(Claims(1 << 30));
    Write::write(&mut output, &[]).unwrap();
    assert_eq!(output.size(), 1 << 30);
    Write::write(&mut output, &[]).unwrap();
    assert_eq!(output.size(), i32::MAX);
    output.write_boolean(true).unwrap();
    assert_eq!(output.size(), i32::MAX);
}

#[test]
fn a_single_write_beyond_int_max_saturates_size() {
    let mut output = DataOutputStream::new(Claims(usize::MAX));
    Write::write(&mut output, &[]).unwrap();
    assert_eq!(output.size(), i32::MAX);
}

#[test]
fn size_reaches_int_max_by_counting() {
    let mut output = DataOutputStream::new(Claims((1 << 31) - 3));
    Write::write(&mut output, &[]).unwrap();
    output.write_boolean(true).unwrap();
    assert_eq!(output.size(), i32::MAX - 1);
    output.write_boolean(true).unwrap();
    assert_eq!(output.size(), i32::MAX);
}

#[test]
fn std_write_counts_the_accepted_bytes() {
    let mut room = [0; 5];
    let mut output = DataOutputStream::new(&mut room[..]);
    assert_eq!(Write::write(&mut output, b"abc").unwrap(), 3);
    assert_eq!(Write::write(&mut output, b"def").unwrap(), 2);
    assert_eq!(output.size(), 5);
}

#[test]
fn std_write_all_counts_all_or_nothing() {
    let mut room = [0; 5];
    let mut output = DataOutputStream::new(&mut room[..]);
    output.write_all(b"abc").unwrap();
    output.write_all(b"def").unwrap_err();
    assert_eq!(output.size(), 3);
}

#[test]
fn write_vectored_counts_the_accepted_bytes() {
    let mut output = DataOutputStream::new(Vec::new());
    let slices = [IoSlice::new(b"ab"), IoSlice::new(b"cde")];
    assert_eq!(output.write_vectored(&slices).unwrap(), 5);
    assert_eq!(output.size(), 5);
}

#[test]
fn bytes_written_to_the_inner_writer_are_not_counted() {
    let mut output = DataOutputStream::new(Vec::new());
    output.get_mut().extend(b"abc");
    output.write_byte(1).unwrap();
    assert_eq!(output.size(), 1);
    assert_eq!(output.into_inner(), b"abc\x01");
}
