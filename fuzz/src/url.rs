//! What the targets for request paths share.

use std::fmt;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use pixgate_options::{Format, GravityKind, ProcessingOptions, ResizingType};
use pixgate_url::{
    Config, Defaults, Endpoint, Error, OptionRow, Presets, Request, Value, canonical, classify,
    parse, processing_options, write_request,
};

/// Everything that can be permitted is; two presets exist.
pub static CONFIG: LazyLock<Config> = LazyLock::new(|| Config {
    allow_security_options: true,
    allow_bypass_cache: true,
    presets: Presets::from_list("thumb=rs:fill:9:9/g:no,deep=pr:thumb/q:1", ",").unwrap(),
    ..Config::default()
});

static ROWS: LazyLock<Vec<&'static OptionRow>> = LazyLock::new(|| processing_options().collect());

/// Parses a signed text with [`CONFIG`], one second after the epoch.
pub fn parse_text(signed: &str) -> Result<Request, Error> {
    parse(signed, &CONFIG, &Defaults::default(), 1)
}

/// Panics unless all floats are finite and writing and parsing again changes nothing.
pub fn check_request(request: &Request) {
    check_finite(&request.options);
    let Ok(written) = write_request(request, &CONFIG) else {
        return;
    };
    let again = parse_text(&written).unwrap_or_else(|error| panic!("{written}: {error:?}"));
    assert_eq!(again.options, request.options, "{written}");
    assert_eq!(
        again.source.as_bytes(),
        request.source.as_bytes(),
        "{written}"
    );
    assert_eq!(
        write_request(&again, &CONFIG).as_deref(),
        Ok(written.as_str())
    );
    // A server must see what was written.
    let target = format!("/_{written}");
    match classify(&target, &CONFIG) {
        Ok(Endpoint::Process(path)) => assert_eq!(path.signed, written),
        other => panic!("{target}: {other:?}"),
    }
}

fn check_finite(options: &ProcessingOptions) {
    for (key, value) in canonical(options).iter().flatten() {
        if let Value::Float(number) = value {
            assert!(number.is_finite(), "{key}");
        }
    }
}

/// One option of a URL, mostly well formed.
#[derive(Arbitrary, Debug)]
pub struct OptionText<'a> {
    row: u8,
    alias: u8,
    arguments: Vec<Argument<'a>>,
}

/// One argument of an option.
#[derive(Arbitrary, Debug)]
pub enum Argument<'a> {
    /// Nothing between two separators.
    Empty,
    /// `t` or `f`.
    Bool(bool),
    /// A small number.
    Small(u8),
    /// A number of thousandths.
    Fraction(i16),
    /// Any integer.
    Integer(i64),
    /// Any float, `nan` and `inf` included.
    Float(f32),
    /// A resizing type.
    Resizing(u8),
    /// A gravity.
    Gravity(u8),
    /// A format.
    Format(u8),
    /// A colour.
    Color([u8; 3]),
    /// Any text that does not end the option.
    Text(&'a str),
}

impl fmt::Display for OptionText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = pick(&ROWS, self.row);
        let name = match row.aliases() {
            [] => row.name(),
            aliases => pick(aliases, self.alias),
        };
        f.write_str(name)?;
        self.arguments
            .iter()
            .take(12)
            .try_for_each(|argument| write!(f, ":{argument}"))
    }
}

impl fmt::Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Bool(value) => f.write_str(if *value { "t" } else { "f" }),
            Self::Small(number) => write!(f, "{number}"),
            Self::Fraction(thousandths) => write!(f, "{}", f32::from(*thousandths) / 1000.0),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            Self::Resizing(index) => write!(f, "{}", pick(&ResizingType::ALL, *index)),
            Self::Gravity(index) => write!(f, "{}", pick(&GravityKind::ALL, *index)),
            Self::Format(index) => write!(f, "{}", pick(&Format::ALL, *index)),
            Self::Color([red, green, blue]) => write!(f, "{red:02x}{green:02x}{blue:02x}"),
            Self::Text(text) => f.write_str(&text.replace(['/', ':'], "_")),
        }
    }
}

fn pick<T: Copy>(items: &[T], index: u8) -> T {
    items[usize::from(index) % items.len()]
}
