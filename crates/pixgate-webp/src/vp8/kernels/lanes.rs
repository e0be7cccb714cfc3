//! Sixteen numbers that go through the same arithmetic side by side: rows of four blocks.

/// Sixteen numbers of 16 bits, four of each of four blocks; sums wrap.
pub(in crate::vp8) trait Lanes: Copy {
    /// The same number everywhere.
    fn splat(value: i16) -> Self;
    /// As they are.
    fn load(from: &[i16; 16]) -> Self;
    /// As they are.
    fn store(self, to: &mut [i16; 16]);
    /// Bytes without a sign.
    fn widen(from: &[u8; 16]) -> Self;
    /// As bytes, those beyond 0 and 255 cut to that.
    fn narrow(self) -> [u8; 16];
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// The upper half of products with a sign.
    fn high_product(self, other: Self) -> Self;
    /// The upper half of products without signs.
    fn high_product_unsigned(self, other: Self) -> Self;
    /// Without the sign.
    fn abs(self) -> Self;
    /// Negated where `sign` is negative, 0 where it is 0.
    fn with_sign_of(self, sign: Self) -> Self;
    /// The low half of products.
    fn product(self, other: Self) -> Self;
    /// The smaller ones.
    fn min(self, other: Self) -> Self;
    /// The larger ones.
    fn max(self, other: Self) -> Self;
    /// Times a power of two.
    fn shifted_left<const BITS: i32>(self) -> Self;
    /// Through a power of two, downwards.
    fn shifted_right<const BITS: i32>(self) -> Self;
    /// `(a × factors.0 + b × factors.1 + round) >> BITS`, in 32 bits.
    fn rotated<const BITS: i32>(a: Self, b: Self, factors: (i16, i16), round: i32) -> Self;
    /// Swaps rows and columns within each of the four blocks.
    fn transposed(rows: [Self; 4]) -> [Self; 4];
    /// Sum of the squares over each block.
    fn squares(rows: [Self; 4]) -> [u32; 4];
    /// Sum over each block of numbers from 0 to 8191.
    fn sums(rows: [Self; 4]) -> [u32; 4];
    /// Coefficients of each block in the order in which they are coded, and which of them are not zero.
    fn zigzag(rows: [Self; 4], to: &mut [[i16; 16]; 4]) -> [u16; 4];
    /// The rows of one of four blocks that lie side by side.
    fn block(rows: &[[i16; 16]; 4], block: usize) -> Self;
    /// Means of each byte and the next, and of the one before, twice itself and the next.
    fn means(line: &[u8; 16]) -> [[u8; 16]; 2];
    /// Bytes of one line and the other by turns.
    fn zipped(one: &[u8; 16], other: &[u8; 16]) -> [[u8; 16]; 2];
    /// Bytes of a table of 32.
    fn pick(table: &[[u8; 16]; 2], places: &[u8; 16]) -> [u8; 16];
}

