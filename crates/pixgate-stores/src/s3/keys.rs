//! Keys of an account.

use pixgate_source::{Error, ErrorKind, Secret};

/// What requests are signed with.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) session_token: Option<Secret>,
}

pub(super) fn missing(reason: &str) -> Error {
    let reason = reason.to_owned();
    ErrorKind::NoCredentials { reason }.into()
}
