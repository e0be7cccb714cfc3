//! Which format, which coding and which bytes come out.

use pixgate_engine::SmallerSource;
use pixgate_options::Format;

use crate::sources::Script;
use crate::world::{World, painted};

/// Fine detail that a low quality loses and a high one codes at length.
fn detail(x: u32, y: u32) -> [u8; 3] {
    let value = x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ (x * y);
    [value.to_le_bytes()[1]; 3]
}

#[tokio::test]
async fn a_source_that_coding_makes_larger_comes_out_itself_unless_switched_off() {
    let coarse = painted(Format::Jpeg, (160, 120), 1, &detail);
    for (rule, is_kept) in [
        (SmallerSource::SameFormat, true),
        (SmallerSource::Never, false),
    ] {
        let world = World::with(|config| {
            config.output.engine.smaller_source = rule;
            // The source has no resolution.
            config.output.engine.strip_metadata_dpi = 0.0;
        });
        world.add("http://h/coarse.jpg", Script::body(coarse.clone()));
        let answer = world.made("q:95", "http://h/coarse.jpg").await;
        assert_eq!(answer.body == coarse, is_kept, "{rule:?}");
        let smaller = world.made("w:80", "http://h/coarse.jpg").await;
        assert_eq!(smaller.picture().width, 80);
    }
}

#[tokio::test]
async fn options_of_the_jpeg_encoder_are_obeyed() {
    let world = World::with(|config| {
        config.output.engine.jpeg_progressive = true;
        config.output.engine.jpeg_quant_table = Some(3);
    });
    let header = world.made("w:120/cb:1", "http://h/photo.png@jpg").await;
    assert!(header.picture().is_multi_pass, "progressive");
    let header = world.made("w:120/jpgo:0", "http://h/photo.png@jpg").await;
    assert!(!header.picture().is_multi_pass);
}

#[tokio::test]
async fn formats_can_be_handed_on_untouched() {
    let world = World::with(|config| {
        config.output.engine.skip_processing = vec![Format::Png];
    });
    let source = world.made("raw:1", "http://h/photo.png").await.body;
    let kept = world.made("w:5", "http://h/photo.png").await;
    assert_eq!(kept.body, source);
    let made = world.made("w:5", "http://h/photo.png@jpg").await;
    assert_eq!(made.picture().width, 5);
}

#[tokio::test]
async fn a_drawing_is_cleaned_or_drawn() {
    let world = World::open();
    let drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'>\
        <script>alert(1)</script><rect width='20' height='10'/></svg>";
    world.add("http://h/a.svg", Script::body(*drawing));
    let kept = world.made("w:10", "http://h/a.svg").await;
    assert_eq!(kept.header("content-type"), Some("image/svg+xml"));
    assert!(kept.text().contains("rect") && !kept.text().contains("alert"));
    let drawn = world.made("w:10", "http://h/a.svg@png").await.picture();
    assert_eq!((drawn.width, drawn.height), (10, 5));
}

#[tokio::test]
async fn the_best_format_is_the_smallest_that_the_client_takes() {
    let world = World::with(|config| {
        config.output.detection.auto_webp = true;
        config.output.engine.best_format.by_default = true;
    });
    let lines = painted(Format::Png, (160, 120), 1, &|x, _| {
        [(x / 40 * 60).to_le_bytes()[0]; 3]
    });
    world.add("http://h/lines.png", Script::body(lines));
    let fine = painted(Format::Png, (160, 120), 1, &detail);
    world.add("http://h/fine.png", Script::body(fine));
    for (target, accept, format) in [
        ("http://h/lines.png", "image/webp", Format::Webp),
        ("http://h/lines.png", "*/*", Format::Png),
        ("http://h/fine.png", "image/webp", Format::Jpeg),
        ("http://h/fine.png@best", "*/*", Format::Jpeg),
        ("http://h/lines.png@jpg", "image/webp", Format::Jpeg),
    ] {
        let target = format!("/unsafe/w:100/plain/{target}");
        let answer = world.get_with(&target, &[("accept", accept)]).await;
        assert_eq!(answer.picture().format, format, "{target} {accept}");
        assert_eq!(answer.header("vary"), Some("Accept"));
        assert_eq!(answer.header("content-type"), Some(format.media_type()));
    }
}
