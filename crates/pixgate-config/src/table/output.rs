//! How results are made.

use pixgate_engine::{EmbeddedThumbnails, SmallerSource};
use pixgate_options::{AvifSubsample, ResizingAlgorithm, UnsharpMode, WebpCompression, WebpPreset};

use crate::value;
use crate::variable::{Variable, alias, boolean, integer, never, not_yet, special, text, word};

pub(super) const ROWS: &[Variable] = &[
    integer(
        "IMGPROXY_QUALITY",
        "80",
        (1, 100),
        "Quality of results.",
        |s, v| s.proxy.output.engine.quality = value::byte(v),
    ),
    special(
        "IMGPROXY_FORMAT_QUALITY",
        "webp=79,avif=63,jxl=77",
        "`format=quality` list, 1 to 100",
        "Quality by format, merged over the default.",
        |s, v| {
            for (format, quality) in value::format_qualities(v)? {
                s.proxy
                    .output
                    .engine
                    .format_quality
                    .retain(|(known, _)| *known != format);
                s.proxy.output.engine.format_quality.push((format, quality));
            }
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_JPEG_PROGRESSIVE",
        "false",
        "Progressive JPEG.",
        |s, v| s.proxy.output.engine.jpeg_progressive = v,
    ),
    boolean(
        "IMGPROXY_JPEG_NO_SUBSAMPLE",
        "false",
        "JPEG with full chroma resolution.",
        |s, v| s.proxy.output.engine.jpeg_no_subsample = v,
    ),
    boolean(
        "IMGPROXY_JPEG_TRELLIS_QUANT",
        "false",
        "Trellis quantisation of JPEG: at quality 80 4.5 % fewer bytes for 0.7 points of SSIMULACRA2, and slower.",
        |s, v| s.proxy.output.engine.jpeg_trellis_quant = v,
    ),
    not_yet(
        "IMGPROXY_JPEG_OVERSHOOT_DERINGING",
        "false",
        "Overshoot deringing, which saves bytes only.",
    ),
    not_yet(
        "IMGPROXY_JPEG_OPTIMIZE_SCANS",
        "false",
        "Optimised progressive scans, which save bytes only.",
    ),
    integer(
        "IMGPROXY_JPEG_QUANT_TABLE",
        "",
        (0, 8),
        "Quantisation tables of JPEG, numbered as in mozjpeg; 0 are those of the standard. Unset: tables of pixgate's own, which keep more quality in the same bytes.",
        |s, v| s.proxy.output.engine.jpeg_quant_table = Some(value::byte(v)),
    ),
    boolean(
        "IMGPROXY_PNG_INTERLACED",
        "false",
        "Interlaced PNG.",
        |s, v| s.proxy.output.engine.png_interlaced = v,
    ),
    boolean(
        "IMGPROXY_PNG_QUANTIZE",
        "false",
        "PNG with a palette.",
        |s, v| s.proxy.output.engine.png_quantize = v,
    ),
    integer(
        "IMGPROXY_PNG_QUANTIZATION_COLORS",
        "256",
        (2, 256),
        "Size of the palette.",
        |s, v| {
            s.proxy.output.engine.png_quantization_colors = u16::try_from(v).unwrap_or(256);
        },
    ),
    integer(
        "PIXGATE_PNG_EFFORT",
        "2",
        (1, 6),
        "Effort of the PNG encoder: fewer bytes for more time. Photographs differ from 5 on.",
        |s, v| {
            s.proxy.output.engine.png_effort = value::byte(v);
        },
    ),
    boolean(
        "PIXGATE_PNG_REDUCE",
        "true",
        "PNG as grey, with a palette, in fewer bits or without alpha where all pixels stay the same.",
        |s, v| s.proxy.output.engine.png_reduce = v,
    ),
    special(
        "IMGPROXY_WEBP_COMPRESSION",
        "lossy",
        "lossy, near_lossless or lossless",
        "Compression of WebP.",
        |s, v| {
            s.proxy.output.engine.webp_compression = value::name(v, WebpCompression::from_name)?;
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_WEBP_SMART_SUBSAMPLE",
        "false",
        "Sharper, slower chroma subsampling of WebP.",
        |s, v| s.proxy.output.engine.webp_smart_subsample = v,
    ),
    integer(
        "IMGPROXY_WEBP_EFFORT",
        "4",
        (1, 6),
        "Effort of the WebP encoder.",
        |s, v| {
            s.proxy.output.engine.webp_effort = value::byte(v);
        },
    ),
    special(
        "IMGPROXY_WEBP_PRESET",
        "default",
        "default, photo, picture, drawing, icon or text",
        "What WebP encoding is tuned for.",
        |s, v| {
            s.proxy.output.engine.webp_preset = value::name(v, WebpPreset::from_name)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_AVIF_SPEED",
        "8",
        (0, 9),
        "Speed of the AVIF encoder.",
        |s, v| {
            s.proxy.output.engine.avif_speed = value::byte(v);
        },
    ),
    special(
        "IMGPROXY_AVIF_SUBSAMPLE",
        "auto",
        "auto, on or off",
        "Chroma subsampling of AVIF; auto is below quality 90.",
        |s, v| {
            s.proxy.output.engine.avif_subsample = value::name(v, AvifSubsample::from_name)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_JXL_EFFORT",
        "4",
        (1, 9),
        "Effort of the JPEG XL encoder: how much of a picture it looks at to make its codes.",
        |s, v| s.proxy.output.engine.jxl_effort = value::byte(v),
    ),
    boolean(
        "IMGPROXY_PRESERVE_HDR",
        "false",
        "Keep more than 8 bits per channel.",
        |s, v| s.proxy.output.engine.preserve_hdr = v,
    ),
    boolean(
        "IMGPROXY_AUTO_WEBP",
        "false",
        "WebP for clients that accept it, where the URL names no format.",
        |s, v| {
            s.proxy.output.detection.auto_webp = v;
        },
    ),
    boolean(
        "IMGPROXY_ENFORCE_WEBP",
        "false",
        "WebP for clients that accept it, whatever the URL names.",
        |s, v| {
            s.proxy.output.detection.enforce_webp = v;
        },
    ),
    boolean(
        "IMGPROXY_AUTO_AVIF",
        "false",
        "AVIF for clients that accept it, where the URL names no format.",
        |s, v| {
            s.proxy.output.detection.auto_avif = v;
        },
    ),
    boolean(
        "IMGPROXY_ENFORCE_AVIF",
        "false",
        "AVIF for clients that accept it, whatever the URL names.",
        |s, v| {
            s.proxy.output.detection.enforce_avif = v;
        },
    ),
    boolean(
        "IMGPROXY_AUTO_JXL",
        "false",
        "JPEG XL for clients that accept it, where the URL names no format; it is written without \
         loss, so photographs get larger than as WebP.",
        |s, v| {
            s.proxy.output.detection.auto_jxl = v;
        },
    ),
    boolean(
        "IMGPROXY_ENFORCE_JXL",
        "false",
        "JPEG XL for clients that accept it, whatever the URL names.",
        |s, v| {
            s.proxy.output.detection.enforce_jxl = v;
        },
    ),
    alias("IMGPROXY_ENABLE_WEBP_DETECTION", "IMGPROXY_AUTO_WEBP"),
    alias("IMGPROXY_ENABLE_AVIF_DETECTION", "IMGPROXY_AUTO_AVIF"),
    boolean(
        "IMGPROXY_ENABLE_CLIENT_HINTS",
        "false",
        "Client hints give default width and pixel ratio.",
        |s, v| {
            s.proxy.output.client_hints = v;
        },
    ),
    special(
        "IMGPROXY_PREFERRED_FORMATS",
        "jpeg,png,gif",
        "list of formats",
        "Formats for results that nobody chose, in order.",
        |s, v| {
            s.proxy.output.engine.preferred_formats = value::formats(v)?;
            Ok(())
        },
    ),
    special(
        "IMGPROXY_SKIP_PROCESSING_FORMATS",
        "",
        "list of formats",
        "Formats handed on untouched if the result would have the same.",
        |s, v| {
            s.proxy.output.engine.skip_processing = value::formats(v)?;
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_ALWAYS_RASTERIZE_SVG",
        "false",
        "Never hand SVG on as it is.",
        |s, v| s.proxy.output.engine.always_rasterize_svg = v,
    ),
    special(
        "IMGPROXY_BEST_FORMAT_COMPLEXITY_THRESHOLD",
        "5.5",
        "number from 0",
        "Results with less to see than this are written without loss, or with next to none; drawings \
         have up to 4, photographs 8 and more.",
        |s, v| {
            s.proxy.output.engine.best_format.complexity_threshold =
                value::float(v, 0.0, f64::MAX)?;
            Ok(())
        },
    ),
    special(
        "IMGPROXY_BEST_FORMAT_MAX_RESOLUTION",
        "0",
        "megapixels",
        "Larger results are written once, in the format that is likely to be the smallest; 0 for no \
         limit.",
        |s, v| {
            s.proxy.output.engine.best_format.max_resolution = value::megapixels(v, 0)?;
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_BEST_FORMAT_BY_DEFAULT",
        "false",
        "The best format where the URL names none.",
        |s, v| s.proxy.output.engine.best_format.by_default = v,
    ),
    boolean(
        "IMGPROXY_BEST_FORMAT_ALLOW_SKIPS",
        "false",
        "SVG and formats that are not processed are handed on also where the best format is wanted.",
        |s, v| s.proxy.output.engine.best_format.allow_skips = v,
    ),
    word(
        "PIXGATE_SMALLER_SOURCE",
        "same_format",
        &["never", "same_format", "any_format"],
        "Whether the source, without its metadata, is the result where nothing visible is asked for \
         and the result would be larger: if it has the same format, also if it has another that \
         nobody asked for, or never.",
        |s, word| {
            s.proxy.output.engine.smaller_source = match word {
                "never" => SmallerSource::Never,
                "any_format" => SmallerSource::AnyFormat,
                _ => SmallerSource::SameFormat,
            };
        },
    ),
    boolean(
        "IMGPROXY_USE_LINEAR_COLORSPACE",
        "false",
        "Work in linear light.",
        |s, v| s.proxy.output.engine.use_linear_colorspace = v,
    ),
    boolean(
        "IMGPROXY_DISABLE_SHRINK_ON_LOAD",
        "false",
        "Always decode at full size.",
        |s, v| {
            s.proxy.output.engine.disable_shrink_on_load = v;
        },
    ),
    boolean(
        "IMGPROXY_STRIP_METADATA",
        "true",
        "Drop EXIF, XMP and IPTC.",
        |s, v| s.proxy.output.engine.strip_metadata = v,
    ),
    boolean(
        "IMGPROXY_KEEP_COPYRIGHT",
        "true",
        "Keep copyright tags while stripping.",
        |s, v| s.proxy.output.engine.keep_copyright = v,
    ),
    special(
        "IMGPROXY_STRIP_METADATA_DPI",
        "72.0",
        "number from 0 to 65535",
        "Pixels per inch that are written where metadata is dropped; 0 writes none.",
        |s, v| {
            s.proxy.output.engine.strip_metadata_dpi = value::float(v, 0.0, 65_535.0)?;
            Ok(())
        },
    )
    .pro(),
    boolean(
        "IMGPROXY_STRIP_COLOR_PROFILE",
        "true",
        "Convert to sRGB and drop the colour profile.",
        |s, v| {
            s.proxy.output.engine.strip_color_profile = v;
        },
    ),
    special(
        "IMGPROXY_COLOR_PROFILES_DIR",
        DEFAULT_PROFILES,
        "existing directory",
        "ICC profiles for the `color_profile` option, by file name; `cmyk` needs a `cmyk.icc` there. \
         The default need not exist.",
        |s, v| {
            let folder = match v {
                DEFAULT_PROFILES => DEFAULT_PROFILES.into(),
                other => value::directory(other)?,
            };
            s.proxy.output.color_profiles_dir = Some(folder);
            Ok(())
        },
    )
    .pro(),
    boolean(
        "IMGPROXY_AUTO_ROTATE",
        "true",
        "Apply the EXIF orientation.",
        |s, v| s.proxy.output.engine.auto_rotate = v,
    ),
    boolean(
        "IMGPROXY_ENFORCE_THUMBNAIL",
        "false",
        "Use the thumbnail that lies in a source in place of its picture.",
        |s, v| s.proxy.output.engine.enforce_thumbnail = v,
    ),
    word(
        "PIXGATE_EMBEDDED_THUMBNAILS",
        "heif",
        &["heif", "all"],
        "Formats whose thumbnails are used then: `heif` AVIF and HEIC, as imgproxy; `all` JPEG as well.",
        |s, word| {
            s.proxy.output.engine.embedded_thumbnails = match word {
                "all" => EmbeddedThumbnails::All,
                _ => EmbeddedThumbnails::Heif,
            };
        },
    ),
    boolean(
        "IMGPROXY_RETURN_ATTACHMENT",
        "false",
        "Answers are attachments.",
        |s, v| s.proxy.output.return_attachment = v,
    ),
    not_yet(
        "IMGPROXY_PDF_NO_BACKGROUND",
        "false",
        "No white page behind PDF.",
    ),
    special(
        "IMGPROXY_WATERMARK_DATA",
        "",
        "padded standard base64",
        "Picture that the `watermark` option draws.",
        |s, v| {
            s.raw.watermark_data = Some(value::base64(v)?);
            Ok(())
        },
    ),
    special(
        "IMGPROXY_WATERMARK_PATH",
        "",
        "path of an existing file",
        "The same, from a file.",
        |s, v| {
            s.raw.watermark_file = Some(value::file(v)?);
            Ok(())
        },
    ),
    text(
        "IMGPROXY_WATERMARK_URL",
        "",
        "Watermark, fetched at start.",
        |s, v| {
            s.proxy.output.watermark_url = v.to_owned();
        },
    ),
    special(
        "IMGPROXY_WATERMARK_OPACITY",
        "1",
        "number above 0, to 1",
        "Multiplies the opacity that URLs ask for.",
        |s, v| {
            s.proxy.output.engine.watermark_opacity = value::float(v, f64::MIN_POSITIVE, 1.0)?;
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_WATERMARK_PREPROCESS_URL",
        "false",
        "Replacements and base URL apply to `watermark_url`.",
        |s, v| s.proxy.output.watermarks.preprocess_url = v,
    ),
    text(
        "PIXGATE_WATERMARK_ALLOWED_SOURCES",
        "",
        "Patterns of URLs that `watermark_url`, `px_mask` and `fallback_image_url` may name; by default \
         those of `IMGPROXY_ALLOWED_SOURCES`.",
        |s, v| {
            let mut patterns = value::list(v);
            patterns.retain(|pattern| !pattern.is_empty());
            s.proxy.output.watermarks.allowed = patterns;
        },
    ),
    integer(
        "IMGPROXY_WATERMARKS_CACHE_SIZE",
        "256",
        (0, 0xffff_ffff),
        "Custom watermarks kept in memory; 0 keeps none.",
        |s, v| {
            s.proxy.output.watermarks.cached = usize::try_from(v).unwrap_or(usize::MAX);
        },
    ),
    integer(
        "PIXGATE_WATERMARKS_CACHE_MB",
        "64",
        (0, 1 << 24),
        "MiB that those take together, at most a sixteenth of the memory budget.",
        |s, v| {
            s.proxy.output.watermarks.cached_bytes = v.unsigned_abs() << 20;
        },
    ),
    word(
        "IMGPROXY_RESIZING_ALGORITHM",
        "lanczos3",
        &["nearest", "linear", "cubic", "lanczos2", "lanczos3"],
        "How pixels are mixed where URLs do not say it.",
        |s, word| {
            let algorithm = ResizingAlgorithm::from_name(word);
            s.proxy.output.engine.resizing_algorithm =
                algorithm.unwrap_or(ResizingAlgorithm::Lanczos3);
        },
    ),
    word(
        "IMGPROXY_UNSHARP_MASKING_MODE",
        "none",
        &["auto", "none", "always"],
        "When results are sharpened: `auto` if they were made smaller and `sharpen` is not set. \
         imgproxy Pro's default is `auto`; its open edition has none.",
        |s, word| {
            let mode = UnsharpMode::from_name(word).unwrap_or(UnsharpMode::None);
            s.proxy.output.engine.unsharp_masking.mode = mode;
        },
    ),
    special(
        "IMGPROXY_UNSHARP_MASKING_WEIGHT",
        "1",
        "number above 0",
        "How much neighbours count; more is sharper.",
        |s, v| {
            s.proxy.output.engine.unsharp_masking.weight =
                value::float(v, f64::MIN_POSITIVE, f64::MAX)?;
            Ok(())
        },
    ),
    special(
        "IMGPROXY_UNSHARP_MASKING_DIVIDER",
        "24",
        "number above 0",
        "What that is divided by; less is sharper.",
        |s, v| {
            s.proxy.output.engine.unsharp_masking.divider =
                value::float(v, f64::MIN_POSITIVE, f64::MAX)?;
            Ok(())
        },
    ),
    not_yet(
        "IMGPROXY_ENABLE_VIDEO_THUMBNAILS",
        "false",
        "Frames of videos.",
    ),
    not_yet("IMGPROXY_VIDEO_THUMBNAIL_SECOND", "1", "Which frame."),
    not_yet(
        "IMGPROXY_VIDEO_THUMBNAIL_KEYFRAMES",
        "false",
        "Key frames only.",
    ),
    not_yet(
        "IMGPROXY_VIDEO_THUMBNAIL_TILE_AUTO_KEYFRAMES",
        "false",
        "Key frames only, for tiles with automatic steps.",
    ),
    not_yet(
        "IMGPROXY_VIDEO_THUMBNAIL_PROBE_SIZE",
        "5000000",
        "Bytes looked at to find the streams.",
    ),
    not_yet(
        "IMGPROXY_VIDEO_THUMBNAIL_MAX_ANALYZE_DURATION",
        "0",
        "Milliseconds looked at to find the streams.",
    ),
    not_yet(
        "IMGPROXY_ENABLE_RAW_FORMATS",
        "false",
        "Camera raw sources.",
    ),
    never("IMGPROXY_LICENSE_KEY", "", "No licence is needed."),
    never(
        "IMGPROXY_LICENSE_DEVELOPMENT_MODE",
        "false",
        "No licence is needed.",
    ),
];

/// Where Linux distributions keep profiles.
const DEFAULT_PROFILES: &str = "/usr/share/color/icc";
