//! What files begin with; signatures are those of imgproxy 4, and that of AVIF sequences.

/// Turns a literal into a pattern in which `?` stands for any byte.
pub(crate) const fn pattern<const N: usize>(text: &[u8; N]) -> [Option<u8>; N] {
    let mut pattern = [None; N];
    let mut i = 0;
    while i < N {
        if text[i] != b'?' {
            pattern[i] = Some(text[i]);
        }
        i += 1;
    }
    pattern
}

/// A signature of some bytes.
type Signature = &'static [Option<u8>];

pub(crate) const JXL: &[Signature] =
    &[&pattern(b"\xFF\x0A"), &pattern(b"\0\0\0\x0CJXL \r\n\x87\n")];
pub(crate) const HEIC: &[Signature] = &[
    &pattern(b"????ftypheic"),
    &pattern(b"????ftypheix"),
    &pattern(b"????ftyphevc"),
    &pattern(b"????ftypheim"),
    &pattern(b"????ftypheis"),
    &pattern(b"????ftyphevm"),
    &pattern(b"????ftyphevs"),
    &pattern(b"????ftypmif1"),
];
pub(crate) const AVIF: &[Signature] = &[&pattern(b"????ftypavif"), &pattern(b"????ftypavis")];
