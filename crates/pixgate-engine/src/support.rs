//! Which options are carried out.

use pixgate_options::{GlobalOptions, JpegOptions, OptionId, PipelineOptions, ProcessingOptions};

use crate::objects::{
    ARE_FOUND, are_cut_to, has_strange_gravity, has_strangers, is_toward_objects,
};
use crate::texts::check_texts;
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

/// How far an option is carried out.
///
/// # Examples
///
/// ```
/// use pixgate_engine::{Support, support};
/// use pixgate_options::OptionId;
///
/// assert_eq!(support(OptionId::ExtendAspectRatio), Support::Full);
/// assert!(matches!(support(OptionId::BlurDetections), Support::Refused { .. }));
/// ```
#[must_use]
pub fn support(option: OptionId) -> Support {
    rule(option).support
}

/// Refuses the first option that is set to something that would be left out, whatever the source.
///
/// [`plan`](crate::plan()) begins with it; called before, it spares a download.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedOption`], and [`ErrorKind::InvalidText`] for text that cannot be drawn on
/// any source.
pub fn check_options(options: &ProcessingOptions) -> Result<(), Error> {
    for option in OptionId::ALL.iter().copied() {
        let rule = rule(option);
        if rule.asked.is_in(options) {
            let option = rule.part.unwrap_or(option.name());
            return Err(ErrorKind::UnsupportedOption { option }.into());
        }
    }
    check_texts(options)
}

/// What is done about an option.
struct Rule {
    support: Support,
    /// What of it is refused, as messages name it, if not the whole.
    part: Option<&'static str>,
    /// When something is asked for that is not there.
    asked: Asked,
}

/// When options ask for something that is not there.
enum Asked {
    /// Never.
    Never,
    /// Only the source tells; a warning says it then.
    Source,
    /// If a pipeline does.
    Pipeline(fn(&PipelineOptions) -> bool),
    /// If a pipeline with a watermark does: without one its details have no effect.
    Watermark(fn(&PipelineOptions) -> bool),
    /// If the request does.
    Global(fn(&GlobalOptions) -> bool),
}

impl Asked {
    fn is_in(&self, options: &ProcessingOptions) -> bool {
        let mut pipelines = options.pipelines.iter();
        match self {
            Self::Never | Self::Source => false,
            Self::Pipeline(asks) => pipelines.any(asks),
            Self::Watermark(asks) => pipelines.any(|pipeline| {
                let draws = pipeline.watermark().is_some();
                draws && asks(pipeline)
            }),
            Self::Global(asks) => asks(&options.global),
        }
    }
}

const FULL: Rule = Rule {
    support: Support::Full,
    part: None,
    asked: Asked::Never,
};
const OUTSIDE: Rule = Rule {
    support: Support::Outside,
    part: None,
    asked: Asked::Never,
};

const fn partly(missing: &'static str, asked: Asked) -> Rule {
    Rule {
        support: Support::Partly { missing },
        part: None,
        asked,
    }
}

const fn partly_named(part: &'static str, missing: &'static str, asked: Asked) -> Rule {
    Rule {
        part: Some(part),
        ..partly(missing, asked)
    }
}

const fn refused(reason: &'static str, asked: Asked) -> Rule {
    Rule {
        support: Support::Refused { reason },
        part: None,
        asked,
    }
}

/// Without the feature `faces`.
const NO_DETECTION: &str = "objects are not detected; a build with the feature `faces` finds faces";
const FACES_ONLY: &str = "other classes than face";
const NO_TEXT: &str = "this build draws no text";
const NO_VIDEO: &str = "videos are not read";

/// The match over all options, from a table.
macro_rules! rules {
    ($($($id:ident)|+ => $rule:expr,)+) => {
        fn rule(option: OptionId) -> Rule {
            use Asked::{Global, Pipeline, Source, Watermark};
            match option {
                $($(OptionId::$id)|+ => $rule,)+
            }
        }
    };
}

