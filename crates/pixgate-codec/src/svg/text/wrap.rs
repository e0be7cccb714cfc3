//! Lines broken to a width: between words, or between characters where a word is too long.

use pixgate_options::TextBox;
use unicode_segmentation::UnicodeSegmentation;

use super::lines::Line;
use super::measure::Ruler;
use crate::Error;

/// Breaks lines that are longer than a box, and leaves out lines that there is no room for.
pub(super) fn wrap(
    lines: &[Line],
    text_box: &TextBox,
    ruler: &mut Ruler,
) -> Result<Vec<Line>, Error> {
    let most = match text_box.max_lines {
        0 => MOST_LINES,
        lines => lines.min(MOST_LINES),
    };
    let mut wrapping = Wrapping {
        width: text_box.width,
        most: most as usize,
        ruler,
        done: Vec::new(),
    };
    for line in lines {
        if wrapping.is_full() {
            wrapping.cut();
            break;
        }
        wrapping.add(line)?;
    }
    if text_box.ellipsis {
        wrapping.end_in_ellipsis()?;
    }
    Ok(wrapping.done)
}

struct Wrapping<'a> {
    width: f64,
    most: usize,
    ruler: &'a mut Ruler,
    done: Vec<Line>,
}

impl Wrapping<'_> {
    fn is_full(&self) -> bool {
        self.done.len() >= self.most
    }

    /// Says of the last line that text is missing behind it.
    fn cut(&mut self) {
        if let Some(last) = self.done.last_mut() {
            last.is_cut = true;
        }
    }

    /// Adds a line, broken where it has to be.
    fn add(&mut self, line: &Line) -> Result<(), Error> {
        let text = line.text();
        let words = breaks(&text);
        let graphemes = text.grapheme_indices(true);
        let graphemes: Vec<usize> = graphemes.map(|(at, part)| at + part.len()).collect();
        let mut from = 0;
        loop {
            let longest = self.longest(line, &text, from, &graphemes)?;
            let is_word = |end: &&usize| trimmed(&text, from, **end) <= longest;
            let behind = words.get(words.partition_point(|end| *end <= from)..);
            let words = behind.unwrap_or_default();
            let end = words.iter().take_while(is_word).last().copied();
            let end = end.unwrap_or(longest);
            let rest = text.get(end..).unwrap_or_default();
            let next = rest.trim_start_matches(' ');
            self.done.push(line.part(from, trimmed(&text, from, end)));
            if next.is_empty() {
                return Ok(());
            }
            if self.is_full() {
                self.cut();
                return Ok(());
            }
            from = text.len() - next.len();
        }
    }

    /// The last end of a grapheme to which a line fits from a place on, the first one at least.
    fn longest(
        &mut self,
        line: &Line,
        text: &str,
        from: usize,
        graphemes: &[usize],
    ) -> Result<usize, Error> {
        let ends = graphemes.get(graphemes.partition_point(|end| *end <= from)..);
        let ends = ends.unwrap_or_default();
        let end_of = |count: usize| ends.get(count - 1).copied().unwrap_or(text.len());
        let mut fits = |count| self.fits(&line.part(from, trimmed(text, from, end_of(count))));
        // Short ones first: most lines have a few words of many.
        let (mut good, mut bad) = (1, 2);
        while bad <= ends.len() && fits(bad)? {
            good = bad;
            bad = if bad == ends.len() {
                bad + 1
            } else {
                (bad * 2).min(ends.len())
            };
        }
        while good + 1 < bad {
            let middle = good.midpoint(bad);
            if fits(middle)? {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Ok(end_of(good))
    }

    fn fits(&mut self, line: &Line) -> Result<bool, Error> {
        Ok(self.ruler.measure(line)?.advance <= self.width + NEAR)
    }

    /// Makes room for an ellipsis in the last line, if text is missing behind it.
    fn end_in_ellipsis(&mut self) -> Result<(), Error> {
        let Some(last) = self.done.pop_if(|last| last.is_cut) else {
            return Ok(());
        };
        let text = last.text();
        let starts = text.grapheme_indices(true).map(|(at, _)| at);
        let mut ends: Vec<usize> = starts.chain([text.len()]).collect();
        let shortened = |end: usize| {
            let mut line = last.part(0, trimmed(&text, 0, end));
            let style = line
                .runs
                .last()
                .map_or(&last.strut, |run| &run.style)
                .clone();
            line.push(ELLIPSIS, &style);
            line
        };
        let mut line = shortened(0);
        while let Some(end) = ends.pop() {
            let candidate = shortened(end);
            if self.fits(&candidate)? {
                line = candidate;
                break;
            }
        }
        self.done.push(line);
        Ok(())
    }
}

/// Where a part ends without the spaces at its end.
fn trimmed(text: &str, from: usize, end: usize) -> usize {
    let part = text.get(from..end).unwrap_or_default();
    from + part.trim_end_matches(' ').len()
}

/// Where words end and a new line may begin, the end of the text among them: behind spaces and
/// hyphens, and between the signs of scripts that are written without spaces.
fn breaks(text: &str) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut graphemes = text.grapheme_indices(true).peekable();
    while let Some((at, grapheme)) = graphemes.next() {
        let Some((_, next)) = graphemes.peek() else {
            break;
        };
        let last = grapheme.chars().next_back().unwrap_or(' ');
        let first = next.chars().next().unwrap_or(' ');
        let is_end = match last {
            ' ' | '\u{200B}' | '\u{3000}' => first != ' ',
            '-' | '\u{2010}' | '\u{2013}' | '\u{2014}' => first.is_alphabetic(),
            _ => {
                let is_between = is_ideographic(last) || is_ideographic(first);
                let is_kept = is_opening(last) || is_closing(first) || first == ' ';
                is_between && !is_kept && !is_glue(last) && !is_glue(first)
            }
        };
        if is_end {
            breaks.push(at + grapheme.len());
        }
    }
    breaks.push(text.len());
    breaks
}

/// Han, kana and what belongs to them.
const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

const fn is_opening(c: char) -> bool {
    matches!(
        c,
        '(' | '[' | '{' | '「' | '『' | '（' | '〔' | '［' | '｛' | '〈' | '《' | '【' | '“' | '‘'
    )
}

/// What does not begin a line.
const fn is_closing(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | ','
            | '.'
            | '!'
            | '?'
            | ':'
            | ';'
            | '、'
            | '。'
            | '」'
            | '』'
            | '）'
            | '〕'
            | '］'
            | '｝'
            | '〉'
            | '》'
            | '】'
            | '，'
            | '．'
            | '！'
            | '？'
            | '：'
            | '；'
            | 'ー'
            | '”'
            | '’'
            | '…'
            | '・'
            | '々'
            | 'ぁ'
            | 'ぃ'
            | 'ぅ'
            | 'ぇ'
            | 'ぉ'
            | 'っ'
            | 'ゃ'
            | 'ゅ'
            | 'ょ'
            | 'ァ'
            | 'ィ'
            | 'ゥ'
            | 'ェ'
            | 'ォ'
            | 'ッ'
            | 'ャ'
            | 'ュ'
            | 'ョ'
    )
}

const fn is_glue(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{202F}' | '\u{2060}' | '\u{FEFF}')
}

/// Most lines of a box that does not say it.
const MOST_LINES: u32 = 256;
/// By how much a line may be too long, in pixels: what rounding makes of one that fits.
const NEAR: f64 = 0.01;
const ELLIPSIS: &str = "…";
