//! Several accounts of one kind of store: which bucket belongs to which, and their variables.

use pixgate_source::{
    BoxFuture, Config, Error, ErrorKind, ObjectUrl, SourceRequest, Transport, TransportResponse,
};

use crate::kind::{Kind, Lookup, Store};
use crate::variables::Variables;

/// A scheme whose buckets may belong to different accounts; the first that fits is asked.
#[derive(Debug)]
pub(crate) struct Accounts {
    pub(crate) scheme: &'static str,
    separator: String,
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    buckets: Pattern,
    store: Box<dyn Store>,
}

/// A bucket's name, or the beginning of names before a `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Name(String),
    Prefix(String),
}

impl Accounts {
    /// The accounts that the variables describe: those of `PIXGATE_<NAME>_ACCOUNTS`, and for all
    /// other buckets the one of imgproxy's own variables.
    pub(crate) fn new(kind: &Kind, config: &Config, variable: Lookup<'_>) -> Result<Self, Error> {
        let list = Variables(variable).text(&format!("PIXGATE_{}_ACCOUNTS", kind.name));
        let mut routes = Vec::new();
        for item in list.iter().flat_map(|list| list.split(',')) {
            if !item.trim().is_empty() {
                routes.push(Route::new(kind, config, item, variable)?);
            }
        }
        if !routes.iter().any(|route| route.buckets.is_everything()) {
            routes.push(Route {
                buckets: Pattern::Prefix(String::new()),
                store: (kind.make)(config, variable)?,
            });
        }
        Ok(Self {
            scheme: kind.scheme,
            separator: config.query_separator.clone(),
            routes,
        })
    }

    pub(crate) async fn check_start(&self) -> Result<(), Error> {
        for route in &self.routes {
            route.store.check_start().await?;
        }
        Ok(())
    }

    fn store(&self, url: &str) -> Result<&dyn Store, Error> {
        let bucket = ObjectUrl::parse(url, &self.separator)?.container;
        let mut routes = self.routes.iter();
        let route = routes.find(|route| route.buckets.fits(bucket));
        let bucket = bucket.to_owned();
        let refused = || Error::new(ErrorKind::BucketRefused { bucket });
        Ok(route.ok_or_else(refused)?.store.as_ref())
    }
}

impl Transport for Accounts {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        match self.store(&request.url) {
            Ok(store) => store.fetch(request),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

impl Route {
    /// Reads `BUCKET=ACCOUNT`.
    fn new(kind: &Kind, config: &Config, item: &str, variable: Lookup<'_>) -> Result<Self, Error> {
        let field = kind.accounts_field;
        let invalid = |why: String| Error::with_source(ErrorKind::InvalidConfig { field }, why);
        let (buckets, name) = item
            .split_once('=')
            .ok_or_else(|| invalid(format!("`{item}` is not BUCKET=ACCOUNT")))?;
        let account = Account::new(kind, name.trim(), variable).map_err(invalid)?;
        let store = (kind.make)(config, &|name| account.variable(name));
        let about = |error: Error| {
            let cause = format!("account `{}`: {error}", account.name);
            Error::with_source(error.kind().clone(), cause)
        };
        Ok(Self {
            buckets: Pattern::parse(buckets.trim()),
            store: store.map_err(about)?,
        })
    }
}

impl Pattern {
    fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(prefix) => Self::Prefix(prefix.to_owned()),
            None => Self::Name(text.to_owned()),
        }
    }

    fn fits(&self, bucket: &str) -> bool {
        match self {
            Self::Name(name) => bucket == name,
            Self::Prefix(prefix) => bucket.starts_with(prefix),
        }
    }

    fn is_everything(&self) -> bool {
        matches!(self, Self::Prefix(prefix) if prefix.is_empty())
    }
}

/// The variables of a named account.
struct Account<'a> {
    name: &'a str,
    kind: &'a Kind,
    variable: Lookup<'a>,
    /// Whether the account has variables of the cloud's tools of its own.
    is_apart: bool,
}

