//! Laws of the grammar, on random input.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use pixgate_url::{
    CanonicalMap, Config, Defaults, Endpoint, Error, Presets, Value, WrittenSource, canonical,
    canonical_info, classify, dictionary, info_options, parse, parse_info, processing_options,
    write, write_info, write_request,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Everything allowed, so that every option can be reached.
fn permissive() -> Config {
    Config {
        allow_security_options: true,
        allow_bypass_cache: true,
        presets: Presets::from_list("default=mw:5,a=w:1/-/h:2/pr:b,b=pr:a/g:no:1:2", ",").unwrap(),
        ..Config::default()
    }
}

fn open() -> Config {
    Config {
        presets: Presets::default(),
        ..permissive()
    }
}

const WORDS: [&str; 58] = [
    "",
    "0",
    "1",
    "2",
    "90",
    "-90",
    "100",
    "256",
    "300",
    "0.5",
    "0.25",
    "-0.5",
    "1.5",
    "1e3",
    "-10",
    "99999999999",
    "1e300",
    "1e-9",
    "nan",
    "inf",
    "t",
    "f",
    "true",
    "no",
    "ce",
    "soea",
    "fp",
    "sm",
    "obj",
    "objw",
    "re",
    "ch",
    "prop",
    "all",
    "face",
    "fit",
    "fill-down",
    "force",
    "auto",
    "fff",
    "ff8800",
    "jpg",
    "png",
    "webp",
    "avif",
    "best",
    "md5",
    "sha256",
    "0123abcd",
    "down",
    "lossy",
    "photo",
    "dssim",
    "aHR0cDovLw",
    "lanczos2",
    "none",
    "é",
    "a%20b",
];

fn argument() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(&WORDS[..]).prop_map(String::from),
        1 => any::<f64>().prop_map(|number| number.to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => (0..30_000_000_u64).prop_map(|pixels| format!("{}", pixels as f64 / 1e6)),
    ]
}

fn option(names: Vec<&'static str>) -> impl Strategy<Value = String> {
    let name = select(names);
    (name, vec(argument(), 1..7)).prop_map(|(name, args)| format!("{name}:{}", args.join(":")))
}

fn processing_names() -> Vec<&'static str> {
    let rows = processing_options().filter(|row| row.name() != "preset");
    rows.flat_map(|row| [&[row.name()], row.aliases()].concat())
        .collect()
}

fn info_names() -> Vec<&'static str> {
    let rows = info_options().filter(|row| row.name() != "preset");
    rows.flat_map(|row| [&[row.name()], row.aliases()].concat())
        .collect()
}

/// Only the options that parse alone, so that most paths are valid.
fn valid(options: &[String], accepts: impl Fn(&str) -> bool) -> String {
    let accepted = options
        .iter()
        .filter(|option| accepts(&format!("/{option}/plain/x")));
    accepted.map(|option| format!("/{option}")).collect()
}

fn assert_inside(text: &str, error: &Error) {
    assert!(error.position() <= text.len(), "{error}");
    assert!(text.is_char_boundary(error.position()), "{error}");
    assert!(!error.to_string().is_empty());
}

fn assert_finite(map: &CanonicalMap) {
    for (key, value) in map {
        if let Value::Float(number) = value {
            assert!(number.is_finite(), "{key}");
        }
    }
}

