use std::fmt;

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser,
    KeyInit, KeyIvInit, typenum::U16,
};
use aes::{Aes128, Aes192, Aes256};
use hmac::Mac;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};

use crate::key::keyed;
use crate::{Error, ErrorKind, base64url, hex};

/// Encrypts and decrypts source URLs, so that a request path does not show where an image is.
///
/// The text is URL-safe base64 without padding of a 16-byte IV followed by AES-CBC blocks with
/// PKCS#7 padding; 16, 24 or 32 key bytes choose AES-128, AES-192 or AES-256. CBC does not
/// authenticate: verify the signature of the path first, and use it only with keys.
///
/// [`seal`](Self::seal) and [`open`](Self::open) have a form that does authenticate, an extension of
/// pixgate's: what was altered is refused, so it needs no signature to stay secret.
///
/// # Examples
///
/// ```
/// use pixgate_sign::SourceCipher;
///
/// let cipher = SourceCipher::from_hex("000102030405060708090a0b0c0d0e0f")?;
/// let text = cipher.encrypt("http://img.test/a.jpg");
/// assert_eq!(cipher.decrypt(&text)?, b"http://img.test/a.jpg");
/// # Ok::<(), pixgate_sign::Error>(())
/// ```
///
/// Format: docs.imgproxy.net/usage/encrypting_source_url
#[derive(Clone)]
pub struct SourceCipher {
    pub(crate) key: Box<[u8]>,
}

impl SourceCipher {
    /// Makes a cipher from 16, 24 or 32 key bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CipherKeySize`] for any other length.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        match key.len() {
            16 | 24 | 32 => Ok(Self { key: key.into() }),
            bytes => Err(ErrorKind::CipherKeySize { bytes }.into()),
        }
    }

    /// Parses the value of `IMGPROXY_SOURCE_URL_ENCRYPTION_KEY`; blanks around it are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::CipherKeyNotHex`] or [`ErrorKind::CipherKeySize`].
    pub fn from_hex(key: &str) -> Result<Self, Error> {
        Self::new(&hex::decode(key.trim()).ok_or(ErrorKind::CipherKeyNotHex)?)
    }

    /// Encrypts a source URL with an IV derived from it.
    ///
    /// The IV is the left half of an HMAC-SHA256 of the URL under the same key, so equal URLs
    /// give equal texts, which caches want, and different URLs give different IVs.
    #[must_use]
    pub fn encrypt(&self, source: impl AsRef<[u8]>) -> String {
        let source = source.as_ref();
        self.encrypt_with_iv(source, self.derive_iv(source))
    }

    /// Encrypts a source URL with a given IV, which should not be used for another URL.
    #[must_use]
    pub fn encrypt_with_iv(&self, source: impl AsRef<[u8]>, iv: [u8; 16]) -> String {
        let blocks = match self.key.len() {
            16 => encrypt_blocks::<Aes128>(&self.key, iv, source.as_ref()),
            24 => encrypt_blocks::<Aes192>(&self.key, iv, source.as_ref()),
            _ => encrypt_blocks::<Aes256>(&self.key, iv, source.as_ref()),
        };
        let mut raw = iv.to_vec();
        raw.extend(blocks.unwrap_or_default());
        base64url::encode(&raw)
    }

    /// Decrypts the base64 text of an encrypted source, without its extension and file name.
    ///
    /// `=` at the end is ignored, as it is in base64 sources. The result need not be UTF-8.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceUndecryptable`] whatever was wrong.
    pub fn decrypt(&self, text: &str) -> Result<Vec<u8>, Error> {
        let raw = base64url::decode(text.trim_end_matches('=').as_bytes());
        self.decrypt_raw(&raw.ok_or(ErrorKind::SourceUndecryptable)?)
    }

    /// Decrypts the bytes behind the base64 text: the IV, then at least one block.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceUndecryptable`] whatever was wrong. Every block is decrypted and the
    /// padding is checked without branching on it, so time does not tell a padding fault apart.
    pub fn decrypt_raw(&self, raw: &[u8]) -> Result<Vec<u8>, Error> {
        self.decrypt_blocks(raw)
            .ok_or_else(|| ErrorKind::SourceUndecryptable.into())
    }

    fn decrypt_blocks(&self, raw: &[u8]) -> Option<Vec<u8>> {
        let (iv, blocks) = raw.split_first_chunk::<16>()?;
        let plain = match self.key.len() {
            16 => decrypt_blocks::<Aes128>(&self.key, *iv, blocks),
            24 => decrypt_blocks::<Aes192>(&self.key, *iv, blocks),
            _ => decrypt_blocks::<Aes256>(&self.key, *iv, blocks),
        };
        strip_padding(plain?)
    }

    fn derive_iv(&self, source: &[u8]) -> [u8; 16] {
        let mut iv = [0; 16];
        if let Some(mut state) = keyed(&self.key) {
            state.update(IV_LABEL);
            state.update(source);
            iv.iter_mut()
                .zip(state.finalize().into_bytes())
                .for_each(|(to, from)| *to = from);
        }
        iv
    }
}

