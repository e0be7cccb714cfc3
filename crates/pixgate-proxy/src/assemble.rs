//! From plain configuration to the parts that work.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate_allow::{AddressPolicy, Allowlist};
use pixgate_engine::{SharedColorProfiles, WatermarkImage};
use pixgate_sign::{KeyPair, KeyRing, Secret, SourceCipher};
use pixgate_source::{Fetcher, Proxies, Redirects};
use pixgate_stores::Stores;
use pixgate_url::{Presets, SourceDecryptor, UrlReplacements};

use crate::color_profiles::ProfileFolder;
use crate::config::{CacheTagHeader, Config, Limits, RedirectRule, SourceRules, UrlRules};
use crate::fallback_image::FallbackImage;
use crate::{StartError, StartErrorKind};

pub(crate) fn grammar(config: &Config) -> Result<pixgate_url::Config, StartError> {
    let rules = &config.url;
    let grammar = pixgate_url::Config {
        arguments_separator: rules.arguments_separator.clone(),
        allowed_processing_options: unless_empty(&rules.allowed_options),
        allowed_info_options: unless_empty(&rules.allowed_info_options),
        only_presets: rules.only_presets,
        info_only_presets: rules.info_only_presets,
        presets: presets(&rules.presets)?,
        info_presets: presets(&rules.info_presets)?,
        base64_url_includes_filename: rules.base64_includes_filename,
        url_replacements: UrlReplacements::parse(&rules.replacements)?,
        base_url: rules.base_url.clone(),
        allow_security_options: rules.allow_security_options,
        allow_bypass_cache: rules.allow_bypass_cache,
        max_chained_pipelines: rules.max_chained_pipelines,
        path_prefix: config.routes.prefix.clone(),
        health_check_path: config.routes.health_path.clone(),
        decrypt: decryptor(rules, SourceCipher::decrypt_raw)?,
        open: decryptor(rules, SourceCipher::open_raw)?,
    };
    grammar.check(0)?;
    Ok(grammar)
}

