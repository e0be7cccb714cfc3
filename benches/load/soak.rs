//! A steady mix of good and bad requests, and what becomes of memory, descriptors and threads.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::Options;
use crate::client::Client;
use crate::process::Process;

#[derive(Default)]
struct Counts {
    good: AtomicUsize,
    refused: AtomicUsize,
    shed: AtomicUsize,
    /// 500 and broken connections: there should be none.
    wrong: AtomicUsize,
}

/// One line of the curve.
struct Point {
    seconds: f64,
    resident_mib: f64,
}

pub(crate) fn run(options: &Options) {
    let server = options.text("server");
    let process = Process(options.text("pid").parse().unwrap());
    let root = Path::new(options.text("folder"));
    let files = files(root, root);
    assert!(!files.is_empty());
    let duration = Duration::from_secs(options.number("seconds", 1_200) as u64);
    let rate = options.number("rate", 20);
    let counts = Counts::default();
    let begin = (process.descriptors(), process.threads());
    let start = Instant::now();
    let mut curve = Vec::new();
    println!("seconds  resident MiB  peak MiB  descriptors  threads  good  refused  shed  wrong");
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (counts, files) = (&counts, &files);
            scope.spawn(move || {
                let pause = Duration::from_secs_f64(WORKERS as f64 / rate as f64);
                let mut client = Client::new(server);
                let mut turn = worker;
                while start.elapsed() < duration {
                    let next = Instant::now() + pause;
                    one(&mut client, server, files, turn, counts);
                    turn += WORKERS;
                    std::thread::sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
        while start.elapsed() < duration {
            std::thread::sleep(duration.min(Duration::from_secs(10)));
            curve.push(line(process, start, &counts));
        }
    });
    std::thread::sleep(Duration::from_secs(15));
    curve.push(line(process, start, &counts));
    let end = (process.descriptors(), process.threads());
    println!("descriptors and threads: {begin:?} at the start, {end:?} at the end");
    println!(
        "slope of the second half: {:.3} MiB a minute",
        slope(&curve) * 60.0
    );
}

fn line(process: Process, start: Instant, counts: &Counts) -> Point {
    let (resident_mib, peak_mib) = process.memory();
    let seconds = start.elapsed().as_secs_f64();
    let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    println!(
        "{seconds:7.0}  {resident_mib:12.1}  {peak_mib:8.1}  {:11}  {:7}  {:4}  {:7}  {:4}  {:5}",
        process.descriptors(),
        process.threads(),
        count(&counts.good),
        count(&counts.refused),
        count(&counts.shed),
        count(&counts.wrong)
    );
    Point {
        seconds,
        resident_mib,
    }
}

/// A picture in some format and size; every eighth request is a fault of the client's.
fn one(client: &mut Client, server: &str, files: &[String], turn: usize, counts: &Counts) {
    let file = &files[turn * 7 % files.len()];
    let format = FORMATS[turn % FORMATS.len()];
    let (width, height) = (60 + turn * 37 % 700, 60 + turn * 53 % 700);
    let target =
        format!("/unsafe/rs:fit:{width}:{height}/cb:{turn}/plain/local:///{file}@{format}");
    if turn % 8 == 7 {
        // Asks and leaves.
        if let Ok(mut stream) = TcpStream::connect(server) {
            let _ =
                stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
        }
        return;
    }
    let count = match client.get(&target).status {
        200 => &counts.good,
        429 | 503 => &counts.shed,
        400..500 => &counts.refused,
        _ => &counts.wrong,
    };
    count.fetch_add(1, Ordering::Relaxed);
}

/// Every file below a folder, relative to the root.
fn files(root: &Path, folder: &Path) -> Vec<String> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort_unstable();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(self::files(root, &path));
        } else if let Ok(relative) = path.strip_prefix(root) {
            let name = relative.to_string_lossy();
            if name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
            {
                files.push(name.into_owned());
            }
        }
    }
    files
}

/// MiB per second, by least squares, without the first half.
fn slope(curve: &[Point]) -> f64 {
    let points = curve.get(curve.len() / 2..).unwrap_or_default();
    let count = points.len() as f64;
    let mean = |value: fn(&Point) -> f64| points.iter().map(value).sum::<f64>() / count;
    let (time, memory) = (mean(|p| p.seconds), mean(|p| p.resident_mib));
    let deviations = points
        .iter()
        .map(|p| (p.seconds - time, p.resident_mib - memory));
    let (product, square) = deviations.fold((0.0, 0.0), |(product, square), (x, y)| {
        (product + x * y, square + x * x)
    });
    if square > 0.0 { product / square } else { 0.0 }
}

const WORKERS: usize = 8;
const FORMATS: [&str; 5] = ["jpg", "png", "webp", "gif", "avif"];
