//! Encoding beside libwebp, interleaved in one run on one thread, processor time.
//!
//! `PIXGATE_CORPUS=<folder> cargo bench -p pixgate-webp --bench encode -- [side...] [graphics]`
//!
//! Both get the same planes. For each picture the best of the rounds counts. Each line sums over the pictures:
//! time and its ratio to libwebp at method 4, bytes and theirs, the mean SSIMULACRA2 of what libwebp decodes
//! and its difference, and the bytes that libwebp at method 4 takes for the same SSIMULACRA2, as a ratio.

#![allow(unsafe_code, reason = "libwebp is a C library")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench may panic and prints"
)]

use std::path::{Path, PathBuf};

use cpu_time::ThreadTime;
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use fast_ssim2::{PixelDescriptor, PixelSlice, compute_ssimulacra2};
use libwebp_sys::{
    WebPConfig, WebPDecodeRGB, WebPEncode, WebPFree, WebPMemoryWrite, WebPMemoryWriter,
    WebPMemoryWriterClear, WebPMemoryWriterInit, WebPPicture, WebPPictureFree,
    WebPPictureImportRGB,
};
use pixgate_webp::vp8::{Encoder, Settings};

const QUALITIES: [u8; 3] = [50, 75, 90];
/// Where the peer's curve of bytes over quality is taken.
const CURVE: [u8; 9] = [25, 40, 50, 60, 70, 78, 85, 91, 96];

struct Picture {
    size: (usize, usize),
    rgb: Vec<u8>,
    planes: [Vec<u8>; 3],
    /// SSIMULACRA2 and bytes of the peer.
    curve: Vec<(f64, f64)>,
}

#[derive(Clone, Copy)]
enum Case {
    Peer(i32),
    Ours(u8),
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let number = |name: &str| {
        arguments
            .iter()
            .find_map(|a| a.strip_prefix(name)?.parse::<usize>().ok())
    };
    let rounds = number("rounds=").unwrap_or(3);
    let efforts: Vec<u8> = match number("effort=") {
        Some(effort) => vec![u8::try_from(effort).unwrap()],
        None => (0..=6).collect(),
    };
    let sides: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    let sides = if sides.is_empty() {
        vec![512, 2040]
    } else {
        sides
    };
    let is_graphics = arguments.iter().any(|a| a == "graphics");
    for side in sides {
        let mut pictures = pictures(side, is_graphics);
        println!("{} pictures, long edge up to {side}", pictures.len());
        for picture in &mut pictures {
            picture.curve = CURVE
                .map(|quality| {
                    let file = peer(picture, quality, 4);
                    (quality_of(picture, &file), (file.len() as f64).ln())
                })
                .to_vec();
        }
        for quality in QUALITIES {
            let mut cases = vec![Case::Peer(4), Case::Peer(6), Case::Peer(2)];
            cases.extend(efforts.iter().map(|effort| Case::Ours(*effort)));
            compare(&pictures, quality, &cases, rounds);
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    time: f64,
    bytes: usize,
    quality: f64,
    gain: f64,
}

fn compare(pictures: &[Picture], quality: u8, cases: &[Case], rounds: usize) {
    let mut sums = vec![Sum::default(); cases.len()];
    for picture in pictures {
        let mut best = vec![f64::MAX; cases.len()];
        let mut files = vec![Vec::new(); cases.len()];
        for _ in 0..rounds {
            for ((case, best), file) in cases.iter().zip(&mut best).zip(&mut files) {
                let start = ThreadTime::now();
                *file = match case {
                    Case::Peer(method) => peer(picture, quality, *method),
                    Case::Ours(effort) => ours(picture, quality, *effort),
                };
                *best = best.min(start.elapsed().as_secs_f64());
            }
        }
        for ((sum, best), file) in sums.iter_mut().zip(best).zip(&files) {
            let reached = quality_of(picture, file);
            sum.time += best * 1e3;
            sum.bytes += file.len();
            sum.quality += reached;
            sum.gain += (file.len() as f64).ln() - bytes_at(&picture.curve, reached);
        }
    }
    let count = pictures.len() as f64;
    let base = sums[0];
    for (case, sum) in cases.iter().zip(sums) {
        let name = match case {
            Case::Peer(method) => format!("libwebp {method}"),
            Case::Ours(effort) => format!("effort {effort}"),
        };
        println!(
            "quality {quality} {name:10} {:8.2} ms {:5.2} | {:8} bytes {:5.3} | {:6.2} {:+5.2} | {:5.3}",
            sum.time / count,
            sum.time / base.time,
            sum.bytes / pictures.len(),
            sum.bytes as f64 / base.bytes as f64,
            sum.quality / count,
            (sum.quality - base.quality) / count,
            (sum.gain / count).exp(),
        );
    }
}

/// Logarithm of the bytes that the peer takes for a quality.
fn bytes_at(curve: &[(f64, f64)], quality: f64) -> f64 {
    let at = curve.windows(2).position(|pair| quality < pair[1].0);
    let at = at.unwrap_or(curve.len() - 2);
    let [(low, from), (high, to)] = [curve[at], curve[at + 1]];
    from + (to - from) * (quality - low) / (high - low).max(1e-9)
}

fn ours(picture: &Picture, quality: u8, effort: u8) -> Vec<u8> {
    let mut settings = Settings::new(quality);
    settings.effort = effort;
    let (width, height) = picture.size;
    let mut encoder = Encoder::new(width as u32, height as u32, settings).unwrap();
    let [y, cb, cr] = &picture.planes;
    encoder.push_planes(y, [cb, cr]).unwrap();
    let payload = encoder.finish().unwrap();
    let padded = payload.len().next_multiple_of(2);
    let mut file = b"RIFF".to_vec();
    file.extend((padded as u32 + 12).to_le_bytes());
    file.extend(b"WEBPVP8 ");
    file.extend((payload.len() as u32).to_le_bytes());
    file.extend(payload);
    file.resize(padded + 20, 0);
    file
}

fn peer(picture: &Picture, quality: u8, method: i32) -> Vec<u8> {
    let (width, height) = picture.size;
    let half = width.div_ceil(2) as i32;
    // SAFETY: configuration and picture are initialised, the planes are as large as the picture says and
    // outlive the call, and the writer's buffer is copied before it is freed.
    unsafe {
        let mut config = WebPConfig::new().unwrap();
        (config.quality, config.method) = (f32::from(quality), method);
        let mut view = WebPPicture::new().unwrap();
        (view.width, view.height) = (width as i32, height as i32);
        let [y, cb, cr] = &picture.planes;
        (view.y, view.u, view.v) = (
            y.as_ptr().cast_mut(),
            cb.as_ptr().cast_mut(),
            cr.as_ptr().cast_mut(),
        );
        (view.y_stride, view.uv_stride) = (width as i32, half);
        let mut writer: WebPMemoryWriter = std::mem::zeroed();
        WebPMemoryWriterInit(&raw mut writer);
        view.writer = Some(WebPMemoryWrite);
        view.custom_ptr = (&raw mut writer).cast();
        assert!(WebPEncode(&raw const config, &raw mut view) != 0);
        let file = std::slice::from_raw_parts(writer.mem, writer.size).to_vec();
        WebPMemoryWriterClear(&raw mut writer);
        file
    }
}

fn quality_of(picture: &Picture, file: &[u8]) -> f64 {
    let (mut width, mut height) = (0, 0);
    // SAFETY: the file outlives the call, and the pixels are copied before they are freed.
    let shown = unsafe {
        let start = WebPDecodeRGB(file.as_ptr(), file.len(), &raw mut width, &raw mut height);
        assert!(!start.is_null());
        let pixels = std::slice::from_raw_parts(start, picture.rgb.len()).to_vec();
        WebPFree(start.cast());
        pixels
    };
    let sides = [picture.size.0, picture.size.1].map(|side| side as u32);
    let row = picture.size.0 * 3;
    let slice = |bytes| {
        PixelSlice::new(bytes, sides[0], sides[1], row, PixelDescriptor::RGB8_SRGB).unwrap()
    };
    compute_ssimulacra2(&slice(&picture.rgb), &slice(&shown)).unwrap()
}

fn pictures(side: usize, is_graphics: bool) -> Vec<Picture> {
    let root = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let folder = if is_graphics {
        "graphics"
    } else {
        "photos/png"
    };
    let entries = Path::new(&root).join(folder).read_dir().unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|name| name == "png"));
    paths.sort();
    paths.iter().map(|path| picture(path, side)).collect()
}

