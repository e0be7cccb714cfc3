use pixgate_options::{TextAlign, TextBox};
use pixgate_raster::Image;

use super::*;
use crate::{DecodeRequest, Limits, Pixels, Shrink, decode};

fn mark_in(markup: &str, text_box: Option<TextBox>) -> Option<TextMark> {
    let markup = markup.to_owned();
    lay_out_text(&TextRequest { markup, text_box }).unwrap()
}

fn mark(markup: &str) -> TextMark {
    mark_in(markup, None).unwrap()
}

fn size(markup: &str) -> (u32, u32) {
    let header = mark(markup).header;
    (header.width, header.height)
}

fn drawn_at(mark: &TextMark, shrink: Shrink) -> Image {
    let request = DecodeRequest {
        shrink,
        ..DecodeRequest::default()
    };
    let decoded = decode(&mark.bytes, &mark.header, &request, &Limits::default());
    match decoded.unwrap().0 {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(_) => panic!("planes"),
    }
}

fn drawn(mark: &TextMark) -> Image {
    drawn_at(mark, Shrink::None)
}

fn pixels(image: &Image) -> Vec<[u8; 4]> {
    let pixgate_raster::Samples::U8(samples) = image.samples() else {
        panic!("8 bits")
    };
    samples.as_chunks().0.to_vec()
}

/// Columns and rows in which something is.
fn touched(image: &Image) -> (Vec<bool>, Vec<bool>) {
    let width = image.width() as usize;
    let pixels = pixels(image);
    let is_ink = |at: usize| pixels[at][3] > 0;
    let rows = 0..pixels.len() / width;
    let columns = (0..width).map(|x| rows.clone().any(|y| is_ink(y * width + x)));
    let columns = columns.collect();
    (
        columns,
        rows.map(|y| (0..width).any(|x| is_ink(y * width + x)))
            .collect(),
    )
}

/// The part of pixels of a colour among those that are opaque.
fn count(mark: &TextMark, is_counted: impl Fn([u8; 4]) -> bool) -> usize {
    let pixels = pixels(&drawn(mark));
    pixels
        .into_iter()
        .filter(|pixel| is_counted(*pixel))
        .count()
}

const fn boxed(width: f64) -> TextBox {
    TextBox {
        width,
        max_lines: 0,
        align: None,
        ellipsis: true,
    }
}

#[test]
fn ink_touches_all_edges() {
    for markup in [
        "Hello",
        "q",
        ".",
        "<i>f</i>",
        "two\nlines",
        "  x  ",
        "<u>a b</u>",
        "<span size='300pt'>Wg</span>",
        "<span background='red'> </span>",
    ] {
        let mark = mark(markup);
        let image = drawn(&mark);
        assert_eq!(
            (image.width(), image.height()),
            (mark.header.width, mark.header.height)
        );
        let (columns, rows) = touched(&image);
        for edge in [&columns, &rows] {
            assert!(edge[0] && edge[edge.len() - 1], "{markup}");
        }
    }
}

#[test]
fn text_without_ink_is_none() {
    for markup in [
        "",
        " ",
        "\n\n",
        "<b></b>",
        "\t",
        "<span color='#0000'>x</span>",
        "&#8203;",
    ] {
        assert_eq!(mark_in(markup, None), None, "{markup:?}");
        assert_eq!(mark_in(markup, Some(boxed(20.0))), None, "{markup:?}");
    }
}

#[test]
fn sizes_follow_the_font_size() {
    let (width, height) = size("Hxgl");
    assert!((13..=17).contains(&height), "{height}");
    let (wide, high) = size("<span size='160pt'>Hxgl</span>");
    assert!(wide.abs_diff(width * 10) < 15, "{wide} {width}");
    assert!(high.abs_diff(height * 10) < 15, "{high} {height}");
    assert!(size("<span size='1pt'>Hxgl</span>").1 <= 2);
}

#[test]
fn lines_are_one_line_height_apart() {
    let (one, two, three) = (size("x").1, size("x\nx").1, size("x\nx\nx").1);
    assert_eq!(two - one, three - two);
    assert!((18..=20).contains(&(two - one)), "{}", two - one);
    let lower = size("<span line_height='2'>x\nx</span>").1 - one;
    assert!(lower.abs_diff((two - one) * 2) <= 1, "{lower}");
    assert_eq!(size("<span line_height='51200'>x\nx</span>").1 - one, 50);
    assert_eq!(size("x\n\nx").1, three);
    let large = size("x\n<span size='64pt'> </span>\nx").1;
    assert!(large > three + 40, "{large}");
}

