//! Sixteen numbers of sixteen bits that go through the same arithmetic side by side.

/// Sixteen whole numbers of sixteen bits; sums, differences and products wrap.
pub(crate) trait Words: Copy {
    /// Sixteen numbers of 32 bits, in an order of their own.
    type Wide: Copy;

    /// The same number in each place.
    fn splat(value: i16) -> Self;
    /// The first sixteen numbers of `from`.
    fn load(from: &[u16]) -> Self;
    /// The same of bytes.
    fn load_bytes(from: &[u8]) -> Self;
    /// The first eight numbers of each of two lists.
    fn load_two(first: &[u16], second: &[u16]) -> Self;
    /// The first four numbers of each of four lists.
    fn load_four(rows: [&[u16]; 4]) -> Self;
    /// Into the first sixteen numbers of `to`.
    fn store(self, to: &mut [u16]);
    /// The same as bytes, of numbers from 0 to 255.
    fn store_bytes(self, to: &mut [u8]);
    /// Eight numbers of each of two lists, or the nearest of sixteen bits.
    fn load_ints(first: &[i32], second: &[i32]) -> Self;
    /// The first eight numbers of each of two lists.
    fn load_signed(first: &[i16], second: &[i16]) -> Self;
    /// Into the first eight numbers of each of two lists.
    fn store_signed(self, first: &mut [i16], second: &mut [i16]);
    /// Swaps rows and columns of the first eight numbers, and of the others.
    fn transpose_halves(block: &mut [Self]);
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// Difference of numbers without signs, or zero if it were negative.
    fn less(self, other: Self) -> Self;
    /// Product.
    fn times(self, factor: i16) -> Self;
    /// Size without the sign; that of the least number is a number without a sign.
    fn abs(self) -> Self;
    /// The lesser of both.
    fn min(self, other: Self) -> Self;
    /// The lesser of both as numbers without signs.
    fn min_unsigned(self, other: Self) -> Self;
    /// The greater of both.
    fn max(self, other: Self) -> Self;
    /// Divides by two to the power of `BITS`, downwards.
    fn shifted<const BITS: i32>(self) -> Self;
    /// Divides numbers without signs by two to the power of `bits`, downwards.
    fn shifted_unsigned(self, bits: u32) -> Self;
    /// All bits where this is greater, and none elsewhere.
    fn above(self, other: Self) -> Self;
    /// Bits that both have.
    fn and(self, other: Self) -> Self;
    /// Bits of any of both.
    fn or(self, other: Self) -> Self;
    /// Bits of exactly one.
    fn xor(self, other: Self) -> Self;
    /// `set` where this has all bits, and `clear` where it has none.
    fn select(self, set: Self, clear: Self) -> Self;
    /// Whether no number has any bit.
    fn is_zero(self) -> bool;
    /// Swaps rows and columns.
    fn transpose(block: &mut [Self; 16]);

    /// Products with two factors, summed.
    fn dot(first: Self, second: Self, factors: [i16; 2]) -> Self::Wide;
    /// The same number in each place.
    fn splat_wide(value: i32) -> Self::Wide;
    /// Sum.
    fn plus_wide(first: Self::Wide, second: Self::Wide) -> Self::Wide;
    /// Divides by two to the power of `bits`, downwards; the nearest numbers of sixteen bits.
    fn narrow(wide: Self::Wide, bits: u32) -> Self;
}

