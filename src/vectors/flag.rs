//! What a test is about, in one word.

use serde::{Deserialize, Serialize};
use strum::EnumCount;

macro_rules! flags {
    ($($flag:ident $meaning:literal)*) => {
        /// A property of a test, by which a runner can leave tests out.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, EnumCount,
        )]
        pub(crate) enum Flag {
            $(#[doc = $meaning] $flag,)*
        }

        impl Flag {
            /// All flags.
            pub(crate) const ALL: [Self; Self::COUNT] = [$(Self::$flag,)*];

            /// The name, as in the files.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$flag => stringify!($flag),)*
                }
            }

            /// What it says of a test, a sentence.
            pub(crate) const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$flag => $meaning,)*
                }
            }
        }
    };
}

flags! {
    Alternative "Java reads these bytes, but writes other bytes for the same value."
    ArgumentTooWide "The argument has more bits than are written."
    BadContinuation "A byte that must continue a character does not begin with the bits 10."
    BadLead "A character begins with a byte that begins none."
    Boundary "The value is the first or the last of its kind."
    ByteOrder "Every byte differs from the others, so that another order shows."
    Count "The argument is a number of bytes."
    EndOfFile "The input ends within the value, or the file before it."
    FourByteForm "A character above U+FFFF in the four bytes of standard UTF-8, which Java never reads or writes."
    HeldByte "readLine has read the byte after a carriage return, and another method reads it."
    LengthLimit "The encoded length is at or near 65,535 bytes, the most that its prefix can say."
    LengthPrefix "The length prefix itself is what is tested."
    LineEnd "A line ends with a line feed, a carriage return, both, or the end of the input."
    LongText "The text is longer than the buffers and vector registers of usual decoders."
    LowBits "Only the low bits of each code unit are written."
    NaN "A floating-point number that is not a number."
    Nul "U+0000 as Java writes it, in two bytes."
    Overlong "A character in more bytes than it needs. readUTF accepts it; class files since version 48 do not."
    Position "The test is about where the stream stands afterwards."
    RawNul "U+0000 as one zero byte. readUTF accepts it; class files do not."
    Sign "The highest bit of a byte is set, so that a sign extended or lost shows."
    SignedZero "A zero with a sign."
    Subnormal "A subnormal floating-point number."
    SurrogatePair "A character above U+FFFF as two surrogates of three bytes each."
    Truncated "The last character has fewer bytes than its first byte announces."
    UnpairedSurrogate "A surrogate without its other half: no valid Unicode, but a valid Java string."
    Unchanged "Text that a careless program normalizes, trims or interprets."
}
