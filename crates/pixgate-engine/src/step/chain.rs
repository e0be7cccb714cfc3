//! Filters of rows, one after the other.

use pixgate_raster::{Image, Layout};

use super::Step;
use super::row_filter::{RowFilter, RowPlace};
use crate::{Error, ErrorKind};

/// The steps at the beginning of some that filter rows, as far as they go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowChain<'a> {
    steps: &'a [Step],
}

impl<'a> RowChain<'a> {
    /// The filters that `steps` begin with; possibly none.
    pub(crate) fn leading(steps: &'a [Step]) -> Self {
        let is_filter = |step: &Step| step.operation().row_filter().is_some();
        let count = steps.iter().take_while(|step| is_filter(step)).count();
        let (steps, _) = steps.split_at(count);
        Self { steps }
    }

    /// How many steps those are.
    pub(crate) const fn len(&self) -> usize {
        self.steps.len()
    }

    /// The layout of what they give.
    pub(crate) fn layout_after(&self, layout: Layout) -> Layout {
        let steps = self.steps.iter();
        steps.fold(layout, |layout, step| step.layout_after(layout))
    }

    /// Bytes of some rows of this layout while they go through, the rows themselves not counted.
    pub(crate) fn bytes(&self, rows: Layout) -> u64 {
        let mut most = 0;
        let mut layout = rows;
        for step in self.steps {
            // The rows that came in are given up with the first step.
            let own = layout.bytes().saturating_sub(rows.bytes());
            most = most.max(own.saturating_add(step.bytes(layout)));
            layout = step.layout_after(layout);
        }
        most
    }

    /// Sends rows through all of them; gives the rows and the layout that they are part of then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Internal`] if the rows do not lie there, and those of the filters.
    pub(crate) fn filter(&self, rows: Image, place: RowPlace) -> Result<Image, Error> {
        let filters = self.steps.iter().map(|step| (step, step.operation()));
        let mut rows = rows;
        let mut place = place;
        for (step, operation) in filters {
            let filter: &dyn RowFilter = operation.row_filter().ok_or(ErrorKind::Internal)?;
            if !place.fits(rows.layout()) {
                return Err(ErrorKind::Internal.into());
            }
            rows = filter.filter(rows, place)?;
            place.image = step.layout_after(place.image);
        }
        Ok(rows)
    }
}
