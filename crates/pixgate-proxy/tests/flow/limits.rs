//! What is too large is refused before it costs anything.

use pixgate_options::Format;

use crate::sources::Script;
use crate::world::{World, picture};

const INVALID_IMAGE: &str = "Invalid source image";

#[tokio::test]
async fn bytes_of_a_source_are_limited_by_setting_and_by_url() {
    let photo = picture(Format::Jpeg, 240, 160);
    let size = photo.len() as u64;
    for (limit, status) in [(size, 200), (size - 1, 422)] {
        let world = World::with(|config| {
            config.limits.max_source_bytes = limit;
            config.url.allow_security_options = true;
        });
        let answer = world.made("w:10", "http://h/photo.jpg").await;
        assert_eq!(answer.status, status, "{limit}");
        let options = format!("w:10/msfs:{size}");
        let answer = world.made(&options, "http://h/photo.jpg").await;
        assert_eq!(answer.status, 200);
        let options = format!("w:10/msfs:{}", size - 1);
        let answer = world.made(&options, "http://h/photo.jpg").await;
        answer.assert_refused(422, INVALID_IMAGE, "by the URL");
        assert_eq!(world.proxy.requests_in_progress(), 0);
    }
}

#[tokio::test]
async fn pixels_of_a_source_are_limited_by_its_header() {
    for (limit, status) in [(240 * 160, 200), (240 * 160 - 1, 422)] {
        let world = World::with(|config| config.limits.max_source_pixels = limit);
        let answer = world.made("w:10", "http://h/photo.jpg").await;
        assert_eq!(answer.status, status);
        if status != 200 {
            answer.assert_refused(422, INVALID_IMAGE, "pixels");
        }
    }
}

#[tokio::test]
async fn a_result_has_its_longest_side() {
    let world = World::with(|config| config.limits.max_result_dimension = 50);
    let answer = world
        .made("rs:fill:100:100/el:1", "http://h/photo.jpg")
        .await;
    let header = answer.picture();
    assert_eq!((header.width, header.height), (50, 50));
}

#[tokio::test]
async fn a_source_that_fits_no_budget_is_refused_at_once() {
    let world = World::with(|config| config.limits.memory_bytes = 4 << 20);
    world.add("http://h/large", Script::body(vec![0; 2 << 20]));
    let answer = world.made("w:10", "http://h/large").await;
    assert_eq!(answer.status, 422, "{:?}", answer.error);
    world.add(
        "http://h/wide.png",
        Script::body(picture(Format::Png, 1500, 1500)),
    );
    let answer = world.made("blur:2", "http://h/wide.png").await;
    assert_eq!(answer.status, 422, "{:?}", answer.error);
    world.assert_well().await;
}
