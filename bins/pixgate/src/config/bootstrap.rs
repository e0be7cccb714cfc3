//! Variables from elsewhere: AWS Secrets Manager, AWS SSM, Google Secret Manager, a file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use pixgate_source::Config;
use pixgate_stores::{AwsSecretId, AwsSecrets, GoogleSecretId, GoogleSecrets};

use super::deployment::{self, Found};
use super::{Error, env_file};

/// The variables of the process together with those of the sources that they name.
///
/// Sources are read in imgproxy's order, and each overrides what was there before, so a source can
/// name the next one.
///
/// # Errors
///
/// [`Error`] with the source that cannot be read, and why.
pub fn gather(mut given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    for (source, read) in SOURCES {
        let more = read(&given).map_err(|why| Error::line(format!("{source}: {why}")))?;
        given.extend(more);
    }
    Ok(given)
}

/// The variables of a file: names and values, a compose file, or a Kubernetes manifest; `outside` is the
/// environment that a compose file refers to.
///
/// # Errors
///
/// [`Error`] if the file cannot be read, or is none of these.
pub fn read_file(path: &Path, outside: &BTreeMap<String, String>) -> Result<Found, Error> {
    let name = path.display().to_string();
    let wrong = |why: String| Error::line(format!("`{name}`: {why}"));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    if deployment::is_deployment(&name, &text) {
        return deployment::parse(&text, outside).map_err(wrong);
    }
    let variables = env_file::parse(&text, &BTreeMap::new()).map_err(wrong)?;
    Ok(Found {
        variables,
        ..Found::default()
    })
}

type Variables = BTreeMap<String, String>;
type Read = fn(&Variables) -> Result<Variables, String>;

const SOURCES: [(&str, Read); 4] = [
    ("can't load config from AWS Secrets Manager", aws_secret),
    ("can't load config from AWS SSM", aws_parameters),
    ("can't load config from GCP Secret Manager", google_secret),
    (
        "can't load config from IMGPROXY_ENV_LOCAL_FILE_PATH",
        local_file,
    ),
];

/// A value, unless it is blank.
fn value(given: &Variables, name: &str) -> Option<String> {
    given
        .get(name)
        .filter(|value| !value.trim().is_empty())
        .cloned()
}

/// A missing file is always a mistake, so it ends the start; imgproxy says nothing.
fn local_file(given: &Variables) -> Result<Variables, String> {
    let Some(path) = value(given, "IMGPROXY_ENV_LOCAL_FILE_PATH") else {
        return Ok(Variables::new());
    };
    file(&path, given)
}

fn file(path: &str, outside: &Variables) -> Result<Variables, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("`{path}`: {error}"))?;
    env_file::parse(&text, outside).map_err(|why| format!("`{path}`: {why}"))
}

fn aws_secret(given: &Variables) -> Result<Variables, String> {
    let Some(id) = value(given, "IMGPROXY_ENV_AWS_SECRET_ID") else {
        return Ok(Variables::new());
    };
    let secret = AwsSecretId {
        id,
        version_id: value(given, "IMGPROXY_ENV_AWS_SECRET_VERSION_ID"),
        version_stage: value(given, "IMGPROXY_ENV_AWS_SECRET_VERSION_STAGE"),
    };
    let region = value(given, "IMGPROXY_ENV_AWS_SECRET_REGION");
    let secrets = AwsSecrets::new(&config(), &|name| value(given, name), region).map_err(reason)?;
    let text = wait(AWS_TIMEOUT, secrets.secret(&secret))?;
    env_file::parse(&text.unwrap_or_default(), given)
}

fn aws_parameters(given: &Variables) -> Result<Variables, String> {
    let Some(path) = value(given, "IMGPROXY_ENV_AWS_SSM_PARAMETERS_PATH") else {
        return Ok(Variables::new());
    };
    let region = value(given, "IMGPROXY_ENV_AWS_SSM_PARAMETERS_REGION");
    let secrets = AwsSecrets::new(&config(), &|name| value(given, name), region).map_err(reason)?;
    let pairs = wait(AWS_TIMEOUT, secrets.parameters(&path))?;
    Ok(pairs.into_iter().collect())
}

fn google_secret(given: &Variables) -> Result<Variables, String> {
    let Some(secret) = value(given, "IMGPROXY_ENV_GCP_SECRET_ID") else {
        return Ok(Variables::new());
    };
    let version = value(given, "IMGPROXY_ENV_GCP_SECRET_VERSION_ID");
    let secret = GoogleSecretId {
        project: value(given, "IMGPROXY_ENV_GCP_SECRET_PROJECT_ID").unwrap_or_default(),
        secret,
        version: version.unwrap_or_else(|| "latest".to_owned()),
    };
    let key = value(given, "IMGPROXY_ENV_GCP_KEY");
    let secrets = GoogleSecrets::new(&config(), &|name| value(given, name), key).map_err(reason)?;
    let bytes = wait(GOOGLE_TIMEOUT, secrets.secret(&secret))?;
    let text = String::from_utf8(bytes).map_err(|_| "the secret is no text".to_owned())?;
    env_file::parse(&text, given)
}

fn config() -> Config {
    Config::default()
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

const AWS_TIMEOUT: Duration = Duration::from_secs(30);
const GOOGLE_TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Variables {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_file_overrides_the_environment() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("env");
        std::fs::write(&path, "IMGPROXY_TTL=60\nNAME=$IMGPROXY_QUALITY\n").expect("a file");
        let gathered = gather(given(&[
            ("IMGPROXY_TTL", "1"),
            ("IMGPROXY_QUALITY", "50"),
            (
                "IMGPROXY_ENV_LOCAL_FILE_PATH",
                path.to_str().unwrap_or_default(),
            ),
        ]));
        let gathered = gathered.expect("variables");
        assert_eq!(gathered.get("IMGPROXY_TTL").map(String::as_str), Some("60"));
        assert_eq!(gathered.get("NAME").map(String::as_str), Some("50"));
    }

    #[test]
    fn a_file_that_is_missing_or_broken_ends_the_start() {
        let error = gather(given(&[("IMGPROXY_ENV_LOCAL_FILE_PATH", "/nowhere/env")]));
        let error = error.expect_err("no file").to_string();
        assert!(error.contains("IMGPROXY_ENV_LOCAL_FILE_PATH"), "{error}");
        assert!(error.contains("/nowhere/env"), "{error}");
    }
}
