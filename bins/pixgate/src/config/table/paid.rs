//! Cache of results, search for quality, machine learning: paid there, without code here.

use crate::config::variable::{Variable, never, not_yet};

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
    not_yet(
        "IMGPROXY_AUTOQUALITY_METHOD",
        "none",
        "Quality found by trial.",
    ),
    not_yet(
        "IMGPROXY_AUTOQUALITY_TARGET",
        "0.02",
        "Quality found by trial.",
    ),
    not_yet("IMGPROXY_AUTOQUALITY_MIN", "70", "Quality found by trial."),
    not_yet(
        "IMGPROXY_AUTOQUALITY_FORMAT_MIN",
        "avif=60",
        "Quality found by trial.",
    ),
    not_yet("IMGPROXY_AUTOQUALITY_MAX", "80", "Quality found by trial."),
    not_yet(
        "IMGPROXY_AUTOQUALITY_FORMAT_MAX",
        "avif=65",
        "Quality found by trial.",
    ),
    not_yet(
        "IMGPROXY_AUTOQUALITY_ALLOWED_ERROR",
        "0.002",
        "Quality found by trial.",
    ),
    not_yet(
        "IMGPROXY_AUTOQUALITY_MAX_RESOLUTION",
        "0",
        "Quality found by trial.",
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
