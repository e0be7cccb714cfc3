//! GIF files whose frames are too short, too large or without colours.
#![allow(
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

mod support;

use pixgate_codec::{ErrorKind, Limits, frames, probe};
use pixgate_raster::Image;
use support::read;
use weezl::{BitOrder, encode::Encoder};

const COLORS: [[u8; 3]; 4] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]];

/// A frame shown for a tenth of a second at `place` (left, top, width, height).
fn frame(place: [u8; 4], indices: &[u8]) -> Vec<u8> {
    let data = Encoder::new(BitOrder::Lsb, 2).encode(indices).unwrap();
    let mut block = vec![0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C];
    block.extend(place.iter().flat_map(|field| [*field, 0]));
    block.extend([0, 2]);
    for part in data.chunks(255) {
        block.push(part.len() as u8);
        block.extend_from_slice(part);
    }
    block.push(0);
    block
}

/// A file whose screen has four columns and rows.
fn file(has_colors: bool, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"GIF89a\x04\0\x04\0".to_vec();
    file.extend([if has_colors { 0x81 } else { 0 }, 0, 0]);
    if has_colors {
        file.extend(COLORS.concat());
    }
    file.extend(frames.concat());
    file.push(0x3B);
    file
}

fn all(bytes: &[u8]) -> Vec<Image> {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let mut frames = frames(bytes, &header, &limits).unwrap();
    let mut found = Vec::new();
    while let Some((image, _)) = frames.next_frame().unwrap() {
        found.push(image);
    }
    found
}

fn color(image: &Image, x: u32, y: u32) -> [u8; 3] {
    let view = image.view::<u8>().unwrap();
    view.pixel(x, y)[..3].try_into().unwrap()
}

#[test]
fn what_a_frame_lacks_stays_and_the_animation_goes_on() {
    let whole = [0, 0, 4, 4];
    for missing in [1, 7, 16] {
        let short = vec![1; 16 - missing];
        let bytes = file(
            true,
            &[
                frame(whole, &[0; 16]),
                frame(whole, &short),
                frame([0, 0, 1, 1], &[2]),
            ],
        );
        let images = all(&bytes);
        assert_eq!(images.len(), 3, "{missing}");
        assert_eq!(color(&images[1], 3, 3), COLORS[0]);
        if missing < 16 {
            assert_eq!(color(&images[1], 1, 0), COLORS[1]);
        }
        assert_eq!(color(&images[2], 0, 0), COLORS[2]);
    }
}

#[test]
fn a_first_frame_that_is_short_has_nothing_below_it() {
    let bytes = file(
        true,
        &[frame([0, 0, 4, 4], &[1; 10]), frame([0, 0, 1, 1], &[2])],
    );
    let images = all(&bytes);
    assert_eq!(color(&images[0], 0, 0), COLORS[1]);
    assert_eq!(color(&images[0], 3, 3), [0; 3]);
    let empty = file(true, &[frame([0, 0, 4, 4], &[])]);
    assert!(matches!(
        read(&empty).unwrap_err().kind(),
        ErrorKind::Broken { .. }
    ));
}

#[test]
fn what_lies_beyond_the_canvas_is_cut_off() {
    let bytes = file(
        true,
        &[
            frame([0, 0, 4, 4], &[0; 16]),
            frame([2, 2, 4, 3], &[1; 12]),
            frame([9, 9, 2, 2], &[2; 4]),
            frame([0, 0, 9, 9], &[3; 81]),
        ],
    );
    let header = probe(&bytes, &Limits::default()).unwrap();
    assert_eq!((header.width, header.height, header.frames), (4, 4, 4));
    let images = all(&bytes);
    let corners = |image: &Image| [color(image, 0, 0), color(image, 3, 3)];
    assert_eq!(corners(&images[1]), [COLORS[0], COLORS[1]]);
    assert_eq!(corners(&images[2]), [COLORS[0], COLORS[1]]);
    assert_eq!(corners(&images[3]), [COLORS[3], COLORS[3]]);
}

#[test]
fn without_any_colours_there_is_black_and_white() {
    let indices: Vec<u8> = (0..16).map(|i| i % 4).collect();
    let images = all(&file(
        false,
        &[frame([0, 0, 4, 4], &indices), frame([0, 0, 1, 1], &[1])],
    ));
    let row: Vec<_> = (0..4).map(|x| color(&images[0], x, 0)[0]).collect();
    assert_eq!(row, [0, 255, 0, 0]);
}
