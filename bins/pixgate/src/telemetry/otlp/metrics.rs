//! `ExportMetricsServiceRequest`: the metrics that Prometheus gets, under the same names.

use super::wire::Message;
use super::{OtlpSettings, request};
use crate::telemetry::{BOUNDS, Family, Histogram, Kind, MetricValue, Sample};

/// `times`: when this process began to count, and now.
pub(super) fn message(settings: &OtlpSettings, families: &[Family], times: (u64, u64)) -> Message {
    let families = families.iter().filter(|family| !family.samples.is_empty());
    request(
        settings,
        "imgproxy",
        families.map(|family| metric(family, times)),
    )
}

fn metric(family: &Family, times: (u64, u64)) -> Message {
    let mut metric = Message::default();
    metric.text(1, family.name);
    metric.text(2, family.help);
    metric.text(3, unit(family.name));
    let mut data = Message::default();
    for sample in &family.samples {
        data.message(1, &point(sample, times));
    }
    let field = match family.kind {
        Kind::Gauge => GAUGE,
        Kind::Counter => {
            data.number(2, CUMULATIVE);
            data.number(3, 1);
            SUM
        }
        Kind::Histogram => {
            data.number(2, CUMULATIVE);
            HISTOGRAM
        }
    };
    metric.message(field, &data);
    metric
}

fn point(sample: &Sample, (start, now): (u64, u64)) -> Message {
    let mut point = Message::default();
    point.fixed(2, start);
    point.fixed(3, now);
    let attributes = match &sample.value {
        MetricValue::Number(number) => {
            point.double(4, *number);
            7
        }
        MetricValue::Distribution(histogram) => {
            add_histogram(&mut point, histogram);
            9
        }
    };
    if let Some((name, value)) = &sample.label {
        point.attribute(attributes, name, &value.as_str().into());
    }
    point
}

fn add_histogram(point: &mut Message, histogram: &Histogram) {
    point.fixed(4, histogram.count());
    point.double(5, histogram.sum());
    point.packed(6, histogram.counts().iter().copied());
    point.packed(7, BOUNDS.iter().map(|bound| bound.to_bits()));
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

const GAUGE: u32 = 5;
const SUM: u32 = 7;
const HISTOGRAM: u32 = 9;
const CUMULATIVE: u64 = 2;
