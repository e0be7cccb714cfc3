//! Runs the tables of addresses and of host spellings.

use std::net::IpAddr;

use pixgate_allow::{AddressPolicy, ErrorKind, class_of, host_address};

mod support;

#[test]
fn every_address_has_its_class() {
    let rows = support::addresses();
    assert_eq!(rows.len(), 106);
    for (address, class) in rows {
        assert_eq!(class_of(address).name(), class, "{address}");
    }
}

#[test]
fn every_address_but_a_public_one_is_refused_by_its_switch() {
    for (address, class) in support::addresses() {
        let allowed = AddressPolicy::PUBLIC_ONLY.check(address).is_ok();
        assert_eq!(allowed, class == "public", "{address}");
        assert_eq!(AddressPolicy::ALL.check(address), Ok(()), "{address}");
    }
}

#[test]
fn every_spelling_is_seen_through() {
    let rows = support::hosts();
    assert_eq!(rows.len(), 97);
    for (host, expected) in rows {
        let found = host_address(&host);
        match expected.as_str() {
            "refused" => assert!(found.is_err(), "{host:?} {found:?}"),
            "name" => assert_eq!(found, Ok(None), "{host:?}"),
            address => {
                let address: IpAddr = address.parse().expect("an address");
                assert_eq!(found, Ok(Some(address)), "{host:?}");
            }
        }
    }
}

#[test]
fn zones_have_an_error_of_their_own() {
    for host in ["fe80::1%eth0", "[fe80::1%25eth0]"] {
        let error = AddressPolicy::ALL
            .check_host_literal(host)
            .expect_err("a zone");
        assert_eq!(error.kind(), ErrorKind::AddressNotPlain);
    }
}
