//! Zlib streams: read as another library reads them, and written so that they come back.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;

const MOST: usize = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let ours = pixgate_png::decompress_zlib(bytes, MOST);
    let mut theirs = Vec::new();
    let reader = flate2::read::ZlibDecoder::new(bytes);
    let is_fine = reader.take(MOST as u64 + 1).read_to_end(&mut theirs).is_ok();
    if theirs.len() <= MOST {
        assert_eq!(ours.is_ok(), is_fine);
        if let Ok(ours) = ours {
            assert_eq!(ours, theirs);
        }
    }
    let written = pixgate_png::compress_zlib(bytes).expect("memory");
    assert_eq!(pixgate_png::decompress_zlib(&written, bytes.len()).as_deref(), Ok(bytes));
});
