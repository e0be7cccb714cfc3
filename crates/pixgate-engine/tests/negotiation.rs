//! Which format comes out: what the URL, the client, the operator and the source have to say.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{Animation, Header, can_write_animation};
use pixgate_engine::{Error, ErrorKind, Negotiation, Preference, Settings};
use pixgate_options::Format;
use pixgate_raster::Channels;
use support::{header, options, settings};

/// Nobody offers anything.
const NONE: Negotiation = Negotiation::NONE;

fn offers(webp: Preference, avif: Preference, jxl: Preference) -> Negotiation {
    NONE.with_webp(webp).with_avif(avif).with_jxl(jxl)
}

fn chosen(
    text: &str,
    header: &Header,
    settings: &Settings,
    negotiation: Negotiation,
) -> Result<Format, Error> {
    let plan = pixgate_engine::plan(&options(text), header, settings, &negotiation)?;
    Ok(plan.output.format)
}

fn transparent(format: Format) -> Header {
    let mut header = header(format, 100, 100);
    header.channels = Channels::Rgba;
    header
}

fn animated(format: Format) -> Header {
    let mut header = header(format, 100, 100);
    header.frames = 3;
    header.animation = Some(Animation {
        delays_ms: vec![40; 3],
        loop_count: 0,
        fills_canvas: true,
    });
    header
}

#[test]
fn a_format_in_the_url_is_used_whatever_the_client_would_like() {
    let prefers = offers(Preference::Prefer, Preference::Prefer, Preference::Prefer);
    for format in [
        Format::Jpeg,
        Format::Png,
        Format::Webp,
        Format::Gif,
        Format::Avif,
        Format::Jxl,
        Format::Bmp,
        Format::Tiff,
        Format::Ico,
    ] {
        let text = format!("w:50/f:{format}");
        let header = header(Format::Jpeg, 100, 100);
        let found = chosen(&text, &header, &settings(), prefers).unwrap();
        assert_eq!(found, format);
    }
}

#[test]
fn the_best_format_that_is_offered_wins_unless_it_cannot_move() {
    use Preference::{Enforce, None, Prefer};
    let still = header(Format::Jpeg, 100, 100);
    let moving = animated(Format::Gif);
    let mut settings = settings();
    settings.max_animation_frames = 10;
    for (offer, text, of_still, of_moving) in [
        ((None, None, None), "w:50", Format::Jpeg, Format::Gif),
        ((Prefer, None, None), "w:50", Format::Webp, Format::Webp),
        ((Prefer, Prefer, None), "w:50", Format::Avif, Format::Webp),
        ((Prefer, Prefer, Prefer), "w:50", Format::Jxl, Format::Webp),
        ((None, Prefer, Prefer), "w:50", Format::Jxl, Format::Gif),
        ((Enforce, Prefer, None), "w:50", Format::Avif, Format::Webp),
        (
            (Enforce, Prefer, None),
            "w:50/f:png",
            Format::Webp,
            Format::Webp,
        ),
        (
            (Prefer, Enforce, None),
            "w:50/f:gif",
            Format::Avif,
            Format::Gif,
        ),
        (
            (Enforce, Enforce, Enforce),
            "w:50/f:jpg",
            Format::Jxl,
            Format::Webp,
        ),
    ] {
        let negotiation = offers(offer.0, offer.1, offer.2);
        let found = chosen(text, &still, &settings, negotiation).unwrap();
        assert_eq!(found, of_still, "{offer:?} {text}");
        if can_write_animation(of_moving) {
            let found = chosen(text, &moving, &settings, negotiation).unwrap();
            assert_eq!(found, of_moving, "animated, {offer:?} {text}");
        }
    }
}

#[test]
fn only_the_first_frame_counts_where_animations_are_off() {
    let moving = animated(Format::Gif);
    let avif = offers(Preference::None, Preference::Prefer, Preference::None);
    let mut settings = settings();
    assert_eq!(
        chosen("w:50", &moving, &settings, avif).unwrap(),
        Format::Avif
    );
    settings.max_animation_frames = 10;
    assert_eq!(
        chosen("w:50", &moving, &settings, avif).unwrap(),
        Format::Gif
    );
    let disabled = chosen("w:50/da:1", &moving, &settings, avif).unwrap();
    assert_eq!(disabled, Format::Avif);
}

