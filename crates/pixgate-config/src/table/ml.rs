//! Machine learning: imgproxy Pro, of which only faces are found here.

use pixgate_engine::ObjectGravity;

use crate::variable::{Variable, boolean, never, not_yet, word};

pub(super) const ROWS: &[Variable] = &[
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
    boolean(
        "IMGPROXY_OBJECT_DETECTION_FALLBACK_TO_SMART_CROP",
        "true",
        "A crop around objects is a smart one where there are none, else in the middle; for builds with \
         the feature `faces`.",
        |s, v| s.proxy.output.engine.objects.falls_back_to_smart = v,
    )
    .pro(),
    word(
        "IMGPROXY_OBJECT_DETECTION_GRAVITY_MODE",
        "max_score_area",
        &["max_score_area", "one_best", "one_best_centermost"],
        "Where a crop around objects lies: where most of them is seen, around the best one, or around the \
         best one near the middle; for builds with the feature `faces`.",
        |s, word| {
            s.proxy.output.engine.objects.gravity = match word {
                "one_best" => ObjectGravity::OneBest,
                "one_best_centermost" => ObjectGravity::OneBestCentermost,
                _ => ObjectGravity::MaxScoreArea,
            };
        },
    )
    .pro(),
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
