//! HTTP/2 before any signature is looked at: header blocks, streams, floods, clients that do not read.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::frames::*;
use crate::rig::{PATIENCE, Rig, Silent, promised};

/// Signatures are checked, and nobody here has one.
const KEYS: [(&str, &str); 2] = [("IMGPROXY_KEY", "6b6579"), ("IMGPROXY_SALT", "73616c74")];
const PICTURE: &str = "/unsafe/rs:fit:20:20/plain/local:///ok.png@png";
const REFUSED: u32 = 7;
const CANCELLED: u32 = 8;
const CALM: u32 = 11;

fn begin(rig: &Rig) -> TcpStream {
    let mut stream = rig.connect();
    stream.write_all(PREFACE).unwrap();
    stream
}

/// Connects so often at once, does this, and waits for all.
fn crowd(rig: &Rig, connections: usize, attack: impl Fn(TcpStream) + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| attack(begin(rig)));
        }
    });
}

/// Asks for health after everything else and fails without an answer.
fn assert_goes_on(stream: &mut TcpStream, id: u32) {
    assert!(write(stream, &request(id, "/health")));
    let frames = Frame::read_until(stream, |frame| frame.stream == id && frame.kind == HEADERS);
    assert!(
        frames.last().is_some_and(|last| last.has_status(8)),
        "{frames:?}"
    );
}

#[test]
fn the_limits_are_announced() {
    for (environment, streams) in [(&[][..], 100), (&[("PIXGATE_HTTP2_MAX_STREAMS", "7")], 7)] {
        let rig = Rig::start(environment);
        let mut stream = begin(&rig);
        let settings = Frame::read(&mut stream).unwrap();
        assert_eq!(settings.kind, SETTINGS);
        let values: Vec<_> = settings.payload.chunks(6).map(<[u8]>::to_vec).collect();
        let setting = |id: u8, value: u32| [&[0, id][..], &value.to_be_bytes()].concat();
        assert!(values.contains(&setting(3, streams)), "{values:?}");
        assert!(values.contains(&setting(6, 32 << 10)), "{values:?}");
    }
}

#[test]
fn few_bytes_that_stand_for_many_end_their_connection() {
    for (environment, streams, connections) in [(&[][..], 20, 1), (&KEYS[..], 3, 20)] {
        let rig = Rig::start(environment);
        let fields = [get(PICTURE), repeated(400_000)].concat();
        crowd(&rig, connections, |mut stream| {
            for index in 0..streams {
                write(&mut stream, &block(number(index), &fields));
            }
            let frames = Frame::read_until(&mut stream, |_| false);
            let answers = frames.iter().filter(|frame| frame.kind == HEADERS);
            assert_eq!(answers.count(), 0, "{frames:?}");
        });
        match environment {
            [] => rig.assert_well(),
            _ => rig.assert_answers(PICTURE, 403),
        }
    }
}

#[test]
fn a_head_above_the_limit_costs_its_request_only() {
    let rig = Rig::start(&[]);
    let mut stream = begin(&rig);
    let heads = [repeated(1_100), repeated(300), long(33_000)];
    for (index, more) in heads.into_iter().enumerate() {
        let id = number(index * 2);
        let fields = [get("/health"), more].concat();
        stream.write_all(&block(id, &fields)).unwrap();
        let frames = Frame::read_until(&mut stream, |frame| frame.stream == id);
        let last = frames.last().unwrap();
        // 431 is in no table.
        assert!(last.kind == HEADERS && !last.has_status(8), "{frames:?}");
        assert_goes_on(&mut stream, number(index * 2 + 1));
    }
    rig.assert_well();
}

#[test]
fn heads_just_below_the_limit_are_kept_no_longer_than_it_takes_to_refuse_them() {
    let rig = Rig::start(&KEYS);
    for more in [repeated(900), repeated(200), long(28_000)] {
        let fields = [get(PICTURE), more].concat();
        crowd(&rig, 30, |mut stream| {
            for index in 0..100 {
                write(&mut stream, &block(number(index), &fields));
            }
            let mut left = 100;
            Frame::read_until(&mut stream, |frame| {
                left -= usize::from(frame.kind == RST_STREAM || frame.kind == HEADERS);
                left == 0
            });
            assert_eq!(left, 0);
        });
    }
    rig.assert_answers(PICTURE, 403);
}

#[test]
fn large_heads_that_wait_are_taken_from_the_budget() {
    let rig = Rig::start(&[
        ("IMGPROXY_TIMEOUT", "2"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "1"),
    ]);
    let silent = Silent::start();
    crowd(&rig, 20, |mut stream| {
        for index in 0..100 {
            let fields = [get(&silent.path(index)), long(7_000)].concat();
            write(&mut stream, &block(number(index), &fields));
        }
        let mut left = 100;
        let frames = Frame::read_until(&mut stream, |frame| {
            left -= usize::from(frame.kind == RST_STREAM || frame.kind == HEADERS);
            left == 0
        });
        assert_eq!(left, 0, "{frames:?}");
    });
    // Half of the share of sources is 16 MiB.
    let count = silent.count();
    assert!((1..200).contains(&count), "{count}");
    rig.assert_well();
}

