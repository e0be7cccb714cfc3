//! Errors teach: for each common mistake the kind, the place and the advice.
#![allow(clippy::unwrap_used, reason = "a test may stop")]

use pixgate_url::{Config, Defaults, classify, parse, parse_info};

/// Path, kind, position, a part of the hint.
const MISTAKES: &[(&str, &str, usize, &str)] = &[
    (
        "/widht:1/plain/a",
        "unknown_option",
        1,
        "did you mean `width`",
    ),
    ("/W:1/plain/a", "unknown_option", 1, ""),
    ("/min_width:1/plain/a", "unknown_option", 1, "hyphen"),
    (
        "/w:1/sp:png/plain/a",
        "unknown_option",
        5,
        "is `skp` on the server",
    ),
    ("/gif_options:1/plain/a", "unknown_option", 1, "removed"),
    (
        "/w:10/http://img.test/a.jpg",
        "unknown_option",
        6,
        "needs `plain/`",
    ),
    (
        "/fill/300/200/plain/a",
        "deprecated_basic_url",
        1,
        "`rs:fill:width:height`",
    ),
    (
        "/w:1.5/plain/a",
        "invalid_argument",
        3,
        "whole number, found `1.5`",
    ),
    (
        "/w:-1/plain/a",
        "invalid_argument",
        3,
        "0 or more, found -1",
    ),
    (
        "/w:1:2/plain/a",
        "invalid_argument",
        5,
        "at most 1 arguments, found 2",
    ),
    ("/g:no:nan/plain/a", "invalid_argument", 6, "must be finite"),
    ("/z:inf/plain/a", "invalid_argument", 3, "must be finite"),
    (
        "/bl:0x1p-2/plain/a",
        "invalid_argument",
        4,
        "decimal number",
    ),
    ("/bl:1_0/plain/a", "invalid_argument", 4, "decimal number"),
    (
        "/bg:ff000080/plain/a",
        "invalid_argument",
        4,
        "background_alpha",
    ),
    ("/bg:#fff/plain/a", "invalid_argument", 4, "without `#`"),
    ("/rt:Fill/plain/a", "invalid_argument", 4, "lower case"),
    ("/rt:cover/plain/a", "invalid_argument", 4, "`fill-down`"),
    (
        "/ex:1:sm/plain/a",
        "invalid_argument",
        6,
        "`sm` is not allowed here",
    ),
    (
        "/g:fp:0.5/plain/a",
        "invalid_argument",
        6,
        "exactly 3 arguments",
    ),
    ("/rot:45/plain/a", "invalid_argument", 5, "multiple of 90"),
    (
        "/q:101/plain/a",
        "invalid_argument",
        3,
        "0 to 100, found 101",
    ),
    (
        "/f:tif/plain/a",
        "invalid_argument",
        3,
        "did you mean `tiff`",
    ),
    ("/plain/a@PNG", "invalid_argument", 9, "did you mean `png`"),
    (
        "/co:-1/plain/a",
        "invalid_argument",
        4,
        "with more it is `crop_objects`",
    ),
    ("/co:0:face/plain/a", "invalid_argument", 4, "more than 0"),
    (
        "/fq:jpg/plain/a",
        "invalid_argument",
        4,
        "without a quality",
    ),
    (
        "/pr:zz/plain/a",
        "invalid_argument",
        1,
        "no presets are defined",
    ),
    ("/exp:10/plain/a", "expired", 5, "until 10, now it is 1000"),
    (
        "/msr:x/plain/a",
        "security_option_forbidden",
        1,
        "security options",
    ),
    (
        "/bc:1/plain/a",
        "security_option_forbidden",
        1,
        "bypassing its cache",
    ),
    ("/plain/", "invalid_source", 7, "is empty"),
    ("/plain/a@2x@png", "invalid_source", 11, "`%40`"),
    ("/plain/100%", "invalid_source", 10, "`%25`"),
    ("/aHR0+DovLw", "invalid_source", 1, "write `-` for `+`"),
    ("/aH=R0", "invalid_source", 1, "only at the end"),
    ("/aHR0cDovLw@png", "invalid_source", 1, "`.extension`"),
    ("/aHR0c", "invalid_source", 1, "cut off"),
    ("/aHR0.png.jpg", "invalid_source", 1, "at most one `.`"),
    ("/w:10/", "invalid_source", 6, "missing"),
    ("/enc/AAAA", "invalid_source", 5, ""),
];

#[test]
fn mistakes_are_named_located_and_explained() {
    for (path, kind, position, hint) in MISTAKES {
        let error = parse(path, &Config::default(), &Defaults::default(), 1000).unwrap_err();
        assert_eq!(error.kind().name(), *kind, "{path}: {error}");
        assert_eq!(error.position(), *position, "{path}: {error}");
        assert!(
            error.hint().unwrap_or_default().contains(hint),
            "{path}: {error}"
        );
    }
}

#[test]
fn targets_that_are_none_are_located() {
    for (target, kind, position) in [
        ("/_/plain/a b", "bad_request", 10),
        ("/_/plain/\u{7f}", "bad_request", 9),
        ("/_/plain/%4", "bad_request", 9),
        ("http://host/_/plain/a", "bad_request", 0),
        ("/sig", "invalid_path", 4),
        ("/sig//", "invalid_path", 5),
    ] {
        let error = classify(target, &Config::default()).unwrap_err();
        assert_eq!(
            (error.kind().name(), error.position()),
            (kind, position),
            "{target}"
        );
    }
}

#[test]
fn a_number_after_others_is_located_in_the_separator_used() {
    let config = Config {
        arguments_separator: "--".into(),
        ..Config::default()
    };
    let path = "/g--no--10--x/plain/a";
    let error = parse(path, &config, &Defaults::default(), 0).unwrap_err();
    assert_eq!(error.position(), "/g--no--10--".len());
}

#[test]
fn info_paths_have_names_of_their_own() {
    let error = parse_info("/w:10/plain/a", &Config::default(), 0).unwrap_err();
    assert_eq!(error.kind().name(), "unknown_option");
    let error = parse_info("/p:1/plain/a", &Config::default(), 0).unwrap_err();
    assert_eq!(error.hint(), Some("expected 0 or 2 to 256, found 1"));
}

#[test]
fn what_is_odd_but_accepted_is_noted() {
    let path = "/w:1/el:yes/plain/a";
    let request = parse(path, &Config::default(), &Defaults::default(), 0).unwrap();
    assert_eq!(request.notes.len(), 1);
    assert_eq!(request.notes.first().unwrap().position, 5);
}
