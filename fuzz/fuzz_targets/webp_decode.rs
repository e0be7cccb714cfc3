//! WebP files: what comes out has the promised size, twice the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::picture::decode_all;
use pixgate_options::Format;

fuzz_target!(|data: &[u8]| -> libfuzzer_sys::Corpus { decode_all(Format::Webp, data) });
