//! Says whether URLs or hosts may be contacted: `check PATTERNS URL_OR_HOST...`.

#![allow(clippy::print_stdout, reason = "an example for the terminal")]

use std::process::ExitCode;

use pixgate_allow::{AddressPolicy, Allowlist};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(patterns) = arguments.next() else {
        println!("usage: check PATTERNS URL_OR_HOST...");
        return ExitCode::FAILURE;
    };
    let (list, policy) = (Allowlist::parse(&patterns), AddressPolicy::default());
    for text in arguments {
        let verdict = if text.contains('/') {
            list.check(&text).map(|()| "allowed".to_owned())
        } else {
            policy
                .check_host_literal(&text)
                .map(|address| match address {
                    Some(address) => format!("allowed, address `{address}`"),
                    None => "a name, to be resolved".to_owned(),
                })
        };
        println!(
            "{text}: {}",
            verdict.unwrap_or_else(|error| error.to_string())
        );
    }
    ExitCode::SUCCESS
}
