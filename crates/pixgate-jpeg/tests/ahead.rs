//! What is read ahead on another thread changes no sample.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test may panic"
)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use pixgate_jpeg::{
    Ahead, DecodeOptions, Decoder, EncodeOptions, Entropy, Error, Scale, Source, Tolerance, encode,
};
use pixgate_raster::{Channels, ChromaSubsampling, Layout, View};
use support::{interleaved, planes};

/// The picture's samples and its damage.
type Decoded = Result<(Vec<u8>, Option<Error>), Error>;

/// A picture with noise, whose file is long for its size.
fn file(
    (width, height): (u32, u32),
    channels: Channels,
    change: fn(&mut EncodeOptions<'_>),
) -> Vec<u8> {
    let layout = Layout::u8(width, height, channels);
    let mut state = 7_u32;
    let samples = (0..layout.samples().unwrap()).map(|place| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (place / 11 % 170) as u8 + state.to_be_bytes()[0] / 3
    });
    let samples: Vec<u8> = samples.collect();
    let view = View::new(&samples, layout, layout.row_samples()).unwrap();
    let mut options = EncodeOptions::default();
    options.quality = 92;
    change(&mut options);
    let source = match channels {
        Channels::Grey => Source::Grey(view),
        _ => Source::Rgb(view),
    };
    encode(source, &options).unwrap()
}

fn read_all(decoder: &mut Decoder<'_>) -> Decoded {
    let mut samples = Vec::new();
    while let Some(band) = decoder.next_band()? {
        for index in 0..4 {
            let Some(part) = band.part(index) else {
                continue;
            };
            part.rows
                .rows()
                .for_each(|row| samples.extend_from_slice(row));
        }
    }
    Ok((samples, decoder.damage().cloned()))
}

fn alone(file: &[u8], options: DecodeOptions) -> Decoded {
    read_all(&mut Decoder::new(file, options)?)
}

/// Decodes while, or after, somebody does something with the later part.
fn beside(
    file: &[u8],
    options: DecodeOptions,
    is_before: bool,
    work: impl FnOnce(Ahead) + Send,
) -> Decoded {
    let mut decoder = Decoder::new(file, options)?;
    let ahead = decoder.ahead().unwrap();
    thread::scope(|scope| {
        let thread = scope.spawn(|| work(ahead));
        if is_before {
            thread.join().unwrap();
        }
        read_all(&mut decoder)
    })
}

fn kinds() -> Vec<Vec<u8>> {
    let size = (611, 1007);
    let color = |change| file(size, Channels::Rgb, change);
    vec![
        color(|_| ()),
        color(|options| options.subsampling = ChromaSubsampling::Full),
        color(|options| options.subsampling = ChromaSubsampling::Horizontal),
        color(|options| options.entropy = Entropy::Typical),
        color(|options| options.quality = 100),
        file(size, Channels::Grey, |_| ()),
    ]
}

fn all_options() -> Vec<DecodeOptions> {
    let scales = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];
    let plain = scales
        .into_iter()
        .flat_map(|scale| [interleaved(scale), planes(scale)]);
    let portable = plain.clone().map(|mut options| {
        options.simd = false;
        options
    });
    plain.chain(portable).collect()
}

#[test]
fn bands_are_the_same_whoever_reads_the_later_part() {
    for file in kinds() {
        for options in all_options() {
            let expected = alone(&file, options);
            assert!(expected.as_ref().unwrap().1.is_none());
            for is_before in [true, false] {
                let read = |ahead: Ahead| ahead.read(&file, &|| false);
                assert!(beside(&file, options, is_before, read) == expected);
            }
            let stopped = |ahead: Ahead| ahead.read(&file, &|| true);
            assert!(beside(&file, options, false, stopped) == expected);
            assert!(beside(&file, options, true, drop) == expected);
        }
    }
}

/// Other files are read ahead whose last rows differ, which is seen unless what was read has ended there.
#[test]
fn what_was_read_ahead_is_used() {
    for file in kinds() {
        for options in all_options() {
            let expected = alone(&file, options).unwrap().0;
            let differs = (1..20).any(|place| {
                let mut other = file.clone();
                let place = file.len() - 300 * place;
                other[place] ^= 0x55;
                let read = |ahead: Ahead| ahead.read(&other, &|| false);
                beside(&file, options, true, read).unwrap().0 != expected
            });
            assert!(differs, "{options:?}");
        }
    }
}

/// The decoder goes on where the other thread has stopped.
#[test]
fn more_than_may_wait_is_left_to_the_decoder() {
    let large = file((1900, 1900), Channels::Rgb, |_| ());
    for options in [
        planes(Scale::Full),
        interleaved(Scale::Full),
        planes(Scale::Half),
    ] {
        let expected = alone(&large, options);
        for is_before in [true, false] {
            let read = |ahead: Ahead| ahead.read(&large, &|| false);
            assert!(beside(&large, options, is_before, read) == expected);
            let questions = AtomicUsize::new(0);
            let stop = || questions.fetch_add(1, Ordering::Relaxed) > 7;
            let read = |ahead: Ahead| ahead.read(&large, &stop);
            assert!(beside(&large, options, is_before, read) == expected);
        }
    }
}

#[test]
fn damage_is_met_as_without() {
    let whole = file((611, 1007), Channels::Rgb, |_| ());
    let mut strict = planes(Scale::Half);
    strict.tolerance = Tolerance::Strict;
    for step in 1..80 {
        let at = whole.len() / 80 * step;
        let mut broken = whole.clone();
        broken[at] = broken[at].wrapping_mul(3).wrapping_add(step as u8);
        let mut marked = whole.clone();
        marked[at..at + 2].copy_from_slice(&[0xff, 0xd9]);
        for file in [&broken[..], &marked, &whole[..at]] {
            for options in [planes(Scale::Half), interleaved(Scale::Full), strict] {
                let Ok(mut decoder) = Decoder::new(file, options) else {
                    continue;
                };
                let Some(ahead) = decoder.ahead() else {
                    continue;
                };
                ahead.read(file, &|| false);
                assert!(read_all(&mut decoder) == alone(file, options), "{at}");
            }
        }
    }
}

#[test]
fn only_one_plain_scan_of_some_length_is_read_ahead() {
    let offered = |file: &[u8], options| Decoder::new(file, options).unwrap().ahead().is_some();
    let size = (611, 1007);
    let color = |change| file(size, Channels::Rgb, change);
    let half = planes(Scale::Half);
    assert!(offered(&color(|_| ()), half));
    assert!(!offered(
        &color(|options| options.restart_interval = 9),
        half
    ));
    let progressive = color(|options| options.entropy = Entropy::Progressive);
    assert!(!offered(&progressive, half));
    assert!(!offered(&file((200, 100), Channels::Rgb, |_| ()), half));
    let plain = color(|_| ());
    let mut decoder = Decoder::new(&plain, half).unwrap();
    assert!(decoder.next_band().unwrap().is_some());
    assert!(decoder.ahead().is_none());
}
