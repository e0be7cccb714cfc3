//! How stored pixels are turned for display.

/// The keys `flip.*`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlipOptions {
    /// Mirror left and right.
    pub horizontal: Option<bool>,
    /// Mirror top and bottom.
    pub vertical: Option<bool>,
}
