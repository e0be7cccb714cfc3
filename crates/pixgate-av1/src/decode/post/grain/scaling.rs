//! How strong grain is at each value of a sample (section 7.18.3.4).

/// A function of samples, piece by piece a line.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    /// Of values of eight bits, and one more.
    values: Box<[u8; 257]>,
    /// Bits of samples beyond eight.
    shift: u32,
}

impl Scaling {
    /// - `points`: values, which rise, and what the function is there.
    pub(super) fn new(points: &[[u8; 2]], bit_depth: u32) -> Self {
        let mut values = Box::new([0; 257]);
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            values[..usize::from(first[0])].fill(first[1]);
            for pair in points.windows(2) {
                let (from, to) = (pair[0], pair[1]);
                let count = i32::from(to[0]) - i32::from(from[0]);
                let rise = i32::from(to[1]) - i32::from(from[1]);
                let step = rise * ((65536 + (count >> 1)) / count.max(1));
                let places = &mut values[usize::from(from[0])..usize::from(to[0])];
                for (x, value) in (0..).zip(places) {
                    let scaled = i32::from(from[1]) + ((x * step + 32768) >> 16);
                    *value = scaled.to_le_bytes()[0];
                }
            }
            values[usize::from(last[0])..].fill(last[1]);
        }
        Self {
            values,
            shift: bit_depth - 8,
        }
    }

    /// The function at a sample.
    #[inline]
    pub(super) fn at(&self, sample: usize) -> i32 {
        let index = (sample >> self.shift).min(255);
        let start = i32::from(self.values[index]);
        if self.shift == 0 || index == 255 {
            return start;
        }
        let rest = sample & ((1 << self.shift) - 1);
        let rise = i32::from(self.values[index + 1]) - start;
        let rest = i32::try_from(rest).unwrap_or(0);
        start + ((rise * rest + (1 << self.shift >> 1)) >> self.shift)
    }
}
