//! How stored pixels are turned for display.

/// The keys `flip.*`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct FlipOptions {
    /// Mirror left and right.
    pub horizontal: Option<bool>,
    /// Mirror top and bottom.
    pub vertical: Option<bool>,
}
