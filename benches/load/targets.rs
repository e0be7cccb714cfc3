//! What is asked for: request targets over the files of a folder, none of them twice.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Request targets.
pub(crate) struct Targets {
    files: Vec<String>,
    options: String,
    suffix: String,
    count: AtomicUsize,
}

impl Targets {
    /// Of all files of `under`, a folder (or a file) below the root, to a format or to the source's.
    pub(crate) fn new(root: &str, under: &str, options: &str, format: Option<&str>) -> Self {
        let path = Path::new(root).join(under);
        let files = if path.is_dir() {
            let mut files: Vec<_> = fs::read_dir(path)
                .unwrap()
                .map(|file| format!("{under}/{}", file.unwrap().file_name().to_string_lossy()))
                .collect();
            files.sort_unstable();
            files
        } else {
            assert!(path.is_file(), "{} is not there", path.display());
            vec![under.to_owned()]
        };
        Self {
            files,
            options: options.to_owned(),
            suffix: format
                .map(|format| format!("@{format}"))
                .unwrap_or_default(),
            count: AtomicUsize::new(0),
        }
    }

    /// The next one, and which file it is about.
    pub(crate) fn next(&self) -> (usize, String) {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let index = count % self.files.len();
        let (file, options, suffix) = (&self.files[index], &self.options, &self.suffix);
        let target = format!("/unsafe/{options}/cb:{count}/plain/local:///{file}{suffix}");
        (index, target)
    }
}
