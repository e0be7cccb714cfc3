//! An image or text laid over the result.

use pixgate_options::WatermarkOptions;

use crate::args::numbers::{float, fraction, non_negative, positive, uint};
use crate::args::texts::{base64_text, decode_base64, name};
use crate::args::{Accepted, Args, Argument, flag};
use crate::error::Hint;
use crate::options::gravity::Place;
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Watermark ["wm"] "opacity[:position[:x[:y[:scale]]]]" = "0:ce:0:0",
    |options, args| parse(&mut options.watermark, args),
    {
        "watermark.opacity" => watermark.opacity,
        "watermark.position" => watermark.position,
        "watermark.x_offset" => watermark.x_offset,
        "watermark.y_offset" => watermark.y_offset,
        "watermark.scale" => watermark.scale,
    }),
    row!(Pro Pipeline WatermarkUrl ["wmu"] "base64 of a URL | (empty)" = "none",
        |options, args| args.set_or_clear(base64_text, &mut options.watermark_url),
        { "watermark_url" => watermark_url },
        write |options, out| out.base64(options.watermark_url.as_deref())),
    row!(Pro Pipeline WatermarkText ["wmt"] "base64 of a text | (empty)" = "none",
        |options, args| args.set_or_clear(markup, &mut options.watermark_text),
        { "watermark_text" => watermark_text },
        write |options, out| out.base64(options.watermark_text.as_deref())),
    parts!(Pro Pipeline WatermarkSize ["wms"] "[width[:height]]" = "0:0", 0, {
        "watermark_size.width" => watermark_size.width: uint,
        "watermark_size.height" => watermark_size.height: uint,
    }),
    parts!(Pro Pipeline WatermarkRotate ["wm_rot", "wmr"] "degrees" = "0",
        1, { "watermark_rotate" => watermark_rotate: float }),
    parts!(Pro Pipeline WatermarkShadow ["wmsh"] "sigma" = "0",
        1, { "watermark_shadow" => watermark_shadow: sigma }),
    parts!(Own Pipeline PxTextBox ["pxtb"] "width[:max_lines[:align[:ellipsis]]]" = "0:0::1", 1, {
        "px_text_box.width" => px_text_box.width: non_negative,
        "px_text_box.max_lines" => px_text_box.max_lines: uint,
        "px_text_box.align" => px_text_box.align: name,
        "px_text_box.ellipsis" => px_text_box.ellipsis: flag,
    }),
];

/// 0 to 1000, beyond which nothing can be seen of a shadow.
fn sigma(argument: Argument<'_>) -> Result<f64, Hint> {
    match non_negative(argument)? {
        sigma if sigma <= 1000.0 => Ok(sigma),
        sigma => Err(format!("expected 0 to 1000, found {sigma}").into()),
    }
}

/// Text in URL-safe base64, within the bounds of what is drawn.
fn markup(argument: Argument<'_>) -> Result<String, Hint> {
    let bytes = decode_base64(argument.text)?;
    let text = String::from_utf8(bytes).map_err(|_| Hint::from("expected text in UTF-8"))?;
    let lines = text.split('\n').count();
    let is_control = |c: char| c < ' ' && !matches!(c, '\n' | '\t');
    match text.find(is_control) {
        Some(at) => Err(format!("a control character at byte {at}").into()),
        None if text.len() > MOST_BYTES => {
            Err(format!("expected at most {MOST_BYTES} bytes, found {}", text.len()).into())
        }
        None if lines > MOST_LINES => {
            Err(format!("expected at most {MOST_LINES} lines, found {lines}").into())
        }
        None => Ok(text),
    }
}

/// Two more arguments are accepted and ignored.
fn parse(watermark: &mut WatermarkOptions, args: &Args<'_>) -> Accepted {
    args.at_most(7)?;
    watermark.opacity = Some(args.required(0, fraction)?);
    if args.has(1) {
        watermark.position = Some(Place::Watermark.parse_kind(args, 1)?);
    }
    args.set(2, float, &mut watermark.x_offset)?;
    args.set(3, float, &mut watermark.y_offset)?;
    args.set(4, positive, &mut watermark.scale)
}

/// Most bytes of a text.
const MOST_BYTES: usize = 4096;
/// Most lines of a text.
const MOST_LINES: usize = 64;

#[cfg(test)]
mod tests {
    use base64::Engine;

    use crate::args::texts::BASE64;
    use crate::{Config, Defaults, parse, write_request};

    fn written(option: &str) -> Option<String> {
        let path = format!("/{option}/plain/x");
        let request = parse(&path, &Config::default(), &Defaults::default(), 0).ok()?;
        let written = write_request(&request, &Config::default()).unwrap();
        Some(written.trim_end_matches("/plain/x").to_owned())
    }

    #[test]
    fn texts_have_bounds() {
        for (text, is_text) in [
            ("<b>a</b>\n\tb".as_bytes().to_vec(), true),
            ("é".repeat(2048).into_bytes(), true),
            ("a".repeat(4097).into_bytes(), false),
            ("\n".repeat(63).into_bytes(), true),
            ("\n".repeat(64).into_bytes(), false),
            (b"a\xff".to_vec(), false),
            (b"a\0".to_vec(), false),
            (b"a\rb".to_vec(), false),
        ] {
            let option = format!("/wmt:{}", BASE64.encode(&text));
            let written = written(option.trim_start_matches('/'));
            assert_eq!(written, is_text.then_some(option), "{text:?}");
        }
        assert_eq!(written("wmt:").as_deref(), Some(""));
        assert_eq!(written("wmt:a"), None);
    }

    #[test]
    fn boxes_of_text_survive_writing() {
        for (option, expected) in [
            ("pxtb:0.5:3:center:0", Some("/pxtb:0.5:3:center:0")),
            ("px_text_box:200", Some("/pxtb:200")),
            ("pxtb:200::right", Some("/pxtb:200::right")),
            ("pxtb:-1", None),
            ("pxtb:200:x", None),
            ("pxtb:200:1:middle", None),
            ("pxtb:1:1:left:1:1", None),
        ] {
            assert_eq!(written(option).as_deref(), expected, "{option}");
        }
    }
}
