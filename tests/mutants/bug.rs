//! The bugs that a codec of this kind typically has, one of each.

/// Declares the bugs once: name on the command line and in tests, what is wrong, and the scenario
/// files whose claim is about it.
macro_rules! bugs {
    ($($variant:ident $name:literal $what:literal $file:literal,)*) => {
        /// One typical bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Bug {
            $($variant,)*
        }

        impl Bug {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What is wrong, in a few words.
            pub(crate) fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => $what,)*
                }
            }

            /// The scenario file whose claim is about it.
            pub(crate) fn file(self) -> &'static str {
                match self {
                    $(Self::$variant => $file,)*
                }
            }
        }
    };
}

impl Bug {
    /// Whether it shows only if the next command comes while it still waits for bytes, so that a busy
    /// machine can hide it.
    pub(crate) fn depends_on_timing(self) -> bool {
        self == Self::AnswerBeforeReading
    }
}

bugs! {
    NulAsOneByte "nul-as-00" "NUL is written as 00" "nul-is-two-bytes",
    LengthInCharacters "length-in-characters" "the length counts characters" "length-counts-bytes",
    LengthSigned "length-signed" "the length is read as signed" "length-has-no-sign",
    LengthOfFourBytes "length-of-four-bytes" "the length has four bytes" "length-is-two-bytes",
    LengthOfSevenBits "length-of-seven-bits" "the length is written in groups of seven bits" "length-is-not-seven-bit",
    LittleEndian "little-endian" "numbers are written with the least byte first" "high-byte-first",
    EmojiInFourBytes "emoji-in-four-bytes" "an emoji is written in four bytes" "emoji-is-six-bytes",
    SurrogateReplaced "surrogate-replaced" "an unpaired surrogate is replaced" "unpaired-surrogate",
    NanKeptOnWrite "nan-kept-on-write" "the bits of a NaN are kept when it is written" "float-nan-written",
    NanLostOnRead "nan-lost-on-read" "the bits of a NaN are lost when it is read" "float-nan-read",
    CharsOfOneByte "chars-of-one-byte" "writeChars writes one byte a character" "write-chars-is-two-bytes",
    BytesOfUtf8 "bytes-of-utf8" "writeBytes writes UTF-8" "write-bytes-is-not-utf-8",
    OverlongRefused "overlong-refused" "overlong forms are refused" "overlong-is-accepted",
    RawNulRefused "raw-nul-refused" "a byte 00 in a string is refused" "raw-nul-is-accepted",
    BodyNotConsumed "body-not-consumed" "a malformed body is not consumed to its end" "malformed-body-is-consumed",
    MalformedBeforeEnd "malformed-before-end" "malformed wins over end of file" "end-comes-before-malformed",
    ByteNumberOff "byte-number-off" "the byte number in the message is one off" "malformed-byte-number",
    UnsignedAsSigned "unsigned-as-signed" "unsigned numbers are read as signed" "unsigned-is-not-signed",
    OnlyOneIsTrue "only-one-is-true" "only the byte 01 is read as true" "boolean-any-byte",
    SkipThrows "skip-throws" "skipBytes throws at the end" "end-within-skip",
    LfLeftAfterCr "lf-left-after-cr" "readLine leaves the LF after a CR" "cr-lf-is-one-end",
    PartialGivenBack "partial-given-back" "the bytes of a value cut short are given back" "partial-bytes-are-gone",
    SizeOff "size-off" "size() is one off" "size",
    CloseWithoutFlush "close-without-flush" "what was written last is lost on close" "close-flushes",
    AnswerBeforeReading "answer-before-reading" "an answer is written before the question is read" "answer-follows-question",
    RefusedTooLate "refused-too-late" "a string too long is refused after its length was written" "refused-before-it-is-written",
}

impl std::str::FromStr for Bug {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|bug| bug.name() == name)
            .ok_or_else(|| format!("{name}: no such bug"))
    }
}
