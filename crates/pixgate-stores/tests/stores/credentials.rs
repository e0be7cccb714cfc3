//! Credentials that the vectors leave out.

use serde_json::json;

use crate::http::{Answer, Asked, Server};
use crate::{identity, transports};
use pixgate_source::{AddressPolicy, Config, Error, ErrorKind, Fetcher, SourceRequest};
use pixgate_stores::{AbsConfig, AbsCredentials, AbsTransport, AzureIdentity};

/// A configuration that may talk to this machine.
pub(crate) fn config() -> Config {
    Config {
        addresses: AddressPolicy::ALL,
        ..Config::default()
    }
}

/// A store that has every object.
pub(crate) async fn store() -> Server {
    Server::start(|_| async { Answer::new(200, "bytes") }).await
}

/// A fetcher with the stores that these variables switch on.
pub(crate) async fn fetcher(variables: &[(&str, &str)]) -> Result<Fetcher, Error> {
    let config = config();
    let variable = |name: &str| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    transports::add(Fetcher::new(config.clone())?, &config, &variable).await
}

pub(crate) async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Vec<u8>, Error> {
    let response = fetcher.fetch(SourceRequest::new(url)).await?;
    Ok(response.body.collect(u64::MAX).await?.to_vec())
}

/// Fetches `s3://b/a` and returns what the store was asked.
async fn s3(variables: &[(&str, &str)]) -> Result<Asked, Error> {
    let store = store().await;
    let endpoint = store.url();
    let mut all = vec![
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", endpoint.as_str()),
        ("IMGPROXY_S3_REGION", "us-east-1"),
    ];
    all.extend_from_slice(variables);
    fetch(&fetcher(&all).await?, "s3://b/a").await?;
    Ok(store.requests().remove(0))
}

fn key_of(asked: &Asked) -> &str {
    let authorization = asked.header("authorization").unwrap();
    let (_, rest) = authorization.split_once("Credential=").unwrap();
    rest.split('/').next().unwrap()
}

#[tokio::test]
async fn an_instance_gives_keys_by_the_second_version_of_its_service() {
    let identity = identity::start().await;
    let asked = s3(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &identity.url())])
        .await
        .unwrap();
    assert_eq!(key_of(&asked), "IMDSKEY");
    assert_eq!(asked.header("x-amz-security-token"), Some("imds-session"));
}

#[tokio::test]
async fn a_web_identity_is_exchanged_for_keys() {
    let identity = identity::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "web-token\n").unwrap();
    let asked = s3(&[
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap()),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/plain"),
        ("AWS_ENDPOINT_URL_STS", &format!("{}/sts", identity.url())),
    ])
    .await
    .unwrap();
    assert_eq!(key_of(&asked), "WEBKEY");
    let exchange = identity.requests().remove(0);
    assert_eq!(exchange.header("authorization"), None);
}

#[tokio::test]
async fn a_role_wants_its_external_id() {
    let identity = identity::start().await;
    let sts = format!("{}/sts", identity.url());
    let with = |id: &'static str| {
        let sts = sts.clone();
        async move {
            s3(&[
                ("AWS_ACCESS_KEY_ID", "pixkey"),
                ("AWS_SECRET_ACCESS_KEY", "pixsecret"),
                (
                    "IMGPROXY_S3_ASSUME_ROLE_ARN",
                    "arn:aws:iam::1:role/with-external-id",
                ),
                ("IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID", id),
                ("AWS_ENDPOINT_URL_STS", &sts),
            ])
            .await
        }
    };
    assert_eq!(key_of(&with("pix-external").await.unwrap()), "ROLEKEY");
    let error = with("other").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 403 });
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("trust policy"), "{cause}");
}

#[tokio::test]
async fn a_profile_assumes_its_role_with_another_profile() {
    let identity = identity::start().await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let text = "[profile role]\nrole_arn = arn:aws:iam::1:role/plain\nsource_profile = base\n\
                [profile base]\naws_access_key_id = BASEKEY\naws_secret_access_key = x\n";
    std::fs::write(&config, text).unwrap();
    let asked = s3(&[
        ("AWS_CONFIG_FILE", config.to_str().unwrap()),
        ("AWS_PROFILE", "role"),
        ("AWS_ENDPOINT_URL_STS", &format!("{}/sts", identity.url())),
    ])
    .await
    .unwrap();
    assert_eq!(key_of(&asked), "ROLEKEY");
    assert_eq!(key_of(&identity.requests()[0]), "BASEKEY");
}

#[tokio::test]
async fn without_any_credentials_nothing_is_sent() {
    let error = s3(&[("AWS_EC2_METADATA_DISABLED", "true")])
        .await
        .unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::NoCredentials { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("AWS_ACCESS_KEY_ID"), "{error}");
}

/// The token that an identity gives, which is not sent without TLS.
async fn azure(change: impl FnOnce(&mut AzureIdentity)) -> Result<(), Error> {
    let mut azure = AzureIdentity::default();
    change(&mut azure);
    let abs = AbsConfig {
        account: "acc".to_owned(),
        credentials: AbsCredentials::Identity(azure),
        ..AbsConfig::default()
    };
    AbsTransport::new(&config(), abs)?.check_credentials().await
}

