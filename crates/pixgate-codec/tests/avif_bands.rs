//! Planes of AVIF in bands: the same picture in less memory.
#![cfg(feature = "avif")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

mod support;

use pixgate_codec::{DecodeRequest, EncodeSettings, Limits, Pixels, decode_bytes, open, probe};
use pixgate_options::Format;
use pixgate_raster::convert::planes_to_image;
use pixgate_raster::geometry::crop;
use pixgate_raster::{Channels, ChromaSubsampling, Image};
use support::{encoded, interleaved, picture, read, read_as};

fn planar() -> DecodeRequest {
    let mut request = DecodeRequest::default();
    request.planar = true;
    request
}

fn coded(image: &Image, subsampling: ChromaSubsampling) -> Vec<u8> {
    let mut settings = EncodeSettings::new(Format::Avif, 80);
    settings.subsampling = Some(subsampling);
    settings.avif_speed = 9;
    encoded(image, &settings)
}

/// Rows of each band.
fn bands(file: &[u8]) -> Vec<u32> {
    let limits = Limits::default();
    let header = probe(file, &limits).unwrap();
    let mut decoder = open(file, &header, &planar(), &limits).unwrap();
    let mut bands = Vec::new();
    while let Some(band) = decoder.next_band().unwrap() {
        assert_eq!(band.first_row, bands.iter().sum::<u32>());
        bands.push(band.pixels.size().1);
    }
    bands
}

/// The picture of all bands.
fn put_together(file: &[u8]) -> Image {
    match read_as(file, &planar()).unwrap().1 {
        Pixels::Planar(planes) => planes_to_image(&planes).unwrap(),
        Pixels::Interleaved(_) => panic!("planes were asked for"),
    }
}

#[test]
fn bands_are_the_picture() {
    for (width, height) in [(1, 1), (70, 64), (131, 201), (64, 333)] {
        for subsampling in [ChromaSubsampling::Both, ChromaSubsampling::Full] {
            let file = coded(&picture(width, height, Channels::Rgb), subsampling);
            let bands = bands(&file);
            assert!(bands.iter().all(|rows| *rows <= 64), "{bands:?}");
            assert_eq!(bands.iter().sum::<u32>(), height);
            assert_eq!(put_together(&file), interleaved(read(&file).unwrap().1));
        }
    }
}

#[test]
fn a_decoder_of_bands_takes_much_less_than_planes() {
    let file = coded(&picture(600, 2400, Channels::Rgb), ChromaSubsampling::Both);
    let header = probe(&file, &Limits::default()).unwrap();
    assert!(header.band_bytes.is_some());
    let bytes = |request: &DecodeRequest| decode_bytes(&header, request);
    let planes = 600 * 2400 * 3 / 2;
    assert!(bytes(&planar()) + planes / 2 < bytes(&DecodeRequest::default()));
}

#[test]
fn pictures_with_alpha_come_at_once() {
    let file = coded(&picture(70, 130, Channels::Rgba), ChromaSubsampling::Both);
    assert_eq!(bands(&file), [130]);
    let header = probe(&file, &Limits::default()).unwrap();
    assert_eq!(header.band_bytes, None);
}

#[test]
fn data_that_ends_early_is_an_error() {
    let file = coded(&picture(200, 200, Channels::Rgb), ChromaSubsampling::Both);
    let cut = &file[..file.len() - 20];
    let limits = Limits::default();
    let read = probe(cut, &limits).and_then(|header| {
        let mut decoder = open(cut, &header, &planar(), &limits)?;
        while decoder.next_band()?.is_some() {}
        Ok(())
    });
    assert!(read.is_err());
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = (content.len() as u32 + 8).to_be_bytes();
    [&length[..], name, &content].concat()
}

fn full(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    boxed(name, &[&[0; 4], &parts.concat()])
}

fn position(file: &[u8], text: &[u8]) -> usize {
    file.windows(text.len())
        .position(|part| part == text)
        .unwrap()
}

/// A property box of a file.
fn property<'a>(file: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let start = position(file, name) - 4;
    let length = u32::from_be_bytes(file[start..start + 4].try_into().unwrap());
    &file[start..start + length as usize]
}

/// The AV1 data of a file.
fn data(file: &[u8]) -> &[u8] {
    let at = position(file, b"iloc") + 4 + 8 + 6;
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    &file[number(at)..][..number(at + 4)]
}

/// A grid of four pictures, two in a row.
fn grid(tiles: [&[u8]; 4], (width, height): (u16, u16)) -> Vec<u8> {
    let shape = [
        &[0, 0, 1, 1][..],
        &width.to_be_bytes(),
        &height.to_be_bytes(),
    ]
    .concat();
    let first = tiles[0];
    let size = full(
        b"ispe",
        &[
            &u32::from(width).to_be_bytes(),
            &u32::from(height).to_be_bytes(),
        ],
    );
    let info = |id: u8, kind: &[u8; 4]| boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, &[0]]);
    let mut infos = vec![0, 5];
    infos.extend(info(1, b"grid"));
    (2..6).for_each(|id| infos.extend(info(id, b"av01")));
    let mut uses = vec![0, 0, 0, 5, 0, 1, 2, 4, 3];
    (2..6).for_each(|id| uses.extend([0, id, 3, 1, 2, 3]));
    let properties = boxed(
        b"iprp",
        &[
            &boxed(
                b"ipco",
                &[
                    property(first, b"ispe"),
                    property(first, b"av1C"),
                    property(first, b"colr"),
                    &size,
                ],
            ),
            &full(b"ipma", &[&uses]),
        ],
    );
    let head = boxed(b"ftyp", &[b"avif", &[0; 4], b"avifmif1"]);
    let meta = |start: usize| {
        let mut places = vec![0x44, 0, 0, 5];
        let mut at = start;
        for (id, length) in (1..).zip(
            [shape.len()]
                .into_iter()
                .chain(tiles.map(|t| data(t).len())),
        ) {
            places.extend([0, id, 0, 0, 0, 1]);
            places.extend((at as u32).to_be_bytes());
            places.extend((length as u32).to_be_bytes());
            at += length;
        }
        full(
            b"meta",
            &[
                &full(b"hdlr", &[&[0; 4], b"pict", &[0; 13]]),
                &full(b"pitm", &[&[0, 1]]),
                &full(b"iinf", &[&infos]),
                &full(b"iloc", &[&places]),
                &properties,
                &full(
                    b"iref",
                    &[&boxed(b"dimg", &[&[0, 1, 0, 4, 0, 2, 0, 3, 0, 4, 0, 5]])],
                ),
            ],
        )
    };
    let start = head.len() + meta(0).len() + 8;
    let all = tiles.map(data).concat();
    [head, meta(start), boxed(b"mdat", &[&shape, &all])].concat()
}

#[test]
fn tiles_of_a_grid_come_row_by_row() {
    let whole = picture(240, 300, Channels::Rgb);
    let tile = |left, top| {
        let part = crop(&whole, left, top, 120, 150).unwrap();
        coded(&part, ChromaSubsampling::Both)
    };
    let tiles = [tile(0, 0), tile(120, 0), tile(0, 150), tile(120, 150)];
    let file = grid(tiles.each_ref().map(Vec::as_slice), (230, 280));
    assert_eq!(bands(&file), [64, 64, 22, 64, 64, 2]);
    assert!(
        probe(&file, &Limits::default())
            .unwrap()
            .band_bytes
            .is_some()
    );
    assert_eq!(put_together(&file), interleaved(read(&file).unwrap().1));
}
