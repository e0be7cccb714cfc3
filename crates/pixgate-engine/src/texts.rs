//! Texts that become watermarks.

use std::cell::RefCell;

use pixgate_codec::{Blame, TextRequest};
use pixgate_options::{PipelineOptions, ProcessingOptions, TextBox};

use crate::{Cancel, Error, ErrorKind, Settings, WatermarkImage};

/// The texts of one plan, each laid out once however often it is planned.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    cancel: &'a Cancel,
    known: RefCell<Vec<(TextRequest, Option<WatermarkImage>)>>,
}

impl<'a> Texts<'a> {
    /// No text yet.
    pub(crate) const fn new(cancel: &'a Cancel) -> Self {
        Self {
            cancel,
            known: RefCell::new(Vec::new()),
        }
    }

    /// A drawing of a text; none if there is nothing to be seen of it.
    pub(crate) fn drawing(
        &self,
        markup: &str,
        text_box: Option<TextBox>,
        settings: &Settings,
    ) -> Result<Option<WatermarkImage>, Error> {
        let request = TextRequest {
            markup: markup.to_owned(),
            text_box,
        };
        let mut known = self.known.borrow_mut();
        if let Some((_, drawing)) = known.iter().find(|(text, _)| *text == request) {
            return Ok(drawing.clone());
        }
        self.cancel.check()?;
        let mark = settings.sandbox.lay_out_text(&request, &self.cancel.stop());
        let mark = match mark {
            Err(error) if error.kind().blame() != Blame::Server => return Err(about_text(&error)),
            mark => self.cancel.explain_codec(mark)?,
        };
        let drawing = mark.map(|mark| WatermarkImage {
            bytes: mark.bytes.into(),
            header: mark.header,
        });
        known.push((request, drawing.clone()));
        Ok(drawing)
    }
}

/// Bytes that planning takes at most; nothing worth counting where no text is drawn.
///
/// # Examples
///
/// ```
/// use pixgate_engine::{Settings, plan_bytes};
/// use pixgate_options::ProcessingOptions;
///
/// let mut options = ProcessingOptions::default();
/// assert_eq!(plan_bytes(&options, &Settings::default()), 0);
/// options.pipelines[0].watermark.opacity = Some(1.0);
/// options.pipelines[0].watermark_text = Some("Hello".to_owned());
/// assert!(plan_bytes(&options, &Settings::default()) > 0);
/// ```
#[must_use]
pub fn plan_bytes(options: &ProcessingOptions, settings: &Settings) -> u64 {
    let mut texts = options.pipelines.iter().filter_map(watermark_text);
    texts.next().map_or(0, |_| settings.sandbox.text_bytes())
}

/// Refuses the first text that cannot be drawn whatever it is drawn on.
pub(crate) fn check_texts(options: &ProcessingOptions) -> Result<(), Error> {
    let mut texts = options.pipelines.iter().filter_map(watermark_text);
    texts.try_for_each(|text| pixgate_codec::check_markup(text).map_err(|error| about_text(&error)))
}

/// The text that a pipeline draws: nothing is drawn without opacity.
pub(crate) fn watermark_text(options: &PipelineOptions) -> Option<&str> {
    let text = options.watermark_text.as_deref();
    text.filter(|text| !text.is_empty() && options.watermark().is_some())
}

/// What a codec says of a text is not about the source.
fn about_text(error: &pixgate_codec::Error) -> Error {
    let what = error.to_string();
    ErrorKind::InvalidText { what }.into()
}
