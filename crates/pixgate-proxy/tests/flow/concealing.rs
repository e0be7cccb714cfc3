//! Encrypted sources in URLs that are not signed: failures are answered alike and at the same time.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_sign::SourceCipher;
use tokio::time::Instant;

use crate::sources::Script;
use crate::world::World;

const KEY: &[u8] = b"0123456789abcdef";

fn target(cipher: &str) -> String {
    format!("/unsafe/w:9/enc/{cipher}.png")
}

fn encrypted(source: &str) -> String {
    let cipher = SourceCipher::new(KEY).unwrap();
    cipher.encrypt(source.as_bytes())
}

#[tokio::test(start_paused = true)]
async fn no_answer_and_no_time_tells_what_was_decrypted() {
    let world = World::here(|config| {
        config.url.encryption_key = pixgate_source::Secret::new(KEY.to_vec());
        config.source.allowed = vec!["http://h/".to_owned()];
    });
    world.add("http://h/broken", Script::status(500));
    let garbage = URL_SAFE_NO_PAD.encode([9; 48]);
    for cipher in [
        encrypted("http://h/missing"),
        encrypted("http://h/broken"),
        encrypted("http://other/a.png"),
        encrypted("http://h/a\u{1}b"),
        encrypted("no url"),
        garbage,
    ] {
        let start = Instant::now();
        let answer = world.get(&target(&cipher)).await;
        answer.assert_refused(404, "Invalid URL", &cipher);
        assert_eq!(start.elapsed().as_millis(), 25, "{cipher}");
    }
}

#[tokio::test]
async fn an_encrypted_source_gives_its_picture() {
    let world = World::with(|config| {
        config.url.encryption_key = pixgate_source::Secret::new(KEY.to_vec());
    });
    let answer = world.get(&target(&encrypted("http://h/photo.jpg"))).await;
    assert_eq!(answer.picture().width, 9);
}

#[tokio::test(start_paused = true)]
async fn signed_urls_have_nothing_to_conceal() {
    let world = World::here(|config| {
        config.url.encryption_key = pixgate_source::Secret::new(KEY.to_vec());
        config.access.keys = vec![b"key".to_vec()];
        config.access.salts = vec![b"salt".to_vec()];
    });
    let rest = format!("/w:9/enc/{}.png", encrypted("http://h/missing"));
    let start = Instant::now();
    let answer = world.get(&world.proxy.sign(&rest)).await;
    answer.assert_refused(404, "Source is unreachable", "a signed URL");
    assert_eq!(start.elapsed(), Duration::ZERO);
}
