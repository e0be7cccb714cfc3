//! Presets of the environment and of files.

use pixgate_url::Presets;

use super::{Settings, value};

/// Joins the presets of both kinds; those of files come later and override.
///
/// # Errors
///
/// The variable, and which of its definitions is none.
pub(super) fn join(settings: &mut Settings) -> Result<(), String> {
    let raw = &mut settings.raw;
    let separator = raw.presets_separator.as_str();
    let own = split("IMGPROXY_PRESETS", &raw.presets, separator)?;
    let info = split("IMGPROXY_INFO_PRESETS", &raw.info_presets, separator)?;
    check("IMGPROXY_PRESETS_PATH", &raw.preset_lines, "\n")?;
    check("IMGPROXY_INFO_PRESETS_PATH", &raw.info_preset_lines, "\n")?;
    let url = &mut settings.proxy.url;
    url.presets = own;
    url.presets.append(&mut raw.preset_lines);
    url.info_presets = info;
    url.info_presets.append(&mut raw.info_preset_lines);
    Ok(())
}

fn split(name: &str, text: &str, separator: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let definitions = value::list_by(text, separator);
    check(name, &definitions, separator)?;
    Ok(definitions)
}

fn check(name: &str, definitions: &[String], separator: &str) -> Result<(), String> {
    for (definition, number) in definitions.iter().zip(1..) {
        if let Err(error) = Presets::from_list(definition, "") {
            let why = error.hint().unwrap_or("a preset is `name=options`");
            let cure = match definition.contains('\n') && separator != "\n" {
                true => {
                    "; there are several lines between two separators: end each with `,`, or set \
                     IMGPROXY_PRESETS_SEPARATOR to a newline"
                }
                false => "",
            };
            let shown = definition.escape_debug();
            return Err(format!(
                "invalid {name}, preset {number} `{shown}`: {why}{cure}"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let pairs = pairs
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let settings = Settings::load(pairs).map_err(|error| error.to_string())?;
        Ok(settings.proxy.url.presets)
    }

    #[test]
    fn a_line_for_each_preset_needs_commas_or_a_newline_as_separator() {
        let commas = load(&[("IMGPROXY_PRESETS", "a=w:1,\n  b=w:2\n")]);
        let lines = load(&[
            ("IMGPROXY_PRESETS", "a=w:1\nb=w:2\n"),
            ("IMGPROXY_PRESETS_SEPARATOR", "\n"),
        ]);
        assert_eq!(commas, Ok(vec!["a=w:1".to_owned(), "b=w:2".to_owned()]));
        assert_eq!(
            lines.map(|mut lines| {
                lines.pop();
                lines
            }),
            commas
        );
        let neither =
            load(&[("IMGPROXY_PRESETS", "a=w:1\nb=w:2\n")]).expect_err("one `=` too many");
        assert!(neither.contains("IMGPROXY_PRESETS_SEPARATOR"), "{neither}");
    }

    #[test]
    fn a_definition_that_is_none_is_named_with_its_variable() {
        let error = load(&[("IMGPROXY_PRESETS", "a=w:1,b")]).expect_err("no `=`");
        assert!(error.contains("IMGPROXY_PRESETS, preset 2 `b`"), "{error}");
    }
}
