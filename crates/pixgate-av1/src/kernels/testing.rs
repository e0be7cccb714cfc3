//! Numbers for tests.

use std::ops::Range;

/// A stream of numbers that look random and are the same each time.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self, range: Range<i32>) -> i32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let span = range.end.abs_diff(range.start);
        let value = ((self.0 >> 32) * u64::from(span)) >> 32;
        range.start + i32::try_from(value).unwrap()
    }

    pub(crate) fn many<T>(
        &mut self,
        count: usize,
        range: Range<i32>,
        as_type: impl Fn(i32) -> T,
    ) -> Vec<T> {
        (0..count)
            .map(|_| as_type(self.next(range.clone())))
            .collect()
    }
}
