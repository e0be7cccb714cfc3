//! Numbers: whole, finite, within a range.

use crate::args::Argument;
use crate::error::Hint;

/// A whole number, 64 bits, sign allowed.
pub(crate) fn int(argument: Argument<'_>) -> Result<i64, Hint> {
    let text = argument.text;
    text.parse()
        .map_err(|_| Hint::from(format!("expected a whole number, found `{}`", short(text))))
}

/// A whole number from 0.
pub(crate) fn uint64(argument: Argument<'_>) -> Result<u64, Hint> {
    within(argument, 0, i64::MAX)
}

/// A whole number from 0; sizes beyond 32 bits are larger than any image and count as the largest.
pub(crate) fn uint(argument: Argument<'_>) -> Result<u32, Hint> {
    uint64(argument).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A whole number from 1; see [`uint`].
pub(crate) fn positive_int(argument: Argument<'_>) -> Result<u32, Hint> {
    let number: u64 = within(argument, 1, i64::MAX)?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Degrees that are a multiple of 90.
pub(crate) fn right_angle(argument: Argument<'_>) -> Result<i64, Hint> {
    match int(argument)? {
        degrees if degrees.checked_rem(90) == Some(0) => Ok(degrees),
        degrees => Err(format!("expected a multiple of 90, found {degrees}").into()),
    }
}

/// A whole number in a closed range.
pub(crate) fn within<T: TryFrom<i64>>(
    argument: Argument<'_>,
    low: i64,
    high: i64,
) -> Result<T, Hint> {
    let number = int(argument)?;
    let narrowed = T::try_from(number).ok();
    let allowed = narrowed.filter(|_| (low..=high).contains(&number));
    allowed.ok_or_else(|| match high {
        i64::MAX => format!("expected {low} or more, found {number}").into(),
        _ => format!("expected {low} to {high}, found {number}").into(),
    })
}

/// 0 to 100.
pub(crate) fn quality(argument: Argument<'_>) -> Result<u8, Hint> {
    within(argument, 0, 100)
}

/// A finite decimal number; neither `nan`, `inf`, hexadecimal nor `_` are taken.
pub(crate) fn float(argument: Argument<'_>) -> Result<f64, Hint> {
    let text = argument.text;
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("`{}` is refused: numbers must be finite", short(text)).into()),
        Err(_) => Err(format!("expected a decimal number, found `{}`", short(text)).into()),
    }
}

/// A finite number from 0.
pub(crate) fn non_negative(argument: Argument<'_>) -> Result<f64, Hint> {
    match float(argument)? {
        number if number >= 0.0 => Ok(number),
        number => Err(format!("expected 0 or more, found {number}").into()),
    }
}

/// Dots per inch: 0, or what files have room for.
pub(crate) fn resolution(argument: Argument<'_>) -> Result<f64, Hint> {
    match non_negative(argument)? {
        number if number <= 65_535.0 => Ok(number),
        number => Err(format!("expected 65535 or less, found {number}").into()),
    }
}

/// A finite number above 0.
pub(crate) fn positive(argument: Argument<'_>) -> Result<f64, Hint> {
    match float(argument)? {
        number if number > 0.0 => Ok(number),
        number => Err(format!("expected more than 0, found {number}").into()),
    }
}

/// 0 to 1.
pub(crate) fn fraction(argument: Argument<'_>) -> Result<f64, Hint> {
    match float(argument)? {
        number if (0.0..=1.0).contains(&number) => Ok(number),
        number => Err(format!("expected 0 to 1, found {number}").into()),
    }
}

/// Clockwise degrees, or the name of a direction.
pub(crate) fn direction(argument: Argument<'_>) -> Result<f64, Hint> {
    match argument.text {
        "down" => Ok(0.0),
        "left" => Ok(90.0),
        "up" => Ok(180.0),
        "right" => Ok(270.0),
        _ => float(argument),
    }
}

/// Megapixels, as pixels.
pub(crate) fn megapixels(argument: Argument<'_>) -> Result<u64, Hint> {
    non_negative(argument).map(pixels)
}

/// The megapixels that read back as exactly this many pixels, where there are any.
pub(crate) fn megapixels_text(wanted: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "the result is checked by reading it back"
    )]
    let exact = wanted as f64 / PIXELS_PER_MEGAPIXEL;
    let neighbours = std::iter::successors(Some(exact), |number| Some(number.next_up()));
    let found = neighbours.take(4).find(|number| pixels(*number) == wanted);
    crate::value::float_text(found.unwrap_or(exact))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "truncating is the rule, and the cast saturates"
)]
fn pixels(megapixels: f64) -> u64 {
    ((megapixels * PIXELS_PER_MEGAPIXEL) as u64).min(i64::MAX.unsigned_abs())
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

const PIXELS_PER_MEGAPIXEL: f64 = 1_000_000.0;

#[cfg(test)]
mod tests {
    use super::{megapixels_text, pixels};

    #[test]
    fn every_number_of_pixels_can_be_written_in_megapixels() {
        let odd = (0..2_000_000).step_by(37);
        for wanted in odd.chain([1, 290_000, 500_000_001, 123_456_789_012_345]) {
            let text = megapixels_text(wanted);
            assert_eq!(pixels(text.parse().unwrap()), wanted, "{text}");
        }
    }

    #[test]
    fn pixels_are_truncated_and_saturate() {
        assert_eq!(pixels(1.999_999_9), 1_999_999);
        assert_eq!(pixels(1e300), i64::MAX.unsigned_abs());
    }
}
