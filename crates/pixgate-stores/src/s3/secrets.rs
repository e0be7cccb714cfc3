//! Variables that are kept by AWS Secrets Manager and the SSM Parameter Store.

use http::header::{self, HeaderName, HeaderValue};
use pixgate_source::{Config, Error, ErrorKind, client::first_bytes};
use serde_json::{Value, json};

use super::config::S3Config;
use super::credentials::{self, KeyChain};
use super::sign::{self, Scope};
use super::{DEFAULT_REGION, address};
use crate::client::{self, StoreClient};
use crate::utc;
use crate::variables::Variables;

/// Which secret of AWS Secrets Manager.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsSecretId {
    /// Name or ARN.
    pub id: String,
    /// The exact version, which goes before the stage.
    pub version_id: Option<String>,
    /// The label of a version.
    pub version_stage: Option<String>,
}

/// Reads secrets and parameters with the credentials that sources in S3 would have.
///
/// # Examples
///
/// ```no_run
/// use pixgate_source::Config;
/// use pixgate_stores::{AwsSecrets, AwsSecretId};
///
/// # async fn read() -> Result<(), pixgate_source::Error> {
/// let variable = |name: &str| (name == "AWS_REGION").then(|| "eu-west-1".to_owned());
/// let secrets = AwsSecrets::new(&Config::default(), &variable, None)?;
/// let secret = AwsSecretId { id: "prod/images".to_owned(), ..AwsSecretId::default() };
/// let text = secrets.secret(&secret).await?;
/// # drop(text); Ok(()) }
/// ```
#[derive(Debug)]
pub struct AwsSecrets {
    client: StoreClient,
    keys: KeyChain,
    region: String,
    secrets: Option<String>,
    parameters: Option<String>,
}

impl AwsSecrets {
    /// Makes the client; `variable` looks up Amazon's own variables, credentials among them, and
    /// `region` goes before the one that they name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if no client can be made of `config`.
    pub fn new(
        config: &Config,
        variable: &dyn Fn(&str) -> Option<String>,
        region: Option<String>,
    ) -> Result<Self, Error> {
        let from = Variables(variable);
        let mut settings = S3Config::from_variables(variable);
        settings.assume_role = None;
        let region = region
            .or_else(|| from.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]))
            .or_else(|| credentials::region_of_profile(&settings.credentials))
            .unwrap_or_else(|| DEFAULT_REGION.to_owned());
        Ok(Self {
            client: StoreClient::new(config)?,
            keys: KeyChain::new(&settings, &region),
            region,
            secrets: from.first(&["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"]),
            parameters: from.first(&["AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"]),
        })
    }

    /// The text of a secret; none if it has only bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`], [`ErrorKind::Status`] if the service refuses, with its words
    /// behind it, and the errors of a connection.
    pub async fn secret(&self, secret: &AwsSecretId) -> Result<Option<String>, Error> {
        let mut asked = json!({ "SecretId": secret.id });
        match (&secret.version_id, &secret.version_stage) {
            (Some(version), _) => add(&mut asked, "VersionId", version.as_str()),
            (None, Some(stage)) => add(&mut asked, "VersionStage", stage.as_str()),
            (None, None) => {}
        }
        let answer = self
            .call("secretsmanager", "secretsmanager.GetSecretValue", &asked)
            .await?;
        Ok(answer
            .get("SecretString")
            .and_then(Value::as_str)
            .map(str::to_owned))
    }

    /// Names and values of all text parameters below a path, decrypted.
    ///
    /// Names come without the path and its slash, and with `_` for every other slash.
    ///
    /// # Errors
    ///
    /// As [`AwsSecrets::secret`].
    pub async fn parameters(&self, path: &str) -> Result<Vec<(String, String)>, Error> {
        let mut asked = json!({ "Path": path, "Recursive": true, "WithDecryption": true });
        let mut found = Vec::new();
        for _ in 0..MAX_PAGES {
            let answer = self
                .call("ssm", "AmazonSSM.GetParametersByPath", &asked)
                .await?;
            let parameters = answer.get("Parameters").and_then(Value::as_array);
            let parameters = parameters.into_iter().flatten();
            found.extend(parameters.filter_map(|parameter| variable(parameter, path)));
            match answer.get("NextToken").and_then(Value::as_str) {
                Some(token) if !token.is_empty() => add(&mut asked, "NextToken", token),
                _ => break,
            }
        }
        Ok(found)
    }

    async fn call(&self, service: &str, target: &str, asked: &Value) -> Result<Value, Error> {
        let endpoint = match service {
            "ssm" => &self.parameters,
            _ => &self.secrets,
        };
        let url = endpoint.clone().unwrap_or_else(|| {
            let domain = address::domain(&self.region);
            format!("https://{service}.{}.{domain}/", self.region)
        });
        let mut headers = http::HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-amz-json-1.1"),
        );
        if let Ok(target) = HeaderValue::try_from(target) {
            headers.insert(TARGET, target);
        }
        let mut request = client::request(reqwest::Method::POST, &url, headers)?;
        *request.body_mut() = Some(asked.to_string().into());
        let keys = self.keys.keys(&self.client).await?;
        let scope = Scope {
            region: &self.region,
            service,
        };
        sign::sign(&mut request, &keys, scope, utc::now())?;
        let response = self.client.send(&request).await?;
        let status = response.status().as_u16();
        let text = first_bytes(response, MAX_BYTES).await?;
        if status == 200 {
            return serde_json::from_slice(&text)
                .map_err(|error| Error::with_source(ErrorKind::Status { status }, error));
        }
        let words = String::from_utf8_lossy(&text).into_owned();
        Err(Error::with_source(ErrorKind::Status { status }, words))
    }
}

fn add(asked: &mut Value, name: &str, value: &str) {
    if let Some(asked) = asked.as_object_mut() {
        asked.insert(name.to_owned(), value.into());
    }
}

fn variable(parameter: &Value, path: &str) -> Option<(String, String)> {
    let text = |name| parameter.get(name)?.as_str();
    if text("DataType").is_some_and(|kind| kind != "text") {
        return None;
    }
    let name = text("Name")?;
    let name = name.strip_prefix(path).unwrap_or(name);
    let name = name.strip_prefix('/').unwrap_or(name);
    Some((name.replace('/', "_"), text("Value")?.to_owned()))
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// Far more than the services give at once.
const MAX_BYTES: usize = 4 << 20;
/// Ten parameters each.
const MAX_PAGES: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters_become_names_of_variables() {
        let parameter =
            |name: &str, kind: &str| json!({"Name": name, "Value": "v", "DataType": kind});
        let named = |name, kind, path| variable(&parameter(name, kind), path).map(|(name, _)| name);
        let cloud_watch = "/imgproxy/prod/IMGPROXY_CLOUD_WATCH/SERVICE_NAME";
        for path in ["/imgproxy/prod", "/imgproxy/prod/"] {
            assert_eq!(
                named(cloud_watch, "text", path).as_deref(),
                Some("IMGPROXY_CLOUD_WATCH_SERVICE_NAME")
            );
        }
        assert_eq!(named("/p/A", "aws:ec2:image", "/p"), None);
    }
}
