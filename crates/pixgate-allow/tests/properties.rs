//! Laws that hold for all addresses, patterns and URLs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pixgate_allow::{
    AddressClass, AddressPolicy, Allowlist, Pattern, class_of, embedded_ipv4, host_address,
    normalized,
};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};

mod support;

fn known_address() -> impl Strategy<Value = IpAddr> {
    proptest::sample::select(support::addresses()).prop_map(|(address, _)| address)
}

fn known_v4() -> impl Strategy<Value = Ipv4Addr> {
    prop_oneof![
        known_address().prop_filter_map("IPv4 only", |address| match address {
            IpAddr::V4(v4) => Some(v4),
            IpAddr::V6(_) => None,
        }),
        any::<Ipv4Addr>(),
    ]
}

fn spell_part(value: u32, radix: u8) -> String {
    match radix % 4 {
        0 => value.to_string(),
        1 => format!("0{value:o}"),
        2 => format!("0x{value:x}"),
        _ => format!("0X000{value:X}"),
    }
}

/// One to four parts, each in its own radix.
fn spell(address: Ipv4Addr, parts: usize, radixes: [u8; 4], dot: bool) -> String {
    let [a, b, c, d] = address.octets().map(u32::from);
    let numbers = match parts {
        1 => vec![u32::from(address)],
        2 => vec![a, (b << 16) | (c << 8) | d],
        3 => vec![a, b, (c << 8) | d],
        _ => vec![a, b, c, d],
    };
    let parts: Vec<_> = numbers
        .iter()
        .zip(radixes)
        .map(|(n, r)| spell_part(*n, r))
        .collect();
    parts.join(".") + if dot { "." } else { "" }
}

fn percent_encode(text: &str, mask: u64) -> String {
    let encode = |(index, byte): (usize, u8)| match mask >> (index % 64) & 1 {
        0 => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    text.bytes().enumerate().map(encode).collect()
}

fn widen(text: &str, mask: u64) -> String {
    let wide = |(index, c): (usize, char)| match mask >> (index % 64) & 1 {
        0 => c,
        _ => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
    };
    text.chars().enumerate().map(wide).collect()
}

fn embed(form: u8, address: Ipv4Addr) -> Ipv6Addr {
    let [a, b, c, d] = address.octets();
    let [x, y] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    match form % 8 {
        0 => address.to_ipv6_mapped(),
        1 => Ipv6Addr::new(0, 0, 0, 0, 0, 0, x, y),
        2 => Ipv6Addr::new(0x2002, x, y, 0, 0, 0, 0, 1),
        3 => Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, x, y),
        4 => Ipv6Addr::new(0x64, 0xff9b, 1, x, y >> 8, y << 8, 0, 1),
        5 => Ipv6Addr::new(0x2001, 0, 1, 2, 3, 4, !x, !y),
        6 => Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, x, y),
        _ => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0x200, 0x5efe, x, y),
    }
}

/// Short texts over few letters, so that patterns often match.
fn few_letters() -> impl Strategy<Value = String> {
    "[ab/*]{0,12}"
}

/// The definition of a match, without any cleverness.
fn matches_by_definition(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => true,
        Some((b'*', rest)) => {
            let run = text.iter().take_while(|byte| **byte != b'/').count();
            (0..=run).any(|skip| matches_by_definition(rest, text.split_at(skip).1))
        }
        Some((byte, rest)) => text
            .split_first()
            .is_some_and(|(t, text)| t == byte && matches_by_definition(rest, text)),
    }
}

fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("//")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    host.split(':').next()
}

