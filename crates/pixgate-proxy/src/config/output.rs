//! How results are made when a URL does not say.

use std::path::PathBuf;

use pixgate_engine::Settings;

/// Defaults for results.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// What the engine does with pixels.
    ///
    /// Its limits, its watermark, its colour profiles and its sandbox are not taken from here: those
    /// of [`Limits`](crate::config::Limits), of `watermark`, of `color_profiles_dir` and of the
    /// whole [`Config`](crate::Config) count.
    pub engine: Settings,
    /// The encoded picture that the `watermark` option draws.
    pub watermark: Option<Vec<u8>>,
    /// Where [`Proxy::preload`](crate::Proxy::preload) gets it if its bytes are not given.
    pub watermark_url: String,
    /// Watermarks that URLs name.
    pub watermarks: Watermarks,
    /// Formats that `Accept` can bring about.
    pub detection: Detection,
    /// Client hints give default width and pixel ratio.
    pub client_hints: bool,
    /// Directory of the profiles that the `color_profile` option names; need not exist.
    pub color_profiles_dir: Option<PathBuf>,
    /// Directory of fonts for text in SVG and in watermarks, beside the built-in ones.
    pub fonts_dir: Option<PathBuf>,
    /// Text in SVG and in watermarks may use the fonts of the system.
    pub system_fonts: bool,
    /// Answers are attachments.
    pub return_attachment: bool,
}

/// Watermarks that URLs name (`watermark_url`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermarks {
    /// Replacements and base URL apply to their URLs.
    pub preprocess_url: bool,
    /// Patterns of URLs that may be fetched, of fallback images as well; empty for those of sources.
    pub allowed: Vec<String>,
    /// Most of them that are kept; 0 keeps none.
    pub cached: usize,
    /// Most bytes that those take together, at most a sixteenth of the memory for all requests.
    pub cached_bytes: u64,
}

impl Default for Watermarks {
    fn default() -> Self {
        Self {
            preprocess_url: false,
            allowed: Vec::new(),
            cached: 256,
            cached_bytes: 64 << 20,
        }
    }
}

/// Which formats an `Accept` header offers or forces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Detection {
    /// WebP where no format is asked for.
    pub auto_webp: bool,
    /// WebP always.
    pub enforce_webp: bool,
    /// AVIF where no format is asked for.
    pub auto_avif: bool,
    /// AVIF always.
    pub enforce_avif: bool,
    /// JPEG XL where no format is asked for.
    pub auto_jxl: bool,
    /// JPEG XL always.
    pub enforce_jxl: bool,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            engine: Settings::default(),
            watermark: None,
            watermark_url: String::new(),
            watermarks: Watermarks::default(),
            detection: Detection::default(),
            client_hints: false,
            color_profiles_dir: Some(PathBuf::from("/usr/share/color/icc")),
            fonts_dir: None,
            system_fonts: true,
            return_attachment: false,
        }
    }
}
