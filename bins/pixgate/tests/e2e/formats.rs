//! Which format, which coding and which bytes come out, over the wire.

use pixgate_options::Format;

use crate::support::pictures::{painted, shown};
use crate::support::world::World;

/// Fine detail that a low quality loses and a high one codes at length.
fn detail(x: u32, y: u32) -> [u8; 3] {
    let value = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ (x * y);
    [value.to_le_bytes()[1]; 3]
}

fn add(world: &World, name: &str, bytes: &[u8]) {
    std::fs::write(world.folder().join(name), bytes).unwrap();
}

#[test]
fn enforced_formats_win_over_the_url_and_every_answer_varies() {
    let world = World::start(&[
        ("IMGPROXY_ENFORCE_WEBP", "true"),
        ("IMGPROXY_AUTO_AVIF", "true"),
    ]);
    let photo = "/unsafe/w:30/plain/local:///photo.jpg";
    for (target, accept, format) in [
        (photo.to_owned(), "image/webp", Format::Webp),
        (photo.to_owned(), "image/avif,image/webp", Format::Avif),
        (
            format!("{photo}@png"),
            "image/avif,image/webp",
            Format::Webp,
        ),
        (format!("{photo}@png"), "image/avif", Format::Png),
        (photo.to_owned(), "image/WEBP", Format::Jpeg),
        (photo.to_owned(), "image/webp;q=0", Format::Webp),
    ] {
        let answer = world.server.get_with(&target, &[("Accept", accept)]);
        assert_eq!(shown(&answer).format, format, "{target} {accept}");
        assert_eq!(answer.header("vary"), Some("Accept"));
        assert_eq!(answer.header("content-type"), Some(format.media_type()));
    }
}

#[test]
fn options_of_the_jpeg_encoder_are_obeyed() {
    let world = World::start(&[
        ("IMGPROXY_JPEG_QUANT_TABLE", "3"),
        ("IMGPROXY_JPEG_PROGRESSIVE", "true"),
    ]);
    let made = |options: &str| {
        let target = format!("/unsafe/w:120/q:80/{options}/plain/local:///photo.jpg@jpg");
        let answer = world.server.get(&target);
        (shown(&answer), answer.body)
    };
    let contains = |body: &[u8], part: &[u8]| body.windows(part.len()).any(|found| found == part);
    let (header, configured) = made("cb:1");
    assert!(header.is_multi_pass, "progressive");
    assert!(contains(&configured, &quantisation(6, 6)), "Robidoux's");
    let (header, other) = made("jpgo:0:1:0:0:0:1");
    assert!(!header.is_multi_pass);
    assert_eq!(format!("{:?}", header.subsampling), "Some(Full)");
    assert!(contains(&other, &[6; 64]), "flat");
    let (_, plain) = made("jpgo:0:0:1:1:1:0");
    assert!(contains(&plain, &quantisation(6, 4)), "of the standard");
}

/// The first two values of a luma table.
fn quantisation(first: u8, second: u8) -> [u8; 7] {
    [0xff, 0xdb, 0, 67, 0, first, second]
}

#[test]
fn a_source_that_coding_makes_larger_comes_out_itself_unless_switched_off() {
    let coarse = painted(Format::Jpeg, (160, 120), 1, &detail);
    let asked = "/unsafe/q:95/plain/local:///coarse.jpg";
    for (value, is_kept) in [
        (None, true),
        (Some("never"), false),
        (Some("any_format"), true),
    ] {
        // The source has no resolution.
        let mut variables = vec![("IMGPROXY_STRIP_METADATA_DPI", "0")];
        variables.extend(value.map(|value| ("PIXGATE_SMALLER_SOURCE", value)));
        let world = World::start(&variables);
        // A comment, which must not come out.
        let (start, rest) = coarse.split_at(20);
        add(
            &world,
            "coarse.jpg",
            &[start, b"\xff\xfe\0\x08secret", rest].concat(),
        );
        let answer = world.server.get(asked);
        assert_eq!(answer.body == coarse, is_kept, "{value:?}");
        let smaller = world.server.get(&asked.replace("q:95", "w:80"));
        assert_eq!(shown(&smaller).width, 80);
    }
}

#[test]
fn the_quality_is_searched_for() {
    let world = World::start(&[
        ("IMGPROXY_AUTOQUALITY_METHOD", "size"),
        ("IMGPROXY_AUTOQUALITY_TARGET", "3000"),
        ("IMGPROXY_AUTOQUALITY_MIN", "5"),
        ("IMGPROXY_AUTOQUALITY_MAX", "95"),
    ]);
    let fine = painted(Format::Png, (160, 120), 1, &detail);
    add(&world, "fine.png", &fine);
    let size = |options: &str| {
        let target = format!("/unsafe/{options}/plain/local:///fine.png@jpg");
        let answer = world.server.get(&target);
        shown(&answer);
        answer.body.len()
    };
    assert!(size("cb:1") <= 3000);
    assert!(size("q:90") > 3000);
    assert!(size("aq:dssim:0.3:1:95") < size("aq:dssim:0.01:1:95"));
    assert_eq!(
        size("aq:ml:0.01:1:95"),
        size("aq:dssim:0.01:1:95"),
        "no network"
    );
}

#[test]
fn the_best_format_is_the_smallest_that_the_client_takes() {
    let world = World::start(&[
        ("IMGPROXY_AUTO_WEBP", "true"),
        ("IMGPROXY_BEST_FORMAT_BY_DEFAULT", "true"),
        ("IMGPROXY_BEST_FORMAT_MAX_RESOLUTION", "0.01"),
    ]);
    let lines = painted(Format::Png, (160, 120), 1, &|x, _| {
        [(x / 40 * 60).to_le_bytes()[0]; 3]
    });
    add(&world, "lines.png", &lines);
    add(
        &world,
        "fine.png",
        &painted(Format::Png, (160, 120), 1, &detail),
    );
    for (target, accept, format) in [
        ("w:100/plain/local:///lines.png", "image/webp", Format::Webp),
        ("w:100/plain/local:///lines.png", "*/*", Format::Png),
        ("w:100/plain/local:///fine.png", "image/webp", Format::Jpeg),
        ("w:100/plain/local:///fine.png@best", "*/*", Format::Jpeg),
        // More than the limit: the source's format, and a guess.
        ("w:150/plain/local:///fine.png", "*/*", Format::Png),
        (
            "w:150/f:best/plain/local:///lines.png",
            "image/webp",
            Format::Webp,
        ),
        (
            "w:100/plain/local:///lines.png@jpg",
            "image/webp",
            Format::Jpeg,
        ),
    ] {
        let target = format!("/unsafe/{target}");
        let answer = world.server.get_with(&target, &[("Accept", accept)]);
        assert_eq!(shown(&answer).format, format, "{target} {accept}");
        assert_eq!(answer.header("vary"), Some("Accept"));
        assert_eq!(answer.header("content-type"), Some(format.media_type()));
    }
}
