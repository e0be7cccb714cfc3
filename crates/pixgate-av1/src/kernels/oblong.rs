//! Prediction of blocks that are twice as wide as high, or the other way round.

use super::Size;
use super::predict::{Edges, Mode, average, smooth_weights};

/// Predicts a block, row after row without gaps; of modes with an angle only straight ones, as the others
/// need to know about filters of edges.
pub(crate) fn predict(mode: Mode, edges: &Edges, size: Size, bit_depth: u32, to: &mut [u16]) {
    let (width, height) = (size.width.samples(), size.height.samples());
    let to = &mut to[..width * height];
    let rows = to.chunks_exact_mut(width).zip(&edges.left);
    match mode {
        Mode::Vertical => rows.for_each(|(row, _)| row.copy_from_slice(&edges.above[..width])),
        Mode::Horizontal => rows.for_each(|(row, &left)| row.fill(left)),
        Mode::Paeth => rows.for_each(|(row, &left)| paeth(edges, left, row)),
        Mode::Smooth | Mode::SmoothVertical | Mode::SmoothHorizontal => {
            smooth(mode, edges, size, to);
        }
        _ => to.fill(average(edges, size, bit_depth)),
    }
}

/// Of left, above and corner the one that is nearest to left plus above minus corner; the first of equals.
fn paeth(edges: &Edges, left: u16, row: &mut [u16]) {
    let corner = edges.corner;
    let from_above = left.abs_diff(corner);
    for (to, &above) in row.iter_mut().zip(&edges.above) {
        let from_left = above.abs_diff(corner);
        let from_corner =
            (i32::from(left) + i32::from(above) - 2 * i32::from(corner)).unsigned_abs();
        *to = if from_left <= from_above && u32::from(from_left) <= from_corner {
            left
        } else if u32::from(from_above) <= from_corner {
            above
        } else {
            corner
        };
    }
}

/// Between the edges and those across, in both directions or one.
#[expect(clippy::cast_possible_truncation, reason = "a mean of samples")]
fn smooth(mode: Mode, edges: &Edges, size: Size, to: &mut [u16]) {
    let (width, height) = (size.width.samples(), size.height.samples());
    let (across, down) = (smooth_weights(width), smooth_weights(height));
    let right = u32::from(edges.above[width - 1]);
    let bottom = u32::from(edges.left[height - 1]);
    let rows = to.chunks_exact_mut(width).zip(down.iter().zip(&edges.left));
    for (row, (&down, &left)) in rows {
        let (down, left) = (u32::from(down), u32::from(left));
        for (to, (&across, &above)) in row.iter_mut().zip(across.iter().zip(&edges.above)) {
            let across = u32::from(across);
            let vertical = down * u32::from(above) + (256 - down) * bottom;
            let horizontal = across * left + (256 - across) * right;
            *to = match mode {
                Mode::SmoothVertical => (vertical + 128) >> 8,
                Mode::SmoothHorizontal => (horizontal + 128) >> 8,
                _ => (vertical + horizontal + 256) >> 9,
            } as u16;
        }
    }
}

/// See [`super::predict::cfl_luma`].
#[expect(clippy::cast_possible_truncation, reason = "an average")]
pub(super) fn cfl_luma(
    luma: &[u16],
    stride: usize,
    size: Size,
    is_subsampled: bool,
    out: &mut [i16],
) {
    let (width, area) = (size.width.samples(), size.area());
    let out = &mut out[..area];
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        for (x, to) in row.iter_mut().enumerate() {
            let eighths = if is_subsampled {
                let at = 2 * y * stride + 2 * x;
                let four = [at, at + 1, at + stride, at + stride + 1];
                four.iter().map(|&at| luma[at]).sum::<u16>() << 1
            } else {
                luma[y * stride + x] << 3
            };
            *to = eighths.cast_signed();
        }
    }
    let sum: i32 = out.iter().map(|&value| i32::from(value)).sum();
    let average = ((sum + (area as i32) / 2) >> area.ilog2()) as i16;
    for value in out {
        *value -= average;
    }
}
