//! A picture that is work: 24 megapixels of detail, made once and kept on disk for the test run.

use std::path::Path;
use std::sync::OnceLock;

use pixgate_codec::{DecodeRequest, EncodeSettings, Limits, Metadata, decode, encode, probe};
use pixgate_options::Format;
use tempfile::TempDir;

/// The folder with `large.jpg`, for `IMGPROXY_LOCAL_FILESYSTEM_ROOT`.
pub(crate) fn folder() -> &'static str {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("large.jpg"), jpeg(6_000, 4_000)).unwrap();
        folder
    });
    Path::to_str(folder.path()).unwrap()
}

/// A path that keeps a worker busy for a second or more; the number makes the work another one.
pub(crate) fn work(number: usize) -> String {
    format!(
        "/unsafe/rs:force:{}:3900/plain/local:///large.jpg@png",
        5_000 + number
    )
}

/// A JPEG of this size with detail everywhere; both sides are multiples of 4.
pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let bitmap = bitmap(width, height);
    let limits = Limits::default();
    let header = probe(&bitmap, &limits).unwrap();
    let (pixels, _) = decode(&bitmap, &header, &DecodeRequest::default(), &limits).unwrap();
    drop(bitmap);
    encode(
        &pixels,
        &EncodeSettings::new(Format::Jpeg, 80),
        &Metadata::default(),
    )
    .unwrap()
}

/// Uncompressed, 24 bits: one row of noise, shifted from row to row.
fn bitmap(width: u32, height: u32) -> Vec<u8> {
    let row_bytes = width * 3;
    let size = row_bytes * height;
    let mut file = b"BM".to_vec();
    for word in [
        54 + size,
        0,
        54,
        40,
        width,
        height,
        0x0018_0001,
        0,
        size,
        2835,
        2835,
        0,
        0,
    ] {
        file.extend(word.to_le_bytes());
    }
    let mut state = 1_u32;
    let noise: Vec<u8> = (0..2 * row_bytes)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0] / 4 + 90
        })
        .collect();
    for row in 0..height {
        let start = (row * 7 % row_bytes) as usize;
        file.extend(&noise[start..start + row_bytes as usize]);
    }
    file
}
