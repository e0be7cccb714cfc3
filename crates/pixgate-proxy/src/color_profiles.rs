//! Colour profiles from a folder of the operator's.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use pixgate_engine::{ColorProfiles, ProfileFault};

/// The profiles of a folder: read when they are asked for, and kept until their files change.
///
/// A name is a file's, as it is or without `.icc` or `.icm`; one that is a path is never found. At
/// most 64 files of at most 4 MiB each are kept.
#[derive(Debug)]
pub struct ProfileFolder {
    folder: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: HashMap<PathBuf, Profile>,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug)]
struct Profile {
    bytes: Arc<[u8]>,
    changed: Option<SystemTime>,
    /// When it was used last.
    used: u64,
}

impl ProfileFolder {
    /// The profiles of a folder, which need not exist.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            kept: Mutex::default(),
        }
    }

    /// A file's content, if there is one at this path.
    fn read(&self, path: &Path) -> Result<Option<Arc<[u8]>>, ProfileFault> {
        let facts = match fs::metadata(path) {
            Ok(facts) if facts.is_file() => facts,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(ProfileFault::Unreadable),
        };
        let changed = facts.modified().ok();
        if let Some(bytes) = self.kept(path, changed) {
            return Ok(Some(bytes));
        }
        if facts.len() > MOST_BYTES {
            return Err(ProfileFault::TooLong);
        }
        let bytes = content(path)?;
        self.keep(path, &bytes, changed);
        Ok(Some(bytes))
    }

    fn kept(&self, path: &Path, changed: Option<SystemTime>) -> Option<Arc<[u8]>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let clock = kept.clock;
        let profile = kept.files.get_mut(path)?;
        let is_same = changed.is_some() && profile.changed == changed;
        is_same.then(|| {
            profile.used = clock;
            Arc::clone(&profile.bytes)
        })
    }

    fn keep(&self, path: &Path, bytes: &Arc<[u8]>, changed: Option<SystemTime>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let used = kept.clock;
        let profile = Profile {
            bytes: Arc::clone(bytes),
            changed,
            used,
        };
        kept.files.insert(path.to_owned(), profile);
        if kept.files.len() > MOST_FILES {
            let oldest = kept.files.iter().min_by_key(|(_, profile)| profile.used);
            if let Some(oldest) = oldest.map(|(path, _)| path.clone()) {
                kept.files.remove(&oldest);
            }
        }
    }
}

impl ColorProfiles for ProfileFolder {
    fn find(&self, name: &str) -> Result<Arc<[u8]>, ProfileFault> {
        let is_path = name.contains(['/', '\\', '\0']) || matches!(name, "" | "." | "..");
        if is_path {
            return Err(ProfileFault::Missing);
        }
        for end in ["", ".icc", ".icm"] {
            let path = self.folder.join(format!("{name}{end}"));
            if let Some(bytes) = self.read(&path)? {
                return Ok(bytes);
            }
        }
        Err(ProfileFault::Missing)
    }
}

/// What a file holds; it may have grown since it was looked at.
fn content(path: &Path) -> Result<Arc<[u8]>, ProfileFault> {
    let unreadable = |_| ProfileFault::Unreadable;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let mut file = file.take(MOST_BYTES + 1);
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    match bytes.len() as u64 > MOST_BYTES {
        true => Err(ProfileFault::TooLong),
        false => Ok(bytes.into()),
    }
}

const MOST_BYTES: u64 = 4 << 20;
const MOST_FILES: usize = 64;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A folder of its own for a test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("pixgate-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let path = self.0.join(name);
            fs::write(&path, bytes).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_found_by_its_name_with_and_without_its_end() {
        let folder = Folder::new("names");
        folder.write("a.icc", b"1");
        folder.write("b.icm", b"2");
        folder.write("c", b"3");
        folder.write("c.icc", b"4");
        fs::create_dir_all(folder.0.join("d")).unwrap();
        let profiles = ProfileFolder::new(&folder.0);
        for (name, expected) in [("a", b"1"), ("a.icc", b"1"), ("b", b"2"), ("c", b"3")] {
            assert_eq!(&profiles.find(name).unwrap()[..], expected, "{name}");
        }
        for name in ["", ".", "..", "d", "e", "../a", "d/../a", "a\\b", "a\0"] {
            assert_eq!(profiles.find(name), Err(ProfileFault::Missing), "{name}");
        }
        let nowhere = ProfileFolder::new(folder.0.join("nowhere"));
        assert_eq!(nowhere.find("a"), Err(ProfileFault::Missing));
    }

    #[test]
    fn a_file_is_read_again_when_it_has_changed() {
        let folder = Folder::new("changes");
        let path = folder.write("a.icc", b"1");
        let profiles = ProfileFolder::new(&folder.0);
        let first = profiles.find("a").unwrap();
        assert!(Arc::ptr_eq(&first, &profiles.find("a").unwrap()));
        folder.write("a.icc", b"2");
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(later).unwrap();
        assert_eq!(&profiles.find("a").unwrap()[..], b"2");
    }

    #[test]
    fn only_so_many_are_kept_and_none_that_is_too_long() {
        let folder = Folder::new("bounds");
        let profiles = ProfileFolder::new(&folder.0);
        for index in 0..=MOST_FILES {
            folder.write(&format!("{index}.icc"), b"x");
            profiles.find(&index.to_string()).unwrap();
        }
        assert_eq!(profiles.kept.lock().unwrap().files.len(), MOST_FILES);
        let file = File::create(folder.0.join("long.icc")).unwrap();
        file.set_len(MOST_BYTES + 1).unwrap();
        assert_eq!(profiles.find("long"), Err(ProfileFault::TooLong));
        file.set_len(MOST_BYTES).unwrap();
        assert!(profiles.find("long").is_ok());
    }
}
