//! Temporary keys of a role, from Amazon's Security Token Service.

use std::time::Duration;

use pixgate_source::{Error, Secret, client::first_bytes};
use reqwest::Response;

use super::address;
use super::keys::{Keys, missing};
use super::sign::{self, Scope};
use crate::answer::{Refusal, element};
use crate::cached::Fresh;
use crate::client::StoreClient;
use crate::{form, utc};

/// The service and how to reach it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sts<'a> {
    pub(super) client: &'a StoreClient,
    pub(super) endpoint: Option<&'a str>,
    pub(super) region: &'a str,
    pub(super) session_name: &'a str,
}

impl Sts<'_> {
    /// Exchanges keys for those of a role.
    pub(super) async fn assume_role(
        &self,
        role: &str,
        external_id: Option<&str>,
        keys: &Keys,
    ) -> Result<Fresh<Keys>, Error> {
        let mut fields = self.fields("AssumeRole", role);
        fields.extend(external_id.map(|id| ("ExternalId", id)));
        let mut request = form::post(&self.url(), &fields)?;
        let scope = Scope {
            region: self.region,
            service: "sts",
        };
        sign::sign(&mut request, keys, scope, utc::now())?;
        read(self.client.send(&request).await?, role).await
    }

    /// Exchanges a token of another identity provider for the keys of a role.
    pub(super) async fn assume_role_with(
        &self,
        role: &str,
        token: &str,
    ) -> Result<Fresh<Keys>, Error> {
        let mut fields = self.fields("AssumeRoleWithWebIdentity", role);
        fields.push(("WebIdentityToken", token));
        let request = form::post(&self.url(), &fields)?;
        read(self.client.send(&request).await?, role).await
    }

    fn fields<'a>(&'a self, action: &'a str, role: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("Action", action),
            ("Version", "2011-06-15"),
            ("RoleArn", role),
            ("RoleSessionName", self.session_name),
        ]
    }

    fn url(&self) -> String {
        let own = self.endpoint.map(str::to_owned);
        let (region, domain) = (self.region, address::domain(self.region));
        own.unwrap_or_else(|| format!("https://sts.{region}.{domain}/"))
    }
}

async fn read(response: Response, role: &str) -> Result<Fresh<Keys>, Error> {
    if !response.status().is_success() {
        let refusal = Refusal::read(response).await;
        let status = refusal.status;
        let advice = format!(
            "let the credentials assume role `{role}`: its trust policy has to name them, and the \
             external id has to be right"
        );
        return Err(refusal.into_error(status, advice));
    }
    let page = first_bytes(response, MAX_PAGE_BYTES).await?;
    let page = String::from_utf8_lossy(&page);
    keys(&page).ok_or_else(|| missing("the token service answered without keys"))
}

fn keys(page: &str) -> Option<Fresh<Keys>> {
    let end = element(page, "Expiration").and_then(|text| utc::parse_utc(&text));
    Some(Fresh {
        value: Keys {
            id: element(page, "AccessKeyId")?,
            secret: Secret::new(element(page, "SecretAccessKey")?),
            session_token: element(page, "SessionToken").map(Secret::new),
        },
        lifetime: Some(end.map_or(DEFAULT_LIFETIME, utc::until)),
    })
}

/// Answers have some kilobytes.
const MAX_PAGE_BYTES: usize = 64 << 10;
/// The shortest that a role can be assumed for.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(900);