#[test]
fn colours_are_those_that_are_asked_for() {
    let red = |[r, g, b, a]: [u8; 4]| a == 0 || (r == 255 && g == 0 && b == 0);
    let mark_of = |markup: &str| mark(markup);
    let all = |mark: &TextMark| (mark.header.width * mark.header.height) as usize;
    let text = mark_of("<span color='red' size='40pt'>Hi</span>");
    assert_eq!(count(&text, red), all(&text));
    let faint = mark_of("<span alpha='50%' size='60pt'>I</span>");
    assert!(count(&faint, |[.., a]| a.abs_diff(128) <= 1) > all(&faint) / 2);
    let on_blue = mark_of("<span bgcolor='blue' color='red' size='40pt'>I <b>I</b></span>");
    assert_eq!(count(&on_blue, |[.., a]| a == 0), 0);
    assert!(count(&on_blue, |pixel| pixel == [0, 0, 255, 255]) > all(&on_blue) / 2);
    assert!(count(&on_blue, |pixel| pixel == [255, 0, 0, 255]) > 100);
    let lined = mark_of("<span underline='single' underline_color='lime' size='60pt'>  a  </span>");
    assert!(count(&lined, |[r, g, _, a]| a == 255 && g > 200 && r == 0) > 10);
}

#[test]
fn letters_can_be_moved() {
    let plain = size("ab");
    assert_eq!(
        size("<span letter_spacing='10240'>ab</span>").0,
        plain.0 + 10
    );
    assert!(size("a<span rise='10240'>a</span>").1 >= size("a").1 + 10);
    assert!(size("a<sup>2</sup>").1 > size("a2").1);
    assert!(size("2<sub>2</sub>").1 > size("22").1);
}

#[test]
fn upright_fonts_are_slanted() {
    let (upright, italic) = (
        size("<span size='100pt'>I</span>"),
        size("<span size='100pt' style='italic'>I</span>"),
    );
    assert_eq!(upright.1, italic.1);
    let lean = f64::from(italic.1) * 12.0_f64.to_radians().tan();
    let found = f64::from(italic.0 - upright.0);
    assert!((found - lean).abs() < 3.0, "{found} {lean}");
    let both = size("A<i>A</i>A");
    assert!(both.0.abs_diff(size("AAA").0) <= 2);
}

#[test]
fn bold_is_wider() {
    assert!(size("<b>Hello</b>").0 > size("Hello").0);
    assert_eq!(
        size("<b>Hello</b>"),
        size("<span weight='heavy'>Hello</span>")
    );
}

#[test]
fn marks_stand_on_their_letters() {
    let (plain, marked) = (size("e"), size("e\u{301}"));
    assert_eq!(plain.0, marked.0);
    assert!(marked.1 > plain.1 + 1);
    assert_eq!(size("e<b>\u{301}</b>"), marked);
}

/// A letter that is read from right to left, and not to be seen.
const RTL: &str = "\u{200F}";

#[test]
fn lines_from_right_to_left_end_at_the_right() {
    let lines = mark(&format!("{RTL}wwwwww\n{RTL}i"));
    let image = drawn(&lines);
    let width = image.width() as usize;
    let below = pixels(&image).split_off(image.height() as usize * 2 / 3 * width);
    let is_ink_in = |columns: std::ops::Range<usize>| {
        below
            .chunks(width)
            .any(|row| row[columns.clone()].iter().any(|pixel| pixel[3] > 0))
    };
    assert!(is_ink_in(width - 9..width));
    assert!(!is_ink_in(0..width / 2));
}

#[test]
fn mixed_directions_are_reordered() {
    // In a line from right to left what comes first stands at the right.
    let is_right = |markup: &str| {
        let image = drawn(&mark(markup));
        let width = image.width() as usize;
        let red = |pixel: &[u8; 4]| pixel[3] == 255 && pixel[0] == 255;
        let pixels = pixels(&image).into_iter().enumerate();
        let mut columns = pixels.filter(|(_, pixel)| red(pixel));
        columns.all(|(at, _)| at % width > width / 2)
    };
    let red = "<span color='#f00' size='30pt'>|</span>";
    assert!(is_right(&format!("{RTL}{red} abc")));
    assert!(!is_right(&format!("{red} abc")));
    assert!(is_right(&format!("<u><i>{RTL}{red}</i></u> abc")));
}

#[test]
fn styles_may_change_inside_of_what_could_be_a_ligature() {
    for markup in [
        "f<b>i</b>",
        "f<span color='red'>i</span>",
        "<i>f</i>fi",
        "f<u>f</u>i",
    ] {
        assert!(size(markup).0 > 5, "{markup}");
    }
}

#[test]
fn nothing_of_a_text_is_taken_for_markup_of_drawings() {
    for markup in [
        "&lt;image href='file:///etc/passwd'/&gt;",
        "]]&gt;&lt;/text&gt;",
        "<span font_family='\"); url(http://x/)'>x</span>",
        "<span font_family=\"a&quot; onload=&quot;b\">x</span>",
        "<span font_family='&lt;/text>'>x</span>",
    ] {
        let mark = mark(markup);
        let svg = String::from_utf8(mark.bytes.clone()).unwrap();
        assert!(
            !svg.contains("<image") && !svg.contains(" onload=\""),
            "{svg}"
        );
        assert_eq!(svg.matches("<text").count(), 1, "{svg}");
        drawn(&mark);
    }
}

