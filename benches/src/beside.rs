//! Whole jobs on files beside sharp: measured in turns, told in one line.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic and prints"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use pixgate_codec::{Limits, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, plan, run};
use pixgate_options::{Format, ProcessingOptions};

use crate::sharp::Sharp;

/// Best time in milliseconds and bytes, ours and the peer's.
pub type Row = [(f64, usize); 2];

/// How a job is measured.
#[derive(Debug)]
pub struct Beside<'s> {
    /// Milliseconds of processor time so far.
    pub clock: fn() -> f64,
    /// Runs, of which the fastest counts.
    pub rounds: usize,
    /// The peer, if there is one.
    pub sharp: Option<&'s mut Sharp>,
}

impl Beside<'_> {
    /// Runs a job and the peer's in turns.
    ///
    /// - `mode`: what the peer is asked for.
    /// - `keep`: where the results of the first run go, ours and the peer's.
    ///
    /// # Panics
    ///
    /// If a file cannot be read or written.
    pub fn measure(
        &mut self,
        path: &Path,
        mode: &str,
        keep: Option<&[PathBuf; 2]>,
        job: impl Fn(&[u8]) -> Vec<u8>,
    ) -> Row {
        let source = std::fs::read(path).unwrap();
        let mut row = [(f64::MAX, 0); 2];
        for round in 0..self.rounds {
            let start = (self.clock)();
            let result = job(&source);
            row[0] = (row[0].0.min((self.clock)() - start), result.len());
            let keep = keep.filter(|_| round == 0);
            if let Some([ours, _]) = keep {
                std::fs::write(ours, &result).unwrap();
            }
            if let Some(sharp) = self.sharp.as_mut() {
                let (time, bytes) = sharp.ask(path, mode, keep.map(|[_, theirs]| theirs.as_ref()));
                row[1] = (row[1].0.min(time), bytes);
            }
        }
        row
    }
}

/// Probe, plan and run, as a server does with every request: fitted into 512×512.
///
/// # Panics
///
/// If the job fails.
#[must_use]
pub fn fitted(bytes: &[u8], format: Format, settings: &Settings) -> Vec<u8> {
    let mut options = ProcessingOptions::default();
    options.pipelines[0].width = Some(512);
    options.pipelines[0].height = Some(512);
    options.global.format = Some(format);
    let header = probe(bytes, &Limits::default()).unwrap();
    let plan = plan(&options, &header, settings, &Negotiation::default()).unwrap();
    run(&plan, bytes, &Cancel::never()).unwrap().bytes
}

/// Files for the results, ours and the peer's, if `PIXGATE_OUT` names a folder.
///
/// # Panics
///
/// If a folder cannot be made.
#[must_use]
pub fn outputs(folder: &str, file: &OsStr) -> Option<[PathBuf; 2]> {
    let out = std::env::var_os("PIXGATE_OUT")?;
    Some(["pixgate", "sharp"].map(|who| {
        let folder = Path::new(&out).join(format!("{folder}-{who}"));
        std::fs::create_dir_all(&folder).unwrap();
        folder.join(file)
    }))
}

/// Prints the means over the files and the ratio of the peer's time to ours.
pub fn report(name: &str, rows: &[Row]) {
    let count = rows.len() as f64;
    let mean = |who: usize| rows.iter().map(|row| row[who].0).sum::<f64>() / count;
    let bytes = |who: usize| rows.iter().map(|row| row[who].1).sum::<usize>() / rows.len();
    let (ours, peer) = (mean(0), mean(1));
    println!(
        "{name:29} {:2} files  pixgate {ours:7.2} ms {:6} bytes  sharp {peer:7.2} ms {:6} bytes  \
         {:.2} times as fast",
        rows.len(),
        bytes(0),
        bytes(1),
        peer / ours,
    );
}

/// Files of a folder in the order of their names.
///
/// # Panics
///
/// If the folder cannot be read.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
