//! Fonts for text in drawings: two that are built in, those of the operator's folders, and those
//! of the system.

mod select;

use std::path::Path;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use resvg::usvg::fontdb::{Database, Family};

pub(super) use select::resolver;

static FONTS: LazyLock<RwLock<Fonts>> = LazyLock::new(|| {
    RwLock::new(Fonts {
        database: Arc::new(built_in()),
        configured: None,
    })
});

/// The fonts of this process.
struct Fonts {
    database: Arc<Database>,
    /// The family of the first font that [`add_fonts`] was given.
    configured: Option<String>,
}

/// What generic families mean in texts: names of families that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generic {
    pub(super) sans: String,
    pub(super) serif: String,
    pub(super) monospace: String,
}

/// Adds the TrueType and OpenType fonts of a folder to those that drawings may use, and says how
/// many faces there are now.
///
/// Counts for the whole process; call it at start. Built in are Roboto Regular and Bold for Latin,
/// Greek and Cyrillic, which stand in for every family that is not there.
///
/// # Examples
///
/// ```
/// let faces = pixgate_codec::add_fonts(std::path::Path::new("no/such/folder"));
/// assert_eq!(faces, 2);
/// ```
pub fn add_fonts(folder: &Path) -> usize {
    let mut fonts = FONTS.write().unwrap_or_else(PoisonError::into_inner);
    let database = Arc::make_mut(&mut fonts.database);
    let before = database.len();
    for file in files(folder) {
        database.load_font_data(file);
    }
    let (faces, first) = (database.len(), database.faces().nth(before));
    let family = first.and_then(|face| face.families.first());
    let family = family.map(|(name, _)| name.clone());
    fonts.configured = fonts.configured.take().or(family);
    faces
}

/// Adds the fonts that are installed on this system to those that drawings may use, and says how
/// many faces there are now.
///
/// Counts for the whole process; call it at start. Font files are mapped into memory, not read:
/// they can still be used after the process gave up its right to open files. A file that becomes
/// shorter while it is mapped ends the process that draws with it, so this is for a
/// [`Sandbox`](crate::Sandbox)'s processes and for command lines.
///
/// Generic families then mean what they mean on most systems (the order of fontconfig's
/// `60-latin.conf`); Roboto stands in where none of those is installed.
pub fn add_system_fonts() -> usize {
    let mut fonts = FONTS.write().unwrap_or_else(PoisonError::into_inner);
    let database = Arc::make_mut(&mut fonts.database);
    database.load_system_fonts();
    map_files(database);
    select::set_generic_families(database);
    database.len()
}

/// Maps the files of all faces, so that no face needs to open one later.
#[expect(unsafe_code, reason = "fontdb's way to map files")]
fn map_files(database: &mut Database) {
    let faces: Vec<_> = database.faces().map(|face| face.id).collect();
    for face in faces {
        // SAFETY: the mapping is read-only, and font files are the operator's: nothing from a
        // request names or changes one. A file that is cut short while it is mapped ends the
        // process with SIGBUS, which the documentation of `add_system_fonts` says; the sandbox
        // answers it as the end of that one process.
        let mapped = unsafe { database.make_shared_face_data(face) };
        drop(mapped);
    }
}

/// The contents of a folder's font files, in the order of their names.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_font(path))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| std::fs::read(path).ok();
    paths.iter().filter_map(read).collect()
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        let extension = extension.to_ascii_lowercase();
        matches!(extension.as_str(), "ttf" | "otf" | "ttc" | "otc")
    })
}

pub(super) fn database() -> Arc<Database> {
    let fonts = FONTS.read().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(&fonts.database)
}

/// What generic families mean in texts: `sans` the first of the configured fonts, the others a font
/// of their kind if there is one, else the same.
pub(super) fn generic() -> Generic {
    let fonts = FONTS.read().unwrap_or_else(PoisonError::into_inner);
    let database = &fonts.database;
    let sans = match &fonts.configured {
        Some(family) => family.clone(),
        None => database.family_name(&Family::SansSerif).to_owned(),
    };
    let of_kind = |kind| match select::installed_of(database, kind) {
        Some(family) => family.to_owned(),
        None => sans.clone(),
    };
    Generic {
        serif: of_kind(Family::Serif),
        monospace: of_kind(Family::Monospace),
        sans,
    }
}

fn built_in() -> Database {
    let mut fonts = Database::new();
    fonts.load_font_data(include_bytes!("../../fonts/Roboto-Regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../fonts/Roboto-Bold.ttf").to_vec());
    fonts.set_serif_family(FAMILY);
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_monospace_family(FAMILY);
    fonts.set_cursive_family(FAMILY);
    fonts.set_fantasy_family(FAMILY);
    fonts
}

pub(super) const FAMILY: &str = "Roboto";

#[cfg(test)]
mod tests {
    use resvg::usvg::fontdb::Source;

    use super::*;

    #[test]
    fn files_that_are_mapped_are_not_opened_again() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/Roboto-Bold.ttf");
        let mut database = built_in();
        database.load_font_file(path).unwrap();
        assert_eq!(database.len(), 3);
        map_files(&mut database);
        let opens = |source: &Source| matches!(source, Source::File(_));
        assert!(!database.faces().any(|face| opens(&face.source)));
        let mapped = database
            .faces()
            .filter(|face| matches!(face.source, Source::SharedFile(..)));
        assert_eq!(mapped.count(), 1);
    }
}
