//! Laws of markup and of texts that are laid out.
#![cfg(feature = "svg")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

use pixgate_codec::{
    DecodeRequest, ErrorKind, Limits, Pixels, TextMark, TextRequest, check_markup, decode,
    lay_out_text,
};
use pixgate_options::TextBox;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of markup, most of which are understood.
fn markup() -> impl Strategy<Value = String> {
    let texts = select(vec![
        "a",
        " ",
        "\n",
        "\t",
        "é",
        "e\u{301}",
        "fi",
        "\u{5D0}\u{5D1}",
        "\u{627}\u{644}",
        "&amp;",
        "&#x41;",
        "漢字",
        "\u{200F}",
        "-",
        "word",
        "\u{1F600}",
        "…",
        "&",
        "<",
        "</b>",
    ]);
    let text = proptest::collection::vec(texts, 0..6).prop_map(|texts| texts.concat());
    let tags = select(vec![
        ("<b>", "</b>"),
        ("<i>", "</i>"),
        ("<u>", "</u>"),
        ("<sup>", "</sup>"),
        ("<span size='30pt'>", "</span>"),
        ("<span bgcolor='red' alpha='50%'>", "</span>"),
        ("<span rise='-9000' letter_spacing='-9000'>", "</span>"),
        ("<span variant='small-caps' underline='error'>", "</span>"),
        ("<span line_height='0' size='6144'>", "</span>"),
        ("<span font_family='\";&amp;' style='oblique'>", "</span>"),
    ]);
    text.prop_recursive(4, 12, 3, move |inner| {
        (tags.clone(), proptest::collection::vec(inner, 1..3))
            .prop_map(|((open, close), inner)| format!("{open}{}{close}", inner.concat()))
    })
}

fn text_box() -> impl Strategy<Value = Option<TextBox>> {
    let text_box = (1.0..200.0_f64, 0..4_u32, any::<bool>());
    proptest::option::of(text_box.prop_map(|(width, max_lines, ellipsis)| TextBox {
        width,
        max_lines,
        align: None,
        ellipsis,
    }))
}

/// Whether something touches each edge of what is drawn.
fn touches_edges(mark: &TextMark) -> [bool; 4] {
    let (request, limits) = (DecodeRequest::default(), Limits::default());
    let (pixels, _) = decode(&mark.bytes, &mark.header, &request, &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes");
    };
    let (width, height) = (image.width(), image.height());
    assert_eq!((width, height), (mark.header.width, mark.header.height));
    let view = image.view::<u8>().unwrap();
    let is_ink = |x, y| view.pixel(x, y)[3] > 0;
    [
        (0..height).any(|y| is_ink(0, y)),
        (0..height).any(|y| is_ink(width - 1, y)),
        (0..width).any(|x| is_ink(x, 0)),
        (0..width).any(|x| is_ink(x, height - 1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn faults_have_a_place_within_the_text(text in "\\PC{0,40}|[<>/&;=a-z'\" ]{0,40}") {
        if let Err(error) = check_markup(&text) {
            let ErrorKind::Markup { character, .. } = error.kind() else {
                panic!("{error}");
            };
            prop_assert!((1..=text.chars().count() + 1).contains(character));
        }
    }

    #[test]
    fn escaped_text_is_understood(text in "[^\\x00-\\x1F]{0,60}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        prop_assert!(check_markup(&escaped).is_ok());
    }

    #[test]
    fn what_is_understood_is_drawn_to_its_edges(markup in markup(), text_box in text_box()) {
        let request = TextRequest { markup, text_box };
        if check_markup(&request.markup).is_err() {
            prop_assert!(lay_out_text(&request).is_err());
            return Ok(());
        }
        if let Some(mark) = lay_out_text(&request).unwrap() {
            prop_assert_eq!(touches_edges(&mark), [true; 4]);
        }
    }
}
