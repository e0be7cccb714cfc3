//! `gs://`: Google Cloud Storage.

mod checksum;
mod config;
mod credentials;
mod resume;
mod secrets;
mod service_account;

use std::sync::Arc;

use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use pixgate_source::{
    BoxFuture, ByteRange, Chunks, Config, Error, ErrorKind, ObjectUrl, SourceRequest, Status,
    Transport, TransportResponse,
};
use reqwest::{Request, Response};
use url::Url;

pub use self::config::{GcsConfig, GcsCredentials, GoogleAmbient};
use self::credentials::Tokens;
use self::resume::Rest;
pub use self::secrets::{GoogleSecretId, GoogleSecrets};
use crate::answer::{self, Refusal};
use crate::client::{self, StoreClient};
use crate::compare;
use crate::kind::{Kind, Store};
use crate::object;

/// The [`Transport`] of objects in Google Cloud Storage.
///
/// Objects are read with the XML interface, one GET each. The entity tag is made of the
/// object's checksum and date, as imgproxy does, and compared here. A body that is cut short is
/// asked for once more from there on; one that does not match the checksum is an error. Refusals other than 416 look like missing objects (status 404), and
/// the reason is found behind the error.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use pixgate_source::{Config, Fetcher};
/// use pixgate_stores::{GcsConfig, GcsCredentials, GcsTransport};
///
/// let config = Config::default();
/// let gcs = GcsConfig {
///     credentials: GcsCredentials::MetadataServer { host: None },
///     ..GcsConfig::default()
/// };
/// let gcs = GcsTransport::new(&config, gcs)?;
/// let fetcher = Fetcher::new(config)?.with_transport("gs", Arc::new(gcs));
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Debug)]
pub struct GcsTransport {
    client: StoreClient,
    tokens: Arc<Tokens>,
    endpoint: String,
    separator: String,
    config: GcsConfig,
}

impl GcsTransport {
    /// Makes the transport; keys and key files are read now, tokens are fetched when needed.
    ///
    /// Of `config` this uses proxies, certificates, user agent, connections and the separator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the endpoint is no http(s) URL or a key cannot be used,
    /// and [`ErrorKind::NoCredentials`] if ambient credentials are wanted and there are none.
    pub fn new(config: &Config, gcs: GcsConfig) -> Result<Self, Error> {
        Ok(Self {
            client: StoreClient::new(config)?,
            tokens: Arc::new(Tokens::new(&gcs.credentials)?),
            endpoint: origin(gcs.endpoint.as_deref())?,
            separator: config.query_separator.clone(),
            config: gcs,
        })
    }

    /// Tells whether a metadata server is used only because nothing else was found.
    pub(crate) fn is_guess(&self) -> bool {
        let GcsCredentials::Ambient(ambient) = &self.config.credentials else {
            return false;
        };
        ambient.metadata_host.is_none() && self.tokens.is_from_metadata()
    }

    /// Fetches a token if there is none yet, to find out at the start whether that works.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`] if a service refuses, and the errors of a connection.
    pub async fn check_credentials(&self) -> Result<(), Error> {
        self.tokens.value(&self.client).await.map(|_| ())
    }

    async fn read(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let object = object::parse(&request.url, &self.separator, &self.config.buckets)?;
        let mut response = self.ask(request, &object).await?;
        if response.status() == 401 && self.tokens.forget() {
            response = self.ask(request, &object).await?;
        }
        if !answer::is_success(&response) {
            return Err(refused(response, object.container).await);
        }
        Ok(self.found(request, &object, response))
    }

    async fn ask(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
    ) -> Result<Response, Error> {
        let get = self.request(request, object).await?;
        self.client.send(&get).await
    }

    async fn request(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
    ) -> Result<Request, Error> {
        let mut headers = HeaderMap::new();
        if let Some(range) = &request.range {
            headers.insert(header::RANGE, ByteRange::without_suffix(range)?);
        }
        self.tokens.authorize(&self.client, &mut headers).await?;
        client::get(&self.url(object, generation(object.query)), headers)
    }

