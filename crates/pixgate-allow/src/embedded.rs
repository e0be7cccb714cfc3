use std::net::{Ipv4Addr, Ipv6Addr};

/// The IPv4 address that an IPv6 address leads to, by the first form that fits.
///
/// Routers and tunnels turn such addresses into connections to the IPv4 address, so both must be
/// checked. One layer is unwrapped.
///
/// | form | prefix | source |
/// |---|---|---|
/// | IPv4-mapped | `::ffff:0:0/96` | RFC 4291, section 2.5.5.2 |
/// | IPv4-translated (SIIT) | `::ffff:0:0:0/96` | RFC 2765, section 2.1; RFC 7915 |
/// | IPv4-compatible | `::/96` | RFC 4291, section 2.5.5.1 |
/// | 6to4 | `2002::/16` | RFC 3056 |
/// | NAT64 | `64:ff9b::/96` | RFC 6052 |
/// | NAT64, local use | `64:ff9b:1::/48`; the last 32 bits if bits 48 to 95 are zero | RFC 8215 |
/// | Teredo, the client | `2001::/32` | RFC 4380, section 4 |
/// | ISATAP | interface identifier `0:5efe` or `200:5efe` | RFC 5214, section 6.1 |
///
/// ```
/// use pixgate_allow::embedded_ipv4;
///
/// let inner = embedded_ipv4("2002:c0a8:101::".parse().unwrap());
/// assert_eq!(inner, Some("192.168.1.1".parse().unwrap()));
/// ```
#[must_use]
pub fn embedded_ipv4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.octets() {
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d]
        | [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, a, b, c, d]
        | [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
        | [0x20, 0x02, a, b, c, d, ..]
        | [0, 0x64, 0xff, 0x9b, 0, 0 | 1, 0, 0, 0, 0, 0, 0, a, b, c, d]
        | [0, 0x64, 0xff, 0x9b, 0, 1, a, b, _, c, d, ..] => Some(Ipv4Addr::new(a, b, c, d)),
        [0x20, 0x01, 0, 0, .., a, b, c, d] => Some(Ipv4Addr::new(!a, !b, !c, !d)),
        [_, _, _, _, _, _, _, _, 0 | 2, 0, 0x5e, 0xfe, a, b, c, d] => {
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address_of_each_form() {
        let cases = [
            ("::ffff:1.2.3.4", Some([1, 2, 3, 4])),
            ("::ffff:0:1.2.3.4", Some([1, 2, 3, 4])),
            ("::ffff:0:102:304", Some([1, 2, 3, 4])),
            ("::1.2.3.4", Some([1, 2, 3, 4])),
            ("2002:102:304::5", Some([1, 2, 3, 4])),
            ("64:ff9b::1.2.3.4", Some([1, 2, 3, 4])),
            ("64:ff9b:1::1.2.3.4", Some([1, 2, 3, 4])),
            ("64:ff9b:1:102:3:400::", Some([1, 2, 3, 4])),
            ("64:ff9b:1:102:ff03:4ff:ffff:ffff", Some([1, 2, 3, 4])),
            ("2001:0:ffff:ffff:ffff:ffff:fefd:fcfb", Some([1, 2, 3, 4])),
            ("2001:db8::5efe:1.2.3.4", Some([1, 2, 3, 4])),
            ("2001:db8::200:5efe:102:304", Some([1, 2, 3, 4])),
            ("64:ff9b:2::1.2.3.4", None),
            ("64ff:9b01:0:7f00:0:100::", None),
            ("2001:db8::100:5efe:102:304", None),
            ("2001:1::1.2.3.4", None),
            ("::1:0:1.2.3.4", None),
            ("::ffff:1:1.2.3.4", None),
            ("::fffe:0:1.2.3.4", None),
            ("0:0:0:1:ffff:0:102:304", None),
        ];
        for (text, octets) in cases {
            let address = text.parse().expect("an address");
            assert_eq!(embedded_ipv4(address), octets.map(Ipv4Addr::from), "{text}");
        }
    }

    #[test]
    fn the_first_form_that_fits_decides() {
        let both = "2002:102:304::5efe:5.6.7.8".parse().expect("an address");
        assert_eq!(embedded_ipv4(both), Some(Ipv4Addr::new(1, 2, 3, 4)));
    }
}
