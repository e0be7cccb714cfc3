//! HEIC files: what is decoded with the feature `heic`, and what is said without it.
//!
//! The files in `heic/` show the same picture, coded by x265 in libheif.
#![cfg(feature = "avif")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

use pixgate_codec::{ErrorKind, Limits, probe};
use pixgate_options::Format;

const RGB: &[u8] = include_bytes!("heic/rgb.heic");

#[cfg(not(feature = "heic"))]
#[test]
fn a_build_without_hevc_says_which_feature_is_missing() {
    assert!(
        pixgate_codec::can_read(Format::Heic),
        "HEIF files may hold AV1"
    );
    let error = probe(RGB, &Limits::default()).unwrap_err();
    let format = Format::Heic;
    assert_eq!(error.kind(), &ErrorKind::CannotRead { format });
    let text = "this build cannot read heic: that needs the cargo feature `heic`";
    assert_eq!(error.to_string(), text);
}

#[cfg(feature = "heic")]
mod with_hevc {
    use pixgate_codec::{DecodeRequest, Error, Header, Pixels, decode, decode_bytes};
    use pixgate_raster::convert::planes_to_image;
    use pixgate_raster::{Channels, Depth, Image, Samples};

    use super::*;

    const SIZE: (u32, u32) = (72, 40);

    fn load(file: &[u8], planar: bool) -> Result<(Header, Image), Error> {
        let header = probe(file, &Limits::default())?;
        let mut request = DecodeRequest::default();
        request.planar = planar;
        let image = match decode(file, &header, &request, &Limits::default())?.0 {
            Pixels::Interleaved(image) => image,
            Pixels::Planar(planes) => planes_to_image(&planes)?,
        };
        Ok((header, image))
    }

    /// Red runs to the right, green down, blue is a chessboard of four fields, alpha runs aslant.
    fn original(x: u32, y: u32) -> [u8; 4] {
        let (width, height) = SIZE;
        let blue = if (x < width / 2) == (y < height / 2) {
            40
        } else {
            200
        };
        let aslant = (x + y) * 255 / (width + height - 2);
        [
            (x * 255 / (width - 1)) as u8,
            (y * 255 / (height - 1)) as u8,
            blue,
            aslant as u8,
        ]
    }

    /// Mean difference of samples from what `wanted` says of each pixel.
    fn difference(image: &Image, wanted: impl Fn(u32, u32) -> [u8; 4]) -> f64 {
        let count = image.layout().channels.count();
        let samples: Vec<u8> = match image.samples() {
            Samples::U8(samples) => samples.clone(),
            Samples::U16(samples) => samples.iter().map(|sample| (sample >> 8) as u8).collect(),
            Samples::F32(_) => panic!("no file holds floats"),
        };
        let pixels = samples.chunks_exact(count).zip(0_u32..);
        let sum: u32 = pixels
            .flat_map(|(pixel, at)| {
                let wanted = wanted(at % image.width(), at / image.width());
                let pairs = pixel.iter().zip(wanted);
                pairs
                    .map(|(is, wanted)| u32::from(is.abs_diff(wanted)))
                    .collect::<Vec<_>>()
            })
            .sum();
        f64::from(sum) / samples.len() as f64
    }

    #[test]
    fn every_kind_shows_the_picture() {
        let table: [(&str, &[u8], Channels, u8); 5] = [
            ("4:2:0", RGB, Channels::Rgb, 8),
            (
                "4:4:4",
                include_bytes!("heic/rgb444.heic"),
                Channels::Rgb,
                8,
            ),
            ("alpha", include_bytes!("heic/rgba.heic"), Channels::Rgba, 8),
            ("grey", include_bytes!("heic/grey.heic"), Channels::Grey, 8),
            (
                "10 bits",
                include_bytes!("heic/rgb10.heic"),
                Channels::Rgb,
                10,
            ),
        ];
        for (name, file, channels, bits) in table {
            for planar in [false, true] {
                let (header, image) = load(file, planar).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(header.format, Format::Heic);
                assert_eq!((header.width, header.height), SIZE, "{name}");
                assert_eq!((header.channels, header.bits), (channels, bits), "{name}");
                assert_eq!(image.layout().channels, channels, "{name}");
                assert_eq!(image.layout().depth == Depth::U16, bits > 8, "{name}");
                let difference = difference(&image, original);
                assert!(difference < 4.0, "{name}: {difference}");
            }
        }
    }

