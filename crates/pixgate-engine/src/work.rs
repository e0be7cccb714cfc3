//! What everything that runs goes by.

use std::cell::{Cell, RefCell};

use pixgate_codec::SharedSandbox;
use pixgate_raster::cores::IdleCores;

use crate::Cancel;
use crate::objects::Object;

/// When to stop, what may be taken, where codecs run, who helps, and what has been found on the way.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) cancel: &'a Cancel,
    /// Bytes that were planned for the whole run.
    pub(crate) max_bytes: u64,
    pub(crate) sandbox: &'a SharedSandbox,
    /// Who may help.
    pub(crate) cores: &'a dyn IdleCores,
    pub(crate) found: &'a Found,
}

impl Work<'_> {
    /// The question that long operations ask between rows.
    pub(crate) fn stop(&self) -> impl Fn() -> bool + '_ {
        || self.cancel.check().is_err()
    }
}

/// A step that finds in the pixels where it cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Trim,
    Crop,
    ResultCrop,
}

/// Where such steps of the pipeline that runs have cut, and the objects in its picture: what comes
/// after them has to know.
#[derive(Debug, Default)]
pub(crate) struct Found {
    trim: Cell<(u32, u32)>,
    crop: Cell<(u32, u32)>,
    result_crop: Cell<(u32, u32)>,
    objects: RefCell<Vec<Object>>,
}

impl Found {
    const fn cell(&self, place: Place) -> &Cell<(u32, u32)> {
        match place {
            Place::Trim => &self.trim,
            Place::Crop => &self.crop,
            Place::ResultCrop => &self.result_crop,
        }
    }

    /// The corner of what was kept.
    pub(crate) fn at(&self, place: Place) -> (u32, u32) {
        self.cell(place).get()
    }

    /// The objects in the picture, the surest first.
    pub(crate) fn objects(&self) -> Vec<Object> {
        self.objects.borrow().clone()
    }

    pub(crate) fn put_objects(&self, objects: Vec<Object>) {
        self.objects.replace(objects);
    }

    pub(crate) fn put(&self, place: Place, corner: (u32, u32)) {
        self.cell(place).set(corner);
    }
}
