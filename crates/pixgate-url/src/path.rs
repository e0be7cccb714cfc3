//! From a raw request target to signature and signed text.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::Config;
use crate::error::{Error, ErrorKind};

/// What a request target leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint<'t> {
    /// The landing page.
    Landing,
    /// The health check.
    Health,
    /// `favicon.ico` or `.well-known`: nothing, and no error either.
    NotFound,
    /// An image to process.
    Process(SplitPath<'t>),
    /// Questions about an image.
    Info(SplitPath<'t>),
}

/// A path taken apart as far as needed to verify its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPath<'t> {
    /// The signature as written, neither decoded nor trimmed.
    pub signature: &'t str,
    /// What is signed: everything after the signature, repaired, with a slash in front.
    pub signed: String,
}

/// Finds out what the raw target of a `GET` request leads to and takes its path apart.
///
/// The query string is dropped. The path is repaired where proxies tend to damage it: `%3A`
/// before the source becomes `:`, and `http:/` in a plain source becomes `http://`.
///
/// # Errors
///
/// [`ErrorKind::BadRequest`] for a target that HTTP does not allow, [`ErrorKind::RouteNotFound`]
/// outside the path prefix, [`ErrorKind::InvalidPath`] without signature or rest.
///
/// # Examples
///
/// ```
/// use pixgate_url::{Config, Endpoint, classify};
///
/// let target = "/sig/w%3A10/plain/http:/img.test/a.jpg?utm=1";
/// let Ok(Endpoint::Process(path)) = classify(target, &Config::default()) else { panic!() };
/// assert_eq!(path.signature, "sig");
/// assert_eq!(path.signed, "/w:10/plain/http://img.test/a.jpg");
/// ```
pub fn classify<'t>(target: &'t str, config: &Config) -> Result<Endpoint<'t>, Error> {
    let path = check_target(target)?;
    let decoded: Cow<'_, [u8]> = percent_decode_str(path).into();
    let Some(route) = decoded.strip_prefix(config.path_prefix.as_bytes()) else {
        return Err(Error::new(ErrorKind::RouteNotFound, 0, path).with_hint(outside(config)));
    };
    let extra_health = config.health_check_path.as_bytes();
    match route {
        b"" | b"/" => Ok(Endpoint::Landing),
        b"/health" => Ok(Endpoint::Health),
        b"/favicon.ico" => Ok(Endpoint::NotFound),
        _ if !extra_health.is_empty() && route == extra_health => Ok(Endpoint::Health),
        _ if route.starts_with(b"/.well-known/") => Ok(Endpoint::NotFound),
        _ if route.starts_with(b"/") => split_routed(path, config),
        _ => Err(Error::new(ErrorKind::RouteNotFound, 0, path).with_hint(outside(config))),
    }
}

fn outside(config: &Config) -> String {
    format!("every path starts with `{}/`", config.path_prefix)
}

/// Returns the target without its query.
fn check_target(target: &str) -> Result<&str, Error> {
    let refused = |position, hint: &'static str| {
        let segment = target.get(position..).unwrap_or_default();
        Err(Error::new(ErrorKind::BadRequest, position, segment).with_hint(hint))
    };
    if !target.is_empty() && !target.starts_with('/') {
        return refused(0, "a request target starts with `/`");
    }
    if let Some(position) = target.bytes().position(|byte| byte == b' ') {
        return refused(position, "write a space as `%20`");
    }
    if let Some(position) = target.bytes().position(|byte| byte.is_ascii_control()) {
        return refused(position, "control characters must be percent-encoded");
    }
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    match stray_percent(path) {
        Some(position) => refused(position, "write `%` as `%25`"),
        None => Ok(path),
    }
}

/// Where a `%` is not followed by two hexadecimal digits.
pub(crate) fn stray_percent(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let stray = |position: &usize| {
        let digits = bytes.get(position.saturating_add(1)..position.saturating_add(3));
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.match_indices('%').map(|(at, _)| at).find(stray)
}

fn split_routed<'t>(path: &'t str, config: &Config) -> Result<Endpoint<'t>, Error> {
    let rest = path
        .strip_prefix(config.path_prefix.as_str())
        .unwrap_or(path);
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    match rest.strip_prefix("info/") {
        Some(rest) => split(path, rest).map(Endpoint::Info),
        None => split(path, rest).map(Endpoint::Process),
    }
}

