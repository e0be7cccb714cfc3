//! What all decoders of image files are held to.

use libfuzzer_sys::Corpus;
use pixgate_codec::{
    DecodeRequest, Error, ErrorKind, Header, Limits, Pixels, Shrink, can_write_animation, decode,
    decode_bytes, frames, probe, sniff,
};
use pixgate_options::Format;

/// Decodes a file of this format in all the ways that there are; other files are not kept.
///
/// Whatever comes out has the size and the channels that the header promised, and decoding twice
/// gives the same. Panics of codec libraries are findings too.
pub fn decode_all(format: Format, data: &[u8]) -> Corpus {
    if sniff(data) != Some(format) {
        return Corpus::Reject;
    }
    let limits = limits();
    let Some(header) = sound(probe(data, &limits)) else {
        return Corpus::Keep;
    };
    assert!(header.width > 0 && header.height > 0 && header.frames > 0);
    let is_drawing = format == Format::Svg;
    assert!(is_drawing || u64::from(header.width) * u64::from(header.height) <= MAX_PIXELS);
    let plain = decode_so(data, &header, request(false, Shrink::None));
    assert_eq!(
        plain,
        decode_so(data, &header, request(false, Shrink::None))
    );
    decode_so(data, &header, request(true, Shrink::None));
    let small = Shrink::Size {
        width: (header.width / 3).clamp(1, 64),
        height: (header.height / 3).clamp(1, 64),
    };
    decode_so(data, &header, request(header.subsampling.is_some(), small));
    if can_write_animation(format) || format == Format::Jxl {
        run_frames(data, &header);
    }
    Corpus::Keep
}

fn decode_so(data: &[u8], header: &Header, request: DecodeRequest) -> Option<Pixels> {
    let bytes = decode_bytes(header, &request);
    let is_allowed = bytes <= limits().max_decode_bytes;
    let (pixels, _) = sound(decode(data, header, &request, &limits()))?;
    assert!(is_allowed, "decoded with {bytes} bytes");
    let size = match request.shrink {
        Shrink::Size { width, height } if header.format == Format::Svg => (width, height),
        _ => (header.width, header.height),
    };
    assert_eq!(pixels.size(), size);
    if let Pixels::Interleaved(image) = &pixels {
        assert_eq!(image.layout().channels, header.channels);
    }
    Some(pixels)
}

/// The first frames, none of another shape than the header says.
fn run_frames(data: &[u8], header: &Header) {
    let Some(mut frames) = sound(frames(data, header, &limits())) else {
        return;
    };
    for _ in 0..header.frames.min(20) {
        let Some(Some((image, _))) = sound(frames.next_frame()) else {
            return;
        };
        assert_eq!(
            (image.width(), image.height()),
            (header.width, header.height)
        );
        assert_eq!(image.layout().channels, header.channels);
    }
}

/// Files may be broken or too much; this project may not make mistakes.
fn sound<T>(result: Result<T, Error>) -> Option<T> {
    result
        .inspect_err(|error| assert_ne!(error.kind(), &ErrorKind::Internal, "{error:?}"))
        .ok()
}

fn request(planar: bool, shrink: Shrink) -> DecodeRequest {
    let mut request = DecodeRequest::default();
    (request.planar, request.shrink) = (planar, shrink);
    request
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_frame_pixels = MAX_PIXELS;
    limits.max_decode_bytes = 64 << 20;
    limits
}

/// Few enough that an execution takes milliseconds.
const MAX_PIXELS: u64 = 1 << 15;
