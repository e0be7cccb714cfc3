//! Formats that a client accepts and an operator wants.

use crate::Format;

/// What the client accepts, after the operator's wishes: decided outside, from the `Accept` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct Negotiation {
    /// WebP.
    pub webp: Preference,
    /// AVIF.
    pub avif: Preference,
    /// JPEG XL.
    pub jxl: Preference,
}

impl Negotiation {
    /// Nothing beyond what the URL says.
    pub const NONE: Self = Self {
        webp: Preference::None,
        avif: Preference::None,
        jxl: Preference::None,
    };

    /// With how much WebP is wanted.
    #[must_use]
    pub const fn with_webp(mut self, webp: Preference) -> Self {
        self.webp = webp;
        self
    }

    /// With how much AVIF is wanted.
    #[must_use]
    pub const fn with_avif(mut self, avif: Preference) -> Self {
        self.avif = avif;
        self
    }

    /// With how much JPEG XL is wanted.
    #[must_use]
    pub const fn with_jxl(mut self, jxl: Preference) -> Self {
        self.jxl = jxl;
        self
    }

    /// Whether this format is wanted whatever is requested.
    #[must_use]
    pub fn enforces(&self, format: Format) -> bool {
        match format {
            Format::Webp => self.webp.enforces(),
            Format::Avif => self.avif.enforces(),
            Format::Jxl => self.jxl.enforces(),
            _ => false,
        }
    }
}

/// How much a format is wanted beyond what the URL says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Preference {
    /// Not at all.
    #[default]
    None,
    /// If the URL requests no format.
    Prefer,
    /// Even if the URL requests another.
    Enforce,
}

impl Preference {
    /// Whether the format is wanted if none is requested.
    #[must_use]
    pub fn prefers(self) -> bool {
        self >= Self::Prefer
    }

    /// Whether the format is wanted whatever is requested.
    #[must_use]
    pub fn enforces(self) -> bool {
        self == Self::Enforce
    }
}