#[tokio::test]
async fn azure_identities_are_tried_in_order() {
    let identity = identity::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "federated").unwrap();
    let certificate = folder.path().join("certificate");
    let of_tenant = |azure: &mut AzureIdentity| {
        azure.tenant_id = Some("tenant".to_owned());
        azure.client_id = Some("client".to_owned());
        azure.authority_host = Some(identity.url());
    };
    azure(|azure| {
        of_tenant(azure);
        azure.client_secret = Some("s3cret".into());
        azure.federated_token_file = Some(file.clone());
    })
    .await
    .unwrap();
    azure(|azure| {
        of_tenant(azure);
        azure.federated_token_file = Some(file.clone());
    })
    .await
    .unwrap();
    std::fs::write(&certificate, identity::certificate()).unwrap();
    azure(|azure| {
        of_tenant(azure);
        azure.client_certificate_file = Some(certificate);
    })
    .await
    .unwrap();
    azure(|azure| azure.metadata_endpoint = Some(format!("{}/imds", identity.url())))
        .await
        .unwrap();
    azure(|azure| {
        azure.identity_endpoint = Some(format!("{}/azure", identity.url()));
        azure.identity_header = Some("azure-header".into());
    })
    .await
    .unwrap();
    let asked = identity.requests();
    let field = |asked: &Asked, name: &str| {
        let pairs = asked.form().into_iter().chain(asked.query());
        pairs
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(field(&asked[0], "client_secret"), text("s3cret"));
    assert_eq!(field(&asked[1], "client_assertion"), text("federated"));
    assert_eq!(field(&asked[1], "client_secret"), None);
    let signed = field(&asked[2], "client_assertion").unwrap();
    assert_eq!(signed.split('.').count(), 3);
    for managed in &asked[3..5] {
        assert_eq!(
            field(managed, "resource"),
            text("https://storage.azure.com/")
        );
    }
}

#[tokio::test]
async fn buckets_belong_to_accounts() {
    let (server, archive, partner) = (store().await, store().await, store().await);
    let fetcher = fetcher(&[
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", &server.url()),
        ("IMGPROXY_S3_DENIED_BUCKETS", "shop-secret"),
        ("AWS_ACCESS_KEY_ID", "SERVERKEY"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        (
            "PIXGATE_S3_ACCOUNTS",
            "old=archive, shop-*=partner,shop-*=archive",
        ),
        (
            "PIXGATE_ACCOUNT_ARCHIVE_IMGPROXY_S3_ENDPOINT",
            &archive.url(),
        ),
        ("PIXGATE_ACCOUNT_ARCHIVE_AWS_ACCESS_KEY_ID", "ARCHIVEKEY"),
        ("PIXGATE_ACCOUNT_ARCHIVE_AWS_SECRET_ACCESS_KEY", "y"),
        (
            "PIXGATE_ACCOUNT_PARTNER_IMGPROXY_S3_ENDPOINT",
            &partner.url(),
        ),
    ])
    .await
    .unwrap();
    for (url, asked, key) in [
        ("s3://b/1", &server, "SERVERKEY"),
        ("s3://old/2", &archive, "ARCHIVEKEY"),
        ("s3://older/3", &server, "SERVERKEY"),
        ("s3://shop-eu/4", &partner, "SERVERKEY"),
    ] {
        fetch(&fetcher, url).await.unwrap();
        let last = asked.requests().pop().unwrap();
        assert_eq!(format!("s3:/{}", last.target), url);
        assert_eq!(key_of(&last), key, "{url}");
    }
    let refused = fetch(&fetcher, "s3://shop-secret/5").await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::BucketRefused { .. }));
}

#[tokio::test]
async fn a_shared_access_signature_goes_into_the_query() {
    let store = store().await;
    let abs = AbsConfig {
        endpoint: Some(store.url()),
        ..AbsConfig::from_connection_string("AccountName=a;SharedAccessSignature=?sv=1&sig=x%3D")
            .unwrap()
    };
    let transport = AbsTransport::new(&config(), abs).unwrap();
    let fetcher = Fetcher::new(config()).unwrap();
    let fetcher = fetcher.with_transport("abs", std::sync::Arc::new(transport));
    fetch(&fetcher, "abs://box/a%b").await.unwrap();
    let asked = store.requests().remove(0);
    assert_eq!(asked.target, "/box/a%25b?sv=1&sig=x%3D");
    assert_eq!(asked.header("authorization"), None);
}

#[tokio::test]
async fn swift_signs_in_by_the_second_version_too() {
    let fixtures = crate::fixtures::Fixtures::new(&json!({"x": {"base64": "eA=="}}));
    let objects = json!([{"bucket": "b", "key": "k", "fixture": "x"}]);
    let swift = crate::swift::start(&objects, &fixtures).await;
    let variables = |key: &'static str, url: String| {
        [
            ("IMGPROXY_USE_SWIFT", "true".to_owned()),
            ("IMGPROXY_SWIFT_AUTH_URL", url),
            ("IMGPROXY_SWIFT_USERNAME", "pix".to_owned()),
            ("IMGPROXY_SWIFT_API_KEY", key.to_owned()),
        ]
    };
    let url = format!("{}/v2.0/", swift.url());
    let good = variables("secret", url.clone());
    let good: Vec<_> = good
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let fetcher = fetcher(&good).await.unwrap();
    assert_eq!(fetch(&fetcher, "swift://b/k").await.unwrap(), b"x");
    let bad = variables("hunter2", url);
    let bad: Vec<_> = bad
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let error = crate::credentials::fetcher(&bad).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoCredentials { .. }));
    assert!(!format!("{error:?}").contains("hunter2"));
}
