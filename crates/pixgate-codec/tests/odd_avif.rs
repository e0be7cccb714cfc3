//! AVIF files whose colours are coded in rare ways, and sequences.
#![cfg(feature = "avif")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

mod support;

use pixgate_codec::{ErrorKind, Limits, probe};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{encoded, interleaved, read, settings};

/// A file of one colour.
fn flat(color: &[u8], channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(32, 32, channels);
    let image = Image::from_u8(layout, color.repeat(32 * 32)).unwrap();
    encoded(&image, &settings(Format::Avif, 95))
}

fn position(file: &[u8], text: &[u8]) -> usize {
    file.windows(text.len())
        .position(|part| part == text)
        .unwrap()
}

/// The same file with other primaries, transfer function and matrix.
fn with_code_points(mut file: Vec<u8>, points: [u16; 3]) -> Vec<u8> {
    let at = position(&file, b"nclx") + 4;
    let points: Vec<u8> = points
        .iter()
        .flat_map(|point| point.to_be_bytes())
        .collect();
    file[at..at + 6].copy_from_slice(&points);
    file
}

fn middle(file: &[u8]) -> Vec<u8> {
    let image = interleaved(read(file).unwrap().1);
    image.view::<u8>().unwrap().pixel(16, 16).to_vec()
}

/// Luma and chroma that the encoder makes of a colour: BT.601 in full range.
fn coded([r, g, b]: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = [r, g, b].map(f64::from);
    let y = 0.299 * r + 0.587 * g + 0.114 * b;
    [y, (b - y) / 1.772, (r - y) / 1.402]
}

#[test]
fn luma_and_chroma_become_colours_by_their_matrix() {
    let color = [90, 130, 110];
    let [y, cb, cr] = coded(color);
    let by_shares = |red: f64, blue: f64| {
        let (r, b) = (y + 2.0 * (1.0 - red) * cr, y + 2.0 * (1.0 - blue) * cb);
        [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
    };
    let cases = [
        ([1, 13, 6], by_shares(0.299, 0.114)),
        ([1, 13, 1], by_shares(0.2126, 0.0722)),
        ([1, 13, 4], by_shares(0.30, 0.11)),
        ([1, 13, 7], by_shares(0.212, 0.087)),
        ([1, 13, 8], [y - cb + cr, y + cb, y - cb - cr]),
        ([1, 13, 12], by_shares(0.2126, 0.0722)),
        ([9, 13, 12], by_shares(0.2627, 0.0593)),
    ];
    let file = flat(&color, Channels::Rgb);
    for (points, expected) in cases {
        let found = middle(&with_code_points(file.clone(), points));
        let is_near = found
            .iter()
            .zip(expected)
            .all(|(a, b)| (f64::from(*a) - b).abs() < 4.0);
        assert!(is_near, "{points:?}: {found:?}, expected {expected:?}");
    }
}

#[test]
fn what_is_more_than_a_matrix_is_refused() {
    let file = flat(&[90, 130, 110], Channels::Rgb);
    for matrix in [3, 10, 11, 13, 14, 15, 16, 17, 99] {
        let error = read(&with_code_points(file.clone(), [9, 16, matrix])).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Unsupported { .. }),
            "{matrix}: {error}"
        );
    }
}

#[test]
fn code_points_of_other_colours_come_as_a_profile() {
    let file = flat(&[90, 130, 110], Channels::Rgb);
    for (primaries, transfer, has_profile) in [
        (1, 13, false),
        (12, 13, true),
        (9, 14, true),
        (9, 16, true),
        (9, 18, true),
    ] {
        let file = with_code_points(file.clone(), [primaries, transfer, 6]);
        let (header, _, metadata) = read(&file).unwrap();
        assert_eq!(
            header.has_color_profile, has_profile,
            "{primaries} {transfer}"
        );
        assert_eq!(metadata.icc.is_some(), has_profile);
    }
}

/// Adds a reference from the first item to the second.
fn with_reference(mut file: Vec<u8>, kind: &[u8; 4]) -> Vec<u8> {
    let reference = [&[0, 0, 0, 14][..], kind, &[0, 1, 0, 1, 0, 2]].concat();
    let grow = reference.len() as u32;
    for name in [b"meta", b"iref"] {
        let at = position(&file, name) - 4;
        let length = u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        file[at..at + 4].copy_from_slice(&(length + grow).to_be_bytes());
    }
    let items = position(&file, b"iloc") + 4;
    for item in 0..2 {
        // Behind version, sizes and count: number, base and count of extents, offset, length.
        let at = items + 8 + 14 * item + 6;
        let offset = u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
        file[at..at + 4].copy_from_slice(&(offset + grow).to_be_bytes());
    }
    let at = position(&file, b"iref") + 8;
    file.splice(at..at, reference);
    file
}

#[test]
fn colours_multiplied_by_alpha_are_divided_again() {
    let file = flat(&[50, 40, 20, 64], Channels::Rgba);
    assert!(middle(&file)[0].abs_diff(50) <= 3);
    let multiplied = with_reference(file, b"prem");
    let found = middle(&multiplied);
    let expected = [199, 159, 80, 64];
    assert!(
        found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 10),
        "{found:?}"
    );
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], name, &content].concat()
}

/// A sequence whose first picture is that of a file.
fn sequence(still: &[u8], brand: &[u8; 4]) -> Vec<u8> {
    let at = position(still, b"iloc") + 4 + 8 + 6;
    let number = |at: usize| u32::from_be_bytes(still[at..at + 4].try_into().unwrap());
    let (start, length) = (number(at) as usize, number(at + 4) as usize);
    let picture = &still[start..start + length];
    let configuration = position(still, b"av1C") - 4;
    let configuration = &still[configuration..configuration + number(configuration) as usize];
    let head = boxed(b"ftyp", &[brand, &[0; 4], b"avis", b"msf1"]);
    let movie = |offset: u32| {
        let mut entry = vec![0; 78];
        entry[24..28].copy_from_slice(&[0, 32, 0, 32]);
        let entry = boxed(b"av01", &[&entry, configuration]);
        let samples = boxed(
            b"stbl",
            &[
                &boxed(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], &entry]),
                &boxed(
                    b"stsz",
                    &[
                        &[0; 8],
                        &[0, 0, 0, 2],
                        &(length as u32).to_be_bytes(),
                        &[0, 0, 0, 9],
                    ],
                ),
                &boxed(b"stco", &[&[0, 0, 0, 0, 0, 0, 0, 1], &offset.to_be_bytes()]),
            ],
        );
        let handler = boxed(b"hdlr", &[&[0; 8], b"pict", &[0; 13]]);
        let media = boxed(b"mdia", &[&handler, &boxed(b"minf", &[&samples])]);
        boxed(b"moov", &[&boxed(b"trak", &[&media])])
    };
    let offset = head.len() + movie(0).len() + 8;
    [head, movie(offset as u32), boxed(b"mdat", &[picture])].concat()
}

#[test]
fn a_sequence_shows_its_first_picture() {
    let still = flat(&[90, 130, 110], Channels::Rgb);
    for brand in [b"avis", b"avif"] {
        let file = sequence(&still, brand);
        let header = probe(&file, &Limits::default()).unwrap();
        assert_eq!(
            (header.format, header.width, header.frames),
            (Format::Avif, 32, 1)
        );
        assert!(
            middle(&file)
                .iter()
                .zip([90, 130, 110])
                .all(|(a, b)| a.abs_diff(b) <= 4)
        );
        for cut in 0..file.len() {
            let _ = read(&file[..cut]);
        }
    }
}
