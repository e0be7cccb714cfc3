//! D1: more large pictures at a time than the memory could take.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::client::{ask_all, count};
use crate::large;
use crate::watched::Watched;

/// Sources of 44 megapixels, 32 at a time, with a budget of 256 MiB: never killed, never far over the
/// budget.
#[test]
fn large_pictures_at_once_stay_within_the_budget() {
    let folder = sources();
    let server = Watched::start(&[
        (
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            folder.path().to_str().unwrap(),
        ),
        ("PIXGATE_MEMORY_BUDGET_MB", "256"),
        ("IMGPROXY_TIMEOUT", "60"),
    ]);
    let rest = server.vitals().resident_kib;
    ask_for_large_pictures(&server);
    let peak = server.vitals().peak_kib;
    let allowed = (256 << 10) * 12 / 10 + rest;
    assert!(peak <= allowed, "{peak} KiB at most, {allowed} allowed");
    server.assert_recovered();
}

/// The same in a control group with 512 MB, as in a container, and with no budget given: half of the
/// group's memory is the budget. Where groups cannot be made, half is given, and the process is
/// watched instead.
#[test]
fn large_pictures_at_once_do_not_get_a_small_container_killed() {
    let folder = sources();
    let group = Group::with_limit(512 << 20);
    let budget = ("PIXGATE_MEMORY_BUDGET_MB", "256");
    let mut environment = vec![
        (
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            folder.path().to_str().unwrap(),
        ),
        ("IMGPROXY_TIMEOUT", "60"),
    ];
    let server = match &group {
        Some(group) => Watched::start_limited(&group.enter(), &environment),
        None => {
            environment.push(budget);
            Watched::start(&environment)
        }
    };
    let budget = server.gauge("pixgate_memory_budget_bytes");
    assert!(budget <= f64::from(256 << 20), "{budget}");
    ask_for_large_pictures(&server);
    let peak = server.vitals().peak_kib;
    assert!(peak < 512 << 10, "{peak} KiB");
    server.assert_recovered();
}

/// Asks for 32 large pictures at a time; fitted ones are decoded smaller, forced ones need every pixel.
fn ask_for_large_pictures(server: &Watched) {
    let targets: Vec<_> = (0..32)
        .map(|n| match n % 2 {
            0 => format!("/unsafe/rs:fit:{}:512/plain/local:///44.jpg", 512 + n),
            _ => format!("/unsafe/rs:force:{}:3000/plain/local:///44.jpg", 4_000 + n),
        })
        .collect();
    let replies = ask_all(server, &targets);
    let (made, refused) = (
        count(&replies, 200),
        count(&replies, 503) + count(&replies, 422),
    );
    assert_eq!(
        made + refused,
        32,
        "{:?}",
        replies.iter().map(|r| r.status).collect::<Vec<_>>()
    );
    assert!(made >= 16, "{made} of 32");
}

/// A folder with a large picture.
fn sources() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    match std::env::var_os("PIXGATE_CORPUS") {
        Some(corpus) => copy_mosaic(corpus.as_ref(), folder.path()),
        None => std::fs::write(folder.path().join("44.jpg"), large::jpeg(8_160, 5_440)).unwrap(),
    }
    folder
}

/// A control group for memory that is gone in the end.
struct Group(PathBuf);

impl Group {
    /// None where such groups are not for us to make.
    fn with_limit(bytes: u64) -> Option<Self> {
        let name = format!("pixgate-test-{}", std::process::id());
        let limits = [
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            ("/sys/fs/cgroup", "memory.max"),
        ];
        limits.into_iter().find_map(|(root, limit)| {
            let group = Self(Path::new(root).join(&name));
            std::fs::create_dir(&group.0).ok()?;
            let file = group.0.join(limit);
            // Whatever folder was made, the group counts only if it has this file already.
            let is_limited = file.exists() && std::fs::write(file, bytes.to_string()).is_ok();
            is_limited.then_some(group)
        })
    }

    /// What a shell does to be in it.
    fn enter(&self) -> String {
        format!("echo $$ > {}", self.0.join("cgroup.procs").display())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The server may take a moment to end; a group that is left over has nothing in it.
        for _ in 0..50 {
            if std::fs::remove_dir(&self.0).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn copy_mosaic(corpus: &Path, folder: &Path) {
    let files = std::fs::read_dir(corpus.join("photos/large")).unwrap();
    let pictures: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect();
    assert_eq!(pictures.len(), 1, "one mosaic in the corpus");
    std::fs::copy(&pictures[0], folder.join("44.jpg")).unwrap();
}
