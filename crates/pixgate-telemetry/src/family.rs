//! Metrics as plain data, which every exporter writes in its own form.

/// Metrics with one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Name, without the namespace.
    pub name: &'static str,
    /// What it counts.
    pub help: &'static str,
    /// How values behave.
    pub kind: Kind,
    /// Whether the namespace goes in front: imgproxy's metrics have it, those of the process do
    /// not.
    pub is_namespaced: bool,
    /// Values by label.
    pub samples: Vec<Sample>,
}

/// How values of a metric behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name and value of its label, if it has one.
    pub label: Option<(&'static str, String)>,
    /// The value.
    pub value: Value,
}

/// A number or a distribution.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A distribution.
    Distribution(Histogram),
}

/// Counts of durations by upper bound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Histogram {
    counts: [u64; BOUNDS.len() + 1],
    sum: f64,
}

impl Histogram {
    /// Counts one duration, in seconds.
    pub fn observe(&mut self, seconds: f64) {
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(count) = self.counts.get_mut(bucket.unwrap_or(BOUNDS.len())) {
            *count += 1;
        }
        self.sum += seconds;
    }

    /// Counts of each bucket alone; the last is for what exceeds all [`BOUNDS`].
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// All of them.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Seconds together.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum
    }
}

impl Family {
    /// One of imgproxy's gauges, without a label.
    #[expect(
        clippy::cast_precision_loss,
        reason = "metrics are floating point; bytes beyond 2^53 do not occur"
    )]
    pub(crate) fn gauge(name: &'static str, help: &'static str, value: u64) -> Self {
        Self {
            name,
            help,
            kind: Kind::Gauge,
            is_namespaced: true,
            samples: vec![Sample::number(None, value as f64)],
        }
    }

    /// The same under a name that never gets the namespace.
    pub(crate) fn own(mut self) -> Self {
        self.is_namespaced = false;
        self
    }
}

impl Sample {
    /// A number, with or without a label.
    #[must_use]
    pub fn number(label: Option<(&'static str, String)>, value: f64) -> Self {
        Self {
            label,
            value: Value::Number(value),
        }
    }
}

/// Upper bounds of all histograms, in seconds.
pub const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_in_the_first_bucket_that_holds_it() {
        let mut histogram = Histogram::default();
        for seconds in [0.005, 0.006, 11.0] {
            histogram.observe(seconds);
        }
        assert_eq!(histogram.counts(), [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(histogram.count(), 3);
    }
}
