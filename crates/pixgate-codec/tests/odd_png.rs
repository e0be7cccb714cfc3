//! PNG files that are damaged where it does not matter, as they are found in the wild.
#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

mod support;

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use pixgate_codec::ErrorKind;
use pixgate_raster::{Channels, Image};
use support::{interleaved, read};

const GREY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const SIDE: u32 = 8;

fn chunk(name: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(payload);
    let length = (payload.len() as u32).to_be_bytes();
    [&length[..], name, payload, &sum.sum().to_be_bytes()].concat()
}

fn with_wrong_sum(mut chunk: Vec<u8>) -> Vec<u8> {
    *chunk.last_mut().unwrap() ^= 0x55;
    chunk
}

fn header(color: u8) -> Vec<u8> {
    let mut payload = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    payload.extend([8, color, 0, 0, 0]);
    chunk(b"IHDR", &payload)
}

/// Rows whose samples count up, starting at their number; indices are 0 to 3.
fn pixels(color: u8) -> Vec<u8> {
    let samples = if color == RGB { 3 * SIDE } else { SIDE };
    let row = |y: u32| (0..samples).map(move |x| (x * 3 + y) as u8);
    let rows = (0..SIDE).flat_map(|y| {
        let row = row(y).map(|value| if color == PALETTE { value % 4 } else { value });
        std::iter::once(0).chain(row).collect::<Vec<_>>()
    });
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::default());
    stream.write_all(&rows.collect::<Vec<_>>()).unwrap();
    stream.finish().unwrap()
}

