//! Fonts for text in drawings: two that are built in, and those of the operator's folders.

use std::path::Path;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use resvg::usvg::fontdb::Database;

static FONTS: LazyLock<RwLock<Arc<Database>>> = LazyLock::new(|| RwLock::new(Arc::new(built_in())));

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
    let database = Arc::make_mut(&mut fonts);
    for file in files(folder) {
        database.load_font_data(file);
    }
    database.len()
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
    Arc::clone(&FONTS.read().unwrap_or_else(PoisonError::into_inner))
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
