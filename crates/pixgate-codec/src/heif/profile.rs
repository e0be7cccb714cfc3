//! Colour profiles for pictures that name their colours by code points only (ITU-T H.273), so that
//! whoever knows profiles converts them too.
//!
//! Curves of PQ and HLG lead to what a screen without high dynamic range can show: white stays
//! white-ish and lights are compressed (extended Reinhard with white at 203 and the brightest at 1000
//! candela per square metre, ITU-R BT.2408 and BT.2100).

use super::item::CodePoints;
use super::primaries::{Chromaticity, chromaticities};

/// The profile of these code points; none if they are sRGB, or near it, or unknown.
pub(super) fn profile(points: CodePoints) -> Option<Vec<u8>> {
    let is_wide = matches!(points.primaries, 9 | 11 | 12);
    let light: fn(f64) -> f64 = match points.transfer {
        16 => |signal| compressed(perceptual(signal) / WHITE),
        18 => |signal| compressed(hybrid(signal) * BRIGHTEST / WHITE),
        8 => |signal| signal,
        1 | 6 | 14 | 15 if is_wide => broadcast,
        _ if is_wide => srgb,
        _ => return None,
    };
    Some(write(chromaticities(points.primaries)?, light))
}

/// Candela per square metre of PQ (SMPTE ST 2084).
fn perceptual(signal: f64) -> f64 {
    let power = signal.powf(32.0 / 2523.0);
    let light = (power - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.687_5 * power);
    10_000.0 * light.powf(16_384.0 / 2610.0)
}

/// Light of HLG on a screen, the brightest being 1 (BT.2100, with its system gamma per channel).
fn hybrid(signal: f64) -> f64 {
    const A: f64 = 0.178_832_77;
    const B: f64 = 0.284_668_92;
    const C: f64 = 0.559_910_73;
    let scene = if signal <= 0.5 {
        signal * signal / 3.0
    } else {
        (((signal - C) / A).exp() + B) / 12.0
    };
    scene.powf(1.2)
}

/// Lights up to the brightest, compressed to 1.
fn compressed(light: f64) -> f64 {
    let most = BRIGHTEST / WHITE;
    light * (1.0 + light / (most * most)) / (1.0 + light)
}

fn broadcast(signal: f64) -> f64 {
    if signal < 0.081 {
        signal / 4.5
    } else {
        ((signal + 0.099) / 1.099).powf(1.0 / 0.45)
    }
}

fn srgb(signal: f64) -> f64 {
    if signal <= 0.040_45 {
        signal / 12.92
    } else {
        ((signal + 0.055) / 1.055).powf(2.4)
    }
}

/// An ICC profile of version 4 with a matrix and one curve (ICC.1, section 8.3.3).
///
/// - `light`: by signal, both from 0 to 1; what is brighter is cut off.
fn write([red, green, blue, white]: [Chromaticity; 4], light: fn(f64) -> f64) -> Vec<u8> {
    let columns = columns([red, green, blue], white);
    let text = |text: &str| {
        let mut block = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        block.extend(long(units.len()));
        block.extend([0, 0, 0, 28]);
        block.extend(units);
        block
    };
    let mut curve = b"curv\0\0\0\0".to_vec();
    curve.extend(long(CURVE_POINTS));
    for index in 0..CURVE_POINTS {
        let light = light(index as f64 / (CURVE_POINTS - 1) as f64).clamp(0.0, 1.0);
        curve.extend(
            quantized(light * 65_535.0)
                .to_be_bytes()
                .into_iter()
                .skip(2),
        );
    }
    let [to_red, to_green, to_blue] = columns.map(|column| xyz(&column));
    let blocks: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", text("code points")),
        (b"cprt", text("CC0")),
        (b"wtpt", xyz(&D50)),
        (b"rXYZ", to_red),
        (b"gXYZ", to_green),
        (b"bXYZ", to_blue),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
        (b"chad", adaptation(white)),
    ];
    assemble(&blocks)
}

