//! Drawings: what is drawn, what is refused, and what cleaning leaves.
#![cfg(feature = "svg")]
#![allow(
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "structures are non-exhaustive, and helpers are tests too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Error, ErrorKind, Limits, Metadata, Pixels, Shrink, decode,
    encode, probe, sanitize_svg,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

fn draw(svg: &str, width: u32, height: u32) -> Result<Image, Error> {
    let limits = Limits::default();
    let header = probe(svg.as_bytes(), &limits)?;
    let mut request = DecodeRequest::default();
    request.shrink = Shrink::Size { width, height };
    match decode(svg.as_bytes(), &header, &request, &limits)?.0 {
        Pixels::Interleaved(image) => Ok(image),
        Pixels::Planar(_) => panic!("drawings have no planes"),
    }
}

fn pixel(image: &Image, x: u32, y: u32) -> [u8; 4] {
    let samples = image.view::<u8>().unwrap();
    let row = samples.rows().nth(y as usize).unwrap();
    row[x as usize * 4..].first_chunk().copied().unwrap()
}

#[test]
fn drawings_are_drawn_at_the_size_asked_for() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'>\
               <rect width='2' height='2' fill='#f00'/></svg>";
    let image = draw(svg, 400, 200).unwrap();
    assert_eq!((image.width(), image.height()), (400, 200));
    assert_eq!(pixel(&image, 198, 100), [255, 0, 0, 255]);
    assert_eq!(pixel(&image, 202, 100), [0, 0, 0, 0]);
}

#[test]
fn text_is_drawn_with_the_font_that_is_built_in() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='20'>\
               <text x='2' y='16' font-family='No Such Font' font-size='16'>pixgate</text></svg>";
    let image = draw(svg, 80, 20).unwrap();
    let dark = (0..20).flat_map(|y| (0..80).map(move |x| (x, y)));
    let dark = dark.filter(|(x, y)| pixel(&image, *x, *y)[3] > 128).count();
    assert!(dark > 100, "{dark}");
}

#[test]
fn pictures_come_from_data_only() {
    let dot = "data:image/bmp;base64,Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAD/AA==";
    let svg = |href: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>\
             <image href='{href}' width='8' height='8'/></svg>"
        )
    };
    assert_eq!(
        pixel(&draw(&svg(dot), 8, 8).unwrap(), 4, 4),
        [255, 0, 0, 255]
    );
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pixgate.png");
    for href in [
        "/etc/hostname",
        own,
        "file:///etc/hostname",
        "http://127.0.0.1/a.png",
    ] {
        assert_eq!(
            pixel(&draw(&svg(href), 8, 8).unwrap(), 4, 4),
            [0; 4],
            "{href}"
        );
    }
}

fn percent_encoded(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

fn holding(data: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>\
         <image href='{data}' width='8' height='8'/></svg>"
    )
}

#[test]
fn pictures_may_be_larger_than_the_result() {
    let layout = Layout::u8(300, 300, Channels::Rgb);
    let red = [255, 0, 0].repeat(300 * 300);
    let image = Pixels::Interleaved(Image::from_u8(layout, red).unwrap());
    for format in [Format::Png, Format::Jpeg] {
        let settings = EncodeSettings::new(format, 90);
        let file = encode(&image, &settings, &Metadata::default()).unwrap();
        let svg = holding(&format!("data:,{}", percent_encoded(&file)));
        let mut limits = Limits::default();
        (limits.max_frame_pixels, limits.max_side) = (64, 8);
        let header = probe(svg.as_bytes(), &limits).unwrap();
        let request = DecodeRequest::default();
        let (pixels, _) = decode(svg.as_bytes(), &header, &request, &limits).unwrap();
        let Pixels::Interleaved(drawn) = pixels else {
            panic!("drawings have no planes");
        };
        let [r, g, b, a] = pixel(&drawn, 4, 4);
        assert!(
            r > 250 && g < 5 && b < 5 && a == 255,
            "{format:?}: {r} {g} {b} {a}"
        );
    }
}

