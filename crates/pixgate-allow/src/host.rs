use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::fold::fold;
use crate::{Error, ErrorKind, percent};

/// The address that the host of a URL spells, or `None` if the host is a name.
///
/// All spellings that some URL parser or resolver takes for an address are read: one to four
/// decimal, octal (`0177`) or hexadecimal (`0x7f`) parts, a trailing dot, IPv6 with or without
/// brackets, percent-encoding, tabs and newlines, and the wide and ornamental forms of digits,
/// letters and dots that become ASCII in names (UTS 46). Text up to the last `@` is taken for
/// user information and ignored.
///
/// # Errors
///
/// [`ErrorKind::AddressNotPlain`] for an IPv6 zone. [`ErrorKind::HostMalformed`] for a host that
/// is empty, has characters that no name has, or ends in a number without being an address.
///
/// # Examples
///
/// ```
/// use pixgate_allow::host_address;
///
/// let loopback = Some("127.0.0.1".parse().unwrap());
/// for host in ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "%3127.0.0.1"] {
///     assert_eq!(host_address(host)?, loopback);
/// }
/// assert_eq!(host_address("[::1]")?, Some("::1".parse().unwrap()));
/// assert_eq!(host_address("images.test")?, None);
/// assert!(host_address("[fe80::1%25eth0]").is_err());
/// # Ok::<(), pixgate_allow::Error>(())
/// ```
///
/// Algorithm: the host parser of the URL standard, url.spec.whatwg.org, section 3.5.
pub fn host_address(host: &str) -> Result<Option<IpAddr>, Error> {
    let host: String = host
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    let host = host
        .rsplit_once('@')
        .map_or(host.as_str(), |(_, host)| host);
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']').ok_or(ErrorKind::HostMalformed)?;
        return ipv6(inner).map(Some);
    }
    if host.contains(':') {
        return ipv6(host).map(Some);
    }
    name_or_ipv4(&fold(&percent_decode(host)?))
}

fn ipv6(text: &str) -> Result<IpAddr, Error> {
    if text.contains('%') {
        return Err(ErrorKind::AddressNotPlain.into());
    }
    let address: Ipv6Addr = text.parse().map_err(|_| ErrorKind::HostMalformed)?;
    Ok(address.into())
}

fn name_or_ipv4(host: &str) -> Result<Option<IpAddr>, Error> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_empty() || host.ends_with('.') || host.contains(is_forbidden) {
        return Err(ErrorKind::HostMalformed.into());
    }
    let last = host.rsplit('.').next().unwrap_or(host);
    if !is_number(last) {
        return Ok(None);
    }
    let address = ipv4(host).ok_or(ErrorKind::HostMalformed)?;
    Ok(Some(address.into()))
}

/// Reads the classic forms of `inet_aton`: the last part fills all bytes that remain.
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = host.split('.').map(ipv4_number).collect::<Option<_>>()?;
    let (last, firsts) = parts.split_last()?;
    let mut address = *last;
    for (part, shift) in firsts.iter().zip([24, 16, 8]) {
        address |= (*part <= 255).then_some(part << shift)?;
    }
    let filled = u32::try_from(firsts.len()).ok()?.checked_mul(8)?;
    let room = 1_u64.checked_shl(32_u32.checked_sub(filled)?)?;
    let fits = firsts.len() <= 3 && *last < room;
    fits.then_some(())?;
    u32::try_from(address).ok().map(Ipv4Addr::from)
}

fn ipv4_number(text: &str) -> Option<u64> {
    let (digits, radix) = split_radix(text);
    if text.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    if digits.is_empty() {
        Some(0)
    } else {
        u64::from_str_radix(digits, radix).ok()
    }
}

fn split_radix(text: &str) -> (&str, u32) {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    }
}

fn is_number(label: &str) -> bool {
    let (digits, radix) = split_radix(label);
    let radix = radix.max(10);
    !label.is_empty() && digits.chars().all(|c| c.is_digit(radix))
}

fn percent_decode(host: &str) -> Result<Cow<'_, str>, Error> {
    if !host.contains('%') {
        return Ok(Cow::Borrowed(host));
    }
    String::from_utf8(percent::decode(host.as_bytes()))
        .map(Cow::Owned)
        .map_err(|_| ErrorKind::HostMalformed.into())
}

/// The forbidden domain code points of the URL standard.
fn is_forbidden(c: char) -> bool {
    c.is_ascii_control()
        || matches!(c, ' ' | '#' | '%' | '/' | ':' | '<' | '>' | '?' | '@')
        || matches!(c, '[' | '\\' | ']' | '^' | '|')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(host: &str) -> ErrorKind {
        host_address(host).expect_err(host).kind()
    }

    #[test]
    fn parts_must_fit_their_bytes() {
        for host in [
            "256.1",
            "1.256.1",
            "1.16777216",
            "1.2.65536",
            "1.2.3.256",
            "4294967296",
        ] {
            assert_eq!(kind(host), ErrorKind::HostMalformed, "{host}");
        }
        for host in [
            "1.16777215",
            "1.255.65535",
            "1.255.255.255",
            "0x01ffffff",
            "0177777777",
        ] {
            assert!(
                host_address(host).is_ok_and(|address| address.is_some()),
                "{host}"
            );
        }
    }

    #[test]
    fn a_host_that_ends_in_a_number_is_an_address_or_malformed() {
        for host in [
            "1.2.3.4.5",
            "08",
            "0x.1.2.09",
            "a.1",
            "1..2",
            ".1",
            "99999999999999999999",
        ] {
            assert_eq!(kind(host), ErrorKind::HostMalformed, "{host}");
        }
    }

    #[test]
    fn names_stay_names() {
        for host in [
            "images.test",
            "1.a",
            "0xg",
            "0x1.z",
            "xn--e1afmkfd",
            "a-b.c_d",
            "１.a",
            "é",
        ] {
            assert_eq!(host_address(host), Ok(None), "{host}");
        }
    }

    #[test]
    fn impossible_hosts_are_refused() {
        let hosts = [
            "",
            ".",
            "a..",
            "a b",
            "a/b",
            "a\\b",
            "[::1",
            "[::1].",
            "[127.0.0.1]",
            "::g",
        ];
        for host in hosts {
            assert_eq!(kind(host), ErrorKind::HostMalformed, "{host}");
        }
        for host in [
            "%00",
            "%ff",
            "%",
            "%zz",
            "%5B::1%5D",
            "127.0.0.1:80",
            "a%2fb",
        ] {
            assert_ne!(host_address(host).ok(), Some(None), "{host}");
        }
    }

    #[test]
    fn zones_are_refused() {
        for host in ["fe80::1%eth0", "[fe80::1%eth0]", "[fe80::1%251]", "::1%0"] {
            assert_eq!(kind(host), ErrorKind::AddressNotPlain, "{host}");
        }
    }
}
