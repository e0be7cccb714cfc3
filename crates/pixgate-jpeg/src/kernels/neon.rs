//! NEON kernels for 64-bit ARM, twins of the portable ones.
//!
//! Every sum and product is the portable one's, in the same order of rounding, wrapping and
//! saturation; loops that compilers turn into vectors by themselves are left to them, as NEON is
//! part of every such processor.

#![allow(
    unsafe_code,
    reason = "vector loads and stores; every block names its bound"
)]

use std::arch::aarch64::*;

use super::Kernels;
use crate::encode::fdct::{Block, Divisors, Rows};
use crate::encode::split::{self as portable, CENTRE};
use crate::idct::{HALF_ODD, ODD, PASS1_SHIFT, PASS2_SHIFT};

/// The kernels: NEON is always there.
#[expect(
    clippy::undocumented_unsafe_blocks,
    reason = "the same for all: every 64-bit ARM processor that Rust's targets name has NEON"
)]
pub(super) fn detect() -> Option<Kernels> {
    Some(Kernels {
        full: |block, factors, out, stride| unsafe { full(block, factors, out, stride) },
        half: |block, factors, out, stride| unsafe { half(block, factors, out, stride) },
        half_pair: |[left, right], factors, out, stride| {
            unsafe { half(left, factors, out, stride) };
            if let Some(out) = out.get_mut(4..) {
                unsafe { half(right, factors, out, stride) };
            }
        },
        forward: |rows, divisors, out| unsafe { forward(rows, divisors, out) },
        rgb_to_ycbcr: |row, out| unsafe { rgb_to_ycbcr(row, out) },
        ..Kernels::PORTABLE
    })
}

/// Twin of [`crate::encode::fdct::transform_pair`].
#[target_feature(enable = "neon")]
fn forward(rows: Rows<'_>, divisors: &Divisors, out: &mut [Block; 2]) {
    // SAFETY: a row is sixteen bytes.
    let rows = rows.map(|row| unsafe { vld1q_u8(row.as_ptr()) });
    let centred = |bytes: uint8x8_t| {
        let words = vreinterpretq_s16_u16(vmovl_u8(bytes));
        vsubq_s16(words, vdupq_n_s16(128))
    };
    let [left, right] = out;
    *left = block(rows.map(|row| centred(vget_low_u8(row))), divisors);
    *right = block(rows.map(|row| centred(vget_high_u8(row))), divisors);
}

#[target_feature(enable = "neon")]
fn block(rows: [int16x8_t; 8], divisors: &Divisors) -> Block {
    let rows = transpose(forward_columns::<true>(transpose(rows)));
    let rows = forward_columns::<false>(rows);
    let mut natural = [0; 64];
    let out = natural.as_chunks_mut::<8>().0.iter_mut();
    for (index, (row, out)) in rows.into_iter().zip(out).enumerate() {
        // SAFETY: eight numbers are written to eight.
        unsafe { vst1q_s16(out.as_mut_ptr(), quantize(row, divisors, index)) };
    }
    Block::new(&natural)
}

/// See `fdct::quantize`.
#[target_feature(enable = "neon")]
fn quantize(row: int16x8_t, divisors: &Divisors, index: usize) -> int16x8_t {
    let load = |values: &[u16; 64]| {
        let eight = &values.as_chunks::<8>().0[index & 7];
        // SAFETY: a row is eight numbers.
        unsafe { vld1q_u16(eight.as_ptr()) }
    };
    let high = |a: uint16x8_t, b: uint16x8_t| {
        let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
        let upper = vmull_high_u16(a, b);
        vuzp2q_u16(vreinterpretq_u16_u32(low), vreinterpretq_u16_u32(upper))
    };
    let magnitude = vreinterpretq_u16_s16(vabsq_s16(row));
    let numerator = vaddq_u16(magnitude, load(&divisors.bias));
    let quotient = high(
        high(numerator, load(&divisors.reciprocal)),
        load(&divisors.scale),
    );
    let sign = vshrq_n_s16::<15>(row);
    vsubq_s16(veorq_s16(vreinterpretq_s16_u16(quotient), sign), sign)
}

