//! Options as serde values: names as URLs have them, and nothing lost on the way.

use pixgate_options::{
    Format, GravityKind, Preference, ProcessingOptions, Radius, ResizingType, Rgb, UnsharpMode,
};
use serde_json::json;

fn options() -> ProcessingOptions {
    let mut options = ProcessingOptions::default();
    options.global.format = Some(Format::Webp);
    options.global.format_quality.insert(Format::Avif, 50);
    options.global.negotiation.avif = Preference::Prefer;
    let pipeline = &mut options.pipelines[0];
    pipeline.resizing_type = Some(ResizingType::FillDown);
    pipeline.width = Some(300);
    pipeline.background = Some(Rgb::new(1, 2, 3));
    pipeline.gravity.kind = Some(GravityKind::NorthWest);
    pipeline.gravity.x_offset = Some(0.25);
    pipeline.unsharp_masking.mode = Some(UnsharpMode::Always);
    pipeline.px_round.top_left = Some(Radius::Max);
    options
}

#[test]
fn what_is_written_is_read_again() {
    let written = serde_json::to_string(&options()).unwrap();
    let read: ProcessingOptions = serde_json::from_str(&written).unwrap();
    assert_eq!(read, options());
}

#[test]
fn names_are_those_of_urls_and_unset_fields_may_be_left_out() {
    let read: ProcessingOptions = serde_json::from_value(json!({
        "global": {"format": "webp", "format_quality": {"avif": 50}, "negotiation": {"avif": "Prefer"}},
        "pipelines": [{
            "resizing_type": "fill-down",
            "width": 300,
            "background": {"red": 1, "green": 2, "blue": 3},
            "gravity": {"kind": "nowe", "x_offset": 0.25},
            "unsharp_masking": {"mode": "always"},
            "px_round": {"top_left": "Max"},
        }],
    }))
    .unwrap();
    assert_eq!(read, options());
    let nothing: ProcessingOptions = serde_json::from_value(json!({})).unwrap();
    assert_eq!(nothing, ProcessingOptions::default());
}

#[test]
fn unknown_names_are_refused() {
    assert!(serde_json::from_value::<ResizingType>(json!("stretch")).is_err());
    assert!("stretch".parse::<ResizingType>().is_err());
    assert_eq!("fit".parse(), Ok(ResizingType::Fit));
    assert_eq!("jpg".parse(), Ok(Format::Jpeg));
    assert_eq!("0f0".parse(), Ok(Rgb::new(0, 255, 0)));
}
