//! Crops around faces, faces that are blurred and framed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{DecodeRequest, Limits, Pixels, decode, probe};
use pixgate_engine::{Cancel, Error, ErrorKind, Negotiation, ObjectGravity, Plan, Settings, run};
use pixgate_raster::Image;
use support::options;

/// The portrait of Eileen Collins, NASA, in the public domain: 320 by 320 pixels, a face of 60 at 110, 42.
const COLLINS: &[u8] = include_bytes!("../../pixgate-faces/tests/pictures/collins.jpg");
/// The middle of the face, and half of its side.
const FACE: (u32, u32) = (140, 73);
const HALF: u32 = 31;

fn planned(text: &str, settings: &Settings) -> Result<Plan, Error> {
    let header = probe(COLLINS, &Limits::default()).unwrap();
    pixgate_engine::plan(&options(text), &header, settings, &Negotiation::default())
}

fn made_with(text: &str, settings: &Settings) -> Image {
    let plan = planned(text, settings).unwrap_or_else(|error| panic!("{text}: {error}"));
    let encoded = run(&plan, COLLINS, &Cancel::never()).unwrap();
    if !text.contains("co:") && !text.contains("crop_objects") {
        let planned = (plan.width, plan.height);
        assert_eq!((encoded.width, encoded.height), planned, "{text}");
    }
    let limits = Limits::default();
    let header = probe(&encoded.bytes, &limits).unwrap();
    let decoded = decode(&encoded.bytes, &header, &DecodeRequest::default(), &limits);
    match decoded.unwrap().0 {
        Pixels::Interleaved(image) => image,
        Pixels::Planar(_) => panic!("PNG has no planes"),
    }
}

fn made(text: &str) -> Image {
    made_with(&format!("{text}/f:png"), &Settings::default())
}

/// Mean difference of two parts of this size, whose corners these are.
fn difference(one: (&Image, [u32; 2]), other: (&Image, [u32; 2]), size: [u32; 2]) -> f64 {
    let part = |(image, [left, top]): (&Image, [u32; 2])| {
        let view = image.view::<u8>().unwrap();
        let part = view.crop(left, top, size[0], size[1]).unwrap();
        part.rows().flatten().copied().collect::<Vec<u8>>()
    };
    let (one, other) = (part(one), part(other));
    let sum: u32 = one
        .iter()
        .zip(&other)
        .map(|(a, b)| u32::from(a.abs_diff(*b)))
        .sum();
    f64::from(sum) / f64::from(u32::try_from(one.len()).unwrap())
}

/// The corner in the whole picture that a part was cut from.
fn corner(part: &Image, whole: &Image) -> [u32; 2] {
    let size = [part.width(), part.height()];
    let corners = (0..=whole.height() - size[1])
        .flat_map(|top| (0..=whole.width() - size[0]).map(move |left| [left, top]));
    let found = corners.min_by(|one, other| {
        let away = |corner: &[u32; 2]| difference((part, [0, 0]), (whole, *corner), [size[0], 1]);
        away(one).total_cmp(&away(other))
    });
    found.unwrap()
}

#[test]
fn a_crop_has_the_face_in_its_middle() {
    let whole = made("el:0");
    for gravity in [
        "obj",
        "obj:face",
        "obj:all",
        "objw:face:2",
        "objw:all:3:face:1",
    ] {
        let part = made(&format!("c:80:80/g:{gravity}"));
        let [left, top] = corner(&part, &whole);
        let (x, y) = (left + 40, top + 40);
        assert!(
            x.abs_diff(FACE.0) <= 4 && y.abs_diff(FACE.1) <= 4,
            "{gravity}: {x}, {y}"
        );
    }
    let part = made("c:80:80:obj:face/rot:90");
    let turned = made("rot:90");
    let [left, top] = corner(&part, &turned);
    let (x, y) = (left + 40, top + 40);
    assert!(
        x.abs_diff(320 - FACE.1) <= 4 && y.abs_diff(FACE.0) <= 4,
        "{x}, {y}"
    );
}

#[test]
fn what_is_scaled_is_cut_around_the_face_of_the_source() {
    // A strip of the picture at a quarter of its size, where no face could be found any more.
    let whole = made("rs:force:80:80");
    let strip = made("rs:fill:80:24/g:obj:face");
    let [left, top] = corner(&strip, &whole);
    assert_eq!(left, 0);
    assert!((top + 12).abs_diff(FACE.1 / 4) <= 2, "{top}");
}

#[test]
fn objects_position_moves_the_face_in_the_result() {
    let whole = made("el:0");
    let at = |position: &str| {
        let part = made(&format!("c:120:120:obj/op:{position}"));
        let [left, top] = corner(&part, &whole);
        (FACE.0 - left, FACE.1.abs_diff(top))
    };
    for (position, expected) in [
        ("fp:0.75:0.5", (90, 60)),
        ("ea:30:0", (90, 60)),
        ("ce", (60, 60)),
    ] {
        let found = at(position);
        let is_near = found.0.abs_diff(expected.0) <= 4 && found.1.abs_diff(expected.1) <= 4;
        assert!(is_near, "{position}: {found:?}");
    }
    let (x, y) = at("prop");
    let expected = (FACE.0 * 120 / 320, FACE.1 * 120 / 320);
    assert!(
        x.abs_diff(expected.0) <= 4 && y.abs_diff(expected.1) <= 4,
        "{x}, {y}"
    );
}

