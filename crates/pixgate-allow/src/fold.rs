use std::borrow::Cow;

/// Replaces the look-alikes of digits, letters and dots that UTS 46 maps to ASCII.
///
/// Other characters stay: a name that keeps one of them cannot be an address.
pub(crate) fn fold(host: &str) -> Cow<'_, str> {
    if host.is_ascii() {
        return Cow::Borrowed(host);
    }
    let mut folded = String::with_capacity(host.len());
    host.chars()
        .filter(|c| !is_ignored(*c))
        .for_each(|c| push_folded(&mut folded, c));
    Cow::Owned(folded)
}

fn push_folded(folded: &mut String, c: char) {
    let code = u32::from(c);
    match code {
        0x3002 | 0xff61 => folded.push('.'),
        0x2469..=0x2473 => folded.push_str(&code.wrapping_sub(0x245f).to_string()),
        _ => folded.push(ascii_of(code).unwrap_or(c)),
    }
}

fn ascii_of(code: u32) -> Option<char> {
    let (first, to) = match code {
        0xff01..=0xff5e => (0xff01, '!'),
        0x24b6..=0x24cf => (0x24b6, 'a'),
        0x24d0..=0x24e9 => (0x24d0, 'a'),
        0x2460..=0x2468 => (0x2460, '1'),
        0x2080..=0x2089 => (0x2080, '0'),
        0x2074..=0x2079 => (0x2074, '4'),
        0x1fbf0..=0x1fbf9 => (0x1fbf0, '0'),
        0x00b9 => (0x00b9, '1'),
        0x00b2..=0x00b3 => (0x00b2, '2'),
        0x2070 | 0x24ea => (code, '0'),
        0x1d7ce..=0x1d7ff => return repeating(code, 0x1d7ce, 10, '0'),
        0x1d400..=0x1d6a3 => return repeating(code, 0x1d400, 26, 'a'),
        _ => return None,
    };
    char::from_u32(u32::from(to).checked_add(code.checked_sub(first)?)?)
}

/// Mathematical alphabets repeat the same letters or digits in one style after the other.
fn repeating(code: u32, first: u32, count: u32, to: char) -> Option<char> {
    let offset = code.checked_sub(first)?.checked_rem(count)?;
    char::from_u32(u32::from(to).checked_add(offset)?)
}

/// Characters that vanish: soft hyphen, zero-width marks and variation selectors.
fn is_ignored(c: char) -> bool {
    matches!(
        u32::from(c),
        0x00ad | 0x034f | 0x180b..=0x180f | 0x200b..=0x200d | 0x2060 | 0x2064 | 0xfe00..=0xfe0f
            | 0xfeff | 0xe0100..=0xe01ef
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_every_family_of_look_alikes() {
        let cases = [
            ("１２７．０。０｡１", "127.0.0.1"),
            ("①②⑦.⓪.₀.¹", "127.0.0.1"),
            ("⑩.⑳", "10.20"),
            ("𝟏𝟚𝟩.𝟶", "127.0"),
            ("🯱🯲🯷", "127"),
            ("⁰ˣ", "0ˣ"),
            ("０ｘ７Ｆ", "0x7F"),
            ("ⓧⒻ𝐱𝑿", "xfxx"),
            ("1\u{ad}2\u{200b}7\u{fe0f}", "127"),
            ("bücher", "bücher"),
        ];
        for (text, folded) in cases {
            assert_eq!(fold(text), folded, "{text}");
        }
    }
}
