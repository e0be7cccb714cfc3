//! Sources that have to be what the URL says.

use pixgate_options::Format;

use crate::sources::Script;
use crate::world::{World, picture};

const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>";

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

#[tokio::test]
async fn a_source_with_its_hash_is_served_in_whatever_way() {
    let world = World::open();
    let photo = picture(Format::Png, 40, 30);
    world.add("http://h/a", Script::body(photo.clone()));
    world.add("http://h/a.svg", Script::body(DRAWING));
    let (of_photo, of_drawing) = (sha256(&photo), sha256(DRAWING.as_bytes()));
    for (options, source, digits) in [
        ("w:10", "http://h/a", of_photo.as_str()),
        ("skp:png", "http://h/a", &of_photo.to_uppercase()),
        ("w:2", "http://h/a.svg", &of_drawing),
        ("w:2/f:png", "http://h/a.svg", &of_drawing),
    ] {
        let hashed = format!("{options}/hs:sha256:{digits}");
        let answer = world.made(&hashed, source).await;
        assert_eq!(answer.status, 200, "{hashed}: {:?}", answer.error);
        let plain = world.made(options, source).await;
        assert_eq!(answer.body, plain.body, "{hashed}");
        let wrong = format!("{options}/hs:sha256:{}", sha256(b"else"));
        let answer = world.made(&wrong, source).await;
        answer.assert_refused(422, "Invalid source image", &wrong);
        let reason = answer.error.unwrap().to_string();
        assert!(reason.contains(&digits.to_lowercase()), "{reason}");
    }
    world.assert_well().await;
}

#[tokio::test]
async fn neither_codecs_nor_fallback_images_see_a_source_with_another_hash() {
    let world = World::with(|config| {
        config.fallback.image = Some(picture(Format::Png, 9, 9));
    });
    world.add("http://h/broken", Script::body(*b"\x89PNG\r\n\x1a\nbroken"));
    world.add("http://h/page", Script::body(*b"<!doctype html>"));
    for source in ["http://h/broken", "http://h/page", "http://h/photo.png"] {
        let answer = world.made("w:9/hs:md5:00", source).await;
        answer.assert_refused(422, "Invalid source image", source);
        let error = answer.error.unwrap();
        assert_eq!(error.verdict().name, "hashsum_mismatch", "{source}");
    }
    let missing = world.made("w:9/hs:md5:00", "http://h/missing").await;
    assert_eq!(missing.picture().width, 9, "no download, no hash");
}

#[tokio::test]
async fn what_streams_is_not_hashed_and_none_asks_for_nothing() {
    let world = World::open();
    for options in ["raw:1/hs:md5:00", "w:9/hs:none", "w:9/hs:md5:00/hs:none"] {
        let answer = world.made(options, "http://h/photo.png").await;
        assert_eq!(answer.status, 200, "{options}");
    }
    for options in [
        "hs:md5",
        "hs:md5:zz",
        "hs:md5:000",
        "hs:crc32:00",
        "hs:md5:00:00",
    ] {
        let answer = world.made(options, "http://h/photo.png").await;
        answer.assert_refused(404, "Invalid URL", options);
    }
}

#[tokio::test]
async fn requests_with_other_hashes_share_the_download_and_not_the_answer() {
    let world = World::open();
    let photo = picture(Format::Png, 40, 30);
    world.add("http://h/a", Script::body(photo.clone()));
    let right = format!("w:9/hs:sha256:{}", sha256(&photo));
    let (right, wrong) = futures_util::future::join(
        world.made(&right, "http://h/a"),
        world.made("w:9/hs:sha256:00", "http://h/a"),
    )
    .await;
    assert_eq!((right.status, wrong.status), (200, 422));
}
