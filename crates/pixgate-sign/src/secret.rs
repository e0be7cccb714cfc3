use std::fmt;

use subtle::ConstantTimeEq;

use crate::{Error, ErrorKind};

/// A text that must not be shown or guessed: a bearer secret or a trusted signature.
///
/// Comparison takes the same time wherever two texts of equal length differ, and `Debug` shows
/// nothing of the text.
///
/// # Examples
///
/// Check the header of a server whose `IMGPROXY_SECRET` is `opensesame`:
///
/// ```
/// use pixgate_sign::Secret;
///
/// let secret = Secret::new("opensesame")?;
/// assert!(secret.authorize(Some(b"Bearer opensesame")).is_ok());
/// assert!(secret.authorize(Some(b"bearer opensesame")).is_err());
/// assert!(secret.authorize(None).is_err());
/// # Ok::<(), pixgate_sign::Error>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    bytes: Box<[u8]>,
}

impl Secret {
    /// Keeps a secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SecretEmpty`] if the text is empty.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(ErrorKind::SecretEmpty.into());
        }
        Ok(Self {
            bytes: text.as_bytes().into(),
        })
    }

    /// Whether `text` is this secret.
    #[must_use]
    pub fn equals(&self, text: impl AsRef<[u8]>) -> bool {
        self.bytes.ct_eq(text.as_ref()).into()
    }

    /// Checks the value of an `Authorization` header, which must be `Bearer `, then the secret.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SecretMismatch`] if the header is absent or anything else.
    pub fn authorize(&self, header: Option<&[u8]>) -> Result<(), Error> {
        let token = header.and_then(|value| value.strip_prefix(b"Bearer "));
        if token.is_some_and(|token| self.equals(token)) {
            return Ok(());
        }
        Err(ErrorKind::SecretMismatch.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_header_is_authorized() {
        let secret = Secret::new("abc").expect("not empty");
        let refused: [Option<&[u8]>; 7] = [
            None,
            Some(b""),
            Some(b"Bearer"),
            Some(b"Bearer ab"),
            Some(b"Bearer abcd"),
            Some(b"Bearer  abc"),
            Some(b"abc"),
        ];
        for header in refused {
            let error = secret.authorize(header).expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::SecretMismatch);
        }
        assert_eq!(secret.authorize(Some(b"Bearer abc")), Ok(()));
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert_eq!(
            Secret::new("").expect_err("empty").kind(),
            ErrorKind::SecretEmpty
        );
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("abc").expect("not empty");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
