//! One AV1 picture through rav1e: the only file that calls it.

use pixgate_options::Format;
use pixgate_raster::{ChromaSubsampling, Image, Samples, YuvMatrix, YuvRange};
use rav1e::prelude::{
    BlockSize, ChromaSamplePosition, ChromaSampling, ColorDescription, ColorPrimaries, Config,
    Context, EncoderConfig, EncoderStatus, FrameType, MatrixCoefficients, PartitionRange,
    PixelRange, Rational, SceneDetectionSpeed, SpeedSettings, TransferCharacteristics,
};

use crate::{Error, ErrorKind};

/// What to encode and how.
pub(super) struct Job<'a> {
    /// Y, and unless it is monochrome Cb and Cr; 8 bits, or 16 of which the upper 12 are coded.
    pub(super) planes: Vec<&'a Image>,
    /// Chroma resolution; none for monochrome.
    pub(super) subsampling: Option<ChromaSubsampling>,
    pub(super) matrix: YuvMatrix,
    pub(super) range: YuvRange,
    /// 1 to 100.
    pub(super) quality: u8,
    /// 0 to 9, as the reference's library counts.
    pub(super) speed: u8,
}

/// A coded picture.
pub(super) struct Coded {
    /// The stream.
    pub(super) stream: Vec<u8>,
    /// The content of the `av1C` box.
    pub(super) configuration: Vec<u8>,
}

impl Job<'_> {
    pub(super) fn encode(&self) -> Result<Coded, Error> {
        match self.planes.first().map(|plane| plane.samples()) {
            Some(Samples::U8(_)) => self.encode_8(),
            Some(Samples::U16(_)) => self.encode_12(),
            _ => Err(super::unsupported("float samples")),
        }
    }

    fn encode_8(&self) -> Result<Coded, Error> {
        let context: Context<u8> = self.config(8).new_context().map_err(failed)?;
        let mut frame = context.new_frame();
        for (to, from) in frame.planes.iter_mut().zip(&self.planes) {
            if let Samples::U8(samples) = from.samples() {
                to.copy_from_raw_u8(samples, from.width() as usize, 1);
            }
        }
        finish(context, frame)
    }

    fn encode_12(&self) -> Result<Coded, Error> {
        let context: Context<u16> = self.config(12).new_context().map_err(failed)?;
        let mut frame = context.new_frame();
        for (to, from) in frame.planes.iter_mut().zip(&self.planes) {
            let view = from.view::<u16>()?;
            let origin = Default::default();
            let mut slice = to.mut_slice(origin);
            for (to, from) in slice.rows_iter_mut().zip(view.rows()) {
                for (to, from) in to.iter_mut().zip(from) {
                    *to = from >> 4;
                }
            }
        }
        finish(context, frame)
    }

    /// Whether most pixels are as bright as the one before.
    fn is_drawing(&self) -> bool {
        let luma = self.planes.first().map(|plane| plane.samples());
        match luma {
            Some(Samples::U8(samples)) => is_repeating(samples),
            Some(Samples::U16(samples)) => is_repeating(samples),
            _ => false,
        }
    }

    fn config(&self, bit_depth: usize) -> Config {
        let size = self
            .planes
            .first()
            .map_or((0, 0), |plane| (plane.width(), plane.height()));
        let quantizer = quantizer(self.quality);
        let speed_settings = speed_settings(self.speed, self.is_drawing());
        let encoder = EncoderConfig {
            width: size.0 as usize,
            height: size.1 as usize,
            time_base: Rational::new(1, 1),
            bit_depth,
            chroma_sampling: match self.subsampling {
                None => ChromaSampling::Cs400,
                Some(ChromaSubsampling::Both) => ChromaSampling::Cs420,
                Some(ChromaSubsampling::Horizontal) => ChromaSampling::Cs422,
                Some(ChromaSubsampling::Full) => ChromaSampling::Cs444,
            },
            chroma_sample_position: ChromaSamplePosition::Unknown,
            pixel_range: match self.range {
                YuvRange::Full => PixelRange::Full,
                YuvRange::Limited => PixelRange::Limited,
            },
            color_description: Some(ColorDescription {
                color_primaries: ColorPrimaries::BT709,
                transfer_characteristics: TransferCharacteristics::SRGB,
                matrix_coefficients: match self.matrix {
                    YuvMatrix::Bt601 => MatrixCoefficients::BT601,
                    YuvMatrix::Bt709 => MatrixCoefficients::BT709,
                    YuvMatrix::Bt2020 => MatrixCoefficients::BT2020NCL,
                },
            }),
            still_picture: true,
            min_key_frame_interval: 0,
            max_key_frame_interval: 0,
            low_latency: false,
            quantizer,
            min_quantizer: u8::try_from(quantizer).unwrap_or(u8::MAX),
            bitrate: 0,
            tile_cols: 0,
            tile_rows: 0,
            tiles: 1,
            speed_settings,
            ..EncoderConfig::default()
        };
        Config::new().with_encoder_config(encoder).with_threads(1)
    }
}

/// What takes long and gains little is left out, as far as the speed asks for it.
///
/// - `speed`: 0 to 9, as the reference's library counts; its 8 and 9 are met by smaller blocks, as
///   the encoder's own fastest presets use large ones only, which costs half of the bytes again.
/// - `is_drawing`: the kind of transform is chosen with care, which text needs and flat areas pay
///   for.
fn speed_settings(speed: u8, is_drawing: bool) -> SpeedSettings {
    let mut settings = SpeedSettings::from_preset(speed.saturating_add(1).min(8));
    let blocks = |largest| PartitionRange::new(BlockSize::BLOCK_8X8, largest);
    match speed {
        9.. => settings.partition.partition_range = blocks(BlockSize::BLOCK_8X8),
        8 => settings.partition.partition_range = blocks(BlockSize::BLOCK_16X16),
        _ => {}
    }
    if is_drawing {
        settings.transform.reduced_tx_set = false;
        settings.transform.rdo_tx_decision = true;
    }
    settings.multiref = false;
    settings.rdo_lookahead_frames = 1;
    settings.scene_detection_mode = SceneDetectionSpeed::None;
    settings
}

fn is_repeating<T: PartialEq>(samples: &[T]) -> bool {
    let pairs = samples.iter().zip(samples.iter().skip(1));
    pairs.filter(|(a, b)| a == b).count() > samples.len() / 2
}

fn finish<T: rav1e::prelude::Pixel>(
    mut context: Context<T>,
    frame: rav1e::Frame<T>,
) -> Result<Coded, Error> {
    let configuration = context.container_sequence_header();
    context.send_frame(frame).map_err(failed)?;
    context.flush();
    let mut stream = Vec::new();
    loop {
        match context.receive_packet() {
            Ok(mut packet) if packet.frame_type == FrameType::KEY => {
                stream.append(&mut packet.data);
            }
            Ok(_) | Err(EncoderStatus::Encoded) => {}
            Err(EncoderStatus::LimitReached) => break,
            Err(status) => return Err(failed(status)),
        }
    }
    Ok(Coded {
        stream,
        configuration,
    })
}

/// Fitted so that a quality looks like the same quality of libaom: 65 gives 110 of 255.
fn quantizer(quality: u8) -> usize {
    let loss = f64::from(100 - quality.clamp(1, 100)) / 100.0;
    let quantizer = (255.0 * loss.powf(0.8)).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 255"
    )]
    let quantizer = quantizer as usize;
    quantizer.max(1)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let format = Format::Avif;
    Error::with_source(ErrorKind::Encoder { format }, error)
}
