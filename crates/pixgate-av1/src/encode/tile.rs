//! One tile: its superblocks row by row.

use crate::encode::context::{Edge, Edges, Place};
use crate::encode::header::QUANTIZER_UNIT;
use crate::encode::model::Model;
use crate::encode::parameters::{Frame, Parameters, adapted};
use crate::encode::range_coder::RangeEncoder;
use crate::encode::search::Search;
use crate::encode::tile_grid::{SUPERBLOCK, Tile};
use crate::encode::window::Window;
use crate::encode::write;
use crate::kernels::difference::moments;
use crate::kernels::{Side, Size};
use crate::picture::{Chroma, Picture};

/// Is shown each row of superblocks of a tile as it is reconstructed.
pub(crate) type Observer<'a> = &'a mut dyn FnMut(Tile, usize, &[Window]);

/// Codes a tile; gives its bytes.
pub(crate) fn encode(
    picture: &Picture<'_>,
    tile: Tile,
    frame: &Frame,
    observer: Observer<'_>,
) -> Vec<u8> {
    let quantizer = frame.quantizer;
    let (left, top) = (tile.left * SUPERBLOCK, tile.top * SUPERBLOCK);
    let end = |side: u32, end: usize| (side as usize).next_multiple_of(8).min(end * SUPERBLOCK);
    let width = end(picture.width, tile.right) - left;
    let height = end(picture.height, tile.bottom) - top;
    let parameters = Parameters::new(frame, quantizer);
    let windows = (0..picture.planes.len())
        .map(|plane| {
            let shift = subsampling(picture.chroma, plane);
            Window::new(
                width >> shift,
                height >> shift,
                shift,
                picture.bit_depth.bits(),
            )
        })
        .collect();
    let model = Model::new(quantizer);
    let mut search = Search::new(parameters, picture.chroma, model, windows);
    search.has_palettes = frame.nature.has_palettes;
    let mut coder = RangeEncoder::new();
    let mut present = quantizer;
    let mut above = vec![Edge::OUTSIDE; tile.right - tile.left];
    for row in 0..tile.bottom - tile.top {
        search.edges.left = Edge::OUTSIDE;
        for (column, above) in above.iter_mut().enumerate() {
            load(picture, &mut search, (tile.left + column, tile.top + row));
            for window in &mut search.windows {
                window.turn_to(column, row);
            }
            search.inside = (
                (width - column * SUPERBLOCK).min(SUPERBLOCK),
                (height - row * SUPERBLOCK).min(SUPERBLOCK),
            );
            let finer = adapted(quantizer, picture.bit_depth, &mut variances(&mut search));
            let delta = i32::from(finer) - i32::from(present);
            search.quantizer_delta = Some(delta / QUANTIZER_UNIT);
            present = finer;
            search.parameters = Parameters::new(frame, finer);
            search.is_drawing = is_drawing(&search);
            search.edges.above = *above;
            superblock(&mut coder, &mut search);
            *above = search.edges.above;
        }
        observer(tile, row, &search.windows);
    }
    coder.finish()
}

fn superblock(coder: &mut RangeEncoder, search: &mut Search) {
    let whole = Place {
        x: 0,
        y: 0,
        size: Size::square(Side::S64),
    };
    let before: Edges = search.edges;
    search.search(whole);
    search.edges = before;
    write::write_partition(coder, search, whole);
}

/// Whether most samples of luma are as bright as those before them.
fn is_drawing(search: &Search) -> bool {
    let (width, height) = search.inside;
    let rows = search.source[0].chunks_exact(SUPERBLOCK).take(height);
    let equal: usize = rows
        .map(|row| {
            row[..width]
                .windows(2)
                .filter(|pair| pair[0] == pair[1])
                .count()
        })
        .sum();
    equal > width * height / 2
}

/// Of all blocks of 8x8 of luma inside the frame; notes their moments.
fn variances(search: &mut Search) -> Vec<f32> {
    let (width, height) = search.inside;
    let scale = (1u64 << (2 * (search.parameters.bit_depth - 8))) * 64;
    let mut all = Vec::with_capacity(64);
    for y in (0..height).step_by(8) {
        for x in (0..width).step_by(8) {
            let source = &search.source[0][y * SUPERBLOCK + x..];
            let (sum, squares) = moments(source, SUPERBLOCK, Side::S8);
            search.moments[y + x / 8] = (sum, squares);
            let variance = squares - ((u64::from(sum) * u64::from(sum)) >> 6);
            all.push(variance as f32 / scale as f32);
        }
    }
    all
}

/// Copies the source of a superblock.
fn load(picture: &Picture<'_>, search: &mut Search, (column, row): (usize, usize)) {
    for (plane, to) in search
        .source
        .iter_mut()
        .enumerate()
        .take(picture.planes.len())
    {
        let side = SUPERBLOCK >> subsampling(picture.chroma, plane);
        for (y, to) in to.chunks_exact_mut(SUPERBLOCK).take(side).enumerate() {
            picture.copy_row(plane, column * side, row * side + y, &mut to[..side]);
        }
    }
}

/// 1 for planes of half the resolution.
fn subsampling(chroma: Chroma, plane: usize) -> u32 {
    u32::from(plane > 0 && chroma == Chroma::Half)
}
