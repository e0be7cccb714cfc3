//! What encoding takes.

use pixgate_codec::{DecodeRequest, Header, OutputLayout, encode_bytes};

use super::best::TRIES_BESIDE;
use crate::load::decoder_bytes;
use crate::{Output, QualityGoal};

/// Encoding; where several formats are tried, those that take most, as many as are tried at a time,
/// with the smallest result so far, and before that a look at the luma.
pub(crate) fn encoding_bytes(
    source: &Header,
    output: &Output,
    alternatives: &[Output],
    pixels: OutputLayout,
) -> u64 {
    if alternatives.is_empty() {
        return bytes_as(source, output, pixels);
    }
    let tried = || std::iter::once(output).chain(alternatives);
    let without_loss: Vec<Output> = tried().filter_map(Output::without_loss).collect();
    let at_a_time = |outputs: &mut dyn Iterator<Item = &Output>| {
        let mut bytes: Vec<u64> = outputs
            .map(|output| bytes_as(source, output, pixels))
            .collect();
        bytes.sort_unstable_by(|one, other| other.cmp(one));
        let most = bytes.into_iter().take(TRIES_BESIDE + 1);
        most.fold(0, u64::saturating_add)
    };
    let most = at_a_time(&mut tried()).max(at_a_time(&mut without_loss.iter()));
    let layout = output.layout;
    most.saturating_add(layout.bytes())
        .max(layout.bytes().saturating_mul(2))
}

/// Encoding, beside it the best result so far and the luma of the original, and between two
/// encodings the result decoded with its luma.
fn bytes_as(source: &Header, output: &Output, pixels: OutputLayout) -> u64 {
    let encoding = encode_bytes(pixels, &output.encoding);
    let Some(search) = &output.search else {
        return encoding;
    };
    let layout = output.layout;
    let file = layout.bytes();
    if matches!(search.goal, QualityGoal::Bytes(_)) {
        return encoding.saturating_add(file);
    }
    let mut result = source.clone();
    result.format = output.format;
    (result.width, result.height) = (layout.width, layout.height);
    (result.frames, result.animation) = (1, None);
    result.is_multi_pass = output.encoding.jpeg_progressive;
    result.subsampling = Some(output.encoding.chroma_subsampling());
    let decoding = decoder_bytes(&result, &DecodeRequest::default());
    // The file and the best one, the pixels, and both lumas.
    let comparing = decoding.saturating_add(file.saturating_mul(2));
    encoding
        .max(comparing)
        .saturating_add(file.saturating_mul(2))
}
