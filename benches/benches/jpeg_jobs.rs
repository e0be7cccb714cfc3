//! Whole JPEG jobs on photographs beside sharp (libvips), interleaved in one run.
//!
//! ```text
//! PIXGATE_CORPUS=<folder> PIXGATE_SHARP=<folder with sharp> cargo bench -p pixgate-bench --bench jpeg_jobs
//! ```
//!
//! Every file of the corpus' `photos/jpeg*` is fitted into 512×512 at quality 80, baseline with
//! optimised tables and progressive. Times are processor time; the best of the rounds counts for
//! each file. The table gives means over the files and the ratio of the peer's time to ours. With
//! `PIXGATE_OUT=<folder>` the results are kept there. Without a corpus there is nothing to do.
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::path::Path;

use pixgate_bench::beside::{Beside, files, fitted, outputs, report};
use pixgate_bench::sharp::Sharp;
use pixgate_engine::Settings;
use pixgate_options::Format;

const MODES: [&str; 2] = ["baseline", "progressive"];

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set: nothing to measure");
        return;
    };
    let mut sharp = std::env::var_os("PIXGATE_SHARP").map(|folder| Sharp::start(folder.as_ref()));
    let mut beside = Beside {
        clock,
        rounds: 9,
        sharp: sharp.as_mut(),
    };
    for folder in ["jpeg", "jpeg-progressive", "jpeg-444"] {
        let paths = files(&Path::new(&corpus).join("photos").join(folder));
        for mode in MODES {
            let mut settings = Settings::default();
            settings.jpeg_progressive = mode == "progressive";
            let name = format!("{folder}-{mode}");
            let rows = paths.iter().map(|path| {
                let keep = path.file_name().and_then(|file| outputs(&name, file));
                beside.measure(path, mode, keep.as_ref(), |source| {
                    fitted(source, Format::Jpeg, &settings)
                })
            });
            report(&name, &rows.collect::<Vec<_>>());
        }
    }
}

/// Milliseconds that this thread has run: what other programs take does not count.
fn clock() -> f64 {
    cpu_time::ThreadTime::now().as_duration().as_secs_f64() * 1000.0
}
