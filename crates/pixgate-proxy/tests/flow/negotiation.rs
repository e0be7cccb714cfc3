//! What headers of the client bring about: formats, and sizes by client hints.

use pixgate_options::Format;

use crate::world::World;

#[tokio::test]
async fn clients_that_accept_webp_or_avif_get_it() {
    let world = World::with(|config| {
        config.output.detection.auto_webp = true;
        config.output.detection.auto_avif = true;
    });
    let target = "/unsafe/w:30/plain/http://h/photo.jpg";
    for (accept, format) in [
        ("image/webp,image/*,*/*;q=0.8", Format::Webp),
        ("image/avif,image/webp,*/*", Format::Avif),
        ("image/png,*/*", Format::Jpeg),
        ("image/WEBP", Format::Jpeg),
        ("image/webp;q=0", Format::Webp),
    ] {
        let answer = world.get_with(target, &[("accept", accept)]).await;
        assert_eq!(answer.picture().format, format, "{accept}");
        assert_eq!(answer.header("vary"), Some("Accept"), "{accept}");
        assert_eq!(answer.header("content-type"), Some(format.media_type()));
    }
    let refused = world.made("w:30", "http://h/missing.jpg").await;
    assert_eq!((refused.status, refused.header("vary")), (404, None));
}

#[tokio::test]
async fn enforced_formats_win_over_the_url() {
    let world = World::with(|config| {
        config.output.detection.enforce_webp = true;
        config.output.detection.auto_avif = true;
    });
    let photo = "/unsafe/w:30/plain/http://h/photo.jpg";
    let png = "/unsafe/w:30/plain/http://h/photo.jpg@png";
    for (target, accept, format) in [
        (photo, "image/webp", Format::Webp),
        (photo, "image/avif,image/webp", Format::Avif),
        (png, "image/avif,image/webp", Format::Webp),
        (png, "image/avif", Format::Png),
    ] {
        let answer = world.get_with(target, &[("accept", accept)]).await;
        assert_eq!(answer.picture().format, format, "{target} {accept}");
    }
}

#[tokio::test]
async fn client_hints_are_defaults_that_the_url_overrules() {
    let world = World::with(|config| config.output.client_hints = true);
    let hints = [("sec-ch-dpr", "2"), ("sec-ch-width", "60")];
    for (options, width) in [("rs:fit", 60), ("rs:fit/w:20", 40), ("rs:fit/dpr:1", 30)] {
        let target = format!("/unsafe/{options}/plain/http://h/photo.jpg");
        let answer = world.get_with(&target, &hints).await;
        assert_eq!(answer.picture().width, width, "{options}");
        let vary = answer.header("vary");
        assert_eq!(vary, Some("Sec-Ch-Dpr, Dpr, Sec-Ch-Width, Width"));
    }
    let plain = World::open();
    let target = "/unsafe/rs:fit/plain/http://h/photo.jpg";
    let answer = plain.get_with(target, &hints).await;
    assert_eq!(answer.picture().width, 240);
    assert_eq!(answer.header("vary"), None);
}
