//! How the frame grows around the content.

use crate::{Gravity, GravityKind, GravityOptions};

/// The keys `extend.*` and `extend_aspect_ratio.*`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ExtendOptions {
    /// Whether the canvas grows to the requested box or ratio.
    pub enabled: Option<bool>,
    /// Where the content sits on the canvas.
    pub gravity: GravityOptions,
}

impl ExtendOptions {
    /// Where the content sits if extending is on; the middle unless set.
    #[must_use]
    pub fn resolve(&self) -> Option<Gravity> {
        let enabled = self.enabled.unwrap_or(false);
        enabled.then(|| self.gravity.resolve(GravityKind::Center))
    }
}

/// The keys `padding.*`, in pixels before `dpr`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct PaddingOptions {
    /// Above the content.
    pub top: Option<u32>,
    /// Right of the content.
    pub right: Option<u32>,
    /// Below the content.
    pub bottom: Option<u32>,
    /// Left of the content.
    pub left: Option<u32>,
}

/// Paddings of all four sides, in pixels before `dpr`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Padding {
    /// Above the content.
    pub top: u32,
    /// Right of the content.
    pub right: u32,
    /// Below the content.
    pub bottom: u32,
    /// Left of the content.
    pub left: u32,
}

impl PaddingOptions {
    /// The paddings in effect, 0 where none was set.
    #[must_use]
    pub fn resolve(&self) -> Padding {
        Padding {
            top: self.top.unwrap_or(0),
            right: self.right.unwrap_or(0),
            bottom: self.bottom.unwrap_or(0),
            left: self.left.unwrap_or(0),
        }
    }
}

impl Padding {
    /// Whether no side is padded.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}
