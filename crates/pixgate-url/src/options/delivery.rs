//! Caching, file names, presets.

use pixgate_options::{GlobalOptions, OptionId};

use crate::args::numbers::int;
use crate::args::texts::base64_text;
use crate::args::{Accepted, Args, Refusal, flag, text};
use crate::error::ErrorKind;
use crate::table::{Action, Edition, Guard, OptionRow, parts, row};
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Global Cachebuster ["cb"] "text | (empty)" = "none",
        |options, args| args.set_or_clear(text, &mut options.cachebuster),
        { "cachebuster" => cachebuster }),
    parts!(Pro Global BypassCache ["bc"] "bypass" = "0",
        1, { "bypass_cache" => bypass_cache: flag }, guard BypassCache),
    row!(Pro Global CacheTags ["ct"] "tag[:tag]*" = "none",
        |options, args| { options.cache_tags = Some(args.names(0)?); Ok(()) },
        { "cache_tags" => cache_tags }),
    row!(Open Global Expires ["exp"] "seconds since 1970" = "never",
        |options, args| parse_expires(&mut options.expires, args),
        { "expires" => expires }),
    row!(Open Global Filename ["fn"] "name[:encoded]" = "from the source",
        parse_filename, { "filename" => filename }, write write_filename),
    parts!(Open Global ReturnAttachment ["att"] "attachment" = "0",
        1, { "return_attachment" => return_attachment: flag }),
    OptionRow {
        id: Some(OptionId::Preset),
        name: OptionId::Preset.name(),
        aliases: &["pr"],
        arguments: "name[:name]*",
        edition: Edition::Open,
        default: "default",
        guard: Guard::Free,
        action: Action::Preset,
    },
];

/// A time in the past refuses the URL; 0 and below never expires.
pub(crate) fn parse_expires(expires: &mut Option<i64>, args: &Args<'_>) -> Accepted {
    args.exactly(1)?;
    let seconds = args.required(0, int)?;
    if seconds > 0 && seconds < args.now {
        return Err(Refusal {
            kind: ErrorKind::Expired,
            argument: 0,
            hint: format!("this URL was valid until {seconds}, now it is {}", args.now).into(),
        });
    }
    *expires = Some(seconds);
    Ok(())
}

fn parse_filename(options: &mut GlobalOptions, args: &Args<'_>) -> Accepted {
    args.at_most(2)?;
    let encoded = args.has(1) && args.required(1, flag)?;
    let name = match encoded {
        true => args.required(0, base64_text)?,
        false => args.text(0).to_owned(),
    };
    options.filename = Some(name);
    Ok(())
}

fn write_filename(options: &GlobalOptions, out: &mut Writer<'_>) {
    let Some(name) = options.filename.as_deref() else {
        return;
    };
    if out.can_write(name) {
        out.option(&[name.to_owned()]);
    } else {
        out.option(&[Writer::encode(name), String::from("1")]);
    }
}
