//! Applying options and presets, one after the other.

use pixgate_options::{InfoOptions, PipelineOptions, ProcessingOptions};

use crate::args::{Accepted, Args, Refusal};
use crate::error::{Error, ErrorKind, Hint};
use crate::options::{INFO, PROCESSING};
use crate::request::Note;
use crate::table::{Action, Guard, OptionRow, Table};
use crate::{Config, Presets};

/// The two sets of options that paths can hold.
pub(crate) trait Subject: Default {
    const PIPELINES: bool;
    fn table() -> &'static Table;
    fn presets(config: &Config) -> &Presets;
    fn allowed(config: &Config) -> Option<&[String]>;
    fn only_presets(config: &Config) -> bool;
    /// Applies an option that is not a preset to a pipeline that exists.
    fn apply(&mut self, pipeline: usize, row: &OptionRow, args: &Args<'_>) -> Accepted;
    /// Makes sure that a pipeline exists; false if there are too many.
    fn open_pipeline(&mut self, pipeline: usize) -> bool;
}

impl Subject for ProcessingOptions {
    const PIPELINES: bool = true;

    fn table() -> &'static Table {
        &PROCESSING
    }

    fn presets(config: &Config) -> &Presets {
        &config.presets
    }

    fn allowed(config: &Config) -> Option<&[String]> {
        config.allowed_processing_options.as_deref()
    }

    fn only_presets(config: &Config) -> bool {
        config.only_presets
    }

    fn apply(&mut self, pipeline: usize, row: &OptionRow, args: &Args<'_>) -> Accepted {
        match &row.action {
            Action::Global(access) => (access.parse)(&mut self.global, args),
            Action::Pipeline(access) => match self.pipelines.get_mut(pipeline) {
                Some(options) => (access.parse)(options, args),
                None => Ok(()),
            },
            Action::Info(_) | Action::Preset | Action::InfoPreset => Ok(()),
        }
    }

    fn open_pipeline(&mut self, pipeline: usize) -> bool {
        let count = pipeline.saturating_add(1);
        if count > MAX_PIPELINES {
            return false;
        }
        if self.pipelines.len() < count {
            self.pipelines.resize_with(count, PipelineOptions::default);
        }
        true
    }
}

impl Subject for InfoOptions {
    const PIPELINES: bool = false;

    fn table() -> &'static Table {
        &INFO
    }

    fn presets(config: &Config) -> &Presets {
        &config.info_presets
    }

    fn allowed(config: &Config) -> Option<&[String]> {
        config.allowed_info_options.as_deref()
    }

    fn only_presets(config: &Config) -> bool {
        config.info_only_presets()
    }

    fn apply(&mut self, _: usize, row: &OptionRow, args: &Args<'_>) -> Accepted {
        match &row.action {
            Action::Info(access) => (access.parse)(self, args),
            _ => Ok(()),
        }
    }

    fn open_pipeline(&mut self, _: usize) -> bool {
        true
    }
}

/// Options being put together.
#[derive(Debug)]
pub(crate) struct Applier<'c, O> {
    pub(crate) options: O,
    pub(crate) presets: Vec<String>,
    pub(crate) notes: Vec<Note>,
    /// The pipeline that the path is in.
    pub(crate) pipeline: usize,
    config: &'c Config,
    now: i64,
    /// Presets being applied, the outermost first.
    active: Vec<&'c str>,
    /// Options that presets may still apply.
    preset_budget: usize,
}

impl<'c, O: Subject> Applier<'c, O> {
    pub(crate) fn new(options: O, config: &'c Config, now: i64) -> Self {
        Self {
            options,
            presets: Vec::new(),
            notes: Vec::new(),
            pipeline: 0,
            config,
            now,
            active: Vec::new(),
            preset_budget: MAX_PRESET_OPTIONS,
        }
    }

    /// Applies the preset `default`, if there is one.
    pub(crate) fn default_preset(&mut self) -> Result<(), Error> {
        match O::presets(self.config).find("default") {
            Some(_) => self.preset("default", 0),
            None => Ok(()),
        }
    }

