//! How far four blocks are from others.

use super::Rows;
use super::lanes::{Lanes, differences};

/// Sums of squared differences.
#[inline(always)]
pub(super) fn squares_body<L: Lanes>(source: &Rows, other: &Rows) -> [u32; 4] {
    L::squares(differences(source, other))
}

/// Half the sum of the absolute values of Hadamard transforms.
#[inline(always)]
pub(super) fn satd_body<L: Lanes>(source: &Rows, other: &Rows) -> [u32; 4] {
    let [a, b, c, d] = L::transposed(hadamard(differences(source, other)));
    let (ac, ca) = (a.plus(c), a.minus(c));
    let (bd, db) = (b.plus(d), b.minus(d));
    // |x + y| + |x - y| is twice the larger.
    let zero = L::splat(0);
    L::sums([larger(ac, bd), larger(ca, db), zero, zero])
}

#[inline(always)]
fn larger<L: Lanes>(x: L, y: L) -> L {
    x.abs().max(y.abs())
}

#[inline(always)]
fn hadamard<L: Lanes>([a, b, c, d]: [L; 4]) -> [L; 4] {
    let (ac, ca) = (a.plus(c), a.minus(c));
    let (bd, db) = (b.plus(d), b.minus(d));
    [ac.plus(bd), ac.minus(bd), ca.plus(db), ca.minus(db)]
}
