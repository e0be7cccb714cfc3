//! Doors for fuzzers: what the other side of a pipe may say.

use crate::message::{Reply, Request, Task, read_bytes, read_message, write_message};
use crate::pixels::read_pixels;
use pixgate_codec::OutputLayout;

/// Reads bytes as a parent reads what a child says, and gives the number of answers.
///
/// - `memory_bytes`: the share of the work; no answer may be larger.
#[must_use]
pub fn replies(mut bytes: &[u8], memory_bytes: u64) -> usize {
    let mut count = 0;
    while let Ok(Some(reply)) = read_message::<Reply>(&mut bytes) {
        count += 1;
        let layout = match reply {
            Reply::Pixels { layout, .. } => layout,
            Reply::Frame { layout, .. } => OutputLayout::Interleaved(layout),
            Reply::Text { bytes: length } | Reply::Mark(Some((_, length))) => {
                if read_bytes(&mut bytes, length, memory_bytes).is_err() {
                    return count;
                }
                continue;
            }
            _ => continue,
        };
        if layout.bytes() > memory_bytes || read_pixels(&mut bytes, layout).is_err() {
            return count;
        }
    }
    count
}

/// Reads bytes as a child reads what its parent asks; a request that can be read is the same after
/// it was written again.
///
/// # Panics
///
/// If it is not.
#[must_use]
pub fn requests(mut bytes: &[u8], memory_bytes: u64) -> usize {
    let mut count = 0;
    while let Ok(Some(request)) = read_message::<Request>(&mut bytes) {
        let mut written = Vec::new();
        let again = write_message(&mut written, &request)
            .and_then(|()| read_message::<Request>(&mut written.as_slice()));
        assert_eq!(again.ok().flatten().as_ref(), Some(&request));
        count += 1;
        let limit = request.memory_bytes.min(memory_bytes);
        if read_bytes(&mut bytes, request.source_bytes, limit).is_err() {
            return count;
        }
    }
    count
}

/// A conversation to begin with: a request with a source, and the answer to another one.
#[must_use]
pub fn seeds() -> [Vec<u8>; 2] {
    let request = Request {
        task: Task::Probe,
        limits: pixgate_codec::Limits::default(),
        memory_bytes: 1 << 20,
        cpu_seconds: 1,
        source_bytes: 3,
    };
    let layout = pixgate_raster::Layout::u8(1, 1, pixgate_raster::Channels::Rgb);
    let reply = Reply::Frame {
        layout,
        delay_ms: 40,
    };
    let written = |message: std::io::Result<()>, mut bytes: Vec<u8>| {
        let samples: &[u8] = if message.is_ok() { b"abc" } else { b"" };
        bytes.extend_from_slice(samples);
        bytes
    };
    let (mut asked, mut answered) = (Vec::new(), Vec::new());
    let asking = write_message(&mut asked, &request);
    let answering = write_message(&mut answered, &reply);
    [written(asking, asked), written(answering, answered)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_understood() {
        let [request, reply] = seeds();
        assert_eq!(requests(&request, 1 << 20), 1);
        assert_eq!(replies(&reply, 1 << 20), 1);
        assert_eq!(replies(&request, 1 << 20), 0);
    }
}
