//! Orientation, metadata and colour profiles.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pixgate_options::GlobalOptions;

use crate::args::flag;
use crate::args::numbers::{resolution, right_angle};
use crate::args::texts::profile_name;
use crate::table::{OptionRow, parts};
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    parts!(Open Pipeline AutoRotate ["ar"] "auto_rotate" = "configuration: 1",
        1, { "auto_rotate" => auto_rotate: flag }),
    parts!(Open Pipeline Rotate ["rot"] "degrees" = "0",
        1, { "rotate" => rotate: right_angle }),
    parts!(Open Pipeline Flip ["fl"] "[horizontal[:vertical]]" = "0:0", 0, {
        "flip.horizontal" => flip.horizontal: flag,
        "flip.vertical" => flip.vertical: flag,
    }),
    parts!(Open Global StripMetadata ["sm"] "strip" = "configuration: 1",
        1, { "strip_metadata" => strip_metadata: flag }),
    parts!(Open Global KeepCopyright ["kcr"] "keep" = "configuration: 1",
        1, { "keep_copyright" => keep_copyright: flag }),
    parts!(Pro Global Dpi [] "dpi" = "0",
        1, { "dpi" => dpi: resolution }),
    parts!(Open Global StripColorProfile ["scp"] "strip" = "configuration: 1",
        1, { "strip_color_profile" => strip_color_profile: flag }),
    parts!(Pro Global ColorProfile ["cp", "icc"] "profile" = "none",
        1, { "color_profile" => color_profile: profile_name }, write write_profile),
    parts!(Open Global PreserveHdr ["ph"] "preserve" = "configuration: 0",
        1, { "preserve_hdr" => preserve_hdr: flag }),
];

/// Lower-case escapes, because `%3A` would be taken for a mangled separator.
fn write_profile(options: &GlobalOptions, out: &mut Writer<'_>) {
    if let Some(profile) = &options.color_profile {
        let escaped = utf8_percent_encode(profile, NON_ALPHANUMERIC).to_string();
        out.option(&[escaped.replace("%3A", "%3a")]);
    }
}
