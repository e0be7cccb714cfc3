//! The settings of `s3://`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pixgate_allow::BucketPolicy;
use pixgate_source::Secret;

use crate::variables::Variables;

/// Where S3 is, who asks, and for which buckets.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// Who asks.
    pub credentials: AwsCredentials,
    /// The role that those credentials are exchanged for, if any.
    pub assume_role: Option<AssumeRole>,
    /// The region tried first: `IMGPROXY_S3_REGION`, `AWS_REGION`, `AWS_DEFAULT_REGION`. Absent =
    /// the region of the profile, else `us-west-1`.
    pub region: Option<String>,
    /// Another endpoint; without a scheme `http://` is put in front, and a path is kept:
    /// `IMGPROXY_S3_ENDPOINT`, `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`. Absent = Amazon's.
    pub endpoint: Option<String>,
    /// Bucket in the path instead of the host name; only matters with an endpoint. Default: true.
    /// imgproxy: `IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE`.
    pub path_style: bool,
    /// Aliases in URLs, and the ARN of an access point or the bucket that each stands for.
    /// imgproxy: `IMGPROXY_S3_ACCESS_POINTS`.
    pub access_points: BTreeMap<String, String>,
    /// Objects may have been encrypted before they were stored, by the S3 Encryption Client
    /// (version 2 or 3, AES-GCM) with a key of KMS; they are decrypted, others are not touched.
    /// imgproxy: `IMGPROXY_S3_USE_DECRYPTION_CLIENT`.
    pub client_side_encryption: bool,
    /// Where keys are unwrapped, `AWS_ENDPOINT_URL_KMS`; absent = Amazon's in the region.
    pub kms_endpoint: Option<String>,
    /// Where roles are assumed, `AWS_ENDPOINT_URL_STS`; absent = Amazon's in the region.
    pub sts_endpoint: Option<String>,
    /// Which buckets and aliases may be read. imgproxy: `IMGPROXY_S3_ALLOWED_BUCKETS` and
    /// `IMGPROXY_S3_DENIED_BUCKETS`.
    pub buckets: BucketPolicy,
}

impl Default for S3Config {
    fn default() -> Self {
        Self {
            credentials: AwsCredentials::default(),
            assume_role: None,
            region: None,
            endpoint: None,
            path_style: true,
            access_points: BTreeMap::new(),
            client_side_encryption: false,
            kms_endpoint: None,
            sts_endpoint: None,
            buckets: BucketPolicy::default(),
        }
    }
}

impl S3Config {
    /// Settings from imgproxy's and Amazon's variables, which `variable` looks up by name.
    ///
    /// Blank values count as absent. Files of profiles are looked for below `HOME`.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_stores::S3Config;
    ///
    /// let config = S3Config::from_variables(&|name| match name {
    ///     "AWS_REGION" => Some("eu-north-1".to_owned()),
    ///     _ => None,
    /// });
    /// assert_eq!(config.region.as_deref(), Some("eu-north-1"));
    /// ```
    #[must_use]
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let from = Variables(variable);
        let external_id = from.text("IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID");
        let role = from.text("IMGPROXY_S3_ASSUME_ROLE_ARN");
        let endpoints = [
            "IMGPROXY_S3_ENDPOINT",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL",
        ];
        Self {
            credentials: AwsCredentials::from_variables(&from),
            assume_role: role.map(|arn| AssumeRole { arn, external_id }),
            region: from.first(&["IMGPROXY_S3_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"]),
            endpoint: from.first(&endpoints),
            path_style: from.text(PATH_STYLE).is_none() || from.flag(PATH_STYLE),
            access_points: pairs(&from.text("IMGPROXY_S3_ACCESS_POINTS").unwrap_or_default()),
            client_side_encryption: from.flag("IMGPROXY_S3_USE_DECRYPTION_CLIENT"),
            kms_endpoint: from.first(&["AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"]),
            sts_endpoint: from.first(&["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"]),
            buckets: from.buckets("S3"),
        }
    }
}

const PATH_STYLE: &str = "IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE";

/// Reads `name=value,name=value`.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let items = text.split(',').filter_map(|item| item.split_once('='));
    items
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// A role to assume with other credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role, `IMGPROXY_S3_ASSUME_ROLE_ARN`.
    pub arn: String,
    /// What the role's owner wants to see, `IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID`.
    pub external_id: Option<String>,
}

/// Where Amazon's credentials come from: the first of these groups that is there is used.
///
/// Not supported: single sign-on and `credential_process`.
#[derive(Debug, Clone, Default)]
pub struct AwsCredentials {
    /// 1. A fixed key, with the next field: `AWS_ACCESS_KEY_ID`.
    pub access_key_id: Option<String>,
    /// The secret of the fixed key: `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: Option<Secret>,
    /// Comes with temporary keys: `AWS_SESSION_TOKEN`.
    pub session_token: Option<Secret>,
    /// 2. A token of another identity provider, as Kubernetes has it:
    ///    `AWS_WEB_IDENTITY_TOKEN_FILE`, with the next field.
    pub web_identity_token_file: Option<PathBuf>,
    /// The role for that token: `AWS_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// How sessions are called in Amazon's logs: `AWS_ROLE_SESSION_NAME`.
    pub role_session_name: Option<String>,
    /// 3. A profile in the following files: `AWS_PROFILE`; absent = `default`.
    pub profile: Option<String>,
    /// Keys of profiles: `AWS_SHARED_CREDENTIALS_FILE`, else `.aws/credentials` below `HOME`.
    pub credentials_file: Option<PathBuf>,
    /// Regions, roles and keys of profiles: `AWS_CONFIG_FILE`, else `.aws/config` below `HOME`.
    pub config_file: Option<PathBuf>,
    /// 4. The container's own service: `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub container_url: Option<String>,
    /// The same as a path on `169.254.170.2`: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`.
    pub container_path: Option<String>,
    /// What that service wants as `Authorization`: `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
    pub container_token: Option<Secret>,
    /// The same in a file, read each time: `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
    pub container_token_file: Option<PathBuf>,
    /// 5. The metadata service of the instance, second version:
    ///    `AWS_EC2_METADATA_SERVICE_ENDPOINT`; absent = `http://169.254.169.254`.
    pub metadata_endpoint: Option<String>,
    /// Leave the metadata service out: `AWS_EC2_METADATA_DISABLED`.
    pub metadata_disabled: bool,
}

impl AwsCredentials {
    fn from_variables(from: &Variables<'_>) -> Self {
        let below_home = |file| from.path("HOME").map(|home| home.join(file));
        let file = |name, file| from.path(name).or_else(|| below_home(file));
        Self {
            access_key_id: from.first(&["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"]),
            secret_access_key: from
                .secret("AWS_SECRET_ACCESS_KEY")
                .or_else(|| from.secret("AWS_SECRET_KEY")),
            session_token: from.secret("AWS_SESSION_TOKEN"),
            web_identity_token_file: from.path("AWS_WEB_IDENTITY_TOKEN_FILE"),
            role_arn: from.text("AWS_ROLE_ARN"),
            role_session_name: from.text("AWS_ROLE_SESSION_NAME"),
            profile: from.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]),
            credentials_file: file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
            config_file: file("AWS_CONFIG_FILE", ".aws/config"),
            container_url: from.text("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
            container_path: from.text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
            container_token: from.secret("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
            container_token_file: from.path("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
            metadata_endpoint: from.text("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
            metadata_disabled: from.flag("AWS_EC2_METADATA_DISABLED"),
        }
    }
}
