//! Which options are carried out.

use pixgate_engine::Support;
use pixgate_options::{Format, GlobalOptions, HashsumOptions, OptionId};

use crate::Error;

/// How far an option is carried out.
///
/// The engine's answer, with the options that are not about pixels decided here.
///
/// ```
/// use pixgate_engine::Support;
/// use pixgate_options::OptionId;
///
/// assert_eq!(pixgate_proxy::support(OptionId::Expires), Support::Full);
/// assert!(matches!(pixgate_proxy::support(OptionId::Hashsum), Support::Refused { .. }));
/// ```
#[must_use]
pub fn support(option: OptionId) -> Support {
    match pixgate_engine::support(option) {
        Support::Outside => outside(option),
        support => support,
    }
}

fn outside(option: OptionId) -> Support {
    if is_refused(option).is_some() {
        let reason = "not carried out yet";
        return Support::Refused { reason };
    }
    match option {
        OptionId::BypassCache => Support::Partly {
            missing: "results are not cached, so it gives a warning",
        },
        OptionId::Raw
        | OptionId::Cachebuster
        | OptionId::Expires
        | OptionId::Filename
        | OptionId::ReturnAttachment
        | OptionId::Preset
        | OptionId::MaxSrcFileSize => Support::Full,
        _ => Support::Outside,
    }
}

/// When an option is set that nothing here carries out yet; none for all others.
fn is_refused(option: OptionId) -> Option<fn(&GlobalOptions) -> bool> {
    match option {
        OptionId::FallbackImageUrl => Some(|options| options.fallback_image_url.is_some()),
        OptionId::Hashsum => Some(|options| options.hashsum != HashsumOptions::default()),
        OptionId::CacheTags => Some(|options| options.cache_tags.is_some()),
        _ => None,
    }
}

/// Refuses whatever would be left out, before anybody is asked for the source.
pub(crate) fn refuse_unsupported(asked: &pixgate_url::Request) -> Result<(), Error> {
    let global = &asked.options.global;
    let is_set = |option: &&OptionId| is_refused(**option).is_some_and(|is_set| is_set(global));
    if let Some(option) = OptionId::ALL.iter().find(is_set) {
        let option = option.name();
        let kind = pixgate_engine::ErrorKind::UnsupportedOption { option };
        return Err(pixgate_engine::Error::new(kind).into());
    }
    pixgate_engine::check_options(&asked.options)?;
    match global.format {
        // Whether these come out depends on the source.
        None | Some(Format::Svg | Format::Best) => Ok(()),
        Some(format) if !pixgate_codec::can_write(format) => {
            Err(pixgate_codec::Error::new(pixgate_codec::ErrorKind::CannotWrite { format }).into())
        }
        Some(_) => Ok(()),
    }
}
