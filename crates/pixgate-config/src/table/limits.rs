//! Bounds on pictures.

use crate::value;
use crate::variable::{Variable, boolean, integer, never, special};

pub(super) const ROWS: &[Variable] = &[
    special(
        "IMGPROXY_MAX_SRC_RESOLUTION",
        "50",
        "megapixels, more than 0",
        "Most pixels of a source, all loaded frames together.",
        |s, v| {
            s.proxy.limits.max_source_pixels = value::megapixels(v, 1)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_MAX_SRC_FILE_SIZE",
        "0",
        (0, i64::MAX),
        "Most bytes of a source; 0 leaves it to the memory budget.",
        |s, v| {
            s.proxy.limits.max_source_bytes = v.unsigned_abs();
        },
    ),
    integer(
        "IMGPROXY_MAX_ANIMATION_FRAMES",
        "1",
        (1, i64::MAX),
        "Frames taken from an animation.",
        |s, v| {
            s.proxy.limits.max_animation_frames = value::side(v);
        },
    ),
    special(
        "IMGPROXY_MAX_ANIMATION_FRAME_RESOLUTION",
        "0",
        "megapixels",
        "Most pixels of one frame of an animation, in place of the total; 0 for the total.",
        |s, v| {
            s.proxy.limits.max_frame_pixels = value::megapixels(v, 0)?;
            Ok(())
        },
    ),
    integer(
        "IMGPROXY_MAX_RESULT_DIMENSION",
        "0",
        (i64::MIN, i64::MAX),
        "Longest side of a result, larger ones are scaled down; 0 for no limit.",
        |s, v| {
            s.proxy.limits.max_result_dimension = value::side(v);
        },
    ),
    never(
        "IMGPROXY_PNG_UNLIMITED",
        "false",
        "Decoder limits follow from the memory budget.",
    ),
    boolean(
        "IMGPROXY_SVG_UNLIMITED",
        "false",
        "Lift the limit of 10 MB for SVG.",
        |s, v| s.proxy.limits.svg_unlimited = v,
    ),
    never(
        "IMGPROXY_TIFF_UNLIMITED",
        "false",
        "Decoder limits follow from the memory budget.",
    ),
    boolean(
        "IMGPROXY_SANITIZE_SVG",
        "true",
        "Strip active content from SVG.",
        |s, v| s.proxy.output.engine.sanitize_svg = v,
    ),
    special(
        "PIXGATE_SANDBOX_FORMATS",
        "svg,jxl,avif,heic",
        "list of svg, jxl, avif, heic",
        "Formats read in child processes that can be killed. Their codecs are libraries that nothing bounds from inside; take one off for trusted sources only.",
        |s, v| {
            s.server.sandbox_formats = value::sandboxed(v)?;
            Ok(())
        },
    ),
    never("IMGPROXY_MALLOC", "malloc", "jemalloc is built in."),
    never(
        "IMGPROXY_VIPS_LEAK_CHECK",
        "false",
        "Another image library's switch.",
    ),
    never(
        "IMGPROXY_VIPS_CACHE_TRACE",
        "false",
        "Another image library's switch.",
    ),
];