fn check_any(text: &str, config: &Config) {
    if let Err(error) = classify(text, config) {
        assert_inside(text, &error);
    }
    match parse(text, config, &Defaults::default(), 0) {
        Ok(request) => canonical(&request.options).iter().for_each(assert_finite),
        Err(error) => assert_inside(text, &error),
    }
    if let Err(error) = parse_info(text, config, 0) {
        assert_inside(text, &error);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_or_refused_at_a_place_inside(text in any::<String>()) {
        check_any(&text, &permissive());
    }

    #[test]
    fn any_words_of_the_grammar_are_parsed_or_refused_inside(
        words in vec(select(grammar_words()), 0..12),
        separator in select(vec![":", ",", "--", " ", "l", "é"]),
        filename in any::<bool>(),
        only_presets in any::<bool>(),
    ) {
        let config = Config {
            arguments_separator: separator.into(),
            base64_url_includes_filename: filename,
            only_presets,
            ..permissive()
        };
        check_any(&words.concat(), &config);
    }

    #[test]
    fn writing_a_parsed_request_gives_the_same_request(
        pipelines in vec(vec(option(processing_names()), 0..8), 1..4),
        source in vec(any::<u8>(), 1..20),
        base64 in any::<bool>(),
        extension in select(vec!["", "png", "jpg", "best"]),
    ) {
        let config = open();
        let defaults = Defaults::default();
        let accepts = |path: &str| parse(path, &config, &defaults, 0).is_ok();
        let pipelines: Vec<String> =
            pipelines.iter().map(|options| valid(options, accepts)).collect();
        let head = pipelines.join("/-");
        let plain = WrittenSource::Plain(&source);
        let encoded = WrittenSource::Base64(&source);
        let tail = write(&Default::default(), if base64 { encoded } else { plain }, None, &config);
        let mark = if base64 { "." } else { "@" };
        let path = format!("{head}{}{mark}{extension}", tail.unwrap());

        let first = parse(&path, &config, &defaults, 0).unwrap();
        prop_assert_eq!(first.written_source.as_bytes(), &source);
        let written = write_request(&first, &config).unwrap();
        let second = parse(&written, &config, &defaults, 0).unwrap();
        prop_assert_eq!(&first.options, &second.options, "{} -> {}", path, written);
        prop_assert_eq!(&first.source, &second.source);
        prop_assert_eq!(canonical(&first.options), canonical(&second.options));
        prop_assert_eq!(&written, &write_request(&second, &config).unwrap());
        let target = format!("/sig{written}");
        if let Ok(Endpoint::Process(split)) = classify(&target, &config) {
            prop_assert_eq!(split.signed, written);
        }
    }

    #[test]
    fn writing_parsed_info_options_gives_the_same_options(
        options in vec(option(info_names()), 0..12),
    ) {
        let config = open();
        let head = valid(&options, |path| parse_info(path, &config, 0).is_ok());
        let first = parse_info(&format!("{head}/plain/x"), &config, 0).unwrap();
        let source = WrittenSource::Plain(b"x");
        let written = write_info(&first.options, source, &config).unwrap();
        let second = parse_info(&written, &config, 0).unwrap();
        prop_assert_eq!(&first.options, &second.options, "{} -> {}", head, written);
        prop_assert_eq!(canonical_info(&first.options), canonical_info(&second.options));
    }

    #[test]
    fn repairing_a_written_path_changes_nothing(source in "[a-z:/@%?é .]{1,30}") {
        let config = Config::default();
        let signed = write(
            &Default::default(), WrittenSource::Plain(source.as_bytes()), None, &config,
        ).unwrap();
        let target = format!("/sig{signed}");
        let Ok(Endpoint::Process(path)) = classify(&target, &config) else {
            panic!("{target}");
        };
        prop_assert_eq!(&path.signed, &signed);
        let request = parse(&path.signed, &config, &Defaults::default(), 0).unwrap();
        prop_assert_eq!(request.source.as_bytes(), source.as_bytes());
    }
}

fn grammar_words() -> Vec<String> {
    let text = dictionary();
    text.lines()
        .map(|line| line.trim_matches('"').to_owned())
        .collect()
}

#[test]
fn ten_thousand_options_and_long_paths_are_read() {
    let config = open();
    let options = "/w:10".repeat(10_000);
    let path = format!("{options}/plain/{}", "a".repeat(150_000));
    let request = parse(&path, &config, &Defaults::default(), 0).unwrap();
    assert_eq!(request.segments.len(), 10_002);
    let target = format!("/sig{}", "/%3A:/x//plain/:/".repeat(20_000));
    assert!(matches!(
        classify(&target, &config),
        Ok(Endpoint::Process(_))
    ));
}

#[test]
fn pipelines_and_presets_cannot_multiply_without_end() {
    let breaks = format!("{}/plain/x", "/-".repeat(100_000));
    let error = parse(&breaks, &open(), &Defaults::default(), 0).unwrap_err();
    assert_eq!(error.kind().name(), "invalid_argument");

    let chain: Vec<String> = (0..20_000).map(|n| format!("p{n}=pr:p{}", n + 1)).collect();
    let config = Config {
        presets: Presets::from_list(&chain.join(","), ",").unwrap(),
        ..Config::default()
    };
    let error = parse("/pr:p0/plain/x", &config, &Defaults::default(), 0).unwrap_err();
    assert_eq!(error.hint(), Some("more than 50 presets deep"));

    let doubling: Vec<String> = (0..40)
        .map(|n| format!("p{n}=pr:p{}:p{}", n + 1, n + 1))
        .collect();
    let list = format!("{},p40=w:1", doubling.join(","));
    let config = Config {
        presets: Presets::from_list(&list, ",").unwrap(),
        ..Config::default()
    };
    assert_eq!(config.check(0).unwrap_err().kind().name(), "config_error");
    let error = parse("/pr:p0/plain/x", &config, &Defaults::default(), 0).unwrap_err();
    assert_eq!(error.kind().name(), "invalid_argument");
}