    /// Applies an option of the path, which `position` is the place of.
    pub(crate) fn option(
        &mut self,
        segment: &str,
        position: usize,
    ) -> Result<&'static OptionRow, Error> {
        let pieces: Vec<&str> = segment.split(self.config.separator()).collect();
        if let (Some(allowed), Some(name)) = (O::allowed(self.config), pieces.first())
            && !allowed.iter().any(|allowed| allowed == name)
        {
            let error = Error::new(ErrorKind::ForbiddenOption, position, segment);
            return Err(error.with_hint(format!("`{name}` is not on the list of allowed options")));
        }
        self.apply(&pieces, segment, position)
    }

    /// Starts the next pipeline of the path.
    pub(crate) fn next_pipeline(&mut self, position: usize) -> Result<(), Error> {
        self.pipeline = self.pipeline.saturating_add(1);
        let count = self.pipeline.saturating_add(1);
        let limit = self.config.max_chained_pipelines;
        if (limit > 0 && count > limit) || !self.options.open_pipeline(self.pipeline) {
            return Err(too_many_pipelines(
                position,
                if limit > 0 { limit } else { MAX_PIPELINES },
            ));
        }
        Ok(())
    }

    /// Applies a preset in the current pipeline and, if it has breaks, the following ones.
    pub(crate) fn preset(&mut self, name: &str, position: usize) -> Result<(), Error> {
        let Some((name, segments)) = O::presets(self.config).find(name) else {
            return Err(unknown_preset(O::presets(self.config), name, position));
        };
        if self.active.contains(&name) {
            self.note(position, || {
                format!("preset `{name}` uses itself and was skipped there")
            });
            return Ok(());
        }
        if self.active.len() >= MAX_PRESET_DEPTH {
            let error = Error::new(ErrorKind::InvalidArgument, position, name);
            return Err(error.with_hint(format!("more than {MAX_PRESET_DEPTH} presets deep")));
        }
        self.active.push(name);
        self.presets.push(name.to_owned());
        let pipeline = self.pipeline;
        let applied = segments
            .iter()
            .try_for_each(|segment| self.preset_segment(segment, position));
        self.pipeline = pipeline;
        self.active.pop();
        applied
    }

    fn preset_segment(&mut self, segment: &str, position: usize) -> Result<(), Error> {
        self.preset_budget = self.preset_budget.checked_sub(1).ok_or_else(|| {
            let error = Error::new(ErrorKind::InvalidArgument, position, segment);
            error.with_hint(format!(
                "presets stand for more than {MAX_PRESET_OPTIONS} options"
            ))
        })?;
        if segment == "-" && O::PIPELINES {
            self.pipeline = self.pipeline.saturating_add(1);
            return match self.options.open_pipeline(self.pipeline) {
                true => Ok(()),
                false => Err(too_many_pipelines(position, MAX_PIPELINES)),
            };
        }
        let pieces: Vec<&str> = segment.split(self.config.separator()).collect();
        if pieces.len() < 2 {
            let error = Error::new(ErrorKind::InvalidArgument, position, segment);
            return Err(error.with_hint("everything in a preset must be an option"));
        }
        self.apply(&pieces, segment, position).map(|_| ())
    }

    fn apply(
        &mut self,
        pieces: &[&str],
        segment: &str,
        position: usize,
    ) -> Result<&'static OptionRow, Error> {
        let (name, values) = pieces.split_first().unwrap_or((&"", &[]));
        let row = find_row::<O>(name, values.len())
            .ok_or_else(|| unknown_option(O::table(), name, segment, position))?;
        self.check_guard(row, segment, position)?;
        if matches!(row.action, Action::Preset | Action::InfoPreset) {
            values
                .iter()
                .try_for_each(|name| self.preset(name, position))?;
            return Ok(row);
        }
        let args = Args::new(values, self.now);
        let applied = self.options.apply(self.pipeline, row, &args);
        applied.map_err(|refusal| self.refused(&refusal, pieces, segment, position))?;
        if args.has_odd_flag() {
            let text = || {
                format!(
                    "a flag of `{}` is neither true nor false; false it is",
                    row.name
                )
            };
            self.note(position, text);
        }
        Ok(row)
    }

    fn check_guard(&self, row: &OptionRow, segment: &str, position: usize) -> Result<(), Error> {
        let hint = match row.guard {
            Guard::Security if !self.config.allow_security_options => {
                "limits may be set in URLs only if the server allows security options"
            }
            Guard::BypassCache if !self.config.allow_bypass_cache => {
                "the server does not allow bypassing its cache"
            }
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::SecurityOptionForbidden, position, segment).with_hint(hint))
    }

    /// Inside presets the position stays that of the preset in the path.
    fn refused(&self, refusal: &Refusal, pieces: &[&str], segment: &str, position: usize) -> Error {
        let before = pieces.iter().take(refusal.argument.saturating_add(1));
        let separator = self.config.separator().len();
        let offset: usize = before
            .map(|piece| piece.len().saturating_add(separator))
            .sum();
        let offset = offset.min(segment.len());
        let position = match self.active.is_empty() {
            true => position.saturating_add(offset),
            false => position,
        };
        Error::new(refusal.kind, position, segment).with_hint(refusal.hint.clone())
    }

    fn note(&mut self, position: usize, text: impl Fn() -> String) {
        if self.notes.len() < MAX_NOTES {
            let text = text();
            self.notes.push(Note { position, text });
        }
    }
}

