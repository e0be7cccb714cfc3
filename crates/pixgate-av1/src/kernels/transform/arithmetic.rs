//! The steps that inverse transforms are made of.

use super::angles::{NINTHS, cosine, sine};
use crate::kernels::lanes::Ints;
use crate::kernels::words::Words;

/// Steps of inverse transforms, with the roundings that decoders have.
pub(in crate::kernels) trait Arithmetic: Copy {
    /// Numbers of several lines side by side.
    type Number: Copy;

    /// Sum, within the range.
    fn sum(self, a: Self::Number, b: Self::Number) -> Self::Number;
    /// Difference, within the range.
    fn difference(self, a: Self::Number, b: Self::Number) -> Self::Number;
    /// The same with the other sign.
    fn negative(self, a: Self::Number) -> Self::Number;
    /// A pair turned by `angle` 256ths of a turn.
    fn turn(self, pair: (Self::Number, Self::Number), angle: usize)
    -> (Self::Number, Self::Number);
    /// Sum and difference of a pair times the root of one half.
    fn eighth(self, pair: (Self::Number, Self::Number)) -> (Self::Number, Self::Number);
    /// The sine transform of four numbers.
    fn sines_of_4(self, t: [Self::Number; 4]) -> [Self::Number; 4];
    /// The scale of `N` numbers that are not transformed.
    fn scale<const N: usize>(self, a: Self::Number) -> Self::Number;
}

/// Arithmetic for numbers of any size up to 20 bits: results stay in the range.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Careful<V> {
    least: V,
    most: V,
}

/// Arithmetic for numbers that stay within the range by themselves, and within 18 bits.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Calm<V>(std::marker::PhantomData<V>);

/// Arithmetic for numbers that stay within the range by themselves, and within 16 bits.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Short<V>(std::marker::PhantomData<V>);

impl<V: Ints> Careful<V> {
    /// Numbers of `bits` bits, one of which is the sign.
    #[inline(always)]
    fn of_bits(bits: u32) -> Self {
        Self {
            least: V::splat(-(1 << (bits - 1))),
            most: V::splat((1 << (bits - 1)) - 1),
        }
    }
}

/// Numbers of 32 bits, in a range or not.
pub(in crate::kernels) trait Ranged<V>: Arithmetic<Number = V> {
    /// Numbers of `bits` bits, one of which is the sign.
    fn new(bits: u32) -> Self;
    /// The nearest number in the range.
    fn clip(self, value: V) -> V;
}

impl<V: Ints> Ranged<V> for Careful<V> {
    #[inline(always)]
    fn new(bits: u32) -> Self {
        Self::of_bits(bits)
    }

    #[inline(always)]
    fn clip(self, value: V) -> V {
        value.clip(self.least, self.most)
    }
}

impl<V: Ints> Ranged<V> for Calm<V> {
    #[inline(always)]
    fn new(_: u32) -> Self {
        Self(std::marker::PhantomData)
    }

    #[inline(always)]
    fn clip(self, value: V) -> V {
        value
    }
}

impl<V: Words> Short<V> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(std::marker::PhantomData)
    }

    /// A number times the root of one half.
    #[inline(always)]
    pub(super) fn half_root(a: V) -> V {
        Self::mixed(a, a, [2896, 0])
    }

    /// Two products, summed and divided by 4096 to the nearest.
    #[inline(always)]
    fn mixed(a: V, b: V, factors: [i32; 2]) -> V {
        Self::rounded(V::dot(a, b, [short(factors[0]), short(factors[1])]))
    }

    #[inline(always)]
    fn rounded(wide: V::Wide) -> V {
        V::narrow(V::plus_wide(wide, V::splat_wide(1 << 11)), 12)
    }
}

/// A factor, which has at most 15 bits.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 11586")]
const fn short(factor: i32) -> i16 {
    factor as i16
}

impl<V: Ints> Arithmetic for Careful<V> {
    type Number = V;

    #[inline(always)]
    fn sum(self, a: V, b: V) -> V {
        self.clip(a.plus(b))
    }

    #[inline(always)]
    fn difference(self, a: V, b: V) -> V {
        self.clip(a.minus(b))
    }

    #[inline(always)]
    fn negative(self, a: V) -> V {
        V::splat(0).minus(a)
    }

    /// Products of numbers of 20 bits stay within 32, as factors above one half are split into one and the
    /// rest.
    #[inline(always)]
    fn turn(self, (x, y): (V, V), angle: usize) -> (V, V) {
        let (cosine, sine) = (Factor::of(cosine(angle)), Factor::of(sine(angle)));
        let first = x.times(cosine.rest).minus(y.times(sine.rest));
        let second = x.times(sine.rest).plus(y.times(cosine.rest));
        (
            sine.minus_ones(cosine.plus_ones(first.rounded::<12>(), x), y),
            cosine.plus_ones(sine.plus_ones(second.rounded::<12>(), x), y),
        )
    }

    #[inline(always)]
    fn eighth(self, (x, y): (V, V)) -> (V, V) {
        (
            x.plus(y).times(181).rounded::<8>(),
            x.minus(y).times(181).rounded::<8>(),
        )
    }

