//! What several fuzz targets share.

pub mod picture;
pub mod svg;
pub mod url;
pub mod webp;

use std::net::{Ipv4Addr, Ipv6Addr};

/// Splits the input into `N` parts at newlines; the last part keeps the rest.
pub fn lines<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts = data.splitn(N, |byte| *byte == b'\n');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// `text` with one bit flipped, chosen by `choice`; `None` if it has no bits.
pub fn flip_bit(text: &[u8], choice: &[u8]) -> Option<Vec<u8>> {
    let choice = choice.iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31) + usize::from(*byte)
    });
    let mut text = text.to_vec();
    let bit = choice.checked_rem(text.len() * 8)?;
    *text.get_mut(bit / 8)? ^= 1 << (bit % 8);
    Some(text)
}

/// Spells an IPv4 address in one to four parts, each in one of three radixes, partly escaped.
pub fn spell(address: Ipv4Addr, choices: [u8; 8]) -> String {
    let [a, b, c, d] = address.octets().map(u32::from);
    let parts = match choices[0] % 4 {
        0 => vec![u32::from(address)],
        1 => vec![a, (b << 16) | (c << 8) | d],
        2 => vec![a, b, (c << 8) | d],
        _ => vec![a, b, c, d],
    };
    let parts: Vec<_> = parts
        .iter()
        .zip(&choices[1..5])
        .map(|(n, r)| spell_part(*n, *r))
        .collect();
    let host = parts.join(".") + if choices[5] & 1 == 0 { "" } else { "." };
    let mask = u32::from_be_bytes([0, choices[5], choices[6], choices[7]]);
    let disguise = |(index, c)| disguise(c, mask.rotate_right(index as u32));
    host.chars().enumerate().map(disguise).collect()
}

fn spell_part(value: u32, radix: u8) -> String {
    match radix % 4 {
        0 => value.to_string(),
        1 => format!("0{value:o}"),
        2 => format!("0x{value:x}"),
        _ => format!("0X000{value:X}"),
    }
}

fn disguise(c: char, choice: u32) -> String {
    match choice & 7 {
        1 => format!("%{:02x}", u32::from(c)),
        2 => char::from_u32(u32::from(c) + 0xfee0)
            .unwrap_or(c)
            .to_string(),
        3 => format!("{c}\t"),
        _ => c.to_string(),
    }
}

/// An IPv6 address that carries an IPv4 address in one of the known ways.
pub fn embed(address: Ipv4Addr, form: u8) -> Ipv6Addr {
    let [a, b, c, d] = address.octets();
    let [x, y] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    match form % 8 {
        0 => address.to_ipv6_mapped(),
        1 => Ipv6Addr::new(0, 0, 0, 0, 0, 0, x, y),
        2 => Ipv6Addr::new(0x2002, x, y, 0, 0, 0, 0, 1),
        3 => Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, x, y),
        4 => Ipv6Addr::new(0x64, 0xff9b, 1, x, y >> 8, y << 8, 0, 0),
        5 => Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !x, !y),
        6 => Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, x, y),
        _ => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0x200, 0x5efe, x, y),
    }
}

/// Whether an allowlist pattern matches at the start of a text, by trying every run.
pub fn matches_by_definition(pattern: &[u8], text: &[u8]) -> bool {
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for byte in pattern {
        ends = match byte {
            b'*' => after_run(&ends, text),
            _ => after_byte(&ends, text, *byte),
        };
    }
    ends.contains(&true)
}

fn after_run(ends: &[bool], text: &[u8]) -> Vec<bool> {
    let mut is_running = false;
    let step = |(index, end): (usize, &bool)| {
        let crosses = index > 0 && text[index - 1] == b'/';
        is_running = *end || (is_running && !crosses);
        is_running
    };
    ends.iter().enumerate().map(step).collect()
}

fn after_byte(ends: &[bool], text: &[u8], byte: u8) -> Vec<bool> {
    let step = |index: usize| index > 0 && ends[index - 1] && text[index - 1] == byte;
    (0..ends.len()).map(step).collect()
}
