//! Who takes what a line makes.

use crate::Error;

/// The second place of a line.
pub(crate) trait Taker: Send {
    /// What it takes.
    type Item: Send;

    /// Takes the next item.
    fn take(&mut self, item: Self::Item) -> Result<(), Error>;

    /// Bytes of memory that an item holds.
    fn item_bytes(item: &Self::Item) -> u64;
}
