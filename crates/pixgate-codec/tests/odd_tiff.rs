//! TIFF files with fields that are missing, absurd or rare.
#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, ErrorKind, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{interleaved, read};

/// A field of 32-bit numbers.
type Field = (u16, Vec<u32>);

const WIDTH: u32 = 4;
const HEIGHT: u32 = 4;
/// Red, green and blue of four pixels.
const ROW: [u8; 12] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];

/// Data behind the header, then the directory.
fn file(data: &[u8], fields: &[Field]) -> Vec<u8> {
    let mut file = b"II*\0".to_vec();
    let mut fields = fields.to_vec();
    fields.sort_by_key(|(tag, _)| *tag);
    let directory = 8 + data.len();
    let mut behind = directory + 2 + 12 * fields.len() + 4;
    let (mut entries, mut values) = (Vec::new(), Vec::new());
    for (tag, numbers) in &fields {
        entries.extend(tag.to_le_bytes());
        entries.extend(4_u16.to_le_bytes());
        entries.extend((numbers.len() as u32).to_le_bytes());
        match numbers.as_slice() {
            [number] => entries.extend(number.to_le_bytes()),
            numbers => {
                entries.extend((behind as u32).to_le_bytes());
                values.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
                behind += 4 * numbers.len();
            }
        }
    }
    file.extend((directory as u32).to_le_bytes());
    file.extend(data);
    file.extend((fields.len() as u16).to_le_bytes());
    file.extend(entries);
    file.extend([0; 4]);
    file.extend(values);
    file
}

/// The fields of a picture of one strip that begins behind the header.
fn fields(photometric: u32, samples: u32, more: &[Field]) -> Vec<Field> {
    let mut fields = vec![
        (256, vec![WIDTH]),
        (257, vec![HEIGHT]),
        (258, vec![8; samples as usize]),
        (259, vec![1]),
        (262, vec![photometric]),
        (273, vec![8]),
        (277, vec![samples]),
        (278, vec![HEIGHT]),
    ];
    for (tag, numbers) in more {
        fields.retain(|(other, _)| other != tag);
        if !numbers.is_empty() {
            fields.push((*tag, numbers.clone()));
        }
    }
    fields
}

fn rgb() -> Vec<u8> {
    ROW.repeat(HEIGHT as usize)
}

fn image(bytes: &[u8]) -> Image {
    interleaved(read(bytes).unwrap().1)
}

fn row(image: &Image, y: u32) -> Vec<u8> {
    image.view::<u8>().unwrap().row(y).to_vec()
}

#[test]
fn lengths_of_strips_may_be_missing_or_absurd() {
    let lengths = [
        vec![],
        vec![0],
        vec![5],
        vec![48],
        vec![u32::MAX >> 1],
        vec![u32::MAX],
    ];
    for length in lengths {
        let bytes = file(&rgb(), &fields(2, 3, &[(279, length.clone())]));
        let image = image(&bytes);
        assert_eq!(
            (row(&image, 0), row(&image, 3)),
            (ROW.to_vec(), ROW.to_vec()),
            "{length:?}"
        );
    }
    let halves = [(278, vec![2]), (273, vec![8, 32])];
    for length in [vec![], vec![24], vec![1 << 30, 1 << 30]] {
        let fields = fields(2, 3, &[halves[0].clone(), halves[1].clone(), (279, length)]);
        assert_eq!(row(&image(&file(&rgb(), &fields)), 3), ROW);
    }
}

#[test]
fn what_is_missing_of_the_pixels_is_black() {
    let fields = fields(2, 3, &[(278, vec![2]), (273, vec![8, 1 << 20])]);
    let image = image(&file(&rgb(), &fields));
    assert_eq!(
        (row(&image, 0), row(&image, 3)),
        (ROW.to_vec(), vec![0; 12])
    );
}

