//! Which options are carried out.

use pixgate_options::{
    AutoqualityMethod, GlobalOptions, GravityKind, JpegOptions, PipelineOptions, ProcessingOptions,
    ResizingAlgorithm, UnsharpMode,
};

use crate::{Error, ErrorKind};

/// How far an option is carried out here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Support {
    /// As it is specified.
    Full,
    /// As it is specified, but for what is named. Values and arguments that are named are errors;
    /// what depends on the source is left out, and the plan has a [`Warning`](crate::Warning)
    /// where the header tells.
    Partly {
        /// What is missing.
        missing: &'static str,
    },
    /// Setting it to anything that has an effect is an error.
    Refused {
        /// What is missing.
        reason: &'static str,
    },
    /// Not about pixels: it is the business of who calls the engine.
    Outside,
}

/// How far an option, named as in URLs (long form), is carried out; none for unknown names.
///
/// # Examples
///
/// ```
/// use pixgate_engine::{Support, support};
///
/// assert_eq!(support("extend_aspect_ratio"), Some(Support::Full));
/// assert!(matches!(support("gradient"), Some(Support::Refused { .. })));
/// ```
#[must_use]
pub fn support(option: &str) -> Option<Support> {
    let row = SUPPORT.iter().find(|(name, _)| *name == option);
    row.map(|(_, support)| *support)
}

/// Every option with its support, in the order of the reference's manual.
#[must_use]
pub fn supported_options() -> impl ExactSizeIterator<Item = (&'static str, Support)> {
    SUPPORT.iter().copied()
}

const fn partly(missing: &'static str) -> Support {
    Support::Partly { missing }
}

const NO_FILTER: Support = Support::Refused {
    reason: "there is no such filter",
};
const NO_DETECTION: Support = Support::Refused {
    reason: "objects are not detected",
};
const NO_VIDEO: Support = Support::Refused {
    reason: "videos are not read",
};

