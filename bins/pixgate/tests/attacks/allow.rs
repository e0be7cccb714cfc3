//! Ways out of an allowed folder, and off an allowed host.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::origin::Origin;
use crate::rig::Rig;

/// The paths of a source, plain and in base64.
fn targets(url: &str) -> [String; 2] {
    let plain = url.replace('%', "%25").replace('?', "%3F");
    let plain = plain.replace('#', "%23").replace(' ', "%20");
    [
        format!("/unsafe/plain/{plain}"),
        format!("/unsafe/{}", URL_SAFE_NO_PAD.encode(url)),
    ]
}

#[test]
fn no_spelling_of_a_path_leads_out_of_an_allowed_folder() {
    let origin = Origin::start();
    let rig = Rig::start(&[("IMGPROXY_ALLOWED_SOURCES", &origin.url("/pub/"))]);
    for tail in [
        "pub/../priv/x.png",
        "pub/%2e%2e/priv/x.png",
        "pub/.%2E/priv/x.png",
        "pub/%2E./priv/x.png",
        "pub/..\\priv/x.png",
        "pub/..%5Cpriv/x.png",
        "pub/..%2fpriv/x.png",
        "pub//../../priv/x.png",
        "pub/./../priv/x.png",
        "pub/a/../../priv/x.png",
        "pub/%252e%252e/priv/x.png",
        "pub/..;/priv/x.png",
        "pub/..",
        "pub/..?x.png",
        "pub/..#x.png",
        "pub/.. ",
        "pub/a/..//../priv/x.png",
    ] {
        for target in targets(&origin.url(&format!("/{tail}"))) {
            let status = rig.get(&target).status;
            let asked = origin.asked();
            let stays = |path: &String| path.starts_with("/pub/") && !path.contains("/..");
            assert!(asked.iter().all(stays), "{target}: {asked:?}");
            assert!(status == 404 || !asked.is_empty(), "{target}: {status}");
        }
    }
    assert_eq!(rig.get("/health").status, 200);
}

#[test]
fn what_stays_in_the_folder_is_asked_for_as_it_was_checked() {
    let origin = Origin::start();
    let rig = Rig::start(&[("IMGPROXY_ALLOWED_SOURCES", &origin.url("/pub/"))]);
    for (tail, asked) in [
        ("pub/x.png", "/pub/x.png"),
        ("pub/a/../x.png", "/pub/x.png"),
        ("pub/a/%2e%2E/x.png", "/pub/x.png"),
        ("pub/a b|c^d.png", "/pub/a%20b%7Cc%5Ed.png"),
        ("pub/a\\b.png", "/pub/a%5Cb.png"),
        ("pub/a%2Fb..c.png?q=../x#f", "/pub/a%2Fb..c.png?q=../x"),
    ] {
        for target in targets(&origin.url(&format!("/{tail}"))) {
            assert_eq!(rig.get(&target).status, 200, "{target}");
            assert_eq!(origin.asked(), [asked], "{target}");
        }
    }
}

#[test]
fn redirects_leave_the_list_only_where_that_is_the_rule() {
    let (origin, other) = (Origin::start(), Origin::start());
    let ask = |rule: &str, to: &str| {
        let rig = Rig::start(&[
            ("IMGPROXY_ALLOWED_SOURCES", &origin.url("/")),
            ("PIXGATE_REDIRECTS_ALLOWED_SOURCES", rule),
        ]);
        let [_, target] = targets(&origin.url(&format!("/redirect?{to}")));
        let status = rig.get(&target).status;
        (status, origin.asked().len(), other.asked().len())
    };
    let outside = other.url("/x.png");
    assert_eq!(ask("follow", &outside), (200, 1, 1));
    assert_eq!(ask("same-list", &outside), (404, 1, 0));
    assert_eq!(ask("same-list", "/x.png"), (200, 2, 0));
    assert_eq!(ask("off", "/x.png"), (404, 1, 0));
}