#[test]
fn absurd_fields_are_refused_by_name_or_have_no_part_in_the_picture() {
    let harmless: [Field; 4] = [
        (278, vec![u32::MAX]),
        (317, vec![7]),
        (65_000, vec![1, 2, 3]),
        (284, vec![1, 1, 1]),
    ];
    for field in harmless {
        let bytes = file(&rgb(), &fields(2, 3, std::slice::from_ref(&field)));
        assert_eq!(row(&image(&bytes), 3), ROW, "{field:?}");
    }
    // A count that is far beyond the file.
    let mut bytes = file(&rgb(), &fields(2, 3, &[(284, vec![1])]));
    let at = bytes
        .windows(4)
        .position(|entry| entry == [0x1c, 1, 4, 0])
        .unwrap();
    bytes[at + 4..at + 8].copy_from_slice(&0xBB00_0001_u32.to_le_bytes());
    assert_eq!(row(&image(&bytes), 3), ROW);

    let absurd: [Field; 8] = [
        (256, vec![0]),
        (256, vec![u32::MAX]),
        (257, vec![u32::MAX]),
        (258, vec![4000]),
        (273, vec![u32::MAX]),
        (277, vec![60_000]),
        (262, vec![]),
        (262, vec![9999]),
    ];
    for field in absurd {
        let bytes = file(&rgb(), &fields(2, 3, std::slice::from_ref(&field)));
        let error = read(&bytes).unwrap_err();
        assert!(
            !matches!(
                error.kind(),
                ErrorKind::OutOfMemory { .. } | ErrorKind::Internal | ErrorKind::Panicked { .. }
            ),
            "{field:?}: {error}"
        );
    }
    let tiles = [
        (273, vec![]),
        (278, vec![]),
        (322, vec![1 << 30]),
        (323, vec![1 << 30]),
        (324, vec![8]),
    ];
    let error = read(&file(&rgb(), &fields(2, 3, &tiles))).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Broken { .. }), "{error}");
}

#[test]
fn the_first_extra_sample_is_alpha_and_others_are_left_out() {
    for (extra, samples) in [
        (vec![0], 4),
        (vec![2], 4),
        (vec![], 4),
        (vec![2, 0], 5),
        (vec![0, 0, 0], 6),
    ] {
        let pixel: Vec<u8> = [10, 20, 30, 99, 77, 55]
            .into_iter()
            .take(samples as usize)
            .collect();
        let bytes = file(
            &pixel.repeat(16),
            &fields(2, samples, &[(338, extra.clone())]),
        );
        assert_eq!(row(&image(&bytes), 0)[..4], [10, 20, 30, 99], "{extra:?}");
    }
    for samples in [2, 3] {
        let pixel = [10, 99, 77]
            .into_iter()
            .take(samples as usize)
            .collect::<Vec<u8>>();
        let bytes = file(
            &pixel.repeat(16),
            &fields(1, samples, &[(338, vec![0; samples as usize - 1])]),
        );
        assert_eq!(row(&image(&bytes), 0)[..2], [10, 99]);
        let bytes = file(
            &pixel.repeat(16),
            &fields(0, samples, &[(338, vec![0; samples as usize - 1])]),
        );
        assert_eq!(row(&image(&bytes), 0)[..2], [245, 99]);
    }
}

#[test]
fn inks_with_a_spot_colour_have_it_as_alpha() {
    let pixel = [1, 2, 3, 4, 99, 77];
    for samples in [5, 6] {
        let data = pixel[..samples].repeat(16);
        let bytes = file(
            &data,
            &fields(5, samples as u32, &[(338, vec![0; samples - 4])]),
        );
        let limits = Limits::default();
        let header = probe(&bytes, &limits).unwrap();
        assert!(header.has_ink_alpha && header.channels == Channels::Cmyk);
        let (pixels, _) = decode(&bytes, &header, &DecodeRequest::default(), &limits).unwrap();
        assert_eq!(row(&interleaved(pixels), 0)[..4], [1, 2, 3, 4]);
    }
}

#[test]
fn colours_multiplied_by_alpha_are_divided_again() {
    let bytes = file(
        &[50, 10, 25, 64].repeat(16),
        &fields(2, 4, &[(338, vec![1])]),
    );
    let pixel = row(&image(&bytes), 0)[..4].to_vec();
    assert!(
        pixel
            .iter()
            .zip([199, 40, 100, 64])
            .all(|(a, b)| a.abs_diff(b) <= 1),
        "{pixel:?}"
    );
    let bytes = file(&[50, 64].repeat(16), &fields(1, 2, &[(338, vec![1])]));
    assert!(row(&image(&bytes), 0)[0].abs_diff(199) <= 1);
}

