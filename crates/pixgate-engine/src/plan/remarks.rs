//! What is done beside the steps, in words.

use super::{Plan, ProfileAction, ResolutionAction};
use crate::stack::{Layers, Stack};

impl Plan {
    /// What is done to source and result beside the steps, one line for each, as `explain` prints
    /// them.
    ///
    /// # Examples
    ///
    /// ```
    /// use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
    /// use pixgate_engine::{Negotiation, Settings, plan};
    /// use pixgate_options::{Format, ProcessingOptions};
    /// use pixgate_raster::{Channels, Image, Layout};
    ///
    /// let image = Pixels::Interleaved(Image::zeroed(Layout::u8(2, 2, Channels::Rgb))?);
    /// let png = EncodeSettings::new(Format::Png, 80);
    /// let bytes = encode(&image, &png, &Metadata::default())?;
    /// let header = probe(&bytes, &Limits::default())?;
    /// let mut options = ProcessingOptions::default();
    /// options.global.dpi = Some(300.0);
    /// let plan = plan(&options, &header, &Settings::default(), &Negotiation::default())?;
    /// assert_eq!(plan.remarks(), ["the file says 300 pixels per inch"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let style = self.style.as_ref().map(|style| {
            let bytes = style.len();
            format!("a style sheet of {bytes} bytes is put into the drawing first")
        });
        let thumbnail = self.header.parts.is_thumbnail.then(|| {
            "the embedded thumbnail stands in for the picture, unless it cannot be read".to_owned()
        });
        let page = self.header.parts.page;
        let page = (page > 0).then(|| format!("page {page} is read, counted from 0"));
        let stack = self.stack.as_ref().map(Stack::remark);
        let remarks = [
            style,
            thumbnail,
            page,
            stack,
            self.profile(),
            self.resolution(),
        ];
        remarks.into_iter().flatten().collect()
    }

    fn profile(&self) -> Option<String> {
        let name = self.target.as_ref()?.name.escape_debug();
        match self.output.profile {
            ProfileAction::Embed => Some(format!("the colour profile {name} is embedded")),
            ProfileAction::ConvertTo => Some(format!(
                "colours become those of the profile {name}, which is embedded"
            )),
            _ => None,
        }
    }

    /// The resolution, if it was asked for.
    fn resolution(&self) -> Option<String> {
        let ResolutionAction::Set(resolution) = self.output.resolution else {
            return None;
        };
        let (inches, _) = resolution.in_inches();
        let is_asked = self.asks_resolution;
        is_asked.then(|| format!("the file says {inches} pixels per inch"))
    }
}

impl Stack {
    fn remark(&self) -> String {
        match &self.layers {
            Layers::Pages(pages) => {
                let first = pages.first().map_or(0, |page| page.parts.page);
                let count = pages.len();
                format!("{count} pages from page {first} on are put under each other")
            }
            Layers::Frames { first, count, .. } => {
                format!("{count} frames from frame {first} on are put under each other")
            }
        }
    }
}
