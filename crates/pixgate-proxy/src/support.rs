//! Which options are carried out.

use pixgate_engine::Support;
use pixgate_options::{Format, OptionId};

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
/// assert_eq!(pixgate_proxy::support(OptionId::Hashsum), Support::Full);
/// ```
#[must_use]
pub fn support(option: OptionId) -> Support {
    match pixgate_engine::support(option) {
        Support::Outside => outside(option),
        support => support,
    }
}

fn outside(option: OptionId) -> Support {
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
        | OptionId::FallbackImageUrl
        | OptionId::Hashsum
        | OptionId::CacheTags
        | OptionId::MaxSrcFileSize => Support::Full,
        _ => Support::Outside,
    }
}

/// Refuses whatever would be left out, before anybody is asked for the source.
pub(crate) fn refuse_unsupported(asked: &pixgate_url::Request) -> Result<(), Error> {
    pixgate_engine::check_options(&asked.options)?;
    match asked.options.global.format {
        // Whether these come out depends on the source.
        None | Some(Format::Svg | Format::Best) => Ok(()),
        Some(format) if !pixgate_codec::can_write(format) => {
            Err(pixgate_codec::Error::new(pixgate_codec::ErrorKind::CannotWrite { format }).into())
        }
        Some(_) => Ok(()),
    }
}
