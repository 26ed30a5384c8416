//! SHA-256 digests, by which entries are named and verified.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The digest of a list of parts, in lower-case hex.
///
/// Each part is preceded by its length, so that two different lists never give the same bytes.
pub(crate) fn digest(parts: impl IntoIterator<Item: AsRef<[u8]>>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    HEXLOWER.encode(&digest.finalize())
}

/// How many bytes `from` holds, and their digest in lower-case hex.
///
/// # Errors
///
/// If it cannot be read.
pub(crate) fn digest_of(mut from: impl std::io::Read) -> std::io::Result<(u64, String)> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok((size, HEXLOWER.encode(&digest.finalize()))),
            Ok(count) => {
                digest.update(&buffer[..count]);
                size += count as u64;
            }
            Err(why) if why.kind() == std::io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
}

/// The name of the entry that is made from these parts: sources, compiler and options. Any change
/// to them gives another name; the name of the same parts is the same in every version.
///
/// A part that is a list goes in as its [`digest`], so that its end is known.
pub(crate) fn entry_name(kind: &str, parts: impl IntoIterator<Item: AsRef<[u8]>>) -> String {
    format!("{kind}-{}", &digest(parts)[..NAME_DIGITS])
}

/// The digest is verified as a whole; 64 bits of it are enough to tell a few entries apart.
const NAME_DIGITS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with Python's hashlib.
    #[test]
    fn a_digest_is_the_same_in_every_version() {
        for (parts, expected) in [
            (
                &[][..],
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                &["a", "bc"],
                "3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205",
            ),
            (
                &["ab", "c"],
                "601d5476e2ccfe2c87a2bba7a322659734a05749d5b5aa781f513e4912db0d5f",
            ),
        ] {
            assert_eq!(digest(parts), expected, "{parts:?}");
        }
        assert_eq!(
            entry_name("classes", ["a", "bc"]),
            "classes-3fafa1cf2f19a7c1"
        );
    }
}
