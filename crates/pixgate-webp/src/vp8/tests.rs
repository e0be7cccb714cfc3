//! The decoder against libwebp's, with and without the loop filter.
#![allow(unsafe_code, reason = "libwebp is a C library")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "sizes are small, and a test may stop where it likes"
)]

use libwebp_sys::{
    VP8StatusCode, WEBP_CSP_MODE, WebPConfig, WebPDecode, WebPDecoderConfig, WebPEncode,
    WebPFreeDecBuffer, WebPInitDecoderConfig, WebPMemoryWrite, WebPMemoryWriter,
    WebPMemoryWriterClear, WebPMemoryWriterInit, WebPPicture, WebPPictureFree,
    WebPPictureImportRGB,
};

use super::Decoder;
use super::kernels::Kernels;

static PORTABLE: Kernels = Kernels::PORTABLE;

/// Luma and both kinds of chroma, rows without gaps.
type Decoded = [Vec<u8>; 3];

/// The content of the `VP8 ` chunk.
fn payload(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(12..)?;
    while let (Some(name), Some(length)) = (rest.get(..4), rest.get(4..8)) {
        let length = u32::from_le_bytes(length.try_into().unwrap()) as usize;
        let content = rest.get(8..)?;
        if name == b"VP8 " {
            return Some(&content[..length.min(content.len())]);
        }
        rest = content.get(length.next_multiple_of(2)..)?;
    }
    None
}

/// A file of one `VP8 ` chunk.
pub(super) fn file(payload: &[u8]) -> Vec<u8> {
    let padded = payload.len().next_multiple_of(2);
    let length = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let mut file = b"RIFF".to_vec();
    file.extend(length(padded + 12));
    file.extend(b"WEBPVP8 ");
    file.extend(length(payload.len()));
    file.extend(payload);
    file.resize(padded + 20, 0);
    file
}

fn ours(file: &[u8], is_filtered: bool, kernels: &'static Kernels) -> Decoded {
    let payload = payload(file).unwrap();
    let mut decoder = Decoder::new(payload, is_filtered).unwrap();
    decoder.kernels = kernels;
    // The twin reads one boolean after the other.
    decoder.cuts = std::ptr::eq(kernels, Kernels::detect())
        .then(|| super::cuts::Cuts::new(&decoder.header.token_probs).unwrap());
    let mut decoded = Decoded::default();
    let mut rows = 0;
    while let Some(planes) = decoder.next_rows().unwrap() {
        rows += planes.luma.height();
        let [cb, cr] = planes.chroma;
        for (to, from) in decoded.iter_mut().zip([planes.luma, cb, cr]) {
            for row in from.rows() {
                to.extend(row);
            }
        }
    }
    assert_eq!(rows, decoder.size().1 as usize);
    decoded
}

fn theirs(file: &[u8], is_filtered: bool) -> Decoded {
    // SAFETY: the structure is plain data that the library fills in, the file outlives the call,
    // and planes are read where and as long as the library says that they are.
    unsafe {
        let mut config: WebPDecoderConfig = std::mem::zeroed();
        assert!(WebPInitDecoderConfig(&raw mut config));
        config.options.bypass_filtering = i32::from(!is_filtered);
        config.output.colorspace = WEBP_CSP_MODE::MODE_YUV;
        let status = WebPDecode(file.as_ptr(), file.len(), &raw mut config);
        assert_eq!(status, VP8StatusCode::VP8_STATUS_OK);
        let (width, height) = (config.output.width as usize, config.output.height as usize);
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let planes = config.output.u.YUVA;
        let copied = |start: *const u8, stride: i32, width: usize, height: usize| {
            let row = |y: usize| std::slice::from_raw_parts(start.add(y * stride as usize), width);
            (0..height).flat_map(|y| row(y).to_vec()).collect()
        };
        let decoded = [
            copied(planes.y, planes.y_stride, width, height),
            copied(planes.u, planes.u_stride, half_width, half_height),
            copied(planes.v, planes.v_stride, half_width, half_height),
        ];
        WebPFreeDecBuffer(&raw mut config.output);
        decoded
    }
}

