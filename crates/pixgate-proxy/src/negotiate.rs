//! What the client's headers say about the result: formats it accepts, its screen.

use http::{HeaderMap, HeaderValue, header};
use pixgate_options::{Negotiation, Preference};
use pixgate_url::Defaults;

use crate::config::{Detection, Output};

/// Whether the `Accept` headers contain a media type: a plain search, quality values play no part.
fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains(media_type)))
}

impl Detection {
    /// Whether answers depend on `Accept`.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.auto_webp
            || self.enforce_webp
            || self.auto_avif
            || self.enforce_avif
            || self.auto_jxl
            || self.enforce_jxl
    }

    /// The formats that a client takes and that may be chosen, or are.
    fn negotiation(&self, headers: &HeaderMap) -> Negotiation {
        let preference = |auto, enforce, media_type| match accepts(headers, media_type) {
            true if enforce => Preference::Enforce,
            true if auto => Preference::Prefer,
            _ => Preference::None,
        };
        Negotiation::NONE
            .with_webp(preference(self.auto_webp, self.enforce_webp, "image/webp"))
            .with_avif(preference(self.auto_avif, self.enforce_avif, "image/avif"))
            .with_jxl(preference(self.auto_jxl, self.enforce_jxl, "image/jxl"))
    }
}

impl Output {
    /// What follows from a request's headers; presets and the URL overrule it.
    #[must_use]
    pub fn defaults(&self, headers: &HeaderMap) -> Defaults {
        let texts = |name: &'static str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut defaults = Defaults::default();
        if self.client_hints {
            defaults = Defaults::client_hints(
                ["sec-ch-dpr", "dpr"].into_iter().filter_map(texts),
                ["sec-ch-width", "width"].into_iter().filter_map(texts),
            );
        }
        defaults.negotiation = self.detection.negotiation(headers);
        defaults
    }

    /// The value of `Vary`, if answers depend on request headers.
    #[must_use]
    pub const fn vary(&self) -> Option<HeaderValue> {
        match (self.detection.is_on(), self.client_hints) {
            (true, true) => Some(HeaderValue::from_static(
                "Accept, Sec-Ch-Dpr, Dpr, Sec-Ch-Width, Width",
            )),
            (true, false) => Some(HeaderValue::from_static("Accept")),
            (false, true) => Some(HeaderValue::from_static(
                "Sec-Ch-Dpr, Dpr, Sec-Ch-Width, Width",
            )),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    header::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn formats_are_offered_only_if_switched_on_and_accepted() {
        let mut output = Output::default();
        output.detection.auto_webp = true;
        output.detection.enforce_avif = true;
        let all = headers(&[("accept", "image/avif,image/webp,image/jxl")]);
        let expected = Negotiation::NONE
            .with_webp(Preference::Prefer)
            .with_avif(Preference::Enforce);
        assert_eq!(output.defaults(&all).negotiation, expected);
        assert_eq!(output.defaults(&HeaderMap::new()), Defaults::default());
    }

    #[test]
    fn client_hints_need_their_switch() {
        let hints = headers(&[("sec-ch-dpr", "9"), ("dpr", "2"), ("width", "301")]);
        let mut output = Output::default();
        assert_eq!(output.defaults(&hints), Defaults::default());
        output.client_hints = true;
        let defaults = output.defaults(&hints);
        assert_eq!((defaults.dpr, defaults.width), (Some(2.0), Some(151)));
    }

    #[test]
    fn vary_lists_what_is_switched_on() {
        let mut output = Output::default();
        assert_eq!(output.vary(), None);
        output.detection.auto_webp = true;
        assert_eq!(output.vary(), Some(HeaderValue::from_static("Accept")));
    }
}
