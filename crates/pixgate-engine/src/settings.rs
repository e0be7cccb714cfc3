//! The configuration that plans depend on.

use std::sync::Arc;

use pixgate_codec::{Header, SharedSandbox};
use pixgate_options::{
    AutoqualityMethod, AvifSubsample, Format, ResizingAlgorithm, UnsharpMode, WebpCompression,
    WebpPreset,
};

use crate::profiles::SharedColorProfiles;

/// What an operator configures, as far as plans depend on it.
///
/// `Default` is imgproxy's: every field says its default.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Quality where nothing more specific is set, 1 to 100; 80.
    pub quality: u8,
    /// Qualities by format; webp 79, avif 63, jxl 77.
    pub format_quality: Vec<(Format, u8)>,
    /// Whether to turn sources as their orientation tells; true.
    pub auto_rotate: bool,
    /// Whether to remove metadata; true.
    pub strip_metadata: bool,
    /// Resolution of results whose metadata is removed, in pixels per inch; 0 writes none; 72.
    pub strip_metadata_dpi: f64,
    /// Whether to keep copyright and author when metadata is removed; true.
    pub keep_copyright: bool,
    /// Whether to convert to sRGB and remove the colour profile; true.
    pub strip_color_profile: bool,
    /// Whether to keep more than 8 bits where the result format can; false.
    pub preserve_hdr: bool,
    /// Whether to scale in linear light; false.
    pub use_linear_colorspace: bool,
    /// Whether to decode at full size always; false.
    pub disable_shrink_on_load: bool,
    /// Whether an SVG source without a requested format is rendered; false.
    pub always_rasterize_svg: bool,
    /// Whether scripts are removed from an SVG that is passed through; true.
    pub sanitize_svg: bool,
    /// Whether the thumbnail that lies in a source is used in place of its picture; false.
    pub enforce_thumbnail: bool,
    /// Formats whose thumbnails are used then; AVIF and HEIC.
    pub embedded_thumbnails: EmbeddedThumbnails,
    /// Source formats that are passed through if no other is requested; none.
    pub skip_processing: Vec<Format>,
    /// Most pixels of a source, all frames together; 50,000,000.
    pub max_src_resolution: u64,
    /// Most frames of an animation that are kept; 1 makes every result a still image; 1.
    pub max_animation_frames: u32,
    /// Most pixels of one frame; if set, the sum of all frames is not limited; 0 is off.
    pub max_animation_frame_resolution: u64,
    /// Longest side of the result; 0 is off.
    pub max_result_dimension: u32,
    /// Formats to choose from when none is requested; jpeg, png, gif.
    pub preferred_formats: Vec<Format>,
    /// Formats that can be written; those of this build.
    pub writable_formats: Vec<Format>,
    /// JPEG in progressive scans; false.
    pub jpeg_progressive: bool,
    /// JPEG quantisation tables, 0 to 8 as in mozjpeg, where 0 are those of the standard; none,
    /// those of pixgate-jpeg, which are better for the same bytes.
    pub jpeg_quant_table: Option<u8>,
    /// JPEG with trellis quantisation: fewer bytes for the same quality, and more time; false.
    pub jpeg_trellis_quant: bool,
    /// PNG interlaced; false.
    pub png_interlaced: bool,
    /// PNG reduced to a palette; false.
    pub png_quantize: bool,
    /// Colours of a reduced PNG, 2 to 256; only the palette depth follows from it; 256.
    pub png_quantization_colors: u16,
    /// PNG effort, 1 to 6; 3.
    pub png_effort: u8,
    /// PNG in fewer samples, fewer bits or indices where all pixels stay the same; false.
    pub png_reduce: bool,
    /// WebP effort, 1 to 6; 4.
    pub webp_effort: u8,
    /// JPEG XL effort, 1 to 9; 4.
    pub jxl_effort: u8,
    /// WebP lossy, nearly lossless or lossless; lossy.
    pub webp_compression: WebpCompression,
    /// WebP with sharper chroma, which takes longer; false.
    pub webp_smart_subsample: bool,
    /// What WebP is tuned for; nothing in particular.
    pub webp_preset: WebpPreset,
    /// Whether AVIF chroma is subsampled; below quality 90.
    pub avif_subsample: AvifSubsample,
    /// JPEG with full chroma resolution whatever the quality; false.
    pub jpeg_no_subsample: bool,
    /// AVIF speed, 0 to 9, more is faster; 8.
    pub avif_speed: u8,
    /// How the quality of results is searched for; not at all.
    pub autoquality: Autoquality,
    /// How the best format is found; only where it is asked for.
    pub best_format: BestFormat,
    /// Whether the source's own bytes, with the result's metadata, come out where nothing visible
    /// is asked for and coding the pixels anew makes more of them; in the same format.
    pub smaller_source: SmallerSource,
    /// How pixels are mixed where pictures are scaled; lanczos3.
    pub resizing_algorithm: ResizingAlgorithm,
    /// When and how results are sharpened; mode none, weight 1, divider 24.
    pub unsharp_masking: UnsharpMasking,
    /// What is done about objects; only a build with the feature `faces` finds any.
    pub objects: ObjectDetection,
    /// The image that the `watermark` option draws; none.
    pub watermark: Option<WatermarkImage>,
    /// Multiplies the opacity of every watermark; 1.
    pub watermark_opacity: f64,
    /// Where the profiles come from that the `color_profile` option names; none but `srgb`.
    pub color_profiles: SharedColorProfiles,
    /// Where codecs run that cannot be bounded from inside, drawings (SVG) first; on the caller's
    /// thread, which is for trusted sources only.
    pub sandbox: SharedSandbox,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quality: 80,
            format_quality: vec![(Format::Webp, 79), (Format::Avif, 63), (Format::Jxl, 77)],
            auto_rotate: true,
            strip_metadata: true,
            strip_metadata_dpi: 72.0,
            keep_copyright: true,
            strip_color_profile: true,
            preserve_hdr: false,
            use_linear_colorspace: false,
            disable_shrink_on_load: false,
            always_rasterize_svg: false,
            sanitize_svg: true,
            enforce_thumbnail: false,
            embedded_thumbnails: EmbeddedThumbnails::Heif,
            skip_processing: Vec::new(),
            max_src_resolution: 50_000_000,
            max_animation_frames: 1,
            max_animation_frame_resolution: 0,
            max_result_dimension: 0,
            preferred_formats: vec![Format::Jpeg, Format::Png, Format::Gif],
            writable_formats: writable_formats(),
            jpeg_progressive: false,
            jpeg_quant_table: None,
            jpeg_trellis_quant: false,
            png_interlaced: false,
            png_quantize: false,
            png_quantization_colors: 256,
            png_effort: 2,
            png_reduce: false,
            webp_effort: 4,
            jxl_effort: 4,
            webp_compression: WebpCompression::Lossy,
            webp_smart_subsample: false,
            webp_preset: WebpPreset::Default,
            avif_subsample: AvifSubsample::Auto,
            jpeg_no_subsample: false,
            avif_speed: 8,
            autoquality: Autoquality::default(),
            best_format: BestFormat::default(),
            smaller_source: SmallerSource::SameFormat,
            resizing_algorithm: ResizingAlgorithm::Lanczos3,
            unsharp_masking: UnsharpMasking::default(),
            objects: ObjectDetection::default(),
            watermark: None,
            watermark_opacity: 1.0,
            color_profiles: SharedColorProfiles::default(),
            sandbox: SharedSandbox::default(),
        }
    }
}

