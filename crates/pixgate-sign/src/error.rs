use std::fmt;

/// Why a signature, a secret or a piece of key configuration was refused.
///
/// No message contains key material, an expected signature or a decrypted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

/// The reasons behind an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No keys are configured and the signature contains `:`, so it is probably an option.
    SignatureMalformed,
    /// The signature is not URL-safe base64 without padding.
    SignatureEncoding,
    /// No key and salt pair produces this signature.
    SignatureMismatch,
    /// The `Authorization` header does not carry the configured secret.
    SecretMismatch,
    /// The encrypted source is not something this key has encrypted.
    SourceUndecryptable,
    /// The numbers of keys and salts differ.
    PairCount {
        /// Number of keys in the list.
        keys: usize,
        /// Number of salts in the list.
        salts: usize,
    },
    /// An entry of the key list is not an even number of hexadecimal digits.
    KeyNotHex {
        /// Position in the list, from 0.
        index: usize,
    },
    /// An entry of the salt list is not an even number of hexadecimal digits.
    SaltNotHex {
        /// Position in the list, from 0.
        index: usize,
    },
    /// A signing key has no bytes, so everybody could sign with it.
    KeyEmpty {
        /// Position in the list, from 0.
        index: usize,
    },
    /// The signature size is not within 1 to 32 bytes.
    SignatureSize {
        /// The size that was asked for, in bytes.
        bytes: usize,
    },
    /// The bearer secret is empty.
    SecretEmpty,
    /// The encryption key is not an even number of hexadecimal digits.
    CipherKeyNotHex,
    /// The encryption key is not 16, 24 or 32 bytes long.
    CipherKeySize {
        /// The length of the key, in bytes.
        bytes: usize,
    },
}

impl Error {
    /// What was wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

/// Whose fault an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Whoever made the request.
    Client,
    /// This process: its configuration, or the code that uses this crate.
    Server,
}

impl ErrorKind {
    /// Whose fault an error of this kind is.
    #[must_use]
    pub const fn blame(self) -> Blame {
        match self {
            Self::SignatureMalformed
            | Self::SignatureEncoding
            | Self::SignatureMismatch
            | Self::SecretMismatch
            | Self::SourceUndecryptable => Blame::Client,
            Self::PairCount { .. }
            | Self::KeyNotHex { .. }
            | Self::SaltNotHex { .. }
            | Self::KeyEmpty { .. }
            | Self::SignatureSize { .. }
            | Self::SecretEmpty
            | Self::CipherKeyNotHex
            | Self::CipherKeySize { .. } => Blame::Server,
        }
    }

    /// The identifier that logs, metrics and the compatibility vectors use for this kind.
    ///
    /// All mistakes in the configuration share the name `config_error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignatureMalformed => "signature_malformed",
            Self::SignatureEncoding => "signature_encoding",
            Self::SignatureMismatch => "signature_mismatch",
            Self::SecretMismatch => "secret",
            Self::SourceUndecryptable => "invalid_source",
            Self::PairCount { .. }
            | Self::KeyNotHex { .. }
            | Self::SaltNotHex { .. }
            | Self::KeyEmpty { .. }
            | Self::SignatureSize { .. }
            | Self::SecretEmpty
            | Self::CipherKeyNotHex
            | Self::CipherKeySize { .. } => "config_error",
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SignatureMalformed => f.write_str(
                "the signature segment contains `:` and looks like an option; \
                 it must be present even if signatures are not checked",
            ),
            Self::SignatureEncoding => {
                f.write_str("signature is not url-safe base64 without padding")
            }
            Self::SignatureMismatch => f.write_str("signature matches no key and salt pair"),
            Self::SecretMismatch => f.write_str("authorization does not carry the secret"),
            Self::SourceUndecryptable => f.write_str("encrypted source cannot be decrypted"),
            Self::PairCount { keys, salts } => {
                write!(
                    f,
                    "number of keys `{keys}` differs from number of salts `{salts}`"
                )
            }
            Self::KeyNotHex { index } => write!(f, "key number `{index}` is not hexadecimal"),
            Self::SaltNotHex { index } => write!(f, "salt number `{index}` is not hexadecimal"),
            Self::KeyEmpty { index } => write!(f, "key number `{index}` is empty"),
            Self::SignatureSize { bytes } => {
                write!(f, "signature size `{bytes}` is not within 1 to 32 bytes")
            }
            Self::SecretEmpty => f.write_str("secret is empty"),
            Self::CipherKeyNotHex => f.write_str("source encryption key is not hexadecimal"),
            Self::CipherKeySize { bytes } => {
                write!(
                    f,
                    "source encryption key has `{bytes}` bytes, not 16, 24 or 32"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_vectors() {
        let cases = [
            (ErrorKind::SignatureMalformed, "signature_malformed"),
            (ErrorKind::SignatureEncoding, "signature_encoding"),
            (ErrorKind::SignatureMismatch, "signature_mismatch"),
            (ErrorKind::SecretMismatch, "secret"),
            (ErrorKind::SourceUndecryptable, "invalid_source"),
            (ErrorKind::SignatureSize { bytes: 33 }, "config_error"),
        ];
        for (kind, name) in cases {
            assert_eq!(kind.name(), name);
        }
    }

    #[test]
    fn messages_carry_values_and_are_lower_case() {
        let error = Error::from(ErrorKind::PairCount { keys: 1, salts: 2 });
        assert_eq!(
            error.to_string(),
            "number of keys `1` differs from number of salts `2`"
        );
        let error = Error::from(ErrorKind::CipherKeySize { bytes: 5 });
        assert_eq!(
            error.to_string(),
            "source encryption key has `5` bytes, not 16, 24 or 32"
        );
    }
}
