//! Pango's markup as runs of text in one style each.

use super::Fault;
use super::style::{Decoration, Run, Slant, Style};
use super::tokens::{Attribute, Token, Tokens};
use super::{lines, span};

/// Reads markup.
pub(super) fn parse(markup: &str) -> Result<Vec<Run>, Fault> {
    let mut tokens = Tokens::new(markup);
    let mut open: Vec<(&str, usize, Style)> = Vec::new();
    let mut style = Style::default();
    let mut runs: Vec<Run> = Vec::new();
    while let Some(token) = tokens.next()? {
        match token {
            Token::Text(text) => match runs.last_mut().filter(|run| run.style == style) {
                Some(run) => run.text.push_str(&text),
                None => runs.push(Run {
                    text,
                    style: style.clone(),
                }),
            },
            Token::Open {
                name,
                attributes,
                is_empty,
                at,
            } => {
                let styled = styled(&style, name, &attributes, at, open.is_empty())?;
                if !is_empty {
                    open.push((name, at, std::mem::replace(&mut style, styled)));
                }
            }
            Token::Close { name, at } => match open.pop() {
                Some((opened, _, before)) if opened == name => style = before,
                Some(_) => return Err(Fault::new(at, "another tag is open")),
                None => return Err(Fault::new(at, "no tag is open")),
            },
        }
    }
    if let Some((_, at, _)) = open.first() {
        return Err(Fault::new(*at, "a tag is not closed"));
    }
    check(&runs, markup.len())?;
    Ok(runs)
}

/// The style inside of an element.
fn styled(
    around: &Style,
    name: &str,
    attributes: &[Attribute<'_>],
    at: usize,
    is_outermost: bool,
) -> Result<Style, Fault> {
    let mut style = around.clone();
    let on = |decoration: Decoration| Decoration {
        is_on: true,
        ..decoration
    };
    match name {
        "span" => {
            span::apply(&mut style, attributes)?;
            return Ok(style);
        }
        "b" => style.weight = 700,
        "i" => style.slant = Slant::Italic,
        "u" => style.underline = on(style.underline),
        "s" => style.strikethrough = on(style.strikethrough),
        "big" => style.step_up(),
        "small" => style.step_down(),
        "sub" => {
            style.lower();
            style.step_down();
        }
        "sup" => {
            style.raise();
            style.step_down();
        }
        "tt" => style.families = vec!["monospace".to_owned()],
        "markup" if is_outermost => {}
        _ => return Err(Fault::new(at, "an unknown tag")),
    }
    match attributes.first() {
        Some(attribute) => Err(Fault::new(attribute.at, "only span has attributes")),
        None => Ok(style),
    }
}

/// Bounds that references and many tags could evade.
fn check(runs: &[Run], end: usize) -> Result<(), Fault> {
    let breaks = runs.iter().flat_map(|run| run.text.chars());
    if breaks.filter(|c| lines::is_break(*c)).count() >= MOST_LINES {
        return Err(Fault::new(end, "too many lines"));
    }
    let characters: usize = runs.iter().map(|run| run.text.chars().count()).sum();
    if characters.saturating_mul(runs.len()) > MOST_SHAPING {
        return Err(Fault::new(end, "too many changes of style"));
    }
    Ok(())
}

/// Most lines of a text.
const MOST_LINES: usize = 64;
/// Most characters, once for each run: the library shapes a line anew for each of its runs.
const MOST_SHAPING: usize = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(markup: &str) -> Vec<Run> {
        parse(markup).unwrap()
    }

    #[test]
    fn tags_nest() {
        let runs = runs("<markup>a<b>b<i>c</i></b><u/>d<!-- -->e</markup>");
        let texts: Vec<_> = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c", "de"]);
        let weights: Vec<_> = runs.iter().map(|run| run.style.weight).collect();
        assert_eq!(weights, [400, 700, 700, 400]);
        assert_eq!(runs[2].style.slant, Slant::Italic);
        assert_eq!(runs[3].style, Style::default());
    }

    #[test]
    fn each_tag_has_its_meaning() {
        let style = |tag: &str| runs(&format!("<{tag}>x</{tag}>"))[0].style.clone();
        assert!(style("u").underline.is_on);
        assert!(style("s").strikethrough.is_on);
        assert_eq!(style("tt").families, ["monospace"]);
        for (tag, size, rise) in [
            ("big", 19.2, 0.0),
            ("small", 16.0 / 1.2, 0.0),
            ("sub", 16.0 / 1.2, -3.2),
            ("sup", 16.0 / 1.2, 16.0 / 3.0),
        ] {
            let style = style(tag);
            assert!((style.font_size() - size).abs() < 1e-9, "{tag}");
            assert!((style.rise - rise).abs() < 1e-9, "{tag}");
        }
    }

    #[test]
    fn what_does_not_nest_is_refused_where_it_is() {
        for (markup, at, what) in [
            ("a<b>open", 1, "a tag is not closed"),
            ("<b>x</i>", 4, "another tag is open"),
            ("x</b>", 1, "no tag is open"),
            ("<i><blink>x</blink></i>", 3, "an unknown tag"),
            ("<B>x</B>", 0, "an unknown tag"),
            ("<b><markup>x</markup></b>", 3, "an unknown tag"),
            ("<b size='1'>x</b>", 3, "only span has attributes"),
        ] {
            assert_eq!(parse(markup), Err(Fault::new(at, what)), "{markup}");
        }
    }

    #[test]
    fn bounds_hold_for_references_too() {
        assert!(parse(&"&#10;".repeat(63)).is_ok());
        assert!(parse(&"&#10;".repeat(64)).is_err());
        assert!(parse(&"<b>a</b>b".repeat(440)).is_err());
    }
}
