//! Transparency of lossy pictures: a plane beside them, in an `ALPH` chunk (WebP container
//! specification, "Alpha").

mod filter;
mod quantize;

use super::decoder::{self, Header};
use super::encode;
use super::{Decoder, MAX_SIDE};
use crate::Error;
use crate::error::broken;
use filter::Filter;

/// How a plane of alpha is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlphaOptions {
    /// From 0, fast, to 6, small.
    pub effort: u8,
    /// 100 keeps every value; less allows fewer different ones, as few as two.
    pub quality: u8,
}

impl AlphaOptions {
    /// Options of an effort from 0 to 6 and a quality from 0 to 100.
    #[must_use]
    pub const fn new(effort: u8, quality: u8) -> Self {
        Self { effort, quality }
    }
}

impl Default for AlphaOptions {
    fn default() -> Self {
        Self::new(4, 100)
    }
}

/// Most bytes that [`decode_alpha`] takes for a plane of this size, the plane itself not counted.
#[must_use]
pub fn decode_alpha_bytes(width: u32, height: u32) -> u64 {
    decoder::decode_bytes(width, height)
}

/// Decodes the content of an `ALPH` chunk to a plane, a byte for each pixel of a row after the other.
///
/// - `size`: width and height of the picture, which the chunk does not hold.
///
/// # Errors
///
/// [`Error::Size`] if a side is 0 or more than 16384, [`Error::Broken`] if the content is broken or
/// ends early, and [`Error::OutOfMemory`].
pub fn decode_alpha(content: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, Error> {
    if !(1..=MAX_SIDE + 1).contains(&width) || !(1..=MAX_SIDE + 1).contains(&height) {
        return Err(Error::Size { width, height });
    }
    let (&flags, data) = content.split_first().ok_or_else(|| broken("empty alpha"))?;
    let filter = Filter::from_bits(flags >> 2 & 3);
    let row_samples = width as usize;
    let mut plane = crate::memory::zeroed::<u8>(row_samples * height as usize)?;
    match flags & 3 {
        0 => {
            let stored = data.get(..plane.len());
            plane.copy_from_slice(stored.ok_or_else(|| broken("alpha that ends early"))?);
        }
        1 => {
            let header = Header {
                width,
                height,
                has_alpha: false,
            };
            let mut decoder = Decoder::without_header(data, header)?;
            for row in plane.chunks_exact_mut(row_samples) {
                decoder.next_row_green(row)?;
            }
        }
        _ => return Err(broken("alpha compression")),
    }
    filter.undo(&mut plane, row_samples);
    Ok(plane)
}

/// Bytes that [`encode_alpha`] takes at most, the content included and the plane not.
#[must_use]
pub const fn encode_alpha_bytes(width: u32, height: u32, options: AlphaOptions) -> u64 {
    // What is left of fewer values, differences, and the best trial so far.
    let pixel_bytes = match options.effort {
        0..=4 => 34,
        _ => 50,
    };
    width as u64 * height as u64 * pixel_bytes + (1 << 20)
}

/// Encodes a plane to the content of an `ALPH` chunk.
///
/// - `plane`: a byte for each pixel, a row after the other.
/// - `size`: width and height.
///
/// # Errors
///
/// [`Error::Size`] and [`Error::SampleCount`] if the size is not that of the plane or of a picture.
pub fn encode_alpha(
    plane: &[u8],
    (width, height): (u32, u32),
    options: AlphaOptions,
) -> Result<Vec<u8>, Error> {
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(Error::Size { width, height });
    }
    let wanted = width as usize * height as usize;
    if plane.len() != wanted {
        let found = plane.len();
        return Err(Error::SampleCount { wanted, found });
    }
    let width = width as usize;
    let levels = quantize::levels(options.quality);
    let quantized = levels.and_then(|levels| quantize::quantize(plane, levels));
    let is_quantized = quantized.is_some();
    let plane = quantized.as_deref().unwrap_or(plane);
    let mut best: Option<Vec<u8>> = None;
    for filter in filter::candidates(plane, width, options.effort) {
        let filtered = filter.apply(plane, width);
        let mut content = vec![1 | filter.bits() << 2 | u8::from(is_quantized) << 4];
        let pixels = filtered
            .iter()
            .map(|&alpha| 0xFF00_0000 | u32::from(alpha) << 8);
        content.extend(encode::encode_body(pixels.collect(), width, options.effort));
        if best.as_ref().is_none_or(|best| content.len() < best.len()) {
            best = Some(content);
        }
    }
    Ok(best
        .filter(|best| best.len() <= plane.len())
        .unwrap_or_else(|| {
            let flags = u8::from(is_quantized) << 4;
            [&[flags], plane].concat()
        }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_filter_is_undone() {
        let table: [(u8, [u8; 6]); 4] = [
            (0, [10, 1, 2, 3, 4, 5]),
            (1, [10, 11, 13, 13, 17, 22]),
            (2, [10, 11, 13, 13, 15, 18]),
            (3, [10, 11, 13, 13, 18, 25]),
        ];
        for (filter, expected) in table {
            let content = [&[filter << 2][..], &[10, 1, 2, 3, 4, 5]].concat();
            assert_eq!(
                decode_alpha(&content, (3, 2)).unwrap(),
                expected,
                "{filter}"
            );
        }
    }

    #[test]
    fn what_is_cut_or_unknown_is_refused() {
        for content in [&[][..], &[0, 1, 2], &[2, 1, 2, 3, 4, 5, 6], &[1, 0]] {
            assert!(decode_alpha(content, (3, 2)).is_err(), "{content:?}");
        }
        assert!(decode_alpha(&[0, 1], (0, 2)).is_err());
        assert!(encode_alpha(&[0, 1], (1, 1), AlphaOptions::default()).is_err());
    }

    #[test]
    fn few_levels_keep_the_ends() {
        let plane: Vec<u8> = (0..=255).cycle().take(1024).collect();
        let content = encode_alpha(&plane, (32, 32), AlphaOptions::new(4, 0)).unwrap();
        let decoded = decode_alpha(&content, (32, 32)).unwrap();
        let mut values = decoded.clone();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values, [0, 255]);
    }

    proptest! {
        #[test]
        fn planes_come_back(
            width in 1..40_usize,
            plane in prop::collection::vec(prop_oneof![Just(0), Just(255), any::<u8>()], 40..2000),
            effort in 0..7_u8,
        ) {
            let height = plane.len() / width;
            let plane = &plane[..width * height];
            let size = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
            let content = encode_alpha(plane, size, AlphaOptions::new(effort, 100)).unwrap();
            prop_assert_eq!(decode_alpha(&content, size).unwrap(), plane);
        }
    }
}
