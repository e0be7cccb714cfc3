//! Writes what the search of a superblock decided (section 5.11).

use crate::encode::block::{self, Block};
use crate::encode::coefficients::{self, Levels};
use crate::encode::context::Place;
use crate::encode::palette;
use crate::encode::partition::{self, Division};
use crate::encode::range_coder::{Coder, RangeEncoder};
use crate::encode::search::Search;
use crate::kernels::predict::Mode;
use crate::kernels::{Side, Size};
use crate::modes::{ChromaMode, Direction};

/// Writes a block and its parts; `search.edges` must be as before the search.
pub(crate) fn write_partition(coder: &mut RangeEncoder, search: &mut Search, place: Place) {
    let side = place.size.width;
    let n = side.samples();
    let (x, y) = (place.x * 4, place.y * 4);
    let (width, height) = search.inside;
    let context = search.edges.partition(place);
    let model = &mut search.model;
    let has_right = x + n / 2 < width;
    let has_lower = y + n / 2 < height;
    if has_right && has_lower {
        let division = search.arena.division(place);
        partition::code(coder, model, side, context, division);
        let halves = match division {
            Division::Whole => return write_block(coder, search, place),
            Division::UpperAndLower => Some(place.upper_and_lower()),
            Division::LeftAndRight => Some(place.left_and_right()),
            Division::Parts => None,
        };
        if let Some(halves) = halves {
            for half in halves {
                write_block(coder, search, half);
            }
            return;
        }
    } else {
        partition::code_forced(coder, model, side, context, (has_right, has_lower));
    }
    for part in place.parts() {
        if part.x * 4 >= width || part.y * 4 >= height {
            continue;
        }
        if part.size == Size::square(Side::S4) {
            write_block(coder, search, part);
        } else {
            write_partition(coder, search, part);
        }
    }
}

/// Whether there are palettes, those that there are, and then the colours of all samples.
fn write_palettes(coder: &mut RangeEncoder, search: &mut Search, place: Place, block: &Block) {
    let bit_depth = search.parameters.bit_depth;
    let chroma = place.in_chroma(search.chroma);
    let model = &mut search.model.palettes;
    let [luma_palette, chroma_palette] = &block.palettes;
    if block.luma.mode == Mode::Dc {
        palette::code_luma(coder, model, &search.edges, place, luma_palette, bit_depth);
    }
    if chroma.is_some() && block.chroma == ChromaMode::Around(Direction::DC) {
        palette::code_chroma(
            coder,
            model,
            &search.edges,
            place,
            &block.palettes,
            bit_depth,
        );
    }
    if luma_palette.size > 0 {
        let map = (
            search.arena.map(0, place.size, place),
            place.size.width.samples(),
        );
        palette::code_map(coder, model, 0, map, luma_palette.len());
    }
    if let Some(chroma) = chroma
        && chroma_palette.size > 0
    {
        let map = (
            search.arena.map(1, place.size, chroma),
            chroma.size.width.samples(),
        );
        palette::code_map(coder, model, 1, map, chroma_palette.len());
    }
}

fn write_block(coder: &mut RangeEncoder, search: &mut Search, place: Place) {
    let block = search.arena.block(place);
    let chroma = place.in_chroma(search.chroma);
    let is_skipped = block.eobs == [0; 3];
    let skip_context = search.edges.skip(place);
    coder.symbol(
        &mut search.model.skip[skip_context],
        usize::from(is_skipped),
    );
    if let Some(delta) = search.quantizer_delta.take() {
        block::code_quantizer(coder, &mut search.model, delta);
    }
    block::code_luma(coder, &mut search.model, &search.edges, place, block.luma);
    if let Some(chroma) = chroma {
        let mode = block.luma.mode;
        block::code_chroma(coder, &mut search.model, place.size, mode, block.chroma);
        search.edges.note_chroma(chroma, block.chroma);
    }
    search.edges.note_block(place, block.luma.mode, is_skipped);
    let planes = if chroma.is_some() { 3 } else { 1 };
    if search.may_have_palette(place) {
        write_palettes(coder, search, place, &block);
    }
    if search.has_palettes {
        search.edges.note_palettes(place, &block.palettes);
    }
    for plane in 0..planes {
        let in_plane = if plane == 0 {
            place
        } else {
            chroma.unwrap_or(place)
        };
        let levels = Levels {
            levels: search.arena.levels(plane, place.size, in_plane),
            eob: usize::from(block.eobs[plane]),
            size: in_plane.size,
            is_chroma: plane > 0,
        };
        if !is_skipped {
            let context = search.edges.coefficients(plane, in_plane);
            let transform = (plane == 0).then_some((block.kind, block.luma.mode));
            coefficients::code(coder, &mut search.model, &levels, context, transform);
        }
        search.edges.note_coefficients(plane, in_plane, &levels);
    }
}
