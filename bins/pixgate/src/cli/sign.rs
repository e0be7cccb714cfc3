//! `pixgate sign`.

use pixgate_config::Settings;

use super::Failure;

/// The signed path: prefix, signature, path.
pub(super) fn sign(settings: &Settings, path: &str) -> Result<String, Failure> {
    if settings.proxy.access.keys.is_empty() {
        let line = "set IMGPROXY_KEY and IMGPROXY_SALT to sign";
        return Err(Failure::Because(line.to_owned()));
    }
    let proxy = pixgate_server::proxy(settings)?;
    Ok(format!(
        "{}{}",
        settings.proxy.routes.prefix,
        proxy.sign(path)
    ))
}
