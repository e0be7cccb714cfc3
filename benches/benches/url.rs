//! From a raw request target to options and source.
#![allow(clippy::unwrap_used, reason = "inputs are constants")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pixgate_url::{Config, Defaults, Endpoint, Presets, classify, parse};

/// The shortest URL that does something.
const SHORT: &str = "/unsafe/w:300/plain/cat.jpg";

/// What a shop's page is full of.
const SIGNED: &str = "/6O1pJ4nbGQnA9yhZ2nNx8kRH_Uwm3uO_4Hdzf5fGSEs/rs:fill:600:400:0/g:fp:0.4:0.3/dpr:2/q:75/\
    aHR0cHM6Ly9pbWcudGVzdC9jYXRhbG9ndWUvMjAyNC8wNi9zaG9lcy1yZWQtbGVmdC1oaWdo.webp";

/// Many options, three presets, a second pipeline.
const LONG: &str = "/6O1pJ4nbGQnA9yhZ2nNx8kRH_Uwm3uO_4Hdzf5fGSEs/pr:card:sharp:stamp/rs:fill:1200:800:1:0/\
    g:no:10:20/c:0.8:0.6:ce/bg:ffeedd/bl:0.5/pd:10:20:30:40/ex:1:so/fq:jpeg:82:webp:79:avif:63/\
    mb:200000/cb:2024-06-01/exp:4102444800/fn:red%20shoes/sm:1/kcr:1/scp:0/-/w:400/\
    plain/https%3A%2F%2Fimg.test%2Fcatalogue%2F2024%2F06%2Fshoes%252Fred%3Fv%3D3@jpg";

fn config() -> Config {
    let presets = "card=rt:fill/w:640/h:480/el:1,sharp=sh:0.7/q:85,stamp=wm:0.4:soea:8:8:0.2/pr:base,\
        base=ar:1/sm:1";
    Config {
        presets: Presets::from_list(presets, ",").unwrap(),
        ..Config::default()
    }
}

fn urls(c: &mut Criterion) {
    let (config, defaults) = (config(), Defaults::default());
    let mut group = c.benchmark_group("url");
    for (name, target) in [("short", SHORT), ("signed", SIGNED), ("presets", LONG)] {
        group.throughput(Throughput::Bytes(target.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let Endpoint::Process(path) = classify(black_box(target), &config).unwrap() else {
                    unreachable!("a processing URL");
                };
                parse(&path.signed, &config, &defaults, 0).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, urls);
criterion_main!(benches);
