//! What the filters of a whole frame go by.

/// Sizes of a frame, and parameters of its filters. A filter is left out where its parameters are `None`.
#[derive(Clone, Debug)]
pub(in crate::decode) struct PostFrame {
    /// 8, 10 or 12.
    pub(in crate::decode) bit_depth: u32,
    pub(in crate::decode) is_monochrome: bool,
    /// Whether chroma has half the columns, and half the rows.
    pub(in crate::decode) subsampling: (bool, bool),
    /// `FrameWidth`: samples of luma in a row as coded; at least 1.
    pub(in crate::decode) width: usize,
    /// `UpscaledWidth`: samples of luma in a row after superres; at least `width`.
    pub(in crate::decode) upscaled_width: usize,
    /// `FrameHeight`: rows of luma; at least 1.
    pub(in crate::decode) height: usize,
    /// Binary logarithm of the side of a superblock: 6 or 7.
    pub(in crate::decode) superblock_log2: u32,
    pub(in crate::decode) deblocking: Option<Deblocking>,
    pub(in crate::decode) cdef: Option<CdefParameters>,
    /// By plane, the binary logarithm of the side of a unit (`LoopRestorationSize`): 5 to 8.
    pub(in crate::decode) restoration: [Option<u32>; 3],
    pub(in crate::decode) grain: Option<FilmGrain>,
}

/// `loop_filter_params` of a frame; those of blocks are in [`super::BlockFacts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct Deblocking {
    /// Which of the planes are filtered: luma always, Cb and Cr if their levels are not zero.
    pub(in crate::decode) planes: [bool; 3],
    /// `loop_filter_sharpness`: 0 to 7.
    pub(in crate::decode) sharpness: u8,
}

/// `cdef_params`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) struct CdefParameters {
    /// `CdefDamping`: 3 to 6.
    pub(in crate::decode) damping: u8,
    /// Bits of an index of `strengths`.
    pub(in crate::decode) index_bits: u32,
    /// Of luma and chroma.
    pub(in crate::decode) strengths: [[CdefStrength; 2]; 8],
}

/// How strongly CDEF filters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct CdefStrength {
    /// 0 to 15.
    pub(in crate::decode) primary: u8,
    /// 0, 1, 2 or 4.
    pub(in crate::decode) secondary: u8,
}

/// `film_grain_params` of a frame that has grain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::decode) struct FilmGrain {
    /// `grain_seed`.
    pub(in crate::decode) seed: u16,
    /// Points of the scaling functions of the planes: value and scaling; values rise.
    pub(in crate::decode) points: [Vec<[u8; 2]>; 3],
    /// `chroma_scaling_from_luma`.
    pub(in crate::decode) chroma_from_luma: bool,
    /// `grain_scaling_minus_8` plus 8.
    pub(in crate::decode) scaling_shift: u8,
    /// `ar_coeff_lag`.
    pub(in crate::decode) lag: u8,
    /// Of the auto-regression of luma, -128 to 127; those that were read.
    pub(in crate::decode) luma_coefficients: [i8; 24],
    /// The same of Cb and Cr, with that of luma last.
    pub(in crate::decode) chroma_coefficients: [[i8; 25]; 2],
    /// `ar_coeff_shift_minus_6` plus 6.
    pub(in crate::decode) coefficient_shift: u8,
    /// `grain_scale_shift`.
    pub(in crate::decode) grain_shift: u8,
    /// `cb_mult`, `cb_luma_mult` and `cb_offset`, and the same of Cr.
    pub(in crate::decode) chroma_mix: [ChromaMix; 2],
    /// `overlap_flag`.
    pub(in crate::decode) overlaps: bool,
    /// `clip_to_restricted_range`.
    pub(in crate::decode) is_clipped: bool,
    /// Whether `matrix_coefficients` are `MC_IDENTITY`.
    pub(in crate::decode) is_identity: bool,
}

/// How luma counts in the index of the scaling function of chroma; as coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct ChromaMix {
    pub(in crate::decode) chroma: u8,
    pub(in crate::decode) luma: u8,
    pub(in crate::decode) offset: u16,
}

impl PostFrame {
    /// Whether rows become wider.
    pub(super) const fn has_superres(&self) -> bool {
        self.upscaled_width != self.width
    }

    /// Whether any plane is restored.
    pub(super) fn is_restored(&self) -> bool {
        self.restoration.iter().any(Option::is_some)
    }

    /// How many planes there are.
    pub(super) const fn planes(&self) -> usize {
        if self.is_monochrome { 1 } else { 3 }
    }

    /// Binary logarithms of how many columns and rows of luma there are for one of a plane.
    pub(super) fn shifts(&self, plane: usize) -> (usize, usize) {
        let (x, y) = self.subsampling;
        if plane == 0 {
            (0, 0)
        } else {
            (usize::from(x), usize::from(y))
        }
    }

    /// Columns of a plane as coded, after superres, and rows.
    pub(super) fn size(&self, plane: usize) -> (usize, usize, usize) {
        let (x, y) = self.shifts(plane);
        let half = |size: usize, shift: usize| (size + shift) >> shift;
        (
            half(self.width, x),
            half(self.upscaled_width, x),
            half(self.height, y),
        )
    }

    /// The side of a superblock in samples of luma.
    pub(super) const fn superblock(&self) -> usize {
        1 << self.superblock_log2
    }

    /// Columns of luma in whole superblocks.
    pub(super) const fn padded_width(&self) -> usize {
        self.width.next_multiple_of(self.superblock())
    }
}

impl Deblocking {
    /// The level of a block (section 7.14.4), 0 to 63.
    ///
    /// - `level`: `loop_filter_level` of the frame: of vertical edges of luma, horizontal ones, Cb or Cr.
    /// - `delta`: `DeltaLF` of the superblock for it.
    /// - `segment`: the value of the segment's feature for it, if it is active.
    /// - `intra_delta`: `loop_filter_ref_deltas` of `INTRA_FRAME`, if such differences are enabled.
    pub(in crate::decode) fn level(
        level: u8,
        delta: i8,
        segment: Option<i16>,
        intra_delta: Option<i8>,
    ) -> u8 {
        let mut value = (i16::from(level) + i16::from(delta)).clamp(0, MAX_LOOP_FILTER);
        if let Some(segment) = segment {
            value = value.saturating_add(segment).clamp(0, MAX_LOOP_FILTER);
        }
        if let Some(intra) = intra_delta {
            value = (value + (i16::from(intra) << (value >> 5))).clamp(0, MAX_LOOP_FILTER);
        }
        value.to_le_bytes()[0]
    }
}

/// `MAX_LOOP_FILTER`.
const MAX_LOOP_FILTER: i16 = 63;
