//! Signing in: TempAuth (version 1) and Keystone (versions 2 and 3).

use http::header::{self, HeaderMap, HeaderValue};
use pixgate_source::{Error, ErrorKind, Secret, client::first_bytes};
use reqwest::{Method, Request, Response};
use serde_json::{Value, json};

use super::config::SwiftConfig;
use crate::answer::{Refusal, text};
use crate::cached::Fresh;
use crate::client::{self, StoreClient};
use crate::utc;

/// What signing in gives.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) token: Secret,
    pub(super) storage_url: String,
}

/// How to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    One,
    Two,
    Three,
}

impl Version {
    /// The configured version, or the one that the URL names.
    pub(super) fn of(swift: &SwiftConfig) -> Option<Self> {
        let named = |part: &str| swift.auth_url.contains(part);
        match swift.auth_version {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            0 if named("v3") => Some(Self::Three),
            0 if named("v2") => Some(Self::Two),
            0 if named("v1") => Some(Self::One),
            _ => None,
        }
    }
}

/// Signs in.
pub(super) async fn login(
    client: &StoreClient,
    swift: &SwiftConfig,
    version: Version,
) -> Result<Fresh<Session>, Error> {
    let response = client.send(&request(swift, version)?).await?;
    if !response.status().is_success() {
        let refusal = Refusal::read(response).await;
        let status = refusal.status;
        let reason = format!("Swift refuses to sign in, status {status}");
        let advice = "check IMGPROXY_SWIFT_USERNAME, IMGPROXY_SWIFT_API_KEY, the tenant or domain \
                      and IMGPROXY_SWIFT_AUTH_URL";
        let cause = refusal.into_error(status, advice.to_owned());
        return Err(Error::with_source(
            ErrorKind::NoCredentials { reason },
            cause,
        ));
    }
    let session = match version {
        Version::One => by_headers(response.headers()),
        Version::Two => by_v2(&body(response).await?),
        Version::Three => {
            let token = text(response.headers(), &SUBJECT_TOKEN).map(Secret::from);
            by_v3(&body(response).await?, token)
        }
    };
    session.ok_or_else(|| {
        let reason = "Swift's sign-in answers without a token or an object store".to_owned();
        ErrorKind::NoCredentials { reason }.into()
    })
}

fn request(swift: &SwiftConfig, version: Version) -> Result<Request, Error> {
    let url = swift.auth_url.trim_end_matches('/');
    match version {
        Version::One => {
            let mut headers = HeaderMap::new();
            headers.insert("x-auth-user", secret_header(&swift.username)?);
            headers.insert("x-auth-key", secret_header(swift.api_key.expose())?);
            client::get(url, headers)
        }
        Version::Two => post(&format!("{url}/tokens"), &v2_body(swift)),
        Version::Three => post(&format!("{url}/auth/tokens"), &v3_body(swift)),
    }
}

fn v2_body(swift: &SwiftConfig) -> Value {
    let user = json!({"username": swift.username, "password": swift.api_key.expose()});
    let mut auth = json!({"passwordCredentials": user});
    if let (Some(tenant), Some(auth)) = (&swift.tenant, auth.as_object_mut()) {
        auth.insert("tenantName".to_owned(), json!(tenant));
    }
    json!({"auth": auth})
}

fn v3_body(swift: &SwiftConfig) -> Value {
    let domain = json!({"name": swift.domain.as_deref().unwrap_or("Default")});
    let user = json!({
        "name": swift.username,
        "password": swift.api_key.expose(),
        "domain": domain,
    });
    let mut auth = json!({"identity": {"methods": ["password"], "password": {"user": user}}});
    if let (Some(tenant), Some(auth)) = (&swift.tenant, auth.as_object_mut()) {
        let project = json!({"project": {"name": tenant, "domain": domain}});
        auth.insert("scope".to_owned(), project);
    }
    json!({"auth": auth})
}

fn post(url: &str, body: &Value) -> Result<Request, Error> {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let mut request = client::request(Method::POST, url, headers)?;
    *request.body_mut() = Some(body.to_string().into());
    Ok(request)
}

async fn body(response: Response) -> Result<Value, Error> {
    let page = first_bytes(response, MAX_CATALOG_BYTES).await?;
    Ok(serde_json::from_slice(&page).unwrap_or_default())
}

