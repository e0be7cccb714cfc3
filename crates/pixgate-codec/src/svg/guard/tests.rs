use super::*;
use crate::svg::{plain, xml};

fn check(inner: &str) -> Result<(), Error> {
    let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{inner}</svg>");
    let plain = plain::of(&xml::parse(&text)?)?;
    super::check(&xml::parse(&plain)?, &Limits::default())
}

/// Ten elements, each holding ten that refer to the one before, some levels high.
fn pyramid(levels: usize, wrap: impl Fn(usize, &str) -> String, refer: &str) -> String {
    let mut all = wrap(0, &"<rect width='9' height='9'/>".repeat(10));
    for level in 1..levels {
        let reference = refer.replace('N', &(level - 1).to_string());
        all += &wrap(
            level,
            &format!("<rect width='9' height='9' {reference}/>").repeat(10),
        );
    }
    let reference = refer.replace('N', &(levels - 1).to_string());
    all + &format!("<rect width='9' height='9' {reference}/>")
}

#[test]
fn references_of_every_kind_are_followed() {
    let element = |name: &'static str| {
        move |n: usize, inner: &str| format!("<{name} id='m{n}'>{inner}</{name}>")
    };
    let table = [
        pyramid(9, element("mask"), "mask='url(#mN)'"),
        pyramid(9, element("clipPath"), "clip-path='url( \"#mN\" )'"),
        pyramid(9, element("pattern"), "fill='url(#mN)'"),
        pyramid(9, element("marker"), "style='marker:url(#mN)'"),
        pyramid(9, element("mask"), "style='mask:url(\"#mN\")'"),
        "<style>rect{mask:url(#m)}</style>".to_owned()
            + &pyramid(
                9,
                |n, inner| format!("<g id='n{n}'>{inner}</g>"),
                "style='mask:u\\72l(#nN)'",
            ),
    ];
    for drawing in table {
        assert!(check(&drawing).is_err(), "{drawing}");
    }
    assert!(check(&pyramid(3, element("mask"), "mask='url(#mN)'")).is_ok());
}

#[test]
fn paint_of_a_group_counts_for_each_shape_in_it() {
    let pattern = format!("<pattern id='p'>{}</pattern>", "<rect/>".repeat(1000));
    let shapes =
        |count: usize| format!("{pattern}<g fill='url(#p)'>{}</g>", "<rect/>".repeat(count));
    assert!(check(&shapes(10)).is_ok());
    assert!(check(&shapes(10_000)).is_err());
    let marker = format!("<marker id='m'>{}</marker>", "<rect/>".repeat(100));
    let path = |length: usize| {
        format!(
            "{marker}<path marker-mid='url(#m)' d='M{}'/>",
            "1 1 ".repeat(length)
        )
    };
    assert!(check(&path(10)).is_ok());
    assert!(check(&path(10_000)).is_err());
}

#[test]
fn chains_and_circles_are_bounded() {
    let chain = |length: usize| -> String {
        (0..length)
            .map(|i| {
                format!(
                    "<pattern id='p{i}'><text fill='url(#p{})'>a</text></pattern>",
                    i + 1
                )
            })
            .collect::<String>()
            + "<rect fill='url(#p0)'/>"
    };
    assert!(check(&chain(5)).is_ok());
    assert!(check(&chain(100)).is_err());
    let gradients = "<linearGradient id='a' href='#b'/><linearGradient id='b' href='#c'/><linearGradient id='c' href='#b'/>";
    assert!(check(gradients).is_err());
    assert!(check("<linearGradient id='a' href='#a'/><g id='u'><use href='#u'/></g>").is_ok());
    let circles: String = (0..500)
        .map(|i| {
            format!(
                "<pattern id='q{i}'>{}</pattern>",
                format!("<rect fill='url(#q{})'/>", 499 - i).repeat(100)
            )
        })
        .collect();
    assert!(check(&circles).is_err());
}

#[test]
fn text_is_counted_by_characters_and_pieces() {
    let spans = |count: usize| format!("<text>{}</text>", "<tspan>a</tspan>".repeat(count));
    assert!(check(&spans(200)).is_ok());
    assert!(check(&spans(4000)).is_err());
    assert!(check(&format!("<text>{}</text>", "a".repeat(10_000))).is_ok());
    assert!(check(&format!("<text>{}</text>", "a".repeat(1_000_000))).is_err());
}

#[test]
fn the_budget_bounds_the_tree() {
    let text = format!(
        "<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>",
        "<g/>".repeat(1000)
    );
    let document = xml::parse(&text).unwrap();
    let mut limits = Limits::default();
    assert!(super::check(&document, &limits).is_ok());
    limits.max_decode_bytes = 100_000;
    assert!(super::check(&document, &limits).is_err());
}
