//! What is put behind transparency.

use pixgate_options::{Format, PipelineOptions, Rgb};

use super::step::Step;

/// What fills transparency; none if it stays.
///
/// A format without alpha gets white where nothing else is asked for, and the colour in full where
/// it is asked for translucent. Between pipelines, which have no `format`, all can be transparent.
pub(crate) fn filling(options: &PipelineOptions, format: Option<Format>) -> Option<Step> {
    let is_opaque = format.is_some_and(|format| !format.has_alpha());
    let Some(background) = options.background else {
        let background = Rgb::WHITE;
        return is_opaque.then_some(Step::Flatten { background });
    };
    Some(match alpha(options) {
        alpha if alpha < u8::MAX && !is_opaque => Step::Underlay { background, alpha },
        _ => Step::Flatten { background },
    })
}

/// Alpha of the background, 0 to 255.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255 by then"
)]
fn alpha(options: &PipelineOptions) -> u8 {
    (options.background_alpha().clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Whether nothing shines through the background.
pub(crate) fn is_opaque(options: &PipelineOptions) -> bool {
    options.background.is_some() && alpha(options) == u8::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Rgb = Rgb::new(255, 0, 0);

    fn filled(background: Option<Rgb>, alpha: Option<f64>, format: Option<Format>) -> Option<Step> {
        let options = PipelineOptions {
            background,
            background_alpha: alpha,
            ..PipelineOptions::default()
        };
        filling(&options, format)
    }

    #[test]
    fn only_formats_without_alpha_flatten_unasked() {
        let flat = |background| Some(Step::Flatten { background });
        assert_eq!(filled(None, None, Some(Format::Png)), None);
        assert_eq!(filled(None, Some(0.5), None), None);
        assert_eq!(filled(None, None, Some(Format::Jpeg)), flat(Rgb::WHITE));
        assert_eq!(filled(Some(RED), None, Some(Format::Png)), flat(RED));
        assert_eq!(filled(Some(RED), None, None), flat(RED));
    }

    #[test]
    fn a_translucent_background_is_opaque_where_nothing_else_can_be() {
        let background = RED;
        let under = |alpha| Some(Step::Underlay { background, alpha });
        let flat = Some(Step::Flatten { background });
        assert_eq!(filled(Some(RED), Some(0.5), Some(Format::Webp)), under(128));
        assert_eq!(filled(Some(RED), Some(0.0), None), under(0));
        assert_eq!(filled(Some(RED), Some(0.5), Some(Format::Jpeg)), flat);
        assert_eq!(filled(Some(RED), Some(1.0), Some(Format::Webp)), flat);
    }
}
