//! Everything that can be set, as plain data.

mod output;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderName;

use crate::{Caching, Routes, Validators};

pub use output::{Detection, Output, Watermarks};
pub use pixgate_codec::SharedSandbox;
pub use pixgate_source::Secret;

/// The configuration of a [`Proxy`](crate::Proxy).
///
/// [`Config::default`] is what imgproxy does without any environment: every source is allowed,
/// URLs are not signed, local files and object stores are off.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// Paths.
    pub routes: Routes,
    /// Who may ask.
    pub access: Access,
    /// What URLs may say and what they mean.
    pub url: UrlRules,
    /// Where sources come from and how they are asked for.
    pub source: SourceRules,
    /// Bounds on pictures and on the work for them.
    pub limits: Limits,
    /// How results are made unless the URL says otherwise.
    pub output: Output,
    /// Headers of answers.
    pub answer: Answer,
    /// The picture in place of one that cannot be had.
    pub fallback: Fallback,
    /// Where codecs run that cannot be bounded from inside; in this process, which is for trusted
    /// sources only.
    pub sandbox: SharedSandbox,
}

/// Signatures and the bearer secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    /// Signing keys, paired with the salts.
    pub keys: Vec<Vec<u8>>,
    /// Signing salts.
    pub salts: Vec<Vec<u8>>,
    /// Leading bytes of the digest that make a signature, 1 to 32.
    pub signature_size: usize,
    /// Signatures accepted as they are.
    pub trusted_signatures: Vec<String>,
    /// Bearer token that image requests must carry; empty for none.
    pub secret: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("keys", &self.keys.len())
            .field("salts", &self.salts.len())
            .field("signature_size", &self.signature_size)
            .field("trusted_signatures", &self.trusted_signatures.len())
            .field("has_secret", &!self.secret.is_empty())
            .finish()
    }
}

impl Default for Access {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            salts: Vec::new(),
            signature_size: 32,
            trusted_signatures: Vec::new(),
            secret: String::new(),
        }
    }
}

/// The grammar's switches and the treatment of source URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlRules {
    /// Between an option's name and its arguments.
    pub arguments_separator: String,
    /// Preset definitions, `name=option:argument/option:argument`; later ones override.
    pub presets: Vec<String>,
    /// The URL carries preset names only.
    pub only_presets: bool,
    /// Preset definitions of the info endpoint.
    pub info_presets: Vec<String>,
    /// Presets-only mode of the info endpoint; none follows `only_presets`.
    pub info_only_presets: Option<bool>,
    /// Option names that URLs may use; empty for all.
    pub allowed_options: Vec<String>,
    /// The same for the info endpoint.
    pub allowed_info_options: Vec<String>,
    /// URLs may lift limits.
    pub allow_security_options: bool,
    /// URLs may go past the cache of results.
    pub allow_bypass_cache: bool,
    /// Most pipelines in a URL; 0 for any number.
    pub max_chained_pipelines: usize,
    /// The last segment of an encoded source is a decoration.
    pub base64_includes_filename: bool,
    /// Put in front of source URLs that do not begin with it.
    pub base_url: String,
    /// Prefix rewrites of source URLs: `pattern=replacement` pairs between semicolons.
    pub replacements: String,
    /// AES key for encrypted source URLs: 16, 24 or 32 bytes, or empty.
    pub encryption_key: Secret<Vec<u8>>,
}

impl Default for UrlRules {
    fn default() -> Self {
        Self {
            arguments_separator: ":".to_owned(),
            presets: Vec::new(),
            only_presets: false,
            info_presets: Vec::new(),
            info_only_presets: None,
            allowed_options: Vec::new(),
            allowed_info_options: Vec::new(),
            allow_security_options: false,
            allow_bypass_cache: false,
            max_chained_pipelines: 0,
            base64_includes_filename: false,
            base_url: String::new(),
            replacements: String::new(),
            encryption_key: Secret::default(),
        }
    }
}

/// Where a source may redirect to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RedirectRule {
    /// Anywhere; patterns are for source URLs only, as imgproxy has it.
    #[default]
    Follow,
    /// To URLs that the patterns of allowed sources match.
    SameList,
    /// Nowhere: a source that redirects is refused.
    Off,
}

