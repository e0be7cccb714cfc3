//! `s3://`: Amazon S3 and services that speak its language.

mod address;
mod config;
mod credentials;
mod decrypt;
mod keys;
mod profile;
mod secrets;
mod sign;
mod sts;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use http::header;
use pixgate_source::{
    BoxFuture, Config, Error, ErrorKind, KEPT_HEADERS, ObjectUrl, SourceRequest, Status, Transport,
    TransportResponse,
};
use reqwest::{Request, Response};

use self::address::{Addresses, Bucket};
pub use self::config::{AssumeRole, AwsCredentials, S3Config};
use self::credentials::KeyChain;
use self::decrypt::{Envelope, Kms};
pub use self::secrets::{AwsSecretId, AwsSecrets};
use self::sign::Scope;
use crate::answer::{self, Refusal};
use crate::client::{self, StoreClient};
use crate::kind::{Kind, Store};
use crate::{object, utc};

/// The [`Transport`] of objects in S3.
///
/// One signed GET each; conditions and ranges are the service's business. A bucket of another
/// region is asked there, and remembered. The service's 4xx statuses are kept.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use pixgate_source::{Config, Fetcher};
/// use pixgate_stores::{AwsCredentials, S3Config, S3Transport};
///
/// let config = Config::default();
/// let s3 = S3Config {
///     credentials: AwsCredentials {
///         access_key_id: Some("AKIAEXAMPLE".to_owned()),
///         secret_access_key: Some("secret".into()),
///         ..AwsCredentials::default()
///     },
///     region: Some("eu-west-1".to_owned()),
///     ..S3Config::default()
/// };
/// let s3 = S3Transport::new(&config, s3)?;
/// let fetcher = Fetcher::new(config)?.with_transport("s3", Arc::new(s3));
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Debug)]
pub struct S3Transport {
    client: StoreClient,
    keys: KeyChain,
    addresses: Addresses,
    region: String,
    regions: Mutex<BTreeMap<String, String>>,
    separator: String,
    /// Most bytes of an object that has to be decrypted, and so is held whole.
    max_bytes: u64,
    config: S3Config,
}

impl S3Transport {
    /// Makes the transport; credentials are looked for when they are needed.
    ///
    /// Of `config` this uses proxies, certificates, user agent, connections and the separator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`] if the endpoint is no http(s) URL, or an access point cannot
    /// be used.
    pub fn new(config: &Config, s3: S3Config) -> Result<Self, Error> {
        for target in s3.access_points.values() {
            let field = "s3.access_points";
            Bucket::parse(target)?;
            if target.is_empty() {
                return Err(ErrorKind::InvalidConfig { field }.into());
            }
        }
        let region = s3.region.clone();
        let region = region
            .or_else(|| credentials::region_of_profile(&s3.credentials))
            .unwrap_or_else(|| DEFAULT_REGION.to_owned());
        Ok(Self {
            client: StoreClient::new(config)?,
            keys: KeyChain::new(&s3, &region),
            addresses: Addresses::new(&s3)?,
            region,
            regions: Mutex::default(),
            separator: config.query_separator.clone(),
            max_bytes: match config.max_bytes {
                0 => Config::default().max_bytes,
                bytes => bytes,
            },
            config: s3,
        })
    }

    /// Looks for credentials, to find out at the start whether there are any.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NoCredentials`] if there are none, [`ErrorKind::Status`] if a role is
    /// refused, and the errors of a connection.
    pub async fn check_credentials(&self) -> Result<(), Error> {
        self.keys.keys(&self.client).await.map(|_| ())
    }

    async fn read(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let object = object::parse(&request.url, &self.separator, &self.config.buckets)?;
        let alias = self.config.access_points.get(object.container);
        let bucket = Bucket::parse(alias.map_or(object.container, String::as_str))?;
        let mut refusal = match self.ask_in_region(request, &object, &bucket).await? {
            Ok(response) => return self.found(request, response).await,
            Err(refusal) => refusal,
        };
        if EXPIRED.contains(&refusal.code.as_str()) && self.keys.forget() {
            refusal = match self.ask_in_region(request, &object, &bucket).await? {
                Ok(response) => return self.found(request, response).await,
                Err(refusal) => refusal,
            };
        }
        Err(refused(refusal, object.container))
    }

