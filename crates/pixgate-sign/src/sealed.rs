//! Encrypted source URLs that cannot be altered: AES-256-GCM-SIV.

use aes_gcm_siv::aead::{Aead, KeyInit};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::Mac;

use crate::key::keyed;
use crate::{Error, ErrorKind, SourceCipher, base64url};

/// The authenticated form: `~`, then URL-safe base64 without padding of a 12-byte nonce, the
/// ciphertext and a 16-byte tag.
///
/// The cipher is AES-256-GCM-SIV (RFC 8452) without associated data. Its key is the HMAC-SHA256 of
/// `pixgate source url aes-256-gcm-siv` and a zero byte under the configured key, whatever its
/// length, so that the same configured key can serve both forms. A nonce that is used twice shows
/// only whether two URLs are equal.
impl SourceCipher {
    /// Encrypts a source URL so that it cannot be altered, with a nonce derived from it.
    ///
    /// Equal URLs give equal texts, which caches want.
    ///
    /// ```
    /// use pixgate_sign::SourceCipher;
    ///
    /// let cipher = SourceCipher::from_hex("000102030405060708090a0b0c0d0e0f")?;
    /// let text = cipher.seal("http://img.test/a.jpg");
    /// assert!(text.starts_with('~'));
    /// assert_eq!(cipher.open(&text)?, b"http://img.test/a.jpg");
    /// assert!(cipher.open("~AAAA").is_err());
    /// # Ok::<(), pixgate_sign::Error>(())
    /// ```
    #[must_use]
    pub fn seal(&self, source: impl AsRef<[u8]>) -> String {
        let source = source.as_ref();
        let [nonce @ .., _, _, _, _] = self.derive(NONCE_LABEL, source).0;
        self.seal_with_nonce(source, nonce)
    }

    /// Encrypts a source URL so that it cannot be altered, with a given nonce.
    #[must_use]
    pub fn seal_with_nonce(&self, source: impl AsRef<[u8]>, nonce: [u8; 12]) -> String {
        let sealed = self.sealing().and_then(|cipher| {
            let sealed = cipher.encrypt(&Nonce::from(nonce), source.as_ref());
            sealed.ok()
        });
        let raw = [&nonce, sealed.unwrap_or_default().as_slice()].concat();
        format!("~{}", base64url::encode(&raw))
    }

    /// Decrypts the text of an authenticated source, with its `~` and without extension and file
    /// name; `=` at the end is ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceUndecryptable`] whatever was wrong.
    pub fn open(&self, text: &str) -> Result<Vec<u8>, Error> {
        let raw = text.strip_prefix('~').and_then(|text| {
            let text = text.trim_end_matches('=');
            base64url::decode(text.as_bytes())
        });
        self.open_raw(&raw.ok_or(ErrorKind::SourceUndecryptable)?)
    }

    /// Decrypts the bytes behind the base64 text: nonce, ciphertext and tag.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceUndecryptable`] whatever was wrong.
    pub fn open_raw(&self, raw: &[u8]) -> Result<Vec<u8>, Error> {
        let opened = raw.split_first_chunk::<12>().and_then(|(nonce, sealed)| {
            let opened = self.sealing()?.decrypt(&Nonce::from(*nonce), sealed);
            opened.ok()
        });
        opened.ok_or_else(|| ErrorKind::SourceUndecryptable.into())
    }

    fn sealing(&self) -> Option<Aes256GcmSiv> {
        let (left, right) = self.derive(KEY_LABEL, b"");
        Aes256GcmSiv::new_from_slice(&[left, right].concat()).ok()
    }

    /// Both halves of an HMAC-SHA256 under the configured key.
    fn derive(&self, label: &[u8], text: &[u8]) -> ([u8; 16], [u8; 16]) {
        let digest = keyed(&self.key).map(|mut state| {
            state.update(label);
            state.update(text);
            state.finalize().into_bytes()
        });
        let digest = digest.unwrap_or_default();
        let half = |from: usize| {
            let mut half = [0; 16];
            let bytes = digest.iter().skip(from);
            half.iter_mut()
                .zip(bytes)
                .for_each(|(to, from)| *to = *from);
            half
        };
        (half(0), half(16))
    }
}

const KEY_LABEL: &[u8] = b"pixgate source url aes-256-gcm-siv\0";
const NONCE_LABEL: &[u8] = b"pixgate source url nonce\0";

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://user:password@img.test/a.jpg";

    fn cipher(key: &[u8]) -> SourceCipher {
        SourceCipher::new(key).expect("valid size")
    }

    #[test]
    fn what_was_sealed_is_opened_with_every_size_of_key() {
        for bytes in [16, 24, 32] {
            let cipher = cipher(&vec![7; bytes]);
            assert_eq!(cipher.open(&cipher.seal(URL)), Ok(URL.into()));
            assert_eq!(cipher.open(&cipher.seal("")), Ok(vec![]));
            let text = cipher.seal_with_nonce(URL, [9; 12]);
            assert_eq!(cipher.open(&(text + "==")), Ok(URL.into()));
            assert_eq!(cipher.seal(URL), cipher.seal(URL));
            assert_ne!(
                cipher.seal(URL).get(..17),
                cipher.seal("http://b/").get(..17)
            );
        }
    }

    /// Made by an independent implementation: OpenSSL's AES-256-GCM-SIV with the derived key.
    #[test]
    fn the_form_is_fixed() {
        let text = cipher(&[7; 16]).seal_with_nonce("http://a.test/1", [9; 12]);
        assert_eq!(text, FIXED);
    }

    #[test]
    fn every_altered_bit_and_every_cut_is_refused_alike() {
        let cipher = cipher(&[7; 32]);
        let text = cipher.seal(URL);
        let raw = base64url::decode(text.trim_start_matches('~').as_bytes()).expect("base64");
        for bit in 0..raw.len() * 8 {
            let mut altered = raw.clone();
            if let Some(byte) = altered.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
            let error = cipher.open_raw(&altered).expect_err("altered");
            assert_eq!(error.kind(), ErrorKind::SourceUndecryptable, "{bit}");
        }
        for length in 0..raw.len() {
            assert!(cipher.open_raw(raw.get(..length).expect("cut")).is_err());
        }
        assert!(cipher.open(text.trim_start_matches('~')).is_err());
        assert!(cipher.open("~+").is_err());
    }

    #[test]
    fn neither_form_opens_the_other() {
        let cipher = cipher(&[7; 16]);
        assert!(cipher.open(&format!("~{}", cipher.encrypt(URL))).is_err());
        let sealed = cipher.seal(URL);
        assert_ne!(
            cipher.decrypt(sealed.trim_start_matches('~')).ok(),
            Some(URL.into())
        );
    }

    const FIXED: &str = "~CQkJCQkJCQkJCQkJvI5a5JKRVeGYfkrqdBhy8F8cjX9_GA5yIbYGbGoTmQ";
}
