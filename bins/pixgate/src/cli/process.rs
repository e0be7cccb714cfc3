//! `pixgate process`: the engine on files.

use std::fs;
use std::path::{Path, PathBuf};

use pixgate_config::Settings;
use pixgate_engine::{Cancel, Encoded, SpareCores};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_proxy::Proxy;
use pixgate_telemetry::clock;
use pixgate_url::Defaults;
use tokio::runtime::Runtime;

use super::Failure;

/// Transforms files one after the other; many go into a directory.
pub(super) fn run(settings: &Settings, options: &str, files: &[PathBuf]) -> Result<(), Failure> {
    let Some((output, inputs)) = files.split_last() else {
        return Err(Failure::Because("nothing to process".to_owned()));
    };
    let proxy = proxy(settings)?;
    let job = Job {
        options: parse(&proxy, options)?,
        proxy,
        runtime: super::runtime()?,
    };
    let is_directory = inputs.len() > 1 || output.is_dir();
    if !is_directory {
        check_file(output, job.options.global.format)?;
    }
    if is_directory {
        fs::create_dir_all(output).map_err(|error| about(output, &error))?;
    }
    let mut failures = 0;
    for (index, input) in inputs.iter().enumerate() {
        let outcome = match is_directory {
            true => job.to_directory(input, output),
            false => job.to_file(input, output),
        };
        failures += usize::from(outcome.is_err());
        let line = outcome.unwrap_or_else(|failure| failure);
        report(&format!("[{}/{}] {line}", index + 1, inputs.len()));
    }
    match failures {
        0 => Ok(()),
        failures => Err(Failure::Because(format!(
            "{failures} of {} failed",
            inputs.len()
        ))),
    }
}

/// A proxy that understands options whatever URLs may say.
fn proxy(settings: &Settings) -> Result<Proxy, Failure> {
    let mut settings = settings.clone();
    settings.proxy.url.only_presets = false;
    settings.proxy.url.allowed_options.clear();
    Ok(pixgate_server::proxy(&settings)?)
}

/// Options as they stand in a URL.
fn parse(proxy: &Proxy, options: &str) -> Result<ProcessingOptions, Failure> {
    let options = options.trim_matches('/');
    let slash = if options.is_empty() { "" } else { "/" };
    let path = format!("/{options}{slash}plain/file");
    let request = pixgate_url::parse(&path, proxy.grammar(), &Defaults::default(), clock::now())?;
    if request.source.as_bytes() != b"file" {
        return Err(Failure::Because(format!(
            "`{options}` is more than options"
        )));
    }
    Ok(request.options)
}

/// Refuses a file whose name promises another format than it would have, or none.
fn check_file(output: &Path, wanted: Option<Format>) -> Result<(), Failure> {
    let refuse = |why: String| Err(Failure::Because(format!("{}: {why}", output.display())));
    match output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) if !folder.is_dir() => {
            return refuse(format!("there is no folder `{}`", folder.display()));
        }
        _ => {}
    }
    match (named_format(output), wanted) {
        (Some(named), Some(wanted)) if named != wanted => refuse(format!(
            "the options ask for {wanted}, the name for {named}"
        )),
        (Some(_), _) | (None, Some(_)) => Ok(()),
        (None, None) => refuse(format!(
            "is no folder, and its end names none of the formats {}",
            writable_names()
        )),
    }
}

/// The format that the end of a name stands for.
fn named_format(output: &Path) -> Option<Format> {
    let extension = output.extension()?.to_str()?.to_ascii_lowercase();
    Format::from_name(&extension).filter(|format| is_file_format(*format))
}

fn is_file_format(format: Format) -> bool {
    format == Format::Svg || pixgate_codec::can_write(format)
}

fn writable_names() -> String {
    let formats = Format::ALL.into_iter();
    let writable = formats.filter(|format| pixgate_codec::can_write(*format));
    let names: Vec<_> = writable.map(Format::name).collect();
    names.join(", ")
}

struct Job {
    proxy: Proxy,
    options: ProcessingOptions,
    /// On which marks and masks by URL are waited for.
    runtime: Runtime,
}

impl Job {
    fn to_file(&self, input: &Path, output: &Path) -> Result<String, String> {
        let mut options = self.options.clone();
        options.global.format = options.global.format.or(named_format(output));
        let encoded = self.transform(input, &options)?;
        write(input, output, &encoded)
    }

    fn to_directory(&self, input: &Path, directory: &Path) -> Result<String, String> {
        let encoded = self.transform(input, &self.options)?;
        let stem = input.file_stem().unwrap_or_default().to_owned();
        let mut name = stem;
        name.push(encoded.format.extension());
        write(input, &directory.join(name), &encoded)
    }

    fn transform(&self, input: &Path, options: &ProcessingOptions) -> Result<Encoded, String> {
        let bytes = fs::read(input).map_err(|error| error_line(input, &error))?;
        let planned = self.runtime.block_on(self.proxy.plan(&bytes, options));
        let (_, plan) = planned.map_err(|error| error_line(input, &error))?;
        let cores = SpareCores::of_machine();
        pixgate_engine::run_helped(&plan, &bytes, &Cancel::never(), &cores, &|_| ())
            .map_err(|error| error_line(input, &pixgate_proxy::Error::from(error)))
    }
}

fn write(input: &Path, output: &Path, encoded: &Encoded) -> Result<String, String> {
    fs::write(output, &encoded.bytes).map_err(|error| error_line(output, &error))?;
    Ok(format!(
        "{} -> {} ({}x{} {}, {} bytes)",
        input.display(),
        output.display(),
        encoded.width,
        encoded.height,
        encoded.format,
        encoded.bytes.len()
    ))
}

fn error_line(path: &Path, error: &dyn std::fmt::Display) -> String {
    format!("{}: {error}", path.display())
}

fn about(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Because(error_line(path, error))
}

#[expect(clippy::print_stderr, reason = "progress is for whoever waits")]
fn report(line: &str) {
    eprintln!("{line}");
}
