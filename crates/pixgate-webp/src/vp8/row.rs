//! One row of macroblocks: what is said of each is read, and its pixels are put together.

use super::header::FrameHeader;
use super::kernels::{Lanes, rebuild};
use super::modes::{Luma, Modes};
use super::predict::{self, Around};
use super::smooth::{self, Edges, Pair, Plane};
use super::space::Space;
use super::tokens::{Edge, Residue};
use super::{Decoder, KEPT, Rows};
use crate::Error;
use crate::error::broken;

/// Decodes the next row, all but the filter.
#[inline(always)]
pub(super) fn decode_body<L: Lanes>(decoder: &mut Decoder<'_>, row: usize) -> Result<(), Error> {
    decoder.context.begin_row();
    let mut left = Edge::default();
    let partition = row & (decoder.tokens.len() - 1);
    for column in 0..decoder.columns {
        let modes = decoder
            .context
            .read(&mut decoder.modes, &decoder.header, column);
        let has_any = residue(decoder, modes, (column, partition), &mut left);
        let around = Around {
            above: row > 0,
            left: column > 0,
        };
        let space = &mut decoder.space;
        space.surround(&decoder.lines, column, around);
        rebuild_all::<L>(space, modes, around, &decoder.residue);
        space.hand_over(&mut decoder.lines, column);
        decoder.rows.put(space, column);
        if decoder.is_filtered {
            let by_parts = matches!(modes.luma, Luma::Parts(_));
            let FrameHeader {
                filter, segments, ..
            } = &decoder.header;
            let strength = filter.strength(segments, modes.segment.into(), by_parts);
            decoder.strengths[column] = (strength, by_parts || has_any);
        }
    }
    if decoder.modes.is_cut() || decoder.tokens[partition].is_cut() {
        return Err(broken("VP8 data that ends early"));
    }
    Ok(())
}

/// Reads the coefficients of a macroblock; false if there are none.
#[inline(always)]
fn residue(
    decoder: &mut Decoder<'_>,
    modes: Modes,
    (column, partition): (usize, usize),
    left: &mut Edge,
) -> bool {
    let above = &mut decoder.above[column];
    let has_second = matches!(modes.luma, Luma::Whole(_));
    if modes.is_skipped {
        above.clear(has_second);
        left.clear(has_second);
        decoder.residue.clear();
        return false;
    }
    let steps = &decoder.header.steps[usize::from(modes.segment & 3)];
    decoder.residue.read(
        &mut decoder.tokens[partition],
        (&decoder.places, decoder.cuts.as_ref(), steps),
        (above, left),
        has_second,
    )
}

/// Predicts a macroblock, and adds what it has beyond that.
#[inline(always)]
fn rebuild_all<L: Lanes>(space: &mut Space, modes: Modes, around: Around, residue: &Residue) {
    let groups = &residue.groups;
    match modes.luma {
        Luma::Whole(mode) => {
            predict::whole::<16>(&mut space.luma, mode, around);
            if residue.has_luma() {
                rebuild::add_luma::<L>(&mut space.luma, groups);
            }
        }
        Luma::Parts(parts) => {
            let groups = residue.has_luma().then_some(groups);
            rebuild::parts::<L>(&mut space.luma, &parts, groups);
        }
    }
    let [.., cb, cr] = groups;
    for (area, group) in space.chroma.iter_mut().zip([cb, cr]) {
        predict::whole::<8>(area, modes.chroma, around);
        if residue.has_chroma() {
            rebuild::add_chroma::<L>(area, group);
        }
    }
}

/// Filters the row that was decoded, and what of the one above it reaches.
#[inline(always)]
pub(super) fn filter_body<L: Lanes>(decoder: &mut Decoder<'_>, row: usize) {
    let Rows {
        luma,
        chroma: [cb, cr],
        stride,
    } = &mut decoder.rows;
    let stride = *stride;
    let plane = |samples, stride| Plane { samples, stride };
    let mut luma = plane(luma, stride);
    let mut chroma = Pair([plane(cb, stride / 2), plane(cr, stride / 2)]);
    for (column, (strength, is_inner)) in decoder.strengths.iter().enumerate() {
        if strength.limit == 0 {
            continue;
        }
        let edges = Edges {
            left: column > 0,
            above: row > 0,
            inner: *is_inner,
        };
        let at = KEPT * stride + column * 16;
        if decoder.header.filter.is_simple {
            smooth::simple(&mut luma, at, *strength, edges);
            continue;
        }
        smooth::normal::<L, _>(&mut luma, at, *strength, edges);
        let at = KEPT / 2 * stride / 2 + column * 8;
        smooth::normal::<L, _>(&mut chroma, at, *strength, edges);
    }
}
