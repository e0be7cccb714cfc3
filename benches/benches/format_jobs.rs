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
    for (folder, format, rounds, most) in CELLS {
        let name = format!("{folder}-to-{format}");
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted)) {
            continue;
        }
        let mut paths = files(&Path::new(&corpus).join("photos").join(folder));
        paths.truncate(most);
        let rows: Vec<_> = paths
            .iter()
            .map(|path| measure(path, format, rounds, sharp.as_mut()))
            .collect();
        report(&name, &rows);
    }
}

/// Best time in milliseconds and bytes, ours and the peer's.
type Row = [(f64, usize); 2];

fn measure(path: &Path, format: Format, rounds: usize, mut sharp: Option<&mut Sharp>) -> Row {
    let source = std::fs::read(path).unwrap();
    let mut row = [(f64::MAX, 0); 2];
    for round in 0..rounds {
        let start = clock();
        let result = job(&source, format);
        row[0] = (row[0].0.min(clock() - start), result.len());
        let outs = (round == 0).then(|| outputs(path, format)).flatten();
        if let Some([ours, _]) = &outs {
            std::fs::write(ours, &result).unwrap();
        }
        if let Some(sharp) = sharp.as_mut() {
            let out = outs.as_ref().map(|outs| outs[1].as_path());
            let (time, bytes) = sharp.ask(path, format.name(), out);
            row[1] = (row[1].0.min(time), bytes);
        }
    }
    row
}

/// Milliseconds that this process has run: an encoder may have threads of its own.
fn clock() -> f64 {
    cpu_time::ProcessTime::now().as_duration().as_secs_f64() * 1000.0
}

/// Probe, plan and run, as a server does with every request.
fn job(bytes: &[u8], format: Format) -> Vec<u8> {
    let mut options = ProcessingOptions::default();
    options.pipelines[0].width = Some(512);
    options.pipelines[0].height = Some(512);
    options.global.format = Some(format);
    let mut settings = Settings::default();
    settings.max_animation_frames = 1000;
    let header = probe(bytes, &Limits::default()).unwrap();
    let plan = plan(&options, &header, &settings, &Negotiation::default()).unwrap();
    run(&plan, bytes, &Cancel::never()).unwrap().bytes
}

fn outputs(path: &Path, format: Format) -> Option<[PathBuf; 2]> {
    let out = std::env::var_os("PIXGATE_OUT")?;
    let source = path.parent().and_then(Path::file_name).unwrap();
    Some(["pixgate", "sharp"].map(|who| {
        let name = format!("{}-to-{format}-{who}", source.to_string_lossy());
        let folder = Path::new(&out).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let file = Path::new(path.file_stem().unwrap()).with_extension(format.name());
        folder.join(file)
    }))
}

fn report(name: &str, rows: &[Row]) {
    let count = rows.len() as f64;
    let mean = |who: usize| rows.iter().map(|row| row[who].0).sum::<f64>() / count;
    let bytes = |who: usize| rows.iter().map(|row| row[who].1).sum::<usize>() / rows.len();
    let (ours, peer) = (mean(0), mean(1));
    println!(
        "{name:17} {:2} files  pixgate {ours:7.2} ms {:6} bytes  sharp {peer:7.2} ms {:6} bytes  {:.2} \
         times as fast",
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