fn by_headers(headers: &HeaderMap) -> Option<Fresh<Session>> {
    let find = |name: &'static str| headers.get(name)?.to_str().ok();
    let token = find("x-auth-token").or(find("x-storage-token"))?;
    Some(Fresh {
        value: Session {
            token: token.into(),
            storage_url: find("x-storage-url")?.to_owned(),
        },
        lifetime: None,
    })
}

fn by_v2(answer: &Value) -> Option<Fresh<Session>> {
    let access = answer.get("access")?;
    let token = access.get("token")?;
    let endpoints = object_store(access.get("serviceCatalog")?)?;
    Some(Fresh {
        value: Session {
            token: token.get("id")?.as_str()?.into(),
            storage_url: endpoints.first()?.get("publicURL")?.as_str()?.to_owned(),
        },
        lifetime: lifetime(token.get("expires")),
    })
}

fn by_v3(answer: &Value, token: Option<Secret>) -> Option<Fresh<Session>> {
    let details = answer.get("token")?;
    let endpoints = object_store(details.get("catalog")?)?;
    let is_public = |endpoint: &&Value| endpoint.get("interface").is_some_and(|i| i == "public");
    let endpoint = endpoints.iter().find(is_public)?;
    Some(Fresh {
        value: Session {
            token: token?,
            storage_url: endpoint.get("url")?.as_str()?.to_owned(),
        },
        lifetime: lifetime(details.get("expires_at")),
    })
}

fn object_store(catalog: &Value) -> Option<&Vec<Value>> {
    let mut services = catalog.as_array()?.iter();
    let store = services.find(|service| service.get("type").is_some_and(|t| t == "object-store"));
    store?.get("endpoints")?.as_array()
}

fn lifetime(end: Option<&Value>) -> Option<std::time::Duration> {
    utc::parse_utc(end?.as_str()?).map(utc::until)
}

pub(super) fn secret_header(text: &str) -> Result<HeaderValue, Error> {
    let field = "swift.api_key";
    let value = HeaderValue::try_from(text);
    let mut value = value.map_err(|_| Error::new(ErrorKind::InvalidConfig { field }))?;
    value.set_sensitive(true);
    Ok(value)
}

const SUBJECT_TOKEN: header::HeaderName = header::HeaderName::from_static("x-subject-token");
/// Catalogs list all services of a cloud.
const MAX_CATALOG_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn swift(auth_url: &str, auth_version: u8) -> SwiftConfig {
        SwiftConfig {
            username: "u".to_owned(),
            api_key: "k".into(),
            auth_url: auth_url.to_owned(),
            auth_version,
            domain: Some("d".to_owned()),
            ..SwiftConfig::default()
        }
    }

    #[test]
    fn the_version_is_configured_or_in_the_url() {
        for (url, version, expected) in [
            ("http://h/v3", 0, Some(Version::Three)),
            ("http://h/v2.0", 0, Some(Version::Two)),
            ("http://h/auth/v1.0", 0, Some(Version::One)),
            ("http://h/v3", 2, Some(Version::Two)),
            ("http://h/", 0, None),
            ("http://h/v3", 4, None),
        ] {
            assert_eq!(
                Version::of(&swift(url, version)),
                expected,
                "{url} {version}"
            );
        }
    }

    #[test]
    fn a_scope_needs_a_tenant() {
        let mut config = swift("http://h/v3", 3);
        let scope = |config: &SwiftConfig| v3_body(config).pointer("/auth/scope").cloned();
        assert_eq!(scope(&config), None);
        config.tenant = Some("t".to_owned());
        let project = json!({"project": {"name": "t", "domain": {"name": "d"}}});
        assert_eq!(scope(&config), Some(project));
        let tenant = v2_body(&config).pointer("/auth/tenantName").cloned();
        assert_eq!(tenant, Some(json!("t")));
    }

    #[test]
    fn catalogs_without_an_object_store_give_no_session() {
        let v2 = json!({"access": {"token": {"id": "t"}, "serviceCatalog": [{"type": "image"}]}});
        assert!(by_v2(&v2).is_none());
        let v3 = json!({"token": {"catalog": [{"type": "object-store", "endpoints": [
            {"interface": "internal", "url": "http://i"}]}]}});
        assert!(by_v3(&v3, Some("t".into())).is_none());
        assert!(by_headers(&HeaderMap::new()).is_none());
    }
}
