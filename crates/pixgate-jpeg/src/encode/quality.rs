//! Quantisation tables from a quality, on libjpeg's scale (`jcparam.c`).

/// Luma and chroma tables in natural order, values 1 to 255.
pub(super) fn tables(quality: u8) -> [[u8; 64]; 2] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - quality * 2
    };
    [LUMA, CHROMA].map(|base| base.map(|value| scaled(value, percent)))
}

fn scaled(value: u8, percent: u32) -> u8 {
    let scaled = (u32::from(value) * percent + 50) / 100;
    u8::try_from(scaled.clamp(1, 255)).unwrap_or(u8::MAX)
}

/// T.81, table K.1.
#[rustfmt::skip]
const LUMA: [u8; 64] = [
    16, 11, 10, 16,  24,  40,  51,  61,
    12, 12, 14, 19,  26,  58,  60,  55,
    14, 13, 16, 24,  40,  57,  69,  56,
    14, 17, 22, 29,  51,  87,  80,  62,
    18, 22, 37, 56,  68, 109, 103,  77,
    24, 35, 55, 64,  81, 104, 113,  92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103,  99,
];

/// T.81, table K.2.
#[rustfmt::skip]
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_libjpegs_scale() {
        assert_eq!(tables(50), [LUMA, CHROMA]);
        assert_eq!(tables(100), [[1; 64]; 2]);
        assert_eq!(tables(0), tables(1));
        assert_eq!(tables(80)[0][..3], [6, 4, 4]);
    }
}
