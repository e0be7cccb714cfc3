//! A plan as a serde value: what a reader wants to know of it.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::{Output, Plan};

impl Serialize for Plan {
    /// Sizes are in pixels, memory in bytes; steps are the sentences that `Display` gives.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let steps: Vec<_> = self.steps.iter().map(ToString::to_string).collect();
        let mut plan = serializer.serialize_struct("Plan", 10)?;
        plan.serialize_field("execution", self.execution.name())?;
        plan.serialize_field("frames", &self.frames)?;
        plan.serialize_field("decoded", &self.loaded)?;
        plan.serialize_field("steps", &steps)?;
        plan.serialize_field("besides", &self.remarks())?;
        plan.serialize_field("width", &self.width)?;
        plan.serialize_field("height", &self.height)?;
        plan.serialize_field("output", &self.output)?;
        plan.serialize_field("alternatives", &self.alternatives)?;
        plan.serialize_field("peak_bytes", &self.peak_bytes)?;
        plan.end()
    }
}

impl Serialize for Output {
    /// The format by its name in URLs, and the quality.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut output = serializer.serialize_struct("Output", 2)?;
        output.serialize_field("format", self.format.name())?;
        output.serialize_field("quality", &self.quality)?;
        output.end()
    }
}
