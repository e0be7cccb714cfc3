//! The stores that imgproxy's variables switch on.

use std::fmt;
use std::sync::Arc;

use super::variables::Variables;
#[cfg(feature = "abs")]
use crate::{AbsConfig, AbsTransport};
use crate::{Config, Error, Fetcher, Transport};
#[cfg(feature = "gcs")]
use crate::{GcsConfig, GcsTransport};
#[cfg(feature = "s3")]
use crate::{S3Config, S3Transport};
#[cfg(feature = "swift")]
use crate::{SwiftConfig, SwiftTransport};

/// The object storages of a server, from its variables.
///
/// `IMGPROXY_USE_S3`, `IMGPROXY_USE_GCS`, `IMGPROXY_USE_ABS` and `IMGPROXY_USE_SWIFT` switch them
/// on; a store whose cargo feature is off stays off.
///
/// # Examples
///
/// ```
/// use pixgate_source::{Config, Fetcher, Stores};
///
/// let config = Config::default();
/// let stores = Stores::from_variables(&config, &|name| match name {
///     "IMGPROXY_USE_GCS" => Some("true".to_owned()),
///     _ => None,
/// })?;
/// assert!(stores.schemes().all(|scheme| scheme == "gs"));
/// let fetcher = stores.add_to(Fetcher::new(config)?);
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Default)]
pub struct Stores {
    #[cfg(feature = "s3")]
    s3: Option<Arc<S3Transport>>,
    #[cfg(feature = "gcs")]
    gcs: Option<Arc<GcsTransport>>,
    #[cfg(feature = "abs")]
    abs: Option<Arc<AbsTransport>>,
    #[cfg(feature = "swift")]
    swift: Option<Arc<SwiftTransport>>,
}

impl Stores {
    /// Makes the stores that are switched on; `variable` looks a variable up by its name.
    ///
    /// # Errors
    ///
    /// Those of [`S3Transport::new`](crate::S3Transport::new) and the other stores, all of which
    /// should end a start.
    pub fn from_variables(
        config: &Config,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let from = Variables(variable);
        let mut stores = Self::default();
        #[cfg(feature = "s3")]
        if from.flag("IMGPROXY_USE_S3") {
            let s3 = S3Config::from_variables(variable);
            stores.s3 = Some(Arc::new(S3Transport::new(config, s3)?));
        }
        #[cfg(feature = "gcs")]
        if from.flag("IMGPROXY_USE_GCS") {
            let gcs = GcsConfig::from_variables(variable);
            stores.gcs = Some(Arc::new(GcsTransport::new(config, gcs)?));
        }
        #[cfg(feature = "abs")]
        if from.flag("IMGPROXY_USE_ABS") {
            let abs = AbsConfig::from_variables(variable);
            stores.abs = Some(Arc::new(AbsTransport::new(config, abs)?));
        }
        #[cfg(feature = "swift")]
        if from.flag("IMGPROXY_USE_SWIFT") {
            let swift = SwiftConfig::from_variables(variable);
            stores.swift = Some(Arc::new(SwiftTransport::new(config, swift)?));
        }
        Ok(stores)
    }

    /// Does what imgproxy does at its start: signs in to Swift, and looks whether there is a
    /// metadata server if Google's credentials can come from nowhere else.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`](crate::ErrorKind::NoCredentials) and the errors of a
    /// connection; they should end a start.
    pub async fn check_start(&self) -> Result<(), Error> {
        #[cfg(feature = "swift")]
        if let Some(swift) = &self.swift {
            swift.check_credentials().await?;
        }
        #[cfg(feature = "gcs")]
        if let Some(gcs) = self.gcs.as_ref().filter(|gcs| gcs.is_guess()) {
            gcs.check_credentials().await?;
        }
        Ok(())
    }

    /// The schemes that are switched on.
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        self.all().into_iter().map(|(scheme, _)| scheme)
    }

    /// A fetcher that knows these stores as well.
    #[must_use]
    pub fn add_to(&self, fetcher: Fetcher) -> Fetcher {
        let add = |fetcher: Fetcher, (scheme, store)| fetcher.with_transport(scheme, store);
        self.all().into_iter().fold(fetcher, add)
    }

    /// A fetcher that knows these stores under schemes of their own: those of the account `name`
    /// are `s3+name`, `gs+name` and so on. So there can be several accounts of one kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_source::{Config, Fetcher, Stores};
    ///
    /// let config = Config::default();
    /// let archive = Stores::from_variables(&config, &|name| match name {
    ///     "IMGPROXY_USE_S3" => Some("true".to_owned()),
    ///     "IMGPROXY_S3_REGION" => Some("eu-north-1".to_owned()),
    ///     _ => None,
    /// })?;
    /// // Sources are now `s3+archive://bucket/key`.
    /// let fetcher = archive.add_account_to(Fetcher::new(config)?, "archive");
    /// # Ok::<(), pixgate_source::Error>(())
    /// ```
    #[must_use]
    pub fn add_account_to(&self, fetcher: Fetcher, name: &str) -> Fetcher {
        let name = name.to_ascii_lowercase();
        let add = |fetcher: Fetcher, (scheme, store): (&str, _)| {
            fetcher.with_transport(&format!("{scheme}+{name}"), store)
        };
        self.all().into_iter().fold(fetcher, add)
    }

    fn all(&self) -> Vec<(&'static str, Arc<dyn Transport>)> {
        let mut all: Vec<(&'static str, Arc<dyn Transport>)> = Vec::new();
        #[cfg(feature = "s3")]
        all.extend(self.s3.clone().map(|store| ("s3", store as _)));
        #[cfg(feature = "gcs")]
        all.extend(self.gcs.clone().map(|store| ("gs", store as _)));
        #[cfg(feature = "abs")]
        all.extend(self.abs.clone().map(|store| ("abs", store as _)));
        #[cfg(feature = "swift")]
        all.extend(self.swift.clone().map(|store| ("swift", store as _)));
        all
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
    feature = "abs",
    feature = "swift"
))]
mod tests {
    use super::*;
    use crate::ErrorKind;

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
                    ("IMGPROXY_S3_USE_DECRYPTION_CLIENT", "true"),
                ],
                "s3.client_side_encryption",
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
