//! What to find out about an image; the table of the info endpoint.

use pixgate_options::{HashKind, InfoOptions};

use crate::args::numbers::{int, megapixels, megapixels_text, non_negative, uint, within};
use crate::args::texts::name;
use crate::args::{Accepted, Args, Argument, Refusal, flag, text};
use crate::error::Hint;
use crate::options::gravity::{self, Place};
use crate::options::{crop, delivery, source};
use crate::table::{Action, Edition, Guard, OptionRow, parts, row};

pub(crate) static PARTS: &[OptionRow] = &[
    parts!(Pro Info "size" ["s"] "size" = "1", 1, { "size" => size: flag }),
    parts!(Pro Info "format" ["f"] "format" = "1", 1, { "format" => format: flag }),
    parts!(Pro Info "dimensions" ["d"] "dimensions" = "1",
        1, { "dimensions" => dimensions: flag }),
    parts!(Pro Info "exif" [] "exif[:canonical_names]" = "1:0", 1, {
        "exif.enabled" => exif.enabled: flag,
        "exif.canonical_names" => exif.canonical_names: flag,
    }),
    parts!(Pro Info "iptc" [] "iptc" = "1", 1, { "iptc" => iptc: flag }),
    parts!(Pro Info "xmp" [] "xmp" = "1", 1, { "xmp" => xmp: flag }),
    parts!(Pro Info "video_meta" ["vm"] "video_meta" = "1",
        1, { "video_meta" => video_meta: flag }),
    parts!(Pro Info "detect_objects" ["do"] "detect" = "0",
        1, { "detect_objects" => detect_objects: flag }),
    row!(Pro Info "classify" ["cl"] "top_k[:class]*" = "0",
        parse_classify,
        { "classify.top_k" => classify.top_k, "classify.classes" => classify.classes }),
    parts!(Pro Info "colorspace" ["cs"] "colorspace" = "0",
        1, { "colorspace" => colorspace: flag }),
    parts!(Pro Info "bands" ["b"] "bands" = "0", 1, { "bands" => bands: flag }),
    parts!(Pro Info "sample_format" ["sf"] "sample_format" = "0",
        1, { "sample_format" => sample_format: flag }),
    parts!(Pro Info "pages_number" ["pn"] "pages_number" = "0",
        1, { "pages_number" => pages_number: flag }),
    parts!(Pro Info "alpha" ["a"] "alpha[:check_transparency]" = "0:0", 1, {
        "alpha.alpha" => alpha.alpha: flag,
        "alpha.check_transparency" => alpha.check_transparency: flag,
    }),
];

pub(crate) static ANALYSIS: &[OptionRow] = &[
    row!(Pro Info "crop" ["c"] "width[:height[:gravity]]" = "0:0:ce",
        |options, args| crop::parse(&mut options.crop, args),
        {
            "crop.width" => crop.width,
            "crop.height" => crop.height,
            "crop.gravity.type" => crop.gravity.kind,
            "crop.gravity.x_offset" => crop.gravity.x_offset,
            "crop.gravity.y_offset" => crop.gravity.y_offset,
            "crop.gravity.classes" => crop.gravity.classes,
            "crop.gravity.class_weights" => crop.gravity.class_weights,
        },
        write |options, out| crop::write(&options.crop, out)),
    row!(Pro Info "objects_position" ["obj_pos", "op"] "type[:x[:y]]" = "ce:0:0",
        |options, args| {
            gravity::parse_from(&mut options.objects_position, args, 0, Place::Objects)
        },
        {
            "objects_position.type" => objects_position.kind,
            "objects_position.x_offset" => objects_position.x_offset,
            "objects_position.y_offset" => objects_position.y_offset,
        },
        write |options, out| gravity::write_after(&options.objects_position, &[], out)),
    parts!(Pro Info "palette" ["p"] "colors" = "0", 1, { "palette" => palette: palette }),
    parts!(Pro Info "average" ["avg"] "average[:ignore_transparent]" = "0:1", 1, {
        "average.average" => average.average: flag,
        "average.ignore_transparent" => average.ignore_transparent: flag,
    }),
    parts!(Pro Info "dominant_colors" ["dc"] "dominant_colors[:build_missed]" = "0:0", 1, {
        "dominant_colors.dominant_colors" => dominant_colors.dominant_colors: flag,
        "dominant_colors.build_missed" => dominant_colors.build_missed: flag,
    }),
    parts!(Pro Info "blurhash" ["bh"] "x_components:y_components" = "0:0", 2, {
        "blurhash.x_components" => blurhash.x_components: |text| within(text, 0, 9),
        "blurhash.y_components" => blurhash.y_components: |text| within(text, 0, 9),
    }),
    parts!(Pro Info "thumb_hash" ["th"] "thumb_hash" = "0",
        1, { "thumb_hash" => thumb_hash: flag }),
    parts!(Pro Info "perceptual_hash" ["phash", "ph"] "perceptual_hash" = "0",
        1, { "perceptual_hash" => perceptual_hash: flag }),
    row!(Pro Info "calc_hashsums" ["chs"] "type[:type]*" = "none",
        parse_hashes, { "calc_hashsums" => calc_hashsums }),
    parts!(Pro Info "page" ["pg"] "page" = "0", 1, { "page" => page: uint }),
    parts!(Pro Info "video_thumbnail_second" ["vts"] "second" = "configuration: 1",
        1, { "video_thumbnail_second" => video_thumbnail_second: non_negative }),
    parts!(Pro Info "video_thumbnail_keyframes" ["vtk"] "keyframes" = "configuration: 0",
        1, { "video_thumbnail_keyframes" => video_thumbnail_keyframes: flag }),
];