    fn url(&self, object: &ObjectUrl<'_>, generation: Option<u64>) -> String {
        let bucket = object::encode(object.container);
        let place = format!("{}/{bucket}/{}", self.endpoint, object::escape(object.key));
        match generation {
            Some(generation) => format!("{place}?generation={generation}"),
            None => place,
        }
    }

    /// How to go on with a body that ends early, in the same generation of the object.
    fn rest(&self, object: &ObjectUrl<'_>, headers: &HeaderMap) -> Rest {
        let known = answer::text(headers, &GENERATION).and_then(generation);
        let url = self.url(object, known.or(generation(object.query)));
        let (client, tokens) = (self.client.clone(), Arc::clone(&self.tokens));
        Box::new(move |offset| {
            Box::pin(async move { read_from(client, tokens, &url, offset).await })
        })
    }

    fn found(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
        response: Response,
    ) -> TransportResponse {
        let hash = checksum::announced(response.headers());
        let is_stored_form = checksum::is_stored_form(response.headers());
        let rest = self.rest(object, response.headers());
        let mut answer = answer::accept(request, response, &KEPT);
        if let Some(etag) = etag(hash, &answer.headers) {
            answer.headers.insert(header::ETAG, etag);
        }
        if answer.status == Status::Ok && is_stored_form {
            answer.body = guarded(answer.body, &answer.headers, hash, rest);
        }
        compare::compare(request, answer)
    }
}

/// Continues a whole body if it is cut short, and checks it.
fn guarded(body: Chunks, headers: &HeaderMap, hash: Option<u32>, rest: Rest) -> Chunks {
    let length = answer::text(headers, &header::CONTENT_LENGTH);
    let body = match length.and_then(|length| length.parse().ok()) {
        Some(length) => resume::resumed(body, length, rest).boxed(),
        None => body,
    };
    match hash {
        Some(hash) => checksum::verified(body, hash).boxed(),
        None => body,
    }
}

async fn read_from(
    client: StoreClient,
    tokens: Arc<Tokens>,
    url: &str,
    offset: u64,
) -> Result<Chunks, Error> {
    let mut headers = HeaderMap::new();
    if let Ok(range) = HeaderValue::try_from(format!("bytes={offset}-")) {
        headers.insert(header::RANGE, range);
    }
    tokens.authorize(&client, &mut headers).await?;
    let response = client.send(&client::get(url, headers)?).await?;
    let range = answer::text(response.headers(), &header::CONTENT_RANGE).unwrap_or_default();
    if response.status() == 206 && range.starts_with(&format!("bytes {offset}-")) {
        return Ok(answer::chunks(response));
    }
    let status = response.status().as_u16();
    Err(ErrorKind::Status { status }.into())
}

impl Transport for GcsTransport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.read(request))
    }
}

impl Store for GcsTransport {
    fn check_start(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            match self.is_guess() {
                true => self.check_credentials().await,
                false => Ok(()),
            }
        })
    }
}

/// Scheme and host of the endpoint; a path such as `/storage/v1/` is that of another interface.
fn origin(endpoint: Option<&str>) -> Result<String, Error> {
    let field = "gcs.endpoint";
    let invalid = || Error::new(ErrorKind::InvalidConfig { field });
    let url = Url::parse(endpoint.unwrap_or(ENDPOINT));
    let url = url.map_err(|error| Error::with_source(ErrorKind::InvalidConfig { field }, error))?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web
        .then(|| url.origin().ascii_serialization())
        .ok_or_else(invalid)
}

/// What follows the separator, if it is a positive integer; imgproxy ignores all else.
fn generation(query: &str) -> Option<u64> {
    let generation = query.parse::<i64>().ok()?;
    u64::try_from(generation).ok().filter(|number| *number > 0)
}

