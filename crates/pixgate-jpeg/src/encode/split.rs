//! RGB to Y, Cb and Cr, and chroma to half as many samples, row by row.

/// Splits one row; the results are at least as many samples as there are pixels.
#[inline(always)]
pub(crate) fn rgb_to_ycbcr(row: &[u8], [y, cb, cr]: [&mut [u8]; 3]) {
    let out = y.iter_mut().zip(cb).zip(cr);
    for (&[r, g, b], ((y, cb), cr)) in row.as_chunks::<3>().0.iter().zip(out) {
        let [r, g, b] = [r, g, b].map(i32::from);
        let byte = |sum: i32| (sum >> 16).to_le_bytes()[0];
        *y = byte(19595 * r + 38470 * g + 7471 * b + HALF);
        *cb = byte(-11059 * r - 21709 * g + 32768 * b + CENTRE);
        *cr = byte(32768 * r - 27439 * g - 5329 * b + CENTRE);
    }
}

/// Mean of each square of 2×2 samples; of each two if both rows are the same.
#[inline(always)]
pub(crate) fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let mean = |a: [u8; 2], b: [u8; 2], bias: u16| {
        let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
        ((sum + bias) >> 2).to_le_bytes()[0]
    };
    // The round alternates, so that no drift comes from it.
    let (squares, rest) = out.as_chunks_mut::<2>();
    let fours = upper
        .as_chunks::<4>()
        .0
        .iter()
        .zip(lower.as_chunks::<4>().0);
    for (out, (a, b)) in squares.iter_mut().zip(fours) {
        *out = [
            mean([a[0], a[1]], [b[0], b[1]], 1),
            mean([a[2], a[3]], [b[2], b[3]], 2),
        ];
    }
    let ends = (upper.last_chunk(), lower.last_chunk());
    if let ([last], (Some(a), Some(b))) = (rest, ends) {
        *last = mean(*a, *b, 1);
    }
}

pub(crate) const HALF: i32 = 1 << 15;
pub(crate) const CENTRE: i32 = (128 << 16) + HALF - 1;