    /// Factors from one half on are one less here, and the numbers themselves are added.
    #[inline(always)]
    fn sines_of_4(self, [a, b, c, d]: [V; 4]) -> [V; 4] {
        let [one, two, three, four] = NINTHS;
        let (two, three, four) = (two - 4096, three - 4096, four - 4096);
        let middle = b.times(three);
        let first = a.times(one).plus(c.times(four)).plus(d.times(two));
        let second = a.times(two).minus(c.times(one)).minus(d.times(four));
        let fourth = a.times(four).plus(c.times(two)).minus(d.times(one));
        [
            first.plus(middle).rounded::<12>().plus(c).plus(d).plus(b),
            second.plus(middle).rounded::<12>().plus(a).minus(d).plus(b),
            a.minus(c).plus(d).times(NINTHS[2] >> 4).rounded::<8>(),
            fourth
                .minus(middle)
                .rounded::<12>()
                .plus(a)
                .plus(c)
                .minus(b),
        ]
    }

    #[inline(always)]
    fn scale<const N: usize>(self, a: V) -> V {
        match N {
            4 => a.plus(a.times(5793 - 4096).rounded::<12>()),
            8 => a.times(2),
            16 => a.times(2).plus(a.times(11586 - 8192).rounded::<12>()),
            _ => a.times(4),
        }
    }
}

impl<V: Ints> Arithmetic for Calm<V> {
    type Number = V;

    #[inline(always)]
    fn sum(self, a: V, b: V) -> V {
        a.plus(b)
    }

    #[inline(always)]
    fn difference(self, a: V, b: V) -> V {
        a.minus(b)
    }

    #[inline(always)]
    fn negative(self, a: V) -> V {
        V::splat(0).minus(a)
    }

    #[inline(always)]
    fn turn(self, (x, y): (V, V), angle: usize) -> (V, V) {
        let (cosine, sine) = (cosine(angle), sine(angle));
        (
            x.times(cosine).minus(y.times(sine)).rounded::<12>(),
            x.times(sine).plus(y.times(cosine)).rounded::<12>(),
        )
    }

    #[inline(always)]
    fn eighth(self, (x, y): (V, V)) -> (V, V) {
        (
            x.plus(y).times(181).rounded::<8>(),
            x.minus(y).times(181).rounded::<8>(),
        )
    }

    #[inline(always)]
    fn sines_of_4(self, [a, b, c, d]: [V; 4]) -> [V; 4] {
        let [one, two, three, four] = NINTHS;
        let middle = b.times(three);
        let first = a.times(one).plus(c.times(four)).plus(d.times(two));
        let second = a.times(two).minus(c.times(one)).minus(d.times(four));
        [
            first.plus(middle).rounded::<12>(),
            second.plus(middle).rounded::<12>(),
            a.minus(c).plus(d).times(three).rounded::<12>(),
            first.plus(second).minus(middle).rounded::<12>(),
        ]
    }

    #[inline(always)]
    fn scale<const N: usize>(self, a: V) -> V {
        match N {
            4 => a.times(5793).rounded::<12>(),
            8 => a.times(2),
            16 => a.times(11586).rounded::<12>(),
            _ => a.times(4),
        }
    }
}

impl<V: Words> Arithmetic for Short<V> {
    type Number = V;

    #[inline(always)]
    fn sum(self, a: V, b: V) -> V {
        a.plus(b)
    }

    #[inline(always)]
    fn difference(self, a: V, b: V) -> V {
        a.minus(b)
    }

    #[inline(always)]
    fn negative(self, a: V) -> V {
        V::splat(0).minus(a)
    }

    #[inline(always)]
    fn turn(self, (x, y): (V, V), angle: usize) -> (V, V) {
        let (cosine, sine) = (cosine(angle), sine(angle));
        (
            Self::mixed(x, y, [cosine, -sine]),
            Self::mixed(x, y, [sine, cosine]),
        )
    }

    #[inline(always)]
    fn eighth(self, (x, y): (V, V)) -> (V, V) {
        (
            Self::mixed(x, y, [2896, 2896]),
            Self::mixed(x, y, [2896, -2896]),
        )
    }

    #[inline(always)]
    fn sines_of_4(self, [a, b, c, d]: [V; 4]) -> [V; 4] {
        let [one, two, three, four] = [
            short(NINTHS[0]),
            short(NINTHS[1]),
            short(NINTHS[2]),
            short(NINTHS[3]),
        ];
        let factors = [
            ([one, three], [four, two]),
            ([two, three], [-one, -four]),
            ([three, 0], [-three, three]),
            ([four, -three], [two, -one]),
        ];
        let mut t = [a, b, c, d];
        for (to, (first, second)) in t.iter_mut().zip(factors) {
            *to = Self::rounded(V::plus_wide(V::dot(a, b, first), V::dot(c, d, second)));
        }
        t
    }

    #[inline(always)]
    fn scale<const N: usize>(self, a: V) -> V {
        match N {
            4 => Self::mixed(a, a, [5793, 0]),
            8 => a.plus(a),
            16 => Self::mixed(a, a, [11586, 0]),
            _ => a.times(4),
        }
    }
}

/// A factor in 1/4096: a whole number, and a rest of at most one half.
#[derive(Clone, Copy)]
struct Factor {
    ones: i32,
    rest: i32,
}

impl Factor {
    #[inline(always)]
    const fn of(factor: i32) -> Self {
        let ones = (factor + 2048) >> 12;
        Self {
            ones,
            rest: factor - (ones << 12),
        }
    }

    /// Adds the whole part of the product with `value`.
    #[inline(always)]
    fn plus_ones<V: Ints>(self, sum: V, value: V) -> V {
        match self.ones {
            0 => sum,
            1 => sum.plus(value),
            _ => sum.minus(value),
        }
    }

    /// Takes the whole part of the product with `value` away.
    #[inline(always)]
    fn minus_ones<V: Ints>(self, sum: V, value: V) -> V {
        Self {
            ones: -self.ones,
            ..self
        }
        .plus_ones(sum, value)
    }
}
