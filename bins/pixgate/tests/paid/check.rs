//! What a vector expects, against what came.

use pixgate_raster::Channels;
use serde_json::Value;

use crate::picture::{Picture, color, lightness, near, numbers};
use crate::text;
use crate::world::{Answer, World};

/// A vector that is being checked.
struct Case<'a> {
    world: &'a World,
    source: &'a str,
    options: &'a str,
    /// Largest difference of a channel.
    tolerance: u8,
    answer: Answer,
}

/// Everything that is not as expected.
pub(crate) async fn vector(world: &World, vector: &Value) -> Vec<String> {
    let (source, options) = (text(&vector["source"]), text(&vector["options"]));
    let case = Case {
        world,
        source,
        options,
        tolerance: u8::try_from(vector["tolerance"].as_u64().unwrap()).unwrap(),
        answer: world.ask(options, source).await,
    };
    let mut differences = Vec::new();
    for (rule, expected) in vector["expect"].as_object().unwrap() {
        let found = match rule.as_str() {
            "status" if case.answer.status != 200 || *expected != 200 => case.status(expected),
            "status" => Ok(()),
            "headers" | "content_type" | "body_contains" | "body_excludes" => {
                case.text_rule(rule, expected)
            }
            "phys" | "jfif_density" | "has_icc" | "icc_space" | "frames" => {
                case.file_rule(rule, expected)
            }
            "rows_equal" => case.rows(expected).await,
            "same_pixels_as"
            | "same_alpha_as"
            | "unchanged_outside"
            | "changed_inside"
            | "lightness_kept"
            | "ink_box_higher_than" => case.other_rule(rule, expected).await,
            _ => case.pixel_rule(rule, expected),
        };
        if let Err(why) = found {
            differences.push(format!("{rule}: {why}"));
        }
    }
    differences
}