/// `co` is `contrast` with one argument and `crop_objects` with more.
fn find_row<O: Subject>(name: &str, arguments: usize) -> Option<&'static OptionRow> {
    match name {
        "co" if arguments > 1 => O::table().find("crop_objects"),
        _ => O::table().find(name),
    }
}

fn unknown_option(table: &Table, name: &str, segment: &str, position: usize) -> Error {
    let hint: Option<Hint> = match name {
        "http" | "https" | "local" | "s3" | "gs" | "abs" | "swift" => {
            Some("a source written as it is needs `plain/` in front".into())
        }
        "sp" => Some("`sp` of the official URL builder is `skp` on the server".into()),
        "gif_options" | "gifo" => Some("this option was removed".into()),
        "min_width" | "min_height" => Some("this name is written with a hyphen".into()),
        _ => table
            .nearest_name(name)
            .map(|near| format!("did you mean `{near}`").into()),
    };
    let error = Error::new(ErrorKind::UnknownOption, position, segment);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn unknown_preset(presets: &Presets, name: &str, position: usize) -> Error {
    let hint = match presets.is_empty() {
        true => String::from("no presets are defined"),
        false => format!(
            "no preset is called `{}`",
            name.chars().take(40).collect::<String>()
        ),
    };
    Error::new(ErrorKind::InvalidArgument, position, name).with_hint(hint)
}

fn too_many_pipelines(position: usize, limit: usize) -> Error {
    let error = Error::new(ErrorKind::InvalidArgument, position, "-");
    error.with_hint(format!("more than {limit} pipelines"))
}

/// See [`Config::check`].
pub(crate) fn check_presets(config: &Config, now: i64) -> Result<(), Error> {
    for name in config.presets.names() {
        let mut applier = Applier::new(ProcessingOptions::default(), config, now);
        applier
            .preset(name, 0)
            .map_err(|error| error.into_config_error(name))?;
    }
    for name in config.info_presets.names() {
        let mut applier = Applier::new(InfoOptions::default(), config, now);
        applier
            .preset(name, 0)
            .map_err(|error| error.into_config_error(name))?;
    }
    Ok(())
}

/// More pipelines than anybody chains; each costs memory and a pass over the pixels.
const MAX_PIPELINES: usize = 100;
/// Presets that use presets can multiply; more options than this are a mistake.
const MAX_PRESET_OPTIONS: usize = 10_000;
/// Each level is a recursion.
const MAX_PRESET_DEPTH: usize = 50;
const MAX_NOTES: usize = 100;
