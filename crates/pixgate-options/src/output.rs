//! How results are encoded.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How `autoquality` searches; imgproxy Pro.
    AutoqualityMethod {
        /// Off.
        None = "none",
        /// Towards a file size in bytes.
        Size = "size",
        /// Towards a structural dissimilarity.
        Dssim = "dssim",
        /// By a trained model.
        Ml = "ml",
    }
}

vocabulary! {
    /// The kind of WebP compression; imgproxy Pro.
    WebpCompression {
        /// Lossy.
        Lossy = "lossy",
        /// Lossless after slight changes.
        NearLossless = "near_lossless",
        /// Lossless.
        Lossless = "lossless",
    }
}

vocabulary! {
    /// What WebP encoding is tuned for; imgproxy Pro.
    WebpPreset {
        /// Nothing in particular.
        Default = "default",
        /// Outdoor photographs.
        Photo = "photo",
        /// Indoor pictures, portraits.
        Picture = "picture",
        /// Line drawings.
        Drawing = "drawing",
        /// Small colourful images.
        Icon = "icon",
        /// Text.
        Text = "text",
    }
}

vocabulary! {
    /// Whether AVIF chroma is subsampled; imgproxy Pro.
    AvifSubsample {
        /// Below quality 90.
        Auto = "auto",
        /// Always.
        On = "on",
        /// Never.
        Off = "off",
    }
}

/// The keys `autoquality.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct AutoqualityOptions {
    /// How the quality is found.
    pub method: Option<AutoqualityMethod>,
    /// What to reach; its meaning depends on the method.
    pub target: Option<f64>,
    /// Lowest quality to try, 0 to 100.
    pub min_quality: Option<u8>,
    /// Highest quality to try, 0 to 100.
    pub max_quality: Option<u8>,
    /// How far from the target a result may be.
    pub allowed_error: Option<f64>,
}

/// The keys `jpeg_options.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct JpegOptions {
    /// Progressive scans.
    pub progressive: Option<bool>,
    /// Full chroma resolution.
    pub no_subsample: Option<bool>,
    /// Trellis quantisation.
    pub trellis_quant: Option<bool>,
    /// Overshoot deringing.
    pub overshoot_deringing: Option<bool>,
    /// Optimised progressive scans.
    pub optimize_scans: Option<bool>,
    /// Quantisation table, 0 to 8.
    pub quant_table: Option<u8>,
}

/// The keys `png_options.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct PngOptions {
    /// Adam7 interlacing.
    pub interlaced: Option<bool>,
    /// Reduce to a palette.
    pub quantize: Option<bool>,
    /// Size of that palette, 2 to 256.
    pub quantization_colors: Option<u16>,
}

/// The keys `webp_options.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct WebpOptions {
    /// The kind of compression.
    pub compression: Option<WebpCompression>,
    /// Sharper, slower chroma subsampling.
    pub smart_subsample: Option<bool>,
    /// What encoding is tuned for.
    pub preset: Option<WebpPreset>,
}

/// The keys `avif_options.*`; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct AvifOptions {
    /// Whether chroma is subsampled.
    pub subsample: Option<AvifSubsample>,
}