rules! {
    Resize | Size | ResizingType | ResizingAlgorithm | Width | Height | MinWidth | MinHeight | Zoom | Dpr | Enlarge
        | Extend | ExtendAspectRatio | CropAspectRatio | Trim | Padding | AutoRotate | Rotate |
        Flip | Background | BackgroundAlpha | Adjust | Brightness | Contrast | Saturation |
        Monochrome | Duotone | Colorize | Gradient | UnsharpMasking | BlurAreas | ProgressiveBlur | Blur | Sharpen | Pixelate | Page |
        DisableAnimation | Pages | Style | EnforceThumbnail | Dpi | SkipProcessing | Quality | FormatQuality | MaxBytes | PngOptions |
        WebpOptions | AvifOptions | StripMetadata | KeepCopyright | PreserveHdr |
        MaxSrcResolution | MaxAnimationFrames | MaxAnimationFrameResolution | MaxResultDimension |
        PxRound | PxEllipse | PxMask | PxMaskMode | Watermark | WatermarkSize | WatermarkUrl | WatermarkRotate | WatermarkShadow
        => FULL,
    FallbackImageUrl | Raw | Hashsum | Cachebuster | BypassCache | CacheTags | Expires |
        Filename | ReturnAttachment | Preset | MaxSrcFileSize => OUTSIDE,
    Gravity => if ARE_FOUND {
        partly_named("gravity:obj of other classes than face", FACES_ONLY, Pipeline(|o| has_strange_gravity(&o.gravity)))
    } else {
        partly_named("gravity:obj", "obj and objw", Pipeline(|o| is_toward_objects(o.gravity().kind)))
    },
    ObjectsPosition => if ARE_FOUND {
        FULL
    } else {
        refused(NO_DETECTION, Pipeline(|o| o.objects_position.kind.is_some()))
    },
    Crop => if ARE_FOUND {
        partly_named("crop:obj of other classes than face", FACES_ONLY, Pipeline(|o| has_strange_gravity(&o.crop.gravity)))
    } else {
        partly_named("crop:obj", "gravity obj and objw", Pipeline(|o| is_toward_objects(o.crop_gravity().kind)))
    },
    CropObjects => if ARE_FOUND {
        partly_named("crop_objects of other classes than face", FACES_ONLY, Pipeline(|o| {
            are_cut_to(o) && has_strangers(o.crop_objects.classes.as_ref())
        }))
    } else {
        refused(NO_DETECTION, Pipeline(|o| o.crop_objects.scale_factor.is_some()))
    },
    BlurDetections => if ARE_FOUND {
        partly_named("blur_detections of other classes than face", FACES_ONLY, Pipeline(|o| {
            is_positive(o.blur_detections.sigma) && has_strangers(o.blur_detections.classes.as_ref())
        }))
    } else {
        refused(NO_DETECTION, Pipeline(|o| is_positive(o.blur_detections.sigma)))
    },
    DrawDetections => if ARE_FOUND {
        partly_named("draw_detections of other classes than face", FACES_ONLY, Pipeline(|o| {
            o.draw_detections.enabled.unwrap_or(false) && has_strangers(o.draw_detections.classes.as_ref())
        }))
    } else {
        refused(NO_DETECTION, Pipeline(|o| o.draw_detections.enabled.unwrap_or(false)))
    },
    WatermarkText | PxTextBox => if cfg!(feature = "svg") {
        FULL
    } else {
        refused(NO_TEXT, Watermark(|o| is_text(&o.watermark_text)))
    },
    VideoThumbnailSecond | VideoThumbnailKeyframes => partly("videos, which are not read; of pictures they ask nothing", Source),
    VideoThumbnailTile => refused(NO_VIDEO, Global(|o| o.video_thumbnail_tile.step.is_some_and(is_set))),
    VideoThumbnailAnimation => refused(NO_VIDEO, Global(|o| o.video_thumbnail_animation.step.is_some_and(is_set))),
    Format => partly("formats that this build does not write", Source),
    Autoquality => partly("trained networks: method ml counts as dssim", Source),
    JpegOptions => partly("overshoot_deringing and optimize_scans, which save bytes only", Source),
    StripColorProfile => partly("CMYK results in other formats than JPEG and TIFF", Source),
    ColorProfile => partly("cmyk without a profile in IMGPROXY_COLOR_PROFILES_DIR: none is built in", Source),
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

fn is_positive(value: Option<f64>) -> bool {
    value.is_some_and(|value| value > 0.0)
}

fn is_set(value: f64) -> bool {
    value.abs() > 0.0
}

fn is_text(text: &Option<String>) -> bool {
    text.as_ref().is_some_and(|text| !text.is_empty())
}
