//! Background and colour adjustments.

use pixgate_options::{PipelineOptions, Rgb};

use crate::args::numbers::{fraction, non_negative, within};
use crate::args::texts::color;
use crate::args::{Accepted, Args, Argument, Refusal};
use crate::error::Hint;
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Background ["bg"] "color | red:green:blue | (empty)" = "off",
        parse_background, { "background" => background }),
    parts!(Pro Pipeline BackgroundAlpha ["bga"] "alpha" = "1",
        1, { "background_alpha" => background_alpha: fraction }),
    row!(Pro Pipeline Adjust ["a"] "[brightness[:contrast[:saturation]]]" = "see its parts",
        parse_adjust, {}),
    parts!(Pro Pipeline Brightness ["br"] "brightness" = "0",
        1, { "brightness" => brightness: brightness }),
    row!(Pro Pipeline Contrast ["co"] "contrast" = "1",
        parse_contrast, { "contrast" => contrast }),
    parts!(Pro Pipeline Saturation ["sa"] "saturation" = "1",
        1, { "saturation" => saturation: non_negative }),
    parts!(Pro Pipeline Monochrome ["mc"] "intensity[:color]" = "0:b3b3b3", 1, {
        "monochrome.intensity" => monochrome.intensity: fraction,
        "monochrome.color" => monochrome.color: color,
    }),
    parts!(Pro Pipeline Duotone ["dt"] "intensity[:dark[:light]]" = "0:000000:ffffff", 1, {
        "duotone.intensity" => duotone.intensity: fraction,
        "duotone.color1" => duotone.color1: color,
        "duotone.color2" => duotone.color2: color,
    }),
];

/// One empty argument removes the background.
fn parse_background(options: &mut PipelineOptions, args: &Args<'_>) -> Accepted {
    options.background = match args.len() {
        1 if !args.has(0) => None,
        1 => Some(args.required(0, color)?),
        3 => Some(Rgb::new(
            args.required(0, channel)?,
            args.required(1, channel)?,
            args.required(2, channel)?,
        )),
        count => {
            let hint = format!("one colour or red, green and blue, found {count} arguments");
            return Err(Refusal::new(0, hint));
        }
    };
    Ok(())
}

/// 0 to 255 without a sign.
fn channel(argument: Argument<'_>) -> Result<u8, Hint> {
    if argument.text.starts_with(['+', '-']) {
        return Err("expected 0 to 255 without a sign".into());
    }
    within(argument, 0, 255)
}

fn parse_adjust(options: &mut PipelineOptions, args: &Args<'_>) -> Accepted {
    args.at_most(3)?;
    args.set(0, brightness, &mut options.brightness)?;
    args.set(1, non_negative, &mut options.contrast)?;
    args.set(2, non_negative, &mut options.saturation)
}

fn brightness(argument: Argument<'_>) -> Result<i32, Hint> {
    within(argument, -255, 255)
}

fn parse_contrast(options: &mut PipelineOptions, args: &Args<'_>) -> Accepted {
    args.exactly(1)?;
    let contrast = args.required(0, non_negative).map_err(|refusal| {
        let note = "`co` with one argument is `contrast`, with more it is `crop_objects`";
        Refusal::new(0, format!("{}; {note}", refusal.hint))
    })?;
    options.contrast = Some(contrast);
    Ok(())
}
