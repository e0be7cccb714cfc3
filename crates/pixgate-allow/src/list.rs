/// Splits a comma list into its trimmed, non-empty items; `None` for a blank text.
pub(crate) fn split_list(text: &str) -> Option<Vec<String>> {
    if text.trim().is_empty() {
        return None;
    }
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    Some(items.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_blank_text_from_a_list_without_items() {
        assert_eq!(split_list(" \t"), None);
        assert_eq!(split_list(" , "), Some(vec![]));
        assert_eq!(
            split_list("a, b ,"),
            Some(vec!["a".to_owned(), "b".to_owned()])
        );
    }
}
