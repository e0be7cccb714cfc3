//! The public conformance suite for HTTP/2, where it is installed:
//! `go install github.com/summerwind/h2spec/cmd/h2spec@latest`.

use std::process::Command;

use crate::rig::Rig;

#[test]
fn the_public_suite_passes_but_for_a_preface_that_is_none() {
    let rig = Rig::start(&[]);
    let port = rig.port().to_string();
    let options = ["-h", "127.0.0.1", "-p", &port, "-o", "5", "-P", "/health"];
    let Ok(output) = Command::new("h2spec").args(options).output() else {
        eprintln!("h2spec is not installed, nothing was tested");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let total = text
        .lines()
        .rfind(|line| line.contains(" tests, "))
        .unwrap_or_default();
    let counts: Vec<usize> = total
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let [tests, passed, skipped, failed] = counts[..] else {
        panic!("{text}");
    };
    assert!(
        tests >= 145 && passed + skipped + failed == tests,
        "{total}"
    );
    // What does not begin as HTTP/2 does is taken for HTTP/1 and answered as such.
    assert!(
        failed <= 1 && (failed == 0 || text.contains("invalid connection preface")),
        "{text}"
    );
    assert!(passed >= 143, "{total}");
    rig.assert_well();
}
