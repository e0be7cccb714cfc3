//! How much work compression is worth.

use crate::deflate::Parse;

/// What an effort comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Bytes that tell photographs from drawings.
    pub(crate) glance_bytes: usize,
    /// Bytes on which filters are tried.
    pub(crate) sample_bytes: usize,
    /// How many are tried again, more closely.
    pub(crate) finalists: usize,
    /// How that is done.
    pub(crate) trial: Parse,
    /// How drawings are compressed, and everything if thorough.
    pub(crate) parse: Parse,
    /// How they are compressed that have more bytes than [`Effort::LARGE`].
    pub(crate) large: Parse,
    /// How photographs are compressed.
    pub(crate) photograph: Parse,
    /// Photographs are compressed like drawings.
    pub(crate) is_thorough: bool,
}

impl Effort {
    /// Drawings larger than this are worth less time for each byte.
    pub(crate) const LARGE: usize = 3 << 19;

    /// - `level`: 1 to 6.
    pub(crate) const fn of(level: u8) -> Self {
        let (sample_bytes, finalists, trial, parse, photograph) = match level {
            0 | 1 => (16 << 10, 1, Parse::Fast, Parse::Lazy(4), Parse::Skim),
            2 => (
                64 << 10,
                2,
                Parse::Lazy(4),
                Parse::Lazy(64),
                Parse::Priced(0),
            ),
            3 => (
                512 << 10,
                3,
                Parse::Lazy(8),
                Parse::Optimal(2, 128),
                Parse::Priced(2),
            ),
            4 => (
                512 << 10,
                4,
                Parse::Lazy(16),
                Parse::Optimal(3, 256),
                Parse::Priced(4),
            ),
            5 => (
                1 << 20,
                8,
                Parse::Lazy(32),
                Parse::Optimal(5, 256),
                Parse::Priced(16),
            ),
            _ => (
                4 << 20,
                8,
                Parse::Optimal(2, 64),
                Parse::Optimal(12, 1024),
                Parse::Priced(16),
            ),
        };
        Self {
            glance_bytes: 32 << 10,
            sample_bytes,
            finalists,
            trial,
            parse,
            large: if level > 3 {
                parse
            } else {
                Parse::Lazy(16 << (level % 4))
            },
            photograph,
            is_thorough: level > 4,
        }
    }
}
