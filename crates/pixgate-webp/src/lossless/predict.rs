//! The fourteen ways to predict a pixel from those around it (WebP lossless bitstream, section 4.1).

/// A pixel without colour.
pub(crate) const BLACK: u32 = 0xFF00_0000;

/// Number of ways; those above mean the first.
pub(crate) const MODES: usize = 14;

/// Pixels around the one that is predicted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) top_left: u32,
    pub(crate) top_right: u32,
}

/// Adds each channel, without carry to the next.
#[inline(always)]
pub(crate) const fn add(a: u32, b: u32) -> u32 {
    let high = (a & 0xFF00_FF00).wrapping_add(b & 0xFF00_FF00);
    let low = (a & 0x00FF_00FF).wrapping_add(b & 0x00FF_00FF);
    (high & 0xFF00_FF00) | (low & 0x00FF_00FF)
}

/// Subtracts each channel, without borrowing from the next.
#[inline(always)]
pub(crate) const fn sub(a: u32, b: u32) -> u32 {
    let high = (a | 0x00FF_00FF).wrapping_sub(b & 0xFF00_FF00);
    let low = (a | 0xFF00_FF00).wrapping_sub(b & 0x00FF_00FF);
    (high & 0xFF00_FF00) | (low & 0x00FF_00FF)
}

/// The mean of each channel, rounded down.
#[inline(always)]
pub(crate) const fn mean(a: u32, b: u32) -> u32 {
    (((a ^ b) & 0xFEFE_FEFE) >> 1) + (a & b)
}

#[inline(always)]
fn channels(argb: u32) -> [i32; 4] {
    argb.to_le_bytes().map(i32::from)
}

#[inline(always)]
fn clamped(channels: [i32; 4]) -> u32 {
    u32::from_le_bytes(channels.map(|value| value.clamp(0, 255).to_le_bytes()[0]))
}

/// Left or top, whichever is nearer to the gradient.
#[inline(always)]
fn select(around: Around) -> u32 {
    let (left, top) = (channels(around.left), channels(around.top));
    let corner = channels(around.top_left);
    let mut balance = 0;
    for i in 0..4 {
        balance += (left[i] - corner[i]).abs() - (top[i] - corner[i]).abs();
    }
    if balance <= 0 {
        around.top
    } else {
        around.left
    }
}

/// Left and top less the corner.
#[inline(always)]
fn gradient(around: Around) -> u32 {
    let (left, top) = (channels(around.left), channels(around.top));
    let corner = channels(around.top_left);
    clamped(std::array::from_fn(|i| left[i] + top[i] - corner[i]))
}

/// The mean of left and top, away from the corner by half the difference.
#[inline(always)]
fn half_gradient(around: Around) -> u32 {
    let middle = channels(mean(around.left, around.top));
    let corner = channels(around.top_left);
    clamped(std::array::from_fn(|i| {
        middle[i] + (middle[i] - corner[i]) / 2
    }))
}

/// Predicts a pixel.
#[inline(always)]
pub(crate) fn predict(mode: u8, around: Around) -> u32 {
    let Around {
        left,
        top,
        top_left,
        top_right,
    } = around;
    match mode {
        1 => left,
        2 => top,
        3 => top_right,
        4 => top_left,
        5 => mean(mean(left, top_right), top),
        6 => mean(left, top_left),
        7 => mean(left, top),
        8 => mean(top_left, top),
        9 => mean(top, top_right),
        10 => mean(mean(left, top_left), mean(top, top_right)),
        11 => select(around),
        12 => gradient(around),
        13 => half_gradient(around),
        _ => BLACK,
    }
}

/// Undoes the prediction of a part of a row.
///
/// - `above`: the pixels from the one above the left neighbour of the first on, two more than `row`.
/// - `left`: the pixel before the first.
#[inline(always)]
pub(crate) fn restore(mode: u8, row: &mut [u32], above: &[u32], left: u32) {
    macro_rules! each {
        ($($number:literal)*) => {
            match mode {
                $($number => restore_by::<$number>(row, above, left),)*
                _ => restore_by::<0>(row, above, left),
            }
        };
    }
    each!(1 2 3 4 5 6 7 8 9 10 11 12 13);
}

#[inline(always)]
fn restore_by<const MODE: u8>(row: &mut [u32], above: &[u32], mut left: u32) {
    for (pixel, above) in row.iter_mut().zip(above.windows(3)) {
        let around = Around {
            left,
            top: above[1],
            top_left: above[0],
            top_right: above[2],
        };
        left = add(*pixel, predict(MODE, around));
        *pixel = left;
    }
}
