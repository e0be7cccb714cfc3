//! The machine's kernels and the portable ones agree.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers made up here"
)]

use super::*;
use crate::encode::fdct::Rounding;

/// Numbers that look random.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn block(&mut self, range: i32) -> [i16; 64] {
        std::array::from_fn(|_| (self.next() as i32 % (2 * range) - range) as i16)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// Under Miri, which looks at every access, a few show what there is to see.
const ROUNDS: usize = if cfg!(miri) { 16 } else { 20_000 };
/// Widths between those that are tried.
const STRIDE: usize = if cfg!(miri) { 9 } else { 1 };

#[test]
fn machines_with_vectors_have_kernels_for_them() {
    #[cfg(target_arch = "x86_64")]
    assert_eq!(vectors().is_some(), {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
    });
    #[cfg(target_arch = "aarch64")]
    assert!(vectors().is_some());
}

fn agree(portable: Idct, vector: Idct) {
    let mut numbers = Numbers(1);
    for round in 0..ROUNDS {
        let range = [4, 64, 2048, 32768][round % 4];
        let block = numbers.block(range);
        let quantization = numbers.block([2, 64, 256, 32768][round / 4 % 4]);
        let stride = 8 + round % 5;
        let (mut a, mut b) = (vec![0; 8 * stride], vec![0; 8 * stride]);
        portable(&block, &quantization, &mut a, stride);
        vector(&block, &quantization, &mut b, stride);
        assert_eq!(a, b, "round {round}");
    }
}

#[test]
fn transforms_give_the_bytes_of_their_twins() {
    let (portable, kernels) = (Kernels::PORTABLE, Kernels::detect(true));
    agree(portable.full, kernels.full);
    agree(portable.half, kernels.half);
}

#[test]
fn pairs_of_blocks_give_the_bytes_of_two() {
    let (portable, kernels) = (Kernels::PORTABLE, Kernels::detect(true));
    let mut numbers = Numbers(3);
    for round in 0..ROUNDS {
        let range = [4, 64, 2048, 32768][round % 4];
        let blocks = [numbers.block(range), numbers.block(range)];
        let quantization = numbers.block([2, 64, 256, 32768][round / 4 % 4]);
        let stride = 8 + round % 5;
        let (mut a, mut b) = (vec![0; 4 * stride], vec![0; 4 * stride]);
        (portable.half_pair)(blocks.each_ref(), &quantization, &mut a, stride);
        (kernels.half_pair)(blocks.each_ref(), &quantization, &mut b, stride);
        assert_eq!(a, b, "round {round}");
    }
}

#[test]
fn rows_have_the_bytes_of_their_twins() {
    let (portable, kernels) = (Kernels::PORTABLE, Kernels::detect(true));
    let mut numbers = Numbers(2);
    for width in (1..70).step_by(STRIDE).chain([255, 1000]) {
        let [y, cb, cr] = std::array::from_fn(|_| numbers.bytes(width));
        let all = |kernels: &Kernels| {
            let mut out = vec![vec![0; width * 3], vec![0; width * 2], vec![0; width]];
            out.push(vec![0; width * 2]);
            out.push(vec![0; width.div_ceil(2)]);
            (kernels.ycbcr_to_rgb)([&y, &cb, &cr], &mut out[0]);
            (kernels.upsample_horizontal)(&y, &mut out[1]);
            (kernels.upsample_vertical)(&y, &cb, 1, &mut out[2]);
            (kernels.upsample_both)(&y, &cb, &mut vec![0; width], &mut out[3]);
            (kernels.halve)(&y, &cb, &mut out[4]);
            out
        };
        assert_eq!(all(&portable), all(&kernels), "{width}");
    }
}

#[test]
fn forward_transforms_give_the_numbers_of_their_twin() {
    let (portable, kernels) = (Kernels::PORTABLE, Kernels::detect(true));
    let mut seed = 5u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    };
    for round in 0..ROUNDS / 4 {
        let table = std::array::from_fn(|_| next() >> (round % 7));
        let mut sample = || match round % 4 {
            0 => next(),
            1 => (next() >> 7).wrapping_neg(),
            2 => 255,
            _ => 0,
        };
        let samples: [[u8; 16]; 8] = std::array::from_fn(|_| std::array::from_fn(|_| sample()));
        let divisors = Divisors::new(&table, Rounding::DeadZone);
        let mut blocks = [[Block::EMPTY; 2]; 2];
        (kernels.forward)(samples.each_ref(), &divisors, &mut blocks[0]);
        (portable.forward)(samples.each_ref(), &divisors, &mut blocks[1]);
        assert_eq!(blocks[0], blocks[1]);
    }
}

#[test]
fn colours_are_split_into_the_bytes_of_their_twin() {
    let (portable, kernels) = (Kernels::PORTABLE, Kernels::detect(true));
    let mut seed = 9u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [high, low, ..] = seed.to_be_bytes();
        if low > 200 {
            (high & 1).wrapping_neg()
        } else {
            high
        }
    };
    for pixels in (0..200).step_by(STRIDE * 2 - 1) {
        let row: Vec<u8> = (0..3 * pixels).map(|_| next()).collect();
        let mut out = [(); 2].map(|()| [(); 3].map(|()| vec![0; pixels]));
        let [a, b] = &mut out;
        (portable.rgb_to_ycbcr)(&row, a.each_mut().map(Vec::as_mut_slice));
        (kernels.rgb_to_ycbcr)(&row, b.each_mut().map(Vec::as_mut_slice));
        assert_eq!(a, b);
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn words_agree() {
    if vectors().is_none() {
        return;
    }
    let mut numbers = Numbers(5);
    for round in 0..ROUNDS {
        let mut values = numbers.block([2, 5, 300, 32768][round % 4]);
        values[round % 64] = i16::MIN;
        let long = |numbers: &mut Numbers| {
            (0..4).fold(0, |all, _| all << 16 | u64::from(numbers.next() & 0xffff))
        };
        let (bits, places) = (long(&mut numbers), long(&mut numbers));
        avx2::with_words(|words| {
            assert_eq!(words.magnitudes(&values), Portable.magnitudes(&values));
            assert_eq!(words.deposit(bits, places), Portable.deposit(bits, places));
            assert_eq!(words.extract(bits, places), Portable.extract(bits, places));
        });
    }
}
