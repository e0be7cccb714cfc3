//! Files in which nothing has to be made up.

use pixgate_raster::zeroed;

use super::blocks::Blocks;
use crate::bytes::le16;
use crate::{Header, Limits};

/// Whether all frames have colours and all their pixels, and lie on the canvas.
pub(crate) fn is_sound(bytes: &[u8], header: &Header, _: &Limits) -> bool {
    let Ok(mut blocks) = Blocks::read(bytes) else {
        return false;
    };
    let side = |at| le16(bytes, at).map_or(0, usize::from);
    let canvas = (side(6), side(8));
    // Where the screen is too small for the first frame, readers disagree about the canvas.
    if canvas != (header.width as usize, header.height as usize) {
        return false;
    }
    let mut has_frame = false;
    while let Some(frame) = blocks.next() {
        let is_inside =
            frame.left + frame.width <= canvas.0 && frame.top + frame.height <= canvas.1;
        let has_colors = frame.palette.or(blocks.palette).is_some();
        let Ok(mut row) = zeroed::<u8>(frame.width) else {
            return false;
        };
        let mut pixels = 0;
        frame.each_row(&mut row, |_, indices| {
            pixels += indices.len();
            true
        });
        if !is_inside || !has_colors || pixels != frame.width * frame.height {
            return false;
        }
        has_frame = true;
    }
    has_frame
}
