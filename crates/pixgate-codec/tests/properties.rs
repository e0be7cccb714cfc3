//! Laws that hold for any bytes and any pixels.

use pixgate_codec::{
    DecodeRequest, EncodeSettings, ErrorKind, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use proptest::prelude::*;

const STARTS: &[&[u8]] = &[
    b"\xFF\xD8\xFF",
    b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR",
    b"RIFF\xFF\0\0\0WEBPVP8",
    b"GIF89a",
    b"\0\0\0\x10ftypavif\0\0\0\0\0\0\0\xFFmeta",
    b"BM",
];

fn image() -> impl Strategy<Value = Image> {
    let channels = prop_oneof![Just(Channels::Rgb), Just(Channels::Rgba)];
    (1_u32..40, 1_u32..40, channels).prop_flat_map(|(width, height, channels)| {
        let layout = Layout::u8(width, height, channels);
        let samples = proptest::collection::vec(any::<u8>(), layout.samples().unwrap_or(0));
        samples.prop_filter_map("fits", move |samples| Image::from_u8(layout, samples).ok())
    })
}

proptest! {
    #[test]
    fn any_bytes_end_in_an_error_or_an_image(
        start in proptest::sample::select(STARTS),
        rest in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = [start, rest.as_slice()].concat();
        let mut limits = Limits::default();
        limits.max_frame_pixels = 100_000;
        if let Ok(header) = probe(&bytes, &limits) {
            let result = decode(&bytes, &header, &DecodeRequest::default(), &limits);
            if let Err(error) = result {
                let is_panic = matches!(error.kind(), ErrorKind::Panicked { .. });
                prop_assert!(!is_panic, "{}", error);
            }
        }
    }

    #[test]
    fn lossless_formats_give_back_what_they_got(image in image()) {
        for format in [Format::Png, Format::Bmp] {
            let pixels = Pixels::Interleaved(image.clone());
            let settings = EncodeSettings::new(format, 80);
            let file = encode(&pixels, &settings, &Metadata::default()).unwrap();
            let limits = Limits::default();
            let header = probe(&file, &limits).unwrap();
            let (found, _) = decode(&file, &header, &DecodeRequest::default(), &limits).unwrap();
            prop_assert_eq!(&found, &pixels);
        }
    }
}
