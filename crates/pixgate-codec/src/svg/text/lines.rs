//! Runs as lines, with their characters as they are drawn.

use unicode_bidi::{Direction, get_base_direction};
use unicode_segmentation::UnicodeSegmentation;

use super::style::{Run, Style, Transform};

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    /// Whether it is read from right to left.
    pub(super) is_rtl: bool,
    /// What an empty line is as high as.
    pub(super) strut: Style,
    /// Whether text was left out behind it.
    pub(super) is_cut: bool,
}

impl Line {
    fn new(strut: Style) -> Self {
        Self {
            runs: Vec::new(),
            is_rtl: false,
            strut,
            is_cut: false,
        }
    }

    /// All of its text.
    pub(super) fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// The part of it between two places in its text, in bytes.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        let mut start = 0;
        let mut part = Self {
            runs: Vec::new(),
            strut: self.strut.clone(),
            ..*self
        };
        for run in &self.runs {
            let end = start + run.text.len();
            let text = run
                .text
                .get(from.max(start) - start..to.min(end).max(start) - start);
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                part.push(text, &run.style);
            }
            start = end;
        }
        part
    }

    /// Adds text at the end.
    pub(super) fn push(&mut self, text: &str, style: &Style) {
        if text.is_empty() {
            return;
        }
        match self.runs.last_mut().filter(|run| run.style == *style) {
            Some(run) => run.text.push_str(text),
            None => self.runs.push(Run {
                text: text.to_owned(),
                style: style.clone(),
            }),
        }
    }

    /// What is one character to a reader gets one style, that of its first part.
    fn settled(mut self) -> Self {
        let text = self.text();
        self.is_rtl = get_base_direction(text.as_str()) == Direction::Rtl;
        let runs = std::mem::take(&mut self.runs);
        let mut runs = runs.into_iter();
        let Some(mut run) = runs.next() else {
            return self;
        };
        let mut end = run.text.len();
        for (start, grapheme) in text.grapheme_indices(true) {
            while start >= end {
                let Some(next) = runs.next() else { break };
                end += next.text.len();
                run = next;
            }
            self.push(grapheme, &run.style);
        }
        self
    }
}

/// Whether a character begins a new line.
pub(super) const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

/// Runs as lines, with capitals and tabs as they are drawn.
pub(super) fn of(runs: Vec<Run>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = Line::new(
        runs.first()
            .map_or_else(Style::default, |run| run.style.clone()),
    );
    let mut column = 0;
    let mut before = ' ';
    for run in runs {
        for c in run.text.chars() {
            if is_break(c) {
                lines.push(std::mem::replace(&mut line, Line::new(run.style.clone())).settled());
                column = 0;
            } else if c == '\t' {
                let width = TAB - column % TAB;
                line.push(&" ".repeat(width), &run.style);
                column += width;
            } else {
                push(&mut line, c, before, &run.style);
                column += 1;
            }
            before = c;
        }
    }
    lines.push(line.settled());
    lines
}

/// Adds a character as its style spells it.
fn push(line: &mut Line, c: char, before: char, style: &Style) {
    let starts_word = !before.is_alphanumeric() && before != '\'' && before != '\u{2019}';
    let mut text: String = match style.transform {
        Transform::Lowercase => c.to_lowercase().collect(),
        Transform::Uppercase => c.to_uppercase().collect(),
        Transform::Capitalize if starts_word => c.to_uppercase().collect(),
        Transform::Capitalize | Transform::None => c.into(),
    };
    if style.small_caps && text.chars().any(char::is_lowercase) {
        text = text.to_uppercase();
        line.push(&text, &style.as_small_capitals());
    } else {
        line.push(&text, style);
    }
}

/// Columns between tabulator stops.
const TAB: usize = 8;

#[cfg(test)]
mod tests {
    use super::super::markup::parse;
    use super::*;

    fn texts(markup: &str) -> Vec<Vec<String>> {
        let lines = of(parse(markup).unwrap());
        let texts = |line: Line| line.runs.into_iter().map(|run| run.text).collect();
        lines.into_iter().map(texts).collect()
    }

    #[test]
    fn lines_end_where_they_break() {
        assert_eq!(
            texts("a\n\n<b>b\nc</b>d"),
            [vec!["a"], vec![], vec!["b"], vec!["c", "d"]]
        );
        assert_eq!(texts("a&#x2029;b"), [["a"], ["b"]]);
        assert_eq!(texts(""), [Vec::<String>::new()]);
        assert_eq!(texts("ab\tc\n\td"), [["ab      c"], ["        d"]]);
    }

    #[test]
    fn letters_change_case() {
        let transformed = |how: &str| {
            texts(&format!("<span text_transform='{how}'>it's aN ß</span>"))
                .concat()
                .concat()
        };
        assert_eq!(transformed("uppercase"), "IT'S AN SS");
        assert_eq!(transformed("lowercase"), "it's an ß");
        assert_eq!(transformed("capitalize"), "It's AN SS");
        let lines = of(parse("<span variant='small-caps'>Ab1</span>").unwrap());
        let sizes: Vec<_> = lines[0]
            .runs
            .iter()
            .map(|run| run.style.font_size())
            .collect();
        assert_eq!(lines[0].text(), "AB1");
        assert_eq!(sizes, [16.0, 12.8, 16.0]);
    }

    #[test]
    fn a_mark_has_the_style_of_its_letter() {
        assert_eq!(texts("e<b>\u{301}x</b>"), [["e\u{301}", "x"]]);
        assert_eq!(
            texts("<u>\u{1F468}</u>\u{200D}<b>\u{1F469}</b>"),
            [["\u{1F468}\u{200D}\u{1F469}"]]
        );
    }

    #[test]
    fn the_first_letter_says_where_a_line_begins() {
        let lines = of(parse("12 \u{5D0}b\nb \u{5D0}\n12").unwrap());
        let directions: Vec<_> = lines.iter().map(|line| line.is_rtl).collect();
        assert_eq!(directions, [true, false, false]);
    }

    #[test]
    fn parts_keep_styles() {
        let line = &of(parse("ab<b>cd</b>ef").unwrap())[0];
        let part = line.part(1, 5);
        let texts: Vec<_> = part.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(texts, ["b", "cd", "e"]);
        assert_eq!(part.runs[1].style.weight, 700);
        assert_eq!(line.part(2, 2).runs, []);
        assert_eq!(line.part(4, 99).text(), "ef");
    }
}