#[test]
fn drawings_in_drawings_are_drawn_to_a_depth() {
    let inner = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>\
                 <style>rect:not(.a){fill:#00f}</style><rect width='8' height='8'/></svg>";
    let wrapped = |svg: &str| {
        holding(&format!(
            "data:image/svg+xml,{}",
            percent_encoded(svg.as_bytes())
        ))
    };
    let once = wrapped(inner);
    assert_eq!(pixel(&draw(&once, 8, 8).unwrap(), 4, 4), [0, 0, 255, 255]);
    let deep = wrapped(&wrapped(&wrapped(&wrapped(inner))));
    assert_eq!(pixel(&draw(&deep, 8, 8).unwrap(), 4, 4), [0; 4]);
}

#[test]
fn what_cannot_be_read_leaves_what_is_declared_beside_it() {
    let table = [
        (
            "<rect fill='#0f0' style='fill:color(foo 1 2 3)'/>",
            [0, 255, 0, 255],
        ),
        (
            "<rect style='fill:#0f0;fill:oklch(.5 .2 20)'/>",
            [0, 255, 0, 255],
        ),
        ("<rect style='fill:oklch(1 0 0)'/>", [255; 4]),
        ("<g fill='#00f'><rect fill='foo'/></g>", [0, 0, 255, 255]),
        (
            "<style>svg>rect:nth-child(2){fill:#f00}</style><rect/>",
            [255, 0, 0, 255],
        ),
        (
            "<rect style='fill:rgb(255 0 0 / 100%);width:8px;height:8px'/>",
            [255, 0, 0, 255],
        ),
        (
            "<rect x='-8' style='fill:var(--a, #0f0);transform:translate(8px, 0)'/>",
            [0, 255, 0, 255],
        ),
    ];
    for (inner, expected) in table {
        let inner = inner.replace("<rect", "<rect width='8' height='8'");
        let svg =
            format!("<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'>{inner}</svg>");
        assert_eq!(pixel(&draw(&svg, 8, 8).unwrap(), 4, 4), expected, "{inner}");
    }
}

#[test]
fn sizes_in_styles_are_sizes() {
    for svg in [
        "<svg xmlns='http://www.w3.org/2000/svg' style='width:12px;height:6px' viewBox='0 0 8 4'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' class='a'><style>.a{width:12px;height:6px}</style></svg>",
    ] {
        let header = probe(svg.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((header.width, header.height), (12, 6), "{svg}");
    }
}

#[test]
fn drawings_that_would_take_too_much_are_refused() {
    let wrap = |inner: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='100' height='100'>{inner}</svg>"
        )
    };
    let laughs: String = (1..12)
        .map(|i| {
            format!(
                "<g id='g{i}'>{}</g>",
                format!("<use xlink:href='#g{}'/>", i - 1).repeat(10)
            )
        })
        .collect();
    let chain: String = (1..5000)
        .map(|i| format!("<pattern id='p{i}' width='9' height='9'><rect width='9' height='9' fill='url(#p{})'/></pattern>", i - 1))
        .collect();
    let nested = "<g opacity='.5'>".repeat(5000) + &"</g>".repeat(5000);
    let filter = "<filter id='f' x='0' y='0' width='100' height='100' filterUnits='userSpaceOnUse'><feMorphology operator='dilate' radius='5000'/></filter><rect width='100' height='100' filter='url(#f)'/>";
    let table = [
        (
            "use",
            wrap(&format!(
                "<g id='g0'><rect width='9' height='9'/></g>{laughs}"
            )),
        ),
        (
            "pattern chain",
            wrap(&format!(
                "<pattern id='p0'/>{chain}<rect width='9' height='9' fill='url(#p4999)'/>"
            )),
        ),
        ("nesting", wrap(&nested)),
        ("filter", wrap(filter)),
        (
            "dashes",
            wrap(&"<path d='M0 0H1e6' stroke='red' stroke-dasharray='1e-4'/>".repeat(100)),
        ),
        (
            "pattern",
            wrap(
                "<pattern id='p' width='1e6' height='1e6' patternUnits='userSpaceOnUse'><rect width='9' height='9'/></pattern><rect width='9' height='9' fill='url(#p)'/>",
            ),
        ),
        (
            "markers",
            wrap(&format!(
                "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M{}'/>",
                "<rect width='1' height='1'/>".repeat(1000),
                "1 1 ".repeat(100_000)
            )),
        ),
    ];
    for (name, svg) in table {
        let refused = draw(&svg, 100, 100).map_err(|error| error.kind().clone());
        let is_refused = matches!(
            refused,
            Err(ErrorKind::TooComplex { .. } | ErrorKind::TooMuchMemory { .. })
        );
        assert!(is_refused, "{name}: {refused:?}");
    }
}

#[test]
fn files_that_are_too_long_are_refused() {
    let mut limits = Limits::default();
    limits.max_svg_bytes = 50;
    let svg = format!("<svg width='1' height='1'>{}</svg>", " ".repeat(50));
    assert!(probe(svg.as_bytes(), &limits).is_err());
}

fn corpus() -> Vec<PathBuf> {
    let root = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let folder = Path::new(&root).join("imgproxy-test-images/svg-test-suite");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "svg"))
        .collect();
    files.sort();
    files
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn the_test_suite_of_the_w3c_is_drawn_or_refused() {
    let files = corpus();
    let (mut drawn, mut refused) = (0, Vec::new());
    for path in &files {
        let svg = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        match draw(&svg, 120, 90) {
            Ok(_) => drawn += 1,
            Err(error) => refused.push(format!("{}: {error}", path.display())),
        }
    }
    assert_eq!((files.len(), drawn), (867, 863), "{refused:#?}");
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn cleaned_test_suite_holds_nothing_that_runs() {
    let files = corpus();
    let mut cleaned = 0;
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let clean = match sanitize_svg(&bytes) {
            Ok(clean) => clean,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        cleaned += 1;
        assert_eq!(sanitize_svg(&clean).unwrap(), clean, "{}", path.display());
        let text = String::from_utf8(clean).unwrap().to_lowercase();
        for banned in [
            "<script",
            "<iframe",
            "<form",
            "<foreignobject",
            "=\"javascript:",
            " onload=",
            " onclick=",
            "<!",
            "url('http",
            "href=\"http",
        ] {
            assert!(!text.contains(banned), "{}: {banned}", path.display());
        }
    }
    assert_eq!(cleaned, 867);
}
