//! The peer of whole jobs: sharp (libvips), one thread.
#![allow(clippy::unwrap_used, reason = "a bench may panic")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use pixgate_raster::Layout;

/// sharp in a process of its own; `peers/sharp.mjs` says what it does.
#[derive(Debug)]
pub struct Sharp {
    _process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Sharp {
    /// Starts it in a folder where it is installed.
    ///
    /// # Panics
    ///
    /// Without node.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/sharp.mjs");
        let mut command = Command::new("node");
        command.arg(script).current_dir(folder);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            _process: process,
        }
    }

    /// Lets it make a picture: processor time in milliseconds, and bytes.
    ///
    /// - `mode`: what comes out.
    /// - `out`: where the result is kept.
    ///
    /// # Panics
    ///
    /// If it has ended.
    pub fn ask(&mut self, path: &Path, mode: &str, out: Option<&Path>) -> (f64, usize) {
        let out = out.unwrap_or(Path::new(""));
        writeln!(self.input, "{}\t{mode}\t{}", path.display(), out.display()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let (time, bytes) = line.trim().split_once('\t').unwrap();
        (time.parse().unwrap(), bytes.parse().unwrap())
    }

    /// Lets it resize 8-bit samples to exactly this size, and returns its samples.
    ///
    /// - `mode`: `linear` mixes light.
    ///
    /// # Panics
    ///
    /// If it has ended, or without a place for temporary files.
    pub fn resize(
        &mut self,
        samples: &[u8],
        source: Layout,
        (width, height): (u32, u32),
        mode: &str,
    ) -> Vec<u8> {
        self.resize_timed(samples, source, (width, height), mode).1
    }

    /// [`resize`](Self::resize) with the processor time that it took, in milliseconds.
    ///
    /// # Panics
    ///
    /// If it has ended, or without a place for temporary files.
    pub fn resize_timed(
        &mut self,
        samples: &[u8],
        source: Layout,
        (width, height): (u32, u32),
        mode: &str,
    ) -> (f64, Vec<u8>) {
        let name = |end| format!("pixgate-quality-{}.{end}", std::process::id());
        let [from, to] = ["in", "out"].map(|end| std::env::temp_dir().join(name(end)));
        std::fs::write(&from, samples).unwrap();
        let channels = source.channels.count();
        let sides = format!("{}:{}:{channels}", source.width, source.height);
        let mode = format!("raw:{mode}:{sides}:{width}:{height}");
        let (time, _) = self.ask(&from, &mode, Some(&to));
        let result = std::fs::read(&to).unwrap();
        for path in [from, to] {
            std::fs::remove_file(path).unwrap();
        }
        (time, result)
    }
}
