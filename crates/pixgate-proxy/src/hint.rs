//! What to do about an error.

use std::borrow::Cow;
use std::net::IpAddr;

use pixgate_allow::{AddressClass, class_of};
use pixgate_source::ErrorKind as Source;

use crate::Error;

impl Error {
    /// What to do about it, where that can be guessed: for those who write URLs or run the server,
    /// never for clients.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        if let Some(hint) = self.own_hint() {
            return Some(hint.into());
        }
        let cause = self.cause();
        let source = cause.and_then(|cause| cause.downcast_ref::<pixgate_source::Error>());
        match source.map(pixgate_source::Error::kind) {
            Some(Source::AddressRefused { host, address }) => {
                return Some(switch_of(host, *address).into());
            }
            Some(Source::SchemeDisabled { scheme }) => {
                return storage_of(scheme).map(|variable| format!("set {variable}").into());
            }
            _ => {}
        }
        if let Some(error) = cause.and_then(|cause| cause.downcast_ref::<pixgate_url::Error>()) {
            let hint = misspelt(error.segment()).map(Cow::from);
            return hint.or_else(|| error.hint().map(Cow::from));
        }
        general(self.verdict().name).map(Cow::from)
    }
}

/// The variable that switches the storage of a scheme on.
fn storage_of(scheme: &str) -> Option<&'static str> {
    Some(match scheme {
        "local" => "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
        "s3" => "IMGPROXY_USE_S3",
        "gs" => "IMGPROXY_USE_GCS",
        "abs" => "IMGPROXY_USE_ABS",
        "swift" => "IMGPROXY_USE_SWIFT",
        _ => return None,
    })
}

/// The variable that lets sources have an address like this.
fn switch_of(host: &str, address: Option<IpAddr>) -> String {
    let class = address.map(class_of);
    let variable = match class {
        Some(AddressClass::Loopback) => "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES",
        Some(AddressClass::LinkLocal) => "IMGPROXY_ALLOW_LINK_LOCAL_SOURCE_ADDRESSES",
        Some(AddressClass::Private) => "IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES",
        _ => return format!("`{host}` is no address that a source can have"),
    };
    format!("set {variable}=true if sources may be there")
}

/// How options are written, where a path has them as other programs do.
fn misspelt(segment: &str) -> Option<String> {
    let piece = segment.split('/').next().unwrap_or_default();
    if let Some((name, value)) = piece.split_once('=')
        && is_option(name)
        && !value.is_empty()
    {
        return Some(format!(
            "between an option and its value stands a colon: `{name}:{value}`"
        ));
    }
    if let Some((width, height)) = piece.split_once(['x', 'X'])
        && is_length(width)
        && is_length(height)
    {
        return Some(format!(
            "a size is written `s:{width}:{height}`, or with how to resize `rs:fit:{width}:{height}`"
        ));
    }
    let mut arguments = piece.split(':');
    let name = arguments.next().unwrap_or_default();
    let is_resizing = matches!(name, "rs" | "resize" | "rt" | "resizing_type");
    (is_resizing && arguments.next() == Some("crop")).then(|| {
        "cropping is an option of its own, `crop:WIDTH:HEIGHT`; `rs:fill` cuts what sticks out"
            .to_owned()
    })
}

fn is_option(name: &str) -> bool {
    pixgate_url::processing_options().any(|row| row.name() == name || row.aliases().contains(&name))
}

fn is_length(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// By the identifier of the error.
fn general(name: &str) -> Option<&'static str> {
    Some(match name {
        "signature_malformed" => "put a first segment in front, `unsafe` will do without keys",
        "signature_encoding" => "use the URL-safe alphabet (- and _) without padding",
        "signature_mismatch" => {
            "sign the path from the slash behind the signature on, as it is sent, and compare key and salt"
        }
        "secret" => "send `Authorization: Bearer` with the value of IMGPROXY_SECRET",
        "source_not_allowed" => "add the beginning of the source to IMGPROXY_ALLOWED_SOURCES",
        "image_too_large" => "raise IMGPROXY_MAX_SRC_RESOLUTION (or the memory budget)",
        "source_too_large" => "raise IMGPROXY_MAX_SRC_FILE_SIZE (or the memory budget)",
        "source_timeout" => "the source is slow; IMGPROXY_DOWNLOAD_TIMEOUT is the limit",
        "color_profile" => {
            "name a file of IMGPROXY_COLOR_PROFILES_DIR, which holds ICC profiles of grey, RGB or CMYK"
        }
        "unsupported_option" => "leave the option out; docs/compatibility.md lists what works",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storage_that_is_off_is_named_with_its_variable() {
        for (scheme, variable) in [
            ("local", "set IMGPROXY_LOCAL_FILESYSTEM_ROOT"),
            ("s3", "set IMGPROXY_USE_S3"),
            ("gs", "set IMGPROXY_USE_GCS"),
            ("abs", "set IMGPROXY_USE_ABS"),
            ("swift", "set IMGPROXY_USE_SWIFT"),
        ] {
            let scheme = scheme.to_owned();
            let error = pixgate_source::Error::new(Source::SchemeDisabled { scheme });
            assert_eq!(Error::from(error).hint().as_deref(), Some(variable));
        }
    }

    #[test]
    fn an_address_names_the_switch_of_its_class() {
        for (address, switch) in [
            ("127.0.0.1", "ALLOW_LOOPBACK"),
            ("::1", "ALLOW_LOOPBACK"),
            ("169.254.169.254", "ALLOW_LINK_LOCAL"),
            ("10.0.0.1", "ALLOW_PRIVATE"),
        ] {
            let kind = Source::AddressRefused {
                host: "h".to_owned(),
                address: address.parse().ok(),
            };
            let error = Error::from(pixgate_source::Error::new(kind));
            let hint = error.hint().unwrap_or_default().into_owned();
            assert!(hint.contains(switch), "{address}: {hint}");
        }
    }

    #[test]
    fn options_of_other_programs_are_recognised() {
        for (segment, words) in [
            ("w=100/plain", Some("`w:100`")),
            ("300x200/aHR0", Some("s:300:200")),
            ("rs:crop:1:2", Some("crop:WIDTH")),
            ("aHR0cDovL2E=", None),
            ("nonsense=1", None),
            ("0x/1", None),
        ] {
            let hint = misspelt(segment);
            assert_eq!(hint.is_some(), words.is_some(), "{segment}: {hint:?}");
            assert!(
                hint.unwrap_or_default().contains(words.unwrap_or_default()),
                "{segment}"
            );
        }
    }
}