#[test]
fn zstandard_comes_back() {
    let data =
        ruzstd::encoding::compress_to_vec(&rgb()[..], ruzstd::encoding::CompressionLevel::Fastest);
    for number in [50_000, 34_926] {
        let fields = fields(2, 3, &[(259, vec![number]), (279, vec![data.len() as u32])]);
        assert_eq!(row(&image(&file(&data, &fields)), 3), ROW);
    }
    let differences: Vec<u8> = [[10, 20, 30].to_vec(), vec![30; 9]].concat().repeat(4);
    let data = ruzstd::encoding::compress_to_vec(
        &differences[..],
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    let fields = fields(
        2,
        3,
        &[
            (259, vec![50_000]),
            (279, vec![data.len() as u32]),
            (317, vec![2]),
        ],
    );
    assert_eq!(row(&image(&file(&data, &fields)), 3), ROW);
}

#[test]
fn lzma_comes_back() {
    // The rows with the filters of libtiff: differences to the pixel before, and LZMA2.
    let data = [
        253, 55, 122, 88, 90, 0, 0, 0, 255, 18, 217, 65, 2, 1, 3, 1, 2, 33, 1, 22, 242, 232, 205,
        68, 224, 0, 47, 0, 12, 93, 0, 5, 5, 150, 255, 207, 226, 16, 37, 201, 255, 112, 0, 0, 0, 1,
        32, 48, 37, 161, 219, 147, 6, 114, 158, 122, 1, 0, 0, 0, 0, 0, 89, 90,
    ];
    let fields = fields(2, 3, &[(259, vec![34_925]), (279, vec![data.len() as u32])]);
    assert_eq!(row(&image(&file(&data, &fields)), 3), ROW);
}

#[test]
fn webp_comes_back() {
    let source = Image::from_u8(Layout::u8(WIDTH, HEIGHT, Channels::Rgb), rgb()).unwrap();
    let mut settings = EncodeSettings::new(Format::Webp, 100);
    settings.webp_compression = pixgate_options::WebpCompression::Lossless;
    let data = encode(
        &Pixels::Interleaved(source),
        &settings,
        &Metadata::default(),
    )
    .unwrap();
    let fields = fields(2, 3, &[(259, vec![50_001]), (279, vec![data.len() as u32])]);
    assert_eq!(row(&image(&file(&data, &fields)), 3), ROW);
}

/// Bits as text, blanks between them, as bytes.
fn bits(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text
        .bytes()
        .filter(|byte| *byte != b' ')
        .map(|byte| byte - b'0')
        .collect();
    let byte = |bits: &[u8]| {
        bits.iter()
            .enumerate()
            .fold(0, |byte, (i, bit)| byte | bit << (7 - i))
    };
    bits.chunks(8).map(byte).collect()
}

#[test]
fn fax_lines_come_back() {
    const MARK: &str = "000000000001";
    // Three white, two black, three white; all black; one to the left of the first line, and so on.
    let (plain, black) = ("1000 11 1000", "00110101 000101");
    let shifted = "010 010 1";
    let expected = [0x18_u8, 0xff, 0x18, 0x18];
    let runs = |data: &[u8], compression, more: &[Field]| {
        let mut all = vec![
            (256, vec![8]),
            (258, vec![1]),
            (259, vec![compression]),
            (279, vec![data.len() as u32]),
        ];
        all.extend_from_slice(more);
        let image = image(&file(data, &fields(0, 1, &all)));
        (0..4)
            .map(|y| {
                row(&image, y)
                    .iter()
                    .fold(0, |byte, grey| byte << 1 | u8::from(*grey == 0))
            })
            .collect::<Vec<u8>>()
    };
    let alone = [plain, black, plain, plain].map(|line| format!("{MARK}{line}"));
    let alone = bits(&format!("{}{}", alone.concat(), MARK.repeat(6)));
    assert_eq!(runs(&alone, 3, &[]), expected);
    let reversed: Vec<u8> = alone.iter().map(|byte| byte.reverse_bits()).collect();
    assert_eq!(runs(&reversed, 3, &[(266, vec![2])]), expected);

    let mixed = bits(&format!(
        "{MARK}1{plain}{MARK}1{black}{MARK}1{plain}{MARK}0{shifted}"
    ));
    let moved = runs(&mixed, 3, &[(292, vec![1])]);
    assert_eq!(moved, [0x18, 0xff, 0x18, 0x30]);

    let bytes: Vec<u8> = [plain, black, plain, plain]
        .iter()
        .flat_map(|line| bits(line))
        .collect();
    assert_eq!(runs(&bytes, 2, &[]), expected);
}
