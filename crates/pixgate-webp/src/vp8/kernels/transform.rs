//! Transforms of four blocks side by side (RFC 6386, section 14.4; forward as its inverse asks for).

use super::lanes::{Lanes, differences};
use super::{Coefficients, Rows};

/// √2 cos(π/8) and √2 sin(π/8) in 12 bits.
const COSINE: i16 = 5352;
const SINE: i16 = 2217;

/// Coefficients of what the prediction leaves.
#[inline(always)]
pub(super) fn forward_body<L: Lanes>(source: &Rows, prediction: &Rows, to: &mut Coefficients) {
    let across = first_pass(L::transposed(differences::<L>(source, prediction)));
    let both = second_pass(L::transposed(across));
    for (to, row) in to.iter_mut().zip(both) {
        row.store(to);
    }
}

/// Sixteen times as large as an orthonormal transform.
#[inline(always)]
fn first_pass<L: Lanes>([a, b, c, d]: [L; 4]) -> [L; 4] {
    let (outer, inner) = (a.plus(d), b.plus(c));
    let (fall, step) = (a.minus(d), b.minus(c));
    [
        outer.plus(inner).shifted_left::<3>(),
        L::rotated::<9>(fall, step, (COSINE, SINE), 256),
        outer.minus(inner).shifted_left::<3>(),
        L::rotated::<9>(fall, step, (SINE, -COSINE), 256),
    ]
}

/// Both passes together are twice as large as orthonormal ones.
#[inline(always)]
fn second_pass<L: Lanes>([a, b, c, d]: [L; 4]) -> [L; 4] {
    let (outer, inner) = (a.plus(d), b.plus(c));
    let (fall, step) = (a.minus(d), b.minus(c));
    let eight = L::splat(7);
    [
        outer.plus(inner).plus(eight).shifted_right::<4>(),
        L::rotated::<16>(fall, step, (COSINE, SINE), 1 << 15),
        outer.minus(inner).plus(eight).shifted_right::<4>(),
        L::rotated::<16>(fall, step, (SINE, -COSINE), 1 << 15),
    ]
}

/// Adds coefficients to the prediction, as decoders do.
#[inline(always)]
pub(super) fn inverse_body<L: Lanes>(from: &Coefficients, prediction: &Rows, to: &mut Rows) {
    for ((to, row), prediction) in to.iter_mut().zip(residual::<L>(from)).zip(prediction) {
        *to = row.plus(L::widen(prediction)).narrow();
    }
}

/// What is added to the prediction.
#[inline(always)]
pub(super) fn residual<L: Lanes>([a, b, c, d]: &Coefficients) -> [L; 4] {
    let rows = [L::load(a), L::load(b), L::load(c), L::load(d)];
    let [a, b, c, d] = L::transposed(butterfly(rows));
    let [a, b, c, d] = butterfly([a.plus(L::splat(4)), b, c, d]);
    L::transposed([
        a.shifted_right::<3>(),
        b.shifted_right::<3>(),
        c.shifted_right::<3>(),
        d.shifted_right::<3>(),
    ])
}

#[inline(always)]
fn butterfly<L: Lanes>([a, b, c, d]: [L; 4]) -> [L; 4] {
    let (sum, difference) = (a.plus(c), a.minus(c));
    let low = times_sine(b).minus(times_cosine(d));
    let high = times_cosine(b).plus(times_sine(d));
    [
        sum.plus(high),
        difference.plus(low),
        difference.minus(low),
        sum.minus(high),
    ]
}

/// By 1 and 20,091 65,536ths.
#[inline(always)]
fn times_cosine<L: Lanes>(value: L) -> L {
    value.plus(value.high_product(L::splat(20_091)))
}

/// By 35,468 65,536ths, which is more than a factor with a sign holds.
#[inline(always)]
fn times_sine<L: Lanes>(value: L) -> L {
    value.plus(value.high_product(L::splat(-30_068)))
}
