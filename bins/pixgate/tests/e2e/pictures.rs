//! Signed URLs become pictures.

use pixgate_options::Format;

use crate::support::pictures::shown;
use crate::support::world::{KEY, LOOPBACK, SALT, World, sign};

const FORMATS: [(&str, Format, &str); 4] = [
    ("jpg", Format::Jpeg, "image/jpeg"),
    ("png", Format::Png, "image/png"),
    ("webp", Format::Webp, "image/webp"),
    ("avif", Format::Avif, "image/avif"),
];

#[test]
fn signed_urls_give_pictures_of_the_planned_size_in_every_format() {
    let world = World::signed();
    let sources = [
        "local:///photo.jpg".to_owned(),
        "local:///photo.png".to_owned(),
        "local:///photo.webp".to_owned(),
        world.origin.url("/photo.jpg"),
    ];
    let sizes = [
        ("rs:fit:90:90", (90, 60)),
        ("rs:fill:50:70/g:ce", (50, 70)),
        ("w:60/rot:90", (60, 90)),
    ];
    for source in &sources {
        for (extension, format, media_type) in FORMATS {
            for (options, size) in sizes {
                let answer = world.get(&format!("/{options}/plain/{source}@{extension}"));
                let header = shown(&answer);
                assert_eq!((header.width, header.height), size, "{source} {options}");
                assert_eq!(header.format, format);
                assert_eq!(answer.header("content-type"), Some(media_type));
            }
        }
    }
}

#[test]
fn headers_of_a_picture_tell_how_to_keep_and_name_it() {
    let world = World::signed();
    let answer = world.get("/w:30/fn:holiday/plain/local:///photo.jpg@webp");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-disposition"),
        Some("inline; filename=\"holiday.webp\"")
    );
    assert_eq!(
        answer.header("cache-control"),
        Some("max-age=31536000, public")
    );
    assert_eq!(answer.header("vary"), None);
}

#[test]
fn a_source_may_be_base64_or_moved() {
    let world = World::signed();
    // `local:///photo.jpg`
    let encoded = world.get("/w:30/bG9jYWw6Ly8vcGhvdG8uanBn.png");
    assert_eq!(shown(&encoded).width, 30);
    let moved = world.get(&format!("/w:30/plain/{}", world.origin.url("/moved")));
    assert_eq!(shown(&moved).width, 30);
}

#[test]
fn a_signature_is_for_one_path_only() {
    let world = World::signed();
    let target = sign("/w:30/plain/local:///photo.jpg");
    assert_eq!(world.server.get(&target).status, 200);
    for forged in [
        target.replace("w:30", "w:31"),
        target.replace("photo.jpg", "photo.png"),
        "/unsafe/w:30/plain/local:///photo.jpg".to_owned(),
        format!("/%{}", target.trim_start_matches('/')),
    ] {
        let answer = world.server.get(&forged);
        let is_refused = matches!(answer.status, 400 | 403);
        assert!(is_refused, "{forged} got {}", answer.status);
    }
    let answer = world.server.get(&target.replace("w:30", "w:31"));
    assert_eq!((answer.status, answer.text().as_str()), (403, "Forbidden"));
    assert_eq!(answer.header("cache-control"), None);
}

#[test]
fn a_url_works_until_it_expires() {
    let world = World::signed();
    let now = pixgate_telemetry::clock::now();
    let until = |seconds: i64| format!("/w:30/exp:{seconds}/plain/local:///photo.jpg");
    assert_eq!(world.get(&until(now + 600)).status, 200);
    let answer = world.get(&until(now - 600));
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (404, "Invalid URL")
    );
}

#[test]
fn clients_that_accept_webp_or_avif_get_it() {
    let world = World::start(&[
        ("IMGPROXY_KEY", KEY),
        ("IMGPROXY_SALT", SALT),
        ("IMGPROXY_AUTO_WEBP", "true"),
        ("IMGPROXY_AUTO_AVIF", "true"),
        LOOPBACK,
    ]);
    let target = sign("/w:30/plain/local:///photo.jpg");
    let cases = [
        ("image/webp,image/*,*/*;q=0.8", Format::Webp),
        ("image/avif,image/webp,*/*", Format::Avif),
        ("image/png,*/*", Format::Jpeg),
    ];
    for (accept, format) in cases {
        let answer = world.server.get_with(&target, &[("Accept", accept)]);
        assert_eq!(shown(&answer).format, format, "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept"), "{accept}");
    }
    let refused = world.get("/w:30/plain/local:///missing.jpg");
    assert_eq!((refused.status, refused.header("vary")), (404, None));
}

#[test]
fn a_raw_source_passes_byte_by_byte() {
    let world = World::signed();
    let answer = world.get("/raw:1/plain/local:///page.html");
    assert_eq!(answer.status, 200);
    let file = std::fs::read(world.folder().join("page.html")).unwrap();
    assert_eq!(answer.body, file);
}

#[test]
fn a_text_is_drawn_in_a_child_and_kept_within_its_box() {
    let world = World::open();
    // `several <b>words</b> of text`
    let text = "wmt:c2V2ZXJhbCA8Yj53b3JkczwvYj4gb2YgdGV4dA";
    let bytes = |options: &str| {
        let target = format!("/unsafe/w:60/{options}/plain/local:///photo.jpg@png");
        let answer = world.server.get(&target);
        shown(&answer);
        answer.body
    };
    let plain = bytes("wm:0");
    let one_line = bytes(&format!("wm:1/{text}"));
    let wrapped = bytes(&format!("wm:1/{text}/pxtb:0.9"));
    assert_ne!(one_line, plain);
    assert_ne!(wrapped, one_line);
    assert_eq!(bytes("wm:1/wmt:IA"), plain, "a space has no ink");
    world.assert_well();
}