fn encoded((width, height): (usize, usize), seed: usize, set: impl Fn(&mut WebPConfig)) -> Vec<u8> {
    let mut state = 1_u32;
    let rgb: Vec<u8> = (0..width * height * 3)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y, c) = (i / 3 % width, i / 3 / width, i % 3);
            let wave = (x * x * seed / 40 + y * (5 + c) + seed * 31) % 256;
            let edge = if (x / 9 + y / 13) % 3 == 0 { 90 } else { 0 };
            u8::try_from((wave + edge + (state >> 28) as usize) % 256).unwrap()
        })
        .collect();
    // SAFETY: configuration and picture are initialised, `rgb` holds all rows, the writer outlives
    // the call, and its buffer is copied before it is freed.
    unsafe {
        let mut config = WebPConfig::new().unwrap();
        set(&mut config);
        let mut picture = WebPPicture::new().unwrap();
        (picture.width, picture.height) = (width as i32, height as i32);
        let mut writer: WebPMemoryWriter = std::mem::zeroed();
        WebPMemoryWriterInit(&raw mut writer);
        picture.writer = Some(WebPMemoryWrite);
        picture.custom_ptr = (&raw mut writer).cast();
        assert!(WebPPictureImportRGB(&raw mut picture, rgb.as_ptr(), width as i32 * 3) != 0);
        assert!(WebPEncode(&raw const config, &raw mut picture) != 0);
        let file = std::slice::from_raw_parts(writer.mem, writer.size).to_vec();
        WebPMemoryWriterClear(&raw mut writer);
        WebPPictureFree(&raw mut picture);
        file
    }
}

pub(super) fn check(file: &[u8], name: &str) {
    for is_filtered in [true, false] {
        let theirs = theirs(file, is_filtered);
        let twin = ours(file, is_filtered, &PORTABLE);
        let ours = ours(file, is_filtered, Kernels::detect());
        assert!(ours == twin, "{name}, filter {is_filtered}: kernels differ");
        for (plane, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let first = ours.iter().zip(theirs).position(|(a, b)| a != b);
            let length = (ours.len(), theirs.len());
            assert_eq!(
                first, None,
                "{name}, plane {plane}, filter {is_filtered}, {length:?}"
            );
            assert_eq!(length.0, length.1, "{name}");
        }
    }
}

#[test]
fn every_kind_of_frame_is_decoded_to_the_same_planes() {
    for (index, size) in [(1, 1), (16, 16), (17, 15), (33, 70), (160, 96), (255, 129)]
        .into_iter()
        .enumerate()
    {
        for quality in [0.0, 20.0, 75.0, 100.0] {
            for method in [0, 4, 6] {
                let file = encoded(size, index + 1, |config| {
                    (config.quality, config.method) = (quality, method);
                });
                check(&file, &format!("{size:?} {quality} {method}"));
            }
        }
    }
}

#[test]
fn filters_segments_and_partitions_are_followed() {
    for filter_type in [0, 1] {
        for sharpness in [0, 3, 7] {
            for segments in [1, 4] {
                let file = encoded((130, 147), 3, |config| {
                    config.quality = 30.0;
                    config.filter_type = filter_type;
                    config.filter_sharpness = sharpness;
                    config.filter_strength = 80;
                    config.segments = segments;
                    config.partitions = sharpness / 3;
                    config.sns_strength = 90;
                });
                check(&file, &format!("{filter_type} {sharpness} {segments}"));
            }
        }
    }
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn the_corpus_is_decoded_to_the_same_planes() {
    let corpus = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let mut count = 0;
    for folder in [
        "photos/webp",
        "imgproxy-test-images/webp",
        "image-rs/test-images/webp",
    ] {
        let folder = std::path::Path::new(&corpus).join(folder);
        for entry in folder.read_dir().into_iter().flatten() {
            let Ok(file) = std::fs::read(entry.unwrap().path()) else {
                continue;
            };
            let is_still = !file
                .windows(4)
                .any(|name| name == b"ANIM" || name == b"ALPH");
            if is_still && payload(&file).is_some() {
                check(&file, "of the corpus");
                count += 1;
            }
        }
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn cut_and_changed_files_are_refused_or_decoded_within_their_size() {
    let file = encoded((90, 70), 2, |config| config.partitions = 2);
    let payload = payload(&file).unwrap();
    let decode = |payload: &[u8]| -> Result<usize, crate::Error> {
        let mut decoder = Decoder::new(payload, true)?;
        let mut rows = 0;
        while let Some(planes) = decoder.next_rows()? {
            rows += planes.luma.height();
        }
        Ok(rows)
    };
    for length in 0..payload.len() / 2 {
        assert!(decode(&payload[..length]).is_err(), "{length}");
    }
    let mut damaged = payload.to_vec();
    let mut decoded = 0;
    for at in 10..payload.len().min(400) {
        damaged[at] ^= 0x5a;
        decoded += usize::from(decode(&damaged).is_ok_and(|rows| rows == 70));
        damaged[at] ^= 0x5a;
    }
    assert!(decoded > 50, "{decoded}");
}
