//! SVG files: drawn at the size asked for, twice the same.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_fuzz::picture::decode_all;
use pixgate_options::Format;

fuzz_target!(|data: &[u8]| -> Corpus { decode_all(Format::Svg, data) });
