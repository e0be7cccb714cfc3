//! `pixgate check-env`: what a start would do with an environment, without listening.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Failure, start_fault};
use pixgate_config::{Found, Settings, Warning, WarningKind};
use pixgate_telemetry::log;

type Variables = BTreeMap<String, String>;

/// Says of each variable of the environment, or of a file, what a start does with it, and fails if it would
/// fail.
pub(super) fn run(
    environment: Variables,
    file: Option<&Path>,
    is_offline: bool,
) -> Result<(), Failure> {
    let found = match file {
        Some(file) => pixgate_config::read_file(file, &environment)?,
        None => Found::from(environment),
    };
    let given = match is_offline {
        true => found.variables,
        false => pixgate_config::gather(found.variables)?,
    };
    let (warnings, faults) = try_start(&given, is_offline);
    let mut text = pixgate_config::survey(&given, &faults);
    for name in &found.elsewhere {
        text.push_str(&format!(
            "{name}: its value is kept elsewhere and not checked\n"
        ));
    }
    if let (true, Some(file)) = (text.is_empty(), file) {
        text = format!("no variable of this server in `{}`\n", file.display());
    }
    let is_about_elsewhere = |warning: &Warning| {
        let warning = warning.to_string();
        found
            .elsewhere
            .iter()
            .any(|name| warning.contains(name.as_str()))
    };
    let warnings = warnings
        .iter()
        .filter(|warning| !is_said(warning, &given) && !is_about_elsewhere(warning));
    for warning in warnings {
        text.push_str(&format!("warning: {warning}\n"));
    }
    super::print(text.trim_end());
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::Because(faults.join("\n"))),
    }
}

/// Whether the line of its variable says the same.
fn is_said(warning: &Warning, given: &Variables) -> bool {
    use WarningKind::{Deprecated, NoEffect, Unknown};
    let is_of_a_variable = matches!(warning.kind(), Deprecated | NoEffect | Unknown);
    is_of_a_variable && given.contains_key(warning.variable())
}

/// Warnings and complaints of a start with these variables.
fn try_start(given: &Variables, is_offline: bool) -> (Vec<Warning>, Vec<String>) {
    match Settings::load(given.clone()) {
        Ok(settings) => {
            let fault = prepare(&settings, is_offline).err();
            (settings.warnings, fault.into_iter().collect())
        }
        Err(error) => (Vec::new(), error.lines().to_vec()),
    }
}

fn prepare(settings: &Settings, is_offline: bool) -> Result<(), String> {
    let fault = |error: pixgate_server::Error| start_fault::line(&error, settings);
    if is_offline {
        return pixgate_server::proxy(settings).map(drop).map_err(fault);
    }
    log::check(&settings.log).map_err(start_fault::syslog)?;
    let runtime = super::runtime().map_err(|error| error.to_string())?;
    let prepared = runtime.block_on(pixgate_server::prepare(settings));
    prepared.map(drop).map_err(fault)
}
