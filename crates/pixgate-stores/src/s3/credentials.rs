//! Keys for Amazon's services, from wherever they come.

use std::path::Path;
use std::time::Duration;

use http::header::{self, HeaderMap, HeaderValue};
use pixgate_source::{Error, ErrorKind, Secret, client::first_bytes};
use reqwest::{Method, Response};
use serde_json::Value;

use super::config::{AssumeRole, AwsCredentials, S3Config};
use super::keys::{Keys, missing};
use super::profile::{DEFAULT, Profile};
use super::sts::Sts;
use crate::cached::{Cached, Fresh};
use crate::client::{self, StoreClient};
use crate::utc;

/// Finds keys and holds them until they end.
#[derive(Debug)]
pub(super) struct KeyChain {
    credentials: AwsCredentials,
    role: Option<AssumeRole>,
    sts_endpoint: Option<String>,
    region: String,
    first: Cached<Keys>,
    assumed: Cached<Keys>,
}

impl KeyChain {
    pub(super) fn new(s3: &S3Config, region: &str) -> Self {
        Self {
            credentials: s3.credentials.clone(),
            role: s3.assume_role.clone(),
            sts_endpoint: s3.sts_endpoint.clone(),
            region: region.to_owned(),
            first: Cached::default(),
            assumed: Cached::default(),
        }
    }

    /// Keys that are good now.
    pub(super) async fn keys(&self, client: &StoreClient) -> Result<Keys, Error> {
        let first = self.first.value(Box::pin(self.find(client)));
        let Some(role) = &self.role else {
            return first.await;
        };
        let sts = self.sts(client);
        let exchange = async {
            let keys = first.await?;
            let external_id = role.external_id.as_deref();
            sts.assume_role(&role.arn, external_id, &keys).await
        };
        self.assumed.value(Box::pin(exchange)).await
    }

    /// Makes the next request look for keys again, if that can find others.
    pub(super) fn forget(&self) -> bool {
        self.first.forget();
        self.assumed.forget();
        self.role.is_some() || fixed(&self.credentials).is_none()
    }

    async fn find(&self, client: &StoreClient) -> Result<Fresh<Keys>, Error> {
        let from = &self.credentials;
        if let Some(keys) = fixed(from) {
            return Ok(for_ever(keys));
        }
        if let (Some(file), Some(role)) = (&from.web_identity_token_file, &from.role_arn) {
            return self.web_identity(client, file, role).await;
        }
        let profile = self.profile(from.profile.as_deref().unwrap_or(DEFAULT));
        if let Some(found) = self.of_profile(client, &profile).await? {
            return Ok(found);
        }
        if from.container_url.is_some() || from.container_path.is_some() {
            return container(client, from).await;
        }
        if from.metadata_disabled {
            return Err(missing(NOTHING));
        }
        instance(client, from.metadata_endpoint.as_deref()).await
    }

    fn profile(&self, name: &str) -> Profile {
        let from = &self.credentials;
        let credentials = from.credentials_file.as_deref();
        Profile::read(name, credentials, from.config_file.as_deref())
    }

    async fn web_identity(
        &self,
        client: &StoreClient,
        file: &Path,
        role: &str,
    ) -> Result<Fresh<Keys>, Error> {
        let token = read_file(file).await?;
        let sts = self.sts(client);
        sts.assume_role_with(role, token.expose().trim()).await
    }

    /// The keys of a profile or of its role; `None` if it has neither.
    async fn of_profile(
        &self,
        client: &StoreClient,
        profile: &Profile,
    ) -> Result<Option<Fresh<Keys>>, Error> {
        let Some(role) = profile.text("role_arn") else {
            return Ok(in_profile(profile).map(|keys| Fresh {
                value: keys,
                lifetime: Some(REREAD),
            }));
        };
        if let Some(file) = profile.text("web_identity_token_file") {
            let keys = self.web_identity(client, Path::new(file), role);
            return keys.await.map(Some);
        }
        let keys = self.behind_role(client, profile).await?;
        let external_id = profile.text("external_id");
        let sts = self.sts(client);
        sts.assume_role(role, external_id, &keys).await.map(Some)
    }

    /// With what the role of a profile is assumed.
    async fn behind_role(&self, client: &StoreClient, profile: &Profile) -> Result<Keys, Error> {
        if let Some(name) = profile.text("source_profile") {
            let keys = in_profile(&self.profile(name));
            return keys.ok_or_else(|| missing("the `source_profile` of the profile has no keys"));
        }
        let from = &self.credentials;
        let fresh = match profile.text("credential_source") {
            Some("EcsContainer") => container(client, from).await?,
            Some("Ec2InstanceMetadata") => {
                instance(client, from.metadata_endpoint.as_deref()).await?
            }
            _ => {
                return Err(missing(
                    "the profile has a role and nothing to assume it with",
                ));
            }
        };
        Ok(fresh.value)
    }

    fn sts<'a>(&'a self, client: &'a StoreClient) -> Sts<'a> {
        let name = self.credentials.role_session_name.as_deref();
        Sts {
            client,
            endpoint: self.sts_endpoint.as_deref(),
            region: &self.region,
            session_name: name.unwrap_or("pixgate"),
        }
    }
}

