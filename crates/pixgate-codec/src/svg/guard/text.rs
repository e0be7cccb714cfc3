//! How much text is laid out.

use resvg::usvg::roxmltree::Node;

/// The characters of a text, once for every piece of it: the library shapes the whole for each
/// piece's font.
pub(super) fn shaping(text: Node<'_, '_>) -> u64 {
    let (mut characters, mut pieces) = (0_usize, 1_usize);
    for node in text.descendants() {
        match node.text() {
            Some(text) if node.is_text() => {
                characters = characters.saturating_add(text.chars().count());
                pieces += 1;
            }
            _ => {}
        }
    }
    // With several pieces, each character is looked for among all.
    let searches = if pieces > 2 { characters / 128 } else { 0 };
    (characters as u64).saturating_mul((pieces + searches) as u64)
}
