use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::embedded_ipv4;

/// What kind of network an address belongs to, as far as contacting it is a risk.
///
/// The order is that of the risk: public < private < link-local < loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    /// Everything that is in no other class, including the ranges reserved for documentation,
    /// benchmarks and the future, `255.255.255.255`, and multicast beyond the link.
    Public,
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, the carriers' `100.64.0.0/10`, and
    /// `fc00::/7`.
    Private,
    /// `169.254.0.0/16`, where clouds keep their metadata, `224.0.0.0/24`, `fe80::/10`, and
    /// multicast whose scope is the link.
    LinkLocal,
    /// `127.0.0.0/8`, `::1`, and the unspecified addresses `0.0.0.0` and `::`, which mean this
    /// host too.
    Loopback,
}

impl AddressClass {
    /// The class in lower-case words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Loopback => "loopback",
        }
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The class of an address; of an IPv6 address that carries an IPv4 address, the riskier one.
///
/// ```
/// use pixgate_allow::{AddressClass, class_of};
///
/// assert_eq!(class_of("169.254.169.254".parse().unwrap()), AddressClass::LinkLocal);
/// assert_eq!(class_of("64:ff9b::10.0.0.1".parse().unwrap()), AddressClass::Private);
/// assert_eq!(class_of("2001:4860:4860::8888".parse().unwrap()), AddressClass::Public);
/// ```
#[must_use]
pub fn class_of(address: IpAddr) -> AddressClass {
    let [outer, inner] = classes_of(address);
    outer.max(inner)
}

/// The classes of the address itself and of the IPv4 address inside it.
pub(crate) fn classes_of(address: IpAddr) -> [AddressClass; 2] {
    match address {
        IpAddr::V4(v4) => [class_of_v4(v4); 2],
        IpAddr::V6(v6) => {
            let inner = embedded_ipv4(v6).map_or(AddressClass::Public, class_of_v4);
            let outer = if v6.to_ipv4_mapped().is_some() {
                inner
            } else {
                class_of_v6(v6)
            };
            [outer, inner]
        }
    }
}

fn class_of_v4(address: Ipv4Addr) -> AddressClass {
    match address.octets() {
        [127, ..] | [0, 0, 0, 0] => AddressClass::Loopback,
        [169, 254, ..] | [224, 0, 0, _] => AddressClass::LinkLocal,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            AddressClass::Private
        }
        _ => AddressClass::Public,
    }
}

fn class_of_v6(address: Ipv6Addr) -> AddressClass {
    if address.is_loopback() || address.is_unspecified() {
        return AddressClass::Loopback;
    }
    match address.octets() {
        [0xfe, 0x80..=0xbf, ..] => AddressClass::LinkLocal,
        [0xff, scope, ..] if scope & 0x0f == LINK_SCOPE => AddressClass::LinkLocal,
        [0xfc | 0xfd, ..] => AddressClass::Private,
        _ => AddressClass::Public,
    }
}

/// RFC 4291, section 2.7.
const LINK_SCOPE: u8 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(text: &str) -> [AddressClass; 2] {
        classes_of(text.parse().expect("an address"))
    }

    #[test]
    fn the_outer_and_the_inner_address_are_classified_apart() {
        use AddressClass::{LinkLocal, Loopback, Private, Public};
        let cases = [
            ("fe80::5efe:10.0.0.1", [LinkLocal, Private]),
            ("fd00::200:5efe:7f00:1", [Private, Loopback]),
            ("::ffff:10.0.0.1", [Private, Private]),
            ("::1", [Loopback, Public]),
            ("::", [Loopback, Loopback]),
        ];
        for (text, expected) in cases {
            assert_eq!(classes(text), expected, "{text}");
        }
    }

    #[test]
    fn the_riskier_class_wins() {
        let address = "fe80::5efe:10.0.0.1".parse().expect("an address");
        assert_eq!(class_of(address), AddressClass::LinkLocal);
    }
}
