//! The rows of a pass, taken out of an image.

use crate::adam7::Pass;
use crate::error::grow;
use crate::{Error, Header};

/// The rows of a pass, one after the other, and the bytes of each.
///
/// - `rows`: the whole image.
pub(crate) fn rows_of(pass: Pass, header: &Header, rows: &[u8]) -> Result<(Vec<u8>, usize), Error> {
    let (width, height) = pass.size(header);
    let stride = header.bytes_of(width);
    let mut out = Vec::new();
    grow(&mut out, stride * height)?;
    let all = rows.chunks_exact(header.row_bytes());
    for row in all.skip(pass.top).step_by(pass.down) {
        if header.depth < 8 {
            push_bits(row, pass, header, width, &mut out);
        } else {
            let pixel = header.pixel_bytes();
            let pixels = row.chunks_exact(pixel).skip(pass.left);
            pixels
                .step_by(pass.right)
                .for_each(|pixel| out.extend_from_slice(pixel));
        }
    }
    Ok((out, stride))
}

/// Pixels of fewer than eight bits.
fn push_bits(row: &[u8], pass: Pass, header: &Header, width: usize, out: &mut Vec<u8>) {
    let depth = usize::from(header.depth);
    let per_byte = 8 / depth;
    let mut byte = 0;
    for i in 0..width {
        let x = pass.left + i * pass.right;
        let from = row.get(x / per_byte).copied().unwrap_or_default();
        let value = from << (x % per_byte * depth) >> (8 - depth);
        byte |= value << (8 - depth - i % per_byte * depth);
        if i % per_byte == per_byte - 1 || i + 1 == width {
            out.push(byte);
            byte = 0;
        }
    }
}
