//! Encoding, with as much quality as a number of bytes allows.

use pixgate_codec::EncodeSettings;

use super::Encoded;
use super::quality_search::find;
use crate::{Cancel, Error, Output};

/// Encodes with the quality that is searched for; while the result has too many bytes, again with
/// less.
///
/// The last result counts even if it is still too large.
pub(crate) fn save(
    output: &Output,
    (width, height): (u32, u32),
    cancel: &Cancel,
    mut encode: impl FnMut(&EncodeSettings) -> Result<Vec<u8>, Error>,
    dissimilarity: impl Fn(&[u8]) -> Result<f64, Error>,
) -> Result<Encoded, Error> {
    let mut settings = output.encoding.clone();
    let mut encode = |quality: u8| {
        settings.quality = quality;
        encode(&settings)
    };
    cancel.check()?;
    let (mut quality, mut bytes) = match &output.search {
        Some(search) => find(search, cancel, &mut encode, dissimilarity)?,
        None => (output.quality, encode(output.quality)?),
    };
    while let Some(lower) = output
        .max_bytes
        .and_then(|limit| lower_quality(quality, bytes.len() as u64, limit))
    {
        cancel.check()?;
        bytes = encode(lower)?;
        quality = lower;
    }
    Ok(Encoded {
        bytes,
        format: output.format,
        width,
        height,
        quality,
    })
}

/// The quality to try next; none if the size is right or the quality as low as it gets.
fn lower_quality(quality: u8, size: u64, limit: u64) -> Option<u8> {
    if size <= limit || quality <= 10 {
        return None;
    }
    // Quarters of the quality: a comparison of size / limit with 3 and 1.5, in integers.
    let quarters = if size > limit.saturating_mul(3) {
        1
    } else if size.saturating_mul(2) > limit.saturating_mul(3) {
        2
    } else {
        3
    };
    let rounded = (u16::from(quality) * quarters + 2) / 4;
    let next = u8::try_from(rounded).unwrap_or(quality);
    Some(next.min(quality - 1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_excess_the_larger_the_step() {
        for (quality, size, limit, next) in [
            (80, 100, 100, None),
            (80, 101, 100, Some(60)),
            (80, 151, 100, Some(40)),
            (80, 150, 100, Some(60)),
            (80, 301, 100, Some(20)),
            (80, 300, 100, Some(40)),
            (11, 101, 100, Some(8)),
            (10, 900, 100, None),
            (14, 301, 100, Some(4)),
        ] {
            assert_eq!(
                lower_quality(quality, size, limit),
                next,
                "{quality} {size}"
            );
        }
    }
}