#[test]
fn without_wishes_the_source_stays_or_the_first_format_that_fits_is_taken() {
    let opaque = |format| header(format, 100, 100);
    for (text, header, expected) in [
        ("w:50", opaque(Format::Png), Format::Png),
        ("w:50", opaque(Format::Gif), Format::Gif),
        ("w:50", opaque(Format::Webp), Format::Jpeg),
        ("w:50", opaque(Format::Avif), Format::Jpeg),
        ("w:50", opaque(Format::Heic), Format::Jpeg),
        ("w:50", opaque(Format::Tiff), Format::Jpeg),
        ("w:50", opaque(Format::Bmp), Format::Jpeg),
        ("w:50", opaque(Format::Jxl), Format::Jpeg),
        ("w:50", transparent(Format::Webp), Format::Png),
        ("w:50", transparent(Format::Tiff), Format::Png),
        ("w:50/bg:fff", transparent(Format::Webp), Format::Jpeg),
        ("w:50/pd:1", opaque(Format::Webp), Format::Png),
        ("w:50/pd:1/bg:fff", opaque(Format::Webp), Format::Jpeg),
        ("w:50/h:80/ex:1", opaque(Format::Webp), Format::Png),
        ("w:50/h:80/exar:1", opaque(Format::Webp), Format::Jpeg),
        ("w:50/pd:1", opaque(Format::Jpeg), Format::Jpeg),
    ] {
        let found = chosen(text, &header, &settings(), NONE).unwrap();
        assert_eq!(
            found, expected,
            "{text} {} {:?}",
            header.format, header.channels
        );
    }
}

#[test]
fn an_animation_becomes_the_first_preferred_format_that_moves() {
    let mut settings = settings();
    settings.max_animation_frames = 10;
    let webp = animated(Format::Webp);
    assert_eq!(chosen("w:50", &webp, &settings, NONE).unwrap(), Format::Gif);
    settings.preferred_formats = vec![Format::Png, Format::Avif];
    let found = chosen("w:50", &webp, &settings, NONE).unwrap();
    assert_eq!(found, Format::Png, "the first, if none moves");
}

#[test]
fn small_avif_and_large_jpeg_become_what_can_be_written() {
    let enforced = offers(Preference::None, Preference::Enforce, Preference::None);
    let wide = header(Format::Png, 70_000, 40);
    let mut settings = settings();
    settings.preferred_formats = vec![Format::Jpeg];
    for (text, header, expected) in [
        ("w:8", header(Format::Jpeg, 100, 100), Format::Jpeg),
        ("w:8/h:30/ex:1", header(Format::Png, 100, 100), Format::Png),
        ("w:16/f:avif", header(Format::Jpeg, 100, 100), Format::Avif),
        ("w:15/f:avif", transparent(Format::Png), Format::Png),
    ] {
        let found = chosen(text, &header, &settings, enforced).unwrap();
        assert_eq!(found, expected, "{text}");
    }
    assert_eq!(chosen("q:80", &wide, &settings, NONE).unwrap(), Format::Png);
    let asked = chosen("f:jpg", &wide, &settings, NONE).unwrap();
    assert_eq!(
        asked,
        Format::Jpeg,
        "who asks gets an error, not another format"
    );
    let fits = chosen("w:65500", &wide, &settings, NONE).unwrap();
    assert_eq!(fits, Format::Jpeg);
}

#[test]
fn what_cannot_be_written_is_no_candidate_and_an_error_when_asked_for() {
    let all = offers(
        Preference::Enforce,
        Preference::Enforce,
        Preference::Enforce,
    );
    let mut settings = settings();
    settings.writable_formats = vec![Format::Png, Format::Webp];
    let jpeg = header(Format::Jpeg, 100, 100);
    assert_eq!(chosen("w:50", &jpeg, &settings, all).unwrap(), Format::Webp);
    assert_eq!(chosen("w:50", &jpeg, &settings, NONE).unwrap(), Format::Png);
    for format in [Format::Tiff, Format::Svg] {
        let error = chosen(&format!("f:{format}"), &jpeg, &settings, NONE).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::CannotWrite { format });
    }
}
