//! Shapes that are cut out of the result.

use pixgate_options::{Radius, RoundOptions};

use crate::args::numbers::non_negative;
use crate::args::texts::{base64_text, name};
use crate::args::{Accepted, Args, Argument, Refusal, flag};
use crate::error::Hint;
use crate::table::{OptionRow, parts, row};

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Own Pipeline PxRound ["pxr"] "radius[:radius[:radius[:radius]]]" = "0",
    |options, args| parse_round(&mut options.px_round, args),
    {
        "px_round.top_left" => px_round.top_left,
        "px_round.top_right" => px_round.top_right,
        "px_round.bottom_right" => px_round.bottom_right,
        "px_round.bottom_left" => px_round.bottom_left,
    }),
    parts!(Own Pipeline PxEllipse ["pxe"] "ellipse" = "0",
        1, { "px_ellipse" => px_ellipse: flag }),
    row!(Own Pipeline PxMask ["pxm"] "base64 of a URL | (empty)" = "none",
        |options, args| args.set_or_clear(base64_text, &mut options.px_mask),
        { "px_mask" => px_mask },
        write |options, out| out.base64(options.px_mask.as_deref())),
    parts!(Own Pipeline PxMaskMode ["pxmm"] "[reading[:fit[:invert]]]" = "auto:stretch:0", 0, {
        "px_mask_mode.reading" => px_mask_mode.reading: name,
        "px_mask_mode.fit" => px_mask_mode.fit: name,
        "px_mask_mode.invert" => px_mask_mode.invert: flag,
    }),
];

/// One to four radii for the corners, as in CSS.
fn parse_round(round: &mut RoundOptions, args: &Args<'_>) -> Accepted {
    let of = |index: usize| {
        if args.has(index) {
            args.required(index, radius)
        } else {
            Ok(Radius::ZERO)
        }
    };
    let corners = match args.len() {
        1 => [0, 0, 0, 0],
        2 => [0, 1, 0, 1],
        3 => [0, 1, 2, 1],
        4 => [0, 1, 2, 3],
        count => {
            let hint = format!("one to four radii, found {count} arguments");
            return Err(Refusal::new(0, hint));
        }
    };
    let [top_left, top_right, bottom_right, bottom_left] = corners.map(of);
    round.top_left = Some(top_left?);
    round.top_right = Some(top_right?);
    round.bottom_right = Some(bottom_right?);
    round.bottom_left = Some(bottom_left?);
    Ok(())
}

fn radius(argument: Argument<'_>) -> Result<Radius, Hint> {
    match argument.text {
        "max" => Ok(Radius::Max),
        _ => non_negative(argument).map(Radius::Length),
    }
}

#[cfg(test)]
mod tests {
    use pixgate_options::Radius;

    use crate::{Config, Defaults, parse, write_request};

    fn written(option: &str) -> Option<String> {
        let path = format!("/{option}/plain/x");
        let request = parse(&path, &Config::default(), &Defaults::default(), 0).ok()?;
        let written = write_request(&request, &Config::default()).unwrap();
        Some(written.trim_end_matches("/plain/x").to_owned())
    }

    #[test]
    fn radii_spread_as_in_css() {
        for (option, expected) in [
            ("pxr:20", "/pxr:20:20:20:20"),
            ("px_round:max", "/pxr:max:max:max:max"),
            ("pxr:1:2", "/pxr:1:2:1:2"),
            ("pxr:1:0.5:max", "/pxr:1:0.5:max:0.5"),
            ("pxr:1::3:4", "/pxr:1:0:3:4"),
            ("pxr:", "/pxr:0:0:0:0"),
            ("pxe:1", "/pxe:1"),
        ] {
            assert_eq!(written(option).as_deref(), Some(expected), "{option}");
        }
    }

    #[test]
    fn what_is_no_radius_is_refused() {
        for option in [
            "pxr:-1",
            "pxr:nan",
            "pxr:inf",
            "pxr:1:2:3:4:5",
            "pxr:maximum",
        ] {
            assert_eq!(written(option), None, "{option}");
        }
    }

    #[test]
    fn the_last_one_counts_as_a_whole() {
        let path = "/pxr:1:2:3:4/pxr:5:/plain/x";
        let request = parse(path, &Config::default(), &Defaults::default(), 0).unwrap();
        let round = &request.options.first().px_round;
        let (five, zero) = (Radius::Length(5.0), Radius::ZERO);
        assert_eq!(round.resolve(), Some([five, zero, five, zero]));
    }
}