/// See `fdct::columns`.
#[target_feature(enable = "neon")]
fn forward_columns<const FIRST: bool>(i: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let t: [int16x8_t; 4] = std::array::from_fn(|at| vaddq_s16(i[at], i[7 - at]));
    let [t7, t6, t5, t4] = std::array::from_fn(|at| vsubq_s16(i[at], i[7 - at]));
    let (t10, t13) = (vaddq_s16(t[0], t[3]), vsubq_s16(t[0], t[3]));
    let (t11, t12) = (vaddq_s16(t[1], t[2]), vsubq_s16(t[1], t[2]));
    let plain = |row| {
        if FIRST {
            vshlq_n_s16::<2>(row)
        } else {
            vshrq_n_s16::<2>(vaddq_s16(row, vdupq_n_s16(2)))
        }
    };
    let z = (vaddq_s16(t4, t6), vaddq_s16(t5, t7));
    let z3 = dot(z, (9633 - 16069, 9633));
    let z4 = dot(z, (9633, 9633 - 3196));
    let odd = |pair, factors, z: Wide| {
        let wide = dot(pair, factors);
        forward_narrow::<FIRST>([vaddq_s32(wide[0], z[0]), vaddq_s32(wide[1], z[1])])
    };
    [
        plain(vaddq_s16(t10, t11)),
        odd((t4, t7), (-7373, 12299 - 7373), z4),
        forward_narrow::<FIRST>(dot((t13, t12), (4433 + 6270, 4433))),
        odd((t5, t6), (-20995, 25172 - 20995), z3),
        plain(vsubq_s16(t10, t11)),
        odd((t5, t6), (16819 - 20995, -20995), z4),
        forward_narrow::<FIRST>(dot((t13, t12), (4433, 4433 - 15137))),
        odd((t4, t7), (2446 - 7373, -7373), z3),
    ]
}

/// 32-bit values of a row.
type Wide = [int32x4_t; 2];

/// The sum of two rows, each times its factor.
#[target_feature(enable = "neon")]
fn dot((a, b): (int16x8_t, int16x8_t), (first, second): (i16, i16)) -> Wide {
    let low = vmull_n_s16(vget_low_s16(a), first);
    let high = vmull_high_n_s16(a, first);
    [
        vmlal_n_s16(low, vget_low_s16(b), second),
        vmlal_high_n_s16(high, b, second),
    ]
}

#[target_feature(enable = "neon")]
fn forward_narrow<const FIRST: bool>(wide: Wide) -> int16x8_t {
    let [low, high] = wide.map(|values| {
        if FIRST {
            vqmovn_s32(vshrq_n_s32::<11>(vaddq_s32(values, vdupq_n_s32(1 << 10))))
        } else {
            vqmovn_s32(vshrq_n_s32::<15>(vaddq_s32(values, vdupq_n_s32(1 << 14))))
        }
    });
    vcombine_s16(low, high)
}

#[target_feature(enable = "neon")]
fn transpose(r: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let mut pairs = [r[0]; 8];
    for at in 0..4 {
        pairs[2 * at] = vtrn1q_s16(r[2 * at], r[2 * at + 1]);
        pairs[2 * at + 1] = vtrn2q_s16(r[2 * at], r[2 * at + 1]);
    }
    let pairs = pairs.map(|row| vreinterpretq_s32_s16(row));
    let mut fours = pairs;
    for (base, at) in [(0, 0), (0, 1), (4, 4), (4, 5)] {
        let place = at - base;
        fours[base + place] = vtrn1q_s32(pairs[at], pairs[at + 2]);
        fours[base + place + 2] = vtrn2q_s32(pairs[at], pairs[at + 2]);
    }
    let fours = fours.map(|row| vreinterpretq_s64_s32(row));
    let mut columns = r;
    for at in 0..4 {
        columns[at] = vreinterpretq_s16_s64(vtrn1q_s64(fours[at], fours[at + 4]));
        columns[at + 4] = vreinterpretq_s16_s64(vtrn2q_s64(fours[at], fours[at + 4]));
    }
    columns
}

