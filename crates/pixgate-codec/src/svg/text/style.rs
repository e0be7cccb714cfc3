//! How a piece of text looks.

/// A colour without alpha.
pub(super) type Rgb = [u8; 3];

/// How a piece of text looks; the default is that of text outside of all tags.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Style {
    /// Names of font families, the best first.
    pub(super) families: Vec<String>,
    /// Font size in pixels, before `scale`.
    pub(super) size: f64,
    pub(super) scale: f64,
    /// 100 to 900 in hundreds.
    pub(super) weight: u16,
    pub(super) slant: Slant,
    /// Whether letters are drawn leaning because no font has them so.
    pub(super) leans: bool,
    /// As CSS names it.
    pub(super) stretch: &'static str,
    pub(super) color: Rgb,
    /// 0 to 1.
    pub(super) alpha: f64,
    pub(super) background: Option<Rgb>,
    /// 0 to 1.
    pub(super) background_alpha: f64,
    pub(super) underline: Decoration,
    pub(super) overline: Decoration,
    pub(super) strikethrough: Decoration,
    /// How far the baseline is above that of the line, in pixels.
    pub(super) rise: f64,
    /// In pixels.
    pub(super) letter_spacing: f64,
    pub(super) small_caps: bool,
    pub(super) transform: Transform,
    pub(super) line_height: LineHeight,
}

/// Text in one style.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) style: Style,
}

/// A line along text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Decoration {
    pub(super) is_on: bool,
    /// None is the text's own.
    pub(super) color: Option<Rgb>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slant {
    Normal,
    Italic,
    Oblique,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transform {
    None,
    Lowercase,
    Uppercase,
    Capitalize,
}

/// How high a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LineHeight {
    /// As its fonts say.
    Normal,
    /// That, so many times.
    Factor(f64),
    /// So many pixels.
    Pixels(f64),
}

impl Style {
    /// The font size in pixels.
    pub(super) fn font_size(&self) -> f64 {
        (self.size * self.scale).clamp(SMALLEST, LARGEST)
    }

    /// One or another size of text, smaller than that around it.
    pub(super) fn step_down(&mut self) {
        self.size /= STEP;
    }

    pub(super) fn step_up(&mut self) {
        self.size *= STEP;
    }

    pub(super) fn lower(&mut self) {
        self.rise -= self.font_size() / 5.0;
    }

    pub(super) fn raise(&mut self) {
        self.rise += self.font_size() / 3.0;
    }

    /// This as small capitals that stand for small letters.
    pub(super) fn as_small_capitals(&self) -> Self {
        Self {
            scale: self.scale * SMALL_CAPITALS,
            ..self.clone()
        }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            families: vec!["sans".to_owned()],
            size: MEDIUM,
            scale: 1.0,
            weight: 400,
            slant: Slant::Normal,
            leans: false,
            stretch: "normal",
            color: [0; 3],
            alpha: 1.0,
            background: None,
            background_alpha: 1.0,
            underline: Decoration::default(),
            overline: Decoration::default(),
            strikethrough: Decoration::default(),
            rise: 0.0,
            letter_spacing: 0.0,
            small_caps: false,
            transform: Transform::None,
            line_height: LineHeight::Normal,
        }
    }
}

/// Font size outside of all tags, in pixels.
pub(super) const MEDIUM: f64 = 16.0;
/// What lies between neighbouring named sizes.
pub(super) const STEP: f64 = 1.2;
/// Smallest and largest font size, in pixels.
const SMALLEST: f64 = 1.0;
const LARGEST: f64 = 1000.0;
/// How small capitals are, compared with others.
pub(super) const SMALL_CAPITALS: f64 = 0.8;
