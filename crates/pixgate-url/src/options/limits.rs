//! Security options: limits that a URL may only change with permission.

use crate::args::numbers::{int, megapixels, megapixels_text, positive_int};
use crate::table::{OptionRow, parts};

pub(crate) static OPTIONS: &[OptionRow] = &[
    parts!(Open Pipeline MaxSrcResolution ["msr"] "megapixels" = "configuration: 50",
        1, { "max_src_resolution" => max_src_resolution: megapixels },
        write |options, out| if let Some(pixels) = options.max_src_resolution {
            out.option(&[megapixels_text(pixels)]);
        },
        guard Security),
    parts!(Open Pipeline MaxSrcFileSize ["msfs"] "bytes" = "configuration: 0",
        1, { "max_src_file_size" => max_src_file_size: int }, guard Security),
    parts!(Open Global MaxAnimationFrames ["maf"] "frames" = "configuration: 1",
        1, { "max_animation_frames" => max_animation_frames: positive_int }, guard Security),
    parts!(Open Global MaxAnimationFrameResolution ["mafr"] "megapixels"
        = "configuration: 0",
        1, { "max_animation_frame_resolution" => max_animation_frame_resolution: megapixels },
        write |options, out| if let Some(pixels) = options.max_animation_frame_resolution {
            out.option(&[megapixels_text(pixels)]);
        },
        guard Security),
    parts!(Open Global MaxResultDimension ["mrd"] "pixels" = "configuration: 0",
        1, { "max_result_dimension" => max_result_dimension: int }, guard Security),
];