fn assemble(blocks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut table = long(blocks.len()).to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = HEADER_BYTES + 4 + 12 * blocks.len();
    for (name, block) in blocks {
        table.extend_from_slice(*name);
        table.extend(long(start + data.len()));
        table.extend(long(block.len()));
        data.extend_from_slice(block);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = long(start + data.len()).to_vec();
    profile.extend(b"\0\0\0\0\x04\x20\0\0mntrRGB XYZ ");
    profile.resize(36, 0);
    profile.extend(b"acsp");
    profile.resize(68, 0);
    profile.extend(D50.into_iter().flat_map(fixed));
    profile.resize(HEADER_BYTES, 0);
    profile.extend(table);
    profile.extend(data);
    profile
}

fn xyz(values: &[f64; 3]) -> Vec<u8> {
    let mut block = b"XYZ \0\0\0\0".to_vec();
    block.extend(values.iter().copied().flat_map(fixed));
    block
}

/// The matrix from the white of the primaries to D50.
fn adaptation(white: Chromaticity) -> Vec<u8> {
    let mut block = b"sf32\0\0\0\0".to_vec();
    block.extend(bradford(white).into_iter().flatten().flat_map(fixed));
    block
}

/// Red, green and blue at full light, under D50.
fn columns(primaries: [Chromaticity; 3], white: Chromaticity) -> [[f64; 3]; 3] {
    let plain = primaries.map(light_of);
    // Shares that make up white.
    let shares = multiplied(&inverse(&transposed(&plain)), light_of(white));
    let adapt = bradford(white);
    let scaled = |index: usize| plain[index].map(|value| value * shares[index]);
    [0, 1, 2].map(|index| multiplied(&adapt, scaled(index)))
}

fn bradford(white: Chromaticity) -> [[f64; 3]; 3] {
    const CONES: [[f64; 3]; 3] = [
        [0.8951, 0.2664, -0.1614],
        [-0.7502, 1.7135, 0.0367],
        [0.0389, -0.0685, 1.0296],
    ];
    let (from, to) = (multiplied(&CONES, light_of(white)), multiplied(&CONES, D50));
    let mut scaled = CONES;
    for (index, row) in scaled.iter_mut().enumerate() {
        row.iter_mut()
            .for_each(|value| *value *= to[index] / from[index]);
    }
    let back = inverse(&CONES);
    let columns = transposed(&scaled).map(|column| multiplied(&back, column));
    transposed(&columns)
}

/// XYZ of a luminance of 1.
fn light_of((x, y): Chromaticity) -> [f64; 3] {
    let (x, y) = (f64::from(x), f64::from(y));
    [x / y, 1.0, (1.0 - x - y) / y]
}

fn multiplied(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

fn transposed(matrix: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    [0, 1, 2].map(|column| [0, 1, 2].map(|row| matrix[row][column]))
}

fn inverse(m: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let cofactor = |row: usize, column: usize| {
        let (a, b) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let determinant: f64 = (0..3)
        .map(|column| m[0][column] * cofactor(0, column))
        .sum();
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row) / determinant))
}

fn fixed(value: f64) -> [u8; 4] {
    quantized(value * 65_536.0).to_be_bytes()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "colours and curves stay far within 32 bits"
)]
fn quantized(value: f64) -> i32 {
    value.round() as i32
}

fn long(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

/// White of profiles.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
/// Candela per square metre of white, and of the brightest light that is told from brighter ones.
const WHITE: f64 = 203.0;
const BRIGHTEST: f64 = 1000.0;
const HEADER_BYTES: usize = 128;
const CURVE_POINTS: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: CodePoints = CodePoints {
        primaries: 12,
        transfer: 13,
        matrix: 1,
        is_full_range: true,
    };

    #[test]
    fn only_colours_that_differ_have_one() {
        for (primaries, transfer, is_some) in [
            (12, 13, true),
            (9, 14, true),
            (9, 16, true),
            (1, 16, true),
            (1, 18, true),
            (1, 13, false),
            (1, 1, false),
            (2, 2, false),
            (99, 16, false),
        ] {
            let points = CodePoints {
                primaries,
                transfer,
                ..POINTS
            };
            assert_eq!(profile(points).is_some(), is_some, "{primaries} {transfer}");
        }
    }

    #[test]
    fn columns_make_up_white() {
        // Display P3 under D50, as its profile has it.
        let [d65, p3] = [(0.3127, 0.3290), (0.680, 0.320)];
        let columns = columns([p3, (0.265, 0.690), (0.150, 0.060)], d65);
        for (index, white) in D50.into_iter().enumerate() {
            let sum: f64 = columns.iter().map(|column| column[index]).sum();
            assert!((sum - white).abs() < 1e-3, "{sum} {white}");
        }
        assert!((columns[0][0] - 0.5151).abs() < 1e-3, "{columns:?}");
    }

    #[test]
    fn curves_of_high_dynamic_range_end_at_the_brightest_light() {
        // Signals of 203 and 1000 candela (BT.2408, tables 1 and A.1).
        for (signal, light) in [(0.58, 203.0), (0.751_8, 1000.0)] {
            assert!((perceptual(signal) / light - 1.0).abs() < 0.02);
        }
        assert!((hybrid(0.75) * BRIGHTEST / WHITE - 1.0).abs() < 0.02);
        assert!((compressed(BRIGHTEST / WHITE) - 1.0).abs() < 1e-9);
        assert!(compressed(1.0) > 0.5 && compressed(0.1) > 0.09);
    }
}