/// Applies a function to pairs.
#[inline(always)]
fn zip(a: [i16; 16], b: [i16; 16], f: impl Fn(i16, i16) -> i16) -> [i16; 16] {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Words for [i16; 16] {
    type Wide = [i32; 16];

    #[inline(always)]
    fn splat(value: i16) -> Self {
        [value; 16]
    }

    #[inline(always)]
    fn load(from: &[u16]) -> Self {
        let from = &from[..16];
        std::array::from_fn(|lane| from[lane].cast_signed())
    }

    #[inline(always)]
    fn load_bytes(from: &[u8]) -> Self {
        let from = &from[..16];
        std::array::from_fn(|lane| i16::from(from[lane]))
    }

    #[inline(always)]
    fn load_two(first: &[u16], second: &[u16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        std::array::from_fn(|lane| {
            let row = if lane < 8 { first } else { second };
            row[lane % 8].cast_signed()
        })
    }

    #[inline(always)]
    fn load_four(rows: [&[u16]; 4]) -> Self {
        let rows = rows.map(|row| &row[..4]);
        std::array::from_fn(|lane| rows[lane / 4][lane % 4].cast_signed())
    }

    #[inline(always)]
    fn store(self, to: &mut [u16]) {
        to[..16].copy_from_slice(&self.map(i16::cast_unsigned));
    }

    #[inline(always)]
    fn store_bytes(self, to: &mut [u8]) {
        to[..16].copy_from_slice(&self.map(|value| value.to_le_bytes()[0]));
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "within sixteen bits")]
    fn load_ints(first: &[i32], second: &[i32]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        let (least, most) = (i32::from(i16::MIN), i32::from(i16::MAX));
        std::array::from_fn(|lane| {
            let row = if lane < 8 { first } else { second };
            row[lane % 8].max(least).min(most) as i16
        })
    }

    #[inline(always)]
    fn load_signed(first: &[i16], second: &[i16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        std::array::from_fn(|lane| {
            let row = if lane < 8 { first } else { second };
            row[lane % 8]
        })
    }

    #[inline(always)]
    fn store_signed(self, first: &mut [i16], second: &mut [i16]) {
        first[..8].copy_from_slice(&self[..8]);
        second[..8].copy_from_slice(&self[8..]);
    }

    #[inline(always)]
    fn transpose_halves(block: &mut [Self]) {
        let from: [Self; 8] = std::array::from_fn(|row| block[row]);
        for (column, to) in block.iter_mut().take(8).enumerate() {
            *to = std::array::from_fn(|lane| from[lane % 8][lane / 8 * 8 + column]);
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        zip(self, other, i16::wrapping_add)
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        zip(self, other, i16::wrapping_sub)
    }

    #[inline(always)]
    fn less(self, other: Self) -> Self {
        zip(self, other, |a, b| {
            a.cast_unsigned()
                .saturating_sub(b.cast_unsigned())
                .cast_signed()
        })
    }

    #[inline(always)]
    fn times(self, factor: i16) -> Self {
        self.map(|value| value.wrapping_mul(factor))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.map(i16::wrapping_abs)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        zip(self, other, Ord::min)
    }

    #[inline(always)]
    fn min_unsigned(self, other: Self) -> Self {
        zip(self, other, |a, b| {
            a.cast_unsigned().min(b.cast_unsigned()).cast_signed()
        })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        zip(self, other, Ord::max)
    }

    #[inline(always)]
    fn shifted<const BITS: i32>(self) -> Self {
        self.map(|value| value >> BITS)
    }

    #[inline(always)]
    fn shifted_unsigned(self, bits: u32) -> Self {
        self.map(|value| {
            value
                .cast_unsigned()
                .checked_shr(bits)
                .unwrap_or(0)
                .cast_signed()
        })
    }

    #[inline(always)]
    fn above(self, other: Self) -> Self {
        zip(self, other, |a, b| if a > b { -1 } else { 0 })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        zip(self, other, |a, b| a & b)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        zip(self, other, |a, b| a | b)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        zip(self, other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn select(self, set: Self, clear: Self) -> Self {
        std::array::from_fn(|lane| (self[lane] & set[lane]) | (!self[lane] & clear[lane]))
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        self.iter().fold(0, |all, &value| all | value) == 0
    }

    #[inline(always)]
    fn transpose(block: &mut [Self; 16]) {
        let from = *block;
        for (column, to) in block.iter_mut().enumerate() {
            *to = from.map(|row| row[column]);
        }
    }

    #[inline(always)]
    fn dot(first: Self, second: Self, factors: [i16; 2]) -> [i32; 16] {
        let [a, b] = factors.map(i32::from);
        std::array::from_fn(|lane| i32::from(first[lane]) * a + i32::from(second[lane]) * b)
    }

    #[inline(always)]
    fn splat_wide(value: i32) -> [i32; 16] {
        [value; 16]
    }

    #[inline(always)]
    fn plus_wide(first: [i32; 16], second: [i32; 16]) -> [i32; 16] {
        std::array::from_fn(|lane| first[lane].wrapping_add(second[lane]))
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "within sixteen bits")]
    fn narrow(wide: [i32; 16], bits: u32) -> Self {
        let (least, most) = (i32::from(i16::MIN), i32::from(i16::MAX));
        wide.map(|value| (value >> bits).max(least).min(most) as i16)
    }
}
