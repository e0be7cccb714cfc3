//! Takes a path apart and says what each piece was taken for: `explain_url PATH`.
//!
//! `explain_url "/unsafe/rs:fill:300:200/el:yes/plain/https://img.test/cat.jpg@webp"`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what it is for"
)]

use std::process::ExitCode;

use pixgate_url::{
    Config, Defaults, Endpoint, Error, Request, SegmentKind, SplitPath, canonical, classify, parse,
};

fn main() -> ExitCode {
    let target = std::env::args().nth(1).unwrap_or_default();
    match explain(&target) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn explain(target: &str) -> Result<(), Error> {
    let config = Config::default();
    match classify(target, &config)? {
        Endpoint::Process(path) => {
            let request = parse(&path.signed, &config, &Defaults::default(), 0)?;
            print_segments(&path, &request);
            print_result(&request);
        }
        other => println!("{other:?}"),
    }
    Ok(())
}

fn print_segments(path: &SplitPath<'_>, request: &Request) {
    println!("{:40} signature", path.signature);
    for segment in &request.segments {
        let text = path.signed.get(segment.range.clone()).unwrap_or_default();
        let meaning = match segment.kind {
            SegmentKind::Option(row) => format!("{}:{}", row.name(), row.arguments()),
            other => format!("{other:?}").to_lowercase(),
        };
        println!("{text:40} {meaning}");
    }
}

fn print_result(request: &Request) {
    for (number, map) in canonical(&request.options).iter().enumerate() {
        println!("\npipeline {}", number.saturating_add(1));
        for (key, value) in map {
            println!("  {key} = {value:?}");
        }
    }
    println!("\nsource {}", request.source);
    for note in &request.notes {
        println!("note: {}", note.text);
    }
}