proptest! {
    #[test]
    fn spelling_never_changes_the_address(
        address in known_v4(), parts in 1_usize..=4, radixes: [u8; 4], dot: bool,
    ) {
        let host = spell(address, parts, radixes, dot);
        prop_assert_eq!(host_address(&host), Ok(Some(address.into())), "{}", host);
    }

    #[test]
    fn escapes_and_wide_digits_never_change_the_address(
        address in known_v4(), parts in 1_usize..=4, radixes: [u8; 4], mask: u64, dot: bool,
    ) {
        let host = spell(address, parts, radixes, dot);
        let escaped = percent_encode(&host, mask);
        prop_assert_eq!(host_address(&escaped), Ok(Some(address.into())), "{}", escaped);
        let wide = widen(&host, mask);
        prop_assert_eq!(host_address(&wide), Ok(Some(address.into())), "{}", wide);
    }

    #[test]
    fn ipv6_spellings_give_the_same_address(address: Ipv6Addr) {
        let parsed = Ok(Some(address.into()));
        prop_assert_eq!(host_address(&address.to_string()), parsed.clone());
        prop_assert_eq!(host_address(&format!("[{address}]")), parsed.clone());
        let segments = address.segments().map(|segment| format!("{segment:04X}"));
        prop_assert_eq!(host_address(&format!("u@[{}]", segments.join(":"))), parsed);
    }

    #[test]
    fn an_embedded_address_is_as_risky_as_by_itself(address in known_v4(), form: u8) {
        let outer = embed(form, address);
        // With zeros there, the local-use prefix is read as a /96.
        if form % 8 != 4 || address != Ipv4Addr::UNSPECIFIED {
            prop_assert_eq!(embedded_ipv4(outer), Some(address), "{}", outer);
            prop_assert!(class_of(outer.into()) >= class_of(address.into()), "{}", outer);
        }
    }

    #[test]
    fn a_switch_only_ever_allows_more(address: IpAddr, flags: [bool; 3]) {
        let [loopback, link_local, private] = flags;
        let policy = AddressPolicy { loopback, link_local, private };
        if AddressPolicy::PUBLIC_ONLY.check(address).is_ok() {
            prop_assert!(policy.check(address).is_ok());
        }
        prop_assert!(AddressPolicy::ALL.check(address).is_ok());
        let is_public = class_of(address) == AddressClass::Public;
        prop_assert_eq!(AddressPolicy::PUBLIC_ONLY.check(address).is_ok(), is_public);
    }

    #[test]
    fn no_host_text_panics(host in any::<String>()) {
        let _ = host_address(&host);
    }

    #[test]
    fn matching_agrees_with_its_definition(pattern in few_letters(), text in few_letters()) {
        let expected = matches_by_definition(pattern.as_bytes(), text.as_bytes());
        prop_assert_eq!(Pattern::new(&pattern).matches(&text), expected);
    }

    #[test]
    fn what_follows_a_match_is_free(pattern in few_letters(), text in few_letters(), end in any::<String>()) {
        let pattern = Pattern::new(&pattern);
        prop_assert!(!pattern.matches(&text) || pattern.matches(text + &end));
    }

    #[test]
    fn an_allowed_url_has_an_allowed_host(
        url in prop_oneof![
            "https?:[/\\\\]{0,3}[ax.:@?#\\\\\t]{0,8}(good\\.test)?[/?#@:a.]{0,4}(good\\.test)?/?",
            "[hHtTpPsS:/]{0,8}[a.:@?#\\\\]{0,6}(\\.good\\.test/)?",
        ],
    ) {
        let list = Allowlist::parse("http://*.good.test/,https://good.test/");
        if list.allows(&url) {
            let host = host_of(&url).unwrap_or_default();
            prop_assert!(host == "good.test" || host.ends_with(".good.test"), "{:?}", url);
        }
    }

    #[test]
    fn a_path_that_is_sent_has_no_dots_and_begins_as_allowed(
        segments in proptest::collection::vec(
            prop_oneof![
                Just("pub"), Just(".."), Just("."), Just("%2e%2E"), Just(".%2e"), Just("..\\x"),
                Just("..%5Cx"), Just("..%2fx"), Just("a b"), Just(""), Just(".. "), Just("%252e%252e"),
                Just("..;x"), Just("..?"), Just("..#"), Just("é"),
            ], 0..8,
        ),
    ) {
        let url = format!("http://h.test/{}", segments.join("/"));
        let normal = normalized(&url).unwrap_or_default();
        let again = normalized(&normal);
        prop_assert_eq!(again.as_ref(), Some(&normal));
        let path = normal.split('?').next().unwrap_or_default();
        let dots = |segment: &str| matches!(segment, "." | "..") || segment.eq_ignore_ascii_case("%2e%2e");
        prop_assert!(!path.split('/').any(dots), "{}", normal);
        prop_assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{}", normal);
        if Allowlist::parse("http://h.test/pub/").allows(&url) {
            prop_assert!(normal.starts_with("http://h.test/pub/"), "{} {}", url, normal);
        }
    }

    #[test]
    fn an_allowed_local_url_stays_in_its_folder(
        segments in proptest::collection::vec(
            prop_oneof![Just("pub"), Just(".."), Just("."), Just("x"), Just("x?"), Just("")], 0..8,
        ),
    ) {
        let path = segments.join("/");
        let key = path.split('?').next().unwrap_or_default();
        let mut folder: Vec<&str> = Vec::new();
        for segment in key.split('/').filter(|segment| !matches!(*segment, "" | ".")) {
            if segment == ".." { folder.pop(); } else { folder.push(segment); }
        }
        if Allowlist::parse("local:///pub/").allows(format!("local:///{path}")) {
            prop_assert_eq!(folder.first(), Some(&"pub"), "{}", path);
        }
    }
}
