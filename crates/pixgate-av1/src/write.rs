//! Writes what the search of a superblock decided (section 5.11).

use crate::coefficients::{self, Levels};
use crate::context::Place;
use crate::kernels::Side;
use crate::leaf;
use crate::partition::{self, Division};
use crate::range_coder::{Coder, RangeEncoder};
use crate::search::Search;

/// Writes a block and its parts; `search.edges` must be as before the search.
pub(crate) fn block(coder: &mut RangeEncoder, search: &mut Search, place: Place) {
    let n = place.side.samples();
    let (x, y) = (place.x * 4, place.y * 4);
    let (width, height) = search.inside;
    let context = search.edges.partition(place);
    let model = &mut search.model;
    let has_right = x + n / 2 < width;
    let has_lower = y + n / 2 < height;
    if has_right && has_lower {
        let is_split = search.arena.is_split(place);
        let division = if is_split {
            Division::Parts
        } else {
            Division::Whole
        };
        partition::code(coder, model, place.side, context, division);
        if !is_split {
            leaf(coder, search, place);
            return;
        }
    } else {
        partition::code_forced(coder, model, place.side, context, (has_right, has_lower));
    }
    for part in place.parts() {
        if part.x * 4 >= width || part.y * 4 >= height {
            continue;
        }
        if part.side == Side::S4 {
            leaf(coder, search, part);
        } else {
            block(coder, search, part);
        }
    }
}

fn leaf(coder: &mut RangeEncoder, search: &mut Search, place: Place) {
    let leaf = search.arena.leaf(place);
    let chroma = place.in_chroma(search.chroma);
    let is_skipped = leaf.ends == [0; 3];
    let skip_context = search.edges.skip(place);
    coder.symbol(
        &mut search.model.skip[skip_context],
        usize::from(is_skipped),
    );
    if let Some(delta) = search.quantizer_delta.take() {
        leaf::code_quantizer(coder, &mut search.model, delta);
    }
    leaf::code_luma(coder, &mut search.model, &search.edges, place, leaf.luma);
    if let Some(chroma) = chroma {
        let mode = leaf.luma.mode;
        leaf::code_chroma(coder, &mut search.model, place.side, mode, leaf.chroma);
        search.edges.note_chroma(chroma, leaf.chroma);
    }
    search.edges.note_block(place, leaf.luma.mode, is_skipped);
    let planes = if chroma.is_some() { 3 } else { 1 };
    for plane in 0..planes {
        let in_plane = if plane == 0 {
            place
        } else {
            chroma.unwrap_or(place)
        };
        let block = Levels {
            levels: search.arena.levels(plane, place.side, in_plane),
            end: usize::from(leaf.ends[plane]),
            side: in_plane.side,
            is_chroma: plane > 0,
        };
        if !is_skipped {
            let context = search.edges.coefficients(plane, in_plane);
            let transform = (plane == 0).then_some((leaf.kind, leaf.luma.mode));
            coefficients::code(coder, &mut search.model, &block, context, transform);
        }
        search.edges.note_coefficients(plane, in_plane, &block);
    }
}
