//! The geometry vectors, from a URL through the whole flow to the size of the picture.

use pixgate_codec::{Limits, probe};
use pixgate_options::Format;
use serde_json::Value;

use crate::sources::Script;
use crate::world::{World, gradient, painted};

/// Those of the engine, which computes what they are about.
const VECTORS: &str = include_str!("../../../pixgate-engine/tests/vectors/geometry-vectors.json");

/// How many vectors that leaves.
const COUNT: usize = 182;

/// Vectors with larger sources or results are left to the engine's own tests.
const PIXELS_AT_MOST: u64 = 1_000_000;

/// Longer sides are refused by limits of the codecs.
const SIDE_AT_MOST: u32 = 65_535;

/// Formats that can be made here.
const FORMATS: [Format; 5] = [
    Format::Png,
    Format::Jpeg,
    Format::Bmp,
    Format::Gif,
    Format::Webp,
];

#[tokio::test]
async fn pictures_have_the_sizes_of_the_vectors() {
    let world = World::with(|config| {
        config.url.allow_security_options = true;
        config.limits.timeout = std::time::Duration::from_secs(60);
    });
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let mut failures = Vec::new();
    let mut seen = 0;
    for vector in file["vectors"].as_array().unwrap() {
        if let Some(source) = source(vector) {
            seen += 1;
            let outcome = check(&world, vector, source).await;
            failures.extend(outcome.err().map(|why| format!("{}: {why}", vector["id"])));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(seen, COUNT);
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn pixels(size: &Value) -> u64 {
    u64::from(number(&size["width"])) * u64::from(number(&size["height"]))
}

/// The source of a vector, if it is one that can be made in a moment.
fn source(vector: &Value) -> Option<Vec<u8>> {
    let source = &vector["source"];
    let format = Format::from_name(source["format"].as_str()?)?;
    let is_small = pixels(source).max(pixels(&vector["output"])) <= PIXELS_AT_MOST;
    let is_short = number(&source["width"]).max(number(&source["height"])) <= SIDE_AT_MOST;
    let is_plain = source["embedded_thumbnail"].is_null();
    let can_be_made = is_small && is_short && is_plain && FORMATS.contains(&format);
    can_be_made.then(|| made(format, source))
}

fn made(format: Format, source: &Value) -> Vec<u8> {
    let size = (number(&source["width"]), number(&source["height"]));
    let orientation = source["orientation"].as_u64().unwrap_or(1);
    let orientation = u8::try_from(orientation).unwrap();
    let recipe = Recipe::new(&source["recipe"]);
    match recipe {
        Some(recipe) => painted(format, size, orientation, &|x, y| recipe.at(x, y)),
        None => painted(format, size, orientation, &gradient),
    }
}

/// A background with rectangles on it.
struct Recipe {
    background: [u8; 3],
    rectangles: Vec<([u32; 4], [u8; 3])>,
}

impl Recipe {
    fn new(recipe: &Value) -> Option<Self> {
        let color = |value: &Value| [0, 1, 2].map(|index| number(&value[index]).to_le_bytes()[0]);
        let rectangle = |rectangle: &Value| {
            let sides = ["left", "top", "width", "height"].map(|side| number(&rectangle[side]));
            (sides, color(&rectangle["colour"]))
        };
        let rectangles = recipe["rects"].as_array()?;
        Some(Self {
            background: color(&recipe["background"]),
            rectangles: rectangles.iter().map(rectangle).collect(),
        })
    }

    fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let covers = |[left, top, width, height]: [u32; 4]| {
            x.wrapping_sub(left) < width && y.wrapping_sub(top) < height
        };
        let mut rectangles = self.rectangles.iter().rev();
        let top = rectangles.find(|(sides, _)| covers(*sides));
        top.map_or(self.background, |(_, color)| *color)
    }
}

async fn check(world: &World, vector: &Value, source: Vec<u8>) -> Result<(), String> {
    let name = vector["id"].as_str().unwrap();
    world.add(&format!("http://h/{name}"), Script::body(source));
    let answer = world.get(&target(vector, name)).await;
    if answer.status != 200 {
        return Err(format!("{} {}", answer.status, answer.text()));
    }
    let header = probe(&answer.body, &Limits::default()).map_err(|error| error.to_string())?;
    let expected = &vector["output"];
    let expected = (number(&expected["width"]), number(&expected["height"]));
    let found = (header.width, header.height);
    if found == expected {
        Ok(())
    } else {
        Err(format!("{found:?} not {expected:?}"))
    }
}

/// The URL of a vector: its settings are options here.
fn target(vector: &Value, name: &str) -> String {
    let options = vector["options"].as_str().unwrap();
    let limit = vector["config"]["max_result_dimension"].as_u64();
    let limit = limit.map(|limit| format!("/mrd:{limit}"));
    let limit = limit.unwrap_or_default();
    format!("/unsafe{limit}/{options}/plain/http://h/{name}")
}
