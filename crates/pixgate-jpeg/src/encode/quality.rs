//! Quantisation tables from a quality, on libjpeg's scale (`jcparam.c`).

use super::base_tables::{OWN, Table, base};
use super::fdct::{Divisors, Rounding};

/// What coefficients are divided by, and how the quotients are rounded.
#[derive(Debug)]
pub(super) struct Quantization {
    /// Luma and chroma tables in natural order, values 1 to 255.
    pub(super) tables: [[u8; 64]; 2],
    rounding: Rounding,
}

impl Quantization {
    /// - `number`: which base tables are scaled, and then quotients are rounded as libjpeg does;
    ///   none, our own.
    pub(super) fn new(quality: u8, number: Option<u8>) -> Self {
        let (base, rounding) = match number {
            Some(number) => (base(number), Rounding::Nearest),
            None => (OWN, Rounding::DeadZone),
        };
        Self {
            tables: tables(quality, base),
            rounding,
        }
    }

    /// - `table`: 0 for luma, 1 for chroma.
    pub(super) fn divisors(&self, table: usize) -> Divisors {
        Divisors::new(&self.tables[table], self.rounding)
    }
}

fn tables(quality: u8, base: [&Table; 2]) -> [[u8; 64]; 2] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - quality * 2
    };
    base.map(|base| base.map(|value| scaled(value, percent)))
}

fn scaled(value: u16, percent: u32) -> u8 {
    let scaled = (u32::from(value) * percent + 50) / 100;
    u8::try_from(scaled.clamp(1, 255)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(quality: u8, number: u8) -> [[u8; 64]; 2] {
        Quantization::new(quality, Some(number)).tables
    }

    #[test]
    fn follows_libjpegs_scale() {
        let unscaled = |table: &[u16; 64]| table.map(|value| u8::try_from(value).unwrap_or(255));
        for number in 0..=8 {
            assert_eq!(numbered(50, number), base(number).map(unscaled), "{number}");
            assert_eq!(numbered(100, number), [[1; 64]; 2], "{number}");
        }
        assert_eq!(numbered(0, 0), numbered(1, 0));
        assert_eq!(numbered(80, 0)[0][..3], [6, 4, 4]);
        assert_eq!(numbered(80, 9), numbered(80, 0));
        assert_eq!(Quantization::new(100, None).tables, [[1; 64]; 2]);
    }

    #[test]
    fn high_frequencies_are_never_kept_better_than_the_mean() {
        for number in (0..=8).map(Some).chain([None]) {
            let [luma, _] = Quantization::new(50, number).tables;
            assert!(luma[63] >= luma[0], "{number:?}");
        }
    }
}