impl<'a> Account<'a> {
    fn new(kind: &'a Kind, name: &'a str, variable: Lookup<'a>) -> Result<Self, String> {
        let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if name.is_empty() || !name.bytes().all(is_word) {
            return Err(format!(
                "`{name}` is no name of an account: letters, digits and `_`"
            ));
        }
        let mut account = Self {
            name,
            kind,
            variable,
            is_apart: false,
        };
        let has = |names: &[&str]| names.iter().any(|name| account.own(name).is_some());
        let has_ambient = has(kind.ambient);
        if !has_ambient && !has(kind.settings) {
            let prefix = account.prefix();
            return Err(format!(
                "account `{name}` has no variables, such as {prefix}{}",
                kind.settings.first().unwrap_or(&"")
            ));
        }
        account.is_apart = has_ambient;
        Ok(account)
    }

    fn prefix(&self) -> String {
        format!("PIXGATE_ACCOUNT_{}_", self.name.to_ascii_uppercase())
    }

    fn own(&self, name: &str) -> Option<String> {
        Variables(self.variable).text(&format!("{}{name}", self.prefix()))
    }

    /// imgproxy's settings are the account's own. Credentials of the cloud's tools are its own
    /// if it has any, so that those of two accounts never mix, and else the server's. Lists of
    /// buckets are about the scheme.
    fn variable(&self, name: &str) -> Option<String> {
        let is_own = self.kind.settings.contains(&name)
            || (self.is_apart && self.kind.ambient.contains(&name));
        match (is_own, self.own(name)) {
            (true, own) => own,
            (false, own) => own.or_else(|| (self.variable)(name)),
        }
    }
}

#[cfg(all(test, feature = "s3", feature = "azure"))]
mod tests {
    use super::*;
    use crate::kinds::KINDS;

    const VARIABLES: &[(&str, &str)] = &[
        ("IMGPROXY_S3_REGION", "eu-north-1"),
        ("IMGPROXY_S3_DENIED_BUCKETS", "secret"),
        ("AWS_ACCESS_KEY_ID", "server"),
        ("AWS_SESSION_TOKEN", "server"),
        ("HOME", "/home"),
        ("PIXGATE_ACCOUNT_ARCHIVE_AWS_ACCESS_KEY_ID", "archive"),
        (
            "PIXGATE_ACCOUNT_PARTNER_IMGPROXY_S3_ASSUME_ROLE_ARN",
            "arn:role",
        ),
    ];

    fn lookup(name: &str) -> Option<String> {
        let found = VARIABLES.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn credentials_of_two_accounts_never_mix() {
        let kind = KINDS.iter().find(|kind| kind.scheme == "s3").unwrap();
        for (account, name, expected) in [
            ("archive", "AWS_ACCESS_KEY_ID", Some("archive")),
            ("archive", "AWS_SESSION_TOKEN", None),
            ("archive", "IMGPROXY_S3_REGION", None),
            ("archive", "IMGPROXY_S3_DENIED_BUCKETS", Some("secret")),
            ("archive", "HOME", Some("/home")),
            ("Partner", "AWS_ACCESS_KEY_ID", Some("server")),
            ("partner", "AWS_SESSION_TOKEN", Some("server")),
            ("partner", "IMGPROXY_S3_ASSUME_ROLE_ARN", Some("arn:role")),
        ] {
            let account = Account::new(kind, account, &lookup).unwrap();
            assert_eq!(account.variable(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn buckets_are_names_or_beginnings() {
        for (pattern, bucket, expected) in [
            ("photos", "photos", true),
            ("photos", "photos-2", false),
            ("photos*", "photos-2", true),
            ("photos*", "old-photos", false),
            ("*", "anything", true),
        ] {
            assert_eq!(Pattern::parse(pattern).fits(bucket), expected, "{pattern}");
        }
    }

    #[test]
    fn lists_that_cannot_be_used_say_why() {
        let kind = KINDS.iter().find(|kind| kind.scheme == "s3").unwrap();
        for (list, why) in [
            ("photos", "`photos` is not BUCKET=ACCOUNT"),
            (
                "photos=a-b",
                "`a-b` is no name of an account: letters, digits and `_`",
            ),
            (
                "photos=other",
                "account `other` has no variables, such as \
                 PIXGATE_ACCOUNT_OTHER_IMGPROXY_S3_REGION",
            ),
        ] {
            let variable = |name: &str| match name {
                "PIXGATE_S3_ACCOUNTS" => Some(list.to_owned()),
                name => lookup(name),
            };
            let error = Accounts::new(kind, &Config::default(), &variable).unwrap_err();
            let field = "s3.accounts";
            assert_eq!(error.kind(), &ErrorKind::InvalidConfig { field });
            let cause = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(cause, why);
        }
    }
}
