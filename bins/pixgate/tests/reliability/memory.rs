//! D1: more large pictures at a time than the memory could take.

use crate::client::{ask_all, count};
use crate::large;
use crate::watched::Watched;

/// Sources of 44 megapixels, 32 at a time, with a budget of 256 MiB: never killed, never far over the
/// budget.
#[test]
fn large_pictures_at_once_stay_within_the_budget() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_str().unwrap();
    match std::env::var_os("PIXGATE_CORPUS") {
        Some(corpus) => copy_mosaic(corpus.as_ref(), folder.path()),
        None => std::fs::write(folder.path().join("44.jpg"), large::jpeg(8_160, 5_440)).unwrap(),
    }
    let server = Watched::start(&[
        ("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root),
        ("PIXGATE_MEMORY_BUDGET_MB", "256"),
        ("IMGPROXY_TIMEOUT", "60"),
    ]);
    let rest = server.vitals().resident_kib;
    // Fitted ones are decoded smaller; forced ones need every pixel.
    let targets: Vec<_> = (0..32)
        .map(|n| match n % 2 {
            0 => format!("/unsafe/rs:fit:{}:512/plain/local:///44.jpg", 512 + n),
            _ => format!("/unsafe/rs:force:{}:3000/plain/local:///44.jpg", 4_000 + n),
        })
        .collect();
    let replies = ask_all(&server, &targets);
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
    let peak = server.vitals().peak_kib;
    let allowed = (256 << 10) * 12 / 10 + rest;
    assert!(peak <= allowed, "{peak} KiB at most, {allowed} allowed");
    server.assert_recovered();
}

fn copy_mosaic(corpus: &std::path::Path, folder: &std::path::Path) {
    let files = std::fs::read_dir(corpus.join("photos/large")).unwrap();
    let pictures: Vec<_> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jpg"))
        .collect();
    assert_eq!(pictures.len(), 1, "one mosaic in the corpus");
    std::fs::copy(&pictures[0], folder.join("44.jpg")).unwrap();
}
