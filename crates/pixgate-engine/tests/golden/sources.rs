//! Pictures made by arithmetic.

use moxcms::ColorProfile;
use pixgate_codec::{EncodeSettings, Metadata, Pixels, animation_encoder, encode};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, Depth, Image, Layout};

use crate::support;

/// An encoded picture.
pub(crate) struct Source {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// All of them.
pub(crate) fn all() -> Vec<Source> {
    let adobe = || ColorProfile::new_adobe_rgb().encode().ok();
    let mut turned = Metadata::default();
    turned.exif = Some(support::exif(6));
    let mut wide = Metadata::default();
    wide.icc = adobe();
    let mut dark = Metadata::default();
    dark.icc = ColorProfile::new_gray_with_gamma(1.8).encode().ok();
    let plain = Metadata::default();
    let deep = |image| convert_depth(image, Depth::U16).unwrap();
    let png = |name, image, metadata: &Metadata| still(name, Format::Png, image, metadata);
    vec![
        png("quarters.png", quarters(), &plain),
        png("turned.png", quarters(), &turned),
        png("waves.png", waves(96, 64, Channels::Rgb), &plain),
        png("glass.png", waves(60, 48, Channels::Rgba), &plain),
        png("grey.png", waves(60, 48, Channels::Grey), &plain),
        png("dark.png", waves(60, 48, Channels::Grey), &dark),
        png("wide.png", waves(60, 48, Channels::Rgb), &wide),
        png("deep.png", deep(waves(60, 48, Channels::Rgba)), &plain),
        png("deep-grey.png", deep(waves(60, 48, Channels::Grey)), &plain),
        png("deep-wide.png", deep(waves(60, 48, Channels::Rgb)), &wide),
        png("framed.png", framed(), &plain),
        png("island.png", island(), &plain),
        png("spot.png", spot(), &plain),
        png("mark.png", mark(), &plain),
        png("mask.png", mask(), &plain),
        still(
            "camera.jpg",
            Format::Jpeg,
            waves(320, 240, Channels::Rgb),
            &plain,
        ),
        moving("moving.gif"),
        pages("pages.tiff"),
        Source {
            name: "icon.svg",
            bytes: ICON.into(),
        },
    ]
}

/// A house whose colours are attributes.
const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'>\
                    <path d='M4 14 20 3l16 11z' fill='#a33'/>\
                    <rect class='wall' x='8' y='14' width='24' height='13' fill='#dc9'/></svg>";

/// Pages of three kinds and sizes.
fn pages(name: &'static str) -> Source {
    let bytes = support::pages::tiff(&[
        (waves(60, 30, Channels::Rgb), 1),
        (waves(44, 20, Channels::Grey), 1),
        (waves(52, 36, Channels::Rgba), 1),
    ]);
    Source { name, bytes }
}

fn still(name: &'static str, format: Format, image: Image, metadata: &Metadata) -> Source {
    let mut settings = EncodeSettings::new(format, 90);
    // The source shall stay what the reference was asked for, whatever tables are usual.
    settings.jpeg_quant_table = Some(0);
    let bytes = encode(&Pixels::Interleaved(image), &settings, metadata).unwrap();
    Source { name, bytes }
}

fn painted(
    (width, height): (u32, u32),
    channels: Channels,
    sample: impl Fn(u32, u32, u32) -> u32,
) -> Image {
    let layout = Layout::u8(width, height, channels);
    let count = u32::try_from(channels.count()).unwrap();
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            samples.extend((0..count).map(|c| u8::try_from(sample(x, y, c).min(255)).unwrap()));
        }
    }
    Image::from_u8(layout, samples).unwrap()
}

