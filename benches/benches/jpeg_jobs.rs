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
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic and prints"
)]

use std::path::{Path, PathBuf};

use pixgate_bench::sharp::Sharp;
use pixgate_codec::{Limits, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, plan, run};
use pixgate_options::{Format, ProcessingOptions};

const ROUNDS: usize = 9;
const MODES: [&str; 2] = ["baseline", "progressive"];

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set: nothing to measure");
        return;
    };
    let mut sharp = std::env::var_os("PIXGATE_SHARP").map(|folder| Sharp::start(folder.as_ref()));
    for folder in ["jpeg", "jpeg-progressive", "jpeg-444"] {
        let paths = files(&Path::new(&corpus).join("photos").join(folder));
        for mode in MODES {
            let rows: Vec<_> = paths
                .iter()
                .map(|path| measure(path, mode, folder, sharp.as_mut()))
                .collect();
            report(folder, mode, &rows);
        }
    }
}

/// Best time in milliseconds and bytes, ours and the peer's.
type Row = [(f64, usize); 2];

fn measure(path: &Path, mode: &str, folder: &str, mut sharp: Option<&mut Sharp>) -> Row {
    let source = std::fs::read(path).unwrap();
    let mut row = [(f64::MAX, 0); 2];
    for round in 0..ROUNDS {
        let start = clock();
        let result = job(&source, mode);
        row[0] = (row[0].0.min(clock() - start), result.len());
        let outs = (round == 0).then(|| outputs(path, mode, folder)).flatten();
        if let Some([ours, _]) = &outs {
            std::fs::write(ours, &result).unwrap();
        }
        if let Some(sharp) = sharp.as_mut() {
            let (time, bytes) = sharp.ask(path, mode, outs.as_ref().map(|outs| outs[1].as_ref()));
            row[1] = (row[1].0.min(time), bytes);
        }
    }
    row
}

/// Milliseconds that this thread has run: what other programs take does not count.
fn clock() -> f64 {
    cpu_time::ThreadTime::now().as_duration().as_secs_f64() * 1000.0
}

/// Probe, plan and run, as a server does with every request.
fn job(bytes: &[u8], mode: &str) -> Vec<u8> {
    let mut options = ProcessingOptions::default();
    options.pipelines[0].width = Some(512);
    options.pipelines[0].height = Some(512);
    options.global.format = Some(Format::Jpeg);
    let mut settings = Settings::default();
    settings.jpeg_progressive = mode == "progressive";
    let header = probe(bytes, &Limits::default()).unwrap();
    let plan = plan(&options, &header, &settings, &Negotiation::default()).unwrap();
    run(&plan, bytes, &Cancel::never()).unwrap().bytes
}

fn outputs(path: &Path, mode: &str, folder: &str) -> Option<[PathBuf; 2]> {
    let out = std::env::var_os("PIXGATE_OUT")?;
    Some(["pixgate", "sharp"].map(|who| {
        let folder = Path::new(&out).join(format!("{folder}-{mode}-{who}"));
        std::fs::create_dir_all(&folder).unwrap();
        folder.join(path.file_name().unwrap())
    }))
}

fn report(folder: &str, mode: &str, rows: &[Row]) {
    let count = rows.len() as f64;
    let mean = |who: usize| rows.iter().map(|row| row[who].0).sum::<f64>() / count;
    let bytes = |who: usize| rows.iter().map(|row| row[who].1).sum::<usize>() / rows.len();
    let (ours, peer) = (mean(0), mean(1));
    println!(
        "{folder:17} {mode:12} {} files  pixgate {ours:7.2} ms {:6} bytes  sharp {peer:7.2} ms \
         {:6} bytes  {:.2} times as fast",
        rows.len(),
        bytes(0),
        bytes(1),
        peer / ours,
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
