//! SVG that is passed on: another parser finds it well-formed and nothing in it that runs or leads
//! elsewhere; cleaning it again changes nothing.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_codec::sanitize_svg;
use pixgate_fuzz::svg::assert_harmless;

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(clean) = sanitize_svg(data) else {
        return Corpus::Reject;
    };
    assert_harmless(&clean);
    let again = sanitize_svg(&clean).expect("clean files can be cleaned");
    assert_eq!(again, clean);
    Corpus::Keep
});
