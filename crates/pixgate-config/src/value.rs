//! How values are written.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pixgate_options::Format;

pub(super) fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

pub(super) fn integer(text: &str, min: i64, max: i64) -> Result<i64, String> {
    let value: i64 = text.parse().map_err(|_| "must be an integer".to_owned())?;
    if value < min {
        return Err(format!("must be at least {min}"));
    }
    if value > max {
        return Err(format!("must be at most {max}"));
    }
    Ok(value)
}

/// A count that fits this machine; negative ones are 0.
pub(super) fn size(value: i64) -> usize {
    usize::try_from(value.max(0)).unwrap_or(usize::MAX)
}

/// A length in pixels or a count of frames; negative ones are 0.
pub(super) fn side(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

/// A small number whose range was checked.
pub(super) fn byte(value: i64) -> u8 {
    u8::try_from(value.max(0)).unwrap_or(u8::MAX)
}

pub(super) fn float(text: &str, min: f64, max: f64) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "must be a number".to_owned())?;
    if value.is_finite() && (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(format!("must be from {min} to {max}"))
    }
}

/// One of the names of a closed list.
pub(super) fn name<T>(text: &str, from_name: fn(&str) -> Option<T>) -> Result<T, String> {
    from_name(text).ok_or_else(|| format!("unknown name {text}"))
}

/// Millions of pixels, as pixels, truncated.
pub(super) fn megapixels(text: &str, min: u64) -> Result<u64, String> {
    let millions = float(text, 0.0, 1e9)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1e15, and truncation is asked for"
    )]
    let pixels = (millions * 1e6 + 1e-6) as u64;
    if pixels < min {
        return Err("must be more than 0".to_owned());
    }
    Ok(pixels)
}

pub(super) fn word(text: &str, words: &[&str]) -> Result<String, String> {
    let lower = text.to_ascii_lowercase();
    if words.contains(&lower.as_str()) {
        Ok(lower)
    } else {
        Err(format!("must be one of {}", words.join(", ")))
    }
}

/// Items between commas, trimmed; empty ones stay.
pub(super) fn list(text: &str) -> Vec<String> {
    list_by(text, ",")
}

/// Items between separators, trimmed; empty ones stay.
pub(super) fn list_by(text: &str, separator: &str) -> Vec<String> {
    let separator = if separator.is_empty() { "," } else { separator };
    text.split(separator)
        .map(|item| item.trim().to_owned())
        .collect()
}

/// Lines of a file, trimmed, without blank ones and those that begin with `#`.
pub(super) fn lines_of(path: &str) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let lines = text.lines().map(str::trim);
    Ok(lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect())
}

pub(super) fn file(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))
}

pub(super) fn directory(path: &str) -> Result<PathBuf, String> {
    if Path::new(path).is_dir() {
        Ok(PathBuf::from(path))
    } else {
        Err("must be an existing directory".to_owned())
    }
}

pub(super) fn hex(text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|_| "must be pairs of hexadecimal digits".to_owned())
}

pub(super) fn hex_list(text: &str) -> Result<Vec<Vec<u8>>, String> {
    list(text).iter().map(|item| hex(item)).collect()
}

pub(super) fn base64(text: &str) -> Result<Vec<u8>, String> {
    let decoded = STANDARD.decode(text);
    decoded.map_err(|error| format!("must be padded standard base64: {error}"))
}

pub(super) fn formats(text: &str) -> Result<Vec<Format>, String> {
    let items = list(text);
    items.iter().map(|item| format(item)).collect()
}

/// Formats that can be read in child processes.
pub(super) fn sandboxed(text: &str) -> Result<Vec<Format>, String> {
    let given = formats(text)?;
    let can = |format: &Format| {
        matches!(
            format,
            Format::Svg | Format::Jxl | Format::Avif | Format::Heic
        )
    };
    match given.iter().find(|format| !can(format)) {
        Some(format) => Err(format!(
            "{format} is always read by our own decoder, only svg, jxl, avif and heic can be named"
        )),
        None => Ok(given),
    }
}

fn format(name: &str) -> Result<Format, String> {
    let known = Format::from_name(name)
        .filter(|format| !matches!(format, Format::Pdf | Format::Mp4 | Format::Best));
    known.ok_or_else(|| format!("`{name}` is no image format"))
}

