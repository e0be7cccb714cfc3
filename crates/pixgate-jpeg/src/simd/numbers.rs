//! Numbers that look random, to compare kernels with.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers made up here"
)]

pub(super) struct Numbers(pub(super) u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    pub(super) fn block(&mut self, range: i32) -> [i16; 64] {
        std::array::from_fn(|_| (self.next() as i32 % (2 * range) - range) as i16)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}
