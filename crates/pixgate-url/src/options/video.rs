//! Which frames of a video are used.

use crate::args::flag;
use crate::args::numbers::{float, fraction, non_negative, uint};
use crate::table::{OptionRow, parts};

pub(crate) static OPTIONS: &[OptionRow] = &[
    parts!(Pro Global VideoThumbnailSecond ["vts"] "second" = "configuration: 1",
        1, { "video_thumbnail_second" => video_thumbnail_second: non_negative }),
    parts!(Pro Global VideoThumbnailKeyframes ["vtk"] "keyframes" = "configuration: 0",
        1, { "video_thumbnail_keyframes" => video_thumbnail_keyframes: flag }),
    parts!(Pro Global VideoThumbnailTile ["vtt"]
    "step:columns:rows:tile_width:tile_height[:extend[:trim[:fill[:focus_x[:focus_y]]]]]"
    = "0:0:0:0:0:0:0:0:0.5:0.5", 5, {
        "video_thumbnail_tile.step" => video_thumbnail_tile.step: float,
        "video_thumbnail_tile.columns" => video_thumbnail_tile.columns: uint,
        "video_thumbnail_tile.rows" => video_thumbnail_tile.rows: uint,
        "video_thumbnail_tile.tile_width" => video_thumbnail_tile.width: uint,
        "video_thumbnail_tile.tile_height" => video_thumbnail_tile.height: uint,
        "video_thumbnail_tile.extend_tile" => video_thumbnail_tile.extend: flag,
        "video_thumbnail_tile.trim" => video_thumbnail_tile.trim: flag,
        "video_thumbnail_tile.fill" => video_thumbnail_tile.fill: flag,
        "video_thumbnail_tile.focus_x" => video_thumbnail_tile.focus_x: fraction,
        "video_thumbnail_tile.focus_y" => video_thumbnail_tile.focus_y: fraction,
    }),
    parts!(Pro Global VideoThumbnailAnimation ["vta"]
    "step:delay:frames:frame_width:frame_height[:extend[:trim[:fill[:focus_x[:focus_y]]]]]"
    = "0:0:0:0:0:0:0:0:0.5:0.5", 5, {
        "video_thumbnail_animation.step" => video_thumbnail_animation.step: float,
        "video_thumbnail_animation.delay" => video_thumbnail_animation.delay: uint,
        "video_thumbnail_animation.frames" => video_thumbnail_animation.frames: uint,
        "video_thumbnail_animation.frame_width" => video_thumbnail_animation.width: uint,
        "video_thumbnail_animation.frame_height" => video_thumbnail_animation.height: uint,
        "video_thumbnail_animation.extend_frame" => video_thumbnail_animation.extend: flag,
        "video_thumbnail_animation.trim" => video_thumbnail_animation.trim: flag,
        "video_thumbnail_animation.fill" => video_thumbnail_animation.fill: flag,
        "video_thumbnail_animation.focus_x" => video_thumbnail_animation.focus_x: fraction,
        "video_thumbnail_animation.focus_y" => video_thumbnail_animation.focus_y: fraction,
    }),
];
