//! The option table: what a row holds and how rows are found.

use std::collections::HashMap;
use std::sync::LazyLock;

use pixgate_options::{GlobalOptions, InfoOptions, OptionId, PipelineOptions};

use crate::args::{Accepted, Args};
use crate::value::Value;
use crate::writer::Writer;

/// One option of the table: everything that is known about it.
///
/// Parsing, writing, the fuzzing dictionary and the compatibility table all read the same rows.
#[derive(Debug)]
pub struct OptionRow {
    pub(crate) id: Option<OptionId>,
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    pub(crate) arguments: &'static str,
    pub(crate) edition: Edition,
    pub(crate) default: &'static str,
    pub(crate) guard: Guard,
    pub(crate) action: Action,
}

/// Which edition of imgproxy has an option, if any; all are free here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The open edition.
    Open,
    /// Only imgproxy Pro.
    Pro,
    /// None: the option is pixgate's own, and its name begins with `px_`.
    Own,
}

/// Where an option is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// On the whole request, wherever it is written.
    Global,
    /// On the pipeline it is written in.
    Pipeline,
    /// On an info request.
    Info,
    /// It stands for other options.
    Preset,
}

/// The permission that an option needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Everybody may use it.
    Free,
    /// Only if security options are allowed.
    Security,
    /// Only if bypassing the cache is allowed.
    BypassCache,
}

#[derive(Debug)]
pub(crate) enum Action {
    Global(Access<GlobalOptions>),
    Pipeline(Access<PipelineOptions>),
    Info(Access<InfoOptions>),
    Preset,
    InfoPreset,
}

#[derive(Debug)]
pub(crate) struct Access<T: 'static> {
    pub(crate) parse: fn(&mut T, &Args<'_>) -> Accepted,
    pub(crate) keys: &'static [Key<T>],
    pub(crate) write: WriteRule<T>,
}

/// A canonical key. The keys of an option are in the order of its arguments.
#[derive(Debug)]
pub(crate) struct Key<T> {
    pub(crate) name: &'static str,
    pub(crate) value: fn(&T) -> Option<Value>,
}

#[derive(Debug)]
pub(crate) enum WriteRule<T> {
    /// The values of the keys are the arguments.
    Keys,
    With(fn(&T, &mut Writer<'_>)),
}

impl OptionRow {
    /// Which option of processing URLs it is; none of those of info URLs.
    #[must_use]
    pub const fn id(&self) -> Option<OptionId> {
        self.id
    }

    /// The long name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The other names.
    #[must_use]
    pub const fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// The arguments in order; optional ones in brackets.
    #[must_use]
    pub const fn arguments(&self) -> &'static str {
        self.arguments
    }

    /// Which edition of imgproxy has it.
    #[must_use]
    pub const fn edition(&self) -> Edition {
        self.edition
    }

    /// The permission it needs.
    #[must_use]
    pub const fn guard(&self) -> Guard {
        self.guard
    }

    /// What counts if the option is not used.
    #[must_use]
    pub const fn default_text(&self) -> &'static str {
        self.default
    }

    /// Where it is stored.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        match self.action {
            Action::Global(_) => Scope::Global,
            Action::Pipeline(_) => Scope::Pipeline,
            Action::Info(_) => Scope::Info,
            Action::Preset | Action::InfoPreset => Scope::Preset,
        }
    }

    /// The canonical keys it sets; none if it stands for other options.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static str> {
        match &self.action {
            Action::Global(access) => access.keys.iter().map(|key| key.name).collect(),
            Action::Pipeline(access) => access.keys.iter().map(|key| key.name).collect(),
            Action::Info(access) => access.keys.iter().map(|key| key.name).collect(),
            Action::Preset | Action::InfoPreset => Vec::new(),
        }
    }

    /// Where imgproxy documents it; nowhere if it does not have it.
    #[must_use]
    pub fn docs_url(&self) -> Option<String> {
        if self.edition == Edition::Own {
            return None;
        }
        let page = match self.action {
            Action::Info(_) | Action::InfoPreset => "getting_info",
            _ => "processing",
        };
        let anchor = self.name.replace('_', "-");
        Some(format!("https://docs.imgproxy.net/usage/{page}#{anchor}"))
    }

    /// All names, the long one first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// All options of an endpoint, and an index of their names.
#[derive(Debug)]
pub(crate) struct Table {
    families: &'static [&'static [OptionRow]],
    index: LazyLock<HashMap<&'static str, &'static OptionRow>, fn() -> Index>,
}

pub(crate) type Index = HashMap<&'static str, &'static OptionRow>;

