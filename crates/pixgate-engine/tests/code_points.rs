//! AVIF sources that say by code points alone what their colours are.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, can_write, decode, encode, probe,
};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

/// A file of one colour with these primaries and this transfer function.
fn source(color: [u8; 3], primaries: u8, transfer: u8) -> Vec<u8> {
    let layout = Layout::u8(32, 32, Channels::Rgb);
    let image = Image::from_u8(layout, color.repeat(32 * 32)).unwrap();
    let settings = EncodeSettings::new(Format::Avif, 95);
    let image = Pixels::Interleaved(image);
    let mut file = encode(&image, &settings, &Metadata::default()).unwrap();
    let at = file.windows(4).position(|name| name == b"nclx").unwrap();
    (file[at + 5], file[at + 7]) = (primaries, transfer);
    file
}

/// The colour that a plain request for PNG shows.
fn shown(source: &[u8]) -> [u8; 3] {
    let limits = Limits::default();
    let header = probe(source, &limits).unwrap();
    let options = support::options("f:png");
    let settings = Settings::default();
    let plan = pixgate_engine::plan(&options, &header, &settings, &Negotiation::default()).unwrap();
    let png = run(&plan, source, &Cancel::never()).unwrap().bytes;
    let header = probe(&png, &limits).unwrap();
    let (pixels, metadata) = decode(&png, &header, &DecodeRequest::default(), &limits).unwrap();
    assert_eq!(metadata.icc, None);
    let Pixels::Interleaved(image) = pixels else {
        unreachable!()
    };
    image.view::<u8>().unwrap().pixel(16, 16)[..3]
        .try_into()
        .unwrap()
}

fn is_near(found: [u8; 3], expected: [u8; 3]) -> bool {
    found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 5)
}

#[test]
fn other_primaries_are_converted() {
    if !can_write(Format::Avif) {
        return;
    }
    let color = [200, 100, 100];
    assert!(is_near(shown(&source(color, 1, 13)), color));
    let p3 = shown(&source(color, 12, 13));
    assert!(is_near(p3, [216, 94, 96]), "{p3:?}");
    let wide = shown(&source(color, 9, 13));
    assert!(wide[0] > 225 && wide[1] < 95, "{wide:?}");
}

#[test]
fn lights_of_high_dynamic_range_are_compressed_into_what_a_screen_shows() {
    if !can_write(Format::Avif) {
        return;
    }
    // The signals of white and of the brightest light; black.
    for (transfer, white, brightest) in [(16, 148, 192), (18, 191, 255)] {
        let grey = |signal| shown(&source([signal; 3], 9, transfer));
        let [white, brightest, black] = [white, brightest, 0].map(grey);
        assert!(is_near(white, [190; 3]), "{transfer}: {white:?}");
        assert!(brightest.iter().all(|value| *value > 250), "{brightest:?}");
        assert!(black.iter().all(|value| *value < 4), "{black:?}");
    }
}
