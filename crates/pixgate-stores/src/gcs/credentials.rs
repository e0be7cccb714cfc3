//! Tokens for Cloud Storage.

use std::fs;
use std::path::Path;

use http::header::{self, HeaderMap, HeaderValue};
use pixgate_source::{Error, ErrorKind, Secret};
use serde_json::Value;

use super::config::{GcsCredentials, GoogleAmbient};
use super::service_account::{FIELD, ServiceAccount, TOKEN_URL};
use crate::cached::{Cached, Fresh};
use crate::client::{self, StoreClient};
use crate::{form, oauth, object};

/// Fetches tokens from one origin and holds them.
#[derive(Debug)]
pub(super) struct Tokens {
    origin: Origin,
    scope: &'static str,
    cached: Cached<Secret>,
}

#[derive(Debug)]
enum Origin {
    Nobody,
    Account(Box<ServiceAccount>),
    User(User),
    MetadataServer { host: String },
}

/// What `gcloud auth application-default login` leaves behind.
#[derive(Debug)]
struct User {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
}

impl Tokens {
    pub(super) fn new(credentials: &GcsCredentials) -> Result<Self, Error> {
        let origin = match credentials {
            GcsCredentials::Key(text) => Origin::read(text.expose())?,
            GcsCredentials::File(path) => Origin::open(path)?,
            GcsCredentials::MetadataServer { host } => Origin::metadata(host.as_deref()),
            GcsCredentials::Ambient(ambient) => Origin::find(ambient)?,
            GcsCredentials::Anonymous => Origin::Nobody,
        };
        Ok(Self {
            origin,
            scope: SCOPE,
            cached: Cached::default(),
        })
    }

    /// Tokens that are good for something else than reading objects.
    pub(super) fn with_scope(mut self, scope: &'static str) -> Self {
        self.scope = scope;
        self
    }

    /// A token that is good now; `None` for anonymous requests.
    pub(super) async fn value(&self, client: &StoreClient) -> Result<Option<Secret>, Error> {
        if matches!(self.origin, Origin::Nobody) {
            return Ok(None);
        }
        let fetch = self.origin.fetch(client, self.scope);
        self.cached.value(fetch).await.map(Some)
    }

    pub(super) fn is_from_metadata(&self) -> bool {
        matches!(self.origin, Origin::MetadataServer { .. })
    }

    /// Adds `Authorization`, unless requests are anonymous.
    pub(super) async fn authorize(
        &self,
        client: &StoreClient,
        headers: &mut HeaderMap,
    ) -> Result<(), Error> {
        if let Some(token) = self.value(client).await? {
            headers.insert(header::AUTHORIZATION, oauth::bearer(&token)?);
        }
        Ok(())
    }

    /// Makes the next request fetch a new token, if there are tokens.
    pub(super) fn forget(&self) -> bool {
        self.cached.forget();
        !matches!(self.origin, Origin::Nobody)
    }
}

impl Origin {
    fn metadata(host: Option<&str>) -> Self {
        let host = host.filter(|host| !host.is_empty());
        Self::MetadataServer {
            host: host.unwrap_or(METADATA_HOST).to_owned(),
        }
    }

    fn find(ambient: &GoogleAmbient) -> Result<Self, Error> {
        if let Some(path) = &ambient.application_credentials {
            return Self::open(path);
        }
        let file = ambient.gcloud_folder.as_deref();
        let file = file.map(|folder| folder.join(GCLOUD_FILE));
        if let Some(path) = file.filter(|path| path.is_file()) {
            return Self::open(&path);
        }
        if ambient.metadata_host.is_none() && ambient.no_metadata_server {
            let reason = "no Google credentials: set IMGPROXY_GCS_KEY or \
                          GOOGLE_APPLICATION_CREDENTIALS, or run where there is a metadata server";
            let reason = reason.to_owned();
            return Err(ErrorKind::NoCredentials { reason }.into());
        }
        Ok(Self::metadata(ambient.metadata_host.as_deref()))
    }