/// Splits `rest`, the end of `path`, into signature and signed text.
fn split<'t>(path: &str, rest: &'t str) -> Result<SplitPath<'t>, Error> {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let (signature, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let signed = repair(rest);
    if signature.is_empty() || signed == "/" {
        let position = path.len().saturating_sub(rest.len());
        let hint = "a path is `/signature/options/source`; without keys any signature will do";
        return Err(Error::new(ErrorKind::InvalidPath, position, path).with_hint(hint));
    }
    Ok(SplitPath { signature, signed })
}

/// Undoes what proxies do to paths, takes off one leading slash, and adds one if none is left.
fn repair(rest: &str) -> String {
    let (head, tail) = split_plain(rest);
    let mut repaired = String::with_capacity(rest.len().saturating_add(4));
    repaired.push_str(&head.replace("%3A", ":"));
    if let Some(tail) = tail {
        repaired.push_str(PLAIN);
        push_repaired_tail(tail, &mut repaired);
    }
    match repaired.strip_prefix('/') {
        Some(rest) if rest.starts_with('/') => rest.to_owned(),
        Some(_) => repaired,
        None => format!("/{repaired}"),
    }
}

fn split_plain(rest: &str) -> (&str, Option<&str>) {
    if let Some(tail) = rest.strip_prefix("plain/") {
        return ("", Some(tail));
    }
    match rest.split_once(PLAIN) {
        Some((head, tail)) => (head, Some(tail)),
        None => (rest, None),
    }
}

/// Doubles (for `local:` triples) the slash of the last `:/` that one slash alone follows.
fn push_repaired_tail(tail: &str, repaired: &mut String) {
    let single = |(at, _): &(usize, &str)| {
        let after = tail.get(at.saturating_add(2)..).unwrap_or_default();
        *at > 0 && !after.is_empty() && !after.starts_with('/')
    };
    let Some((at, _)) = tail.rmatch_indices(":/").find(single) else {
        repaired.push_str(tail);
        return;
    };
    let (scheme, after) = tail.split_at_checked(at).unwrap_or((tail, ""));
    repaired.push_str(scheme);
    repaired.push_str(if scheme == "local" { ":///" } else { "://" });
    repaired.push_str(after.strip_prefix(":/").unwrap_or_default());
}

const PLAIN: &str = "/plain/";

#[cfg(test)]
mod tests {
    use super::{repair, stray_percent};

    #[test]
    fn repairs_what_proxies_damage() {
        for (rest, repaired) in [
            ("plain/http:/e.com/a.jpg", "/plain/http://e.com/a.jpg"),
            ("/w:10/plain/https:/e.com/a", "/w:10/plain/https://e.com/a"),
            ("plain/local:/a.jpg", "/plain/local:///a.jpg"),
            ("plain/s3:/bucket/key", "/plain/s3://bucket/key"),
            ("rs%3Afill%3A30%3A20/abc", "/rs:fill:30:20/abc"),
            ("plain/http:", "/plain/http:"),
            ("plain/http%3A/e.com", "/plain/http%3A/e.com"),
            ("plain/http://e.com/x:/y", "/plain/http://e.com/x://y"),
            ("plain/http:/e.com/x:/y", "/plain/http:/e.com/x://y"),
            ("plain/:/x", "/plain/:/x"),
            ("plain/é:/é", "/plain/é://é"),
            ("//plain/a", "/plain/a"),
            ("///plain/a", "//plain/a"),
            ("/", "/"),
            ("", "/"),
        ] {
            assert_eq!(repair(rest), repaired, "{rest}");
        }
    }

    #[test]
    fn finds_percent_signs_without_digits() {
        for (text, position) in [
            ("a%20b", None),
            ("%zz", Some(0)),
            ("%2", Some(0)),
            ("%41%", Some(3)),
            ("%2é", Some(0)),
        ] {
            assert_eq!(stray_percent(text), position, "{text}");
        }
    }
}
