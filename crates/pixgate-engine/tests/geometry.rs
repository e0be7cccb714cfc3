//! Every geometry vector, on plans and, where pixels can be made quickly, on results.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::collections::BTreeSet;

use pixgate_codec::{EncodeSettings, Header, Limits, Orientation, Pixels, encode, probe};
use pixgate_engine::step::{Crop, Extend, Pad};
use pixgate_engine::{Cancel, Negotiation, Plan, Settings, Step, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use serde_json::Value;
use support::{exif, header, options, settings};

const VECTORS: &str = include_str!("vectors/geometry-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");
const COUNT: usize = 224;

/// Sources with more pixels are checked on their plans only.
const PIXELS_AT_MOST: u64 = 700_000;

#[test]
fn every_vector_is_planned_as_it_says() {
    let mut failed = BTreeSet::new();
    let vectors = vectors();
    for vector in &vectors {
        if let Err(why) = check_plan(vector) {
            eprintln!("{}: {why}", vector["id"]);
            failed.insert(id(vector));
        }
    }
    assert_eq!(vectors.len(), COUNT);
    assert_eq!(failed, expected_failures());
}

#[test]
fn results_have_the_planned_size() {
    let mut seen = 0;
    for vector in &vectors() {
        let excused = expected_failures().contains(&id(vector));
        if let Some(source) = source(vector).filter(|_| !excused) {
            check_result(vector, &source).unwrap_or_else(|why| panic!("{}: {why}", vector["id"]));
            seen += 1;
        }
    }
    assert!(seen >= 170, "only {seen} vectors were run");
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn id(vector: &Value) -> String {
    vector["id"].as_str().unwrap().to_owned()
}

fn expected_failures() -> BTreeSet<String> {
    let lines = EXPECTED_FAILURES.lines();
    let ids = lines.filter_map(|line| line.split('#').next()?.split_whitespace().next());
    ids.map(str::to_owned).collect()
}

fn settings_of(vector: &Value) -> Settings {
    let mut settings = settings();
    settings.always_rasterize_svg = true;
    let config = &vector["config"];
    if let Some(limit) = config["max_result_dimension"].as_u64() {
        settings.max_result_dimension = u32::try_from(limit).unwrap();
    }
    if let Some(limit) = config["max_src_resolution"].as_u64() {
        settings.max_src_resolution = limit;
    }
    settings
}

fn header_of(vector: &Value) -> Header {
    let source = &vector["source"];
    let number = |key: &str| u32::try_from(source[key].as_u64().unwrap()).unwrap();
    let format = Format::from_name(source["format"].as_str().unwrap()).unwrap();
    let mut header = header(format, number("width"), number("height"));
    let exif = source["orientation"].as_u64().unwrap_or(1);
    header.orientation = Orientation::from_exif(u16::try_from(exif).unwrap());
    header
}

fn plan_of(vector: &Value, header: &Header) -> Result<Plan, String> {
    let options = options(vector["options"].as_str().unwrap());
    let settings = settings_of(vector);
    pixgate_engine::plan(&options, header, &settings, &Negotiation::default())
        .map_err(|error| error.to_string())
}

fn check_plan(vector: &Value) -> Result<(), String> {
    let mut plan = plan_of(vector, &header_of(vector))?;
    let kept = |index: usize| vector["positions"]["trim"][index].as_u64();
    if let (Some(width), Some(height)) = (kept(2), kept(3)) {
        let (width, height) = (
            u32::try_from(width).unwrap(),
            u32::try_from(height).unwrap(),
        );
        plan = plan
            .after_trim(0, (width, height), &Cancel::never())
            .map_err(|error| error.to_string())?;
    }
    same("output", &vector["output"]["width"], plan.width)?;
    same("output", &vector["output"]["height"], plan.height)?;
    let dpr = vector["effective_dpr"].as_f64().unwrap();
    if (plan.effective_dpr - dpr).abs() > 1e-6 {
        return Err(format!("effective dpr {} not {dpr}", plan.effective_dpr));
    }
    let wanted = vector["positions"].as_object();
    // Where a trim cuts is found in pixels: results have to have the right size.
    for (name, expected) in wanted
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != "trim")
    {
        let found = serde_json::json!(position(&plan, name));
        if found != *expected {
            return Err(format!("{name} {found} not {expected}"));
        }
    }
    Ok(())
}

fn same(what: &str, expected: &Value, found: u32) -> Result<(), String> {
    if expected.as_u64() == Some(found.into()) {
        Ok(())
    } else {
        Err(format!("{what} {found} not {expected}"))
    }
}

/// A position as the vectors write it.
fn position(plan: &Plan, name: &str) -> Option<Vec<i64>> {
    if name == "loaded" {
        return Some(vec![plan.loaded.0.into(), plan.loaded.1.into()]);
    }
    plan.steps.iter().find_map(|step| match (name, step) {
        ("crop", Step::Crop(Crop { rect: r, .. }))
        | ("result_crop", Step::ResultCrop(Crop { rect: r, .. })) => {
            Some([r.left, r.top, r.width, r.height].map(i64::from).to_vec())
        }
        ("extend", Step::Extend(Extend { canvas: c, .. }))
        | ("extend_ar", Step::ExtendAspectRatio(Extend { canvas: c, .. })) => {
            Some(vec![c.left, c.top, c.width.into(), c.height.into()])
        }
        ("padding", Step::Pad(Pad { sides: s, .. })) => {
            Some([s.top, s.right, s.bottom, s.left].map(i64::from).to_vec())
        }
        _ => None,
    })
}

/// An encoded image with the facts of the vector, if it can be made.
fn source(vector: &Value) -> Option<Vec<u8>> {
    let header = header_of(vector);
    let pixels = u64::from(header.width) * u64::from(header.height);
    let output = vector["output"]["width"].as_u64()? * vector["output"]["height"].as_u64()?;
    let is_turned = header.orientation != Orientation::NORMAL;
    let can_turn = matches!(header.format, Format::Jpeg | Format::Png);
    let can_write = Settings::default()
        .writable_formats
        .contains(&header.format);
    let small = pixels.max(output) <= PIXELS_AT_MOST && header.width.max(header.height) <= 65_535;
    (small && can_write && (can_turn || !is_turned)).then(|| encoded(vector, &header))
}

fn encoded(vector: &Value, header: &Header) -> Vec<u8> {
    let layout = Layout::u8(header.width, header.height, Channels::Rgb);
    let recipe = &vector["source"]["recipe"];
    let samples = if recipe.is_object() {
        painted(recipe, header)
    } else {
        gradient(header.width, header.height)
    };
    let image = Image::from_u8(layout, samples).unwrap();
    let mut metadata = pixgate_codec::Metadata::default();
    if header.orientation != Orientation::NORMAL {
        metadata.exif = Some(exif(header.orientation.exif()));
    }
    let settings = EncodeSettings::new(header.format, 80);
    encode(&Pixels::Interleaved(image), &settings, &metadata).unwrap()
}

fn gradient(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| {
        let channel = |v: u32| u8::try_from(v % 256).unwrap();
        [channel(x / 2), channel(y / 2), channel((x + y) / 4)]
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
        .collect()
}

/// A background with rectangles on it.
fn painted(recipe: &Value, header: &Header) -> Vec<u8> {
    let color =
        |value: &Value| [0, 1, 2].map(|i| u8::try_from(value[i].as_u64().unwrap()).unwrap());
    let rects = recipe["rects"].as_array().unwrap();
    let pixel = |x: u32, y: u32| {
        let covers = |rect: &&Value| {
            let number = |key: &str| u32::try_from(rect[key].as_u64().unwrap()).unwrap();
            x.wrapping_sub(number("left")) < number("width")
                && y.wrapping_sub(number("top")) < number("height")
        };
        let top = rects.iter().rev().find(covers);
        color(top.map_or(&recipe["background"], |rect| &rect["colour"]))
    };
    let pixel = &pixel;
    (0..header.height)
        .flat_map(|y| (0..header.width).flat_map(move |x| pixel(x, y)))
        .collect()
}

fn check_result(vector: &Value, source: &[u8]) -> Result<(), String> {
    let mut header = probe(source, &Limits::default()).map_err(|error| error.to_string())?;
    if header.orientation != header_of(vector).orientation {
        return Err(format!("made {:?}", header.orientation));
    }
    header.palette_bits = None;
    let plan = plan_of(vector, &header)?;
    if !Settings::default()
        .writable_formats
        .contains(&plan.output.format)
    {
        return Ok(());
    }
    let result = run(&plan, source, &Cancel::never()).map_err(|error| error.to_string())?;
    let found = probe(&result.bytes, &Limits::default()).map_err(|error| error.to_string())?;
    same("width", &vector["output"]["width"], found.width)?;
    same("height", &vector["output"]["height"], found.height)?;
    if found.format != plan.output.format {
        return Err(format!("is {}", found.format));
    }
    Ok(())
}
