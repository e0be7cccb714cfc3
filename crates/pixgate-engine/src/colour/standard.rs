//! The compact profile of sRGB that results carry.

/// An ICC profile of version 4 in 480 bytes: primaries and white of sRGB under D50, one parametric curve
/// for all channels (ICC.1:2022, sections 8.3.3 and 10.18; IEC 61966-2-1).
pub(crate) fn srgb_profile() -> Vec<u8> {
    let blocks: [(&[&[u8; 4]], Vec<u8>); 8] = [
        (&[b"desc"], text("sRGB")),
        (&[b"cprt"], text("CC0")),
        (&[b"wtpt"], numbers(b"XYZ ", &D50)),
        (&[b"rXYZ"], numbers(b"XYZ ", &[0x6fa2, 0x38f5, 0x0390])),
        (&[b"gXYZ"], numbers(b"XYZ ", &[0x6299, 0xb785, 0x18da])),
        (&[b"bXYZ"], numbers(b"XYZ ", &[0x24a0, 0x0f84, 0xb6cf])),
        (&[b"rTRC", b"gTRC", b"bTRC"], curve()),
        (&[b"chad"], numbers(b"sf32", &ADAPTATION)),
    ];
    let count = blocks.iter().map(|(names, _)| names.len()).sum::<usize>();
    let start = HEADER_BYTES + 4 + 12 * count;
    let mut table = long(count).to_vec();
    let mut data: Vec<u8> = Vec::new();
    for (names, block) in blocks {
        for name in names {
            table.extend_from_slice(*name);
            table.extend(long(start + data.len()));
            table.extend(long(block.len()));
        }
        data.extend(block);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = long(start + data.len()).to_vec();
    profile.extend(b"\0\0\0\0\x04\x20\0\0mntrRGB XYZ ");
    profile.resize(36, 0);
    profile.extend(b"acsp");
    profile.resize(68, 0);
    profile.extend(D50.iter().flat_map(|value| value.to_be_bytes()));
    profile.resize(HEADER_BYTES, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

/// One text, in English of the United States.
fn text(text: &str) -> Vec<u8> {
    let mut block = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    block.extend(long(units.len()));
    block.extend(long(28));
    block.extend(units);
    block
}

/// 2.4, 1/1.055, 0.055/1.055, 1/12.92 and 0.04045.
fn curve() -> Vec<u8> {
    let mut block = b"para\0\0\0\0\0\x03\0\0".to_vec();
    for value in [0x0002_6666_i32, 0xf2a7, 0x0d59, 0x13d0, 0x0a5b] {
        block.extend(value.to_be_bytes());
    }
    block
}

/// Numbers in 65,536ths.
fn numbers(kind: &[u8; 4], values: &[i32]) -> Vec<u8> {
    let mut block = kind.to_vec();
    block.extend([0; 4]);
    block.extend(values.iter().flat_map(|value| value.to_be_bytes()));
    block
}

fn long(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

const HEADER_BYTES: usize = 128;
/// White of profiles.
const D50: [i32; 3] = [0xf6d6, 0x1_0000, 0xd32d];
/// Bradford's matrix from D65 to D50, row by row.
const ADAPTATION: [i32; 9] = [
    0x1_0c42, 0x05de, -0x0cdb, 0x0793, 0xfd90, -0x045f, -0x025e, 0x03dc, 0xc06e,
];

#[cfg(test)]
mod tests {
    use moxcms::{ColorProfile, DataColorSpace};

    use super::*;

    #[test]
    fn is_read_as_the_colours_that_are_srgb() {
        let bytes = srgb_profile();
        assert_eq!(bytes.len(), 480);
        let profile = ColorProfile::new_from_slice(&bytes).unwrap();
        assert_eq!(profile.color_space, DataColorSpace::Rgb);
        let (target, layout) = (ColorProfile::new_srgb(), moxcms::Layout::Rgb);
        let transform = profile
            .create_transform_8bit(layout, &target, layout, super::super::transform_options())
            .unwrap();
        let colors: Vec<u8> = (0..=255_u8)
            .flat_map(|v| [v, 255 - v, v.wrapping_mul(7)])
            .collect();
        let mut converted = vec![0; colors.len()];
        transform.transform(&colors, &mut converted).unwrap();
        let worst = colors.iter().zip(&converted).map(|(a, b)| a.abs_diff(*b));
        assert!(worst.max() <= Some(1));
    }
}
