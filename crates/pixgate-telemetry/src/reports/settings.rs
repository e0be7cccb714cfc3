//! Settings of error reporters.

use pixgate_source::Secret;

/// Settings of error reporters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportSettings {
    /// Sources that cannot be had are reported.
    pub with_downloads: bool,
    /// Sentry.
    pub sentry: Option<SentrySettings>,
    /// Bugsnag.
    pub bugsnag: Option<ServiceKey>,
    /// Honeybadger.
    pub honeybadger: Option<ServiceKey>,
    /// Airbrake.
    pub airbrake: Option<AirbrakeSettings>,
}

/// A key, what reports are filed under, and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKey {
    /// The key.
    pub key: Secret,
    /// The environment or stage.
    pub environment: String,
    /// URL of the service.
    pub endpoint: String,
}

/// Settings of Sentry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentrySettings {
    /// Where reports go.
    pub dsn: Dsn,
    /// The environment.
    pub environment: String,
    /// The release.
    pub release: String,
}

/// What a Sentry DSN says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dsn {
    /// URL of envelopes.
    pub url: String,
    /// The public key.
    pub key: Secret,
}

/// Settings of Airbrake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AirbrakeSettings {
    /// Number of the project.
    pub project: i64,
    /// Key, environment and host.
    pub service: ServiceKey,
}

impl Dsn {
    /// Reads `scheme://key@host[/path]/project`.
    ///
    /// # Errors
    ///
    /// What such a text looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let dsn = || {
            let (scheme, rest) = text.split_once("://")?;
            let (key, rest) = rest.split_once('@')?;
            let (server, project) = rest.trim_end_matches('/').rsplit_once('/')?;
            let key = key.split(':').next()?;
            let is_complete = [key, server, project].iter().all(|part| !part.is_empty());
            let server = server.trim_end_matches('/');
            is_complete.then(|| Self {
                url: format!("{scheme}://{server}/api/{project}/envelope/"),
                key: Secret::new(key.to_owned()),
            })
        };
        dsn().ok_or_else(|| "must be scheme://key@host/project".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_says_where_envelopes_go() {
        let dsn = Dsn::parse("https://abc@o1.ingest.sentry.test/42").expect("a DSN");
        assert_eq!(dsn.url, "https://o1.ingest.sentry.test/api/42/envelope/");
        let dsn = Dsn::parse("http://abc:old@h:9/sub/7").expect("a DSN");
        assert_eq!(dsn.url, "http://h:9/sub/api/7/envelope/");
        assert_eq!(dsn.key.expose(), "abc");
        assert!(Dsn::parse("https://h/42").is_err() && Dsn::parse("x").is_err());
    }
}
