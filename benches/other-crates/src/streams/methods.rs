//! How a method is named once and called twice: on javatalk's stream and on the crate's.

/// What a method without arguments gives, as bits.
macro_rules! bits {
    ($source:ident, $stream:ty, $method:ident, $into:expr) => {
        |$source| Ok(Value::Bits($into(<$stream>::new($source).$method()?)))
    };
}

/// A value is written by `java` and by `other`, each given the sink and the bits.
macro_rules! writes {
    ($name:literal, $values:expr, $java:expr, $other:expr) => {
        Method {
            name: $name,
            what: What::Writes {
                values: || $values,
                java: |bits| {
                    let mut sink = Vec::new();
                    let write: fn(DataOutputStream<&mut Vec<u8>>, u64) = $java;
                    write(DataOutputStream::new(&mut sink), bits);
                    sink
                },
                other: |bits| {
                    let mut sink = Vec::new();
                    let write: fn(&mut Vec<u8>, u64) = $other;
                    write(&mut sink, bits);
                    sink
                },
            },
        }
    };
}

pub(crate) use bits;
pub(crate) use writes;

pub(super) const IN_MEMORY: &str = "nothing fails in memory";

/// The low bits of a value.
pub(super) fn low<T: Low>(bits: u64) -> T {
    T::low(bits)
}

pub(super) trait Low {
    fn low(bits: u64) -> Self;
}

macro_rules! low {
    ($($number:ty: $len:literal),*) => {
        $(impl Low for $number {
            fn low(bits: u64) -> Self {
                let bytes = bits.to_be_bytes();
                Self::from_be_bytes(bytes[8 - $len..].try_into().expect("so many bytes"))
            }
        })*
    };
}

low!(i8: 1, i16: 2, u16: 2, i32: 4, u32: 4, i64: 8);
