//! Whole jobs between formats on photographs beside sharp (libvips), interleaved in one run.
//!
//! ```text
//! PIXGATE_CORPUS=<folder> PIXGATE_SHARP=<folder with sharp> cargo bench -p pixgate-bench --bench format_jobs
//! … --bench format_jobs -- webp        # only those whose name contains "webp"
//! ```
//!
//! Files of the corpus' `photos` are fitted into 512×512 with the server's defaults: WebP quality 79
//! and effort 4, AVIF quality 63 and speed 8. Times are processor time; the best of the rounds counts
//! for each file. The table gives means over the files and the ratio of the peer's time to ours. With
//! `PIXGATE_OUT=<folder>` the results are kept there. Without a corpus there is nothing to do.
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::path::Path;

use pixgate_bench::beside::{Beside, files, fitted, outputs, report};
use pixgate_bench::sharp::Sharp;
use pixgate_engine::Settings;
use pixgate_options::Format;

/// Folder of the sources, format of the results, rounds, files at most.
const CELLS: [(&str, Format, usize, usize); 7] = [
    ("webp", Format::Webp, 5, 14),
    ("jpeg", Format::Webp, 5, 14),
    ("png", Format::Png, 5, 14),
    ("png", Format::Webp, 5, 14),
    ("avif", Format::Avif, 3, 6),
    ("jpeg", Format::Avif, 3, 6),
    ("animated", Format::Gif, 2, 1),
];

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set: nothing to measure");
        return;
    };
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let mut sharp = std::env::var_os("PIXGATE_SHARP").map(|folder| Sharp::start(folder.as_ref()));
    let mut settings = Settings::default();
    settings.max_animation_frames = 1000;
    for (folder, format, rounds, most) in CELLS {
        let name = format!("{folder}-to-{format}");
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted)) {
            continue;
        }
        let mut beside = Beside {
            clock,
            rounds,
            sharp: sharp.as_mut(),
        };
        let mut paths = files(&Path::new(&corpus).join("photos").join(folder));
        paths.truncate(most);
        let rows = paths.iter().map(|path| {
            let file = path.with_extension(format.name());
            let keep = file.file_name().and_then(|file| outputs(&name, file));
            beside.measure(path, format.name(), keep.as_ref(), |source| {
                fitted(source, format, &settings)
            })
        });
        report(&name, &rows.collect::<Vec<_>>());
    }
}

/// Milliseconds that this process has run: an encoder may have threads of its own.
fn clock() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64() * 1000.0
}