    /// Asks where the bucket was last, and once more where the service says that it is.
    async fn ask_in_region(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
        bucket: &Bucket<'_>,
    ) -> Result<Result<Response, Refusal>, Error> {
        let region = self.region_of(bucket, object.container);
        let response = self.ask(request, object, bucket, &region).await?;
        if answer::is_success(&response) {
            return Ok(Ok(response));
        }
        let refusal = Refusal::read(response).await;
        let Some(other) = other_region(&refusal, &region) else {
            return Ok(Err(refusal));
        };
        self.remember(object.container, &other);
        let response = self.ask(request, object, bucket, &other).await?;
        if answer::is_success(&response) {
            return Ok(Ok(response));
        }
        Ok(Err(Refusal::read(response).await))
    }

    async fn ask(
        &self,
        request: &SourceRequest,
        object: &ObjectUrl<'_>,
        bucket: &Bucket<'_>,
        region: &str,
    ) -> Result<Response, Error> {
        let url = self.addresses.url(bucket, object, region)?;
        let keys = self.keys.keys(&self.client).await?;
        let mut get = client::get(&url, HeaderMap::new())?;
        let scope = Scope {
            region,
            service: "s3",
        };
        sign::sign(&mut get, &keys, scope, utc::now())?;
        add_conditions(&mut get, request);
        if self.config.client_side_encryption {
            // A part cannot be decrypted; a whole answer to a range is allowed.
            get.headers_mut().remove(header::RANGE);
        }
        self.client.send(&get).await
    }

    /// The answer, decrypted if that is asked for and needed.
    async fn found(
        &self,
        request: &SourceRequest,
        response: Response,
    ) -> Result<TransportResponse, Error> {
        let envelope = match response.status().as_u16() {
            200 if self.config.client_side_encryption => Envelope::read(response.headers())?,
            _ => None,
        };
        let mut answer = found(request, response);
        let Some(envelope) = envelope else {
            return Ok(answer);
        };
        let kms = Kms {
            client: &self.client,
            endpoint: self.config.kms_endpoint.as_deref(),
            region: &self.region,
        };
        let keys = self.keys.keys(&self.client).await?;
        let key = kms.unwrap_key(&envelope, &keys).await?;
        let limit = request.max_bytes.unwrap_or(self.max_bytes);
        answer.body = envelope.open(key, &mut answer.headers, answer.body, limit);
        Ok(answer)
    }

    fn region_of(&self, bucket: &Bucket<'_>, name: &str) -> String {
        if let Bucket::AccessPoint { region, .. } = bucket {
            return (*region).to_owned();
        }
        let regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        regions.get(name).unwrap_or(&self.region).clone()
    }

    fn remember(&self, bucket: &str, region: &str) {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if regions.len() >= MAX_REGIONS {
            regions.clear();
        }
        regions.insert(bucket.to_owned(), region.to_owned());
    }
}

impl Transport for S3Transport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.read(request))
    }
}

impl Store for S3Transport {}

/// Some services leave `Last-Modified` out of a 304: the client's date is then as good, since
/// nothing changed after it.
fn found(request: &SourceRequest, response: Response) -> TransportResponse {
    let mut answer = answer::accept(request, response, &KEPT_HEADERS);
    let is_dated = answer.headers.contains_key(header::LAST_MODIFIED);
    let date = request.conditions.if_modified_since.as_ref();
    if let (Status::NotModified, false, Some(date)) = (answer.status, is_dated, date) {
        answer.headers.insert(header::LAST_MODIFIED, date.clone());
    }
    answer
}

/// Conditions of a part would be about the part; a date that is none would be refused.
fn add_conditions(get: &mut Request, request: &SourceRequest) {
    let headers = get.headers_mut();
    if let Some(range) = &request.range {
        headers.insert(header::RANGE, range.clone());
        return;
    }
    if let Some(tags) = &request.conditions.if_none_match {
        headers.insert(header::IF_NONE_MATCH, tags.clone());
    }
    let date = request.conditions.if_modified_since.as_ref();
    let is_date = |text: &str| pixgate_source::http_date(text).is_some();
    if let Some(date) = date.filter(|date| date.to_str().is_ok_and(is_date)) {
        headers.insert(header::IF_MODIFIED_SINCE, date.clone());
    }
}

/// The region that a service names when it is asked in the wrong one, in a header or the page.
fn other_region(refusal: &Refusal, asked: &str) -> Option<String> {
    if !matches!(refusal.status, 301 | 400) {
        return None;
    }
    let region = answer::text(&refusal.headers, &REGION).or(refusal.region.as_deref())?;
    (region != asked && address::is_label(region, "-")).then(|| region.to_owned())
}

fn refused(refusal: Refusal, bucket: &str) -> Error {
    let status = match refusal.status {
        status @ 400.. => status,
        _ => 404,
    };
    let advice = advice(&refusal, bucket);
    refusal.into_error(status, advice)
}

