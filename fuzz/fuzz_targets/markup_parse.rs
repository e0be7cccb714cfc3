//! Markup of texts: faults have a place inside of it; what is understood can be laid out, and its
//! drawing has the size that is promised; escaped text is understood whatever it is.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_codec::{
    DecodeRequest, ErrorKind, Limits, Pixels, TextRequest, check_markup, decode, lay_out_text,
};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else {
        return Corpus::Reject;
    };
    assert_escaped_is_understood(text);
    if let Err(error) = check_markup(text) {
        let ErrorKind::Markup { character, .. } = error.kind() else {
            panic!("{error}");
        };
        assert!((1..=text.chars().count() + 1).contains(character));
        return Corpus::Keep;
    }
    // Shaping is slow under the sanitizer.
    if text.len() <= 200 {
        assert_drawn(text);
    }
    Corpus::Keep
});

fn assert_escaped_is_understood(text: &str) {
    let is_kept = |c: &char| *c >= ' ';
    let text: String = text.chars().filter(is_kept).take(500).collect();
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let breaks = text.matches(['\u{2028}', '\u{2029}']).count();
    assert_eq!(check_markup(&text).is_ok(), breaks < 64);
}

fn assert_drawn(text: &str) {
    let request = TextRequest {
        markup: text.to_owned(),
        text_box: None,
    };
    let mark = lay_out_text(&request).expect("understood markup can be laid out");
    let Some(mark) = mark else { return };
    let (header, limits) = (&mark.header, Limits::default());
    assert!(header.width.max(header.height) <= 8192);
    let drawn = decode(&mark.bytes, header, &DecodeRequest::default(), &limits);
    let (Pixels::Interleaved(image), _) = drawn.expect("own drawings can be drawn") else {
        panic!("planes");
    };
    assert_eq!((image.width(), image.height()), (header.width, header.height));
}
