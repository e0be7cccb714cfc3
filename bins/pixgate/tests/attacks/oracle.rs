//! Encrypted sources in URLs that nobody signed.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_sign::SourceCipher;

use crate::origin::Origin;
use crate::rig::Rig;

/// A picture of one pixel.
const PIXEL: &str = "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs=";
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn cipher() -> SourceCipher {
    SourceCipher::from_hex(KEY).unwrap()
}

/// Everything that can become of a ciphertext: the text after `enc/`, and what it is.
fn failures(allowed: &str) -> Vec<(String, &'static str)> {
    let cipher = cipher();
    let good = cipher.encrypt(allowed);
    let raw = URL_SAFE_NO_PAD.decode(&good).unwrap();
    let altered = |at: usize, mask: u8| {
        let mut raw = raw.clone();
        raw[at] ^= mask;
        URL_SAFE_NO_PAD.encode(raw)
    };
    let cut = |end: usize| URL_SAFE_NO_PAD.encode(&raw[..end]);
    let mut all = vec![
        ("A".to_owned(), "no base64"),
        ("+++".to_owned(), "no base64"),
        (String::new(), "nothing"),
        (cut(8), "too short"),
        (cut(16), "only an IV"),
        (cut(raw.len() - 1), "no whole blocks"),
        (cut(raw.len() - 16), "a block less"),
        (altered(raw.len() - 1, 1), "garbage at the end"),
        (altered(raw.len() - 17, 0x55), "another padding"),
        (altered(20, 1), "garbage in the middle"),
        (cipher.encrypt([0xff; 15]), "not UTF-8, padding right"),
        (cipher.encrypt([1; 15]), "control characters, padding right"),
        (cipher.encrypt("no url"), "no URL"),
        (cipher.encrypt("sftp://h/a"), "no known scheme"),
        (cipher.encrypt("s3://b/a"), "a scheme that is off"),
        (cipher.encrypt("http://other.test/a"), "not allowed"),
        (cipher.encrypt("http://[::1"), "a broken URL"),
        (cipher.encrypt(""), "an empty text"),
    ];
    // A last byte that is a right padding about once in 256.
    for mask in 0..32 {
        all.push((altered(raw.len() - 17, mask + 1), "any padding"));
    }
    all
}

#[test]
fn failures_of_unsigned_encrypted_sources_cannot_be_told_apart() {
    let origin = Origin::start();
    let allowed = origin.url("/pub/secret-name-of-a-picture.png");
    // A fallback image would tell that the text was right and the source wrong.
    let rig = Rig::start(&[
        ("IMGPROXY_SOURCE_URL_ENCRYPTION_KEY", KEY),
        ("IMGPROXY_ALLOWED_SOURCES", &origin.url("/pub/")),
        ("IMGPROXY_FALLBACK_IMAGE_DATA", PIXEL),
    ]);
    let fallback = URL_SAFE_NO_PAD.encode(origin.url("/pub/fallback.png"));
    let mut seen = None;
    for (text, what) in failures(&allowed) {
        for target in [
            format!("/unsafe/rs:fit:20:20/enc/{text}"),
            format!("/unsafe/enc/{text}.webp"),
            format!("/unsafe/enc/{text}.mp4"),
            format!("/unsafe/enc/{text}.nonsense"),
            format!("/unsafe/raw:1/enc/{text}"),
            format!("/unsafe/hs:md5:00/enc/{text}"),
            format!("/unsafe/fiu:{fallback}/enc/{text}"),
        ] {
            let start = Instant::now();
            let answer = rig.get(&target);
            let elapsed = start.elapsed();
            assert!(elapsed >= Duration::from_millis(25), "{what}: {elapsed:?}");
            let varies = |name: &str| ["date", "x-request-id"].contains(&name);
            let mut headers: Vec<_> = answer
                .headers
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .filter(|(name, _)| !varies(name))
                .collect();
            headers.sort();
            let answer = (answer.status, answer.body, headers);
            let first = seen.get_or_insert_with(|| answer.clone());
            assert_eq!(*first, answer, "{what}: {target}");
        }
    }
    assert_eq!(
        origin.asked(),
        [""; 0],
        "nothing is downloaded from garbage"
    );
    let good = format!("/unsafe/enc/{}", cipher().encrypt(&allowed));
    assert_eq!(rig.get(&good).status, 200);
    assert_eq!(origin.asked().len(), 1);
}

#[test]
fn an_authenticated_source_is_served_and_an_altered_one_is_not_asked_for() {
    let origin = Origin::start();
    let rig = Rig::start(&[("IMGPROXY_SOURCE_URL_ENCRYPTION_KEY", KEY)]);
    let sealed = cipher().seal(origin.url("/x.png"));
    assert_eq!(rig.get(&format!("/unsafe/enc/{sealed}.webp")).status, 200);
    assert_eq!(origin.asked().len(), 1);
    let raw = URL_SAFE_NO_PAD
        .decode(sealed.trim_start_matches('~'))
        .unwrap();
    for at in 0..raw.len() {
        let mut altered = raw.clone();
        altered[at] ^= 1;
        let text = URL_SAFE_NO_PAD.encode(altered);
        assert_eq!(rig.get(&format!("/unsafe/enc/~{text}")).status, 404, "{at}");
    }
    assert_eq!(origin.asked(), [""; 0]);
}

#[test]
fn passwords_in_source_urls_are_not_logged() {
    let origin = Origin::start();
    let rig = Rig::start(&[
        ("IMGPROXY_SOURCE_URL_ENCRYPTION_KEY", KEY),
        ("IMGPROXY_LOG_LEVEL", "debug"),
        ("IMGPROXY_DEVELOPMENT_ERRORS_MODE", "true"),
    ]);
    let with_user = |path: &str| origin.url(path).replace("http://", "http://me:hunter2@");
    let plain = |path: &str| with_user(path).replace('@', "%40");
    for (number, target) in [
        format!("/unsafe/plain/{}", plain("/a.png")),
        format!("/unsafe/plain/{}", plain("/endless?x")),
        format!("/unsafe/plain/{}@nonsense", plain("/a.png")),
        format!("/unsafe/plain/{}@x@y", plain("/a.png")),
        format!(
            "/unsafe/enc/{}",
            cipher().encrypt(with_user("/b.png?sig=hunter2"))
        ),
        format!("/unsafe/plain/{}", plain("/a.png").replace("http", "sftp")),
    ]
    .iter()
    .enumerate()
    {
        let answer = rig.get(&format!("{target}?n={number}"));
        assert!(
            !answer.text().contains("hunter2"),
            "{target}: {}",
            answer.text()
        );
    }
    rig.get("/unsafe/last");
    let log = rig.log_with("/unsafe/last").join("\n");
    assert!(log.contains("***") && !log.contains("hunter2"), "{log}");
}
