//! Several numbers that go through the same arithmetic side by side.

/// Whole numbers; sums and products wrap.
pub(crate) trait Ints: Copy {
    /// How many.
    const COUNT: usize;
    /// Real numbers, as many.
    type Reals: Reals<Ints = Self>;

    /// The same number in each place.
    fn splat(value: i32) -> Self;
    /// The first [`Self::COUNT`] numbers of `from`.
    fn load(from: &[i32]) -> Self;
    /// The same of residuals.
    fn load_short(from: &[i16]) -> Self;
    /// Into the first [`Self::COUNT`] numbers of `to`.
    fn store(self, to: &mut [i32]);
    /// The same as numbers of sixteen bits, or the nearest that there are.
    fn store_short(self, to: &mut [i16]);
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// Product.
    fn times(self, factor: i32) -> Self;
    /// Divides by two to the power of `BITS`, to the nearest.
    fn rounded<const BITS: i32>(self) -> Self;
    /// The nearest numbers that are not below `least` and not above `most`.
    fn clip(self, least: Self, most: Self) -> Self;
    /// Swaps rows and columns of [`Self::COUNT`] times as many.
    fn transpose(block: &mut [Self]);
}

/// Real numbers.
pub(crate) trait Reals: Copy {
    /// Whole numbers, as many.
    type Ints: Ints<Reals = Self>;

    /// The first numbers of `from`.
    fn load(from: &[f32]) -> Self;
    /// Into the first numbers of `to`.
    fn store(self, to: &mut [f32]);
    /// The nearest real numbers.
    fn of(ints: Self::Ints) -> Self;
    /// The nearest whole numbers, up to two to the power of 22.
    fn round(self) -> Self::Ints;
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// Product.
    fn times(self, factor: f32) -> Self;
    /// Swaps rows and columns.
    fn transpose(block: &mut [Self]);
}

/// A real number whose last bit of the fraction counts ones.
const WHOLE: f32 = 12_582_912.0;

impl<const COUNT: usize> Ints for [i32; COUNT] {
    const COUNT: usize = COUNT;
    type Reals = [f32; COUNT];

    #[inline(always)]
    fn splat(value: i32) -> Self {
        [value; COUNT]
    }

    #[inline(always)]
    fn load(from: &[i32]) -> Self {
        let from = &from[..COUNT];
        std::array::from_fn(|lane| from[lane])
    }

    #[inline(always)]
    fn load_short(from: &[i16]) -> Self {
        let from = &from[..COUNT];
        std::array::from_fn(|lane| i32::from(from[lane]))
    }

    #[inline(always)]
    fn store(self, to: &mut [i32]) {
        to[..COUNT].copy_from_slice(&self);
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "within sixteen bits")]
    fn store_short(self, to: &mut [i16]) {
        let (least, most) = (i32::from(i16::MIN), i32::from(i16::MAX));
        let to = &mut to[..COUNT];
        for lane in 0..COUNT {
            to[lane] = self[lane].max(least).min(most) as i16;
        }
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane].wrapping_add(other[lane]))
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane].wrapping_sub(other[lane]))
    }

    #[inline(always)]
    fn times(self, factor: i32) -> Self {
        self.map(|value| value.wrapping_mul(factor))
    }

    #[inline(always)]
    fn rounded<const BITS: i32>(self) -> Self {
        self.map(|value| value.wrapping_add((1 << BITS) >> 1) >> BITS)
    }

    #[inline(always)]
    fn clip(self, least: Self, most: Self) -> Self {
        std::array::from_fn(|lane| self[lane].max(least[lane]).min(most[lane]))
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        transpose(block);
    }
}

impl<const COUNT: usize> Reals for [f32; COUNT] {
    type Ints = [i32; COUNT];

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        let from = &from[..COUNT];
        std::array::from_fn(|lane| from[lane])
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..COUNT].copy_from_slice(&self);
    }

    #[inline(always)]
    #[expect(
        clippy::cast_precision_loss,
        reason = "residuals, which a real number holds exactly"
    )]
    fn of(ints: [i32; COUNT]) -> Self {
        ints.map(|value| value as f32)
    }

    #[inline(always)]
    fn round(self) -> [i32; COUNT] {
        self.map(|value| {
            (value + WHOLE)
                .to_bits()
                .wrapping_sub(WHOLE.to_bits())
                .cast_signed()
        })
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane] + other[lane])
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane] - other[lane])
    }

    #[inline(always)]
    fn times(self, factor: f32) -> Self {
        self.map(|value| value * factor)
    }

    #[inline(always)]
    fn transpose(block: &mut [Self]) {
        transpose(block);
    }
}

#[inline(always)]
fn transpose<T: Copy, const COUNT: usize>(block: &mut [[T; COUNT]]) {
    let from: [[T; COUNT]; COUNT] = std::array::from_fn(|row| block[row]);
    for (column, to) in block.iter_mut().take(COUNT).enumerate() {
        *to = from.map(|row| row[column]);
    }
}
