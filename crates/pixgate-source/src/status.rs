//! Statuses of answers.

/// The status of a [`SourceResponse`](crate::SourceResponse).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 200, or a 206 that holds everything.
    Ok,
    /// 304: the client's copy is still good.
    NotModified,
    /// 206, only in [`Mode::Raw`](crate::Mode).
    Partial,
    /// Any other status, only in [`Mode::Raw`](crate::Mode).
    Other(u16),
}

impl Status {
    /// The status as HTTP writes it.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::Partial => 206,
            Self::NotModified => 304,
            Self::Other(code) => code,
        }
    }
}

impl From<u16> for Status {
    fn from(code: u16) -> Self {
        match code {
            200 => Self::Ok,
            206 => Self::Partial,
            304 => Self::NotModified,
            other => Self::Other(other),
        }
    }
}
