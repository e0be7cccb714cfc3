//! Sources that are encrypted without being authenticated, in URLs that are not signed: whoever has such a
//! URL can alter it, and would learn the plaintext byte by byte from answers that differ.

use std::time::{Duration, Instant};

use pixgate_url::Parsed;

use crate::{Error, ErrorKind};

/// Checks that what was decrypted reads like a URL, so that no download begins with garbage.
///
/// A block of ciphertext that was altered decrypts to 16 random bytes. That all of them may stand in a
/// URL happens once in millions of tries.
pub(crate) fn check_plain<O>(request: &Parsed<O>) -> Result<(), Error> {
    let may_stand = |c: char| match c.is_ascii() {
        true => c.is_ascii_graphic() || c == ' ',
        false => c.is_alphanumeric(),
    };
    let text = std::str::from_utf8(request.written_source.as_bytes());
    match text.is_ok_and(|text| text.chars().all(may_stand)) {
        true => Ok(()),
        false => {
            Err(pixgate_sign::Error::from(pixgate_sign::ErrorKind::SourceUndecryptable).into())
        }
    }
}

/// Whether an error says something about the source, or about what was decrypted.
pub(crate) fn is_about_source(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Source
            | ErrorKind::SourceNotAllowed
            | ErrorKind::NotAPicture { .. }
            | ErrorKind::HashsumMismatch { .. }
            | ErrorKind::Url
            | ErrorKind::Concealed
    )
}

/// Waits until all refusals of a request that arrived at this time are answered.
pub(crate) async fn wait(arrived: Instant) {
    tokio::time::sleep_until((arrived + ANSWERED_AFTER).into()).await;
}

/// Long against everything that is done before a source is contacted, short for people.
const ANSWERED_AFTER: Duration = Duration::from_millis(25);
