//! How to encode.

/// What is asked of the encoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// 0 (small) to 100 (good), as libwebp counts.
    pub quality: u8,
    /// How long to search: 0 to 6.
    pub effort: u8,
    /// What the picture is like.
    pub preset: Preset,
}

impl Settings {
    /// With the usual effort.
    #[must_use]
    pub const fn new(quality: u8) -> Self {
        Self {
            quality: if quality > 100 { 100 } else { quality },
            effort: 4,
            preset: Preset::Default,
        }
    }
}

/// What a picture is like, which decides how quality is spread over it and how edges are smoothed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Preset {
    /// Anything.
    #[default]
    Default,
    /// A portrait, or what is indoors.
    Picture,
    /// A photograph of what is outdoors.
    Photo,
    /// Lines on a ground, with much contrast.
    Drawing,
    /// Small and colourful.
    Icon,
    /// Letters.
    Text,
}

/// What follows from effort.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tools {
    /// Whether a second look at the whole picture knows the probabilities of the first.
    pub(super) passes: u8,
    /// How many modes of a subblock are tried down to their bits.
    pub(super) parts: usize,
    /// How many modes of luma as a whole.
    pub(super) wholes: usize,
    /// How many modes of chroma.
    pub(super) chromas: usize,
    /// Whether levels are chosen by what they cost.
    pub(super) trellis: Trellis,
    /// How many bits modes may take.
    pub(super) mode_bits: u32,
}

/// Where levels are chosen by what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub(super) enum Trellis {
    Never,
    /// In what is written.
    Final,
    /// In what is compared, too.
    Always,
}

impl Tools {
    pub(super) const fn new(effort: u8) -> Self {
        let (passes, parts, wholes, chromas, trellis) = match effort {
            0 => (1, 1, 1, 1, Trellis::Never),
            1 => (1, 1, 1, 1, Trellis::Final),
            2 => (1, 2, 1, 1, Trellis::Final),
            3 => (1, 2, 2, 2, Trellis::Final),
            4 => (1, 3, 2, 2, Trellis::Final),
            5 => (2, 8, 3, 4, Trellis::Final),
            _ => (2, 10, 4, 4, Trellis::Always),
        };
        Self {
            passes,
            parts,
            wholes,
            chromas,
            trellis,
            mode_bits: MODE_BITS,
        }
    }
}

/// The first partition has less than 2 to the power of 19 bytes, of which what is not modes takes a few.
const MODE_BITS: u32 = ((1 << 19) - (1 << 12)) * 8;