impl Case<'_> {
    fn status(&self, expected: &Value) -> Result<(), String> {
        let body = String::from_utf8_lossy(&self.answer.body);
        let found = self.answer.status;
        ensure(*expected == found, || format!("{found} ({body})"))
    }

    fn picture(&self) -> Result<Picture, String> {
        Picture::read(&self.answer.body)
    }

    async fn with(&self, options: &str) -> Result<Picture, String> {
        Picture::read(&self.world.ask(options, self.source).await.body)
    }

    /// Rules about headers and texts.
    fn text_rule(&self, rule: &str, expected: &Value) -> Result<(), String> {
        let header = |name: &str| {
            let value = self.answer.headers.get(name);
            value.map(|value| value.to_str().unwrap())
        };
        let body = String::from_utf8_lossy(&self.answer.body);
        match rule {
            "headers" => {
                let mut rules = expected.as_object().unwrap().iter();
                rules.try_for_each(|(name, value)| {
                    let found = header(name);
                    ensure(found == value.as_str(), || format!("{name} is {found:?}"))
                })
            }
            "content_type" => {
                let found = header("content-type");
                ensure(found == Some(text(expected)), || format!("{found:?}"))
            }
            "body_contains" => ensure(body.contains(text(expected)), || body.to_string()),
            _ => ensure(!body.contains(text(expected)), || body.to_string()),
        }
    }

    /// Rules about the file.
    fn file_rule(&self, rule: &str, expected: &Value) -> Result<(), String> {
        let body = &self.answer.body;
        let after = |mark: &[u8]| {
            let at = body.windows(mark.len()).position(|window| window == mark)?;
            body.get(at + mark.len()..)
        };
        match rule {
            "phys" => {
                let [x, y, unit] = numbers(expected);
                let found = after(b"pHYs").and_then(|rest| rest.get(..9));
                let wanted = [&x.to_be_bytes()[..], &y.to_be_bytes(), &[1]].concat();
                ensure(found == Some(&wanted) && unit == 1, || format!("{found:?}"))
            }
            "jfif_density" => {
                let [unit, x, y] = numbers(expected).map(|number: u32| number.to_be_bytes());
                let found = after(b"JFIF\0").and_then(|rest| rest.get(2..7));
                let wanted = [unit[3], x[2], x[3], y[2], y[3]];
                ensure(found == Some(&wanted), || format!("{found:?}"))
            }
            "frames" => {
                let frames = self.picture()?.header.frames;
                ensure(*expected == frames, || format!("{frames}"))
            }
            "has_icc" => {
                let found = self.picture()?.header.has_color_profile;
                ensure(*expected == found, || format!("{found}"))
            }
            _ => {
                let found = after(b"ICC_PROFILE\0\x01\x01").and_then(|icc| icc.get(16..20));
                ensure(found == Some(text(expected).as_bytes()), || {
                    format!("{found:?}")
                })
            }
        }
    }

    /// Rules about this picture alone.
    fn pixel_rule(&self, rule: &str, expected: &Value) -> Result<(), String> {
        let picture = self.picture()?;
        let list = || expected.as_array().unwrap().iter();
        let mut pixels = picture.pixels();
        match rule {
            "size" => {
                let found = picture.size();
                ensure([found.0, found.1] == numbers(expected), || {
                    format!("{found:?}")
                })
            }
            "pixels" => list().try_for_each(|pixel| {
                let [x, y] = [&pixel["x"], &pixel["y"]].map(|value| value.as_u64().unwrap());
                let (x, y) = (u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
                self.expect_near(picture.at(x, y), color(&pixel["rgba"]), (x, y))
            }),
            "alpha" => list().try_for_each(|place| {
                let [x, y, alpha] = numbers(place);
                let found = u32::from(picture.at(x, y)[3]);
                ensure(found.abs_diff(alpha) <= self.tolerance.into(), || {
                    format!("{found} at {x}, {y}")
                })
            }),
            "uniform" => pixels
                .try_for_each(|(place, pixel)| self.expect_near(pixel, color(expected), place)),
            "uniform_grey" => {
                let channels = picture.header.channels;
                ensure(channels == Channels::Grey, || format!("{channels:?}"))?;
                pixels.try_for_each(|(_, pixel)| {
                    ensure(*expected == pixel[0], || format!("{pixel:?}"))
                })
            }
            _ => Self::ink_rule(&picture, rule, expected),
        }
    }

    /// Rules about what is drawn on a picture.
    fn ink_rule(picture: &Picture, rule: &str, expected: &Value) -> Result<(), String> {
        let mut pixels = picture.pixels();
        match rule {
            "not_uniform" => {
                let first = picture.at(0, 0);
                let differs = pixels.any(|(_, pixel)| pixel != first);
                ensure(differs, || format!("all are {first:?}"))
            }
            "every_pixel" => pixels.try_for_each(|(_, [r, g, b, _])| {
                let holds = match text(expected) {
                    "r == g == b" => r == g && g == b,
                    "r == 255 and g == b" => r == 255 && g == b,
                    other => panic!("{other} is not understood"),
                };
                ensure(holds, || format!("{r} {g} {b}"))
            }),
            "darkest_at_most" => {
                let darkest = pixels.map(|(_, [r, ..])| r).min().unwrap();
                let most = expected.as_u64().unwrap();
                ensure(u64::from(darkest) <= most, || format!("{darkest}"))
            }
            "darker_than" => expected.as_array().unwrap().iter().try_for_each(|place| {
                let [x, y, than] = numbers(place);
                let found = picture.at(x, y)[0];
                ensure(u32::from(found) < than, || format!("{found} at {x}, {y}"))
            }),
            "count" => {
                let wanted = color(&expected["rgba"]);
                let found = pixels.filter(|(_, pixel)| *pixel == wanted).count();
                ensure(expected["exactly"] == found, || format!("{found}"))
            }
            other => panic!("{other} is not understood"),
        }
    }

    /// Rules about this picture beside another one of the same source.
    async fn other_rule(&self, rule: &str, expected: &Value) -> Result<(), String> {
        let picture = self.picture()?;
        let options = match (rule, self.options.split_once('/')) {
            ("unchanged_outside" | "changed_inside", Some((_, rest))) => rest,
            ("lightness_kept", _) => "f:png",
            _ => text(expected),
        };
        let other = self.with(options).await?;
        match rule {
            "unchanged_outside" => {
                let places = picture.pixels().map(|(place, _)| place);
                let outside = places.filter(|place| !is_inside(*place, expected));
                self.expect_same(&picture, &other, outside)
            }
            "changed_inside" => {
                let mut inside = picture
                    .pixels()
                    .filter(|(place, _)| is_inside(*place, expected));
                let changed = inside.any(|((x, y), pixel)| pixel != other.at(x, y));
                ensure(changed, || "nothing has changed".to_owned())
            }
            "ink_box_higher_than" => {
                let (height, than) = (picture.ink_height(), other.ink_height());
                ensure(height > than, || format!("{height} and {than}"))
            }
            "lightness_kept" => picture.pixels().try_for_each(|((x, y), pixel)| {
                let by = lightness(pixel) - lightness(other.at(x, y));
                ensure(by.abs() <= expected.as_f64().unwrap(), || {
                    format!("{by} at {x}, {y}")
                })
            }),
            "same_alpha_as" => picture.pixels().try_for_each(|((x, y), pixel)| {
                let other = other.at(x, y)[3];
                ensure(pixel[3].abs_diff(other) <= self.tolerance, || {
                    format!("{} and {other} at {x}, {y}", pixel[3])
                })
            }),
            _ => {
                let kinds = (picture.header.channels, other.header.channels);
                ensure(self.tolerance > 0 || kinds.0 == kinds.1, || {
                    format!("{kinds:?}")
                })?;
                let places = picture.pixels().map(|(place, _)| place);
                self.expect_same(&picture, &other, places)
            }
        }
    }

    async fn rows(&self, expected: &Value) -> Result<(), String> {
        let picture = self.picture()?;
        for row in expected.as_array().unwrap() {
            let other = self.with(text(&row["options"])).await?;
            let row = u32::try_from(row["row"].as_u64().unwrap()).unwrap();
            let all = (0..picture.size().0).map(|x| (x, row));
            self.expect_same(&picture, &other, all)?;
        }
        Ok(())
    }

    fn expect_same(
        &self,
        picture: &Picture,
        other: &Picture,
        places: impl Iterator<Item = (u32, u32)>,
    ) -> Result<(), String> {
        let sizes = (picture.size(), other.size());
        ensure(sizes.0 == sizes.1, || format!("sizes {sizes:?}"))?;
        let mut places = places;
        places.try_for_each(|(x, y)| self.expect_near(picture.at(x, y), other.at(x, y), (x, y)))
    }

    fn expect_near(
        &self,
        found: [u8; 4],
        expected: [u8; 4],
        (x, y): (u32, u32),
    ) -> Result<(), String> {
        ensure(near(found, expected, self.tolerance), || {
            format!("{found:?} at {x}, {y}, not {expected:?}")
        })
    }
}

/// Whether a place is in left, top, width and height.
fn is_inside((x, y): (u32, u32), area: &Value) -> bool {
    let [left, top, width, height] = numbers(area);
    (left..left + width).contains(&x) && (top..top + height).contains(&y)
}

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}
