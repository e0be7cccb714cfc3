//! The settings of `gs://`.

use std::path::PathBuf;

use pixgate_allow::BucketPolicy;
use pixgate_source::Secret;

use crate::variables::Variables;

/// Where Cloud Storage is, who asks, and for which buckets.
#[derive(Debug, Clone, Default)]
pub struct GcsConfig {
    /// Who asks. imgproxy: `IMGPROXY_GCS_KEY` if it is not blank, else ambient credentials.
    pub credentials: GcsCredentials,
    /// Another endpoint, of which scheme and host count; absent =
    /// `https://storage.googleapis.com`. imgproxy: `IMGPROXY_GCS_ENDPOINT`.
    pub endpoint: Option<String>,
    /// Which buckets may be read. imgproxy: `IMGPROXY_GCS_ALLOWED_BUCKETS` and
    /// `IMGPROXY_GCS_DENIED_BUCKETS`.
    pub buckets: BucketPolicy,
}

impl GcsConfig {
    /// Settings from imgproxy's and Google's variables, which `variable` looks up by name.
    ///
    /// Blank values count as absent. The gcloud folder is looked for below `HOME`.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_stores::GcsConfig;
    ///
    /// let config = GcsConfig::from_variables(&|name| match name {
    ///     "IMGPROXY_GCS_ALLOWED_BUCKETS" => Some("photos".to_owned()),
    ///     _ => None,
    /// });
    /// assert!(config.buckets.allows("photos") && !config.buckets.allows("other"));
    /// ```
    #[must_use]
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let from = Variables(variable);
        let credentials = match from.text("IMGPROXY_GCS_KEY") {
            Some(key) => GcsCredentials::Key(key.into()),
            None => GcsCredentials::Ambient(GoogleAmbient::from_variables(&from)),
        };
        Self {
            credentials,
            endpoint: from.text("IMGPROXY_GCS_ENDPOINT"),
            buckets: from.buckets("GCS"),
        }
    }
}

/// How requests to Cloud Storage are authorised.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum GcsCredentials {
    /// The text of a JSON key, `service_account` or `authorized_user`.
    /// imgproxy: `IMGPROXY_GCS_KEY`.
    Key(Secret),
    /// A file with such a key, read when the transport is made.
    File(PathBuf),
    /// The service account of this machine, as Cloud Run, Compute Engine and Kubernetes Engine
    /// offer it.
    MetadataServer {
        /// Host and port, `GCE_METADATA_HOST`; absent = `169.254.169.254`.
        host: Option<String>,
    },
    /// Whatever this machine has, in the order of Google's libraries.
    Ambient(GoogleAmbient),
    /// Nobody in particular: public objects only.
    Anonymous,
}

impl Default for GcsCredentials {
    /// The metadata server: right on Cloud Run, and looks at no file.
    fn default() -> Self {
        Self::MetadataServer { host: None }
    }
}

/// Where application default credentials are looked for: the first that exists is used.
#[derive(Debug, Clone, Default)]
pub struct GoogleAmbient {
    /// 1. A key file that has to exist, `GOOGLE_APPLICATION_CREDENTIALS`.
    pub application_credentials: Option<PathBuf>,
    /// 2. The folder of gcloud's settings, whose `application_default_credentials.json` is used
    ///    if it is there: `CLOUDSDK_CONFIG`, or `.config/gcloud` below `HOME`.
    pub gcloud_folder: Option<PathBuf>,
    /// 3. The metadata server, `GCE_METADATA_HOST`; absent = `169.254.169.254`.
    pub metadata_host: Option<String>,
    /// Do not try a metadata server that nobody named, `NO_GCE_CHECK`. Without any credentials
    /// [`GcsTransport::new`](crate::GcsTransport::new) then refuses.
    pub no_metadata_server: bool,
}

impl GoogleAmbient {
    fn from_variables(from: &Variables<'_>) -> Self {
        let below_home = || Some(from.path("HOME")?.join(".config/gcloud"));
        Self {
            application_credentials: from.path("GOOGLE_APPLICATION_CREDENTIALS"),
            gcloud_folder: from.path("CLOUDSDK_CONFIG").or_else(below_home),
            metadata_host: from.text("GCE_METADATA_HOST"),
            no_metadata_server: from.flag("NO_GCE_CHECK"),
        }
    }
}
