//! Quantisation tables from a quality, on libjpeg's scale (`jcparam.c`).

use super::base_tables::base;

/// Luma and chroma tables in natural order, values 1 to 255.
///
/// - `number`: which base tables are scaled.
pub(super) fn tables(quality: u8, number: u8) -> [[u8; 64]; 2] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - quality * 2
    };
    base(number).map(|base| base.map(|value| scaled(value, percent)))
}

fn scaled(value: u16, percent: u32) -> u8 {
    let scaled = (u32::from(value) * percent + 50) / 100;
    u8::try_from(scaled.clamp(1, 255)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_libjpegs_scale() {
        let unscaled = |table: &[u16; 64]| table.map(|value| u8::try_from(value).unwrap_or(255));
        for number in 0..=8 {
            assert_eq!(tables(50, number), base(number).map(unscaled), "{number}");
            assert_eq!(tables(100, number), [[1; 64]; 2], "{number}");
        }
        assert_eq!(tables(0, 0), tables(1, 0));
        assert_eq!(tables(80, 0)[0][..3], [6, 4, 4]);
        assert_eq!(tables(80, 9), tables(80, 0));
    }

    #[test]
    fn high_frequencies_are_never_kept_better_than_the_mean() {
        for number in 0..=8 {
            let [luma, _] = base(number);
            assert!(luma[63] >= luma[0], "{number}");
        }
    }
}
