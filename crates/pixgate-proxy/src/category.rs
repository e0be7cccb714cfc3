//! What kind of trouble an error is, for metrics, logs and reports.

use std::fmt;

/// What kind of trouble an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The URL does not say what to do.
    PathParsing,
    /// The URL asks for what it may not have.
    Security,
    /// There is no room now.
    Queue,
    /// The source cannot be had.
    Download,
    /// A watermark that the URL names cannot be had.
    Watermark,
    /// The picture cannot be read.
    Unreadable,
    /// The picture was read, and limits or codecs forbid the result.
    Processing,
    /// There was no time left, or nobody to wait.
    Timeout,
    /// The answer could not be sent whole.
    Streaming,
    /// A fault of this program.
    Unexpected,
}

impl Category {
    /// Its name in metrics, imgproxy's where it has one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PathParsing => "path_parsing",
            Self::Security => "security",
            Self::Queue => "queue",
            Self::Download => "download",
            Self::Watermark => "watermark",
            Self::Unreadable | Self::Processing => "processing",
            Self::Timeout => "timeout",
            Self::Streaming => "streaming",
            Self::Unexpected => "unexpected",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
