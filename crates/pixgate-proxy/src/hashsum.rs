//! `hashsum`: a source is what a URL says it is, or no codec ever sees it.

use md5::Md5;
use pixgate_engine::Cancel;
use pixgate_options::{HashKind, HashsumOptions};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::{Error, ErrorKind};

/// The hash that the bytes of a source must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashsum {
    kind: HashKind,
    /// In lower case.
    expected: String,
}

impl Hashsum {
    /// The hash that options ask for, if they do.
    pub(crate) fn of(options: &HashsumOptions) -> Option<Self> {
        let kind = options.kind.filter(|kind| *kind != HashKind::None)?;
        let expected = options.hashsum.as_deref().unwrap_or_default();
        Some(Self {
            kind,
            expected: expected.to_ascii_lowercase(),
        })
    }

    /// Compares all bytes of a source, as they were sent, with the hash.
    pub(crate) fn check(&self, bytes: &[u8], cancel: &Cancel) -> Result<(), Error> {
        let actual = match self.kind {
            HashKind::None => return Ok(()),
            HashKind::Md5 => hexadecimal::<Md5>(bytes, cancel),
            HashKind::Sha1 => hexadecimal::<Sha1>(bytes, cancel),
            HashKind::Sha256 => hexadecimal::<Sha256>(bytes, cancel),
            HashKind::Sha512 => hexadecimal::<Sha512>(bytes, cancel),
        }?;
        if actual == self.expected {
            return Ok(());
        }
        Err(Error::new(ErrorKind::HashsumMismatch {
            kind: self.kind,
            expected: self.expected.clone(),
            actual,
        }))
    }
}

fn hexadecimal<D: Digest>(bytes: &[u8], cancel: &Cancel) -> Result<String, Error> {
    let mut digest = D::new();
    for chunk in bytes.chunks(CHUNK_BYTES) {
        cancel.check()?;
        digest.update(chunk);
    }
    Ok(hex::encode(digest.finalize()))
}

/// A few milliseconds of work, after which a request that nobody waits for ends.
const CHUNK_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn hashsum(kind: HashKind, digits: &str) -> Option<Hashsum> {
        let mut options = HashsumOptions::default();
        options.kind = Some(kind);
        options.hashsum = Some(digits.to_owned());
        Hashsum::of(&options)
    }

    fn check(kind: HashKind, digits: &str, bytes: &[u8]) -> Result<(), Error> {
        let hashsum = hashsum(kind, digits).expect("a hash");
        hashsum.check(bytes, &Cancel::never())
    }

    /// The digests of `abc` in RFC 1321, FIPS 180-4 and its examples.
    const OF_ABC: [(HashKind, &str); 4] = [
        (HashKind::Md5, "900150983cd24fb0d6963f7d28e17f72"),
        (HashKind::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            HashKind::Sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            HashKind::Sha512,
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ];

    #[test]
    fn hashes_are_those_of_their_standards_in_any_case() {
        for (kind, digits) in OF_ABC {
            assert!(check(kind, digits, b"abc").is_ok(), "{kind:?}");
            assert!(check(kind, &digits.to_uppercase(), b"abc").is_ok());
            let error = check(kind, digits, b"abd").expect_err("another text");
            assert_eq!(error.verdict().status, 422);
            assert!(error.to_string().contains(digits), "{error}");
            let longer = format!("{digits}00");
            assert!(check(kind, &longer, b"abc").is_err(), "{kind:?}");
        }
    }

    #[test]
    fn a_source_of_several_chunks_is_hashed_whole() {
        let mut bytes = vec![7; CHUNK_BYTES * 2 + 3];
        let digits = hex::encode(Sha256::digest(&bytes));
        assert!(check(HashKind::Sha256, &digits, &bytes).is_ok());
        bytes[CHUNK_BYTES * 2 + 2] ^= 1;
        assert!(check(HashKind::Sha256, &digits, &bytes).is_err());
    }

    #[test]
    fn none_asks_for_nothing_and_who_has_left_waits_for_nothing() {
        assert_eq!(hashsum(HashKind::None, ""), None);
        assert_eq!(Hashsum::of(&HashsumOptions::default()), None);
        let cancel = Cancel::never();
        cancel.cancel();
        let error = hashsum(HashKind::Md5, "00").map(|hashsum| hashsum.check(b"abc", &cancel));
        assert!(error.is_some_and(|error| error.is_err_and(|error| error.is_out_of_time())));
    }
}