/// `format=quality` items between commas.
pub(super) fn format_qualities(text: &str) -> Result<Vec<(Format, u8)>, String> {
    let items = list(text);
    items.iter().map(|item| format_quality(item)).collect()
}

fn format_quality(item: &str) -> Result<(Format, u8), String> {
    let (name, quality) = item
        .split_once('=')
        .ok_or_else(|| format!("`{item}` must be format=quality"))?;
    let quality = integer(quality.trim(), 1, 100).map_err(|why| format!("`{item}` {why}"))?;
    let quality = u8::try_from(quality).map_err(|_| "must be 1 to 100".to_owned())?;
    Ok((format(name.trim())?, quality))
}

/// `pattern=replacement` pairs between semicolons, untrimmed.
pub(super) fn check_replacements(text: &str) -> Result<(), String> {
    let mut pairs = text.split(';').zip(1..);
    pairs.try_for_each(|(pair, number)| pair_of(pair, number).map(drop))
}

/// `Name=Value` pairs between separators, trimmed; empty pairs are skipped.
pub(super) fn headers(text: &str, separator: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(separator).map(str::trim);
    let pairs = pairs.filter(|pair| !pair.is_empty()).zip(1..);
    pairs.map(|(pair, number)| pair_of(pair, number)).collect()
}

/// The number stands for the pair in the error: the pair may be a secret.
fn pair_of(pair: &str, number: usize) -> Result<(String, String), String> {
    pair.split_once('=')
        .map(|(left, right)| (left.to_owned(), right.to_owned()))
        .ok_or_else(|| format!("pair {number} must have a `=`"))
}

/// `2006-01-02T15:04:05Z` or with an offset such as `+02:00`; a day that no calendar has is none.
pub(super) fn rfc3339(text: &str) -> Result<SystemTime, String> {
    let is_plain = matches!(text.as_bytes().get(10), Some(b'T' | b't'))
        // A leap second would be taken for the one before it.
        && text.get(16..19) != Some(":60");
    let moment = text.parse::<jiff::Timestamp>().ok();
    moment
        .filter(|moment| is_plain && moment.as_second() >= 0)
        .map(|moment| {
            SystemTime::UNIX_EPOCH + Duration::from_secs(moment.as_second().unsigned_abs())
        })
        .ok_or_else(|| "must be a date such as 2006-01-02T15:04:05Z, not before 1970".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_spelled_in_few_ways() {
        assert_eq!(boolean("True"), Ok(true));
        assert_eq!(boolean("0"), Ok(false));
        assert!(boolean("yes").is_err() && boolean(" true").is_err());
    }

    #[test]
    fn integers_have_bounds() {
        assert_eq!(integer("-1", -1, 5), Ok(-1));
        for bad in ["6", "-2", "1.5", "10s", "1_0", " 1", "99999999999999999999"] {
            assert!(integer(bad, -1, 5).is_err(), "{bad}");
        }
    }

    #[test]
    fn megapixels_are_truncated() {
        assert_eq!(megapixels("16.8", 1), Ok(16_800_000));
        assert_eq!(megapixels("0.06", 1), Ok(60_000));
        assert!(megapixels("0", 1).is_err() && megapixels("nan", 0).is_err());
    }

    #[test]
    fn dates_know_their_zone() {
        let at = |seconds| Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(rfc3339("2020-01-01T00:00:00Z"), at(1_577_836_800));
        assert_eq!(rfc3339("2020-01-01T02:00:00+02:00"), at(1_577_836_800));
        assert_eq!(rfc3339("2024-02-29T12:30:15.5Z"), at(1_709_209_815));
        for bad in [
            "2020-01-01",
            "2020-13-01T00:00:00Z",
            "2020-02-31T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2020-01-01T00:00:60Z",
            "2020-01-01T00:00:00",
            "1969-12-31T23:59:59Z",
        ] {
            assert!(rfc3339(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hexadecimal_comes_in_pairs() {
        assert_eq!(hex_list("0aFf, 00"), Ok(vec![vec![0x0a, 0xff], vec![0]]));
        assert!(hex("abc").is_err() && hex("xy").is_err());
    }

    #[test]
    fn an_empty_replacement_is_a_mistake() {
        assert!(check_replacements("a=b;").is_err());
        assert_eq!(check_replacements("a=b=c;d="), Ok(()));
    }
}
