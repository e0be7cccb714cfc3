//! The decoder beside rav1d.

mod hostile;

use super::{DecodeError, DecodeSettings, Decoder, Filters, PlaneRows, Rows};
use crate::peer;

/// Small streams, by name; see `samples/README.md`.
const SAMPLES: [(&str, &[u8]); 16] = [
    ("screen_444", include_bytes!("tests/samples/screen_444.obu")),
    ("screen_420", include_bytes!("tests/samples/screen_420.obu")),
    (
        "screen_10_bit",
        include_bytes!("tests/samples/screen_10_bit.obu"),
    ),
    ("lossless", include_bytes!("tests/samples/lossless.obu")),
    (
        "lossless_screen_444",
        include_bytes!("tests/samples/lossless_screen_444.obu"),
    ),
    (
        "monochrome_10_bit",
        include_bytes!("tests/samples/monochrome_10_bit.obu"),
    ),
    ("delta_lf", include_bytes!("tests/samples/delta_lf.obu")),
    ("segments", include_bytes!("tests/samples/segments.obu")),
    ("tiles", include_bytes!("tests/samples/tiles.obu")),
    (
        "large_superblocks_12_bit_422",
        include_bytes!("tests/samples/large_superblocks_12_bit_422.obu"),
    ),
    ("superres", include_bytes!("tests/samples/superres.obu")),
    ("matrices", include_bytes!("tests/samples/matrices.obu")),
    ("grain", include_bytes!("tests/samples/grain.obu")),
    (
        "few_transforms_444_10_bit",
        include_bytes!("tests/samples/few_transforms_444_10_bit.obu"),
    ),
    ("one_pixel", include_bytes!("tests/samples/one_pixel.obu")),
    (
        "restoration",
        include_bytes!("tests/samples/restoration.obu"),
    ),
];

/// All planes, row by row.
fn decode(stream: &[u8], settings: DecodeSettings) -> Result<Vec<Vec<u16>>, DecodeError> {
    let mut decoder = Decoder::new(stream, settings)?;
    let mut planes = vec![Vec::new(); 3];
    let mut next = 0;
    let mut show = |rows: Rows<'_>| {
        assert_eq!(rows.first_row, next);
        next += rows.rows;
        for (to, plane) in planes.iter_mut().zip(&rows.planes) {
            collect(to, plane);
        }
        Ok::<(), DecodeError>(())
    };
    while decoder.decode_row(stream, &mut show)? {}
    assert_eq!(next, decoder.info().height);
    planes.retain(|plane| !plane.is_empty());
    Ok(planes)
}

fn collect(to: &mut Vec<u16>, plane: &PlaneRows<'_>) {
    match *plane {
        PlaneRows::U8 {
            samples,
            stride,
            width,
            rows,
        } => {
            for row in samples.chunks(stride.max(1)).take(rows) {
                to.extend(row[..width].iter().map(|&sample| u16::from(sample)));
            }
        }
        PlaneRows::U16 {
            samples,
            stride,
            width,
            rows,
        } => {
            for row in samples.chunks(stride.max(1)).take(rows) {
                to.extend_from_slice(&row[..width]);
            }
        }
    }
}

#[test]
fn samples_are_equal_to_those_of_the_peer() {
    for (name, stream) in SAMPLES {
        let planes = decode(stream, DecodeSettings::new()).unwrap();
        assert!(planes == peer::decode(stream), "{name}");
    }
}

#[test]
fn fewer_filters_give_pictures_of_the_same_size() {
    for filters in [Filters::Deblocking, Filters::None] {
        for (name, stream) in SAMPLES {
            let mut settings = DecodeSettings::new();
            settings.filters = filters;
            let all = decode(stream, DecodeSettings::new()).unwrap();
            let fewer = decode(stream, settings).unwrap();
            let sizes = |planes: &[Vec<u16>]| planes.iter().map(Vec::len).collect::<Vec<_>>();
            assert_eq!(sizes(&all), sizes(&fewer), "{name}");
        }
    }
}

#[test]
fn memory_does_not_depend_on_the_height() {
    let (_, stream) = SAMPLES[6];
    let decoder = Decoder::new(stream, DecodeSettings::new()).unwrap();
    assert!(decoder.memory() < 1 << 20, "{}", decoder.memory());
}

#[test]
fn larger_frames_than_allowed_are_refused() {
    let (_, stream) = SAMPLES[6];
    let mut settings = DecodeSettings::new();
    settings.max_pixels = 200 * 140 - 1;
    let error = Decoder::new(stream, settings).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::TooLarge {
            width: 200,
            height: 140
        }
    ));
}