/// Where the coefficients lie in a block, in the order in which they come.
pub(crate) const ZIGZAG: [usize; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// Four rows of bytes.
#[inline(always)]
pub(super) fn widened<L: Lanes>([a, b, c, d]: &[[u8; 16]; 4]) -> [L; 4] {
    [L::widen(a), L::widen(b), L::widen(c), L::widen(d)]
}

/// Differences of four rows of bytes.
#[inline(always)]
pub(super) fn differences<L: Lanes>(one: &[[u8; 16]; 4], other: &[[u8; 16]; 4]) -> [L; 4] {
    let ([a, b, c, d], [e, f, g, h]) = (widened::<L>(one), widened::<L>(other));
    [a.minus(e), b.minus(f), c.minus(g), d.minus(h)]
}

/// Plain Rust, for every machine.
pub(super) type Plain = [i16; 16];

#[inline(always)]
fn each(f: impl Fn(usize) -> i16) -> Plain {
    let mut all = [0; 16];
    for (i, lane) in all.iter_mut().enumerate() {
        *lane = f(i);
    }
    all
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
#[inline(always)]
const fn low(value: i32) -> i16 {
    value as i16
}

impl Lanes for Plain {
    #[inline(always)]
    fn splat(value: i16) -> Self {
        [value; 16]
    }

    #[inline(always)]
    fn load(from: &[i16; 16]) -> Self {
        *from
    }

    #[inline(always)]
    fn store(self, to: &mut [i16; 16]) {
        *to = self;
    }

    #[inline(always)]
    fn widen(from: &[u8; 16]) -> Self {
        each(|i| i16::from(from[i]))
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        for (byte, value) in bytes.iter_mut().zip(self) {
            *byte = crate::vp8::predict::clamped(i32::from(value));
        }
        bytes
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        each(|i| self[i].wrapping_add(other[i]))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        each(|i| self[i].wrapping_sub(other[i]))
    }

    #[inline(always)]
    fn high_product(self, other: Self) -> Self {
        each(|i| low((i32::from(self[i]) * i32::from(other[i])) >> 16))
    }

    #[inline(always)]
    fn high_product_unsigned(self, other: Self) -> Self {
        let wide = |value: i16| u32::from(value.cast_unsigned());
        each(|i| low(((wide(self[i]) * wide(other[i])) >> 16).cast_signed()))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        each(|i| self[i].wrapping_abs())
    }

    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        each(|i| match sign[i] {
            0 => 0,
            1.. => self[i],
            _ => self[i].wrapping_neg(),
        })
    }

    #[inline(always)]
    fn product(self, other: Self) -> Self {
        each(|i| self[i].wrapping_mul(other[i]))
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        each(|i| self[i].min(other[i]))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        each(|i| self[i].max(other[i]))
    }

    #[inline(always)]
    fn shifted_left<const BITS: i32>(self) -> Self {
        each(|i| self[i] << BITS)
    }

    #[inline(always)]
    fn shifted_right<const BITS: i32>(self) -> Self {
        each(|i| self[i] >> BITS)
    }

    #[inline(always)]
    fn rotated<const BITS: i32>(a: Self, b: Self, factors: (i16, i16), round: i32) -> Self {
        let (of_a, of_b) = (i32::from(factors.0), i32::from(factors.1));
        each(|i| {
            let sum = i32::from(a[i]) * of_a + i32::from(b[i]) * of_b;
            low((sum + round) >> BITS)
        })
    }

    #[inline(always)]
    fn transposed(rows: [Self; 4]) -> [Self; 4] {
        let column = |row: usize| each(|i| rows[i % 4][i / 4 * 4 + row]);
        [column(0), column(1), column(2), column(3)]
    }

    #[inline(always)]
    fn squares(rows: [Self; 4]) -> [u32; 4] {
        per_block(rows, |value| i32::from(value).pow(2).cast_unsigned())
    }

    #[inline(always)]
    fn sums(rows: [Self; 4]) -> [u32; 4] {
        per_block(rows, |value| i32::from(value).cast_unsigned())
    }

    #[inline(always)]
    fn zigzag(rows: [Self; 4], to: &mut [[i16; 16]; 4]) -> [u16; 4] {
        let mut used = [0; 4];
        for (block, (to, used)) in to.iter_mut().zip(&mut used).enumerate() {
            for (place, (to, from)) in to.iter_mut().zip(ZIGZAG).enumerate() {
                *to = rows[from / 4][block * 4 + from % 4];
                *used |= u16::from(*to != 0) << place;
            }
        }
        used
    }

    #[inline(always)]
    fn block(rows: &[[i16; 16]; 4], block: usize) -> Self {
        each(|i| rows[i / 4][block % 4 * 4 + i % 4])
    }

    #[expect(clippy::cast_possible_truncation, reason = "means of bytes")]
    #[inline(always)]
    fn means(line: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut wide = [0_u16; 18];
        for (to, from) in wide[1..17].iter_mut().zip(line) {
            *to = u16::from(*from);
        }
        let mut means = [[0; 16]; 2];
        let [of_two, of_three] = &mut means;
        for i in 0..16 {
            let (before, here, next) = (wide[i], wide[i + 1], wide[i + 2]);
            of_two[i] = ((here + next + 1) >> 1) as u8;
            of_three[i] = ((before + 2 * here + next + 2) >> 2) as u8;
        }
        means
    }

    #[inline(always)]
    fn zipped(one: &[u8; 16], other: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut zipped = [[0; 16]; 2];
        let pairs = zipped.as_flattened_mut().as_chunks_mut::<2>().0;
        for (pair, (one, other)) in pairs.iter_mut().zip(one.iter().zip(other)) {
            *pair = [*one, *other];
        }
        zipped
    }

    #[inline(always)]
    fn pick(table: &[[u8; 16]; 2], places: &[u8; 16]) -> [u8; 16] {
        let mut picked = [0; 16];
        for (to, place) in picked.iter_mut().zip(places) {
            *to = table.as_flattened()[usize::from(place & 31)];
        }
        picked
    }
}

#[inline(always)]
fn per_block(rows: [Plain; 4], value: impl Fn(i16) -> u32) -> [u32; 4] {
    let mut sums = [0; 4];
    for row in rows {
        for (sum, four) in sums.iter_mut().zip(row.as_chunks::<4>().0) {
            *sum += four.iter().map(|number| value(*number)).sum::<u32>();
        }
    }
    sums
}
