//! The bytes of `java.io.ObjectStreamConstants`.

/// `STREAM_MAGIC` and `STREAM_VERSION`, with which every stream begins.
pub(crate) const HEADER: [u8; 4] = [0xAC, 0xED, 0x00, 0x05];

pub(crate) const NULL: u8 = 0x70;
pub(crate) const REFERENCE: u8 = 0x71;
pub(super) const CLASS_DESCRIPTOR: u8 = 0x72;
pub(super) const OBJECT: u8 = 0x73;
pub(crate) const STRING: u8 = 0x74;
pub(super) const ARRAY: u8 = 0x75;
pub(super) const CLASS: u8 = 0x76;
pub(crate) const BLOCK_DATA: u8 = 0x77;
pub(crate) const END_BLOCK_DATA: u8 = 0x78;
pub(crate) const RESET: u8 = 0x79;
pub(crate) const BLOCK_DATA_LONG: u8 = 0x7A;
pub(super) const EXCEPTION: u8 = 0x7B;
pub(crate) const LONG_STRING: u8 = 0x7C;
pub(super) const PROXY_CLASS_DESCRIPTOR: u8 = 0x7D;
pub(super) const ENUM: u8 = 0x7E;

/// The first and the last type code: `TC_BASE` and `TC_MAX`.
pub(super) const TYPE_CODES: std::ops::RangeInclusive<u8> = NULL..=ENUM;

/// The handle of the first object of a stream: `baseWireHandle`.
pub(super) const FIRST_HANDLE: u32 = 0x7E_0000;

/// Flags of a class descriptor.
pub(super) const WRITE_METHOD: u8 = 0x01;
pub(super) const SERIALIZABLE: u8 = 0x02;
pub(super) const EXTERNALIZABLE: u8 = 0x04;
pub(super) const BLOCK_EXTERNAL_DATA: u8 = 0x08;
pub(super) const ENUM_CLASS: u8 = 0x10;

/// How many bytes of primitive data a stream collects before it writes them, and the size of its
/// buffer when it reads.
pub(super) const BLOCK: usize = 1024;
