//! Settings of metrics.

/// Settings of the Prometheus listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricsSettings {
    /// `host:port`; empty for no listener.
    pub bind: String,
    /// In front of imgproxy's metric names, before a `_`; empty for none.
    pub namespace: String,
}
