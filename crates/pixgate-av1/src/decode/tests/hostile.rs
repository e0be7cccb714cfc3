//! Bytes that nobody meant to be a picture.

use super::{SAMPLES, decode};
use crate::decode::{DecodeError, DecodeSettings, Decoder};

/// Frames of more pixels are refused, so that tests are quick.
const MAX_PIXELS: u64 = 1 << 20;

fn settings() -> DecodeSettings {
    let mut settings = DecodeSettings::new();
    settings.max_pixels = MAX_PIXELS;
    settings
}

#[test]
fn streams_that_end_early_are_errors_or_pictures() {
    for (_, stream) in SAMPLES {
        for length in (0..stream.len()).step_by(7) {
            let _ = decode(&stream[..length], settings());
        }
    }
}

#[test]
fn changed_bytes_are_errors_or_pictures() {
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    for (_, stream) in SAMPLES {
        for _ in 0..40 {
            let mut changed = stream.to_vec();
            for _ in 0..1 + random(4) {
                let place = random(changed.len());
                changed[place] = random(256).to_le_bytes()[0];
            }
            let _ = decode(&changed, settings());
        }
    }
}

#[test]
fn nothing_is_no_frame() {
    let error = Decoder::new(&[], settings()).unwrap_err();
    assert_eq!(error, DecodeError::NoFrame);
    assert!(Decoder::new(&[0x12, 0], settings()).is_err());
    assert!(Decoder::new(&[0xFF; 64], settings()).is_err());
}

#[test]
fn other_bytes_than_at_first_do_no_harm() {
    let (_, stream) = SAMPLES[0];
    let mut decoder = Decoder::new(stream, settings()).unwrap();
    let mut show = |_: super::Rows<'_>| Ok::<(), DecodeError>(());
    while decoder.decode_row(&[], &mut show).unwrap_or(false) {}
}