/// How the quality of results is searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoquality {
    /// The method; none.
    pub method: AutoqualityMethod,
    /// What to reach, bytes or a dissimilarity; 0.02.
    pub target: f64,
    /// Lowest quality to try, 1 to 100; 70.
    pub min: u8,
    /// Lowest qualities by format; avif 60.
    pub format_min: Vec<(Format, u8)>,
    /// Highest quality to try, 1 to 100; 80.
    pub max: u8,
    /// Highest qualities by format; avif 65.
    pub format_max: Vec<(Format, u8)>,
    /// How far from the target a dissimilarity may be; 0.002.
    pub allowed_error: f64,
    /// Most pixels of a result whose quality is searched for; 0 is no limit.
    pub max_resolution: u64,
}

impl Default for Autoquality {
    fn default() -> Self {
        Self {
            method: AutoqualityMethod::None,
            target: 0.02,
            min: 70,
            format_min: vec![(Format::Avif, 60)],
            max: 80,
            format_max: vec![(Format::Avif, 65)],
            allowed_error: 0.002,
            max_resolution: 0,
        }
    }
}

/// When and how results are sharpened by unsharp masking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnsharpMasking {
    /// When; none, as in imgproxy's open edition.
    pub mode: UnsharpMode,
    /// How much neighbours count, above 0; 1.
    pub weight: f64,
    /// What that is divided by, above 0; 24.
    pub divider: f64,
}

