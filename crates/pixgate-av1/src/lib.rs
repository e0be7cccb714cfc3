#![doc = include_str!("../README.md")]

mod arena;
mod bits;
mod block;
mod cdf;
mod coefficients;
mod context;
mod cost;
mod error;
mod header;
mod kernels;
mod model;
mod modes;
mod optimize;
mod parameters;
mod partition;
mod picture;
mod range_coder;
mod scan;
mod search;
mod tables;
#[cfg(test)]
mod tests;
mod tile;
mod tile_grid;
mod trial;
mod window;
mod write;

pub use error::Error;
pub use picture::{BitDepth, Chroma, ColorDescription, Picture, Samples};

/// How to encode.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// `base_q_idx`: 1 (fine) to 255 (coarse).
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

/// A coded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Sequence header and frame: the content of an AVIF item.
    pub data: Vec<u8>,
    /// The content of the `av1C` box.
    pub configuration: Vec<u8>,
}

/// Encodes a still picture.
///
/// # Errors
///
/// [`Error`] if planes, samples and sizes do not fit together.
pub fn encode(picture: &Picture<'_>, settings: Settings) -> Result<Stream, Error> {
    let filters = parameters::filters(settings.quantizer);
    encode_with(picture, settings, filters, &mut |_, _, _| {})
}

/// Encodes with given filters and shows what decoders see before them.
fn encode_with(
    picture: &Picture<'_>,
    settings: Settings,
    filters: header::Filters,
    observer: tile::Observer<'_>,
) -> Result<Stream, Error> {
    picture.check()?;
    let grid = tile_grid::TileGrid::new(picture.width, picture.height);
    let tiles: Vec<Vec<u8>> = grid
        .tiles()
        .into_iter()
        .map(|tile| tile::encode(picture, tile, settings, observer))
        .collect();
    let frame = header::FrameSettings {
        quantizer: settings.quantizer,
        filters,
    };
    let mut data = header::sequence_header(picture);
    let configuration = header::configuration(picture, &data);
    data.extend(header::frame(picture, &frame, &grid, &tiles));
    Ok(Stream {
        data,
        configuration,
    })
}
