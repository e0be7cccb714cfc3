//! How a source is read, checked or passed on.

use pixgate_options::{GlobalOptions, HashKind, HashsumOptions};

use crate::args::numbers::{positive_int, uint};
use crate::args::texts::{base64_text, format, name, style_sheet};
use crate::args::{Accepted, Args, Refusal, flag};
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Pro Global Style ["st", "stl"] "base64 of CSS | (empty)" = "none",
        |options, args| args.set_or_clear(style_sheet, &mut options.style),
        { "style" => style },
        write |options, out| out.base64(options.style.as_deref())),
    parts!(Pro Global Page ["pg"] "page" = "0",
        1, { "page" => page: uint }),
    parts!(Pro Global Pages ["pgs"] "pages" = "1",
        1, { "pages" => pages: positive_int }),
    parts!(Pro Global DisableAnimation ["da"] "disable" = "0",
        1, { "disable_animation" => disable_animation: flag }),
    parts!(Open Global EnforceThumbnail ["eth"] "enforce" = "configuration: 0",
        1, { "enforce_thumbnail" => enforce_thumbnail: flag }),
    row!(Pro Global FallbackImageUrl ["fiu"] "base64 of a URL | (empty)" = "none",
        |options, args| args.set_or_clear(base64_text, &mut options.fallback_image_url),
        { "fallback_image_url" => fallback_image_url },
        write |options, out| out.base64(options.fallback_image_url.as_deref())),
    row!(Open Global SkipProcessing ["skp"] "format[:format]*" = "configuration: none",
        parse_skipped, { "skip_processing" => skip_processing }),
    parts!(Open Global Raw [] "raw" = "0",
        1, { "raw" => raw: flag }),
    row!(Pro Global Hashsum ["hs"] "type[:hash]" = "none",
    |options, args| parse_hashsum(&mut options.hashsum, args),
    {
        "hashsum.type" => hashsum.kind,
        "hashsum.hashsum" => hashsum.hashsum,
    }),
];

fn parse_skipped(options: &mut GlobalOptions, args: &Args<'_>) -> Accepted {
    for index in 0..args.len() {
        options.skip_processing.push(args.required(index, format)?);
    }
    Ok(())
}

/// Reads a hash function and, unless that is `none`, the hexadecimal digits of whole bytes.
///
/// A hash of another length than the function's is one that no source has.
pub(crate) fn parse_hashsum(hashsum: &mut HashsumOptions, args: &Args<'_>) -> Accepted {
    args.at_most(2)?;
    let kind = args.required(0, name)?;
    hashsum.hashsum = None;
    if args.has(1) {
        let digits = args.text(1);
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hexadecimal || !digits.len().is_multiple_of(2) {
            return Err(Refusal::new(1, "expected pairs of hexadecimal digits"));
        }
        hashsum.hashsum = Some(digits.to_owned());
    } else if kind != HashKind::None {
        return Err(Refusal::new(1, "the hash is missing"));
    }
    hashsum.kind = Some(kind);
    Ok(())
}
