//! The stores that imgproxy's variables switch on.

use std::fmt;
use std::sync::Arc;

use pixgate_source::{Config, Error, Fetcher};

use crate::accounts::Accounts;
use crate::kind::Lookup;
use crate::kinds::KINDS;
use crate::variables::Variables;

/// The object storages of a server, from its variables.
///
/// `IMGPROXY_USE_S3`, `IMGPROXY_USE_GCS`, `IMGPROXY_USE_ABS` and `IMGPROXY_USE_SWIFT` switch them
/// on; a store whose cargo feature is off stays off.
///
/// Buckets can belong to several accounts. `PIXGATE_S3_ACCOUNTS` (`_GCS_`, `_ABS_`, `_SWIFT_`) is
/// a list of `BUCKET=ACCOUNT`, where the bucket may end with `*` and the first that fits counts;
/// all others belong to the account of the usual variables. The variables of an account are
/// called as usual behind `PIXGATE_ACCOUNT_<ACCOUNT>_`. imgproxy's settings are not inherited
/// from the usual ones, but for the lists of buckets; the variables of the cloud's own tools are,
/// unless the account has one of them.
///
/// # Examples
///
/// ```
/// use pixgate_source::{Config, Fetcher};
/// use pixgate_stores::Stores;
///
/// let config = Config::default();
/// let stores = Stores::from_variables(&config, &|name| match name {
///     "IMGPROXY_USE_S3" => Some("true".to_owned()),
///     "PIXGATE_S3_ACCOUNTS" => Some("old-*=archive".to_owned()),
///     "PIXGATE_ACCOUNT_ARCHIVE_AWS_PROFILE" => Some("archive".to_owned()),
///     _ => None,
/// })?;
/// assert_eq!(stores.schemes().collect::<Vec<_>>(), ["s3"]);
/// let fetcher = stores.add_to(Fetcher::new(config)?);
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Default)]
pub struct Stores {
    schemes: Vec<Arc<Accounts>>,
}

impl Stores {
    /// Makes the stores that are switched on; `variable` looks a variable up by its name.
    ///
    /// # Errors
    ///
    /// Those of [`S3Transport::new`](crate::S3Transport::new) and the other stores, and
    /// [`ErrorKind::InvalidConfig`](pixgate_source::ErrorKind::InvalidConfig) for a list of accounts that
    /// cannot be used. All of them should end a start.
    pub fn from_variables(config: &Config, variable: Lookup<'_>) -> Result<Self, Error> {
        let from = Variables(variable);
        let is_on = |name| from.flag(&format!("IMGPROXY_USE_{name}"));
        let kinds = KINDS.iter().filter(|kind| is_on(kind.name));
        let schemes = kinds.map(|kind| Accounts::new(kind, config, variable).map(Arc::new));
        Ok(Self {
            schemes: schemes.collect::<Result<_, _>>()?,
        })
    }

    /// Does what imgproxy does at its start: signs in to Swift, and looks whether there is a
    /// metadata server if Google's credentials can come from nowhere else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`](pixgate_source::ErrorKind::NoCredentials) and the errors of a
    /// connection; they should end a start.
    pub async fn check_start(&self) -> Result<(), Error> {
        for accounts in &self.schemes {
            accounts.check_start().await?;
        }
        Ok(())
    }

    /// The schemes that are switched on.
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        self.schemes.iter().map(|accounts| accounts.scheme)
    }

    /// A fetcher that knows these stores as well.
    #[must_use]
    pub fn add_to(&self, fetcher: Fetcher) -> Fetcher {
        let add = |fetcher: Fetcher, accounts: &Arc<Accounts>| {
            fetcher.with_transport(accounts.scheme, Arc::clone(accounts) as _)
        };
        self.schemes.iter().fold(fetcher, add)
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes: Vec<_> = self.schemes().collect();
        f.debug_struct("Stores").field("schemes", &schemes).finish()
    }
}

#[cfg(all(
    test,
    feature = "s3",
    feature = "gcs",
    feature = "azure",
    feature = "swift"
))]
mod tests {
    use super::*;
    use pixgate_source::ErrorKind;

    fn stores(variables: &[(&str, &str)]) -> Result<Stores, Error> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Stores::from_variables(&Config::default(), &variable)
    }

    #[test]
    fn switches_decide_and_keys_do_not() {
        for (variables, expected) in [
            (&[][..], &[][..]),
            (&[("IMGPROXY_GCS_KEY", "{}")], &[]),
            (
                &[("IMGPROXY_USE_S3", "1"), ("IMGPROXY_USE_GCS", "no")],
                &["s3"],
            ),
            (
                &[("IMGPROXY_USE_GCS", "true"), ("IMGPROXY_USE_S3", "t")],
                &["s3", "gs"],
            ),
        ] {
            let stores = stores(variables).unwrap();
            assert_eq!(stores.schemes().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn settings_that_cannot_work_end_the_start() {
        for (variables, field) in [
            (&[("IMGPROXY_USE_ABS", "true")][..], "abs.account"),
            (&[("IMGPROXY_USE_SWIFT", "true")], "swift.auth_url"),
            (
                &[
                    ("IMGPROXY_USE_GCS", "true"),
                    ("IMGPROXY_GCS_KEY", "no json"),
                ],
                "gcs.credentials",
            ),
            (
                &[
                    ("IMGPROXY_USE_S3", "true"),
                    ("IMGPROXY_S3_ACCESS_POINTS", "alias="),
                ],
                "s3.access_points",
            ),
        ] {
            let error = stores(variables).unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::InvalidConfig { field });
        }
    }
}