    fn open(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|error| {
            Error::with_source(ErrorKind::InvalidConfig { field: FIELD }, error)
        })?;
        Self::read(&text)
    }

    fn read(text: &str) -> Result<Self, Error> {
        let invalid = || Error::new(ErrorKind::InvalidConfig { field: FIELD });
        let key: Value = serde_json::from_str(text).map_err(|_| invalid())?;
        let field = |name: &str| key.get(name)?.as_str().map(str::to_owned);
        match field("type").as_deref() {
            Some("service_account") => ServiceAccount::read(&key).map(Box::new).map(Self::Account),
            Some("authorized_user") => User::read(&key).map(Self::User).ok_or_else(invalid),
            Some(other) => {
                let cause = format!("credentials of type `{other}` are not supported");
                let kind = ErrorKind::InvalidConfig { field: FIELD };
                Err(Error::with_source(kind, cause))
            }
            None => Err(invalid()),
        }
    }

    async fn fetch(&self, client: &StoreClient, scope: &str) -> Result<Fresh<Secret>, Error> {
        let response = match self {
            Self::Nobody => return Err(nobody()),
            Self::Account(account) => client.send(&account.request(scope)?).await?,
            Self::User(user) => client.send(&user.request()?).await?,
            Self::MetadataServer { host } => {
                let request = metadata_request(host, scope)?;
                let response = client.send_to_neighbour(&request).await;
                response.map_err(|error| no_metadata_server(host, error))?
            }
        };
        oauth::token(response, self.name()).await
    }

    fn name(&self) -> &'static str {
        match self {
            Self::MetadataServer { .. } => "metadata server",
            _ => "token service of Google",
        }
    }
}

impl User {
    fn read(key: &Value) -> Option<Self> {
        let field = |name: &str| key.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            client_id: field("client_id")?,
            client_secret: field("client_secret")?.into(),
            refresh_token: field("refresh_token")?.into(),
        })
    }

    fn request(&self) -> Result<reqwest::Request, Error> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose()),
            ("refresh_token", self.refresh_token.expose()),
        ];
        form::post(TOKEN_URL, &fields)
    }
}

fn metadata_request(host: &str, scope: &str) -> Result<reqwest::Request, Error> {
    let scope = object::encode(scope);
    let url = format!("http://{host}{METADATA_PATH}?scopes={scope}");
    let mut headers = HeaderMap::new();
    headers.insert("metadata-flavor", HeaderValue::from_static("Google"));
    client::get(&url, headers)
}

fn no_metadata_server(host: &str, error: Error) -> Error {
    let reason = format!(
        "the metadata server `{host}` does not answer; where there is none, set IMGPROXY_GCS_KEY \
         or GOOGLE_APPLICATION_CREDENTIALS"
    );
    Error::with_source(ErrorKind::NoCredentials { reason }, error)
}

fn nobody() -> Error {
    let reason = "requests are anonymous".to_owned();
    ErrorKind::NoCredentials { reason }.into()
}

/// Reading objects and nothing else.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// Google's token service, for keys that name none.
/// The fixed address of `metadata.google.internal`.
const METADATA_HOST: &str = "169.254.169.254";
const METADATA_PATH: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
const GCLOUD_FILE: &str = "application_default_credentials.json";

#[cfg(test)]
mod tests {
    use super::*;

    fn ambient(change: impl FnOnce(&mut GoogleAmbient)) -> Result<Origin, Error> {
        let mut ambient = GoogleAmbient::default();
        change(&mut ambient);
        Origin::find(&ambient)
    }

    #[test]
    fn ambient_credentials_are_found_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let user = r#"{"type": "authorized_user", "client_id": "i", "client_secret": "s",
                       "refresh_token": "r"}"#;
        let of_metadata =
            |origin: Result<Origin, Error>| matches!(origin, Ok(Origin::MetadataServer { .. }));
        assert!(of_metadata(ambient(|a| {
            a.gcloud_folder = Some(folder.path().to_owned());
        })));
        fs::write(folder.path().join(GCLOUD_FILE), user).unwrap();
        let found = ambient(|a| a.gcloud_folder = Some(folder.path().to_owned()));
        assert!(matches!(found, Ok(Origin::User(_))));
        assert!(ambient(|a| a.application_credentials = Some("/missing".into())).is_err());
        assert!(ambient(|a| a.no_metadata_server = true).is_err());
        assert!(of_metadata(ambient(|a| {
            a.no_metadata_server = true;
            a.metadata_host = Some("127.0.0.1:1".to_owned());
        })));
    }

    #[test]
    fn keys_of_other_kinds_are_named() {
        let error = Origin::read(r#"{"type": "external_account"}"#).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(
            cause,
            "credentials of type `external_account` are not supported"
        );
        for text in ["", "garbage", "{}", r#"{"type": "service_account"}"#] {
            assert!(Origin::read(text).is_err(), "{text}");
        }
    }
}