/// The region that a profile names.
pub(super) fn region_of_profile(from: &AwsCredentials) -> Option<String> {
    let name = from.profile.as_deref().unwrap_or(DEFAULT);
    let credentials = from.credentials_file.as_deref();
    let profile = Profile::read(name, credentials, from.config_file.as_deref());
    profile.text("region").map(str::to_owned)
}

fn fixed(from: &AwsCredentials) -> Option<Keys> {
    Some(Keys {
        id: from.access_key_id.clone()?,
        secret: from.secret_access_key.clone()?,
        session_token: from.session_token.clone(),
    })
}

fn in_profile(profile: &Profile) -> Option<Keys> {
    Some(Keys {
        id: profile.text("aws_access_key_id")?.to_owned(),
        secret: profile.text("aws_secret_access_key")?.into(),
        session_token: profile.text("aws_session_token").map(Secret::from),
    })
}

/// Asks the service of ECS or EKS.
async fn container(client: &StoreClient, from: &AwsCredentials) -> Result<Fresh<Keys>, Error> {
    let url = match (&from.container_url, &from.container_path) {
        (Some(url), _) => url.clone(),
        (None, path) => format!("{CONTAINER_HOST}{}", path.as_deref().unwrap_or_default()),
    };
    let token = match &from.container_token_file {
        Some(file) => Some(read_file(file).await?),
        None => from.container_token.clone(),
    };
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        headers.insert(header::AUTHORIZATION, secret_header(token.expose().trim())?);
    }
    let request = client::get(&url, headers)?;
    json(
        client.send_to_neighbour(&request).await?,
        "the container's credential service",
    )
    .await
}

/// Asks the metadata service of EC2 in its second version.
async fn instance(client: &StoreClient, endpoint: Option<&str>) -> Result<Fresh<Keys>, Error> {
    let endpoint = endpoint.unwrap_or(INSTANCE_HOST).trim_end_matches('/');
    let mut headers = HeaderMap::new();
    headers.insert(TOKEN_LIFETIME, HeaderValue::from_static("21600"));
    let request = client::request(
        Method::PUT,
        &format!("{endpoint}/latest/api/token"),
        headers,
    )?;
    let response = client.send_to_neighbour(&request).await;
    let token = text(response.map_err(no_instance)?, INSTANCE).await?;
    let get = |path: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(TOKEN, secret_header(&token)?);
        client::get(&format!("{endpoint}{ROLES}{path}"), headers)
    };
    let role = text(client.send_to_neighbour(&get("")?).await?, INSTANCE).await?;
    let role = role.lines().next().unwrap_or_default();
    json(client.send_to_neighbour(&get(role)?).await?, INSTANCE).await
}

async fn text(response: Response, service: &str) -> Result<String, Error> {
    let status = response.status();
    if !status.is_success() {
        return Err(missing(&format!(
            "{service} answers with status {}",
            status.as_u16()
        )));
    }
    let page = first_bytes(response, MAX_PAGE_BYTES).await?;
    Ok(String::from_utf8_lossy(&page).trim().to_owned())
}

async fn json(response: Response, service: &str) -> Result<Fresh<Keys>, Error> {
    let page = text(response, service).await?;
    let keys = parse(&page);
    keys.ok_or_else(|| missing(&format!("{service} answered without keys")))
}

fn parse(page: &str) -> Option<Fresh<Keys>> {
    let answer: Value = serde_json::from_str(page).ok()?;
    let field = |name: &str| answer.get(name)?.as_str();
    let end = field("Expiration").and_then(utc::parse_utc);
    Some(Fresh {
        value: Keys {
            id: field("AccessKeyId")?.to_owned(),
            secret: field("SecretAccessKey")?.into(),
            session_token: field("Token").map(Secret::from),
        },
        lifetime: end.map(utc::until),
    })
}

async fn read_file(path: &Path) -> Result<Secret, Error> {
    let text = tokio::fs::read_to_string(path).await;
    text.map(Secret::new).map_err(|error| {
        let reason = format!("token file `{}` cannot be read", path.display());
        Error::with_source(ErrorKind::NoCredentials { reason }, error)
    })
}

fn secret_header(text: &str) -> Result<HeaderValue, Error> {
    let value = HeaderValue::try_from(text);
    let mut value = value.map_err(|_| missing("a token cannot be sent as a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn for_ever(keys: Keys) -> Fresh<Keys> {
    Fresh {
        value: keys,
        lifetime: None,
    }
}

fn no_instance(error: Error) -> Error {
    let reason = NOTHING.to_owned();
    Error::with_source(ErrorKind::NoCredentials { reason }, error)
}

const NOTHING: &str = "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run \
                       with a profile, a web identity, or the role of a container or instance";
const INSTANCE: &str = "the metadata service of the instance";
const INSTANCE_HOST: &str = "http://169.254.169.254";
const CONTAINER_HOST: &str = "http://169.254.170.2";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const TOKEN: &str = "x-aws-ec2-metadata-token";
const TOKEN_LIFETIME: &str = "x-aws-ec2-metadata-token-ttl-seconds";
/// Session tokens have some kilobytes at most.
const MAX_PAGE_BYTES: usize = 64 << 10;
/// Files of profiles are changed by tools that renew keys.
const REREAD: Duration = Duration::from_secs(300);
