//! What an `hvcC` property says of a picture (ISO/IEC 14496-15, section 8.3.3), and the smallest
//! HEIF file around it.

use super::boxes::Fields;
use super::write::{push16, push32, write_box, write_full_box};

/// The parameter sets that a picture is decoded with, and how its data is cut into units.
pub(super) struct Config<'a> {
    /// Everything in front of the parameter sets.
    head: &'a [u8],
    sequence: &'a [u8],
    picture: &'a [u8],
}

impl<'a> Config<'a> {
    /// Finds the first sequence and the first picture parameter set of the base layer.
    pub(super) fn read(content: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(content);
        let head = fields.bytes(22)?;
        let (mut sequence, mut picture) = (None, None);
        for _ in 0..fields.u8()? {
            let kind = fields.u8()? & 0x3F;
            for _ in 0..fields.u16()? {
                let length = fields.u16()?;
                let unit = fields.bytes(length.into())?;
                let slot = match unit_kind(unit) {
                    Some(found) if found != kind => continue,
                    Some(SEQUENCE) => &mut sequence,
                    Some(PICTURE) => &mut picture,
                    _ => continue,
                };
                slot.get_or_insert(unit);
            }
        }
        Some(Self {
            head,
            sequence: sequence?,
            picture: picture?,
        })
    }

    /// Width and height that are decoded, before any crop (ITU-T H.265, section 7.3.2.2).
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        let bytes = unescaped(self.sequence.get(2..)?);
        let mut bits = Bits {
            bytes: &bytes,
            at: 4,
        };
        let layers = bits.take(3)?;
        // The profile of a stream without layers takes 96 bits.
        bits.at += 1 + 96;
        if layers != 0 {
            return None;
        }
        bits.number()?;
        if bits.number()? == 3 {
            bits.take(1)?;
        }
        Some((bits.number()?, bits.number()?))
    }

    /// A HEIF file whose only item has these parameter sets and this data; none beyond 4 GiB.
    pub(super) fn file_with(&self, data: &[u8]) -> Option<Vec<u8>> {
        let length = u32::try_from(data.len()).ok()?;
        let mut head = Vec::new();
        self.write_head(&mut head, 0, length);
        let start = u32::try_from(head.len()).ok()?.checked_add(8)?;
        start.checked_add(length)?;
        let mut file = Vec::new();
        file.try_reserve_exact(head.len() + 8 + data.len()).ok()?;
        self.write_head(&mut file, start, length);
        write_box(&mut file, b"mdat", |to| to.extend_from_slice(data));
        Some(file)
    }

    fn write_head(&self, to: &mut Vec<u8>, start: u32, length: u32) {
        write_box(to, b"ftyp", |to| to.extend_from_slice(b"heic\0\0\0\0heic"));
        write_full_box(to, b"meta", 0, |to| {
            write_full_box(to, b"pitm", 0, |to| push16(to, ITEM));
            write_full_box(to, b"iloc", 0, |to| {
                // Offsets and lengths of four bytes, no base; one item with one piece.
                for value in [0x4400, 1, ITEM, 0, 1] {
                    push16(to, value);
                }
                push32(to, start);
                push32(to, length);
            });
            write_full_box(to, b"iinf", 0, |to| {
                push16(to, 1);
                write_full_box(to, b"infe", 2, |to| {
                    push16(to, ITEM);
                    to.extend_from_slice(b"\0\0hvc1\0");
                });
            });
            write_box(to, b"iprp", |to| {
                write_box(to, b"ipco", |to| {
                    write_box(to, b"hvcC", |to| self.write_sets(to));
                });
                write_full_box(to, b"ipma", 0, |to| {
                    push32(to, 1);
                    push16(to, ITEM);
                    to.extend_from_slice(&[1, 1]);
                });
            });
        });
    }

    fn write_sets(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(self.head);
        to.push(2);
        for (kind, unit) in [(SEQUENCE, self.sequence), (PICTURE, self.picture)] {
            to.push(kind);
            push16(to, 1);
            push16(to, u16::try_from(unit.len()).unwrap_or(u16::MAX));
            to.extend_from_slice(unit);
        }
    }
}

/// The type of a unit of the base layer (ITU-T H.265, section 7.3.1.2).
fn unit_kind(unit: &[u8]) -> Option<u8> {
    let [first, second, ..] = unit else {
        return None;
    };
    (first & 1 == 0 && second >> 3 == 0).then_some(first >> 1 & 0x3F)
}

/// Takes out the 3 of every run 0, 0, 3 (ITU-T H.265, section 7.4.2).
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut zeros = 0;
    for byte in bytes.iter().take(MOST_SET_BYTES) {
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        out.push(*byte);
    }
    out
}

/// Bits from the highest of each byte on.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |value, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(value << 1 | u32::from(bit))
        })
    }

    /// An Exp-Golomb number (ITU-T H.265, section 9.2).
    fn number(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        (1_u32 << zeros)
            .checked_add(self.take(zeros)?)?
            .checked_sub(1)
    }
}

const SEQUENCE: u8 = 33;
const PICTURE: u8 = 34;
const ITEM: u16 = 1;
/// The size stands among the first thirty.
const MOST_SET_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_exp_golomb_has_them() {
        let mut bits = Bits {
            bytes: &[0b1010_0110, 0b0100_0010, 0b1000_0000],
            at: 0,
        };
        let numbers = [(); 5].map(|()| bits.number());
        assert_eq!(numbers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        let mut endless = Bits {
            bytes: &[0; 9],
            at: 0,
        };
        assert_eq!(endless.number(), None);
    }

    #[test]
    fn escapes_are_taken_out() {
        assert_eq!(
            unescaped(&[1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3]),
            [1, 0, 0, 1, 0, 0, 0, 0]
        );
        assert_eq!(unescaped(&[0, 3, 0, 0, 0]), [0, 3, 0, 0, 0]);
    }
}
