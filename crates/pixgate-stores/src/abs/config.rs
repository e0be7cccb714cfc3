//! The settings of `abs://`.

use std::path::PathBuf;

use pixgate_allow::BucketPolicy;
use pixgate_source::{Error, ErrorKind, Secret};

use crate::variables::Variables;

/// Where an Azure storage account is, who asks, and for which containers.
#[derive(Debug, Clone, Default)]
pub struct AbsConfig {
    /// The account; has to be there. imgproxy: `IMGPROXY_ABS_NAME`.
    pub account: String,
    /// Who asks. imgproxy: `IMGPROXY_ABS_KEY` if it is not blank, else an identity.
    pub credentials: AbsCredentials,
    /// Another endpoint, with the account in the path if the service expects it there; absent =
    /// `https://<account>.blob.core.windows.net`. imgproxy: `IMGPROXY_ABS_ENDPOINT`.
    pub endpoint: Option<String>,
    /// Which containers may be read. imgproxy: `IMGPROXY_ABS_ALLOWED_BUCKETS` and
    /// `IMGPROXY_ABS_DENIED_BUCKETS`.
    pub containers: BucketPolicy,
}

/// How requests to Azure are authorised.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AbsCredentials {
    /// One of the account's two keys, in base64. imgproxy: `IMGPROXY_ABS_KEY`.
    SharedKey(Secret),
    /// A shared access signature, with or without its question mark.
    SharedAccessSignature(Secret),
    /// A token of Microsoft Entra; only sent with TLS.
    Identity(AzureIdentity),
    /// Nobody in particular: public containers only.
    Anonymous,
}

impl Default for AbsCredentials {
    fn default() -> Self {
        Self::Identity(AzureIdentity::default())
    }
}

/// Where a token comes from: the first of these that is complete is used.
///
/// Not supported: the Azure CLI.
#[derive(Debug, Clone, Default)]
pub struct AzureIdentity {
    /// The tenant of a service principal or workload: `AZURE_TENANT_ID`.
    pub tenant_id: Option<String>,
    /// The application, or one of several managed identities: `AZURE_CLIENT_ID`.
    pub client_id: Option<String>,
    /// 1. With tenant and client a service principal: `AZURE_CLIENT_SECRET`.
    pub client_secret: Option<Secret>,
    /// The same with a certificate instead: a PEM with certificate and RSA key, not encrypted,
    /// read each time: `AZURE_CLIENT_CERTIFICATE_PATH`.
    pub client_certificate_file: Option<PathBuf>,
    /// 2. With tenant and client a workload identity, read each time:
    ///    `AZURE_FEDERATED_TOKEN_FILE`.
    pub federated_token_file: Option<PathBuf>,
    /// Who signs in: `AZURE_AUTHORITY_HOST`; absent = `https://login.microsoftonline.com/`.
    pub authority_host: Option<String>,
    /// 3. The managed identity of App Service and Container Apps: `IDENTITY_ENDPOINT`, with the
    ///    next field.
    pub identity_endpoint: Option<String>,
    /// What that service wants to see: `IDENTITY_HEADER`.
    pub identity_header: Option<Secret>,
    /// 4. The managed identity of a machine: `AZURE_POD_IDENTITY_AUTHORITY_HOST`; absent =
    ///    `http://169.254.169.254`.
    pub metadata_endpoint: Option<String>,
}