/// Checksum and date in hexadecimal, four and eight bytes, little-endian; without quotes.
fn etag(hash: Option<u32>, headers: &HeaderMap) -> Option<HeaderValue> {
    let modified = compare::last_modified(headers)?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
    let nanoseconds = u64::try_from(since.as_nanos()).ok()?;
    let hash = hash.unwrap_or_default().swap_bytes();
    let text = format!("{hash:08x}{:016x}", nanoseconds.swap_bytes());
    HeaderValue::try_from(text).ok()
}

async fn refused(response: Response, bucket: &str) -> Error {
    let refusal = Refusal::read(response).await;
    let status = match refusal.status {
        status @ (416 | 500..) => status,
        _ => 404,
    };
    let advice = advice(&refusal, bucket);
    refusal.into_error(status, advice)
}

fn advice(refusal: &Refusal, bucket: &str) -> String {
    match (refusal.status, refusal.code.as_str()) {
        (404, "NoSuchBucket") => {
            format!("there is no bucket `{bucket}`, check its name in the source URL")
        }
        (404, "NoSuchKey") => {
            format!("bucket `{bucket}` has no such object, keys are case-sensitive")
        }
        (404, _) => format!("there is no bucket `{bucket}`, or it has no such object"),
        (403, _) => format!(
            "give the service account `roles/storage.objectViewer` on bucket `{bucket}`: without \
             it even missing objects are refused"
        ),
        (401, _) => "the token was refused: check the key, whether its account still exists, and \
                     this machine's clock"
            .to_owned(),
        (400, "UserProjectMissing") => {
            format!("bucket `{bucket}` lets requesters pay, which is not supported")
        }
        (416, _) => "the range begins beyond the end of the object".to_owned(),
        _ => "the service has trouble or refuses".to_owned(),
    }
}

const GENERATION: HeaderName = HeaderName::from_static("x-goog-generation");
/// Where objects are read by default.
const ENDPOINT: &str = "https://storage.googleapis.com";

/// The headers that matter; `ETag` is replaced.
const KEPT: [HeaderName; 7] = [
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_RANGE,
    header::CACHE_CONTROL,
    header::LAST_MODIFIED,
    header::ACCEPT_RANGES,
];

/// The scheme, its switch and its variables.
pub(crate) const KIND: Kind = Kind {
    scheme: "gs",
    name: "GCS",
    settings: &["IMGPROXY_GCS_KEY", "IMGPROXY_GCS_ENDPOINT"],
    ambient: &[
        "GOOGLE_APPLICATION_CREDENTIALS",
        "CLOUDSDK_CONFIG",
        "GCE_METADATA_HOST",
        "NO_GCE_CHECK",
    ],
    accounts_field: "gcs.accounts",
    make: |config, variable| {
        let gcs = GcsConfig::from_variables(variable);
        GcsTransport::new(config, gcs).map(|store| Box::new(store) as _)
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scheme_and_host_of_the_endpoint_count() {
        for (endpoint, expected) in [
            (None, Some("https://storage.googleapis.com")),
            (
                Some("http://127.0.0.1:4443/storage/v1/"),
                Some("http://127.0.0.1:4443"),
            ),
            (Some("https://h.net"), Some("https://h.net")),
            (Some("h.net"), None),
            (Some("ftp://h.net"), None),
            (Some(""), None),
        ] {
            assert_eq!(origin(endpoint).ok().as_deref(), expected, "{endpoint:?}");
        }
    }

    #[test]
    fn generations_are_positive_integers() {
        for (query, expected) in [
            ("1720000000000001", Some(1_720_000_000_000_001)),
            ("", None),
            ("0", None),
            ("-5", None),
            ("abc", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(generation(query), expected, "{query}");
        }
    }

    #[test]
    fn the_entity_tag_is_made_of_checksum_and_date() {
        let mut headers = HeaderMap::new();
        assert_eq!(etag(Some(1), &headers), None);
        let date = HeaderValue::from_static("Thu, 01 Jan 2026 00:00:00 GMT");
        headers.insert(header::LAST_MODIFIED, date);
        let tag = etag(Some(0x5cca_1cb6), &headers).unwrap();
        assert_eq!(tag, "b61cca5c0000faed51728618");
    }
}
