//! Everything an info URL can ask for; imgproxy Pro.

use crate::{CropOptions, GravityOptions, HashKind, HashsumOptions};

/// Everything an info URL can ask for; a field is a canonical key.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct InfoOptions {
    /// File size; on unless set.
    pub size: Option<bool>,
    /// Format and media type; on unless set.
    pub format: Option<bool>,
    /// Width, height, orientation; on unless set.
    pub dimensions: Option<bool>,
    /// EXIF.
    pub exif: ExifOptions,
    /// IPTC and Photoshop resources; on unless set.
    pub iptc: Option<bool>,
    /// XMP; on unless set.
    pub xmp: Option<bool>,
    /// Container tags and streams of videos; on unless set.
    pub video_meta: Option<bool>,
    /// Detected objects.
    pub detect_objects: Option<bool>,
    /// Classification.
    pub classify: ClassifyOptions,
    /// Name of the colour space.
    pub colorspace: Option<bool>,
    /// Number of channels.
    pub bands: Option<bool>,
    /// Type of a sample.
    pub sample_format: Option<bool>,
    /// Pages or frames.
    pub pages_number: Option<bool>,
    /// Transparency.
    pub alpha: AlphaOptions,
    /// The area that the processing option `crop` would keep.
    pub crop: CropOptions,
    /// Where detected objects end up in that area.
    pub objects_position: GravityOptions,
    /// Number of colours, 2 to 256; 0 is off.
    pub palette: Option<u16>,
    /// Average colour.
    pub average: AverageOptions,
    /// Dominant colours.
    pub dominant_colors: DominantColorsOptions,
    /// BlurHash.
    pub blurhash: BlurhashOptions,
    /// ThumbHash.
    pub thumb_hash: Option<bool>,
    /// Perceptual hash.
    pub perceptual_hash: Option<bool>,
    /// Hashes of the file.
    pub calc_hashsums: Option<Vec<HashKind>>,
    /// Page that is analysed, counted from 0.
    pub page: Option<u32>,
    /// Second of a video that is analysed.
    pub video_thumbnail_second: Option<f64>,
    /// Use only keyframes of a video.
    pub video_thumbnail_keyframes: Option<bool>,
    /// Any text that makes URLs differ.
    pub cachebuster: Option<String>,
    /// Do not use the result cache.
    pub bypass_cache: Option<bool>,
    /// Tags for purging caches.
    pub cache_tags: Option<Vec<String>>,
    /// Seconds since 1970 after which the URL is refused; 0 and below: never.
    pub expires: Option<i64>,
    /// Hash that the source must have.
    pub hashsum: HashsumOptions,
    /// Limit of the source, in pixels.
    pub max_src_resolution: Option<u64>,
    /// Limit of the source, in bytes; 0 and below is off.
    pub max_src_file_size: Option<i64>,
}

/// The keys `exif.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ExifOptions {
    /// On unless set.
    pub enabled: Option<bool>,
    /// Tag names instead of readable names; off unless set.
    pub canonical_names: Option<bool>,
}

/// The keys `classify.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ClassifyOptions {
    /// How many classes are returned; 0 is off.
    pub top_k: Option<u32>,
    /// Only these classes; empty: all.
    pub classes: Option<Vec<String>>,
}

/// The keys `alpha.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct AlphaOptions {
    /// Whether there is an alpha channel; off unless set.
    pub alpha: Option<bool>,
    /// Whether any pixel is transparent; off unless set.
    pub check_transparency: Option<bool>,
}

/// The keys `average.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct AverageOptions {
    /// Off unless set.
    pub average: Option<bool>,
    /// Leave transparent pixels out; on unless set.
    pub ignore_transparent: Option<bool>,
}

/// The keys `dominant_colors.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct DominantColorsOptions {
    /// Off unless set.
    pub dominant_colors: Option<bool>,
    /// Derive colours that were not found; off unless set.
    pub build_missed: Option<bool>,
}

/// The keys `blurhash.*`; active if both are above 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct BlurhashOptions {
    /// Horizontal components, 0 to 9.
    pub x_components: Option<u8>,
    /// Vertical components, 0 to 9.
    pub y_components: Option<u8>,
}

impl InfoOptions {
    /// Whether the file size is asked for.
    #[must_use]
    pub fn size(&self) -> bool {
        self.size.unwrap_or(true)
    }

    /// Whether format and media type are asked for.
    #[must_use]
    pub fn format(&self) -> bool {
        self.format.unwrap_or(true)
    }

    /// Whether width, height and orientation are asked for.
    #[must_use]
    pub fn dimensions(&self) -> bool {
        self.dimensions.unwrap_or(true)
    }

    /// Whether EXIF is asked for.
    #[must_use]
    pub fn exif(&self) -> bool {
        self.exif.enabled.unwrap_or(true)
    }

    /// Whether IPTC is asked for.
    #[must_use]
    pub fn iptc(&self) -> bool {
        self.iptc.unwrap_or(true)
    }

    /// Whether XMP is asked for.
    #[must_use]
    pub fn xmp(&self) -> bool {
        self.xmp.unwrap_or(true)
    }

    /// Whether tags and streams of videos are asked for.
    #[must_use]
    pub fn video_meta(&self) -> bool {
        self.video_meta.unwrap_or(true)
    }
}