#[test]
fn header_blocks_that_do_not_end_are_ended() {
    let rig = Rig::start(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "2")]);
    // A value of a megabyte begins, and some of it comes.
    let mut fields = get(PICTURE);
    fields.extend(b"\0\x01a\x7f\xc1\x84\x3d");
    fields.resize(FRAME_BYTES, b'x');
    let indexed = [get(PICTURE), repeated(900)].concat();
    let start = Instant::now();
    let mut held: Vec<_> = (0..300)
        .map(|index| {
            let mut stream = begin(&rig);
            let fields = if index % 2 == 0 { &fields } else { &indexed };
            write(&mut stream, &frame(HEADERS, END_STREAM, 1, fields));
            for _ in 0..index % 4 {
                write(
                    &mut stream,
                    &frame(CONTINUATION, 0, 1, &[b'x'; FRAME_BYTES]),
                );
            }
            stream
        })
        .collect();
    rig.assert_well();
    for stream in &mut held {
        Frame::read_until(stream, |_| false);
    }
    let elapsed = start.elapsed();
    assert!(elapsed < promised(Duration::from_secs(4)), "{elapsed:?}");
    rig.assert_well();
}

#[test]
fn continuations_without_end_are_no_way_to_stay() {
    let rig = Rig::start(&[]);
    crowd(&rig, 10, |mut stream| {
        write(&mut stream, &frame(HEADERS, END_STREAM, 1, &get(PICTURE)));
        let mut sent = 0;
        while write(&mut stream, &frame(CONTINUATION, 0, 1, b"")) {
            sent += 1;
            assert!(sent < 1_000_000, "nobody minds");
        }
    });
    rig.assert_well();
}

#[test]
fn one_connection_has_so_many_streams_and_no_more() {
    let rig = Rig::start(&[("IMGPROXY_DOWNLOAD_TIMEOUT", "2")]);
    let silent = Silent::start();
    let before = rig.descriptors();
    let mut stream = begin(&rig);
    for index in 0..600 {
        assert!(write(
            &mut stream,
            &request(number(index), &silent.path(index))
        ));
    }
    silent.await_count(100);
    std::thread::sleep(Duration::from_millis(200));
    let opened = rig.descriptors() - before;
    assert!(opened < 150, "{opened} descriptors");
    assert_eq!(silent.count(), 100);
    // Whoever does not listen at all is sent away.
    for index in 600..5_000 {
        write(&mut stream, &request(number(index), &silent.path(index)));
    }
    silent.await_end();
    assert!(silent.count() < 200, "{}", silent.count());
    rig.assert_well();
}

#[test]
fn streams_count_as_clients() {
    let rig = Rig::start(&[
        ("IMGPROXY_MAX_CLIENTS", "10"),
        ("IMGPROXY_TIMEOUT", "30"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "30"),
    ]);
    let silent = Silent::start();
    let mut stream = begin(&rig);
    for index in 0..50 {
        assert!(write(
            &mut stream,
            &request(number(index), &silent.path(index))
        ));
    }
    let mut refused = 0;
    let frames = Frame::read_until(&mut stream, |frame| {
        refused += usize::from(frame.reset() == Some(REFUSED));
        refused == 41
    });
    assert_eq!(refused, 41, "{frames:?}");
    silent.await_count(9);
    // One of eight places is not for them.
    assert_eq!(rig.get("/health").status, 200);
    // Whoever takes a request back makes room for another one.
    let back = frame(RST_STREAM, 0, 1, &CANCELLED.to_be_bytes());
    assert!(write(&mut stream, &back));
    let is_answered = (50..200).any(|index| {
        std::thread::sleep(Duration::from_millis(20));
        assert!(write(&mut stream, &request(number(index), "/health")));
        let frames = Frame::read_until(&mut stream, |frame| frame.stream == number(index));
        frames.last().is_some_and(|last| last.has_status(8))
    });
    assert!(is_answered);
    assert_eq!(silent.count(), 9);
    drop(stream);
    silent.await_end();
    rig.assert_well();
}

#[test]
fn many_streams_on_many_connections_share_what_there_is() {
    let rig = Rig::start(&[
        ("IMGPROXY_TIMEOUT", "4"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "2"),
    ]);
    let silent = Silent::start();
    let small = repeated(90);
    crowd(&rig, 60, |mut stream| {
        for index in 0..100 {
            let fields = [get(&silent.path(index)), small.clone()].concat();
            write(&mut stream, &block(number(index), &fields));
        }
        let mut left = 100;
        Frame::read_until(&mut stream, |frame| {
            left -= usize::from(frame.kind == RST_STREAM || frame.kind == HEADERS);
            left == 0
        });
        assert_eq!(left, 0);
    });
    // One for each connection, and 16 MiB.
    assert!(silent.count() <= 60 + 256, "{}", silent.count());
    rig.assert_well();
}

