//! Where a bucket is: host and path of its objects.

use pixgate_source::{Error, ErrorKind, ObjectUrl};
use url::Url;

use super::config::S3Config;
use crate::object;

/// How buckets become hosts and paths.
#[derive(Debug)]
pub(super) struct Addresses {
    endpoint: Option<Url>,
    path_style: bool,
}

/// A bucket as requests name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bucket<'a> {
    Named(&'a str),
    AccessPoint {
        name: &'a str,
        account: &'a str,
        region: &'a str,
    },
}

impl Addresses {
    pub(super) fn new(s3: &S3Config) -> Result<Self, Error> {
        let parse = |text: &String| {
            let text = if text.contains("://") {
                text.clone()
            } else {
                format!("http://{text}")
            };
            Url::parse(&text).ok().filter(is_endpoint)
        };
        let field = "s3.endpoint";
        let endpoint = s3.endpoint.as_ref().map(|text| {
            let parsed = parse(text);
            parsed.ok_or(Error::new(ErrorKind::InvalidConfig { field }))
        });
        Ok(Self {
            endpoint: endpoint.transpose()?,
            path_style: s3.path_style,
        })
    }

    /// The URL of an object; the query part of the source URL is its version.
    pub(super) fn url(
        &self,
        bucket: &Bucket<'_>,
        object: &ObjectUrl<'_>,
        region: &str,
    ) -> Result<String, Error> {
        let place = match &self.endpoint {
            Some(endpoint) => self.at(endpoint, bucket)?,
            None => at_amazon(bucket, region),
        };
        let mut url = format!("{place}/{}", object::escape(object.key));
        if !object.query.is_empty() {
            url.push_str("?versionId=");
            url.push_str(&object::encode(object.query));
        }
        Ok(url)
    }

    fn at(&self, endpoint: &Url, bucket: &Bucket<'_>) -> Result<String, Error> {
        let scheme = endpoint.scheme();
        let path = endpoint.path().trim_end_matches('/');
        let host = authority(endpoint);
        match bucket {
            Bucket::AccessPoint { .. } if self.path_style => {
                let reason = "an access point needs IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE=false";
                Err(ErrorKind::InvalidUrl { reason }.into())
            }
            Bucket::AccessPoint { name, account, .. } => {
                Ok(format!("{scheme}://{name}-{account}.{host}{path}"))
            }
            Bucket::Named(name) if !self.path_style && is_label(name, ".-") => {
                Ok(format!("{scheme}://{name}.{host}{path}"))
            }
            Bucket::Named(name) => Ok(format!("{scheme}://{host}{path}/{}", object::encode(name))),
        }
    }
}

impl<'a> Bucket<'a> {
    /// Reads a name or `arn:PARTITION:s3:REGION:ACCOUNT:accesspoint/NAME`.
    pub(super) fn parse(text: &'a str) -> Result<Self, Error> {
        if !text.starts_with("arn:") {
            return Ok(Self::Named(text));
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let access_point = match parts[..] {
            ["arn", _, "s3", region, account, resource] => resource
                .strip_prefix("accesspoint/")
                .or(resource.strip_prefix("accesspoint:"))
                .filter(|name| {
                    [name, region, account]
                        .iter()
                        .all(|part| is_label(part, "-"))
                })
                .map(|name| Self::AccessPoint {
                    name,
                    account,
                    region,
                }),
            _ => None,
        };
        let field = "s3.access_points";
        access_point.ok_or(ErrorKind::InvalidConfig { field }.into())
    }
}

fn at_amazon(bucket: &Bucket<'_>, region: &str) -> String {
    let place = match bucket {
        Bucket::AccessPoint {
            name,
            account,
            region,
        } => {
            return format!(
                "https://{name}-{account}.s3-accesspoint.{region}.{}",
                domain(region)
            );
        }
        Bucket::Named(name) => name,
    };
    let domain = domain(region);
    // Certificates cover one label, so names with dots go into the path.
    if is_label(place, "-") {
        format!("https://{place}.s3.{region}.{domain}")
    } else {
        format!("https://s3.{region}.{domain}/{}", object::encode(place))
    }
}

/// Amazon's domain in a part of the world.
pub(super) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_endpoint(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Tells whether a text can be part of a host name.
pub(super) fn is_label(text: &str, also: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || also.as_bytes().contains(&b);
    (1..=63).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(endpoint: Option<&str>, path_style: bool, bucket: &str) -> Option<String> {
        let s3 = S3Config {
            endpoint: endpoint.map(str::to_owned),
            path_style,
            ..S3Config::default()
        };
        let object = ObjectUrl::parse("s3://b/dir/a b.png?v=1", "?").unwrap();
        let bucket = Bucket::parse(bucket).ok()?;
        Addresses::new(&s3)
            .ok()?
            .url(&bucket, &object, "eu-west-3")
            .ok()
    }

    #[test]
    fn buckets_are_addressed_by_style_and_endpoint() {
        let arn = "arn:aws:s3:us-east-2:123456789012:accesspoint/pix";
        for (endpoint, path_style, bucket, expected) in [
            (None, true, "pix", "https://pix.s3.eu-west-3.amazonaws.com"),
            (
                None,
                false,
                "p.ix",
                "https://s3.eu-west-3.amazonaws.com/p.ix",
            ),
            (
                None,
                false,
                "a@b",
                "https://s3.eu-west-3.amazonaws.com/a%40b",
            ),
            (Some("h:9000"), true, "pix", "http://h:9000/pix"),
            (Some("https://h/minio/"), true, "pix", "https://h/minio/pix"),
            (Some("http://s3.test"), false, "pix", "http://pix.s3.test"),
            (Some("http://s3.test"), false, "a#b", "http://s3.test/a%23b"),
            (
                None,
                true,
                arn,
                "https://pix-123456789012.s3-accesspoint.us-east-2.amazonaws.com",
            ),
            (
                Some("http://s3.test"),
                false,
                arn,
                "http://pix-123456789012.s3.test",
            ),
        ] {
            let expected = format!("{expected}/dir/a%20b.png?versionId=v%3D1");
            assert_eq!(url(endpoint, path_style, bucket), Some(expected));
        }
        assert_eq!(url(Some("http://s3.test"), true, arn), None);
        assert_eq!(url(Some("ftp://s3.test"), true, "pix"), None);
        assert_eq!(url(None, true, "arn:aws:s3::1:accesspoint/x.mrap"), None);
        assert_eq!(url(None, true, "arn:aws:s3:r:1:accesspoint/x/y"), None);
    }
}
