use hmac::Mac;

use crate::{Error, ErrorKind, KeyPair, Secret, base64url};

/// All key pairs whose signatures are accepted, and how long a signature is.
///
/// A ring without pairs does not check signatures. With several pairs a key can be replaced
/// without breaking URLs that were signed with the old one: put the new pair first, because
/// [`sign`](Self::sign) uses the first pair and [`verify`](Self::verify) accepts every one.
///
/// # Examples
///
/// Rotate a key:
///
/// ```
/// use pixgate_sign::{Acceptance, KeyRing};
///
/// let old = KeyRing::from_hex_lists("736563726574", "68656c6c6f")?;
/// let both = KeyRing::from_hex_lists("6e6577,736563726574", "73616c74,68656c6c6f")?;
/// let signature = old.signature("/w:10/plain/http://img.test/a.jpg").unwrap();
/// let accepted = both.verify(&signature, "/w:10/plain/http://img.test/a.jpg")?;
/// assert_eq!(accepted, Acceptance::Pair(1));
/// # Ok::<(), pixgate_sign::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyRing {
    pairs: Vec<KeyPair>,
    signature_size: usize,
    trusted: Vec<Secret>,
}

/// On what ground a signature was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acceptance {
    /// The ring has no keys; nothing was checked.
    Unchecked,
    /// The signature is listed as trusted; the path was not checked.
    Trusted,
    /// The pair at this position of the ring, from 0, produced the signature.
    Pair(usize),
}

impl KeyRing {
    /// Makes a ring from pairs, with full-size signatures and no trusted ones.
    #[must_use]
    pub fn new(pairs: Vec<KeyPair>) -> Self {
        Self {
            pairs,
            signature_size: DIGEST_BYTES,
            trusted: Vec::new(),
        }
    }

    /// Parses the values of `IMGPROXY_KEY` and `IMGPROXY_SALT`.
    ///
    /// Both are comma lists of hexadecimal texts; blanks around an entry are dropped, and the
    /// n-th key belongs to the n-th salt. Two blank texts give a ring without keys.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PairCount`], [`ErrorKind::KeyNotHex`], [`ErrorKind::SaltNotHex`] or
    /// [`ErrorKind::KeyEmpty`].
    pub fn from_hex_lists(keys: &str, salts: &str) -> Result<Self, Error> {
        let keys = comma_list(keys);
        let salts = comma_list(salts);
        if keys.len() != salts.len() {
            return Err(ErrorKind::PairCount {
                keys: keys.len(),
                salts: salts.len(),
            }
            .into());
        }
        let pairs = keys.iter().zip(&salts).enumerate();
        let pairs = pairs.map(|(index, (key, salt))| KeyPair::from_hex_at(index, key, salt));
        Ok(Self::new(pairs.collect::<Result<_, _>>()?))
    }

    /// Uses only the first `bytes` bytes of each digest, 1 to 32; 32 by default.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignatureSize`] outside that range.
    pub fn with_signature_size(mut self, bytes: usize) -> Result<Self, Error> {
        if !(1..=DIGEST_BYTES).contains(&bytes) {
            return Err(ErrorKind::SignatureSize { bytes }.into());
        }
        self.signature_size = bytes;
        Ok(self)
    }

    /// Also accepts the signatures of a comma list, whatever the path; none by default.
    ///
    /// Blanks around an entry are dropped and empty entries are ignored. The list has no effect
    /// on a ring without keys.
    #[must_use]
    pub fn with_trusted_signatures(mut self, list: &str) -> Self {
        self.trusted = comma_list(list)
            .iter()
            .filter_map(|entry| Secret::new(entry).ok())
            .collect();
        self
    }

    /// Whether signatures are checked at all.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// Bytes of a digest that make up a signature.
    #[must_use]
    pub const fn signature_size(&self) -> usize {
        self.signature_size
    }