/// Twin of [`crate::idct::full`].
#[target_feature(enable = "neon")]
fn full(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    let values = block.as_chunks::<8>().0.iter();
    let mut rows = [vdupq_n_s16(0); 8];
    for (row, (values, factors)) in rows
        .iter_mut()
        .zip(values.zip(quantization.as_chunks::<8>().0))
    {
        // SAFETY: a row is eight numbers.
        let (values, factors) =
            unsafe { (vld1q_s16(values.as_ptr()), vld1q_s16(factors.as_ptr())) };
        *row = vmulq_s16(values, factors);
    }
    let columns = transpose(transform8::<{ PASS1_SHIFT as i32 }>(rows));
    let rows = transpose(transform8::<{ PASS2_SHIFT as i32 }>(columns));
    for (row, out) in rows.into_iter().zip(out.chunks_mut(stride)) {
        if let Some(out) = out.first_chunk_mut::<8>() {
            // SAFETY: eight bytes are written to eight.
            unsafe { vst1_u8(out.as_mut_ptr(), samples(row)) };
        }
    }
}

/// See `idct::to_sample`.
#[target_feature(enable = "neon")]
fn samples(row: int16x8_t) -> uint8x8_t {
    vqmovun_s16(vqaddq_s16(row, vdupq_n_s16(128)))
}

/// One dimension over eight vectors, rounded, shifted and saturated to 16 bits.
#[target_feature(enable = "neon")]
fn transform8<const SHIFT: i32>(i: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let even = [(i[0], i[4]), (i[2], i[6])];
    let t0 = dot(even[0], (1 << 13, 1 << 13));
    let t1 = dot(even[0], (1 << 13, -(1 << 13)));
    let t2 = dot(even[1], (4433, -10704));
    let t3 = dot(even[1], (10703, 4433));
    let even = [add(t0, t3), add(t1, t2), sub(t1, t2), sub(t0, t3)];
    let mut out = i;
    for (index, (even, factors)) in even.into_iter().zip(ODD).enumerate() {
        let [c1, c7, c5, c3] = factors.map(narrow_factor);
        let odd = add(dot((i[1], i[7]), (c1, c7)), dot((i[5], i[3]), (c5, c3)));
        out[index] = descale::<SHIFT>(add(even, odd));
        out[7 - index] = descale::<SHIFT>(sub(even, odd));
    }
    out
}

fn narrow_factor(factor: i32) -> i16 {
    i16::try_from(factor).unwrap_or(0)
}

#[target_feature(enable = "neon")]
fn add(a: Wide, b: Wide) -> Wide {
    [vaddq_s32(a[0], b[0]), vaddq_s32(a[1], b[1])]
}

#[target_feature(enable = "neon")]
fn sub(a: Wide, b: Wide) -> Wide {
    [vsubq_s32(a[0], b[0]), vsubq_s32(a[1], b[1])]
}

#[target_feature(enable = "neon")]
fn descale<const SHIFT: i32>(wide: Wide) -> int16x8_t {
    let round = vdupq_n_s32(1 << (SHIFT - 1));
    let [low, high] = wide.map(|values| vqmovn_s32(vshrq_n_s32::<SHIFT>(vaddq_s32(values, round))));
    vcombine_s16(low, high)
}

/// Twin of [`crate::idct::half`].
#[target_feature(enable = "neon")]
fn half(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    let mut rows = [vdup_n_s16(0); 4];
    for (index, row) in rows.iter_mut().enumerate() {
        // SAFETY: both arrays hold at least four rows of four.
        let (values, factors) = unsafe {
            (
                vld1_s16(block.as_ptr().add(4 * index)),
                vld1_s16(quantization.as_ptr().add(4 * index)),
            )
        };
        *row = vmul_s16(values, factors);
    }
    let columns = transpose4(transform4::<{ PASS1_SHIFT as i32 }>(rows));
    let rows = transpose4(transform4::<{ PASS2_SHIFT as i32 }>(columns));
    for (row, out) in rows.into_iter().zip(out.chunks_mut(stride)) {
        let mut bytes = [0; 8];
        // SAFETY: eight bytes are written to eight.
        unsafe { vst1_u8(bytes.as_mut_ptr(), samples(vcombine_s16(row, row))) };
        for (out, byte) in out.iter_mut().zip(&bytes[..4]) {
            *out = *byte;
        }
    }
}

