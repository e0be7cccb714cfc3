//! Credential services with fixed answers: GCE metadata, OAuth 2, IMDSv2, containers, STS and
//! Azure's App Service.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::{Answer, Asked, Server};

/// Starts all of them behind one address, told apart by path.
pub(crate) async fn start() -> Server {
    Server::start(|asked| async move { answer(&asked) }).await
}

fn answer(asked: &Asked) -> Answer {
    let path = asked.path();
    let refused = || Answer::new(401, "refused");
    let with = |name: &str, value: &str| asked.header(name) == Some(value);
    match path.as_str() {
        "/token" if asked.form().iter().any(|(key, _)| key == "assertion") => token("sa-token"),
        "/token" => Answer::json(400, &json!({"error": "invalid_request"})),
        "/ecs" if with("authorization", "ecs-authorization") => keys("ECSKEY", "ecs-session"),
        "/azure" if with("x-identity-header", "azure-header") => azure(),
        "/tenant/oauth2/v2.0/token" => token("azure-app-token"),
        "/imds/metadata/identity/oauth2/token" if with("metadata", "true") => azure(),
        "/latest/api/token" if asked.method == "PUT" => Answer::new(200, "imds-token"),
        _ if path.starts_with("/sts") => sts(asked),
        _ if path.starts_with("/computeMetadata/") => google(asked, &path),
        _ if path.starts_with("/latest/") && with("x-aws-ec2-metadata-token", "imds-token") => {
            instance(&path)
        }
        _ => refused(),
    }
}

fn token(token: &str) -> Answer {
    let answer = json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600});
    Answer::json(200, &answer)
}

fn azure() -> Answer {
    let until = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + HOUR;
    let answer = json!({"access_token": "azure-token", "expires_on": until.as_secs().to_string()});
    Answer::json(200, &answer)
}

fn google(asked: &Asked, path: &str) -> Answer {
    let is_token = path.ends_with("/instance/service-accounts/default/token");
    if is_token && asked.header("metadata-flavor") == Some("Google") {
        return token("gce-token").with("Metadata-Flavor", "Google");
    }
    Answer::new(404, "not found")
}

fn instance(path: &str) -> Answer {
    match path {
        "/latest/meta-data/iam/security-credentials/" => Answer::new(200, "pix-role"),
        "/latest/meta-data/iam/security-credentials/pix-role" => keys("IMDSKEY", "imds-session"),
        _ => Answer::new(404, ""),
    }
}

fn keys(key: &str, session: &str) -> Answer {
    let keys = json!({"AccessKeyId": key, "SecretAccessKey": "pixsecret", "Token": session,
                      "Expiration": END, "Code": "Success"});
    Answer::json(200, &keys)
}

fn sts(asked: &Asked) -> Answer {
    let form = asked.form();
    let field = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let is_refused = match field("RoleArn").rsplit('/').next().unwrap() {
        "refused" => true,
        "with-external-id" => field("ExternalId") != "pix-external",
        _ => false,
    };
    if is_refused {
        let page = "<ErrorResponse><Error><Code>AccessDenied</Code>\
                    <Message>not authorized</Message></Error></ErrorResponse>";
        return Answer::new(403, page).with("Content-Type", "text/xml");
    }
    let (key, session) = match field("Action") {
        "AssumeRoleWithWebIdentity" if field("WebIdentityToken") == "web-token" => {
            ("WEBKEY", "web-session")
        }
        "AssumeRole" => ("ROLEKEY", "role-session"),
        _ => return Answer::new(400, ""),
    };
    let page = format!(
        "<R><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>pixsecret\
         </SecretAccessKey><SessionToken>{session}</SessionToken><Expiration>{END}</Expiration>\
         </Credentials></R>"
    );
    Answer::new(200, page).with("Content-Type", "text/xml")
}

fn private_key() -> String {
    let der = STANDARD.encode(include_bytes!("account.key.der"));
    format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
}

/// A PEM with a key and something in the place of a certificate, which nobody reads.
pub(crate) fn certificate() -> String {
    let key = private_key();
    format!("{key}-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n")
}

/// A service-account key that names this service.
pub(crate) fn account_key(identity: &str) -> Value {
    let pem = private_key();
    json!({
        "type": "service_account",
        "client_email": "pix@project.iam.gserviceaccount.com",
        "private_key_id": "1",
        "private_key": pem,
        "token_uri": format!("{identity}/token"),
    })
}

const HOUR: Duration = Duration::from_secs(3600);
const END: &str = "2099-01-01T00:00:00Z";
