//! Sines and cosines of the rotations, in 1/4096.

/// Cosines of the first quarter of a turn that has 256 parts.
const COSINES: [i32; 65] = [
    4096, 4095, 4091, 4085, 4076, 4065, 4052, 4036, 4017, 3996, 3973, 3948, 3920, 3889, 3857, 3822,
    3784, 3745, 3703, 3659, 3612, 3564, 3513, 3461, 3406, 3349, 3290, 3229, 3166, 3102, 3035, 2967,
    2896, 2824, 2751, 2675, 2598, 2520, 2440, 2359, 2276, 2191, 2106, 2019, 1931, 1842, 1751, 1660,
    1567, 1474, 1380, 1285, 1189, 1092, 995, 897, 799, 700, 601, 501, 401, 301, 201, 101, 0,
];

/// Sines of 1/9, 2/9, 3/9 and 4/9 of half a turn, in 1/4096, times the root of 8/9.
pub(super) const NINTHS: [i32; 4] = [1321, 2482, 3344, 3803];

/// Cosine of `angle` 256ths of a turn.
#[inline(always)]
pub(super) const fn cosine(angle: usize) -> i32 {
    let angle = angle & 255;
    match angle {
        0..=64 => COSINES[angle],
        65..=128 => -COSINES[128 - angle],
        129..=192 => -COSINES[angle - 128],
        _ => COSINES[256 - angle],
    }
}

/// Sine of `angle` 256ths of a turn.
#[inline(always)]
pub(super) const fn sine(angle: usize) -> i32 {
    cosine(angle + 192)
}

/// The lowest `bits` bits of `value` in reverse.
#[inline(always)]
pub(super) const fn reversed(bits: u32, value: usize) -> usize {
    value.reverse_bits() >> (usize::BITS - bits)
}

/// Where the sine transform of `count` (8 or 16) numbers takes its `index`th from.
#[inline(always)]
pub(super) const fn sine_input(count: usize, index: usize) -> usize {
    if index & 1 == 1 {
        index - 1
    } else {
        count - index - 1
    }
}

/// Which of its `count` (8 or 16) results the sine transform puts at `index`.
#[inline(always)]
pub(super) const fn sine_output(count: usize, index: usize) -> usize {
    let gray = index ^ (index >> 1);
    reversed(count.ilog2(), gray)
}
