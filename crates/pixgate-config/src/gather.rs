//! Variables from elsewhere: AWS Secrets Manager, AWS SSM, Google Secret Manager, a file.

use std::collections::BTreeMap;

use crate::Error;
use crate::given::{Variables, value};

/// The variables of the process together with those of the sources that they name.
///
/// Sources are read in imgproxy's order, and each overrides what was there before, so a source can
/// name the next one.
///
/// # Errors
///
/// [`Error`] with the source that cannot be read, and why; a source whose cargo feature is off cannot
/// be read.
pub fn gather(mut given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    for source in SOURCES {
        if value(&given, source.variable).is_none() {
            continue;
        }
        let more = (source.read)(&given);
        let more = more.map_err(|why| Error::line(format!("{}: {why}", source.complaint)))?;
        given.extend(more);
    }
    Ok(given)
}

/// Where variables come from besides the environment.
struct Source {
    /// The variable that names it.
    variable: &'static str,
    /// The beginning of a complaint.
    complaint: &'static str,
    /// Reads it.
    read: fn(&Variables) -> Result<Variables, String>,
}

const SOURCES: [Source; 4] = [
    Source {
        variable: "IMGPROXY_ENV_AWS_SECRET_ID",
        complaint: "can't load config from AWS Secrets Manager",
        #[cfg(feature = "aws")]
        read: crate::secrets::aws_secret,
        #[cfg(not(feature = "aws"))]
        read: |_| Err(missing("aws")),
    },
    Source {
        variable: "IMGPROXY_ENV_AWS_SSM_PARAMETERS_PATH",
        complaint: "can't load config from AWS SSM",
        #[cfg(feature = "aws")]
        read: crate::secrets::aws_parameters,
        #[cfg(not(feature = "aws"))]
        read: |_| Err(missing("aws")),
    },
    Source {
        variable: "IMGPROXY_ENV_GCP_SECRET_ID",
        complaint: "can't load config from GCP Secret Manager",
        #[cfg(feature = "google")]
        read: crate::secrets::google_secret,
        #[cfg(not(feature = "google"))]
        read: |_| Err(missing("google")),
    },
    Source {
        variable: FILE,
        complaint: "can't load config from IMGPROXY_ENV_LOCAL_FILE_PATH",
        #[cfg(feature = "env-files")]
        read: file,
        #[cfg(not(feature = "env-files"))]
        read: |_| Err(missing("env-files")),
    },
];

#[cfg(not(all(feature = "aws", feature = "google", feature = "env-files")))]
fn missing(feature: &str) -> String {
    format!("this program was built without the feature `{feature}` of pixgate-config")
}

/// A missing file is always a mistake, so it ends the start; imgproxy says nothing.
#[cfg(feature = "env-files")]
fn file(given: &Variables) -> Result<Variables, String> {
    let path = value(given, FILE).unwrap_or_default();
    let text = std::fs::read_to_string(&path).map_err(|error| format!("`{path}`: {error}"))?;
    crate::env_file::parse(&text, given).map_err(|why| format!("`{path}`: {why}"))
}

const FILE: &str = "IMGPROXY_ENV_LOCAL_FILE_PATH";

#[cfg(test)]
#[cfg(feature = "env-files")]
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