fn advice(refusal: &Refusal, bucket: &str) -> String {
    let region = answer::text(&refusal.headers, &REGION).or(refusal.region.as_deref());
    let region = region.unwrap_or("another one");
    match (refusal.code.as_str(), refusal.status) {
        ("NoSuchBucket", _) => {
            format!("there is no bucket `{bucket}`, check its name in the source URL")
        }
        ("RequestTimeTooSkewed" | "RequestExpired", _) => {
            "this machine's clock is wrong, set it by NTP".to_owned()
        }
        ("SignatureDoesNotMatch", _) => "AWS_SECRET_ACCESS_KEY does not belong to \
                                         AWS_ACCESS_KEY_ID, or something on the way changes requests"
            .to_owned(),
        ("InvalidAccessKeyId", _) => "the access key does not exist (any more), or belongs to \
                                      another service than the endpoint"
            .to_owned(),
        ("ExpiredToken" | "InvalidToken", _) => {
            "the session token has ended, renew the credentials".to_owned()
        }
        ("AuthorizationHeaderMalformed" | "PermanentRedirect", _) | (_, 301 | 307) => {
            format!("bucket `{bucket}` is in region `{region}`, set IMGPROXY_S3_REGION")
        }
        (_, 403) => format!(
            "allow `s3:GetObject` on `arn:aws:s3:::{bucket}/*`, and `s3:ListBucket` on the bucket, \
             without which missing objects are refused like this too"
        ),
        (_, 404) => format!("bucket `{bucket}` has no such object, keys are case-sensitive"),
        (_, 416) => "the range begins beyond the end of the object".to_owned(),
        _ => "the service has trouble or refuses".to_owned(),
    }
}

/// What imgproxy asks first if nothing is configured.
const DEFAULT_REGION: &str = "us-west-1";
const REGION: header::HeaderName = header::HeaderName::from_static("x-amz-bucket-region");
/// Bucket names come from URLs, so there may be any number of them.
const MAX_REGIONS: usize = 1000;
/// After these the next request looks for credentials again.
const EXPIRED: [&str; 4] = [
    "ExpiredToken",
    "InvalidToken",
    "TokenRefreshRequired",
    "InvalidAccessKeyId",
];

/// The scheme, its switch and its variables.
pub(crate) const KIND: Kind = Kind {
    scheme: "s3",
    name: "S3",
    settings: &[
        "IMGPROXY_S3_REGION",
        "IMGPROXY_S3_ENDPOINT",
        "IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE",
        "IMGPROXY_S3_USE_DECRYPTION_CLIENT",
        "IMGPROXY_S3_ASSUME_ROLE_ARN",
        "IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID",
        "IMGPROXY_S3_ACCESS_POINTS",
    ],
    ambient: &[
        "AWS_ACCESS_KEY_ID",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONFIG_FILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_KMS",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_EC2_METADATA_DISABLED",
    ],
    accounts_field: "s3.accounts",
    make: |config, variable| {
        let s3 = S3Config::from_variables(variable);
        S3Transport::new(config, s3).map(|store| Box::new(store) as _)
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_teach() {
        for (status, code, part) in [
            (404, "NoSuchBucket", "no bucket `b`"),
            (404, "NoSuchKey", "no such object"),
            (403, "AccessDenied", "`arn:aws:s3:::b/*`"),
            (403, "RequestTimeTooSkewed", "clock"),
            (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
            (400, "ExpiredToken", "renew"),
            (301, "PermanentRedirect", "IMGPROXY_S3_REGION"),
        ] {
            let refusal = Refusal {
                status,
                code: code.to_owned(),
                ..Refusal::default()
            };
            let error = refused(refusal, "b");
            let expected = if status == 301 { 404 } else { status };
            assert_eq!(error.kind(), &ErrorKind::Status { status: expected });
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert!(cause.contains(part), "{code}: {cause}");
        }
    }

    #[test]
    fn access_points_are_checked_at_the_start() {
        for (target, is_good) in [("", false), ("arn:aws:s3:x", false), ("pix-one", true)] {
            let mut s3 = S3Config::default();
            s3.access_points
                .insert("alias".to_owned(), target.to_owned());
            let made = S3Transport::new(&Config::default(), s3);
            assert_eq!(made.is_ok(), is_good, "{target}");
        }
    }

    #[test]
    fn remembered_regions_are_bounded() {
        let s3 = S3Transport::new(&Config::default(), S3Config::default()).unwrap();
        for number in 0..5000 {
            s3.remember(&number.to_string(), "eu-west-1");
        }
        assert!(s3.regions.lock().unwrap().len() <= MAX_REGIONS);
        assert_eq!(s3.region_of(&Bucket::Named("4999"), "4999"), "eu-west-1");
    }
}