    #[test]
    fn a_turned_picture_is_turned_once() {
        let (header, image) = load(include_bytes!("heic/turned.heic"), false).unwrap();
        assert_eq!((header.width, header.height), (SIZE.1, SIZE.0));
        assert_eq!(header.orientation.exif(), 1);
        // A quarter clockwise: what was at the left is on top.
        let difference = difference(&image, |x, y| original(y, SIZE.1 - 1 - x));
        assert!(difference < 4.0, "{difference}");
    }

    #[test]
    fn tiles_are_put_together() {
        let (_, image) = load(&grid((2, 2), (130, 70), &[]), false).unwrap();
        assert_eq!((image.width(), image.height()), (130, 70));
        let tile = (72, 64);
        let difference = difference(&image, |x, y| match y % tile.1 {
            y if y < SIZE.1 => original(x % tile.0, y),
            _ => [0; 4],
        });
        // Rows below the 40 of the picture are whatever the encoder filled them with.
        assert!(difference < 60.0, "{difference}");
        let top = pixgate_raster::geometry::crop(&image, 0, 0, 130, 40).unwrap();
        let difference = self::difference(&top, |x, y| original(x % tile.0, y));
        assert!(difference < 4.0, "{difference}");
    }

    #[test]
    fn memory_is_known_before_anything_is_decoded() {
        let header = probe(RGB, &Limits::default()).unwrap();
        let bytes = decode_bytes(&header, &DecodeRequest::default());
        let mut limits = Limits::default();
        limits.max_decode_bytes = bytes - 1;
        let error = decode(RGB, &header, &DecodeRequest::default(), &limits).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::TooMuchMemory { .. }),
            "{error}"
        );
        let larger = with_size(RGB, (30_000, 30_000));
        let error = probe(&larger, &Limits::default()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::TooManyPixels { .. }),
            "{error}"
        );
    }

    #[test]
    fn a_picture_larger_than_the_boxes_say_is_refused() {
        // Coded are 72x64 pixels.
        let smaller = with_size(&with_size(RGB, (40, 40)), (40, 40));
        let error = load(&smaller, false).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Broken { .. }), "{error}");
    }

    #[test]
    fn tiles_that_share_data_a_thousand_times_are_refused() {
        // Each of the tiles names the same half megabyte, a unit that no decoder looks at.
        let more = [&[0, 7, 161, 32, 78, 1][..], &[1; 499_998]].concat();
        let file = grid((200, 200), (14_400 / 4, 12_800 / 4), &more);
        let error = load(&file, false).unwrap_err();
        assert!(matches!(
            error.kind(),
            ErrorKind::Broken { .. } | ErrorKind::Unsupported { .. }
        ));
        let few = grid((1, 5), (360, 64), &more);
        let error = load(&few, false).unwrap_err().to_string();
        assert!(error.contains("so much item data"), "{error}");
    }

    #[test]
    fn cut_and_changed_files_end_in_errors_or_pictures() {
        let files: [&[u8]; 3] = [
            RGB,
            include_bytes!("heic/rgba.heic"),
            include_bytes!("heic/turned.heic"),
        ];
        let mut failed = 0;
        for file in files {
            for at in (12..file.len()).step_by(3) {
                failed += usize::from(load(&file[..at], false).is_err());
                for change in [0xFF, 0x80, 0x01] {
                    let mut changed = file.to_vec();
                    changed[at] ^= change;
                    if let Err(error) = load(&changed, false) {
                        let kind = error.kind();
                        assert_ne!(kind, &ErrorKind::Internal, "{at} {change}");
                        assert_ne!(
                            kind,
                            &ErrorKind::Panicked {
                                format: Format::Heic
                            },
                            "{at}"
                        );
                    }
                }
            }
        }
        assert!(failed > 500, "{failed}");
    }

    /// The file with another size in its first `ispe` box.
    fn with_size(file: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
        let mut file = file.to_vec();
        let at = find(&file, b"ispe") + 8;
        file[at..at + 4].copy_from_slice(&width.to_be_bytes());
        file[at + 4..at + 8].copy_from_slice(&height.to_be_bytes());
        file
    }

    fn find(file: &[u8], name: &[u8]) -> usize {
        file.windows(4).position(|window| window == name).unwrap()
    }

    fn contained(name: &[u8; 4], content: &[&[u8]]) -> Vec<u8> {
        let content = content.concat();
        let length = (content.len() as u32 + 8).to_be_bytes();
        [&length[..], name, &content].concat()
    }

    /// A grid whose tiles are all the coded picture of `RGB` (72x64), with more data behind it.
    fn grid((rows, columns): (u16, u16), (width, height): (u32, u32), more: &[u8]) -> Vec<u8> {
        let config = find(RGB, b"hvcC");
        let length = u32::from_be_bytes(RGB[config - 4..config].first_chunk().copied().unwrap());
        let config = &RGB[config + 4..config + length as usize - 4];
        let data = [&RGB[find(RGB, b"mdat") + 4..], more].concat();
        let size = |width: u32, height: u32| {
            contained(
                b"ispe",
                &[&[0; 4], &width.to_be_bytes(), &height.to_be_bytes()],
            )
        };
        let description = [
            &[0, 1, (rows - 1) as u8, (columns - 1) as u8][..],
            &width.to_be_bytes(),
        ]
        .concat();
        let description = [&description[..], &height.to_be_bytes()].concat();
        let tiles = (rows * columns).to_be_bytes();
        let ids = [0_u8, 2].repeat(usize::from(rows * columns));
        let info = |id, kind: &[u8]| contained(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, &[0]]);
        let meta = |start: u32| {
            let place = |id: u8, method: u8, from: u32, length: usize| {
                let length = (length as u32).to_be_bytes();
                let start = from.to_be_bytes();
                [&[0, id, 0, method, 0, 0, 0, 1][..], &start, &length].concat()
            };
            let locations = [
                &[1, 0, 0, 0, 0x44, 0, 0, 2][..],
                &place(1, 1, 0, description.len()),
                &place(2, 0, start, data.len()),
            ];
            let properties = [
                contained(b"ispe", &[&size(width, height)[8..]]),
                size(72, 64),
                contained(b"hvcC", &[config]),
            ];
            let properties = [
                contained(b"ipco", &[&properties.concat()]),
                contained(
                    b"ipma",
                    &[&[0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, 1, 0, 2, 2, 2, 3]],
                ),
            ];
            let boxes = [
                contained(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                contained(
                    b"iinf",
                    &[&[0, 0, 0, 0, 0, 2], &info(1, b"grid"), &info(2, b"hvc1")],
                ),
                contained(b"iloc", &locations),
                contained(b"iprp", &[&properties.concat()]),
                contained(
                    b"iref",
                    &[&[0; 4], &contained(b"dimg", &[&[0, 1], &tiles, &ids])],
                ),
                contained(b"idat", &[&description]),
            ];
            contained(b"meta", &[&[0; 4], &boxes.concat()])
        };
        let kind = contained(b"ftyp", &[b"heic\0\0\0\0heic"]);
        let start = (kind.len() + meta(0).len() + 8) as u32;
        [kind, meta(start), contained(b"mdat", &[&data])].concat()
    }
}
