//! The texts that are read and written, the same for all.
//!
//! Each is drawn from its alphabet at random, the same at every run, so that no processor learns it
//! by heart: a sentence repeated would flatter every decoder that branches.

use javatalk::mutf8;

/// A text, and what it is called.
pub(crate) struct Text {
    pub(crate) kind: Kind,
    /// The length of its modified UTF-8.
    pub(crate) size: usize,
    pub(crate) text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Hello,
    Ascii,
    /// Letters of U+0041 to U+00FF: more than half of them are two bytes.
    Latin1,
    /// U+4E00 to U+9FFF: three bytes.
    Cjk,
    /// U+1F300 to U+1F5FF: a surrogate pair, six bytes, and four in UTF-8.
    Emoji,
    /// Characters of all four kinds, each as likely, in no order.
    Mixture,
}

impl Kind {
    pub(crate) const OF_ANY_SIZE: [Self; 5] = [
        Self::Ascii,
        Self::Latin1,
        Self::Cjk,
        Self::Emoji,
        Self::Mixture,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Ascii => "ASCII",
            Self::Latin1 => "Latin-1",
            Self::Cjk => "CJK",
            Self::Emoji => "emoji",
            Self::Mixture => "mixture",
        }
    }

    fn character(self, random: &mut Random) -> char {
        let between = |first: u32, last: u32, random: &mut Random| {
            char::from_u32(first + random.below(last - first + 1)).expect("no surrogate is between")
        };
        match self {
            Self::Hello | Self::Ascii => between(0x20, 0x7E, random),
            Self::Latin1 => loop {
                let letter = between(0x41, 0xFF, random);
                if letter.is_alphabetic() {
                    return letter;
                }
            },
            Self::Cjk => between(0x4E00, 0x9FFF, random),
            Self::Emoji => between(0x1F300, 0x1F5FF, random),
            Self::Mixture => Self::OF_ANY_SIZE
                [usize::try_from(random.below(4)).expect("one of four")]
            .character(random),
        }
    }
}

impl Text {
    /// What everybody is compared by.
    pub(crate) fn compared() -> Vec<Self> {
        let hello = Self {
            kind: Kind::Hello,
            size: 5,
            text: "hello".to_owned(),
        };
        let others = [64, 60_000].into_iter().flat_map(|size| {
            Kind::OF_ANY_SIZE
                .into_iter()
                .map(move |kind| Self::of(kind, size))
        });
        std::iter::once(hello).chain(others).collect()
    }

    /// What shows how the cost grows with the length.
    pub(crate) fn growing() -> Vec<Self> {
        Kind::OF_ANY_SIZE
            .into_iter()
            .flat_map(|kind| {
                [1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 65_535]
                    .into_iter()
                    .map(move |size| Self::of(kind, size))
            })
            .collect()
    }

    /// As many characters as fit into that many bytes of modified UTF-8, and spaces behind them.
    fn of(kind: Kind, size: usize) -> Self {
        let mut random = Random(0x2545_F491_4F6C_DD1D);
        let mut text = String::new();
        let mut left = size;
        loop {
            let character = kind.character(&mut random);
            let len = mutf8::encoded_len(&*character.encode_utf8(&mut [0; 4]));
            if len > left {
                text.extend(std::iter::repeat_n(' ', left));
                return Self { kind, size, text };
            }
            left -= len;
            text.push(character);
        }
    }

    pub(crate) fn name(&self) -> String {
        match self.kind {
            Kind::Hello => self.kind.name().to_owned(),
            kind => format!("{} {}", kind.name(), self.size),
        }
    }

    /// Its modified UTF-8.
    pub(crate) fn body(&self) -> Vec<u8> {
        mutf8::encode(&self.text)
    }
}

/// xorshift64*, by Vigna.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        u32::try_from((high * u64::from(limit)) >> 32).expect("below a limit of 32 bits")
    }
}