/// Four quarters in four colours, a white diagonal, a red frame.
fn quarters() -> Image {
    let (width, height) = (64_u32, 40_u32);
    painted((width, height), Channels::Rgb, |x, y, c| {
        let color = match (x < width / 2, y < height / 2) {
            _ if x < 3 || y < 3 || x >= width - 3 || y >= height - 3 => [255, 0, 0],
            _ if x.abs_diff(y) < 2 => [255, 255, 255],
            (true, true) => [20, 60, 200],
            (false, true) => [240, 220, 20],
            (true, false) => [10, 160, 60],
            (false, false) => [60, 60, 60],
        };
        color[c as usize]
    })
}

/// Slow and fast waves, blocks; of channels with alpha the last is a ramp with a hole.
fn waves(width: u32, height: u32, channels: Channels) -> Image {
    painted((width, height), channels, |x, y, c| {
        let is_alpha = channels.has_alpha() && c + 1 == u32::try_from(channels.count()).unwrap();
        if is_alpha {
            let is_hole = x.abs_diff(width / 3) + y.abs_diff(height / 2) < 9;
            return if is_hole { 0 } else { (x + y) * 5 };
        }
        let slow = triangle(x * 7 + y * 4 + c * 90) / 2;
        let fast = triangle(x * (60 + 13 * c) + y * 41) / 4;
        let block = if (x / 13 + y / 11).is_multiple_of(3) {
            60
        } else {
            0
        };
        slow + fast + block
    })
}

/// 0 to 255 and back.
fn triangle(phase: u32) -> u32 {
    let phase = phase % 510;
    phase.min(510 - phase)
}

/// Waves within an uneven, slightly noisy border.
fn framed() -> Image {
    painted((70, 50), Channels::Rgb, |x, y, c| {
        if (7..58).contains(&x) && (4..41).contains(&y) {
            triangle(x * 31 + y * 17 + c * 70)
        } else {
            236 + (x * 7 + y * 13 + c * 5) % 7
        }
    })
}

/// A square in nothing.
fn island() -> Image {
    painted((40, 30), Channels::Rgba, |x, y, c| {
        let is_inside = (11..31).contains(&x) && (6..20).contains(&y);
        match (is_inside, c) {
            (false, _) => 0,
            (true, 3) => 255,
            (true, c) => 60 + 50 * c + x,
        }
    })
}

/// Something to look at in a dull picture.
fn spot() -> Image {
    painted((120, 50), Channels::Rgb, |x, y, c| {
        if x.abs_diff(93).pow(2) + y.abs_diff(20).pow(2) < 130 {
            [230, 40, 60][c as usize]
                + if (x / 2 + y / 2).is_multiple_of(2) {
                    0
                } else {
                    25
                }
        } else {
            90 + x / 8 + y / 8
        }
    })
}

/// A translucent sign with a hard and a soft side.
fn mark() -> Image {
    painted((20, 12), Channels::Rgba, |x, y, c| match c {
        0 => 250,
        1 => 80 + y * 10,
        2 => 20,
        _ if y.abs_diff(6) < 2 => 255,
        _ => x * 12,
    })
}

/// A light disc on a dark ramp.
fn mask() -> Image {
    painted((30, 20), Channels::Grey, |x, y, _| {
        if x.abs_diff(15).pow(2) + y.abs_diff(10).pow(2) < 64 {
            255
        } else {
            x * 4
        }
    })
}

/// A square that moves to the right over a ramp.
fn moving(name: &'static str) -> Source {
    let layout = Layout::u8(48, 32, Channels::Rgb);
    let settings = EncodeSettings::new(Format::Gif, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for number in 0..4 {
        let frame = painted((48, 32), Channels::Rgb, |x, y, c| {
            let is_inside =
                (10 * number + 2..10 * number + 14).contains(&x) && (8..22).contains(&y);
            match (is_inside, c) {
                (true, 1) => 200,
                (true, _) => 30,
                (false, 2) => 40 + y / 8 * 40,
                (false, _) => x / 8 * 30,
            }
        });
        encoder.write_frame(frame, 80).unwrap();
    }
    let bytes = encoder.finish(0).unwrap();
    Source { name, bytes }
}
