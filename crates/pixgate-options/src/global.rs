//! Options of a whole request.

use std::collections::BTreeMap;

use crate::{
    AutoqualityOptions, AvifOptions, Format, HashsumOptions, JpegOptions, PngOptions,
    VideoFramesOptions, WebpOptions,
};

/// Options of a whole request, whichever pipeline they are written in.
///
/// A field is a canonical key; unset means that the server's configuration decides.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// The client takes WebP and it may be chosen.
    pub prefer_webp: Option<bool>,
    /// The client takes AVIF and it may be chosen.
    pub prefer_avif: Option<bool>,
    /// The client takes JPEG XL and it may be chosen.
    pub prefer_jxl: Option<bool>,
    /// The client takes WebP and it is chosen even over an explicit format.
    pub enforce_webp: Option<bool>,
    /// The client takes AVIF and it is chosen even over an explicit format.
    pub enforce_avif: Option<bool>,
    /// The client takes JPEG XL and it is chosen even over an explicit format.
    pub enforce_jxl: Option<bool>,

    /// Search for a quality; paid there.
    pub autoquality: AutoqualityOptions,
    /// JPEG encoding; paid there.
    pub jpeg_options: JpegOptions,
    /// PNG encoding; paid there.
    pub png_options: PngOptions,
    /// WebP encoding; paid there.
    pub webp_options: WebpOptions,
    /// AVIF encoding; paid there.
    pub avif_options: AvifOptions,
    /// Resolution written to the result, in dots per inch; 0 leaves it; paid there.
    pub dpi: Option<f64>,
    /// `srgb`, `cmyk` or the name of a profile to convert to; paid there.
    pub color_profile: Option<String>,
    /// CSS put into SVG sources; paid there.
    pub style: Option<String>,
    /// First page or frame, counted from 0; paid there.
    pub page: Option<u32>,
    /// Pages stacked vertically, at least 1; paid there.
    pub pages: Option<u32>,
    /// Treat animations as still images; paid there.
    pub disable_animation: Option<bool>,
    /// Second of a video that is used; paid there.
    pub video_thumbnail_second: Option<f64>,
    /// Use only keyframes of a video; paid there.
    pub video_thumbnail_keyframes: Option<bool>,
    /// Sheet of video frames; paid there.
    pub video_thumbnail_tile: VideoFramesOptions,
    /// Animation of video frames; paid there.
    pub video_thumbnail_animation: VideoFramesOptions,
    /// Image used if the source cannot be fetched; paid there.
    pub fallback_image_url: Option<String>,
    /// Hash that the source must have; paid there.
    pub hashsum: HashsumOptions,
    /// Do not use the result cache; paid there.
    pub bypass_cache: Option<bool>,
    /// Tags for purging caches; paid there.
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
