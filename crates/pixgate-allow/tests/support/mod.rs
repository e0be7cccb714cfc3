//! Reads the tables that several tests share.

#![allow(clippy::expect_used, reason = "a malformed table should fail the test")]

use std::net::IpAddr;

const ADDRESSES: &str = include_str!("../addresses.txt");
const HOSTS: &str = include_str!("../hosts.txt");

/// Rows of `addresses.txt`: an address and the name of its class.
#[allow(dead_code, reason = "each test binary uses one of the tables")]
pub(crate) fn addresses() -> Vec<(IpAddr, &'static str)> {
    let rows = rows(ADDRESSES).map(|row| row.split_once(' ').expect("two columns"));
    rows.map(|(address, class)| (address.parse().expect("an address"), class))
        .collect()
}

/// Rows of `hosts.txt`: a host with its escapes resolved, and what it is.
#[allow(dead_code, reason = "each test binary uses one of the tables")]
pub(crate) fn hosts() -> Vec<(String, String)> {
    let rows = rows(HOSTS).map(|row| row.split_once('\t').expect("two columns"));
    rows.map(|(host, expected)| (unescape(host), expected.to_owned()))
        .collect()
}

fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

fn unescape(text: &str) -> String {
    let escapes = [("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\0", "\0")];
    let text = escapes
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("\\u{ad}", "\u{ad}").replace("\\u{5c}", "\\")
}