/// Where sources come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRules {
    /// Patterns of source URLs that may be fetched; empty for all.
    pub allowed: Vec<String>,
    /// Loopback and unspecified addresses may be contacted.
    pub allow_loopback: bool,
    /// Link-local addresses may be contacted.
    pub allow_link_local: bool,
    /// Private addresses may be contacted.
    pub allow_private: bool,
    /// Budget for one download, redirects and body included.
    pub timeout: Duration,
    /// Idle life of pooled connections; zero for no reuse.
    pub keep_alive: Duration,
    /// Most redirects followed.
    pub max_redirects: u32,
    /// Where redirects may lead.
    pub redirects: RedirectRule,
    /// `User-Agent` of source requests.
    pub user_agent: String,
    /// Headers sent with every source request.
    pub headers: Secret<Vec<(String, String)>>,
    /// Client request headers sent on to the source.
    pub headers_passthrough: Vec<String>,
    /// TLS certificates of sources are not verified.
    pub ignore_tls_verification: bool,
    /// Client cookies that apply to the source URL are sent on.
    pub cookie_passthrough: bool,
    /// All client cookies are sent on to every source.
    pub cookie_passthrough_all: bool,
    /// Scope assumed for client cookies; empty to build it from the request.
    pub cookie_base_url: String,
    /// Proxy for `http` sources; empty for none.
    pub http_proxy: Secret,
    /// Proxy for `https` sources; empty for none.
    pub https_proxy: Secret,
    /// Hosts that are asked directly.
    pub no_proxy: String,
    /// Directory that `local://` URLs read; none turns them off.
    pub local_root: Option<PathBuf>,
    /// Symbolic links that lead out of the directory are treated as missing files.
    pub confine_local_links: bool,
    /// Sources that are fetched at a time, others wait; 0 for any number.
    pub max_downloads: usize,
    /// Cuts the query off the keys of other schemes than http(s); empty for never.
    pub query_separator: String,
    /// What the environment says about object stores.
    pub stores: StoreVariables,
}

/// Environment variables of the object stores: `IMGPROXY_USE_GCS`, `AWS_ACCESS_KEY_ID` and the
/// like, read by [`pixgate_stores::Stores`].
///
/// Many are secrets, so only their names are ever printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StoreVariables(pub BTreeMap<String, String>);

impl fmt::Debug for StoreVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Default for SourceRules {
    fn default() -> Self {
        Self {
            allowed: Vec::new(),
            allow_loopback: false,
            allow_link_local: false,
            allow_private: true,
            timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(90),
            max_redirects: 10,
            redirects: RedirectRule::default(),
            user_agent: concat!("pixgate/", env!("CARGO_PKG_VERSION")).to_owned(),
            headers: Secret::default(),
            headers_passthrough: Vec::new(),
            ignore_tls_verification: false,
            cookie_passthrough: false,
            cookie_passthrough_all: false,
            cookie_base_url: String::new(),
            http_proxy: Secret::default(),
            https_proxy: Secret::default(),
            no_proxy: String::new(),
            local_root: None,
            confine_local_links: false,
            max_downloads: 0,
            query_separator: "?".to_owned(),
            stores: StoreVariables::default(),
        }
    }
}

/// Bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Total time for a request.
    pub timeout: Duration,
    /// Images worked on at once.
    pub workers: usize,
    /// How many more may wait; 0 for any number.
    pub queue_size: usize,
    /// Requests for the same at the same time share one download and one picture.
    pub coalesce: bool,
    /// Memory for sources and pixels of all requests together, in bytes.
    pub memory_bytes: u64,
    /// Most pixels of a source, all loaded frames together.
    pub max_source_pixels: u64,
    /// Most bytes of a source; 0 for no limit but the memory budget.
    pub max_source_bytes: u64,
    /// Most frames taken from an animation.
    pub max_animation_frames: u32,
    /// Most pixels of one frame of an animation, in place of the total; 0 for the total.
    pub max_frame_pixels: u64,
    /// Longest side of a result; 0 for no limit.
    pub max_result_dimension: u32,
    /// SVG files may be longer than 10 MB.
    pub svg_unlimited: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            workers: 1,
            queue_size: 0,
            coalesce: true,
            memory_bytes: 1 << 30,
            max_source_pixels: 50_000_000,
            max_source_bytes: 0,
            max_animation_frames: 1,
            max_frame_pixels: 0,
            max_result_dimension: 0,
            svg_unlimited: false,
        }
    }
}

