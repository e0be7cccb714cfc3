use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Error, ErrorKind, hex};

/// One signing key with the salt that belongs to it.
///
/// The pair is kept as an HMAC-SHA256 state that has already absorbed key and salt; the bytes
/// themselves are not stored, and `Debug` shows nothing of them.
#[derive(Clone)]
pub struct KeyPair {
    state: Hmac<Sha256>,
}

impl KeyPair {
    /// Makes a pair from raw bytes; the salt may be empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyEmpty`] if the key has no bytes.
    pub fn new(key: &[u8], salt: &[u8]) -> Result<Self, Error> {
        Self::at(0, key, salt)
    }

    /// Makes a pair from two hexadecimal texts, in upper or lower case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::KeyNotHex`], [`ErrorKind::SaltNotHex`] or [`ErrorKind::KeyEmpty`].
    pub fn from_hex(key: &str, salt: &str) -> Result<Self, Error> {
        Self::from_hex_at(0, key, salt)
    }

    pub(crate) fn from_hex_at(index: usize, key: &str, salt: &str) -> Result<Self, Error> {
        let key = hex::decode(key).ok_or(ErrorKind::KeyNotHex { index })?;
        let salt = hex::decode(salt).ok_or(ErrorKind::SaltNotHex { index })?;
        Self::at(index, &key, &salt)
    }

    fn at(index: usize, key: &[u8], salt: &[u8]) -> Result<Self, Error> {
        if key.is_empty() {
            return Err(ErrorKind::KeyEmpty { index }.into());
        }
        let mut state = keyed(key).ok_or(ErrorKind::KeyEmpty { index })?;
        state.update(salt);
        Ok(Self { state })
    }

    /// The state after absorbing the signed text, with the leading slash put in front if absent.
    pub(crate) fn absorb(&self, rest: &[u8]) -> Hmac<Sha256> {
        let mut state = self.state.clone();
        if !rest.starts_with(b"/") {
            state.update(b"/");
        }
        state.update(rest);
        state
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPair(..)")
    }
}

/// HMAC takes keys of any length, so this is always `Some`.
pub(crate) fn keyed(key: &[u8]) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_key_material() {
        let pair = KeyPair::new(b"secret", b"hello").expect("valid pair");
        assert_eq!(format!("{pair:?}"), "KeyPair(..)");
    }

    #[test]
    fn refuses_an_empty_key_but_not_an_empty_salt() {
        let error = KeyPair::new(b"", b"salt").expect_err("empty key");
        assert_eq!(error.kind(), ErrorKind::KeyEmpty { index: 0 });
        assert!(KeyPair::new(b"key", b"").is_ok());
    }

    #[test]
    fn from_hex_tells_which_half_is_wrong() {
        let kind = |key, salt| KeyPair::from_hex(key, salt).expect_err("bad hex").kind();
        assert_eq!(kind("xy", "00"), ErrorKind::KeyNotHex { index: 0 });
        assert_eq!(kind("00", "0"), ErrorKind::SaltNotHex { index: 0 });
    }
}
