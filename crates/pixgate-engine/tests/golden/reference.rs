//! How far results are from those of imgproxy.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::picture::{Apart, Picture};
use crate::{Case, folder, made, sources};

/// Names, largest and mean differences.
fn measured() -> Vec<(String, f64, f64)> {
    let text = std::fs::read_to_string(folder().join("reference.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let [name, largest, mean] = fields[..] else {
            panic!("{line}")
        };
        (
            name.to_owned(),
            largest.parse().unwrap(),
            mean.parse().unwrap(),
        )
    };
    lines.map(row).collect()
}

#[test]
fn every_case_was_measured_and_none_is_far_off() {
    let measured = measured();
    let names: Vec<_> = measured.iter().map(|(name, ..)| name.clone()).collect();
    let wanted: Vec<_> = cases().into_iter().map(|case| case.name).collect();
    assert_eq!(names, wanted);
    for (name, largest, mean) in measured {
        assert!(
            mean <= MEAN && largest <= LARGEST,
            "{name}: {largest} {mean}"
        );
    }
}

/// Only with servers to ask.
#[test]
fn results_are_as_near_to_the_reference_as_they_were() {
    let Some(servers) = std::env::var_os("PIXGATE_REFERENCE") else {
        return;
    };
    let servers = servers.into_string().unwrap();
    let servers: Vec<_> = servers.split(',').collect();
    let found: Vec<_> = cases()
        .iter()
        .map(|case| (case.name.clone(), apart(case, &servers)))
        .collect();
    if std::env::var_os("PIXGATE_BLESS").is_some() {
        let mut text = HEAD.to_owned();
        for (name, apart) in &found {
            writeln!(text, "{name:28} {:6.1} {:7.3}", apart.largest, apart.mean).unwrap();
        }
        std::fs::write(folder().join("reference.txt"), text).unwrap();
    }
    for ((name, apart), (_, largest, mean)) in found.into_iter().zip(measured()) {
        let is_near = apart.largest <= largest + 1.0 && apart.mean <= mean + 0.1;
        assert!(is_near, "{name}: {apart:?}, not {largest} {mean}");
    }
}

/// Those that imgproxy has an answer for.
fn cases() -> Vec<Case> {
    let mut cases = crate::cases();
    cases.retain(|case| !case.alone);
    cases
}

fn apart(case: &Case, servers: &[&str]) -> Apart {
    let ours = Picture::read(&made(&sources::all(), case));
    let server = servers[usize::from(case.linear)];
    let theirs = Picture::read(&asked(server, case));
    assert_eq!(ours.facts(), theirs.facts(), "{}", case.name);
    ours.apart(&theirs)
}

fn asked(server: &str, case: &Case) -> Vec<u8> {
    let mut stream = TcpStream::connect(server).unwrap();
    let (options, source) = (&case.options, &case.source);
    let target = format!("/unsafe/{options}/plain/local:///{source}");
    write!(stream, "GET {target} HTTP/1.0\r\nHost: {server}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.0 200"), "{target}");
    let head = answer
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    answer.split_off(head + 4)
}

const HEAD: &str = "\
# Largest and mean difference of each case's result from imgproxy's, in 255ths with alpha multiplied
# in; written by the command in main.rs.
";
/// Of one value. The reference enlarges half a pixel off, which counts at hard edges.
const LARGEST: f64 = 170.0;
const MEAN: f64 = 7.1;
