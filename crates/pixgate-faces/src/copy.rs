//! The copy that the detector sees: grey, upright, of bounded size.

use pixgate_raster::compose::premultiply;
use pixgate_raster::convert::{convert_bytes, convert_channels, convert_depth};
use pixgate_raster::geometry::orient;
use pixgate_raster::resample::{Resampler, Scaling, resize_bytes};
use pixgate_raster::{Channels, Depth, Image, Layout, Orientation};

use crate::Error;

/// Longest side of the copy in which faces are looked for.
pub const MOST_SIDE: u32 = 480;

/// A grey picture, a byte each.
pub(crate) struct Grey {
    pub(crate) samples: Vec<u8>,
    pub(crate) sides: (u32, u32),
}

/// The copy; none of inks, which are no light.
pub(crate) fn grey(image: &Image, upright: Orientation) -> Result<Option<Grey>, Error> {
    let source = image.layout();
    if source.channels == Channels::Cmyk {
        return Ok(None);
    }
    let mut small = match scaling(source) {
        Some(scaling) => Resampler::new().resize(image, scaling)?,
        None => image.clone(),
    };
    premultiply(&mut small);
    let small = convert_channels(convert_depth(small, Depth::U8)?, Channels::Rgba)?;
    let small = orient(&small, upright)?;
    let view = small.view::<u8>()?;
    let pixels = view.rows().flat_map(|row| row.as_chunks().0);
    Ok(Some(Grey {
        samples: pixels.map(|[r, g, b, _]| luma(*r, *g, *b)).collect(),
        sides: (small.width(), small.height()),
    }))
}

/// Bytes that making the copy allocates at most.
pub(crate) fn bytes(source: Layout) -> u64 {
    let resizing = scaling(source).map_or(source.bytes(), |scaling| resize_bytes(source, scaling));
    let small = scaling(source).map_or(source, |scaling| scaling.apply(source));
    let color = Layout::u8(small.width, small.height, Channels::Rgba);
    // Converted once in depth and once in channels, turned, and made grey.
    let converting = convert_bytes(small, color).saturating_add(color.bytes().saturating_mul(3));
    resizing.max(small.bytes().saturating_add(converting))
}

fn scaling(source: Layout) -> Option<Scaling> {
    let longest = source.width.max(source.height);
    let factor = f64::from(MOST_SIDE) / f64::from(longest.max(1));
    (longest > MOST_SIDE).then(|| Scaling::scaled(source, factor, factor))
}

/// ITU-R BT.601.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    (sum >> 8).to_le_bytes()[0]
}
