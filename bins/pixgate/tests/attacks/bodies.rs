//! Sources without an end, while pictures fill the rest of the memory.

use pixgate_options::Format;

use crate::origin::Origin;
use crate::pictures::picture;
use crate::rig::Rig;

#[test]
fn endless_bodies_and_large_pictures_together_stay_within_the_budget() {
    let origin = Origin::start();
    let folder = tempfile::tempdir().unwrap();
    let large = picture(Format::Png, 2_000, 1_500);
    std::fs::write(folder.path().join("large.png"), large).unwrap();
    std::fs::write(folder.path().join("ok.png"), picture(Format::Png, 64, 48)).unwrap();
    let rig = Rig::start(&[
        ("PIXGATE_MEMORY_BUDGET_MB", "64"),
        ("IMGPROXY_TIMEOUT", "10"),
        (
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            folder.path().to_str().unwrap(),
        ),
    ]);
    rig.assert_well();
    std::thread::scope(|scope| {
        for number in 0..48 {
            let (rig, origin) = (&rig, &origin);
            scope.spawn(move || {
                let path = ["/endless", "/endless-chunked", "/endless-gzip"][number % 3];
                let url = origin.url(&format!("{path}%3F{number}"));
                let status = rig.get(&format!("/unsafe/plain/{url}")).status;
                assert!(matches!(status, 422 | 503 | 504), "{path}: {status}");
            });
        }
        for number in 0..12 {
            let rig = &rig;
            scope.spawn(move || {
                let options = format!("rs:force:{}:1400/rot:90", 1_900 + number);
                let target = format!("/unsafe/{options}/plain/local:///large.png@jpg");
                let status = rig.get(&target).status;
                assert!(matches!(status, 200 | 503), "{status}");
            });
        }
    });
    rig.assert_well();
    if let Some(peak_kib) = rig.peak_kib() {
        assert!(peak_kib < MOST_KIB, "{} MiB", peak_kib >> 10);
    }
}

/// The budget, a fifth more, and what the program itself takes.
const MOST_KIB: u64 = (64 * 6 / 5 + 60) << 10;
