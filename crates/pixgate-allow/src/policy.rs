use std::net::IpAddr;

use crate::class::classes_of;
use crate::{AddressClass, Error, ErrorKind, host_address};

/// Which classes of addresses may be contacted; public ones always may.
///
/// Check the address that is about to be connected to, at every redirect: a name can resolve to
/// anything, and to something else a moment later.
///
/// # Examples
///
/// ```
/// use pixgate_allow::AddressPolicy;
///
/// let policy = AddressPolicy::default();
/// assert!(policy.check("93.184.216.34".parse().unwrap()).is_ok());
/// assert!(policy.check("::ffff:127.0.0.1".parse().unwrap()).is_err());
/// assert!(policy.check("10.0.0.1".parse().unwrap()).is_ok());
/// let strict = AddressPolicy { private: false, ..policy };
/// assert!(strict.check("10.0.0.1".parse().unwrap()).is_err());
/// ```
///
/// Behaviour follows imgproxy's three switches, and checks local-use NAT64 (RFC 8215) too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressPolicy {
    /// `IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES`; off by default.
    pub loopback: bool,
    /// `IMGPROXY_ALLOW_LINK_LOCAL_SOURCE_ADDRESSES`; off by default.
    pub link_local: bool,
    /// `IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES`; on by default.
    pub private: bool,
}

impl AddressPolicy {
    /// Allows every address.
    pub const ALL: Self = Self {
        loopback: true,
        link_local: true,
        private: true,
    };

    /// Allows public addresses only.
    pub const PUBLIC_ONLY: Self = Self {
        loopback: false,
        link_local: false,
        private: false,
    };

    /// Whether addresses of a class may be contacted.
    #[must_use]
    pub const fn allows(&self, class: AddressClass) -> bool {
        match class {
            AddressClass::Public => true,
            AddressClass::Private => self.private,
            AddressClass::LinkLocal => self.link_local,
            AddressClass::Loopback => self.loopback,
        }
    }

    /// Checks an address, and the IPv4 address that it may carry.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddressRefused`] with the class that is switched off.
    pub fn check(&self, address: IpAddr) -> Result<(), Error> {
        match classes_of(address)
            .into_iter()
            .find(|class| !self.allows(*class))
        {
            Some(class) => Err(ErrorKind::AddressRefused { address, class }.into()),
            None => Ok(()),
        }
    }

    /// Checks an address given as text, as a resolver or a socket prints it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddressNotPlain`] for anything but an IPv4 or IPv6 address without zone, else
    /// as [`check`](Self::check).
    pub fn check_text(&self, text: &str) -> Result<IpAddr, Error> {
        let address = text.parse().map_err(|_| ErrorKind::AddressNotPlain)?;
        self.check(address)?;
        Ok(address)
    }

    /// Checks the host of a URL, before anything is resolved.
    ///
    /// Returns the address if the host is one, however it is spelled, and `None` if it is a name
    /// whose addresses have yet to be checked. See [`host_address`] for the spellings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddressNotPlain`] for a zone, [`ErrorKind::HostMalformed`], else as
    /// [`check`](Self::check).
    pub fn check_host_literal(&self, host: &str) -> Result<Option<IpAddr>, Error> {
        let address = host_address(host)?;
        address
            .map(|address| self.check(address).map(|()| address))
            .transpose()
    }
}

impl Default for AddressPolicy {
    fn default() -> Self {
        Self {
            loopback: false,
            link_local: false,
            private: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_class(policy: AddressPolicy, text: &str) -> Option<AddressClass> {
        let error = policy.check(text.parse().expect("an address")).err()?;
        match error.kind() {
            ErrorKind::AddressRefused { class, .. } => Some(class),
            other => panic!("unexpected kind {other:?}"),
        }
    }

    #[test]
    fn either_of_two_classes_refuses() {
        let no_private = AddressPolicy {
            private: false,
            ..AddressPolicy::ALL
        };
        let no_link_local = AddressPolicy {
            link_local: false,
            ..AddressPolicy::ALL
        };
        let both = "fe80::5efe:10.0.0.1";
        assert_eq!(refused_class(no_private, both), Some(AddressClass::Private));
        assert_eq!(
            refused_class(no_link_local, both),
            Some(AddressClass::LinkLocal)
        );
        assert_eq!(refused_class(AddressPolicy::ALL, both), None);
    }

    #[test]
    fn host_literals_are_checked_and_names_are_not() {
        let policy = AddressPolicy::default();
        assert_eq!(policy.check_host_literal("images.test"), Ok(None));
        assert!(policy.check_host_literal("0x7f.1").is_err());
        let address = "10.0.0.1".parse().expect("an address");
        assert_eq!(policy.check_host_literal("167772161"), Ok(Some(address)));
    }
}
