//! VP8 to planes beside libwebp, interleaved in one run on one thread, in processor time.
//!
//! `PIXGATE_CORPUS=<folder> cargo bench -p pixgate-webp --bench decode -- [ours|theirs] [rounds=9]`:
//! photographs, without the loop filter and with it; the best of the rounds of each file counts.
//! With one side named, only that one runs, for `perf stat` and `perf record`.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may panic, prints, and has a C library as a peer"
)]

#[path = "../tests/peers/mod.rs"]
#[allow(
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests use the rest, with small pictures"
)]
mod peers;

use std::hint::black_box;
use std::path::Path;

use cpu_time::ThreadTime;
use libwebp_sys::{
    VP8StatusCode, WEBP_CSP_MODE, WebPDecode, WebPDecoderConfig, WebPFreeDecBuffer,
    WebPInitDecoderConfig,
};
use pixgate_webp::vp8::Decoder;

/// Decodes a file, with the loop filter or without it.
type Run = fn(&[u8], bool);

fn main() {
    let Some(corpus) = std::env::var_os("PIXGATE_CORPUS") else {
        println!("PIXGATE_CORPUS is not set");
        return;
    };
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = arguments.iter().find_map(|a| a.strip_prefix("rounds="));
    let rounds = rounds.map_or(9, |rounds| rounds.parse().unwrap());
    let all: [(&str, Run); 2] = [("ours", ours), ("theirs", theirs)];
    let is_named = |name: &str| arguments.iter().any(|a| a == name);
    let is_any = !all.iter().any(|(name, _)| is_named(name));
    let mut files: Vec<_> = Path::new(&corpus)
        .join("photos/webp")
        .read_dir()
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    files.retain(|file| peers::chunk(file, b"VP8 ").is_some());
    for is_filtered in [false, true] {
        if arguments.iter().any(|a| a == "plain") && is_filtered {
            continue;
        }
        let mut sums = [0.0; 2];
        for file in &files {
            let mut best = [f64::MAX; 2];
            for _ in 0..rounds {
                for ((name, run), best) in all.iter().zip(&mut best) {
                    if is_any || is_named(name) {
                        let start = ThreadTime::now();
                        run(file, is_filtered);
                        *best = best.min(start.elapsed().as_secs_f64() * 1e3);
                    }
                }
            }
            for (sum, best) in sums.iter_mut().zip(best) {
                *sum += best;
            }
        }
        let count = f64::from(u32::try_from(files.len()).unwrap());
        let [ours, theirs] = sums.map(|sum| sum / count);
        println!(
            "filter {is_filtered}: {count} files, {ours:.2} ms, libwebp {theirs:.2} ms ({:.3})",
            ours / theirs
        );
    }
}

fn ours(file: &[u8], is_filtered: bool) {
    let mut decoder = Decoder::new(peers::chunk(file, b"VP8 ").unwrap(), is_filtered).unwrap();
    while let Some(rows) = decoder.next_rows().unwrap() {
        black_box(rows.luma.rows().next());
    }
}

fn theirs(file: &[u8], is_filtered: bool) {
    // SAFETY: the structure is plain data that the library fills in, and the file outlives the call.
    unsafe {
        let mut config: WebPDecoderConfig = std::mem::zeroed();
        assert!(WebPInitDecoderConfig(&raw mut config));
        config.options.bypass_filtering = i32::from(!is_filtered);
        config.output.colorspace = WEBP_CSP_MODE::MODE_YUV;
        let status = WebPDecode(file.as_ptr(), file.len(), &raw mut config);
        assert_eq!(status, VP8StatusCode::VP8_STATUS_OK);
        black_box(&config.output);
        WebPFreeDecBuffer(&raw mut config.output);
    }
}
