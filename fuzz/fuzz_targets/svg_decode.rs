//! SVG files: drawn at the size asked for, twice the same; what cleaning leaves can be cleaned
//! again, and stays as it is.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_codec::sanitize_svg;
use pixgate_fuzz::picture::decode_all;
use pixgate_options::Format;

fuzz_target!(|data: &[u8]| -> Corpus {
    if let Ok(clean) = sanitize_svg(data) {
        let again = sanitize_svg(&clean).expect("clean files are well formed");
        assert_eq!(again, clean);
    }
    decode_all(Format::Svg, data)
});
