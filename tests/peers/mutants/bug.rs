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
    StartTrimmed "start-trimmed" "white space at the start of a string is dropped" "blanks-at-the-edges",
    EndTrimmed "end-trimmed" "white space at the end of a string is dropped" "blanks-at-the-edges",
    WideSpaceTrimmed "wide-space-trimmed" "a wide space at the end of a string is dropped" "blanks-at-the-edges",
    SpacesCollapsed "spaces-collapsed" "of several spaces one is left" "blanks-at-the-edges",
    BlankIsEmpty "blank-is-empty" "a string of white space is written as an empty one" "blanks-at-the-edges",
    SoftHyphenDropped "soft-hyphen-dropped" "a soft hyphen is dropped" "blanks-at-the-edges",
    ZeroWidthDropped "zero-width-dropped" "a space of no width is dropped" "blanks-at-the-edges",
    NoncharacterDropped "noncharacter-dropped" "a noncharacter is dropped" "blanks-at-the-edges",
    ByteOrderMarkDropped "byte-order-mark-dropped" "U+FEFF at the start of a string is dropped" "blanks-at-the-edges",
    VariationDropped "variation-dropped" "a variation selector is dropped" "forms-stay-apart",
    Composed "composed" "a letter and its accent are made one character" "forms-stay-apart",
    Decomposed "decomposed" "a letter with an accent is made two characters" "forms-stay-apart",
    LigatureResolved "ligature-resolved" "a ligature is made two letters" "forms-stay-apart",
    KelvinIsK "kelvin-is-k" "the Kelvin sign is made a K" "forms-stay-apart",
    WideLetterNarrowed "wide-letter-narrowed" "a letter of full width is made a narrow one" "forms-stay-apart",
    LineSeparatorIsLf "line-separator-is-lf" "U+2028 is made a line feed" "every-code-unit",
    PrivateUseDropped "private-use-dropped" "characters of private use are dropped" "every-code-unit",
    OneUnitReplaced "one-unit-replaced" "one code unit of 65536 is replaced" "every-code-unit",
    HighPlanesReplaced "high-planes-replaced" "characters beyond the second plane are replaced" "every-surrogate-pair",
    OnePairReplaced "one-pair-replaced" "one pair of surrogates of 1048576 is replaced" "every-surrogate-pair",
    LineEndsNormalized "line-ends-normalized" "CR LF in a string is made LF" "text-means-nothing",
    PercentIsFormat "percent-is-format" "a percent sign is taken for a format" "text-means-nothing",
    BraceIsFormat "brace-is-format" "a pair of braces is taken for a format" "text-means-nothing",
    EscapeUndone "escape-undone" "a backslash and an n are made a line feed" "text-means-nothing",
    EntityUndone "entity-undone" "an entity of HTML is resolved" "text-means-nothing",
    SameHash "same-hash" "a string is taken for one of the same hash that was written before" "alike-and-not-the-same",
    SplitAtBuffer "split-at-buffer" "the last of 1024 characters is lost" "lengths-around-buffers",
    LineTrimmed "line-trimmed" "white space at the end of a line is dropped" "every-byte-at-the-edges-of-lines",
    NulEndsLine "nul-ends-line" "a line ends with NUL for its reader" "every-byte-at-the-edges-of-lines",
    LineOfWindows "line-of-windows" "a line is read as Windows-1252" "every-byte-at-the-edges-of-lines",
    LineOfUtf8 "line-of-utf8" "a line is read as UTF-8 where it can be" "every-two-bytes-in-lines",
    LineOf65536 "line-of-65536" "a line ends after 65536 bytes" "text-beyond-65536",
    SkipIn16Bits "skip-in-16-bits" "skipBytes takes its count modulo 65536" "beyond-65536",
    FullyIn16Bits "fully-in-16-bits" "readFully takes its count modulo 65536" "beyond-65536",
    WriteIn16Bits "write-in-16-bits" "write takes the number of its bytes modulo 65536" "beyond-65536",
    SizeIn24Bits "size-in-24-bits" "size() counts in 24 bits" "counters-beyond-24-bits",
    WrittenIn24Bits "written-in-24-bits" "the bytes written are counted in 24 bits" "counters-beyond-24-bits",
    HandlesNotCounted "object-handles-not-counted" "an object that is written unshared takes no handle" "object-handles",
    ResetIgnored "object-reset-ignored" "a reset of an object stream does not forget its handles" "object-reset",
    BlockOf256 "object-block-of-256" "a block of 256 bytes has a length of one byte" "object-block-sizes",
    BlockOf1024 "object-block-of-1024" "the header of a full block says one byte less" "object-block-sizes",
    FlushForgotten "object-flush-forgotten" "flush leaves the data in an object stream" "object-flush",
    IdentityLost "object-identity-lost" "a reference is read as another object" "object-again",
    ReadIn20Bits "read-in-20-bits" "the bytes read are counted in 20 bits" "counters-beyond-24-bits",
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
