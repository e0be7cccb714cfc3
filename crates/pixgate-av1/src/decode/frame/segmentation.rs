//! Segments (section 5.9.14).

use crate::decode::bits::BitReader;

/// `segmentation_params`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) struct Segmentation {
    pub(in crate::decode) is_enabled: bool,
    /// By segment and [`Feature`].
    features: [[Option<i16>; 8]; 8],
    /// `SegIdPreSkip`.
    pub(in crate::decode) comes_before_skip: bool,
    /// `LastActiveSegId`.
    pub(in crate::decode) last: u8,
}

/// What may be different in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum Feature {
    Quantizer = 0,
    /// Levels of vertical edges of luma, horizontal ones, Cb and Cr follow.
    LoopFilter = 1,
    Skip = 6,
}

impl Segmentation {
    pub(super) fn read(bits: &mut BitReader<'_>) -> Self {
        let mut all = Self {
            is_enabled: bits.flag(),
            ..Self::default()
        };
        if !all.is_enabled {
            return all;
        }
        for (id, features) in (0..).zip(&mut all.features) {
            for (index, (feature, (count, most))) in features.iter_mut().zip(FORMATS).enumerate() {
                if !bits.flag() {
                    continue;
                }
                let value = if index < FIRST_UNSIGNED {
                    bits.signed(count + 1).clamp(-most, most)
                } else {
                    bits.bits(count).cast_signed().clamp(0, most)
                };
                *feature = i16::try_from(value).ok();
                all.last = id;
                all.comes_before_skip |= index >= FIRST_UNSIGNED;
            }
        }
        all
    }

    /// What a segment has of a feature.
    ///
    /// - `offset`: that follows `feature`.
    pub(in crate::decode) const fn feature(
        &self,
        id: usize,
        feature: Feature,
        offset: usize,
    ) -> Option<i16> {
        self.features[id][feature as usize + offset]
    }

    /// `get_qindex`: the quantiser of a segment where `base` is that of the superblock.
    pub(in crate::decode) fn quantizer(&self, id: usize, base: u8) -> u8 {
        let Some(delta) = self.feature(id, Feature::Quantizer, 0) else {
            return base;
        };
        let value = (i16::from(base) + delta).clamp(0, 255);
        value.to_le_bytes()[0]
    }
}

/// Bits and largest values.
const FORMATS: [(u32, i32); 8] = [
    (8, 255),
    (6, 63),
    (6, 63),
    (6, 63),
    (6, 63),
    (3, 7),
    (0, 0),
    (0, 0),
];
/// `SEG_LVL_REF_FRAME`: this and what follows are read before skip.
const FIRST_UNSIGNED: usize = 5;
