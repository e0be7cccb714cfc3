//! Which metadata goes into the result.

mod iptc;
mod tiff;
mod xmp;

use pixgate_codec::Metadata;

use crate::{MetadataPolicy, Output, ProfileAction};

/// Metadata of the result, from that of the source.
pub(crate) fn kept(source: Metadata, output: &Output) -> Metadata {
    let mut source = source;
    let icc = source.icc.take();
    let mut kept = match output.metadata {
        MetadataPolicy::Keep => source,
        MetadataPolicy::KeepCopyright => {
            let mut kept = Metadata::default();
            kept.exif = source.exif.as_deref().and_then(tiff::copyright);
            kept.iptc = source.iptc.as_deref().and_then(iptc::copyright);
            kept.xmp = source.xmp.as_deref().and_then(xmp::copyright);
            kept
        }
        MetadataPolicy::Strip => Metadata::default(),
    };
    if let Some(exif) = &mut kept.exif {
        clean(exif, output);
    }
    let stays = matches!(output.profile, ProfileAction::Keep | ProfileAction::Restore);
    kept.icc = icc.filter(|_| stays);
    kept
}

/// Removes what the pixels no longer agree with.
fn clean(exif: &mut [u8], output: &Output) {
    if output.is_turned {
        tiff::remove(exif, &[tiff::ORIENTATION]);
    }
    if matches!(
        output.profile,
        ProfileAction::ConvertAfter | ProfileAction::ConvertBefore
    ) {
        tiff::remove(exif, &tiff::COLOR);
    }
}