fn unless_empty(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

fn presets(definitions: &[String]) -> Result<Presets, StartError> {
    let mut presets = Presets::default();
    for definition in definitions {
        presets.merge(Presets::from_list(definition, "")?);
    }
    Ok(presets)
}

fn decryptor(rules: &UrlRules, form: Decrypt) -> Result<Option<SourceDecryptor>, StartError> {
    if rules.encryption_key.expose().is_empty() {
        return Ok(None);
    }
    let cipher = SourceCipher::new(rules.encryption_key.expose())?;
    let decrypt = move |bytes: &[u8]| form(&cipher, bytes).ok();
    Ok(Some(SourceDecryptor::new(decrypt)))
}

/// One of the two forms of encrypted sources.
type Decrypt = fn(&SourceCipher, &[u8]) -> Result<Vec<u8>, pixgate_sign::Error>;

pub(crate) fn key_ring(config: &Config) -> Result<KeyRing, StartError> {
    let access = &config.access;
    if access.keys.len() != access.salts.len() {
        let (keys, salts) = (access.keys.len(), access.salts.len());
        return Err(
            pixgate_sign::Error::from(pixgate_sign::ErrorKind::PairCount { keys, salts }).into(),
        );
    }
    let pairs = access.keys.iter().zip(&access.salts);
    let pairs: Result<_, _> = pairs.map(|(key, salt)| KeyPair::new(key, salt)).collect();
    let ring = KeyRing::new(pairs?).with_signature_size(access.signature_size)?;
    Ok(ring.with_trusted_signatures(&access.trusted_signatures.join(",")))
}

pub(crate) fn secret(config: &Config) -> Result<Option<Secret>, StartError> {
    let text = &config.access.secret;
    Ok((!text.is_empty()).then(|| Secret::new(text)).transpose()?)
}

pub(crate) fn allowlist(rules: &SourceRules) -> Allowlist {
    Allowlist::new(&rules.allowed).with_query_separator(rules.query_separator.as_str())
}

/// The patterns of watermarks that URLs name: those of sources, unless there are others.
pub(crate) fn watermark_allowlist(config: &Config) -> Allowlist {
    match config.output.watermarks.allowed.as_slice() {
        [] => allowlist(&config.source),
        patterns => {
            Allowlist::new(patterns).with_query_separator(config.source.query_separator.as_str())
        }
    }
}

/// What fetches http(s) and local sources, and the object stores beside it.
pub(crate) fn fetcher(config: &Config) -> Result<(Fetcher, Stores), StartError> {
    let rules = &config.source;
    let defaults = pixgate_source::Config::default();
    let source = pixgate_source::Config {
        download_timeout: rules.timeout,
        idle_timeout: rules.timeout,
        max_redirects: rules.max_redirects,
        redirects: match rules.redirects {
            RedirectRule::Follow => Redirects::Follow,
            RedirectRule::SameList => Redirects::SameList(allowlist(rules)),
            RedirectRule::Off => Redirects::Off,
        },
        user_agent: rules.user_agent.clone(),
        keep_alive: rules.keep_alive,
        max_bytes: match config.limits.max_source_bytes {
            0 => defaults.max_bytes,
            // Options in a URL may be allowed to raise the limit, so it is applied per request.
            bytes => defaults.max_bytes.max(bytes),
        },
        addresses: AddressPolicy {
            loopback: rules.allow_loopback,
            link_local: rules.allow_link_local,
            private: rules.allow_private,
        },
        ignore_ssl_verification: rules.ignore_tls_verification,
        headers: headers(rules.headers.expose())?,
        keep_headers: names(&config.answer.headers_passthrough)?,
        proxies: Proxies {
            http: text(rules.http_proxy.expose()),
            https: text(rules.https_proxy.expose()),
            exceptions: text(&rules.no_proxy),
        },
        local_root: rules.local_root.clone(),
        follow_symlinks_outside: !rules.confine_local_links,
        query_separator: rules.query_separator.clone(),
        max_downloads: rules.max_downloads,
        ..defaults
    };
    let variables = &rules.stores.0;
    let stores = Stores::from_variables(&source, &|name| variables.get(name).cloned())?;
    Ok((stores.add_to(Fetcher::new(source)?), stores))
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Headers of a configured list.
pub(crate) fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, StartError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name = HeaderName::try_from(name.trim()).map_err(|_| bad_header(name))?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| bad_header(value))?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// Header names of a configured list; empty items are left out.
pub(crate) fn names(list: &[String]) -> Result<Vec<HeaderName>, StartError> {
    let given = list.iter().filter(|name| !name.is_empty());
    given
        .map(|name| HeaderName::try_from(name.as_str()).map_err(|_| bad_header(name)))
        .collect()
}

/// Names and separators of the headers for cache tags.
pub(crate) fn cache_tags(
    headers: &[CacheTagHeader],
) -> Result<Vec<(HeaderName, String)>, StartError> {
    let checked = headers.iter().map(|header| {
        let separator = header.separator.clone().into_owned();
        match HeaderName::try_from(&*header.name) {
            Ok(name) if header.is_usable() => Ok((name, separator)),
            _ => Err(bad_header(&format!("{}={separator}", header.name))),
        }
    });
    checked.collect()
}

fn bad_header(text: &str) -> StartError {
    StartError::new(StartErrorKind::Header {
        text: text.to_owned(),
    })
}

/// Adds the configured fonts to those for drawings, which the whole process shares; a sandbox that
/// draws has fonts of its own.
#[cfg(feature = "svg")]
pub(crate) fn fonts(config: &Config) {
    let draws_here = !config.sandbox.get().takes(pixgate_options::Format::Svg);
    if !draws_here {
        return;
    }
    if config.output.system_fonts {
        pixgate_codec::add_system_fonts();
    }
    if let Some(folder) = &config.output.fonts_dir {
        pixgate_codec::add_fonts(folder);
    }
}

pub(crate) fn engine(config: &Config) -> Result<pixgate_engine::Settings, StartError> {
    let (output, limits) = (&config.output, &config.limits);
    let mut settings = output.engine.clone();
    settings.sandbox = config.sandbox.clone();
    let folder = output.color_profiles_dir.clone();
    settings.color_profiles = folder.map_or_else(SharedColorProfiles::default, |folder| {
        SharedColorProfiles::new(Arc::new(ProfileFolder::new(folder)))
    });
    settings.max_src_resolution = limits.max_source_pixels;
    settings.max_animation_frames = limits.max_animation_frames;
    settings.max_animation_frame_resolution = limits.max_frame_pixels;
    settings.max_result_dimension = limits.max_result_dimension;
    settings.preferred_formats = writable(&settings.preferred_formats);
    settings.watermark = output
        .watermark
        .as_deref()
        .map(|bytes| watermark(bytes, limits))
        .transpose()?;
    Ok(settings)
}

pub(crate) fn watermark(bytes: &[u8], limits: &Limits) -> Result<WatermarkImage, StartError> {
    let mut bounds = pixgate_codec::Limits::default();
    bounds.max_frame_pixels = limits.max_source_pixels;
    let header = pixgate_codec::probe(bytes, &bounds).map_err(|error| {
        StartError::new(StartErrorKind::Watermark {
            what: format!("the watermark: {error}"),
        })
    })?;
    Ok(WatermarkImage {
        bytes: bytes.into(),
        header,
    })
}

fn writable(formats: &[pixgate_options::Format]) -> Vec<pixgate_options::Format> {
    let can_write = |format: &pixgate_options::Format| pixgate_codec::can_write(*format);
    formats.iter().copied().filter(can_write).collect()
}

/// The configured fallback image, shared by all requests that need it.
pub(crate) fn fallback(config: &Config) -> Result<Option<FallbackImage>, StartError> {
    let image = config.fallback.image.as_deref();
    image
        .map(|image| FallbackImage::new(Bytes::copy_from_slice(image), HeaderMap::new()))
        .transpose()
}
