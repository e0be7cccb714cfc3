//! Sources and clients that mean harm, or just break: a clear answer at once, and all is well after.

use std::time::Duration;

use crate::support::origin::{Origin, Script};
use crate::support::pictures::{picture, shown};
use crate::support::server::Server;
use crate::support::world::{LOOPBACK, World, sign};
use crate::support::{AT_ONCE, within};

/// Asks for a source and expects this refusal at once.
fn assert_refused(world: &World, source: &str, status: u16, words: &str) {
    let target = format!("/rs:fit:50:50/plain/{source}");
    let answer = within(AT_ONCE, source, || world.get(&target));
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (status, words),
        "{source}"
    );
}

#[test]
fn a_cut_off_jpeg_is_never_answered_with_a_picture_of_its_half() {
    let world = World::signed();
    let source = world.origin.url("/half.jpg");
    assert_refused(&world, &source, 422, "Source response is incomplete");
    world.assert_well();
}

#[test]
fn a_file_that_ends_early_is_an_error_or_a_whole_picture() {
    let world = World::signed();
    let answer = within(AT_ONCE, "half a file", || {
        world.get("/rs:fit:50:50/plain/local:///half.jpg@png")
    });
    match answer.status {
        422 => assert_eq!(answer.text(), "Broken or unsupported image"),
        _ => assert_eq!(shown(&answer).width, 50),
    }
    world.assert_well();
}

#[test]
fn a_png_that_claims_ten_thousand_megapixels_is_refused_from_its_header() {
    let world = World::signed();
    let over_http = world.origin.url("/boast.png");
    for source in ["local:///boast.png", &over_http] {
        assert_refused(&world, source, 422, "Invalid source image");
    }
    world.assert_well();
}

#[test]
fn claims_take_no_memory() {
    let world = World::start(&[LOOPBACK]);
    world.assert_well();
    let before = world.server.peak_kib();
    let source = world.origin.url("/boast.png");
    for source in ["local:///boast.png", &source, "local:///half.jpg"] {
        world.get(&format!("/rs:fit:50:50/plain/{source}"));
    }
    if let (Some(before), Some(after)) = (before, world.server.peak_kib()) {
        assert!(after - before < 16_384, "{before} KiB, then {after} KiB");
    }
    world.assert_well();
}

#[test]
fn a_page_is_no_picture() {
    let world = World::signed();
    let over_http = world.origin.url("/page.html");
    for source in ["local:///page.html", &over_http] {
        assert_refused(&world, source, 422, "Invalid source image");
    }
    world.assert_well();
}

#[test]
fn a_redirect_to_the_metadata_service_is_not_followed() {
    let world = World::signed();
    let source = world.origin.url("/to-metadata");
    assert_refused(&world, &source, 404, "Invalid source URL");
    world.assert_well();
}

#[test]
fn addresses_of_the_own_network_are_refused() {
    let world = World::signed();
    for source in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/a.jpg",
        "http://0xa9fea9fe/a.jpg",
    ] {
        assert_refused(&world, source, 404, "Invalid source URL");
    }
    world.assert_well();
}

#[test]
fn this_machine_is_not_contacted_unless_allowed() {
    let world = World::start(&[]);
    let port = world.origin.url("").rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "127.1",
        "[::ffff:127.0.0.1]",
    ] {
        let source = format!("http://{host}:{port}/photo.jpg");
        assert_refused(&world, &source, 404, "Invalid source URL");
    }
    assert_eq!(world.origin.requests(), 0);
    world.assert_well();
}

#[test]
fn clients_that_go_away_do_no_harm() {
    let world = World::signed();
    let target = sign(&format!("/w:30/plain/{}", world.origin.url("/late.jpg")));
    let whole = format!("GET {target} HTTP/1.1\r\nHost: pixgate.test\r\n\r\n");
    for index in 0..50 {
        let sent = match index % 2 {
            0 => whole.as_str(),
            _ => whole.get(..index * 2).unwrap(),
        };
        world.server.send_and_leave(sent);
    }
    within(Duration::from_secs(2), "the first answers after", || {
        world.assert_well();
    });
}

#[test]
fn many_clients_at_once_get_right_pictures() {
    let photo = picture(pixgate_options::Format::Jpeg, 400, 300);
    let origin = Origin::start([("/photo.jpg", Script::Body("image/jpeg", photo))]);
    let world = World::signed();
    std::thread::scope(|scope| {
        for width in 20..60 {
            let (world, origin) = (&world, &origin);
            scope.spawn(move || {
                let source = origin.url("/photo.jpg");
                let answer = world.get(&format!("/w:{width}/plain/{source}@png"));
                assert_eq!(shown(&answer).width, width);
            });
        }
    });
    // Those at the same time share a download.
    assert!((1..=40).contains(&origin.requests()));
}

#[test]
fn a_request_has_to_come_in_time() {
    let server = Server::start(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "1")]);
    for begun in ["", "G", "GET /health HTTP/1.1\r\nHost: pix"] {
        within(Duration::from_secs(4), "waiting for a request", || {
            server.send_and_wait(begun);
        });
    }
}
