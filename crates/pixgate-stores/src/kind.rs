//! What the kinds of store have in common.

use std::fmt::Debug;

use pixgate_source::{BoxFuture, Config, Error, Transport};

/// Looks a variable up by its name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Makes a store from its variables.
type Make = fn(&Config, Lookup<'_>) -> Result<Box<dyn Store>, Error>;

/// What a kind of store is called, and what its variables are.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The scheme of its URLs.
    pub(crate) scheme: &'static str,
    /// `IMGPROXY_USE_…` and `IMGPROXY_…_ALLOWED_BUCKETS` have it in the middle.
    pub(crate) name: &'static str,
    /// imgproxy's variables of one account.
    pub(crate) settings: &'static [&'static str],
    /// The variables of the cloud's own tools.
    pub(crate) ambient: &'static [&'static str],
    /// The setting to blame for a list of accounts that cannot be used.
    pub(crate) accounts_field: &'static str,
    /// Makes a store from its variables.
    pub(crate) make: Make,
}

/// One account of one kind.
pub(crate) trait Store: Transport + Debug {
    /// What imgproxy finds out at its start; see [`Stores::check_start`](crate::Stores).
    fn check_start(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