impl AbsConfig {
    /// Settings from imgproxy's and Azure's variables, which `variable` looks up by name.
    ///
    /// Blank values count as absent.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_stores::AbsConfig;
    ///
    /// let config = AbsConfig::from_variables(&|name| match name {
    ///     "IMGPROXY_ABS_NAME" => Some("photos".to_owned()),
    ///     _ => None,
    /// });
    /// assert_eq!(config.account, "photos");
    /// ```
    #[must_use]
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let from = Variables(variable);
        let credentials = match from.secret("IMGPROXY_ABS_KEY") {
            Some(key) => AbsCredentials::SharedKey(key),
            None => AbsCredentials::Identity(AzureIdentity::from_variables(&from)),
        };
        Self {
            account: from.text("IMGPROXY_ABS_NAME").unwrap_or_default(),
            credentials,
            endpoint: from.text("IMGPROXY_ABS_ENDPOINT"),
            containers: from.buckets("ABS"),
        }
    }

    /// Account, endpoint and credentials from a connection string, as the portal shows it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if there is no `AccountName`, or neither `AccountKey` nor
    /// `SharedAccessSignature`.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_stores::AbsConfig;
    ///
    /// let config = AbsConfig::from_connection_string(
    ///     "AccountName=photos;AccountKey=c2VjcmV0;EndpointSuffix=core.chinacloudapi.cn",
    /// )?;
    /// assert_eq!(config.endpoint.as_deref(), Some("https://photos.blob.core.chinacloudapi.cn"));
    /// # Ok::<(), pixgate_source::Error>(())
    /// ```
    pub fn from_connection_string(text: &str) -> Result<Self, Error> {
        let field = |name: &str| {
            let mut pairs = text.split(';').filter_map(|item| item.split_once('='));
            let found = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim().to_owned())
        };
        let invalid = || Error::new(ErrorKind::InvalidConfig { field: FIELD });
        let account = field("AccountName").ok_or_else(invalid)?;
        let key = field("AccountKey").map(|key| AbsCredentials::SharedKey(key.into()));
        let signature = || {
            let signature = field("SharedAccessSignature")?;
            Some(AbsCredentials::SharedAccessSignature(signature.into()))
        };
        let protocol = field("DefaultEndpointsProtocol").unwrap_or_else(|| "https".to_owned());
        let suffix = field("EndpointSuffix");
        let endpoint = suffix.map(|suffix| format!("{protocol}://{account}.blob.{suffix}"));
        Ok(Self {
            credentials: key.or_else(signature).ok_or_else(invalid)?,
            endpoint: field("BlobEndpoint").or(endpoint),
            account,
            containers: BucketPolicy::default(),
        })
    }
}

const FIELD: &str = "abs.connection_string";

impl AzureIdentity {
    fn from_variables(from: &Variables<'_>) -> Self {
        Self {
            tenant_id: from.text("AZURE_TENANT_ID"),
            client_id: from.text("AZURE_CLIENT_ID"),
            client_secret: from.secret("AZURE_CLIENT_SECRET"),
            client_certificate_file: from.path("AZURE_CLIENT_CERTIFICATE_PATH"),
            federated_token_file: from.path("AZURE_FEDERATED_TOKEN_FILE"),
            authority_host: from.text("AZURE_AUTHORITY_HOST"),
            identity_endpoint: from.text("IDENTITY_ENDPOINT"),
            identity_header: from.secret("IDENTITY_HEADER"),
            metadata_endpoint: from.text("AZURE_POD_IDENTITY_AUTHORITY_HOST"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_strings_are_read() {
        let read = |text| AbsConfig::from_connection_string(text).ok();
        let full = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0Cg==;\
                    BlobEndpoint=http://127.0.0.1:10000/a;";
        let config = read(full).unwrap();
        assert_eq!(config.endpoint.as_deref(), Some("http://127.0.0.1:10000/a"));
        let AbsCredentials::SharedKey(key) = &config.credentials else {
            panic!("{config:?}");
        };
        assert_eq!(key.expose(), "c2VjcmV0Cg==");
        let signed = read("AccountName=a;SharedAccessSignature=sv=2021&sig=x%3D").unwrap();
        assert!(matches!(
            signed.credentials,
            AbsCredentials::SharedAccessSignature(_)
        ));
        assert!(read("AccountName=a").is_none());
        assert!(read("AccountKey=a").is_none());
        assert!(!format!("{config:?}").contains("c2Vj"));
    }
}
