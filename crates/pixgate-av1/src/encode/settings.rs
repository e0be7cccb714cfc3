//! How a picture is encoded.

/// How to encode.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// `base_q_idx` of photographs: 1 (fine) to 255 (coarse); drawings get the one that looks alike.
    pub quantizer: u8,
    /// How long to search.
    pub effort: Effort,
}

/// How long to search for what costs least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Effort {
    /// Fewer modes, each block decided about by estimates.
    Quick,
    /// Most of what a long search finds.
    #[default]
    Usual,
    /// Every block whole and divided, and every good mode down to its bits.
    Thorough,
}

impl Settings {
    /// With a quantiser from 1 to 255; 0, which would mean lossless, counts as 1.
    #[must_use]
    pub const fn new(quantizer: u8) -> Self {
        let quantizer = if quantizer == 0 { 1 } else { quantizer };
        Self {
            quantizer,
            effort: Effort::Usual,
        }
    }
}
