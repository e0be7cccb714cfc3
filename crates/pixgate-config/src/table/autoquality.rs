//! Search for quality by trial.

use pixgate_options::AutoqualityMethod;

use crate::value;
use crate::variable::{Variable, integer, never, special, word};
use crate::warning::{Warning, WarningKind};

pub(super) const ROWS: &[Variable] = &[
    word(
        "IMGPROXY_AUTOQUALITY_METHOD",
        "none",
        &["none", "size", "dssim", "ml"],
        "How the quality is found by trial, with up to seven encodings: the most that fits into so \
         many bytes, or the least that differs so little; `ml` counts as `dssim`, with a warning.",
        |s, word| {
            let method = AutoqualityMethod::from_name(word).unwrap_or(AutoqualityMethod::None);
            s.proxy.output.engine.autoquality.method = method;
            if method == AutoqualityMethod::Ml {
                s.warnings.push(Warning::new(
                    WarningKind::Ignored,
                    "IMGPROXY_AUTOQUALITY_METHOD",
                    ": there is no trained network, so ml counts as dssim",
                ));
            }
        },
    ),
    special(
        "IMGPROXY_AUTOQUALITY_TARGET",
        "0.02",
        "number from 0",
        "Bytes, or the structural dissimilarity, that are aimed at.",
        |s, v| {
            s.proxy.output.engine.autoquality.target = value::float(v, 0.0, f64::MAX)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_AUTOQUALITY_MIN",
        "70",
        (1, 100),
        "Lowest quality that is tried.",
        |s, v| s.proxy.output.engine.autoquality.min = value::byte(v),
    ),
    special(
        "IMGPROXY_AUTOQUALITY_FORMAT_MIN",
        "avif=60",
        "`format=quality` list, 1 to 100",
        "Lowest quality by format, merged over the default.",
        |s, v| {
            for (format, quality) in value::format_qualities(v)? {
                let list = &mut s.proxy.output.engine.autoquality.format_min;
                list.retain(|(known, _)| *known != format);
                list.push((format, quality));
            }
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_AUTOQUALITY_MAX",
        "80",
        (1, 100),
        "Highest quality that is tried.",
        |s, v| s.proxy.output.engine.autoquality.max = value::byte(v),
    ),
    special(
        "IMGPROXY_AUTOQUALITY_FORMAT_MAX",
        "avif=65",
        "`format=quality` list, 1 to 100",
        "Highest quality by format, merged over the default.",
        |s, v| {
            for (format, quality) in value::format_qualities(v)? {
                let list = &mut s.proxy.output.engine.autoquality.format_max;
                list.retain(|(known, _)| *known != format);
                list.push((format, quality));
            }
            Ok(())
        },
    ),
    special(
        "IMGPROXY_AUTOQUALITY_ALLOWED_ERROR",
        "0.002",
        "number from 0 to 1",
        "How far from a dissimilarity the search ends.",
        |s, v| {
            s.proxy.output.engine.autoquality.allowed_error = value::float(v, 0.0, 1.0)?;
            Ok(())
        },
    ),
    special(
        "IMGPROXY_AUTOQUALITY_MAX_RESOLUTION",
        "0",
        "megapixels",
        "Larger results have the usual quality; 0 for no limit.",
        |s, v| {
            s.proxy.output.engine.autoquality.max_resolution = value::megapixels(v, 0)?;
            Ok(())
        },
    ),
    never(
        "IMGPROXY_AUTOQUALITY_JPEG_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_WEBP_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_AVIF_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_JXL_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_ML_INFERENCE_NUM_STREAMS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_ML_INFERENCE_NUM_THREADS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_ML_EXECUTION_MODE",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_AUTOQUALITY_ML_CPU_PINNING",
        "",
        "Needs a trained network.",
    ),
];
