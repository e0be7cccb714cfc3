//! URLs become pictures of the planned size, with headers that tell how to keep and name them.

use pixgate_options::Format;

use crate::sources::Script;
use crate::world::World;

const FORMATS: [(&str, Format, &str); 4] = [
    ("jpg", Format::Jpeg, "image/jpeg"),
    ("png", Format::Png, "image/png"),
    ("webp", Format::Webp, "image/webp"),
    ("avif", Format::Avif, "image/avif"),
];

#[tokio::test]
async fn pictures_have_the_planned_size_in_every_format() {
    let world = World::open();
    let sizes = [
        ("rs:fit:90:90", (90, 60)),
        ("rs:fill:50:70/g:ce", (50, 70)),
        ("w:60/rot:90", (60, 90)),
    ];
    for source in ["photo.jpg", "photo.png", "photo.webp"] {
        for (extension, format, media_type) in FORMATS {
            for (options, size) in sizes {
                let source = format!("http://h/{source}@{extension}");
                let answer = world.made(options, &source).await;
                let header = answer.picture();
                assert_eq!((header.width, header.height), size, "{source} {options}");
                assert_eq!(header.format, format);
                assert_eq!(answer.header("content-type"), Some(media_type));
            }
        }
    }
}

#[tokio::test]
async fn a_picture_is_named_by_its_source_or_by_the_url() {
    let world = World::open();
    world.add(
        "http://h/",
        Script::body(crate::world::picture(Format::Png, 9, 9)),
    );
    for (options, source, disposition) in [
        (
            "w:30",
            "http://h/photo.jpg",
            "inline; filename=\"photo.jpg\"",
        ),
        (
            "w:30",
            "http://h/photo.jpg@webp",
            "inline; filename=\"photo.webp\"",
        ),
        (
            "w:30/fn:holiday",
            "http://h/photo.jpg@webp",
            "inline; filename=\"holiday.webp\"",
        ),
        (
            "w:30/att:1",
            "http://h/photo.jpg",
            "attachment; filename=\"photo.jpg\"",
        ),
        ("w:5", "http://h/", "inline; filename=\"image.png\""),
    ] {
        let answer = world.made(options, source).await;
        assert_eq!(answer.status, 200, "{source}");
        assert_eq!(answer.header("content-disposition"), Some(disposition));
    }
}

#[tokio::test]
async fn a_canonical_link_names_the_source_without_its_user() {
    let world = World::with(|config| config.answer.canonical_link = true);
    let photo = Script::body(crate::world::picture(Format::Png, 9, 9));
    world.add("http://user:pass@h/a.png", photo);
    for (source, link) in [
        (
            "http://h/photo.jpg",
            "<http://h/photo.jpg>; rel=\"canonical\"",
        ),
        (
            "http://user:pass%40h/a.png",
            "<http://h/a.png>; rel=\"canonical\"",
        ),
    ] {
        let answer = world.made("w:5", source).await;
        assert_eq!(answer.header("link"), Some(link));
    }
    let plain = World::open().made("w:5", "http://h/photo.jpg").await;
    assert_eq!(plain.header("link"), None);
}

#[tokio::test]
async fn sizes_are_told_to_those_who_debug() {
    let world = World::with(|config| config.answer.debug_headers = true);
    let answer = world.made("w:60", "http://h/photo.png").await;
    for (name, value) in [
        ("x-origin-width", "240"),
        ("x-origin-height", "160"),
        ("x-result-width", "60"),
        ("x-result-height", "40"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert!(answer.header("x-origin-content-length").is_some());
    let plain = World::open().made("w:60", "http://h/photo.png").await;
    assert_eq!(plain.header("x-origin-width"), None);
}

#[tokio::test]
async fn headers_go_through_only_where_they_are_listed() {
    let world = World::with(|config| {
        config.answer.headers_passthrough = vec!["X-Photographer".to_owned()];
        config.source.headers_passthrough = vec!["X-Tenant".to_owned()];
    });
    let photo = crate::world::picture(Format::Png, 9, 9);
    let script = Script::body(photo).with("x-photographer", "me");
    world.add("http://h/a.png", script.with("set-cookie", "a=b"));
    let headers = [("x-tenant", "seven"), ("x-other", "eight")];
    let answer = world
        .get_with("/unsafe/w:5/plain/http://h/a.png", &headers)
        .await;
    assert_eq!(answer.header("x-photographer"), Some("me"));
    assert_eq!(answer.header("set-cookie"), None);
    let seen = world.sources.last().headers;
    assert_eq!(seen.get("x-tenant").unwrap(), "seven");
    assert_eq!(seen.get("x-other"), None);
}

#[tokio::test]
async fn time_is_told_section_by_section_where_it_is_switched_on() {
    let world = World::with(|config| config.answer.server_timing = true);
    let answer = world.made("w:5", "http://h/photo.png").await;
    let timing = answer.header("server-timing").unwrap();
    for name in ["queue;dur=", "fetch;dur=", "decode;dur=", "encode;dur="] {
        assert!(timing.contains(name), "{timing}");
    }
    let plain = World::open().made("w:5", "http://h/photo.png").await;
    assert_eq!(plain.header("server-timing"), None);
}
