//! Caching, file names, presets.

use pixgate_options::{GlobalOptions, OptionId};

use crate::args::numbers::int;
use crate::args::texts::base64_text;
use crate::args::{Accepted, Args, Argument, Refusal, flag, text};
use crate::error::{ErrorKind, Hint};
use crate::table::{Action, Edition, Guard, OptionRow, parts, row};
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Global Cachebuster ["cb"] "text | (empty)" = "none",
        |options, args| args.set_or_clear(text, &mut options.cachebuster),
        { "cachebuster" => cachebuster }),
    parts!(Pro Global BypassCache ["bc"] "bypass" = "0",
        1, { "bypass_cache" => bypass_cache: flag }, guard BypassCache),
    row!(Pro Global CacheTags ["ct"] "tag[:tag]*" = "none",
        |options, args| parse_cache_tags(&mut options.cache_tags, args),
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

/// Reads tags as they are written, each once; the tags of this option replace earlier ones.
///
/// The characters and the bounds are those of CloudFront, which are the narrowest.
pub(crate) fn parse_cache_tags(tags: &mut Option<Vec<String>>, args: &Args<'_>) -> Accepted {
    let mut read: Vec<String> = Vec::new();
    for index in 0..args.len() {
        let tag = args.required(index, cache_tag)?;
        if tag.is_empty() || read.contains(&tag) {
            continue;
        }
        if read.len() >= MOST_TAGS {
            return Err(Refusal::new(index, format!("at most {MOST_TAGS} tags")));
        }
        read.push(tag);
    }
    *tags = (!read.is_empty()).then_some(read);
    Ok(())
}

/// A tag, or nothing.
fn cache_tag(argument: Argument<'_>) -> Result<String, Hint> {
    let tag = argument.text;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    match tag.bytes().all(is_plain) {
        _ if tag.len() > LONGEST_TAG => {
            Err(format!("a tag has at most {LONGEST_TAG} characters").into())
        }
        true => Ok(tag.to_owned()),
        false => Err("a tag has visible ASCII characters and no comma".into()),
    }
}

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

/// Of one answer.
const MOST_TAGS: usize = 50;
/// In bytes.
const LONGEST_TAG: usize = 256;
