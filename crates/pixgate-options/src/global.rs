//! Options of a whole request.

use std::collections::BTreeMap;

use crate::{
    AutoqualityOptions, AvifOptions, Format, HashsumOptions, JpegOptions, Negotiation, PngOptions,
    VideoFramesOptions, WebpOptions,
};

/// Options of a whole request, whichever pipeline they are written in.
///
/// A field is a canonical key; unset means that the server's configuration decides.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct GlobalOptions {
    /// Result format; unset is automatic.
    pub format: Option<Format>,
    /// 1 to 100; 0 asks `format_quality` and the configuration.
    pub quality: Option<u8>,
    /// Quality by result format, keys `format_quality.<format>`.
    pub format_quality: BTreeMap<Format, u8>,
    /// The quality is lowered until results have at most this many bytes; 0 is off.
    pub max_bytes: Option<u64>,
    /// Drop EXIF, XMP and IPTC.
    pub strip_metadata: Option<bool>,
    /// Keep copyright fields when dropping the rest.
    pub keep_copyright: Option<bool>,
    /// Convert to sRGB and drop the colour profile.
    pub strip_color_profile: Option<bool>,
    /// Keep more than 8 bits per channel where the format can.
    pub preserve_hdr: Option<bool>,
    /// Use the thumbnail inside HEIC and AVIF sources.
    pub enforce_thumbnail: Option<bool>,
    /// Source formats that are passed on unchanged.
    pub skip_processing: Vec<Format>,
    /// Pass on the source unchanged, whatever it is.
    pub raw: Option<bool>,
    /// Any text that makes URLs differ.
    pub cachebuster: Option<String>,
    /// Seconds since 1970 after which the URL is refused; 0 and below: never.
    pub expires: Option<i64>,
    /// Stem of the file name in `Content-Disposition`; empty: from the source.
    pub filename: Option<String>,
    /// Send `Content-Disposition: attachment`.
    pub return_attachment: Option<bool>,
    /// Frames of an animation that are used, at least 1.
    pub max_animation_frames: Option<u32>,
    /// Limit of one animation frame, in pixels; 0 is off.
    pub max_animation_frame_resolution: Option<u64>,
    /// Limit of a result's sides, in pixels; 0 and below is off.
    pub max_result_dimension: Option<i64>,
    /// Formats that the client takes and that may be chosen; no option of a URL.
    pub negotiation: Negotiation,

    /// Search for a quality; imgproxy Pro.
    pub autoquality: AutoqualityOptions,
    /// JPEG encoding; imgproxy Pro.
    pub jpeg_options: JpegOptions,
    /// PNG encoding; imgproxy Pro.
    pub png_options: PngOptions,
    /// WebP encoding; imgproxy Pro.
    pub webp_options: WebpOptions,
    /// AVIF encoding; imgproxy Pro.
    pub avif_options: AvifOptions,
    /// Resolution written to the result, in dots per inch; 0 leaves it; imgproxy Pro.
    pub dpi: Option<f64>,
    /// `srgb`, `cmyk` or the name of a profile to convert to; imgproxy Pro.
    pub color_profile: Option<String>,
    /// CSS put into SVG sources; imgproxy Pro.
    pub style: Option<String>,
    /// First page or frame, counted from 0; imgproxy Pro.
    pub page: Option<u32>,
    /// Pages stacked vertically, at least 1; imgproxy Pro.
    pub pages: Option<u32>,
    /// Treat animations as still images; imgproxy Pro.
    pub disable_animation: Option<bool>,
    /// Second of a video that is used; imgproxy Pro.
    pub video_thumbnail_second: Option<f64>,
    /// Use only keyframes of a video; imgproxy Pro.
    pub video_thumbnail_keyframes: Option<bool>,
    /// Sheet of video frames; imgproxy Pro.
    pub video_thumbnail_tile: VideoFramesOptions,
    /// Animation of video frames; imgproxy Pro.
    pub video_thumbnail_animation: VideoFramesOptions,
    /// Image used if the source cannot be fetched; imgproxy Pro.
    pub fallback_image_url: Option<String>,
    /// Hash that the source must have; imgproxy Pro.
    pub hashsum: HashsumOptions,
    /// Do not use the result cache; imgproxy Pro.
    pub bypass_cache: Option<bool>,
    /// Tags for purging caches; imgproxy Pro.
    pub cache_tags: Option<Vec<String>>,
}

impl GlobalOptions {
    /// The explicit quality for a format: `quality`, else `format_quality`; never 0.
    #[must_use]
    pub fn quality_for(&self, format: Format) -> Option<u8> {
        let of_format = self.format_quality.get(&format).copied();
        self.quality
            .filter(|quality| *quality > 0)
            .or(of_format.filter(|quality| *quality > 0))
    }

    /// The byte limit of results, none if off.
    #[must_use]
    pub fn max_bytes(&self) -> Option<u64> {
        self.max_bytes.filter(|bytes| *bytes > 0)
    }

    /// Whether the source is passed on unchanged.
    #[must_use]
    pub fn raw(&self) -> bool {
        self.raw.unwrap_or(false)
    }

    /// Whether a download is asked for instead of display.
    #[must_use]
    pub fn return_attachment(&self) -> bool {
        self.return_attachment.unwrap_or(false)
    }

    /// The first page or frame, counted from 0.
    #[must_use]
    pub fn page(&self) -> u32 {
        self.page.unwrap_or(0)
    }

    /// How many pages are stacked.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.pages.unwrap_or(1)
    }
}
