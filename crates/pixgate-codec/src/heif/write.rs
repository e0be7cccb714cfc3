//! Writing ISO base media boxes (ISO/IEC 14496-12, section 4.2).

/// Writes a box that begins with a version and no flags.
pub(super) fn write_full_box(
    to: &mut Vec<u8>,
    name: &[u8; 4],
    version: u8,
    content: impl FnOnce(&mut Vec<u8>),
) {
    write_box(to, name, |to| {
        to.extend_from_slice(&[version, 0, 0, 0]);
        content(to);
    });
}

/// Writes a box, its length filled in afterwards.
pub(super) fn write_box(to: &mut Vec<u8>, name: &[u8; 4], content: impl FnOnce(&mut Vec<u8>)) {
    let start = to.len();
    push32(to, 0);
    to.extend_from_slice(name);
    content(to);
    let length = u32::try_from(to.len() - start).unwrap_or_default();
    if let Some(field) = to.get_mut(start..start + 4) {
        field.copy_from_slice(&length.to_be_bytes());
    }
}

pub(super) fn push16(to: &mut Vec<u8>, value: u16) {
    to.extend_from_slice(&value.to_be_bytes());
}

pub(super) fn push32(to: &mut Vec<u8>, value: u32) {
    to.extend_from_slice(&value.to_be_bytes());
}
