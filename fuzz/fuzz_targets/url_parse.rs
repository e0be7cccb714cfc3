//! A request target: positions are inside it, numbers finite, and parse ∘ write ∘ parse = parse.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::url::{CONFIG, check_request, parse_text};
use pixgate_url::{Endpoint, WrittenSource, classify, parse_info, write_info};

fuzz_target!(|target: &str| {
    match classify(target, &CONFIG) {
        Err(error) => assert!(error.position() <= target.len()),
        Ok(Endpoint::Process(path)) => match parse_text(&path.signed) {
            Err(error) => assert!(error.position() <= path.signed.len()),
            Ok(request) => check_request(&request),
        },
        Ok(Endpoint::Info(path)) => match parse_info(&path.signed, &CONFIG, 1) {
            Err(error) => assert!(error.position() <= path.signed.len()),
            Ok(request) => {
                let source = WrittenSource::Base64(request.source.as_bytes());
                let Ok(written) = write_info(&request.options, source, &CONFIG) else {
                    return;
                };
                let again = parse_info(&written, &CONFIG, 1).unwrap();
                assert_eq!(again.options, request.options, "{written}");
            }
        },
        Ok(_) => {}
    }
});
