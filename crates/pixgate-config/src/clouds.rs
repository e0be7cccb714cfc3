//! Variables that are not in the table: those of the clouds' own tools, and of named accounts.

use std::collections::BTreeMap;

use crate::Kind;
use crate::table;

/// What the clouds' own tools read as well: credentials, regions, identity services.
pub(super) fn cloud_variables(given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_ours = |name: &str| is_cloud(name) || name.starts_with(ACCOUNT_PREFIX);
    let cloud = given.iter().filter(|(name, _)| is_ours(name));
    cloud
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Whether the clouds' own tools read it.
pub(super) fn is_cloud(name: &str) -> bool {
    name == "HOME" || CLOUD_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a name is that of a store's variable behind `PIXGATE_ACCOUNT_<ACCOUNT>_`.
pub(super) fn is_of_account(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(ACCOUNT_PREFIX) else {
        return false;
    };
    let is_known = |(at, _)| {
        let name = rest.get(at + 1..).unwrap_or_default();
        let variable = table::find(name);
        variable.is_some_and(|variable| matches!(variable.kind, Kind::Store)) || is_cloud(name)
    };
    rest.match_indices('_').any(is_known)
}

const ACCOUNT_PREFIX: &str = "PIXGATE_ACCOUNT_";
const CLOUD_PREFIXES: [&str; 8] = [
    "AWS_",
    "GOOGLE_",
    "GCE_",
    "NO_GCE_",
    "CLOUDSDK_",
    "AZURE_",
    "IDENTITY_",
    "MSI_",
];

#[cfg(test)]
mod tests {
    use crate::tests::{joined, with};

    #[test]
    fn variables_of_accounts_are_no_strangers() {
        let settings = with(&[
            ("PIXGATE_S3_ACCOUNTS", "old=the_archive"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_AWS_PROFILE", "x"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_S3_REGION", "y"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_QUALITY", "80"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_S3_REGIO", "z"),
        ])
        .expect("warnings only");
        let warnings = joined(&settings);
        for (name, is_warned) in [
            ("AWS_PROFILE", false),
            ("IMGPROXY_S3_REGION ", false),
            ("IMGPROXY_QUALITY is not known", true),
            ("IMGPROXY_S3_REGIO is not known", true),
        ] {
            assert_eq!(warnings.contains(name), is_warned, "{warnings}");
        }
        let stores = settings.proxy.source.stores.0;
        assert!(stores.contains_key("PIXGATE_ACCOUNT_THE_ARCHIVE_AWS_PROFILE"));
        assert!(stores.contains_key("PIXGATE_S3_ACCOUNTS"));
    }
}
