//! What a server decides about URLs.

use std::fmt;
use std::sync::Arc;

use crate::{Presets, UrlReplacements};

/// What a server decides about URLs; the default is imgproxy's.
#[derive(Debug, Clone)]
pub struct Config {
    /// Between the arguments of an option; blank counts as `:`.
    pub arguments_separator: String,
    /// Names of options that URLs may use, exactly as written; none: all.
    pub allowed_processing_options: Option<Vec<String>>,
    /// The same for info URLs.
    pub allowed_info_options: Option<Vec<String>>,
    /// URLs name presets instead of options.
    pub only_presets: bool,
    /// The same for info URLs; none: as for processing URLs.
    pub info_only_presets: Option<bool>,
    /// Named option lists.
    pub presets: Presets,
    /// Named option lists for info URLs.
    pub info_presets: Presets,
    /// The last segment of a base64 source is a file name without meaning.
    pub base64_url_includes_filename: bool,
    /// Rewrites the start of source URLs.
    pub url_replacements: UrlReplacements,
    /// Put before source URLs that do not start with it.
    pub base_url: String,
    /// URLs may change limits.
    pub allow_security_options: bool,
    /// URLs may bypass the result cache.
    pub allow_bypass_cache: bool,
    /// Pipelines that a URL may chain; 0 leaves only the fixed limit of 100.
    pub max_chained_pipelines: usize,
    /// What all paths start with, used literally.
    pub path_prefix: String,
    /// One more path that is a health check, without the prefix; empty: none.
    pub health_check_path: String,
    /// Decrypts `enc/` sources; none: they are refused.
    pub decrypt: Option<SourceDecryptor>,
    /// Decrypts `enc/~` sources, whose encryption authenticates them; none: they are refused.
    pub open: Option<SourceDecryptor>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            arguments_separator: String::from(":"),
            allowed_processing_options: None,
            allowed_info_options: None,
            only_presets: false,
            info_only_presets: None,
            presets: Presets::default(),
            info_presets: Presets::default(),
            base64_url_includes_filename: false,
            url_replacements: UrlReplacements::default(),
            base_url: String::new(),
            allow_security_options: false,
            allow_bypass_cache: false,
            max_chained_pipelines: 0,
            path_prefix: String::new(),
            health_check_path: String::new(),
            decrypt: None,
            open: None,
        }
    }
}

impl Config {
    /// What is between the arguments of an option.
    #[must_use]
    pub fn separator(&self) -> &str {
        match self.arguments_separator.trim() {
            "" => ":",
            _ => &self.arguments_separator,
        }
    }

    pub(crate) fn info_only_presets(&self) -> bool {
        self.info_only_presets.unwrap_or(self.only_presets)
    }
}

/// Turns the bytes of an `enc/` source into a URL, or refuses them without saying why.
#[derive(Clone)]
pub struct SourceDecryptor(Decrypt);

type Decrypt = Arc<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync>;

impl SourceDecryptor {
    /// Uses a function from ciphertext (with its initialisation vector or nonce in front) to
    /// plaintext.
    pub fn new(decrypt: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(decrypt))
    }

    pub(crate) fn decrypt(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        (self.0)(bytes)
    }
}

impl fmt::Debug for SourceDecryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourceDecryptor(..)")
    }
}
