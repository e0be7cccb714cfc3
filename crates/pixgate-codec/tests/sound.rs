//! Damage that decoders read past is seen by whoever wants to hand a file on.
#![allow(
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "structures are non-exhaustive, and a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, can_write, decode, encode, is_sound,
    probe,
};
use pixgate_options::Format;
use pixgate_raster::Channels;
use support::{encoded, picture, settings};

fn sound(bytes: &[u8]) -> bool {
    let limits = Limits::default();
    probe(bytes, &limits).is_ok_and(|header| is_sound(bytes, &header, &limits))
}

/// Whether it is shown in spite of its damage.
fn shown(bytes: &[u8]) -> bool {
    let limits = Limits::default();
    probe(bytes, &limits)
        .is_ok_and(|header| decode(bytes, &header, &DecodeRequest::default(), &limits).is_ok())
}

fn file(format: Format) -> Vec<u8> {
    encoded(&picture(80, 56, Channels::Rgb), &settings(format, 80))
}

#[test]
fn what_the_encoders_write_is_sound() {
    for format in [Format::Jpeg, Format::Png, Format::Gif, Format::Webp] {
        if !can_write(format) {
            continue;
        }
        for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
            if (format, channels) == (Format::Jpeg, Channels::Rgba) {
                continue;
            }
            assert!(
                sound(&encoded(&picture(80, 56, channels), &settings(format, 80))),
                "{format} {channels:?}"
            );
        }
        let mut special: EncodeSettings = settings(format, 80);
        special.jpeg_progressive = true;
        special.png_interlaced = true;
        special.palette_bits = Some(4);
        let pixels = Pixels::Interleaved(picture(80, 56, Channels::Rgb));
        let bytes = encode(&pixels, &special, &Metadata::default()).unwrap();
        assert!(sound(&bytes), "{format}");
    }
}

#[test]
fn a_jpeg_whose_codes_end_early_is_shown_and_not_sound() {
    let whole = file(Format::Jpeg);
    for left in [whole.len() / 2, whole.len() - 40] {
        let cut = [&whole[..left], &[0xff, 0xd9]].concat();
        assert!(shown(&cut) && !sound(&cut), "{left}");
    }
}

#[test]
fn a_webp_whose_codes_end_early_is_not_sound() {
    if !can_write(Format::Webp) {
        return;
    }
    let whole = file(Format::Webp);
    let mut cut = whole[..(whole.len() / 2) & !1].to_vec();
    let length = u32::try_from(cut.len()).unwrap();
    cut[4..8].copy_from_slice(&(length - 8).to_le_bytes());
    cut[16..20].copy_from_slice(&(length - 20).to_le_bytes());
    assert!(!sound(&cut));
}

#[test]
fn a_gif_that_lacks_pixels_is_shown_and_not_sound() {
    let whole = file(Format::Gif);
    // The codes of the only frame end with an empty piece and the trailer.
    let cut = [&whole[..whole.len() - 2 - 300], &[0, 0x3b]].concat();
    let start = whole.iter().position(|byte| *byte == 0x2c).unwrap();
    let mut beyond = whole.clone();
    beyond[start + 1] = 1;
    assert!(!sound(&cut) && shown(&beyond) && !sound(&beyond));
}

/// A PNG with its chunks as they were changed, checksums made anew.
fn png(change: impl Fn(&[u8; 4], &mut Vec<u8>) -> bool) -> Vec<u8> {
    let whole = file(Format::Png);
    let mut made = whole[..8].to_vec();
    let mut rest = &whole[8..];
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let name = behind[..4].try_into().unwrap();
        let mut payload = behind[4..4 + length].to_vec();
        rest = &behind[8 + length..];
        if change(&name, &mut payload) {
            push(&mut made, &name, &payload);
        }
    }
    made
}

fn push(file: &mut Vec<u8>, name: &[u8; 4], payload: &[u8]) {
    file.extend(u32::try_from(payload.len()).unwrap().to_be_bytes());
    let start = file.len();
    file.extend(name);
    file.extend(payload);
    let mut sum = flate2::Crc::new();
    sum.update(&file[start..]);
    file.extend(sum.sum().to_be_bytes());
}

#[test]
fn a_png_that_was_repaired_is_shown_and_not_sound() {
    assert!(sound(&png(|_, _| true)));
    let cut = png(|name, payload| {
        if name == b"IDAT" {
            payload.truncate(payload.len() - 6);
        }
        true
    });
    let other_sum = png(|name, payload| {
        if name == b"IDAT" {
            let last = payload.len() - 1;
            payload[last] ^= 1;
        }
        true
    });
    let mut wrong_checksum = png(|_, _| true);
    let end = wrong_checksum.len();
    wrong_checksum[end - 13] ^= 1;
    let mut odd_transparency = png(|_, _| true)[..33].to_vec();
    push(&mut odd_transparency, b"tRNS", &[]);
    odd_transparency.extend(&png(|_, _| true)[33..]);
    let no_end = png(|name, _| name != b"IEND");
    for (what, file) in [
        ("cut", cut),
        ("another Adler sum", other_sum),
        ("another checksum", wrong_checksum),
        ("transparency that cannot be", odd_transparency),
        ("no end", no_end),
    ] {
        // So small a picture comes out of its codes all at once, or not at all.
        assert!(what == "cut" || shown(&file), "{what}");
        assert!(!sound(&file), "{what}");
    }
}
