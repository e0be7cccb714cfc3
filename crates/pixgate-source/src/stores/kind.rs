//! The four kinds of store behind one type.

use crate::transport::{BoxFuture, Transport, TransportResponse};
#[cfg(feature = "abs")]
use crate::{AbsConfig, AbsTransport};
use crate::{Config, Error, SourceRequest};
#[cfg(feature = "gcs")]
use crate::{GcsConfig, GcsTransport};
#[cfg(feature = "s3")]
use crate::{S3Config, S3Transport};
#[cfg(feature = "swift")]
use crate::{SwiftConfig, SwiftTransport};

/// Looks a variable up by its name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

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
    pub(crate) make: fn(&Config, Lookup<'_>) -> Result<Store, Error>,
}

/// All kinds whose cargo feature is on.
pub(crate) const KINDS: &[Kind] = &[
    #[cfg(feature = "s3")]
    Kind {
        scheme: "s3",
        name: "S3",
        settings: &[
            "IMGPROXY_S3_REGION",
            "IMGPROXY_S3_ENDPOINT",
            "IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE",
            "IMGPROXY_S3_USE_DECRYPTION_CLIENT",
            "IMGPROXY_S3_ASSUME_ROLE_ARN",
            "IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID",
            "IMGPROXY_S3_ACCESS_POINTS",
        ],
        ambient: &[
            "AWS_ACCESS_KEY_ID",
            "AWS_ACCESS_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SECRET_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
            "AWS_PROFILE",
            "AWS_DEFAULT_PROFILE",
            "AWS_SHARED_CREDENTIALS_FILE",
            "AWS_CONFIG_FILE",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_STS",
            "AWS_ENDPOINT_URL_KMS",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "AWS_EC2_METADATA_DISABLED",
        ],
        accounts_field: "s3.accounts",
        make: |config, variable| {
            let s3 = S3Config::from_variables(variable);
            S3Transport::new(config, s3).map(|s3| Store::S3(Box::new(s3)))
        },
    },
    #[cfg(feature = "gcs")]
    Kind {
        scheme: "gs",
        name: "GCS",
        settings: &["IMGPROXY_GCS_KEY", "IMGPROXY_GCS_ENDPOINT"],
        ambient: &[
            "GOOGLE_APPLICATION_CREDENTIALS",
            "CLOUDSDK_CONFIG",
            "GCE_METADATA_HOST",
            "NO_GCE_CHECK",
        ],
        accounts_field: "gcs.accounts",
        make: |config, variable| {
            let gcs = GcsConfig::from_variables(variable);
            GcsTransport::new(config, gcs).map(|gcs| Store::Gcs(Box::new(gcs)))
        },
    },
    #[cfg(feature = "abs")]
    Kind {
        scheme: "abs",
        name: "ABS",
        settings: &[
            "IMGPROXY_ABS_NAME",
            "IMGPROXY_ABS_KEY",
            "IMGPROXY_ABS_ENDPOINT",
        ],
        ambient: &[
            "AZURE_TENANT_ID",
            "AZURE_CLIENT_ID",
            "AZURE_CLIENT_SECRET",
            "AZURE_CLIENT_CERTIFICATE_PATH",
            "AZURE_FEDERATED_TOKEN_FILE",
            "AZURE_AUTHORITY_HOST",
            "AZURE_POD_IDENTITY_AUTHORITY_HOST",
            "IDENTITY_ENDPOINT",
            "IDENTITY_HEADER",
        ],
        accounts_field: "abs.accounts",
        make: |config, variable| {
            let abs = AbsConfig::from_variables(variable);
            AbsTransport::new(config, abs).map(|abs| Store::Abs(Box::new(abs)))
        },
    },
    #[cfg(feature = "swift")]
    Kind {
        scheme: "swift",
        name: "SWIFT",
        settings: &[
            "IMGPROXY_SWIFT_USERNAME",
            "IMGPROXY_SWIFT_API_KEY",
            "IMGPROXY_SWIFT_AUTH_URL",
            "IMGPROXY_SWIFT_AUTH_VERSION",
            "IMGPROXY_SWIFT_TENANT",
            "IMGPROXY_SWIFT_DOMAIN",
            "IMGPROXY_SWIFT_TIMEOUT_SECONDS",
            "IMGPROXY_SWIFT_CONNECT_TIMEOUT_SECONDS",
        ],
        ambient: &[],
        accounts_field: "swift.accounts",
        make: |config, variable| {
            let swift = SwiftConfig::from_variables(variable);
            SwiftTransport::new(config, swift).map(|swift| Store::Swift(Box::new(swift)))
        },
    },
];

/// One account of one kind.
#[derive(Debug)]
pub(crate) enum Store {
    #[cfg(feature = "s3")]
    S3(Box<S3Transport>),
    #[cfg(feature = "gcs")]
    Gcs(Box<GcsTransport>),
    #[cfg(feature = "abs")]
    Abs(Box<AbsTransport>),
    #[cfg(feature = "swift")]
    Swift(Box<SwiftTransport>),
}

impl Store {
    /// What imgproxy finds out at its start; see [`Stores::check_start`](crate::Stores).
    pub(crate) async fn check_start(&self) -> Result<(), Error> {
        match self {
            #[cfg(feature = "gcs")]
            Self::Gcs(gcs) if gcs.is_guess() => gcs.check_credentials().await,
            #[cfg(feature = "swift")]
            Self::Swift(swift) => swift.check_credentials().await,
            _ => Ok(()),
        }
    }
}

impl Transport for Store {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        match self {
            #[cfg(feature = "s3")]
            Self::S3(s3) => s3.fetch(request),
            #[cfg(feature = "gcs")]
            Self::Gcs(gcs) => gcs.fetch(request),
            #[cfg(feature = "abs")]
            Self::Abs(abs) => abs.fetch(request),
            #[cfg(feature = "swift")]
            Self::Swift(swift) => swift.fetch(request),
        }
    }
}
