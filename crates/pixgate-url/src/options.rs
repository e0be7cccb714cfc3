//! The option tables of both endpoints, assembled from one file per family.

mod color;
mod crop;
mod delivery;
mod effects;
mod extend;
mod gravity;
mod info;
mod limits;
mod mask;
mod metadata;
mod output;
mod size;
mod source;
mod video;
mod watermark;

use crate::table::{OptionRow, Table, index};

/// Every option of processing URLs, in the order of the documentation.
pub fn processing_options() -> impl Iterator<Item = &'static OptionRow> {
    PROCESSING.rows()
}

/// Every option of info URLs, in the order of the documentation.
pub fn info_options() -> impl Iterator<Item = &'static OptionRow> {
    INFO.rows()
}

pub(crate) static PROCESSING: Table =
    Table::new(PROCESSING_FAMILIES, || index(PROCESSING_FAMILIES));

pub(crate) static INFO: Table = Table::new(INFO_FAMILIES, || index(INFO_FAMILIES));

static PROCESSING_FAMILIES: &[&[OptionRow]] = &[
    size::OPTIONS,
    extend::OPTIONS,
    gravity::OPTIONS,
    crop::OPTIONS,
    metadata::OPTIONS,
    color::OPTIONS,
    effects::OPTIONS,
    watermark::OPTIONS,
    mask::OPTIONS,
    source::OPTIONS,
    video::OPTIONS,
    output::OPTIONS,
    delivery::OPTIONS,
    limits::OPTIONS,
];

static INFO_FAMILIES: &[&[OptionRow]] = &[info::PARTS, info::ANALYSIS, info::DELIVERY];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use pixgate_options::OptionId;

    use super::{INFO, PROCESSING};
    use crate::Edition;

    #[test]
    fn every_name_leads_to_its_row_except_the_disputed_co() {
        for table in [&PROCESSING, &INFO] {
            let mut seen: HashMap<&str, &str> = HashMap::new();
            for row in table.rows() {
                for name in row.names() {
                    assert_eq!(seen.insert(name, row.name), None, "{name} is used twice");
                    assert!(table.find(name).is_some_and(|found| found.name == row.name));
                }
            }
        }
    }

    #[test]
    fn every_option_has_one_row() {
        for id in OptionId::ALL {
            let rows = PROCESSING.rows().filter(|row| row.id == Some(*id));
            assert_eq!(rows.count(), 1, "{id:?}");
        }
        assert!(PROCESSING.rows().all(|row| row.id.is_some()));
    }

    #[test]
    fn every_row_is_complete() {
        for row in PROCESSING.rows().chain(INFO.rows()) {
            assert!(!row.arguments.is_empty(), "{}", row.name);
            assert!(!row.default.is_empty(), "{}", row.name);
            let is_own = row.edition() == Edition::Own;
            assert_eq!(row.docs_url().is_none(), is_own, "{}", row.name());
            assert_eq!(row.name().starts_with("px_"), is_own, "{}", row.name());
        }
        assert_eq!(PROCESSING.rows().count(), OptionId::ALL.len());
        assert_eq!(INFO.rows().count(), 34);
    }
}
