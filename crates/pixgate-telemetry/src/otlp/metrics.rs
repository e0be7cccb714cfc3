//! All metrics as they are now.

use super::proto::{
    AggregationTemporality, Data, ExportMetricsServiceRequest, Gauge, Histogram,
    HistogramDataPoint, KeyValue, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use super::{OtlpSettings, resource, scope};
use crate::family::{BOUNDS, Family, Kind, Sample, Value};

/// When counting began, and now, in nanoseconds since 1970.
type Times = (u64, u64);

pub(super) fn message(
    settings: &OtlpSettings,
    families: &[Family],
    times: Times,
) -> ExportMetricsServiceRequest {
    let families = families.iter();
    let families = families.filter(|family| !family.samples.is_empty());
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource(settings)),
            scope_metrics: vec![ScopeMetrics {
                scope: Some(scope("imgproxy")),
                metrics: families.map(|family| metric(family, times)).collect(),
            }],
        }],
    }
}

fn metric(family: &Family, times: Times) -> Metric {
    let cumulative = AggregationTemporality::Cumulative.into();
    let data = match family.kind {
        Kind::Gauge => Data::Gauge(Gauge {
            data_points: numbers(family, times),
        }),
        Kind::Counter => Data::Sum(Sum {
            data_points: numbers(family, times),
            aggregation_temporality: cumulative,
            is_monotonic: true,
        }),
        Kind::Histogram => Data::Histogram(Histogram {
            data_points: distributions(family, times),
            aggregation_temporality: cumulative,
        }),
    };
    Metric {
        name: family.name.to_owned(),
        description: family.help.to_owned(),
        unit: unit(family.name).to_owned(),
        data: Some(data),
    }
}

fn numbers(family: &Family, (start, now): Times) -> Vec<NumberDataPoint> {
    let point = |sample: &Sample| match &sample.value {
        Value::Number(number) => Some(NumberDataPoint {
            start_time_unix_nano: start,
            time_unix_nano: now,
            as_double: Some(*number),
            attributes: attributes(sample),
        }),
        Value::Distribution(_) => None,
    };
    family.samples.iter().filter_map(point).collect()
}

fn distributions(family: &Family, (start, now): Times) -> Vec<HistogramDataPoint> {
    let point = |sample: &Sample| match &sample.value {
        Value::Number(_) => None,
        Value::Distribution(histogram) => Some(HistogramDataPoint {
            start_time_unix_nano: start,
            time_unix_nano: now,
            count: histogram.count(),
            sum: Some(histogram.sum()),
            bucket_counts: histogram.counts().to_vec(),
            explicit_bounds: BOUNDS.to_vec(),
            attributes: attributes(sample),
        }),
    };
    family.samples.iter().filter_map(point).collect()
}

fn attributes(sample: &Sample) -> Vec<KeyValue> {
    let label = sample.label.iter();
    label
        .map(|(name, value)| KeyValue::new(*name, value.as_str()))
        .collect()
}

/// The unit of a metric by its name, UCUM.
fn unit(name: &str) -> &'static str {
    match name {
        "workers_utilization" => "%",
        name if name.ends_with("_seconds") => "s",
        name if name.ends_with("_bytes") => "By",
        _ => "1",
    }
}
