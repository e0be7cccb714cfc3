//! Cache of results, search for quality, machine learning: paid there, without code here.

use pixgate_options::AutoqualityMethod;

use crate::config::value;
use crate::config::variable::{Variable, integer, never, not_yet, special, word};

pub(super) const ROWS: &[Variable] = &[
    not_yet(
        "IMGPROXY_CACHE_USE",
        "",
        "Where results are kept: files, or an object store.",
    ),
    not_yet("IMGPROXY_CACHE_PATH_PREFIX", "", "In front of keys."),
    not_yet("IMGPROXY_CACHE_BUCKET", "", "Bucket, or part of the path."),
    not_yet(
        "IMGPROXY_CACHE_KEY_HEADERS",
        "",
        "Request headers that are part of the key.",
    ),
    not_yet(
        "IMGPROXY_CACHE_KEY_COOKIES",
        "",
        "Cookies that are part of the key.",
    ),
    not_yet(
        "IMGPROXY_CACHE_REPORT_ERRORS",
        "false",
        "Errors of the cache are errors of the request.",
    ),
    not_yet("IMGPROXY_CACHE_FS_ROOT", "", "Directory."),
    not_yet("IMGPROXY_CACHE_S3_REGION", "", "Region."),
    not_yet("IMGPROXY_CACHE_S3_ENDPOINT", "", "Endpoint."),
    not_yet(
        "IMGPROXY_CACHE_S3_ENDPOINT_USE_PATH_STYLE",
        "true",
        "Bucket in the path.",
    ),
    not_yet(
        "IMGPROXY_CACHE_S3_USE_DECRYPTION_CLIENT",
        "false",
        "Decrypt with KMS.",
    ),
    not_yet("IMGPROXY_CACHE_S3_ASSUME_ROLE_ARN", "", "Role to assume."),
    not_yet(
        "IMGPROXY_CACHE_S3_ASSUME_ROLE_EXTERNAL_ID",
        "",
        "External id for it.",
    ),
    not_yet("IMGPROXY_CACHE_GCS_KEY", "", "Service account key."),
    not_yet("IMGPROXY_CACHE_GCS_ENDPOINT", "", "Endpoint."),
    not_yet("IMGPROXY_CACHE_ABS_NAME", "", "Account."),
    not_yet("IMGPROXY_CACHE_ABS_KEY", "", "Shared key."),
    not_yet("IMGPROXY_CACHE_ABS_ENDPOINT", "", "Endpoint."),
    not_yet("IMGPROXY_CACHE_SWIFT_USERNAME", "", "User."),
    not_yet("IMGPROXY_CACHE_SWIFT_API_KEY", "", "API key."),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_AUTH_URL",
        "",
        "Authentication service.",
    ),
    not_yet("IMGPROXY_CACHE_SWIFT_AUTH_VERSION", "0", "Its version."),
    not_yet("IMGPROXY_CACHE_SWIFT_TENANT", "", "Tenant."),
    not_yet("IMGPROXY_CACHE_SWIFT_DOMAIN", "", "Domain."),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_TIMEOUT_SECONDS",
        "60",
        "Time for data.",
    ),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_CONNECT_TIMEOUT_SECONDS",
        "10",
        "Time to connect.",
    ),
    word(
        "IMGPROXY_AUTOQUALITY_METHOD",
        "none",
        &["none", "size", "dssim", "ml"],
        "How the quality is found by trial, with up to seven encodings: the most that fits into so \
         many bytes, or the least that differs so little; `ml` needs a trained network and gives a \
         warning.",
        |s, word| {
            let known = AutoqualityMethod::from_name(word);
            let method = known.filter(|method| *method != AutoqualityMethod::Ml);
            s.proxy.output.autoquality.method = method.unwrap_or(AutoqualityMethod::None);
            if known != method {
                let line = format!(
                    "IMGPROXY_AUTOQUALITY_METHOD: {word} is not supported, so quality is not searched"
                );
                s.warnings.push(line);
            }
        },
    ),
    special(
        "IMGPROXY_AUTOQUALITY_TARGET",
        "0.02",
        "number from 0",
        "Bytes, or the structural dissimilarity, that are aimed at.",
        |s, v| {
            s.proxy.output.autoquality.target = value::float(v, 0.0, f64::MAX)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_AUTOQUALITY_MIN",
        "70",
        (1, 100),
        "Lowest quality that is tried.",
        |s, v| s.proxy.output.autoquality.min = value::byte(v),
    ),
    special(
        "IMGPROXY_AUTOQUALITY_FORMAT_MIN",
        "avif=60",
        "`format=quality` list, 1 to 100",
        "Lowest quality by format, merged over the default.",
        |s, v| {
            for (format, quality) in value::format_qualities(v)? {
                let list = &mut s.proxy.output.autoquality.format_min;
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
        |s, v| s.proxy.output.autoquality.max = value::byte(v),
    ),
    special(
        "IMGPROXY_AUTOQUALITY_FORMAT_MAX",
        "avif=65",
        "`format=quality` list, 1 to 100",
        "Highest quality by format, merged over the default.",
        |s, v| {
            for (format, quality) in value::format_qualities(v)? {
                let list = &mut s.proxy.output.autoquality.format_max;
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
            s.proxy.output.autoquality.allowed_error = value::float(v, 0.0, 1.0)?;
            Ok(())
        },
    ),
    special(
        "IMGPROXY_AUTOQUALITY_MAX_RESOLUTION",
        "0",
        "megapixels",
        "Larger results have the usual quality; 0 for no limit.",
        |s, v| {
            s.proxy.output.autoquality.max_resolution = value::megapixels(v, 0)?;
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
    never("IMGPROXY_ML_NUM_STREAMS", "", "Needs a trained network."),
    never(
        "IMGPROXY_ML_INFERENCE_NUM_THREADS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_ML_EXECUTION_MODE",
        "performance",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_ML_CPU_PINNING",
        "false",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_MAX_ML_CONCURRENCY",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_NET_TYPE",
        "yolox",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_CLASSES",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_NET_SIZE",
        "416",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_CONFIDENCE_THRESHOLD",
        "0.2",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_NMS_THRESHOLD",
        "0.4",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_SWAP_RB",
        "false",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_FALLBACK_TO_SMART_CROP",
        "true",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_GRAVITY_MODE",
        "max_score_area",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_INFERENCE_NUM_STREAMS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_INFERENCE_NUM_THREADS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_EXECUTION_MODE",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_OBJECT_DETECTION_CPU_PINNING",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_NET",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_CLASSES",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_NET_SIZE",
        "224",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_THRESHOLD",
        "0.5",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_NORMALIZATION",
        "none",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_LAYOUT",
        "nhwc",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_INFERENCE_NUM_STREAMS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_INFERENCE_NUM_THREADS",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_EXECUTION_MODE",
        "",
        "Needs a trained network.",
    ),
    never(
        "IMGPROXY_CLASSIFICATION_CPU_PINNING",
        "",
        "Needs a trained network.",
    ),
    not_yet(
        "IMGPROXY_SMART_CROP_ADVANCED",
        "false",
        "Smart crop that looks longer.",
    ),
    not_yet(
        "IMGPROXY_SMART_CROP_ADVANCED_MODE",
        "max_score_area",
        "How it decides.",
    ),
    never(
        "IMGPROXY_SMART_CROP_FACE_DETECTION",
        "false",
        "Needs a trained network.",
    ),
];