#[test]
fn drawings_are_sharp_at_any_size() {
    let small = mark("Hill");
    let (width, height) = (small.header.width * 20, small.header.height * 20);
    let image = drawn_at(&small, Shrink::Size { width, height });
    let soft = pixels(&image)
        .iter()
        .filter(|pixel| !matches!(pixel[3], 0 | 255))
        .count();
    assert!(soft * 20 < (width * height) as usize, "{soft}");
    let (columns, rows) = touched(&image);
    assert!(columns[0] || columns[10]);
    assert!(rows[0] || rows[10]);
}

#[test]
fn what_is_too_large_is_drawn_smaller() {
    let long = "W".repeat(400);
    let mark = mark(&format!("<span size='1000pt'>{long}</span>"));
    let (width, height) = (mark.header.width, mark.header.height);
    assert!((8000..=8192).contains(&width), "{width}");
    assert!(height < 40);
    let block = format!(
        "<span size='1000pt'>{}</span>",
        vec!["W".repeat(6); 8].join("\n")
    );
    let block = self::mark(&block).header;
    let pixels = u64::from(block.width) * u64::from(block.height);
    assert!((14_000_000..=16_000_000).contains(&pixels), "{pixels}");
}

#[test]
fn faults_are_told_with_their_place() {
    let error = check_markup("ä<b>x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "markup at character 2: a tag is not closed"
    );
    assert_eq!(error.kind().name(), "invalid_watermark_text");
}

#[test]
fn lines_are_broken_between_words() {
    let text = "the quick brown fox jumps over the lazy dog";
    let (whole, _) = size(text);
    let wrapped = mark_in(text, Some(boxed(100.0))).unwrap().header;
    assert!(
        wrapped.width <= 100 && wrapped.width > 60,
        "{}",
        wrapped.width
    );
    let lines = f64::from(whole) / 100.0;
    let rows = f64::from(wrapped.height) / 19.0;
    assert!(rows >= lines - 0.5 && rows < lines + 2.0, "{rows} {lines}");
    let wide = mark_in(text, Some(boxed(1000.0))).unwrap();
    assert_eq!(wide, mark(text));
}

#[test]
fn words_are_broken_where_they_must_be() {
    let word = "Donaudampfschifffahrtsgesellschaft";
    let wrapped = mark_in(word, Some(boxed(60.0))).unwrap().header;
    assert!(wrapped.width <= 60 && wrapped.height > 60);
    let column = mark_in("abc", Some(boxed(1.0))).unwrap().header;
    assert!(column.height > 40 && column.width < 12);
}

#[test]
fn lines_that_there_is_no_room_for_are_cut() {
    let text = "one two three four five six seven";
    let cut = |max_lines, ellipsis| {
        let text_box = TextBox {
            max_lines,
            ellipsis,
            ..boxed(80.0)
        };
        mark_in(text, Some(text_box)).unwrap().header
    };
    let (one, two, all) = (cut(1, true), cut(2, true), cut(0, true));
    assert!(one.height < two.height && two.height < all.height);
    assert!(one.width <= 80);
    assert!(cut(1, false).width <= 80);
    assert_ne!(cut(1, true), cut(1, false));
    assert_eq!(cut(0, true), cut(0, false));
    let next = TextBox {
        max_lines: 1,
        ..boxed(80.0)
    };
    assert_eq!(mark_in("a\nb", Some(next)), mark_in("a…", None));
}

#[test]
fn lines_stand_where_they_are_aligned() {
    let left_of_second = |align| {
        let text_box = TextBox {
            align,
            ..boxed(200.0)
        };
        let image = drawn(&mark_in("wwwwwwwww\ni", Some(text_box)).unwrap());
        let width = image.width() as usize;
        let mut below = pixels(&image).split_off((image.height() as usize - 2) * width);
        below.truncate(width);
        below.iter().position(|pixel| pixel[3] > 0).unwrap() * 10 / width
    };
    assert_eq!(left_of_second(None), 0);
    assert_eq!(left_of_second(Some(TextAlign::Left)), 0);
    assert!((4..=5).contains(&left_of_second(Some(TextAlign::Center))));
    assert_eq!(left_of_second(Some(TextAlign::Right)), 9);
}

#[test]
fn hostile_boxes_end_soon() {
    let text = "a".repeat(4096);
    let mark = mark_in(&text, Some(boxed(1.0))).unwrap();
    assert!(mark.header.height > 256 * 15 && mark.header.height < 256 * 25);
    let words = "a ".repeat(2000);
    assert!(mark_in(&words, Some(boxed(50.0))).is_some());
}

#[test]
fn what_no_font_has_is_a_box() {
    let tibetan = "\u{F40}";
    let (width, height) = size(tibetan);
    assert!(
        (4..=14).contains(&width) && (8..=14).contains(&height),
        "{width} {height}"
    );
    assert!(size(&tibetan.repeat(3)).0 >= 3 * width);
    let mark = mark("<span size='100pt' color='red'>\u{F40}</span>");
    let image = drawn(&mark);
    let middle = pixels(&image)[(image.height() / 2 * image.width() + image.width() / 2) as usize];
    assert_eq!(middle[3], 0, "the box is empty");
    assert!(count(&mark, |pixel| pixel == [255, 0, 0, 255]) > 300);
}
