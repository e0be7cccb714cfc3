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

/// Angles of the odd frequencies of sixteen.
pub(super) const ODD_OF_16: [usize; 4] = [60, 28, 44, 12];

/// Angles of the odd frequencies of thirty-two.
pub(super) const ODD_OF_32: [usize; 8] = [62, 30, 46, 14, 54, 22, 38, 6];

/// Angles of the odd frequencies of sixty-four.
pub(super) const ODD_OF_64: [usize; 16] =
    [63, 31, 47, 15, 55, 23, 39, 7, 59, 27, 43, 11, 51, 19, 35, 3];

/// The order of numbers in the transforms of `N`.
pub(super) struct Order<const N: usize>;

impl<const N: usize> Order<N> {
    /// Where the cosine transform takes each number from: the bits of its index in reverse.
    pub(super) const COSINES: [usize; N] = {
        let mut order = [0; N];
        let mut index = 0;
        while index < N {
            order[index] = reversed(N, index);
            index += 1;
        }
        order
    };

    /// Where the sine transform of 8 or 16 takes each number from.
    pub(super) const SINES_IN: [usize; N] = {
        let mut order = [0; N];
        let mut index = 0;
        while index < N {
            order[index] = if index & 1 == 1 {
                index - 1
            } else {
                N - index - 1
            };
            index += 1;
        }
        order
    };

    /// Which of its results the sine transform of 8 or 16 puts in each place.
    pub(super) const SINES_OUT: [usize; N] = {
        let mut order = [0; N];
        let mut index = 0;
        while index < N {
            order[index] = reversed(N, index ^ (index >> 1));
            index += 1;
        }
        order
    };
}

/// The bits of an index below `count` in reverse.
const fn reversed(count: usize, index: usize) -> usize {
    index.reverse_bits() >> (usize::BITS - count.ilog2())
}