const SUPPORT: &[(&str, Support)] = &[
    ("resize", Support::Full),
    ("size", Support::Full),
    ("resizing_type", Support::Full),
    ("resizing_algorithm", partly("everything but lanczos3")),
    ("width", Support::Full),
    ("height", Support::Full),
    ("min-width", Support::Full),
    ("min-height", Support::Full),
    ("zoom", Support::Full),
    ("dpr", Support::Full),
    ("enlarge", Support::Full),
    ("extend", Support::Full),
    ("extend_aspect_ratio", Support::Full),
    ("gravity", partly("obj and objw")),
    ("objects_position", NO_DETECTION),
    ("crop", partly("gravity obj and objw")),
    ("crop_aspect_ratio", Support::Full),
    ("crop_objects", NO_DETECTION),
    ("trim", Support::Full),
    ("padding", Support::Full),
    ("auto_rotate", Support::Full),
    ("rotate", Support::Full),
    ("flip", Support::Full),
    ("background", Support::Full),
    ("background_alpha", Support::Full),
    ("adjust", NO_FILTER),
    ("brightness", NO_FILTER),
    ("contrast", NO_FILTER),
    ("saturation", NO_FILTER),
    ("monochrome", NO_FILTER),
    ("duotone", NO_FILTER),
    ("blur", Support::Full),
    ("sharpen", Support::Full),
    ("pixelate", Support::Full),
    ("unsharp_masking", partly("modes other than none")),
    ("blur_areas", NO_FILTER),
    ("progressive_blur", NO_FILTER),
    ("blur_detections", NO_DETECTION),
    ("draw_detections", NO_DETECTION),
    ("colorize", NO_FILTER),
    ("gradient", NO_FILTER),
    ("watermark", partly("position ch")),
    (
        "watermark_url",
        Support::Refused {
            reason: "only the configured watermark is drawn",
        },
    ),
    (
        "watermark_text",
        Support::Refused {
            reason: "text is not drawn",
        },
    ),
    (
        "watermark_size",
        Support::Refused {
            reason: "watermarks are sized by their scale",
        },
    ),
    (
        "watermark_rotate",
        Support::Refused {
            reason: "watermarks are not turned",
        },
    ),
    (
        "watermark_shadow",
        Support::Refused {
            reason: "watermarks cast no shadow",
        },
    ),
    (
        "style",
        Support::Refused {
            reason: "no style sheet is put into SVG",
        },
    ),
    ("page", Support::Full),
    (
        "pages",
        Support::Refused {
            reason: "pages are not stacked",
        },
    ),
    ("disable_animation", Support::Full),
    ("video_thumbnail_second", NO_VIDEO),
    ("video_thumbnail_keyframes", NO_VIDEO),
    ("video_thumbnail_tile", NO_VIDEO),
    ("video_thumbnail_animation", NO_VIDEO),
    (
        "enforce_thumbnail",
        partly("embedded thumbnails are not read"),
    ),
    ("fallback_image_url", Support::Outside),
    ("skip_processing", Support::Full),
    ("raw", Support::Outside),
    ("hashsum", Support::Outside),
    ("format", partly("formats that this build does not write")),
    ("quality", Support::Full),
    ("format_quality", Support::Full),
    (
        "autoquality",
        partly("method ml, which needs a trained network"),
    ),
    ("max_bytes", Support::Full),
    (
        "jpeg_options",
        partly("overshoot_deringing and optimize_scans, which save bytes only"),
    ),
    ("png_options", Support::Full),
    ("webp_options", Support::Full),
    ("avif_options", Support::Full),
    ("strip_metadata", Support::Full),
    ("keep_copyright", Support::Full),
    (
        "dpi",
        Support::Refused {
            reason: "resolutions are not written",
        },
    ),
    (
        "strip_color_profile",
        partly("CMYK results in other formats than JPEG and TIFF"),
    ),
    ("color_profile", partly("everything but srgb")),
    ("preserve_hdr", Support::Full),
    ("cachebuster", Support::Outside),
    ("bypass_cache", Support::Outside),
    ("cache_tags", Support::Outside),
    ("expires", Support::Outside),
    ("filename", Support::Outside),
    ("return_attachment", Support::Outside),
    ("preset", Support::Outside),
    ("max_src_resolution", Support::Full),
    ("max_src_file_size", Support::Outside),
    ("max_animation_frames", Support::Full),
    ("max_animation_frame_resolution", Support::Full),
    ("max_result_dimension", Support::Full),
];

/// Refuses the first option that is set to something that would be left out, whatever the source.
///
/// [`plan`](crate::plan()) begins with it; called before, it spares a download.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedOption`].
pub fn check_options(options: &ProcessingOptions) -> Result<(), Error> {
    let pipelines = options.pipelines.iter();
    pipelines
        .flat_map(pipeline_wishes)
        .chain(global_wishes(&options.global))
        .find(|(_, is_wished)| *is_wished)
        .map_or(Ok(()), |(option, _)| {
            Err(ErrorKind::UnsupportedOption { option }.into())
        })
}

