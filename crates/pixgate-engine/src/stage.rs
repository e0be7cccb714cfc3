//! What a run is doing.

/// A part of a run, for whoever wants to know where its time goes.
///
/// Rows, planes and frames stream through a run, so it goes back and forth between decoding and
/// transforming, and with animations between all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// From the source's bytes to pixels.
    Decode,
    /// The steps of the plan, colours and metadata.
    Transform,
    /// From pixels to the result's bytes.
    Encode,
}

/// Hears of every stage that begins; the one before it has ended then.
pub(crate) type Watch<'a> = &'a dyn Fn(Stage);
