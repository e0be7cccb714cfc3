//! Writes seeds and dictionary anew, from vectors and tables of the crates: `cargo run --example seeds`.

use std::net::IpAddr;
use std::path::Path;
use std::{fs, io};

use serde_json::Value;

const URL_VECTORS: &str = include_str!("../../crates/pixgate-sign/tests/vectors/url-vectors.json");
const LISTS: &str = include_str!("../../crates/pixgate-allow/tests/vectors/allowlist-vectors.json");
const ADDRESSES: &str = include_str!("../../crates/pixgate-allow/tests/addresses.txt");
const HOSTS: &str = include_str!("../../crates/pixgate-allow/tests/hosts.txt");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let urls: Value = serde_json::from_str(URL_VECTORS)?;
    let lists: Value = serde_json::from_str(LISTS)?;
    write("sign_verify", rows(&urls, "vectors").filter_map(signature))?;
    write(
        "url_parse",
        rows(&urls, "vectors").step_by(2).filter_map(target),
    )?;
    write(
        "allow_pattern",
        rows(&lists, "allowlist").flat_map(patterns),
    )?;
    write("allow_address", addresses())?;
    let dictionary = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/url.dict");
    Ok(fs::write(dictionary, pixgate_url::dictionary())?)
}

fn rows<'a>(vectors: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    vectors[list].as_array().into_iter().flatten()
}

/// The request target of a vector.
fn target(row: &Value) -> Option<Vec<u8>> {
    Some(row["path"].as_str()?.as_bytes().to_vec())
}

/// Key, salt, signature and rest of the vectors that are signed.
fn signature(row: &Value) -> Option<Vec<u8>> {
    let [key, salt] = ["IMGPROXY_KEY", "IMGPROXY_SALT"].map(|name| row["config"][name].as_str());
    let (signature, rest) = row["path"].as_str()?.strip_prefix('/')?.split_once('/')?;
    Some(format!("{}\n{}\n{signature}\n{rest}", key?, salt?).into_bytes())
}

/// Each pattern of a list with the list's URL.
fn patterns(row: &Value) -> Vec<Vec<u8>> {
    let url = row["url"].as_str().unwrap_or_default();
    let patterns = row["patterns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    patterns
        .map(|pattern| format!("{pattern}\n{url}").into_bytes())
        .collect()
}

/// Each address with one of the hosts.
fn addresses() -> impl Iterator<Item = Vec<u8>> {
    let addresses = ADDRESSES
        .lines()
        .filter_map(|line| line.split(' ').next()?.parse().ok());
    let hosts = HOSTS
        .lines()
        .filter_map(|line| Some(line.split_once('\t')?.0))
        .cycle();
    addresses
        .zip(hosts)
        .zip(0..)
        .map(|((address, host), choice)| seed(address, choice, host))
}

fn seed(address: IpAddr, choice: u8, host: &str) -> Vec<u8> {
    let address = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    [
        &address.octets()[..],
        &[choice, 0, 1, 2, 3, choice >> 2, 0, choice],
        host.as_bytes(),
    ]
    .concat()
}

/// Replaces the seeds of a target; files are numbered.
fn write(target: &str, seeds: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (number, seed) in seeds.enumerate() {
        fs::write(folder.join(format!("{number:03}")), seed)?;
    }
    Ok(())
}