pub(crate) static DELIVERY: &[OptionRow] = &[
    row!(Pro Info "cachebuster" ["cb"] "text | (empty)" = "none",
        |options, args| args.set_or_clear(text, &mut options.cachebuster),
        { "cachebuster" => cachebuster }),
    parts!(Pro Info "bypass_cache" ["bc"] "bypass" = "0",
        1, { "bypass_cache" => bypass_cache: flag }, guard BypassCache),
    row!(Pro Info "cache_tags" ["ct"] "tag[:tag]*" = "none",
        |options, args| delivery::parse_cache_tags(&mut options.cache_tags, args),
        { "cache_tags" => cache_tags }),
    row!(Pro Info "expires" ["exp"] "seconds since 1970" = "never",
        |options, args| delivery::parse_expires(&mut options.expires, args),
        { "expires" => expires }),
    OptionRow {
        id: None,
        name: "preset",
        aliases: &["pr"],
        arguments: "name[:name]*",
        edition: Edition::Pro,
        default: "default",
        guard: Guard::Free,
        action: Action::InfoPreset,
    },
    row!(Pro Info "hashsum" ["hs"] "type[:hash]" = "none",
        |options, args| source::parse_hashsum(&mut options.hashsum, args),
        { "hashsum.type" => hashsum.kind, "hashsum.hashsum" => hashsum.hashsum }),
    parts!(Pro Info "max_src_resolution" ["msr"] "megapixels" = "configuration: 50",
        1, { "max_src_resolution" => max_src_resolution: megapixels },
        write |options, out| if let Some(pixels) = options.max_src_resolution {
            out.option(&[megapixels_text(pixels)]);
        },
        guard Security),
    parts!(Pro Info "max_src_file_size" ["msfs"] "bytes" = "configuration: 0",
        1, { "max_src_file_size" => max_src_file_size: int }, guard Security),
];

fn parse_classify(options: &mut InfoOptions, args: &Args<'_>) -> Accepted {
    options.classify.top_k = Some(args.required(0, uint)?);
    options.classify.classes = Some(args.names(1)?);
    Ok(())
}

/// 0, or 2 to 256 colours.
fn palette(argument: Argument<'_>) -> Result<u16, Hint> {
    match within(argument, 0, 256)? {
        1 => Err("expected 0 or 2 to 256, found 1".into()),
        colors => Ok(colors),
    }
}

fn parse_hashes(options: &mut InfoOptions, args: &Args<'_>) -> Accepted {
    let mut kinds = Vec::new();
    for index in 0..args.len() {
        match args.required(index, name)? {
            HashKind::None => return Err(Refusal::new(index, "`none` is not a hash")),
            kind => kinds.push(kind),
        }
    }
    options.calc_hashsums = Some(kinds);
    Ok(())
}
