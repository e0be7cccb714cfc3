//! How results are encoded.

use pixgate_options::GlobalOptions;

use crate::args::numbers::{non_negative, quality, uint64, within};
use crate::args::texts::{format, name};
use crate::args::{Accepted, Args, Refusal, flag};
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    parts!(Open Global Format ["f", "ext"] "format" = "automatic",
        1, { "format" => format: format }),
    parts!(Open Global Quality ["q"] "quality" = "0",
        1, { "quality" => quality: quality }),
    row!(Open Global FormatQuality ["fq"] "format:quality[:format:quality]*"
        = "configuration: webp:79:avif:63:jxl:77",
        parse_format_quality, { "format_quality.*" => format_quality }),
    parts!(Pro Global Autoquality ["aq"]
    "[method[:target[:min_quality[:max_quality[:allowed_error]]]]]"
    = "configuration: none:0.02:70:80:0.002", 0, {
        "autoquality.method" => autoquality.method: name,
        "autoquality.target" => autoquality.target: non_negative,
        "autoquality.min_quality" => autoquality.min_quality: quality,
        "autoquality.max_quality" => autoquality.max_quality: quality,
        "autoquality.allowed_error" => autoquality.allowed_error: non_negative,
    }),
    parts!(Open Global MaxBytes ["mb"] "bytes" = "0",
        1, { "max_bytes" => max_bytes: uint64 }),
    parts!(Pro Global JpegOptions ["jpgo"]
    "[progressive[:no_subsample[:trellis_quant[:overshoot_deringing[:optimize_scans[:quant_table]]]]]]"
    = "configuration", 0, {
        "jpeg_options.progressive" => jpeg_options.progressive: flag,
        "jpeg_options.no_subsample" => jpeg_options.no_subsample: flag,
        "jpeg_options.trellis_quant" => jpeg_options.trellis_quant: flag,
        "jpeg_options.overshoot_deringing" => jpeg_options.overshoot_deringing: flag,
        "jpeg_options.optimize_scans" => jpeg_options.optimize_scans: flag,
        "jpeg_options.quant_table" => jpeg_options.quant_table: |text| within(text, 0, 8),
    }),
    parts!(Pro Global PngOptions ["pngo"] "[interlaced[:quantize[:colors]]]"
    = "configuration", 0, {
        "png_options.interlaced" => png_options.interlaced: flag,
        "png_options.quantize" => png_options.quantize: flag,
        "png_options.quantization_colors" => png_options.quantization_colors:
            |text| within(text, 2, 256),
    }),
    parts!(Pro Global WebpOptions ["webpo"] "[compression[:smart_subsample[:preset]]]"
    = "configuration", 0, {
        "webp_options.compression" => webp_options.compression: name,
        "webp_options.smart_subsample" => webp_options.smart_subsample: flag,
        "webp_options.preset" => webp_options.preset: name,
    }),
    parts!(Pro Global AvifOptions ["avifo"] "[subsample]" = "configuration: auto",
        0, { "avif_options.subsample" => avif_options.subsample: name }),
];

fn parse_format_quality(options: &mut GlobalOptions, args: &Args<'_>) -> Accepted {
    for (index, pair) in (0..args.len()).step_by(2).zip(args.values().chunks(2)) {
        let quality_at = index.saturating_add(1);
        if pair.len() < 2 {
            return Err(Refusal::new(index, "a format without a quality"));
        }
        let format = args.required(index, format)?;
        let quality = args.required(quality_at, quality)?;
        options.format_quality.insert(format, quality);
    }
    Ok(())
}
