//! What options say about the delivery: hashes of sources, fallback images, cache tags.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::pictures::shown;
use crate::support::world::{LOOPBACK, World};

#[test]
fn a_source_is_served_with_its_hash_alone() {
    let world = World::open();
    let photo = fs::read(world.folder().join("photo.jpg")).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &photo);
    let digits: String = digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let get = |source: &str| {
        let target = format!("/unsafe/w:30/hs:sha256:{digits}/plain/{source}@png");
        world.server.get(&target)
    };
    assert_eq!(shown(&get("local:///photo.jpg")).width, 30);
    assert_eq!(shown(&get(&world.origin.url("/photo.jpg"))).width, 30);
    let other = get("local:///photo.png");
    assert_eq!(
        (other.status, other.text().as_str()),
        (422, "Invalid source image")
    );
    world.assert_well();
}

#[test]
fn a_fallback_image_of_the_url_stands_in_and_caches_can_be_told_to_forget_it() {
    let world = World::start(&[
        ("IMGPROXY_FALLBACK_IMAGE_HTTP_CODE", "203"),
        ("IMGPROXY_FALLBACK_IMAGE_TTL", "7"),
        ("PIXGATE_FALLBACK_HEADER", "true"),
        ("IMGPROXY_CACHE_TAGS_FORMAT", "cloudflare"),
        ("PIXGATE_CACHE_TAGS_HEADERS", "Surrogate-Key="),
        LOOPBACK,
    ]);
    let own = URL_SAFE_NO_PAD.encode(world.origin.url("/photo.jpg"));
    let target = |source: &str| format!("/unsafe/w:30/ct:a:b/fiu:{own}/plain/{source}");
    let fallback = world.server.get(&target("local:///missing.jpg"));
    assert_eq!(fallback.status, 203);
    for (name, value) in [
        ("cache-control", "max-age=7, public"),
        ("x-pixgate-fallback", "1"),
        ("cache-tag", "a,b"),
        ("surrogate-key", "a b"),
    ] {
        assert_eq!(fallback.header(name), Some(value), "{name}");
    }
    assert_eq!(fallback.header("x-amz-meta-cache-tag"), None);
    let fine = world.server.get(&target("local:///photo.png"));
    assert_eq!((fine.status, fine.header("cache-tag")), (200, Some("a,b")));
    assert_eq!(fine.header("x-pixgate-fallback"), None);
}