/// Headers and bodies of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// `Server` header.
    pub server_name: String,
    /// Body of the health check.
    pub health_message: String,
    /// `Cache-Control`.
    pub caching: Caching,
    /// `ETag` and `Last-Modified`.
    pub validators: Validators,
    /// Value of `Access-Control-Allow-Origin`; empty for none.
    pub allow_origin: String,
    /// Add a canonical link to http(s) sources.
    pub canonical_link: bool,
    /// Add sizes of source and result.
    pub debug_headers: bool,
    /// Add `Server-Timing`.
    pub server_timing: bool,
    /// Headers added to every answer.
    pub headers: Vec<(String, String)>,
    /// Source response headers copied to the answer.
    pub headers_passthrough: Vec<String>,
    /// Headers that carry the tags of `cache_tags`.
    pub cache_tags: Vec<CacheTagHeader>,
    /// Errors explain themselves; never in production.
    pub development_errors: bool,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            server_name: "pixgate".to_owned(),
            health_message: "pixgate is running".to_owned(),
            caching: Caching::default(),
            validators: Validators::default(),
            allow_origin: String::new(),
            canonical_link: false,
            debug_headers: false,
            server_timing: false,
            headers: Vec::new(),
            headers_passthrough: Vec::new(),
            cache_tags: vec![CacheTagHeader::CLOUDFLARE, CacheTagHeader::CLOUDFRONT],
            development_errors: false,
        }
    }
}

/// A header that carries cache tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheTagHeader {
    /// Its name.
    pub name: Cow<'static, str>,
    /// What stands between two tags.
    pub separator: Cow<'static, str>,
}

impl CacheTagHeader {
    /// Cloudflare's.
    pub const CLOUDFLARE: Self = Self::of_commas("Cache-Tag");
    /// CloudFront's.
    pub const CLOUDFRONT: Self = Self::of_commas("x-amz-meta-cache-tag");

    /// Whether it can be written, and tags come out of it again.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let is_name = HeaderName::try_from(&*self.name).is_ok();
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let separator = self.separator.as_bytes();
        let is_short = (1..=LONGEST_SEPARATOR).contains(&separator.len());
        is_name && is_short && separator.iter().copied().all(is_plain)
    }

    const fn of_commas(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            separator: Cow::Borrowed(","),
        }
    }
}

/// Of cache tags: fifty of them stay below the 16 KiB that Cloudflare takes.
const LONGEST_SEPARATOR: usize = 8;

/// The fallback images: the configured one, and those that URLs name (`fallback_image_url`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// Its bytes; none turns it off, unless there is a URL.
    pub image: Option<Vec<u8>>,
    /// Where [`Proxy::preload`](crate::Proxy::preload) gets it if its bytes are not given.
    pub url: String,
    /// Status of answers with it; 0 for the error's own.
    pub status: u16,
    /// Their `max-age` in seconds; 0 for no special value.
    pub ttl: u64,
    /// Answers with it say so in `X-Pixgate-Fallback`.
    pub header: bool,
    /// Replacements and base URL apply to the URLs of `fallback_image_url`.
    pub preprocess_url: bool,
    /// Most pictures by URL that are kept; 0 keeps none.
    pub cached: usize,
    /// Most bytes that those take together, at most a thirty-second of the memory for all requests.
    pub cached_bytes: u64,
}

impl Default for Fallback {
    fn default() -> Self {
        Self {
            image: None,
            url: String::new(),
            status: 200,
            ttl: 0,
            header: false,
            preprocess_url: false,
            cached: 256,
            cached_bytes: 64 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let mut config = Config::default();
        config.access.keys = vec![b"key-in-clear".to_vec()];
        config.access.salts = vec![b"salt-in-clear".to_vec()];
        config.access.secret = "bearer-in-clear".to_owned();
        config.access.trusted_signatures = vec!["trusted-in-clear".to_owned()];
        config.url.encryption_key = Secret::new(b"aes-in-clear".to_vec());
        let header = ("Authorization".to_owned(), "header-in-clear".to_owned());
        config.source.headers = Secret::new(vec![header]);
        config.source.http_proxy = Secret::from("http://user:proxy-in-clear@proxy.test");
        let stores = &mut config.source.stores.0;
        stores.insert(
            "AWS_SECRET_ACCESS_KEY".to_owned(),
            "aws-in-clear".to_owned(),
        );
        let printed = format!("{config:?} {config:#?}");
        assert!(!printed.contains("in-clear"), "{printed}");
        for secret in ["key-in-clear", "aes-in-clear"] {
            let bytes = format!("{:?}", secret.as_bytes());
            assert!(!printed.contains(&bytes), "{printed}");
        }
    }
}
