//! 16 address bytes, 8 spelling bytes, then a host: no spelling changes an address or its class.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use libfuzzer_sys::fuzz_target;
use pixgate_allow::{AddressPolicy, class_of, embedded_ipv4, host_address};
use pixgate_fuzz::{embed, spell};

fuzz_target!(|data: (Ipv6Addr, [u8; 8], &str)| {
    let (v6, choices, host) = data;
    let v4 = Ipv4Addr::from(v6.to_bits() as u32);
    assert_eq!(host_address(&spell(v4, choices)), Ok(Some(v4.into())));
    assert_eq!(host_address(&format!("[{v6}]")), Ok(Some(v6.into())));
    let outer = embed(v4, choices[0]);
    assert_eq!(embedded_ipv4(outer), Some(v4));
    for address in [IpAddr::V6(v6), outer.into()] {
        let inner = address.to_canonical();
        let is_refused = AddressPolicy::PUBLIC_ONLY.check(address).is_err();
        assert!(is_refused || AddressPolicy::PUBLIC_ONLY.check(inner).is_ok());
    }
    assert!(class_of(outer.into()) >= class_of(v4.into()));
    // What a URL parser takes for an address is never taken for a name here.
    match (url::Host::parse(host), host_address(host)) {
        (Ok(url::Host::Ipv4(theirs)), Ok(ours)) => assert_eq!(ours, Some(theirs.into())),
        (Ok(url::Host::Ipv6(theirs)), Ok(ours)) => assert_eq!(ours, Some(theirs.into())),
        _ => {}
    }
});