#[test]
fn the_face_alone_is_blurred_or_framed() {
    let plain = made("w:320");
    let (x, y) = (FACE.0 - HALF, FACE.1 - HALF);
    for text in [
        "w:320/bd:8",
        "w:320/bd:8:face",
        "w:320/dd:1",
        "w:320/dd:1:all",
    ] {
        let changed = made(text);
        let size = [2 * HALF, 2 * HALF];
        let inside = difference((&changed, [x, y]), (&plain, [x, y]), size);
        assert!(inside > 1.0, "{text}: {inside}");
        let below = difference((&changed, [0, 120]), (&plain, [0, 120]), [320, 200]);
        assert!(below.abs() < 1e-9, "{text}: {below}");
    }
    for text in [
        "w:320/bd:0",
        "w:320/dd:0",
        "w:320/op:prop",
        "w:320/g:obj:face",
    ] {
        assert_eq!(made(text), plain, "{text}");
    }
}

#[test]
fn without_a_face_a_crop_is_a_smart_one_or_in_the_middle() {
    let mut settings = Settings::default();
    let foot = "c:320:100:so/-/c:80:80";
    let made = |gravity: &str, settings: &Settings| {
        made_with(&format!("{foot}:{gravity}/f:png"), settings)
    };
    assert_eq!(made("obj", &settings), made("sm", &settings));
    assert_eq!(made("objw:face:0", &settings), made("sm", &settings));
    settings.objects.falls_back_to_smart = false;
    assert_eq!(made("obj", &settings), made("ce", &settings));
    settings.objects.gravity = ObjectGravity::OneBest;
    assert_eq!(made("obj", &settings), made("ce", &settings));
}

#[test]
fn a_trim_before_it_moves_nothing() {
    let whole = made("el:0");
    let part = made("t:10/c:80:80:obj");
    let [left, top] = corner(&part, &whole);
    let (x, y) = (left + 40, top + 40);
    assert!(
        x.abs_diff(FACE.0) <= 4 && y.abs_diff(FACE.1) <= 4,
        "{x}, {y}"
    );
}

#[test]
fn a_picture_is_cut_to_its_face() {
    let whole = made("el:0");
    let tight = made("co:1:face");
    let size = (tight.width(), tight.height());
    assert!(
        size.0.abs_diff(2 * HALF) <= 6 && size.1.abs_diff(2 * HALF) <= 6,
        "{size:?}"
    );
    let [left, top] = corner(&tight, &whole);
    let (x, y) = (left + size.0 / 2, top + size.1 / 2);
    assert!(
        x.abs_diff(FACE.0) <= 4 && y.abs_diff(FACE.1) <= 4,
        "{x}, {y}"
    );
    let twice = made("crop_objects:2");
    assert!(twice.width().abs_diff(2 * size.0) <= 1, "{}", twice.width());
    let all = made("co:99:all/c:50:50");
    assert_eq!(
        (all.width(), all.height()),
        (50, 50),
        "it has nothing to cut"
    );
    let overruled = made("co:2:face/c:50:50");
    assert_eq!(
        (overruled.width(), overruled.height()),
        (twice.width(), twice.height())
    );
    let filled = made("co:1.5:face/rs:fill:160:80:1");
    assert_eq!((filled.width(), filled.height()), (160, 80));
    let without = made("c:320:100:so/-/co:2:face/c:60:40");
    assert_eq!((without.width(), without.height()), (60, 40));
}

#[test]
fn what_comes_after_a_cut_to_a_face_knows_where_it_is() {
    // The lower left quarter of the face, as areas of the whole picture have it.
    let plain = made("t:10/co:2:face");
    let blurred = made("t:10/co:2:face/ba:9:0:0:1:0.2");
    assert_ne!(plain, blurred);
    let half = plain.height() / 2;
    let size = [plain.width(), half - 12];
    let below = difference((&plain, [0, half + 10]), (&blurred, [0, half + 10]), size);
    assert!(below.abs() < 1e-9, "{below}");
    let blurred = made("t:10/co:2:face/bd:9");
    let middle = [plain.width() / 2 - 10, half - 10];
    let inside = difference((&plain, middle), (&blurred, middle), [20, 20]);
    assert!(inside > 1.0, "{inside}");
    let turned = made("co:2:face/rot:90");
    assert_eq!(
        (turned.width(), turned.height()),
        (plain.height(), plain.width())
    );
}

#[test]
fn other_classes_are_refused_by_name() {
    for (text, option) in [
        ("bd:3:car", "blur_detections of other classes than face"),
        (
            "bd:3:face:car",
            "blur_detections of other classes than face",
        ),
        ("dd:1:cat", "draw_detections of other classes than face"),
        ("g:obj:face:dog", "gravity:obj of other classes than face"),
        ("g:objw:dog:2", "gravity:obj of other classes than face"),
        ("c:5:5:obj:dog", "crop:obj of other classes than face"),
        ("co:1.2:car", "crop_objects of other classes than face"),
    ] {
        let error = planned(text, &Settings::default()).unwrap_err();
        let kind = ErrorKind::UnsupportedOption { option };
        assert_eq!(error.kind(), &kind, "{text}");
    }
    for text in ["bd:0:car", "dd:0:cat"] {
        assert!(planned(text, &Settings::default()).is_ok(), "{text}");
    }
}

#[test]
fn a_plan_says_that_faces_are_looked_for_and_only_where_they_matter() {
    let steps = |text: &str| {
        let plan = planned(text, &Settings::default()).unwrap();
        let steps = plan.steps.iter().map(ToString::to_string);
        steps.collect::<Vec<_>>().join("; ")
    };
    let text = steps("c:80:80:obj/bd:5/dd:1");
    for part in [
        "look for faces",
        "crop 80 x 80 around faces",
        "blur the faces, sigma 5",
        "frames",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!steps("w:100/g:obj").contains("faces"));
    assert!(
        !steps("rs:fill:100:100/g:obj").contains("faces"),
        "nothing is cut"
    );
    assert!(steps("rs:fill:100:50/g:obj").contains("faces"));
}
