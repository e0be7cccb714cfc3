//! Faces where there are some, and nothing but an answer where there is anything else.
#![allow(
    clippy::unwrap_used,
    reason = "a test stops where something is missing"
)]

use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_faces::{Face, find};
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::geometry::orient;
use pixgate_raster::resample::{Resampler, Scaling};
use pixgate_raster::{Channels, Depth, Image, Layout, Orientation};
use proptest::prelude::*;

/// The portrait of Eileen Collins, NASA, in the public domain; 320 by 320 pixels, one face.
const COLLINS: &[u8] = include_bytes!("pictures/collins.jpg");

fn collins() -> Image {
    let limits = Limits::default();
    let header = probe(COLLINS, &limits).unwrap();
    let (pixels, _) = decode(COLLINS, &header, &DecodeRequest::default(), &limits).unwrap();
    match pixels {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(planes) => pixgate_raster::convert::planes_to_image(&planes).unwrap(),
    }
}

/// Fails unless the one face is where it is, up to a share of the picture.
fn assert_is_hers(faces: &[Face]) {
    assert_eq!(faces.len(), 1, "{faces:?}");
    let face = faces[0];
    for (found, expected) in [
        (face.left, 0.34),
        (face.top, 0.13),
        (face.width, 0.19),
        (face.height, 0.19),
    ] {
        assert!((found - expected).abs() < 0.03, "{face:?}");
    }
    assert!((0.8..=1.0).contains(&face.confidence), "{face:?}");
}

#[test]
fn a_face_is_found_in_any_size_and_layout() {
    let image = collins();
    assert_is_hers(&find(&image, Orientation::UPRIGHT).unwrap());
    for factor in [0.6, 2.5, 5.0] {
        let scaling = Scaling::scaled(image.layout(), factor, factor);
        let scaled = Resampler::new().resize(&image, scaling).unwrap();
        assert_is_hers(&find(&scaled, Orientation::UPRIGHT).unwrap());
    }
    for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgba] {
        for depth in [Depth::U8, Depth::U16] {
            let image = convert_channels(image.clone(), channels).unwrap();
            let image = convert_depth(image, depth).unwrap();
            assert_is_hers(&find(&image, Orientation::UPRIGHT).unwrap());
        }
    }
}

#[test]
fn a_picture_is_looked_at_upright() {
    for exif in 1..=8 {
        let upright = Orientation::from_exif(exif);
        let stored = orient(&collins(), upright.inverse()).unwrap();
        assert_is_hers(&find(&stored, upright).unwrap());
    }
}

#[test]
fn what_is_transparent_or_of_inks_has_no_face() {
    let mut hidden = convert_channels(collins(), Channels::Rgba).unwrap();
    for pixel in hidden.slice_mut::<u8>().unwrap().chunks_mut(4) {
        pixel[3] = 0;
    }
    assert_eq!(find(&hidden, Orientation::UPRIGHT).unwrap(), []);
    let inks = Image::zeroed(Layout::u8(64, 64, Channels::Cmyk)).unwrap();
    assert_eq!(find(&inks, Orientation::UPRIGHT).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_picture_has_an_answer(
        width in 1..700_u32,
        height in 1..700_u32,
        seed in any::<u32>(),
        kind in 0..3,
    ) {
        let layout = Layout::u8(width, height, Channels::Grey);
        let mut state = seed | 1;
        let samples = (0..width * height).map(|at| match kind {
            0 => seed.to_le_bytes()[0],
            1 => ((at % width) ^ (at / width)).to_le_bytes()[0],
            _ => {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state.to_le_bytes()[0]
            }
        });
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        for face in find(&image, Orientation::UPRIGHT).unwrap() {
            prop_assert!((0.0..=1.0).contains(&face.confidence));
        }
    }
}
