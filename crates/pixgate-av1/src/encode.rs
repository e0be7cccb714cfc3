//! Still pictures to AV1.

mod arena;
mod bits;
mod block;
mod cdf;
mod coefficients;
mod context;
mod cost;
mod drawing;
mod header;
mod matrices;
mod model;
mod optimize;
mod palette;
mod parameters;
mod partition;
mod range_coder;
mod search;
mod settings;
#[cfg(test)]
mod tests;
mod tile;
mod tile_grid;
mod trial;
mod window;
mod write;

use crate::Error;
use crate::picture::Picture;

pub use self::settings::{Effort, Settings};

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

/// Encodes without filters; gives the planes that every decoder has to show too, row by row.
///
/// It is here for tests and fuzz targets: planes take two bytes a sample.
///
/// # Errors
///
/// As [`encode`].
#[doc(hidden)]
pub fn encode_shown(
    picture: &Picture<'_>,
    settings: Settings,
) -> Result<(Stream, Vec<Vec<u16>>), Error> {
    picture.check()?;
    let sizes: Vec<(usize, usize)> = (0..picture.planes.len())
        .map(|plane| picture.plane_size(plane))
        .collect();
    let mut shown: Vec<Vec<u16>> = sizes.iter().map(|(w, h)| vec![0; w * h]).collect();
    let mut observer = |tile: tile_grid::Tile, row: usize, windows: &[window::Window]| {
        for ((window, to), &(width, height)) in windows.iter().zip(&mut shown).zip(&sizes) {
            let side = window.superblock();
            let (left, top) = (tile.left * side, (tile.top + row) * side);
            for (line, y) in window.rows().zip(top..height) {
                let count = line.len().min(width - left);
                to[y * width + left..][..count].copy_from_slice(&line[..count]);
            }
        }
    };
    let filters = header::Filters::default();
    let stream = encode_with(picture, settings, filters, &mut observer)?;
    Ok((stream, shown))
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
    let nature = drawing::nature(picture, settings.effort);
    let quantizer = parameters::frame_quantizer(settings.quantizer, nature);
    let constants = parameters::Frame {
        quantizer,
        bit_depth: picture.bit_depth,
        effort: settings.effort,
        nature,
    };
    let tiles: Vec<Vec<u8>> = grid
        .tiles()
        .into_iter()
        .map(|tile| tile::encode(picture, tile, &constants, observer))
        .collect();
    let frame = header::FrameSettings {
        quantizer,
        chroma_delta: parameters::chroma_delta(quantizer),
        matrices: matrices::levels(quantizer, nature.is_sharp),
        filters,
        has_palettes: nature.has_palettes,
    };
    let mut data = header::sequence_header(picture);
    let configuration = header::configuration(picture, &data);
    data.extend(header::frame(picture, &frame, &grid, &tiles));
    Ok(Stream {
        data,
        configuration,
    })
}