#[target_feature(enable = "neon")]
fn transform4<const SHIFT: i32>(i: [int16x4_t; 4]) -> [int16x4_t; 4] {
    let dot = |a, b, first, second| vmlal_n_s16(vmull_n_s16(a, first), b, second);
    let [c1, c3] = HALF_ODD.map(narrow_factor);
    let t0 = dot(i[0], i[2], 1 << 13, 1 << 13);
    let t1 = dot(i[0], i[2], 1 << 13, -(1 << 13));
    let odd0 = dot(i[1], i[3], c1, c3);
    let odd1 = dot(i[1], i[3], c3, -c1);
    let round = vdupq_n_s32(1 << (SHIFT - 1));
    let narrow = |sum| vqmovn_s32(vshrq_n_s32::<SHIFT>(vaddq_s32(sum, round)));
    [
        narrow(vaddq_s32(t0, odd0)),
        narrow(vaddq_s32(t1, odd1)),
        narrow(vsubq_s32(t1, odd1)),
        narrow(vsubq_s32(t0, odd0)),
    ]
}

#[target_feature(enable = "neon")]
fn transpose4(r: [int16x4_t; 4]) -> [int16x4_t; 4] {
    let pairs = [
        vtrn1_s16(r[0], r[1]),
        vtrn2_s16(r[0], r[1]),
        vtrn1_s16(r[2], r[3]),
        vtrn2_s16(r[2], r[3]),
    ];
    let pairs = pairs.map(|row| vreinterpret_s32_s16(row));
    [
        vtrn1_s32(pairs[0], pairs[2]),
        vtrn1_s32(pairs[1], pairs[3]),
        vtrn2_s32(pairs[0], pairs[2]),
        vtrn2_s32(pairs[1], pairs[3]),
    ]
    .map(|row| vreinterpret_s16_s32(row))
}

/// Twin of [`portable::rgb_to_ycbcr`].
#[target_feature(enable = "neon")]
fn rgb_to_ycbcr(row: &[u8], [y, cb, cr]: [&mut [u8]; 3]) {
    let (groups, _) = row.as_chunks::<48>();
    let out = y.as_chunks_mut().0.iter_mut();
    let out = out.zip(cb.as_chunks_mut().0).zip(cr.as_chunks_mut().0);
    let mut done = 0;
    for (group, ((y, cb), cr)) in groups.iter().zip(out) {
        split(group, [y, cb, cr]);
        done += 16;
    }
    let rest = |samples| <[u8]>::get_mut(samples, done..).unwrap_or_default();
    let pixels = row.get(3 * done..).unwrap_or_default();
    portable::rgb_to_ycbcr(pixels, [y, cb, cr].map(rest));
}

#[target_feature(enable = "neon")]
fn split(group: &[u8; 48], [y, cb, cr]: [&mut [u8; 16]; 3]) {
    // SAFETY: 48 bytes are read from 48.
    let uint8x16x3_t(r, g, b) = unsafe { vld3q_u8(group.as_ptr()) };
    let quarters = |bytes: uint8x16_t| {
        let (low, high) = (vmovl_u8(vget_low_u8(bytes)), vmovl_high_u8(bytes));
        [
            vget_low_u16(low),
            vget_high_u16(low),
            vget_low_u16(high),
            vget_high_u16(high),
        ]
    };
    let (r, g, b) = (quarters(r), quarters(g), quarters(b));
    let centre = vdupq_n_u32(CENTRE.cast_unsigned());
    let mut sums = [[vdup_n_u16(0); 4]; 3];
    for at in 0..4 {
        let luma = vmlal_n_u16(vmull_n_u16(r[at], 19595), g[at], 38470);
        sums[0][at] = vrshrn_n_u32::<16>(vmlal_n_u16(luma, b[at], 7471));
        let blue = vmlal_n_u16(centre, b[at], 32768);
        let blue = vmlsl_n_u16(vmlsl_n_u16(blue, r[at], 11059), g[at], 21709);
        sums[1][at] = vshrn_n_u32::<16>(blue);
        let red = vmlal_n_u16(centre, r[at], 32768);
        let red = vmlsl_n_u16(vmlsl_n_u16(red, g[at], 27439), b[at], 5329);
        sums[2][at] = vshrn_n_u32::<16>(red);
    }
    for (sums, out) in sums.into_iter().zip([y, cb, cr]) {
        let low = vmovn_u16(vcombine_u16(sums[0], sums[1]));
        let high = vmovn_u16(vcombine_u16(sums[2], sums[3]));
        // SAFETY: sixteen bytes are written to sixteen.
        unsafe { vst1q_u8(out.as_mut_ptr(), vcombine_u8(low, high)) };
    }
}
