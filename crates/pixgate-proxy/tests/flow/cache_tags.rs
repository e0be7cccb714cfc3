//! Tags by which caches can be told to forget an answer.

use pixgate_options::Format;
use pixgate_proxy::config::CacheTagHeader;
use pixgate_proxy::{Config, Proxy};

use crate::sources::Script;
use crate::world::{World, picture};

const PHOTO: &str = "http://h/photo.jpg";

#[tokio::test]
async fn pictures_carry_them_in_the_order_given_and_once() {
    let world = World::open();
    for (options, tags) in [
        ("w:9/ct:b:a:b", Some("b,a")),
        ("w:9/ct:a/ct:c", Some("c")),
        ("w:9/ct:a:%2C::x!", Some("a,%2C,x!")),
        ("w:9/ct:a/ct:", None),
        ("w:9", None),
    ] {
        let answer = world.made(options, PHOTO).await;
        assert_eq!(answer.status, 200, "{options}");
        for name in ["cache-tag", "x-amz-meta-cache-tag"] {
            assert_eq!(answer.header(name), tags, "{options}");
        }
    }
}

#[tokio::test]
async fn what_no_cache_would_take_is_refused() {
    let world = World::open();
    let many: Vec<_> = (0..51).map(|number| number.to_string()).collect();
    let (most, too_many) = (many[1..].join(":"), many.join(":"));
    let (long, too_long) = ("x".repeat(256), "x".repeat(257));
    for (tags, status) in [
        ("a,b", 404),
        ("\u{e9}", 404),
        (&most, 200),
        (&too_many, 404),
        (&format!("{most}:1:50"), 200),
        (&long, 200),
        (&too_long, 404),
    ] {
        let answer = world.made(&format!("w:9/ct:{tags}"), PHOTO).await;
        assert_eq!(answer.status, status, "{tags}");
    }
}

#[tokio::test]
async fn headers_and_separators_are_settings() {
    let world = World::with(|config| {
        config.answer.cache_tags = vec![
            CacheTagHeader::CLOUDFRONT,
            CacheTagHeader {
                name: "Surrogate-Key".into(),
                separator: " ".into(),
            },
        ];
    });
    let answer = world.made("w:9/ct:a:b", PHOTO).await;
    assert_eq!(answer.header("cache-tag"), None);
    assert_eq!(answer.header("x-amz-meta-cache-tag"), Some("a,b"));
    assert_eq!(answer.header("surrogate-key"), Some("a b"));
    for (name, separator) in [("a b", ","), ("a", ""), ("a", "\n"), ("a", "123456789")] {
        let mut config = Config::default();
        config.answer.cache_tags = vec![CacheTagHeader {
            name: name.into(),
            separator: separator.into(),
        }];
        assert!(Proxy::new(config).is_err(), "{name} {separator}");
    }
}

#[tokio::test]
async fn fallback_images_and_unchanged_ones_carry_them_and_nothing_else_does() {
    let world = World::with(|config| {
        config.fallback.image = Some(picture(Format::Png, 9, 9));
        config.fallback.status = 404;
    });
    let photo = Script::body(picture(Format::Jpeg, 24, 16)).with("etag", "\"1\"");
    world.add("http://h/etag.jpg", photo);
    let fallback = world.made("w:9/ct:a", "http://h/missing").await;
    assert_eq!(
        (fallback.status, fallback.header("cache-tag")),
        (404, Some("a"))
    );
    let target = "/unsafe/w:9/ct:a/plain/http://h/etag.jpg";
    let unchanged = world.get_with(target, &[("if-none-match", "\"1\"")]).await;
    assert_eq!(
        (unchanged.status, unchanged.header("cache-tag")),
        (304, Some("a"))
    );
    let raw = world.made("raw:1/ct:a", PHOTO).await;
    assert_eq!((raw.status, raw.header("cache-tag")), (200, None));
    let refused = world.made("w:9/ct:a/f:heic", PHOTO).await;
    assert_eq!((refused.status, refused.header("cache-tag")), (422, None));
}