fn file(parts: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

fn colors() -> Vec<u8> {
    chunk(b"PLTE", &[255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
}

fn end() -> Vec<u8> {
    chunk(b"IEND", &[])
}

fn image(bytes: &[u8]) -> Image {
    interleaved(read(bytes).unwrap().1)
}

fn pixel(image: &Image, x: u32, y: u32) -> Vec<u8> {
    image.view::<u8>().unwrap().pixel(x, y).to_vec()
}

#[test]
fn transparency_that_cannot_be_is_ignored() {
    let data = |color| chunk(b"IDAT", &pixels(color));
    let trns = |payload: &[u8]| chunk(b"tRNS", payload);
    let ignored = [
        file(&[header(PALETTE), colors(), trns(&[]), data(PALETTE), end()]),
        file(&[header(PALETTE), trns(&[0]), colors(), data(PALETTE), end()]),
        file(&[
            header(PALETTE),
            colors(),
            trns(&[0; 5]),
            data(PALETTE),
            end(),
        ]),
        file(&[
            header(PALETTE),
            colors(),
            with_wrong_sum(trns(&[0])),
            data(PALETTE),
            end(),
        ]),
        file(&[header(PALETTE), colors(), data(PALETTE), trns(&[0]), end()]),
        file(&[header(RGB), trns(&[0, 0, 0, 3]), data(RGB), end()]),
        file(&[
            header(RGB),
            trns(&[0, 0, 0, 3, 0, 6, 0, 0]),
            data(RGB),
            end(),
        ]),
        file(&[header(GREY), trns(&[0]), data(GREY), end()]),
    ];
    for (i, bytes) in ignored.iter().enumerate() {
        let image = image(bytes);
        assert!(!image.layout().channels.has_alpha(), "{i}");
    }
    let honoured = file(&[header(PALETTE), colors(), trns(&[7]), data(PALETTE), end()]);
    assert_eq!(pixel(&image(&honoured), 0, 0), [255, 0, 0, 7]);
    let honoured = file(&[header(GREY), trns(&[0, 3]), data(GREY), end()]);
    assert_eq!(pixel(&image(&honoured), 1, 0), [3, 0]);
}

#[test]
fn wrong_checksums_and_a_missing_end_cost_no_pixel() {
    let data = || chunk(b"IDAT", &pixels(RGB));
    let right = image(&file(&[header(RGB), data(), end()]));
    let half = pixels(RGB);
    let (first, second) = half.split_at(half.len() / 2);
    let odd = [
        file(&[with_wrong_sum(header(RGB)), data(), end()]),
        file(&[header(RGB), with_wrong_sum(data()), end()]),
        file(&[header(RGB), data()]),
        file(&[header(RGB), data(), with_wrong_sum(end())]),
        file(&[header(RGB), data(), b"junk".to_vec()]),
        file(&[header(RGB), chunk(b"IDAT", &half[..half.len() - 4]), end()]),
        file(&[
            header(RGB),
            chunk(b"IDAT", first),
            chunk(b"tEXt", b"a\0b"),
            chunk(b"IDAT", second),
        ]),
        file(&[header(RGB), chunk(b"PLTE", &[1; 13]), data(), end()]),
    ];
    for (i, bytes) in odd.iter().enumerate() {
        assert_eq!(image(bytes), right, "{i}");
    }
    let mut without_sum = file(&[header(RGB), data()]);
    without_sum.truncate(without_sum.len() - 4);
    assert_eq!(image(&without_sum), right);
}

#[test]
fn an_animation_with_bad_control_chunks_shows_its_picture() {
    let data = || chunk(b"IDAT", &pixels(RGB));
    let right = image(&file(&[header(RGB), data(), end()]));
    let control = |sequence: u32, width: u32| {
        let mut payload = [sequence, width, SIDE, 0, 0].map(u32::to_be_bytes).concat();
        payload.extend([0, 1, 0, 10, 0, 0]);
        chunk(b"fcTL", &payload)
    };
    let frames = || chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    for bytes in [
        file(&[header(RGB), frames(), control(0, SIDE + 9), data(), end()]),
        file(&[header(RGB), frames(), chunk(b"fcTL", b"abc"), data(), end()]),
        file(&[
            header(RGB),
            frames(),
            control(7, SIDE),
            data(),
            control(1, SIDE),
            end(),
        ]),
        file(&[header(RGB), chunk(b"acTL", &[0; 8]), data(), end()]),
    ] {
        assert_eq!(image(&bytes), right);
    }
}

#[test]
fn rows_in_front_of_damage_are_shown() {
    let mut data = pixels(RGB);
    let middle = data.len() / 2;
    for byte in &mut data[middle..middle + 8] {
        *byte ^= 0x5a;
    }
    let damaged = image(&file(&[header(RGB), chunk(b"IDAT", &data), end()]));
    let right = image(&file(&[header(RGB), chunk(b"IDAT", &pixels(RGB)), end()]));
    assert_eq!(pixel(&damaged, 3, 0), pixel(&right, 3, 0));
    assert_eq!(damaged.layout().channels, Channels::Rgb);
}

#[test]
fn palettes_that_cannot_be_are_named() {
    let data = || chunk(b"IDAT", &pixels(PALETTE));
    let palettes: [Vec<u8>; 3] = [vec![1; 13], Vec::new(), vec![0; 771]];
    for palette in palettes {
        let bytes = file(&[header(PALETTE), chunk(b"PLTE", &palette), data(), end()]);
        let error = read(&bytes).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Broken { .. }), "{error}");
    }
    let without = file(&[header(PALETTE), data(), end()]);
    assert!(matches!(
        read(&without).unwrap_err().kind(),
        ErrorKind::Broken { .. }
    ));
}

#[test]
fn pixels_that_are_cut_or_damaged_before_the_first_row_are_black() {
    let mut damaged = pixels(RGB);
    damaged[0] = 0xff;
    let whole = pixels(RGB);
    for data in [&[][..], &whole[..1], &whole[..6], &damaged] {
        let image = image(&file(&[header(RGB), chunk(b"IDAT", data), end()]));
        let samples = image.view::<u8>().unwrap();
        assert!(samples.rows().flatten().all(|sample| *sample == 0));
    }
    let bytes = file(&[header(RGB), chunk(b"IDAT", &whole)]);
    let start = file(&[header(RGB)]).len() + 8;
    for length in [start, start + 1, start + 3] {
        assert_eq!(pixel(&image(&bytes[..length]), 0, 0), [0, 0, 0]);
    }
    // Without any pixels there is no picture.
    assert!(read(&file(&[header(RGB), end()])).is_err());
    assert!(read(&bytes[..start - 8]).is_err());
}
