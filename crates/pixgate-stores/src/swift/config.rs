//! The settings of `swift://`.

use std::time::Duration;

use pixgate_allow::BucketPolicy;
use pixgate_source::Secret;

use crate::variables::Variables;

/// Where Swift is, who asks, and for which containers.
#[derive(Debug, Clone)]
pub struct SwiftConfig {
    /// The user. imgproxy: `IMGPROXY_SWIFT_USERNAME`.
    pub username: String,
    /// The user's password or key. imgproxy: `IMGPROXY_SWIFT_API_KEY`.
    pub api_key: Secret,
    /// Where users sign in, up to and including the version. imgproxy: `IMGPROXY_SWIFT_AUTH_URL`.
    pub auth_url: String,
    /// 1, 2 or 3; 0 = by the URL. imgproxy: `IMGPROXY_SWIFT_AUTH_VERSION`.
    pub auth_version: u8,
    /// The tenant (version 2) or project (version 3). imgproxy: `IMGPROXY_SWIFT_TENANT`.
    pub tenant: Option<String>,
    /// The domain of user and project (version 3). imgproxy: `IMGPROXY_SWIFT_DOMAIN`.
    pub domain: Option<String>,
    /// Longest time until an answer begins. Default: 60 s.
    /// imgproxy: `IMGPROXY_SWIFT_TIMEOUT_SECONDS`.
    pub timeout: Duration,
    /// Longest time for a connection. Default: 10 s.
    /// imgproxy: `IMGPROXY_SWIFT_CONNECT_TIMEOUT_SECONDS`.
    pub connect_timeout: Duration,
    /// Which containers may be read. imgproxy: `IMGPROXY_SWIFT_ALLOWED_BUCKETS` and
    /// `IMGPROXY_SWIFT_DENIED_BUCKETS`.
    pub containers: BucketPolicy,
}

impl Default for SwiftConfig {
    fn default() -> Self {
        Self {
            username: String::new(),
            api_key: Secret::default(),
            auth_url: String::new(),
            auth_version: 0,
            tenant: None,
            domain: None,
            timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(10),
            containers: BucketPolicy::default(),
        }
    }
}

impl SwiftConfig {
    /// Settings from imgproxy's variables, which `variable` looks up by name.
    ///
    /// Blank values and numbers that are none count as absent; another version than 0 to 3 is
    /// refused by [`SwiftTransport::new`](crate::SwiftTransport::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_stores::SwiftConfig;
    ///
    /// let config = SwiftConfig::from_variables(&|name| match name {
    ///     "IMGPROXY_SWIFT_AUTH_URL" => Some("https://keystone.example/v3".to_owned()),
    ///     _ => None,
    /// });
    /// assert_eq!(config.auth_url, "https://keystone.example/v3");
    /// ```
    #[must_use]
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let from = Variables(variable);
        let own = |name: &str| from.text(&format!("IMGPROXY_SWIFT_{name}"));
        let seconds = |name: &str| from.seconds(&format!("IMGPROXY_SWIFT_{name}_SECONDS"));
        let version = own("AUTH_VERSION").and_then(|text| text.trim().parse().ok());
        let default = Self::default();
        Self {
            username: own("USERNAME").unwrap_or_default(),
            api_key: own("API_KEY").unwrap_or_default().into(),
            auth_url: own("AUTH_URL").unwrap_or_default(),
            auth_version: version.unwrap_or_default(),
            tenant: own("TENANT"),
            domain: own("DOMAIN"),
            timeout: seconds("TIMEOUT").unwrap_or(default.timeout),
            connect_timeout: seconds("CONNECT_TIMEOUT").unwrap_or(default.connect_timeout),
            containers: from.buckets("SWIFT"),
        }
    }
}
