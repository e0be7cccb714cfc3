//! Signatures, the bearer secret, the allowlist: all of it before a source is asked.

use crate::world::{NOW, World};

fn signed() -> World {
    World::with(|config| {
        config.access.keys = vec![b"first".to_vec(), b"second".to_vec()];
        config.access.salts = vec![b"salt".to_vec(), b"pepper".to_vec()];
        config.access.trusted_signatures = vec!["trusted".to_owned()];
    })
}

#[tokio::test]
async fn a_signature_is_for_one_path_only() {
    let world = signed();
    let target = world.proxy.sign("/w:30/plain/http://h/photo.jpg");
    assert_eq!(world.get(&target).await.picture().width, 30);
    let asked = world.sources.requests();
    for forged in [
        target.replace("w:30", "w:31"),
        target.replace("photo.jpg", "photo.png"),
        "/unsafe/w:30/plain/http://h/photo.jpg".to_owned(),
        "/***/w:30/plain/http://h/photo.jpg".to_owned(),
    ] {
        let answer = world.get(&forged).await;
        answer.assert_refused(403, "Forbidden", &forged);
    }
    assert_eq!(world.sources.requests(), asked);
    let trusted = "/trusted/w:30/plain/http://h/photo.jpg";
    assert_eq!(world.get(trusted).await.status, 200);
}

#[tokio::test]
async fn every_pair_of_key_and_salt_signs_but_no_mix_of_them() {
    let world = signed();
    let rest = "/w:30/plain/http://h/photo.jpg";
    let by = |key: &[u8], salt: &[u8]| {
        let pair = pixgate_sign::KeyPair::new(key, salt).unwrap();
        pixgate_sign::KeyRing::new(vec![pair]).sign(rest)
    };
    assert_eq!(world.get(&by(b"second", b"pepper")).await.status, 200);
    assert_eq!(world.get(&by(b"second", b"salt")).await.status, 403);
}

#[tokio::test]
async fn a_short_signature_needs_its_setting() {
    let size = |bytes: usize| {
        World::with(|config| {
            config.access.keys = vec![b"key".to_vec()];
            config.access.salts = vec![b"salt".to_vec()];
            config.access.signature_size = bytes;
        })
    };
    let target = size(8).proxy.sign("/w:30/plain/http://h/photo.jpg");
    assert_eq!(size(8).get(&target).await.status, 200);
    let answer = size(32).get(&target).await;
    answer.assert_refused(403, "Forbidden", "a short signature");
    let hint = answer.error.unwrap().hint().unwrap().into_owned();
    assert!(
        hint.contains("8 bytes") || hint.contains("9 bytes"),
        "{hint}"
    );
}

#[tokio::test]
async fn a_url_works_until_it_expires() {
    let world = World::open();
    for (expires, status) in [(NOW + 600, 200), (NOW - 600, 404)] {
        let answer = world
            .made(&format!("w:9/exp:{expires}"), "http://h/photo.jpg")
            .await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn a_secret_is_asked_for_before_anything_else() {
    let world = World::with(|config| {
        config.access.secret = "s3cret".to_owned();
        config.answer.allow_origin = "*".to_owned();
    });
    let target = "/unsafe/w:10/plain/http://h/photo.jpg";
    for headers in [
        &[][..],
        &[("authorization", "Bearer other")],
        &[("authorization", "bearer s3cret")],
    ] {
        for target in [target, "/unsafe/nonsense:1/plain/x"] {
            let answer = world.get_with(target, headers).await;
            answer.assert_refused(403, "Forbidden", "a missing secret");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        }
    }
    assert_eq!(world.sources.requests(), 0);
    let headers = [("authorization", "Bearer s3cret")];
    assert_eq!(world.get_with(target, &headers).await.status, 200);
}

#[tokio::test]
async fn only_sources_on_the_list_are_asked() {
    let world = World::with(|config| {
        config.source.allowed = vec!["http://h/photo.*".to_owned(), "sample://".to_owned()];
    });
    assert_eq!(world.made("w:9", "http://h/photo.jpg").await.status, 200);
    for source in [
        "http://h/other.jpg",
        "http://h.evil/photo.jpg",
        "https://h/photo.jpg",
        "http://h%40evil/photo.jpg",
        "local:///photo.jpg",
    ] {
        let answer = world.made("w:9", source).await;
        answer.assert_refused(404, "Invalid source URL", source);
        let raw = world.made("raw:1", source).await;
        raw.assert_refused(404, "Invalid source URL", source);
    }
    assert_eq!(world.sources.requests(), 1);
}

#[tokio::test]
async fn built_in_sources_need_no_pattern() {
    let world = World::with(|config| config.source.allowed = vec!["https://h/".to_owned()]);
    let sources = std::sync::Arc::clone(&world.sources);
    sources.add(
        "sample://a",
        crate::sources::Script::body(crate::world::picture(pixgate_options::Format::Png, 8, 8)),
    );
    let world = World {
        proxy: world.proxy.with_builtin("sample", sources.clone() as _),
        sources,
    };
    assert_eq!(world.made("w:4", "sample://a").await.picture().width, 4);
    let answer = world.made("w:9", "http://h/photo.jpg").await;
    answer.assert_refused(404, "Invalid source URL", "an http source");
}

#[tokio::test]
async fn sources_can_be_encoded_replaced_and_completed() {
    let world = World::with(|config| {
        config.url.base_url = "http://h/".to_owned();
        config.url.replacements = "short:=http://h/".to_owned();
    });
    for target in [
        "/unsafe/w:30/plain/photo.jpg@png",
        "/unsafe/w:30/plain/short:photo.jpg@png",
        // `http://h/photo.jpg`
        "/unsafe/w:30/aHR0cDovL2gvcGhvdG8uanBn.png",
    ] {
        let answer = world.get(target).await;
        assert_eq!(answer.picture().width, 30, "{target}");
        assert_eq!(world.sources.last().url, "http://h/photo.jpg");
    }
}
