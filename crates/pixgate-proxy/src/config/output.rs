//! How results are made when a URL does not say.

use std::path::PathBuf;

use pixgate_engine::{Autoquality, BestFormat, SmallerSource};
use pixgate_options::{AvifSubsample, Format, WebpCompression, WebpPreset};

/// Defaults for results.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Quality, 1 to 100.
    pub quality: u8,
    /// Quality by format, ahead of `quality`.
    pub format_quality: Vec<(Format, u8)>,
    /// Progressive JPEG.
    pub jpeg_progressive: bool,
    /// Trellis quantisation of JPEG.
    pub jpeg_trellis_quant: bool,
    /// JPEG quantisation tables, 0 to 8 as in mozjpeg; none, those of pixgate-jpeg.
    pub jpeg_quant_table: Option<u8>,
    /// Interlaced PNG.
    pub png_interlaced: bool,
    /// Palette PNG.
    pub png_quantize: bool,
    /// Size of a palette, 2 to 256.
    pub png_quantization_colors: u16,
    /// Effort of WebP, 1 to 6.
    pub webp_effort: u8,
    /// JPEG XL effort, 1 to 9.
    pub jxl_effort: u8,
    /// Speed of AVIF, 0 to 9.
    pub avif_speed: u8,
    /// The encoded picture that the `watermark` option draws.
    pub watermark: Option<Vec<u8>>,
    /// Where [`Proxy::preload`](crate::Proxy::preload) gets it if its bytes are not given.
    pub watermark_url: String,
    /// Multiplies the opacity of every watermark, above 0 to 1.
    pub watermark_opacity: f64,
    /// Formats that `Accept` can bring about.
    pub detection: Detection,
    /// Formats for results that nobody chose, in order.
    pub preferred_formats: Vec<Format>,
    /// Formats handed on untouched if the result would have the same.
    pub skip_processing_formats: Vec<Format>,
    /// Client hints give default width and pixel ratio.
    pub client_hints: bool,
    /// Work in linear light.
    pub linear_colorspace: bool,
    /// No smaller decoding.
    pub disable_shrink_on_load: bool,
    /// Drop EXIF, XMP and IPTC.
    pub strip_metadata: bool,
    /// Keep copyright tags while stripping.
    pub keep_copyright: bool,
    /// Convert to sRGB and drop the colour profile.
    pub strip_color_profile: bool,
    /// Apply the EXIF orientation.
    pub auto_rotate: bool,
    /// Keep more than 8 bits per channel.
    pub preserve_hdr: bool,
    /// Text in SVG may use the fonts of the system.
    pub system_fonts: bool,
    /// Directory of fonts for text in SVG, beside the built-in ones.
    pub fonts_dir: Option<PathBuf>,
    /// An SVG is drawn even if no format is asked for.
    pub always_rasterize_svg: bool,
    /// An SVG that is handed on is cleaned of scripts and unsafe links first.
    pub sanitize_svg: bool,
    /// Kind of compression of WebP.
    pub webp_compression: WebpCompression,
    /// Sharper chroma of WebP.
    pub webp_smart_subsample: bool,
    /// What WebP is tuned for.
    pub webp_preset: WebpPreset,
    /// Chroma resolution of AVIF.
    pub avif_subsample: AvifSubsample,
    /// JPEG with full chroma resolution.
    pub jpeg_no_subsample: bool,
    /// How the quality is searched for.
    pub autoquality: Autoquality,
    /// How the best format is found.
    pub best_format: BestFormat,
    /// When a smaller source comes out itself.
    pub smaller_source: SmallerSource,
    /// Answers are attachments.
    pub return_attachment: bool,
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
            quality: 80,
            format_quality: vec![(Format::Webp, 79), (Format::Avif, 63), (Format::Jxl, 77)],
            jpeg_progressive: false,
            jpeg_trellis_quant: false,
            jpeg_quant_table: None,
            png_interlaced: false,
            png_quantize: false,
            png_quantization_colors: 256,
            webp_effort: 4,
            jxl_effort: 4,
            avif_speed: 8,
            watermark: None,
            watermark_url: String::new(),
            watermark_opacity: 1.0,
            detection: Detection::default(),
            preferred_formats: vec![Format::Jpeg, Format::Png, Format::Gif],
            skip_processing_formats: Vec::new(),
            client_hints: false,
            linear_colorspace: false,
            disable_shrink_on_load: false,
            system_fonts: true,
            fonts_dir: None,
            always_rasterize_svg: false,
            sanitize_svg: true,
            webp_compression: WebpCompression::Lossy,
            webp_smart_subsample: false,
            webp_preset: WebpPreset::Default,
            avif_subsample: AvifSubsample::Auto,
            jpeg_no_subsample: false,
            autoquality: Autoquality::default(),
            best_format: BestFormat::default(),
            smaller_source: SmallerSource::SameFormat,
            strip_metadata: true,
            keep_copyright: true,
            strip_color_profile: true,
            auto_rotate: true,
            preserve_hdr: false,
            return_attachment: false,
        }
    }
}