#[test]
fn requests_that_are_taken_back_at_once_end_their_connection() {
    let rig = Rig::start(&[]);
    let silent = Silent::start();
    let start = Instant::now();
    crowd(&rig, 4, |mut stream| {
        let back = CANCELLED.to_be_bytes();
        let mut index = 0;
        while index < 100_000 {
            let id = number(index);
            let both = [
                request(id, &silent.path(index)),
                frame(RST_STREAM, 0, id, &back),
            ];
            if !write(&mut stream, &both.concat()) {
                break;
            }
            index += 1;
        }
        assert!(index < 100_000, "nobody minds");
    });
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    rig.assert_well();
}

#[test]
fn requests_that_are_taken_back_in_the_end_are_counted_as_well() {
    let rig = Rig::start(&[("IMGPROXY_TIMEOUT", "30")]);
    let silent = Silent::start();
    let mut stream = begin(&rig);
    let mut came = 0;
    for round in 0..20 {
        let ids = (0..50).map(|index| number(round * 50 + index));
        let begun: Vec<_> = ids
            .clone()
            .flat_map(|id| request(id, &silent.path(id as usize)))
            .collect();
        if !write(&mut stream, &begun) {
            break;
        }
        came += 50;
        if round < 10 {
            silent.await_count(came);
        }
        let back = CANCELLED.to_be_bytes();
        let resets: Vec<_> = ids.flat_map(|id| frame(RST_STREAM, 0, id, &back)).collect();
        write(&mut stream, &resets);
    }
    let frames = Frame::read_until(&mut stream, |frame| frame.goaway().is_some());
    assert_eq!(
        frames.last().and_then(Frame::goaway),
        Some(CALM),
        "{frames:?}"
    );
    assert!(silent.count() <= 550, "{}", silent.count());
    rig.assert_well();
}

#[test]
fn questions_whose_answers_are_not_read_are_not_collected() {
    let rig = Rig::start(&[("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "1")]);
    let pings = frame(PING, 0, 0, b"12345678").repeat(1_000);
    let settings = frame(SETTINGS, 0, 0, b"\0\x03\0\0\0\x64").repeat(1_000);
    crowd(&rig, 8, |mut stream| {
        let start = Instant::now();
        let mut is_open = true;
        while is_open && start.elapsed() < PATIENCE {
            is_open = write(&mut stream, &pings) && write(&mut stream, &settings);
        }
        assert!(!is_open, "nobody minds");
    });
    rig.assert_well();
}

#[test]
fn windows_that_do_not_open_end_the_answer() {
    let rig = Rig::start(&[("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "1")]);
    let start = Instant::now();
    for window in [0_u8, 1] {
        crowd(&rig, 5, |mut stream| {
            write(
                &mut stream,
                &frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, window]),
            );
            for index in 0..100 {
                write(&mut stream, &request(number(index), PICTURE));
            }
            let mut left = 100;
            // Of 500 at a time some are refused.
            let frames = Frame::read_until(&mut stream, |frame| {
                left -= usize::from(matches!(frame.reset(), Some(CANCELLED | REFUSED)));
                left == 0
            });
            assert_eq!(left, 0, "{frames:?}");
            assert_goes_on(&mut stream, number(100));
        });
    }
    assert!(
        start.elapsed() < promised(Duration::from_secs(5)),
        "{:?}",
        start.elapsed()
    );
    rig.assert_well();
}

#[test]
fn answers_that_nobody_reads_are_not_collected() {
    let rig = Rig::start(&[("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "2")]);
    let wide = [
        frame(SETTINGS, 0, 0, b"\0\x04\x7f\xff\xff\xff"),
        frame(8, 0, 0, &0x7fff_0000_u32.to_be_bytes()),
    ]
    .concat();
    crowd(&rig, 10, |mut stream| {
        write(&mut stream, &wide);
        let path = "/unsafe/raw:1/plain/sample://landscape.jpg";
        let start = Instant::now();
        let mut index = 0;
        while write(&mut stream, &request(number(index), path)) {
            index += 1;
            assert!(start.elapsed() < PATIENCE, "nobody minds");
        }
    });
    rig.assert_well();
}

#[test]
fn stopping_says_goodbye_and_finishes_what_was_begun() {
    let mut rig = Rig::start(&[("IMGPROXY_DOWNLOAD_TIMEOUT", "1")]);
    let silent = Silent::start();
    let mut stream = begin(&rig);
    stream.write_all(&request(1, &silent.path(1))).unwrap();
    silent.await_count(1);
    rig.terminate();
    let mut stream_for_pongs = stream.try_clone().unwrap();
    let frames = Frame::read_until(&mut stream, |frame| {
        if frame.kind == PING {
            write(
                &mut stream_for_pongs,
                &super::frames::frame(PING, 1, 0, &frame.payload),
            );
        }
        frame.kind == HEADERS
    });
    assert!(
        frames.iter().any(|frame| frame.goaway() == Some(0)),
        "{frames:?}"
    );
    assert!(
        frames.iter().any(|frame| frame.kind == HEADERS),
        "{frames:?}"
    );
    assert_eq!(rig.wait().code(), Some(0));
}
