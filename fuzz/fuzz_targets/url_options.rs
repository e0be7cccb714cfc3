//! Options, mostly well formed, and a source: writing and parsing them gives the same options.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::url::{CONFIG, OptionText, check_request, parse_text};
use pixgate_url::{WrittenSource, write};

fuzz_target!(|input: (Vec<OptionText<'_>>, bool, &[u8])| {
    let (options, is_plain, source) = input;
    let source = if source.is_empty() { b"a" } else { source };
    let texts = options.iter().take(24).map(ToString::to_string);
    let accepted = |text: &String| parse_text(&format!("/{text}/plain/a")).is_ok();
    let accepted: String = texts
        .filter(accepted)
        .map(|text| format!("/{text}"))
        .collect();
    let Ok(request) = parse_text(&format!("{accepted}/plain/a")) else {
        return;
    };
    check_request(&request);
    let source = if is_plain {
        WrittenSource::Plain(source)
    } else {
        WrittenSource::Base64(source)
    };
    if let Ok(written) = write(&request.options, source, None, &CONFIG) {
        let again = parse_text(&written).unwrap();
        assert_eq!(again.options, request.options, "{written}");
        check_request(&again);
    }
});