impl Table {
    pub(crate) const fn new(
        families: &'static [&'static [OptionRow]],
        index: fn() -> Index,
    ) -> Self {
        Self {
            families,
            index: LazyLock::new(index),
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &'static OptionRow> + use<> {
        self.families.iter().copied().flatten()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'static OptionRow> {
        self.index.get(name).copied()
    }

    /// The shortest name that leads back to the row.
    pub(crate) fn shortest_name(&self, row: &'static OptionRow) -> &'static str {
        let own = |name: &&str| {
            self.find(name)
                .is_some_and(|found| std::ptr::eq(found, row))
        };
        let names = row.names().filter(own);
        names.min_by_key(|name| name.len()).unwrap_or(row.name)
    }

    /// The name nearest to a misspelt one.
    pub(crate) fn nearest_name(&self, name: &str) -> Option<&'static str> {
        if name.len() > MAX_MISSPELT_LEN {
            return None;
        }
        let allowed = if name.chars().count() < 4 { 1 } else { 2 };
        let names = self.rows().flat_map(OptionRow::names);
        let distances = names.map(|known| (edit_distance(name, known), known));
        let near = distances.filter(|(distance, known)| {
            *distance <= allowed && (*distance < known.len() && known.len() > 2)
        });
        near.min_by_key(|(distance, _)| *distance)
            .map(|(_, known)| known)
    }
}

/// Collects the index of [`Table`]; the first row that has a name keeps it.
pub(crate) fn index(families: &'static [&'static [OptionRow]]) -> Index {
    let mut index = Index::new();
    for row in families.iter().copied().flatten() {
        for name in row.names() {
            index.entry(name).or_insert(row);
        }
    }
    index
}

/// Levenshtein's distance, case ignored.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut costs: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.chars().enumerate() {
        let mut diagonal = row;
        let mut previous = row.saturating_add(1);
        if let Some(first) = costs.first_mut() {
            *first = previous;
        }
        for (cost, to) in costs.iter_mut().skip(1).zip(&right) {
            let change = usize::from(!from.eq_ignore_ascii_case(to));
            let best = diagonal
                .saturating_add(change)
                .min(previous.saturating_add(1))
                .min(cost.saturating_add(1));
            diagonal = *cost;
            *cost = best;
            previous = best;
        }
    }
    costs.last().copied().unwrap_or(0)
}

const MAX_MISSPELT_LEN: usize = 40;

/// A row whose arguments need a function of their own.
///
/// Options of processing URLs are named by their [`OptionId`], those of info URLs by their text:
///
/// ```text
/// row!(Open Global Filename ["fn"] "name[:encoded]" = "from the source",
///     parse_filename, { "filename" => filename }, write write_filename)
/// ```
macro_rules! row {
    (
        $edition:ident $scope:ident $name:tt $aliases:tt $arguments:literal = $default:literal,
        $parse:expr, { $($key:literal => $($field:ident).+),* $(,)? }
        $(, write $write:expr)? $(, guard $guard:ident)?
    ) => {
        $crate::table::OptionRow {
            id: $crate::table::row!(@id $name),
            name: $crate::table::row!(@name $name),
            aliases: &$aliases,
            arguments: $arguments,
            edition: $crate::table::Edition::$edition,
            default: $default,
            guard: $crate::table::row!(@guard $($guard)?),
            action: $crate::table::Action::$scope($crate::table::Access {
                parse: $parse,
                keys: &[ $( $crate::table::Key {
                    name: $key,
                    value: |options| $crate::value::ToValue::to_value(&options.$($field).+),
                } ),* ],
                write: $crate::table::row!(@write $($write)?),
            }),
        }
    };
    (@id $name:literal) => { None };
    (@id $id:ident) => { Some(pixgate_options::OptionId::$id) };
    (@name $name:literal) => { $name };
    (@name $id:ident) => { pixgate_options::OptionId::$id.name() };
    (@guard) => { $crate::table::Guard::Free };
    (@guard $guard:ident) => { $crate::table::Guard::$guard };
    (@write) => { $crate::table::WriteRule::Keys };
    (@write $write:expr) => { $crate::table::WriteRule::With($write) };
}

/// A row whose arguments are its keys, the first `$required` of which must not be empty.
macro_rules! parts {
    (
        $edition:ident $scope:ident $name:tt $aliases:tt $arguments:literal = $default:literal,
        $required:literal, { $($key:literal => $($field:ident).+ : $read:expr),* $(,)? }
        $(, write $write:expr)? $(, guard $guard:ident)?
    ) => {
        $crate::table::row! {
            $edition $scope $name $aliases $arguments = $default,
            |options, args| {
                let mut parts = args.parts($required);
                $( parts.take($read, &mut options.$($field).+)?; )*
                parts.finish()
            },
            { $($key => $($field).+),* }
            $(, write $write)? $(, guard $guard)?
        }
    };
}

pub(crate) use {parts, row};

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn counts_the_changes_between_two_names() {
        for (left, right, distance) in [
            ("width", "width", 0),
            ("widht", "width", 2),
            ("Width", "width", 0),
            ("", "abc", 3),
            ("blurr", "blur", 1),
        ] {
            assert_eq!(edit_distance(left, right), distance, "{left} {right}");
        }
    }
}
