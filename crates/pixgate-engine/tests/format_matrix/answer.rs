//! What this crate answers, and whether that is as good as another answer.

use std::path::Path;

use pixgate_codec::{Limits, decode, probe};
use pixgate_engine::{Cancel, Encoded, Negotiation, Settings, plan, run};
use pixgate_options::Format;
use serde_json::{Value, json};

use crate::support::options;

/// The facts of a result, or why there is none.
pub(crate) struct Answer(Result<Facts, String>);

struct Facts {
    format: Format,
    size: (u32, u32),
    frames: u32,
    /// None where the format's files do not tell reliably.
    has_alpha: Option<bool>,
    /// The EXIF block, whatever it says.
    exif: Vec<u8>,
}

/// An answer beside the reference's.
pub(crate) enum Verdict {
    Same,
    /// The reference refuses a file that is read here.
    Better,
    Worse(String),
}

impl Answer {
    /// Asks for `options` of a file.
    pub(crate) fn to(path: &Path, text: &str, settings: &Settings) -> Self {
        let source =
            std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self(made(&source, text, settings))
    }

    pub(crate) fn judge(&self, expected: &Value) -> Verdict {
        match (&self.0, expected["status"] == 200) {
            (Ok(_), false) => Verdict::Better,
            (Err(_), false) => Verdict::Same,
            (Err(why), true) => Verdict::Worse(why.clone()),
            (Ok(facts), true) => match facts.difference(expected) {
                None => Verdict::Same,
                Some(what) => Verdict::Worse(what),
            },
        }
    }
}

fn made(source: &[u8], text: &str, settings: &Settings) -> Result<Facts, String> {
    let mut limits = Limits::default();
    limits.max_frame_pixels = settings.max_src_resolution;
    let header = probe(source, &limits).map_err(|error| error.to_string())?;
    let negotiation = Negotiation::default();
    let plan =
        plan(&options(text), &header, settings, &negotiation).map_err(|error| error.to_string())?;
    let result = run(&plan, source, &Cancel::never()).map_err(|error| error.to_string())?;
    Facts::of(&result, header.channels.has_alpha())
}

impl Facts {
    /// Reads the result; one that cannot be read again is none.
    fn of(result: &Encoded, is_see_through: bool) -> Result<Self, String> {
        let limits = Limits::default();
        let unreadable = |error: pixgate_codec::Error| format!("unreadable result: {error}");
        let header = probe(&result.bytes, &limits).map_err(unreadable)?;
        let request = pixgate_codec::DecodeRequest::default();
        let (pixels, metadata) =
            decode(&result.bytes, &header, &request, &limits).map_err(unreadable)?;
        Ok(Self {
            format: result.format,
            size: pixels.size(),
            frames: header.frames,
            has_alpha: tells_alpha(result.format, is_see_through)
                .then_some(header.channels.has_alpha()),
            exif: metadata.exif.unwrap_or_default(),
        })
    }

    fn difference(&self, expected: &Value) -> Option<String> {
        let exif = expected["exif"].as_object();
        let ours = json!({
            "status": 200,
            "type": self.format.media_type(),
            "size": [self.size.0, self.size.1],
            "frames": self.frames,
            "alpha": self.has_alpha,
        });
        let ours = ours.as_object()?;
        let differs = ours.iter().find(|(key, ours)| {
            let expected = &expected[key.as_str()];
            !ours.is_null() && !expected.is_null() && *ours != expected
        });
        if let Some((key, ours)) = differs {
            return Some(format!("{key} {ours}, not {}", expected[key.as_str()]));
        }
        let texts = exif
            .into_iter()
            .flatten()
            .filter_map(|(_, text)| text.as_str());
        let mut lost = texts.filter(|text| !has_text(&self.exif, text));
        lost.next().map(|text| format!("`{text}` is lost"))
    }
}

/// The reference flags a transparent entry in GIF files of opaque pictures too, its BMP files were
/// looked at with a reader that shows them opaque, and those of SVG are not looked into.
fn tells_alpha(format: Format, is_see_through: bool) -> bool {
    match format {
        Format::Bmp | Format::Svg => false,
        Format::Gif => is_see_through,
        _ => true,
    }
}

fn has_text(block: &[u8], text: &str) -> bool {
    block
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
