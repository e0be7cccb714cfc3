//! The colour profile that a result is to carry.

use std::sync::Arc;

use pixgate_options::ProcessingOptions;

use crate::colour::srgb_profile;
use crate::profiles::{ProfileFault, SharedColorProfiles};
use crate::{Error, ErrorKind};

/// What the colours of a profile are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ProfileSpace {
    Grey,
    Rgb,
    Cmyk,
}

/// The profile that results are to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetProfile {
    /// As the option has it.
    pub(crate) name: String,
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) space: ProfileSpace,
    /// Whether it is the one that is built in.
    pub(crate) is_srgb: bool,
}

impl TargetProfile {
    /// The profile that is asked for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ColorProfile`] if there is none of the name, or it cannot be one of results.
    pub(crate) fn of(
        options: &ProcessingOptions,
        profiles: &SharedColorProfiles,
    ) -> Result<Option<Self>, Error> {
        let name = options.global.color_profile.as_deref();
        match name.filter(|name| !name.is_empty()) {
            None => Ok(None),
            Some(SRGB) => Ok(Some(Self::srgb())),
            Some(name) => {
                let found = profiles.find(name);
                let bytes = found.map_err(|fault| failed(name, why(name, fault)))?;
                Self::read(name, bytes).map(Some)
            }
        }
    }

    /// The one that is built in.
    pub(crate) fn srgb() -> Self {
        Self {
            name: SRGB.to_owned(),
            bytes: srgb_profile().into(),
            space: ProfileSpace::Rgb,
            is_srgb: true,
        }
    }

    /// Looks at the header of a profile (ICC.1, section 7.2).
    pub(crate) fn read(name: &str, bytes: Arc<[u8]>) -> Result<Self, Error> {
        let field = |at: usize| bytes.get(at..at + 4);
        let space = match field(16) {
            Some(b"GRAY") => Some(ProfileSpace::Grey),
            Some(b"RGB ") => Some(ProfileSpace::Rgb),
            Some(b"CMYK") => Some(ProfileSpace::Cmyk),
            _ => None,
        };
        let is_profile = bytes.len() > 128 && field(36) == Some(b"acsp");
        let is_of_inks = space == Some(ProfileSpace::Cmyk);
        match space.filter(|_| is_profile) {
            None => Err(failed(name, "it is no profile of grey, RGB or CMYK")),
            Some(_) if name == CMYK && !is_of_inks => {
                Err(failed(name, "the file of this name is no profile of CMYK"))
            }
            Some(space) => Ok(Self {
                name: name.to_owned(),
                bytes,
                space,
                is_srgb: false,
            }),
        }
    }
}

fn why(name: &str, fault: ProfileFault) -> &'static str {
    match fault {
        ProfileFault::Missing if name == CMYK => {
            "none is built in; put cmyk.icc into the folder of IMGPROXY_COLOR_PROFILES_DIR"
        }
        ProfileFault::Missing => "the folder of IMGPROXY_COLOR_PROFILES_DIR has no such file",
        ProfileFault::Unreadable => "its file cannot be read",
        ProfileFault::TooLong => "its file is too long for a profile",
    }
}

fn failed(name: &str, why: &'static str) -> Error {
    let name = name.to_owned();
    ErrorKind::ColorProfile { name, why }.into()
}

const SRGB: &str = "srgb";
const CMYK: &str = "cmyk";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_profile_is_refused() {
        for bytes in [&b""[..], &[0; 300], b"short"] {
            assert!(TargetProfile::read("a", bytes.into()).is_err());
        }
        let srgb = TargetProfile::srgb().bytes;
        assert!(TargetProfile::read("a", srgb.clone()).is_ok());
        let error = TargetProfile::read(CMYK, srgb).unwrap_err();
        assert!(error.to_string().contains("CMYK"), "{error}");
    }

    #[test]
    fn without_a_folder_there_is_only_srgb() {
        let mut options = ProcessingOptions::default();
        let mut of = |name: &str| {
            options.global.color_profile = Some(name.to_owned());
            TargetProfile::of(&options, &SharedColorProfiles::default())
        };
        assert!(of("srgb").unwrap().unwrap().is_srgb);
        assert_eq!(of("").unwrap(), None);
        let error = of("cmyk").unwrap_err();
        assert!(error.to_string().contains("IMGPROXY_COLOR_PROFILES_DIR"));
        assert!(of("other").is_err());
    }
}
