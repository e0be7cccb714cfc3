//! Quantisation tables and the order that coefficients are stored in.

use crate::markers::{Segment, be16};
use crate::{Error, Unsupported};

/// The four tables that DQT segments define, in natural (row) order.
#[derive(Debug, Clone, Default)]
pub(crate) struct QuantizationTables {
    tables: [Option<[u16; 64]>; 4],
}

impl QuantizationTables {
    pub(crate) fn get(&self, index: u8) -> Option<&[u16; 64]> {
        self.tables.get(usize::from(index))?.as_ref()
    }

    /// Reads a DQT segment (T.81, B.2.4.1).
    pub(crate) fn read(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        let mut rest = segment.payload;
        while let [spec, values @ ..] = rest {
            let sample_bytes = if spec >> 4 == 0 { 1 } else { 2 };
            let (values, after) = values
                .split_at_checked(64 * sample_bytes)
                .ok_or_else(|| segment.invalid())?;
            let slot = self.tables.get_mut(usize::from(spec & 15));
            *slot.ok_or_else(|| segment.invalid())? = Some(table(values, sample_bytes));
            rest = after;
        }
        Ok(())
    }
}

fn table(values: &[u8], sample_bytes: usize) -> [u16; 64] {
    let mut table = [1; 64];
    for (value, &natural) in values.chunks_exact(sample_bytes).zip(&ZIGZAG) {
        let wide = be16(value).unwrap_or_else(|| value.first().copied().map_or(1, u16::from));
        table[usize::from(natural & 63)] = wide;
    }
    table
}

/// What a file of another kind than 8-bit Huffman-coded DCT is refused as.
pub(crate) fn unsupported(feature: Unsupported) -> Error {
    crate::ErrorKind::Unsupported { feature }.into()
}

/// Natural position of each coefficient in the order of the file (T.81, figure A.6).
#[rustfmt::skip]
pub(crate) const ZIGZAG: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markers::DQT;

    fn segment(payload: &[u8]) -> Segment<'_> {
        Segment {
            marker: DQT,
            payload,
            offset: 0,
        }
    }

    #[test]
    fn reads_both_precisions_into_natural_order() {
        let mut payload = vec![0x00];
        payload.extend(0..64);
        payload.push(0x13);
        payload.extend((0..64).flat_map(|value| [1, value]));
        let mut tables = QuantizationTables::default();
        tables.read(&segment(&payload)).unwrap();
        assert_eq!(tables.get(0).unwrap()[8], 2);
        assert_eq!(tables.get(3).unwrap()[63], 256 + 63);
        assert!(tables.get(1).is_none());
    }

    #[test]
    fn refuses_short_tables_and_high_numbers() {
        let mut tables = QuantizationTables::default();
        assert!(tables.read(&segment(&[0; 64])).is_err());
        let mut high = vec![4];
        high.extend([1; 64]);
        assert!(tables.read(&segment(&high)).is_err());
    }
}