impl Default for UnsharpMasking {
    fn default() -> Self {
        Self {
            mode: UnsharpMode::None,
            weight: 1.0,
            divider: 24.0,
        }
    }
}

/// What is done about objects in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectDetection {
    /// Whether a crop around objects is a smart one where there are none, else in the middle; true.
    pub falls_back_to_smart: bool,
    /// Where such a crop lies; where most of the objects are.
    pub gravity: ObjectGravity,
}

impl Default for ObjectDetection {
    fn default() -> Self {
        Self {
            falls_back_to_smart: true,
            gravity: ObjectGravity::MaxScoreArea,
        }
    }
}

/// Where a crop around objects lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectGravity {
    /// Where most of them is seen, by weight and confidence.
    MaxScoreArea,
    /// Around the best one, by size, weight and confidence.
    OneBest,
    /// As well, and the nearer it is to the middle of the picture the better.
    OneBestCentermost,
}

/// How the best format is found: every format that suits is tried, the smallest result wins.
#[derive(Debug, Clone, PartialEq)]
pub struct BestFormat {
    /// Below this [`complexity`](pixgate_raster::measure::complexity()) only what loses nothing, or nearly
    /// nothing, is tried; 5.5.
    pub complexity_threshold: f64,
    /// Most pixels of a result that is tried in several formats; 0 is no limit.
    pub max_resolution: u64,
    /// Whether it is used where no format is requested; false.
    pub by_default: bool,
    /// Whether sources that are not processed otherwise are passed through here too; false.
    pub allow_skips: bool,
}

impl Default for BestFormat {
    fn default() -> Self {
        Self {
            complexity_threshold: 5.5,
            max_resolution: 0,
            by_default: false,
            allow_skips: false,
        }
    }
}

/// When the source's own bytes come out because the result would have more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SmallerSource {
    /// Pixels are always coded anew.
    Never,
    /// If the result has the source's format.
    #[default]
    SameFormat,
    /// Also if it has another that nobody asked for and the source's is among those preferred.
    AnyFormat,
}

/// Formats whose embedded thumbnails are used where that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EmbeddedThumbnails {
    /// AVIF and HEIC, as in imgproxy.
    #[default]
    Heif,
    /// JPEG as well: those of EXIF are small, and some are older than the picture.
    All,
}

/// An encoded image to draw on others, with its header.
#[derive(Debug, Clone, PartialEq)]
pub struct WatermarkImage {
    /// The encoded image.
    pub bytes: Arc<[u8]>,
    /// What probing the bytes gave.
    pub header: Header,
}

fn writable_formats() -> Vec<Format> {
    let formats = Format::ALL.into_iter();
    formats
        .filter(|format| pixgate_codec::can_write(*format))
        .collect()
}
