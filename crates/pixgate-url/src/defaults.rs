//! Options that follow from the request, not from its URL.

use pixgate_options::{Negotiation, ProcessingOptions};

/// Options that follow from request headers; presets and the URL overrule them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Defaults {
    /// Width from client hints, in pixels before `dpr`.
    pub width: Option<u32>,
    /// Device pixel ratio from client hints.
    pub dpr: Option<f64>,
    /// Formats that may be chosen, or are.
    pub negotiation: Negotiation,
}

impl Defaults {
    /// Reads client hints: values of `Sec-CH-DPR`, else `DPR`, and of `Sec-CH-Width`, else `Width`.
    ///
    /// A ratio is taken above 0 up to 8. The width is in device pixels, so it is divided by the
    /// ratio and rounded, halves away from zero. Invalid values are skipped.
    ///
    /// ```
    /// # use pixgate_url::Defaults;
    /// let hints = Defaults::client_hints(["nan", "2"], ["601"]);
    /// assert_eq!((hints.dpr, hints.width), (Some(2.0), Some(301)));
    /// ```
    #[must_use]
    pub fn client_hints<'h>(
        dpr: impl IntoIterator<Item = &'h str>,
        width: impl IntoIterator<Item = &'h str>,
    ) -> Self {
        let ratios = dpr.into_iter().filter_map(|text| text.trim().parse().ok());
        let dpr: Option<f64> = ratios
            .into_iter()
            .find(|ratio| *ratio > 0.0 && *ratio <= 8.0);
        let widths = width
            .into_iter()
            .filter_map(|text| text.trim().parse().ok());
        let width: Option<u32> = widths.into_iter().find(|width| *width > 0);
        Self {
            width: width.map(|width| divide_rounded(width, dpr.unwrap_or(1.0))),
            dpr,
            ..Self::default()
        }
    }

    pub(crate) fn apply(&self, options: &mut ProcessingOptions) {
        if let Some(first) = options.pipelines.first_mut() {
            first.width = self.width;
            first.dpr = self.dpr;
        }
        options.global.negotiation = self.negotiation;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both numbers are positive and the cast saturates"
)]
fn divide_rounded(width: u32, dpr: f64) -> u32 {
    (f64::from(width) / dpr).round() as u32
}
