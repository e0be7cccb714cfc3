//! Building URLs step by step.

use base64::Engine;
use pixgate_options::{Format, PipelineOptions, ProcessingOptions, ResizingType};

use crate::apply::Applier;
use crate::args::texts::BASE64;
use crate::error::{Error, ErrorKind};
use crate::source::SourceKind;
use crate::write::{WrittenSource, write};
use crate::{Config, SourceUrl};

/// Builds the path of an image: options, then source.
///
/// The result is the signed text. Put `/` and a signature in front of it, or `/unsafe` for a
/// server without keys.
///
/// # Examples
///
/// ```
/// use pixgate_options::{Format, ResizingType};
/// use pixgate_url::UrlBuilder;
///
/// let path = UrlBuilder::new("https://img.test/cat.jpg")
///     .resize(ResizingType::Fill, 300, 200)
///     .option("g:no:0:10")
///     .extension(Format::Avif)
///     .build()?;
/// assert_eq!(path, "/rt:fill/w:300/h:200/g:no:0:10/plain/https://img.test/cat.jpg@avif");
/// # Ok::<(), pixgate_url::Error>(())
/// ```
///
/// A mistake is reported when the path is built:
///
/// ```
/// # use pixgate_url::UrlBuilder;
/// let error = UrlBuilder::new("https://img.test/cat.jpg").option("g:fp:0.5").build().unwrap_err();
/// assert_eq!(error.kind().name(), "invalid_argument");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct UrlBuilder {
    source: SourceUrl,
    kind: SourceKind,
    options: ProcessingOptions,
    pipeline: usize,
    presets: Vec<String>,
    extension: Option<Format>,
    error: Option<Error>,
}

impl UrlBuilder {
    /// Starts with a source and no options; the source is written readably.
    pub fn new(source: impl Into<Vec<u8>>) -> Self {
        Self {
            source: SourceUrl::new(source),
            kind: SourceKind::Plain,
            options: ProcessingOptions::default(),
            pipeline: 0,
            presets: Vec::new(),
            extension: None,
            error: None,
        }
    }

    /// Replaces all options.
    pub fn options(mut self, options: ProcessingOptions) -> Self {
        self.pipeline = options.pipelines.len().saturating_sub(1);
        self.options = options;
        self
    }

    /// Sets type and size of the result in the current pipeline.
    pub fn resize(mut self, resizing_type: ResizingType, width: u32, height: u32) -> Self {
        if let Some(pipeline) = self.options.pipelines.get_mut(self.pipeline) {
            pipeline.resizing_type = Some(resizing_type);
            pipeline.width = Some(width);
            pipeline.height = Some(height);
        }
        self
    }

    /// Adds an option as URLs have it, with `:` as the separator; security options are allowed.
    pub fn option(mut self, segment: &str) -> Self {
        let config = Config {
            allow_security_options: true,
            allow_bypass_cache: true,
            ..Config::default()
        };
        let options = std::mem::take(&mut self.options);
        let mut applier = Applier::new(options, &config, 0);
        applier.pipeline = self.pipeline;
        let applied = applier.option(segment, 0);
        self.options = applier.options;
        if let Err(error) = applied {
            self.error.get_or_insert(error);
        }
        self
    }

    /// Adds a preset; presets are applied before all options.
    pub fn preset(mut self, name: impl Into<String>) -> Self {
        self.presets.push(name.into());
        self
    }

    /// Starts another pass over the pixels.
    pub fn next_pipeline(mut self) -> Self {
        self.options.pipelines.push(PipelineOptions::default());
        self.pipeline = self.options.pipelines.len().saturating_sub(1);
        self
    }

    /// Sets the result format, written after the source.
    pub fn extension(mut self, format: Format) -> Self {
        self.extension = Some(format);
        self
    }

    /// Writes the source as base64.
    pub fn base64(mut self) -> Self {
        self.kind = SourceKind::Base64;
        self
    }

    /// Writes this encrypted source instead of the readable one: a text as `SourceCipher` of
    /// pixgate-sign gives it, URL-safe base64 of the initialisation vector and the ciphertext, or `~`
    /// and URL-safe base64 of the nonce and the authenticated ciphertext.
    ///
    /// A text that is neither is reported when the path is built.
    ///
    /// # Examples
    ///
    /// ```
    /// # use pixgate_url::UrlBuilder;
    /// let path = UrlBuilder::new("").encrypted("AAECAwQFBgcICQoLDA0ODw").build()?;
    /// assert_eq!(path, "/enc/AAECAwQFBgcICQoLDA0ODw");
    /// assert!(UrlBuilder::new("").encrypted([0xFF; 32]).build().is_err());
    /// # Ok::<(), pixgate_url::Error>(())
    /// ```
    pub fn encrypted(mut self, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        let (kind, base64) = match text.strip_prefix(b"~") {
            Some(base64) => (SourceKind::Sealed, base64),
            None => (SourceKind::Encrypted, text),
        };
        match BASE64.decode(base64) {
            Ok(bytes) => {
                self.kind = kind;
                self.source = SourceUrl::new(bytes);
            }
            Err(_) => {
                let shown = String::from_utf8_lossy(text);
                let error = Error::new(ErrorKind::Unwritable, 0, &shown);
                let hint = "an encrypted source is URL-safe base64, as `SourceCipher` gives it";
                self.error.get_or_insert(error.with_hint(hint));
            }
        }
        self
    }

    /// Writes the path for a server with default configuration.
    ///
    /// # Errors
    ///
    /// The first option that was refused, or [`ErrorKind::Unwritable`].
    pub fn build(&self) -> Result<String, Error> {
        self.build_for(&Config::default())
    }

    /// Writes the path for a server with this configuration.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_for(&self, config: &Config) -> Result<String, Error> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let bytes = self.source.as_bytes();
        let source = match self.kind {
            SourceKind::Plain => WrittenSource::Plain(bytes),
            SourceKind::Base64 => WrittenSource::Base64(bytes),
            SourceKind::Encrypted => WrittenSource::Encrypted(bytes),
            SourceKind::Sealed => WrittenSource::Sealed(bytes),
        };
        let path = write(&self.options, source, self.extension, config)?;
        self.preset_segment(config).map(|presets| presets + &path)
    }

    fn preset_segment(&self, config: &Config) -> Result<String, Error> {
        let separator = config.separator();
        let unusable = |name: &&String| {
            name.is_empty() || name.contains(['/', '?', ' ', '%']) || name.contains(separator)
        };
        if let Some(name) = self.presets.iter().find(unusable) {
            let error = Error::new(ErrorKind::Unwritable, 0, name);
            return Err(error.with_hint("a preset in a URL has no `/`, `?`, `%` or separator"));
        }
        match self.presets.as_slice() {
            [] => Ok(String::new()),
            names => Ok(format!("/pr{separator}{}", names.join(separator))),
        }
    }
}