type Wish = (&'static str, bool);

fn pipeline_wishes(options: &PipelineOptions) -> Vec<Wish> {
    let mut wishes = vec![
        (
            "resizing_algorithm",
            options.resizing_algorithm() != ResizingAlgorithm::Lanczos3,
        ),
        ("gravity:obj", detects(options.gravity().kind)),
        ("crop:obj", detects(options.crop_gravity().kind)),
        ("objects_position", options.objects_position.kind.is_some()),
        ("crop_objects", options.crop_objects.scale_factor.is_some()),
    ];
    wishes.extend(adjustment_wishes(options));
    wishes.extend(overlay_wishes(options));
    wishes.extend(watermark_wishes(options));
    wishes
}

fn adjustment_wishes(options: &PipelineOptions) -> [Wish; 6] {
    [
        ("brightness", options.brightness.is_some_and(|b| b != 0)),
        ("contrast", differs_from_one(options.contrast)),
        ("saturation", differs_from_one(options.saturation)),
        ("monochrome", is_positive(options.monochrome.intensity)),
        ("duotone", is_positive(options.duotone.intensity)),
        (
            "unsharp_masking",
            options
                .unsharp_masking
                .mode
                .is_some_and(|mode| mode != UnsharpMode::None),
        ),
    ]
}

fn overlay_wishes(options: &PipelineOptions) -> [Wish; 6] {
    [
        ("blur_areas", is_positive(options.blur_areas.sigma)),
        (
            "progressive_blur",
            is_positive(options.progressive_blur.sigma),
        ),
        (
            "blur_detections",
            is_positive(options.blur_detections.sigma),
        ),
        (
            "draw_detections",
            options.draw_detections.enabled.unwrap_or(false),
        ),
        ("colorize", is_positive(options.colorize.opacity)),
        ("gradient", is_positive(options.gradient.opacity)),
    ]
}

/// Without a watermark its details have no effect.
fn watermark_wishes(options: &PipelineOptions) -> Vec<Wish> {
    let Some(watermark) = options.watermark() else {
        return Vec::new();
    };
    let is_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let size = &options.watermark_size;
    vec![
        (
            "watermark:ch",
            watermark.position == GravityKind::Chessboard,
        ),
        ("watermark_url", is_text(&options.watermark_url)),
        ("watermark_text", is_text(&options.watermark_text)),
        (
            "watermark_size",
            size.width.unwrap_or(0) > 0 || size.height.unwrap_or(0) > 0,
        ),
        (
            "watermark_rotate",
            options
                .watermark_rotate
                .is_some_and(|angle| angle.abs() > 0.0),
        ),
        ("watermark_shadow", is_positive(options.watermark_shadow)),
    ]
}

fn global_wishes(options: &GlobalOptions) -> Vec<Wish> {
    vec![
        (
            "autoquality",
            options
                .autoquality
                .method
                .is_some_and(|method| method == AutoqualityMethod::Ml),
        ),
        ("dpi", is_positive(options.dpi)),
        (
            "color_profile",
            options
                .color_profile
                .as_ref()
                .is_some_and(|name| !name.is_empty() && name != "srgb"),
        ),
        (
            "style",
            options.style.as_ref().is_some_and(|css| !css.is_empty()),
        ),
        ("pages", options.pages() > 1),
        (
            "video_thumbnail_second",
            options.video_thumbnail_second.is_some(),
        ),
        (
            "video_thumbnail_keyframes",
            options.video_thumbnail_keyframes.unwrap_or(false),
        ),
        (
            "video_thumbnail_tile",
            options.video_thumbnail_tile.step.is_some_and(is_set),
        ),
        (
            "video_thumbnail_animation",
            options.video_thumbnail_animation.step.is_some_and(is_set),
        ),
    ]
}

/// Options of the JPEG encoder that are left out: without them files are larger, not worse.
pub(crate) fn left_out_of_jpeg(options: &JpegOptions) -> impl Iterator<Item = &'static str> {
    let wishes = [
        (
            "jpeg_options:overshoot_deringing",
            options.overshoot_deringing,
        ),
        ("jpeg_options:optimize_scans", options.optimize_scans),
    ];
    let wished = wishes.into_iter().filter(|(_, wish)| *wish == Some(true));
    wished.map(|(option, _)| option)
}

const fn detects(kind: GravityKind) -> bool {
    matches!(kind, GravityKind::Objects | GravityKind::WeightedObjects)
}

fn is_positive(value: Option<f64>) -> bool {
    value.is_some_and(|value| value > 0.0)
}

fn is_set(value: f64) -> bool {
    value.abs() > 0.0
}

fn differs_from_one(value: Option<f64>) -> bool {
    value.is_some_and(|value| (value - 1.0).abs() > 0.0)
}
