//! Variables that secret managers hold.

use std::time::Duration;

use pixgate_source::Config;
#[cfg(feature = "aws")]
use pixgate_stores::{AwsSecretId, AwsSecrets};
#[cfg(feature = "google")]
use pixgate_stores::{GoogleSecretId, GoogleSecrets};

use crate::env_file;
use crate::given::{Variables, value};

#[cfg(feature = "aws")]
pub(crate) fn aws_secret(given: &Variables) -> Result<Variables, String> {
    let secret = AwsSecretId {
        id: value(given, "IMGPROXY_ENV_AWS_SECRET_ID").unwrap_or_default(),
        version_id: value(given, "IMGPROXY_ENV_AWS_SECRET_VERSION_ID"),
        version_stage: value(given, "IMGPROXY_ENV_AWS_SECRET_VERSION_STAGE"),
    };
    let region = value(given, "IMGPROXY_ENV_AWS_SECRET_REGION");
    let secrets =
        AwsSecrets::new(&Config::default(), &|name| value(given, name), region).map_err(reason)?;
    let text = wait(AWS_TIMEOUT, secrets.secret(&secret))?;
    env_file::parse(&text.unwrap_or_default(), given)
}

#[cfg(feature = "aws")]
pub(crate) fn aws_parameters(given: &Variables) -> Result<Variables, String> {
    let path = value(given, "IMGPROXY_ENV_AWS_SSM_PARAMETERS_PATH").unwrap_or_default();
    let region = value(given, "IMGPROXY_ENV_AWS_SSM_PARAMETERS_REGION");
    let secrets =
        AwsSecrets::new(&Config::default(), &|name| value(given, name), region).map_err(reason)?;
    let pairs = wait(AWS_TIMEOUT, secrets.parameters(&path))?;
    Ok(pairs.into_iter().collect())
}

#[cfg(feature = "google")]
pub(crate) fn google_secret(given: &Variables) -> Result<Variables, String> {
    let version = value(given, "IMGPROXY_ENV_GCP_SECRET_VERSION_ID");
    let secret = GoogleSecretId {
        project: value(given, "IMGPROXY_ENV_GCP_SECRET_PROJECT_ID").unwrap_or_default(),
        secret: value(given, "IMGPROXY_ENV_GCP_SECRET_ID").unwrap_or_default(),
        version: version.unwrap_or_else(|| "latest".to_owned()),
    };
    let key = value(given, "IMGPROXY_ENV_GCP_KEY");
    let secrets =
        GoogleSecrets::new(&Config::default(), &|name| value(given, name), key).map_err(reason)?;
    let bytes = wait(GOOGLE_TIMEOUT, secrets.secret(&secret))?;
    let text = String::from_utf8(bytes).map_err(|_| "the secret is no text".to_owned())?;
    env_file::parse(&text, given)
}

/// Runs a call to its end; the server's own runtime does not exist yet.
fn wait<T>(
    timeout: Duration,
    call: impl Future<Output = Result<T, pixgate_source::Error>>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let answer = runtime.block_on(async { tokio::time::timeout(timeout, call).await });
    match answer {
        Ok(answer) => answer.map_err(reason),
        Err(_) => Err(format!("no answer within {} s", timeout.as_secs())),
    }
}

/// An error with what is behind it.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
fn reason(error: pixgate_source::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

#[cfg(feature = "aws")]
const AWS_TIMEOUT: Duration = Duration::from_secs(30);
#[cfg(feature = "google")]
const GOOGLE_TIMEOUT: Duration = Duration::from_secs(60);