/// Opens a PNG file and makes it as small as asked for.
fn picture(path: &Path, side: usize) -> Picture {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut decoder = png::Decoder::new(file);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    let step = info.color_type.samples();
    let rgb: Vec<u8> = samples[..info.buffer_size()]
        .chunks_exact(step)
        .flat_map(|pixel| match step {
            1 | 2 => [pixel[0]; 3],
            _ => [pixel[0], pixel[1], pixel[2]],
        })
        .collect();
    let (width, height) = (info.width as usize, info.height as usize);
    let scale = (side as f64 / width.max(height) as f64).min(1.0);
    let size = [width, height].map(|side| ((side as f64 * scale).round() as usize).max(1));
    let source = Image::from_vec_u8(info.width, info.height, rgb, PixelType::U8x3).unwrap();
    let mut small = Image::new(size[0] as u32, size[1] as u32, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut small, &options)
        .unwrap();
    let rgb = small.into_vec();
    let size = (size[0], size[1]);
    Picture {
        planes: planes(&rgb, size),
        size,
        rgb,
        curve: Vec::new(),
    }
}

/// The planes that libwebp makes.
fn planes(rgb: &[u8], (width, height): (usize, usize)) -> [Vec<u8>; 3] {
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    // SAFETY: the picture is initialised, `rgb` holds all rows, and planes are read where and as long as the
    // library says that they are.
    unsafe {
        let mut view = WebPPicture::new().unwrap();
        (view.width, view.height) = (width as i32, height as i32);
        view.use_argb = 0;
        assert!(WebPPictureImportRGB(&raw mut view, rgb.as_ptr(), width as i32 * 3) != 0);
        let copied = |start: *const u8, stride: i32, width: usize, height: usize| {
            let row = |y: usize| std::slice::from_raw_parts(start.add(y * stride as usize), width);
            (0..height).flat_map(|y| row(y).to_vec()).collect()
        };
        let planes = [
            copied(view.y, view.y_stride, width, height),
            copied(view.u, view.uv_stride, half_width, half_height),
            copied(view.v, view.uv_stride, half_width, half_height),
        ];
        WebPPictureFree(&raw mut view);
        planes
    }
}
