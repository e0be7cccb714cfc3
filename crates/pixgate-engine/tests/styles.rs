//! Style sheets in drawings, drawn and handed on.
#![cfg(feature = "svg")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_engine::{Cancel, Encoded, Negotiation, Plan, Settings, plan, probe_for, run};

const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'>\
                    <rect width='10' height='10' fill='blue'/></svg>";

fn planned(svg: &[u8], css: &str, options: &str, settings: &Settings) -> Plan {
    let mut options = support::options(options);
    options.global.style = Some(css.to_owned());
    let limits = Limits::default();
    let header = probe_for(&options, svg, &limits, settings, &Cancel::never()).unwrap();
    plan(&options, &header, settings, &Negotiation::default()).unwrap()
}

fn made(svg: &[u8], css: &str, options: &str) -> Encoded {
    let plan = planned(svg, css, options, &Settings::default());
    run(&plan, svg, &Cancel::never()).unwrap()
}

fn text(svg: &str, css: &str) -> String {
    String::from_utf8(made(svg.as_bytes(), css, "rot:0").bytes).unwrap()
}

fn color(svg: &[u8], css: &str) -> [u8; 4] {
    let png = made(svg, css, "f:png").bytes;
    let limits = Limits::default();
    let header = probe(&png, &limits).unwrap();
    let (pixels, _) = decode(&png, &header, &DecodeRequest::default(), &limits).unwrap();
    let Pixels::Interleaved(image) = pixels else {
        panic!("planes came");
    };
    let image =
        pixgate_raster::convert::convert_channels(image, pixgate_raster::Channels::Rgba).unwrap();
    image.view::<u8>().unwrap().pixel(5, 5).try_into().unwrap()
}

#[test]
fn rules_win_over_attributes_and_lose_against_the_drawings_own() {
    let red = [255, 0, 0, 255];
    assert_eq!(color(ICON.as_bytes(), "*{fill:red}"), red);
    let own = ICON.replace("<rect", "<style>rect{fill:lime}</style><rect");
    assert_eq!(color(own.as_bytes(), "rect{fill:red}"), [0, 255, 0, 255]);
    assert_eq!(color(own.as_bytes(), "rect[width]{fill:red}"), red);
    let prefixed = "<s:svg xmlns:s='http://www.w3.org/2000/svg' width='10' height='10'>\
                    <s:rect width='10' height='10'/></s:svg>";
    assert_eq!(color(prefixed.as_bytes(), "rect{fill:red}"), red);
    let wide: Vec<u8> = format!("\u{FEFF}{ICON}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(color(&wide, "rect{fill:red}"), red);
}

#[test]
fn a_drawing_that_is_handed_on_has_the_rules_and_nothing_that_runs() {
    let styled = text(ICON, "rect{fill:#ff0000}");
    assert!(
        styled.contains("<style>rect{fill:#ff0000}</style><rect"),
        "{styled}"
    );
    let hostile = text(ICON, "</style><script>x()</script>");
    assert!(!hostile.contains("<script"), "{hostile}");
    let fetching = text(ICON, "@import 'http://a/b';rect{fill:url(http://a/c)}");
    assert!(!fetching.contains("http://a"), "{fetching}");
}

#[test]
fn a_drawing_that_is_not_cleaned_has_the_rules_too() {
    let mut settings = Settings::default();
    settings.sanitize_svg = false;
    let plan = planned(ICON.as_bytes(), "rect{fill:red}", "rot:0", &settings);
    let result = run(&plan, ICON.as_bytes(), &Cancel::never()).unwrap();
    let expected = ICON.replace("<rect", "<style>rect{fill:red}</style><rect");
    assert_eq!(String::from_utf8(result.bytes).unwrap(), expected);
    assert_eq!(
        plan.remarks(),
        ["a style sheet of 14 bytes is put into the drawing first"]
    );
}

#[test]
fn a_size_in_the_rules_is_the_size_of_the_drawing() {
    let svg =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 2'><path d='M0 0h4v2'/></svg>";
    let result = made(svg.as_bytes(), "svg{width:40px;height:20px}", "f:png");
    assert_eq!((result.width, result.height), (40, 20));
}

#[test]
fn nothing_happens_without_rules_or_to_other_sources() {
    let settings = Settings::default();
    assert_eq!(
        planned(ICON.as_bytes(), "", "rot:0", &settings).remarks(),
        [""; 0]
    );
    let png = made(ICON.as_bytes(), "", "f:png").bytes;
    let plain = run(
        &planned(&png, "", "f:png", &settings),
        &png,
        &Cancel::never(),
    );
    let styled = made(&png, "*{fill:red}", "f:png");
    assert_eq!(styled.bytes, plain.unwrap().bytes);
}

#[test]
fn copies_of_the_source_are_counted() {
    let settings = Settings::default();
    let (plain, styled) = (
        planned(ICON.as_bytes(), "", "f:png", &settings),
        planned(ICON.as_bytes(), "*{fill:red}", "f:png", &settings),
    );
    assert_eq!(plain.beside_bytes(1000), 0);
    assert!(styled.beside_bytes(1000) > 4000);
}