    /// Checks the signature of a request path.
    ///
    /// - `signature`: the first segment of the path as it was sent, not percent-decoded.
    /// - `rest`: what follows it, repaired but not percent-decoded, without path prefix and query
    ///   string; a slash is put in front unless there is one.
    ///
    /// Every pair is tried, and each comparison takes the same time wherever the bytes differ.
    ///
    /// # Errors
    ///
    /// Without keys only [`ErrorKind::SignatureMalformed`], for a signature containing `:`. With
    /// keys [`ErrorKind::SignatureEncoding`] or [`ErrorKind::SignatureMismatch`].
    pub fn verify(
        &self,
        signature: impl AsRef<[u8]>,
        rest: impl AsRef<[u8]>,
    ) -> Result<Acceptance, Error> {
        let signature = signature.as_ref();
        if !self.has_keys() {
            return accept_unchecked(signature);
        }
        if self.trusts(signature) {
            return Ok(Acceptance::Trusted);
        }
        let digest = base64url::decode(signature).ok_or(ErrorKind::SignatureEncoding)?;
        let index = self
            .find_pair(&digest, rest.as_ref())
            .ok_or(ErrorKind::SignatureMismatch)?;
        Ok(Acceptance::Pair(index))
    }

    /// The signature of `rest` by the first pair, or `None` without keys.
    ///
    /// This is what a client, or a tool that explains a refused URL, puts in front of the path.
    #[must_use]
    pub fn signature(&self, rest: impl AsRef<[u8]>) -> Option<String> {
        self.signatures(rest).next()
    }

    /// The signatures of `rest` by every pair, in the order of the ring.
    pub fn signatures(&self, rest: impl AsRef<[u8]>) -> impl Iterator<Item = String> {
        self.pairs.iter().map(move |pair| {
            let digest = pair.absorb(rest.as_ref()).finalize().into_bytes();
            let size = self.signature_size.min(digest.len());
            base64url::encode(digest.get(..size).unwrap_or_default())
        })
    }

    /// A request path: `/`, the signature by the first pair, and `rest`.
    ///
    /// Without keys the signature is the customary `unsafe`. `rest` must already be in the form
    /// that a server verifies, that is with no collapsed `://` and no `%3A` among the options.
    #[must_use]
    pub fn sign(&self, rest: &str) -> String {
        let signature = self.signature(rest);
        let signature = signature.as_deref().unwrap_or("unsafe");
        let slash = if rest.starts_with('/') { "" } else { "/" };
        format!("/{signature}{slash}{rest}")
    }

    fn trusts(&self, signature: &[u8]) -> bool {
        self.trusted
            .iter()
            .fold(false, |found, entry| found | entry.equals(signature))
    }

    fn find_pair(&self, digest: &[u8], rest: &[u8]) -> Option<usize> {
        if digest.len() != self.signature_size {
            return None;
        }
        self.pairs
            .iter()
            .enumerate()
            .fold(None, |found, (index, pair)| {
                let matches = pair.absorb(rest).verify_truncated_left(digest).is_ok();
                found.or(matches.then_some(index))
            })
    }
}

impl Default for KeyRing {
    /// A ring without keys.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

fn accept_unchecked(signature: &[u8]) -> Result<Acceptance, Error> {
    if signature.contains(&b':') {
        return Err(ErrorKind::SignatureMalformed.into());
    }
    Ok(Acceptance::Unchecked)
}

fn comma_list(text: &str) -> Vec<&str> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    text.split(',').map(str::trim).collect()
}