impl fmt::Debug for SourceCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourceCipher(..)")
    }
}

fn encrypt_blocks<C>(key: &[u8], iv: [u8; 16], source: &[u8]) -> Option<Vec<u8>>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let encryptor = cbc::Encryptor::<C>::new_from_slices(key, &iv).ok()?;
    Some(encryptor.encrypt_padded_vec::<Pkcs7>(source))
}

fn decrypt_blocks<C>(key: &[u8], iv: [u8; 16], blocks: &[u8]) -> Option<Vec<u8>>
where
    C: BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + KeyInit,
{
    let decryptor = cbc::Decryptor::<C>::new_from_slices(key, &iv).ok()?;
    decryptor.decrypt_padded_vec::<NoPadding>(blocks).ok()
}

/// Removes PKCS#7 padding (RFC 5652, section 6.3) in time that does not depend on it.
fn strip_padding(mut plain: Vec<u8>) -> Option<Vec<u8>> {
    let last: [u8; 16] = *plain.last_chunk()?;
    let [.., count] = last;
    let mut valid = !count.ct_eq(&0) & count.ct_lt(&17);
    for (distance, byte) in (1u8..).zip(last.iter().rev()) {
        let is_padding = !count.ct_lt(&distance);
        valid &= byte.ct_eq(&count) | !is_padding;
    }
    let kept = plain.len().checked_sub(usize::from(select(valid, count)))?;
    plain.truncate(kept);
    bool::from(valid).then_some(plain)
}

fn select(valid: Choice, count: u8) -> u8 {
    u8::conditional_select(&0, &count, valid)
}

/// Keeps the IV's HMAC apart from every other use of the key.
const IV_LABEL: &[u8] = b"pixgate source url iv\0";

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher() -> SourceCipher {
        SourceCipher::new(&[7; 16]).expect("valid size")
    }

    #[test]
    fn encrypts_the_documented_example() {
        let key = "1eb5b0e971ad7f45324c1bb15c947cb207c43152fa5c6c7f35c4f36e0c18e0f1";
        let cipher = SourceCipher::from_hex(key).expect("valid key");
        let iv = hex::decode("a79563a2b35d86cee6451c3c800f535a").expect("valid hex");
        let text = cipher.encrypt_with_iv(
            "http://example.com/images/curiosity.jpg",
            iv.try_into().expect("16 bytes"),
        );
        let documented = "p5VjorNdhs7mRRw8gA9TWoRlGci3l1kuzqN43UQlRaRIQ0qtBKW3qFABIsx-ZRz_\
                          cVc8iVTYbhsNsxNBL1BHaQ";
        assert_eq!(text, documented);
    }

    #[test]
    fn equal_sources_give_equal_texts_and_different_ones_different_ivs() {
        let (one, two) = (
            cipher().encrypt("http://a.test/1"),
            cipher().encrypt("http://a.test/2"),
        );
        assert_eq!(one, cipher().encrypt("http://a.test/1"));
        assert_ne!(one.get(..21), two.get(..21));
    }

    #[test]
    fn every_fault_is_the_same_error() {
        let good = base64url::decode(cipher().encrypt("http://a.test/1").as_bytes()).expect("text");
        let truncated = good.get(..good.len() - 1).expect("longer").to_vec();
        let iv_only = good.get(..16).expect("longer").to_vec();
        for raw in [vec![], vec![0; 15], iv_only, truncated, vec![0; 32]] {
            let error = cipher().decrypt_raw(&raw).expect_err("undecryptable");
            assert_eq!(error.kind(), ErrorKind::SourceUndecryptable);
        }
        assert_eq!(
            cipher().decrypt("+").expect_err("base64"),
            ErrorKind::SourceUndecryptable.into()
        );
    }

    #[test]
    fn padding_is_checked_as_a_whole() {
        let with_end = |end: &[u8]| {
            let mut block = vec![b'x'; 16 - end.len()];
            block.extend(end);
            strip_padding(block).map(|plain| plain.len())
        };
        assert_eq!(with_end(&[1]), Some(15));
        assert_eq!(with_end(&[3, 3, 3]), Some(13));
        assert_eq!(with_end(&[16; 16]), Some(0));
        assert_eq!(with_end(&[0]), None);
        assert_eq!(with_end(&[17; 16]), None);
        assert_eq!(with_end(&[2, 3, 3]), None);
        assert_eq!(with_end(&[15; 14]), None);
        assert_eq!(strip_padding(vec![]), None);
    }

    #[test]
    fn other_key_sizes_are_refused() {
        for bytes in [0, 15, 17, 33] {
            let error = SourceCipher::new(&vec![0; bytes]).expect_err("bad size");
            assert_eq!(error.kind(), ErrorKind::CipherKeySize { bytes });
        }
        let error = SourceCipher::from_hex("zz").expect_err("bad hex");
        assert_eq!(error.kind(), ErrorKind::CipherKeyNotHex);
    }

    #[test]
    fn debug_shows_no_key_material() {
        assert_eq!(format!("{:?}", cipher()), "SourceCipher(..)");
    }
}