const DIGEST_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn documented() -> KeyRing {
        KeyRing::from_hex_lists("746573742d6b6579", "746573742d73616c74").expect("valid lists")
    }

    fn refusal(ring: &KeyRing, signature: &str, rest: &str) -> ErrorKind {
        ring.verify(signature, rest).expect_err("refused").kind()
    }

    #[test]
    fn signs_the_documented_examples() {
        let ring = documented();
        let full = "oWaL7QoW5TsgbuiS9-5-DI8S3Ibbo1gdB2SteJh3a20";
        assert_eq!(ring.signature("/asd").as_deref(), Some(full));
        assert_eq!(
            ring.signature("asd").as_deref(),
            Some(full),
            "the slash is added"
        );
        let short = ring.with_signature_size(8).expect("valid size");
        assert_eq!(short.sign("/asd"), "/oWaL7QoW5Ts/asd");
    }

    #[test]
    fn a_second_leading_slash_is_signed_as_it_is() {
        let ring = documented();
        assert_ne!(ring.signature("/asd"), ring.signature("//asd"));
    }

    #[test]
    fn without_keys_everything_but_a_colon_is_accepted() {
        let ring = KeyRing::default().with_trusted_signatures("w:10");
        for signature in ["unsafe", "_", "", "+/=", "\u{fffd}"] {
            assert_eq!(
                ring.verify(signature, "/x"),
                Ok(Acceptance::Unchecked),
                "{signature}"
            );
        }
        assert_eq!(refusal(&ring, "w:10", "/x"), ErrorKind::SignatureMalformed);
        assert_eq!(ring.signature("/x"), None);
        assert_eq!(ring.sign("x"), "/unsafe/x");
    }

    #[test]
    fn trusted_signatures_come_before_decoding() {
        let ring = documented().with_trusted_signatures(" let:me=in , ,other");
        assert_eq!(ring.verify("let:me=in", "/x"), Ok(Acceptance::Trusted));
        assert_eq!(refusal(&ring, "let:me", "/x"), ErrorKind::SignatureEncoding);
        assert_eq!(refusal(&ring, "", "/x"), ErrorKind::SignatureMismatch);
    }

    #[test]
    fn a_signature_of_another_size_does_not_match() {
        let full = documented();
        let short = documented().with_signature_size(8).expect("valid size");
        let long_text = full.signature("/x").expect("has a key");
        let short_text = short.signature("/x").expect("has a key");
        assert_eq!(
            refusal(&short, &long_text, "/x"),
            ErrorKind::SignatureMismatch
        );
        assert_eq!(
            refusal(&full, &short_text, "/x"),
            ErrorKind::SignatureMismatch
        );
    }

    #[test]
    fn every_spelling_of_the_last_character_is_accepted() {
        let ring = documented();
        let signature = ring.signature("/asd").expect("has a key");
        let stem = signature.strip_suffix('0').expect("known last character");
        for last in ["0", "1", "2", "3"] {
            assert_eq!(
                ring.verify(format!("{stem}{last}"), "/asd"),
                Ok(Acceptance::Pair(0))
            );
        }
        assert_eq!(
            refusal(&ring, &format!("{stem}4"), "/asd"),
            ErrorKind::SignatureMismatch
        );
    }

    #[test]
    fn lists_must_pair_up() {
        let kind = |keys, salts| {
            KeyRing::from_hex_lists(keys, salts)
                .expect_err("bad lists")
                .kind()
        };
        assert_eq!(kind("aa", ""), ErrorKind::PairCount { keys: 1, salts: 0 });
        assert_eq!(
            kind("aa", "bb,cc"),
            ErrorKind::PairCount { keys: 1, salts: 2 }
        );
        assert_eq!(kind("aa,x", "bb,cc"), ErrorKind::KeyNotHex { index: 1 });
        assert_eq!(kind("aa,", "bb,cc"), ErrorKind::KeyEmpty { index: 1 });
        assert!(
            !KeyRing::from_hex_lists(" ", "\t")
                .expect("blank lists")
                .has_keys()
        );
    }

    #[test]
    fn sizes_outside_the_digest_are_refused() {
        for bytes in [0, 33, usize::MAX] {
            let error = documented()
                .with_signature_size(bytes)
                .expect_err("bad size");
            assert_eq!(error.kind(), ErrorKind::SignatureSize { bytes });
        }
    }

    #[test]
    fn debug_shows_neither_keys_nor_trusted_signatures() {
        let ring = documented().with_trusted_signatures("letmein");
        let shown = format!("{ring:?}");
        assert!(
            !shown.contains("letmein") && !shown.contains("746573"),
            "{shown}"
        );
    }
}
