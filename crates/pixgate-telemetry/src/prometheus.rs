//! Metrics as text, for Prometheus.

use std::fmt::Write as _;

use crate::family::{BOUNDS, Family, Histogram, Kind, Sample, Value};

/// Which of the two text formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Prometheus's own, version 0.0.4.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Format {
    /// What an `Accept` header prefers.
    #[must_use]
    pub fn accepted(accept: &str) -> Self {
        if accept.contains("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
            Self::OpenMetrics => {
                "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
            }
        }
    }
}

/// Writes metrics that have a value; those of imgproxy get the namespace.
///
/// Prometheus, "Exposition formats"; OpenMetrics 1.0.0, section "Text format".
#[must_use]
pub fn text(families: &[Family], namespace: &str, format: Format) -> String {
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        write_family(&mut text, family, namespace, format);
    }
    if format == Format::OpenMetrics {
        text.push_str("# EOF\n");
    }
    text
}

fn write_family(text: &mut String, family: &Family, namespace: &str, format: Format) {
    let name = match namespace {
        namespace if family.is_namespaced && !namespace.is_empty() => {
            format!("{namespace}_{}", family.name)
        }
        _ => family.name.to_owned(),
    };
    let described = match format {
        Format::OpenMetrics if family.kind == Kind::Counter => {
            name.strip_suffix("_total").unwrap_or(&name)
        }
        _ => &name,
    };
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    let _ = writeln!(text, "# HELP {described} {}", family.help);
    let _ = writeln!(text, "# TYPE {described} {kind}");
    for sample in &family.samples {
        write_sample(text, &name, sample);
    }
}

fn write_sample(text: &mut String, name: &str, sample: &Sample) {
    let label = sample.label.as_ref();
    let label = label.map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    match &sample.value {
        Value::Number(number) => {
            let labels = label.map_or_else(String::new, |label| format!("{{{label}}}"));
            let _ = writeln!(text, "{name}{labels} {number}");
        }
        Value::Distribution(histogram) => write_histogram(text, name, label, histogram),
    }
}

fn write_histogram(text: &mut String, name: &str, label: Option<String>, histogram: &Histogram) {
    let prefix = label
        .as_ref()
        .map_or_else(String::new, |label| format!("{label},"));
    let bounds = BOUNDS
        .iter()
        .map(ToString::to_string)
        .chain(["+Inf".to_owned()]);
    let mut count = 0;
    for (bound, more) in bounds.zip(histogram.counts()) {
        count += more;
        let _ = writeln!(text, "{name}_bucket{{{prefix}le=\"{bound}\"}} {count}");
    }
    let labels = label.map_or_else(String::new, |label| format!("{{{label}}}"));
    let _ = writeln!(text, "{name}_sum{labels} {}", histogram.sum());
    let _ = writeln!(text, "{name}_count{labels} {count}");
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn families() -> [Family; 3] {
        let mut histogram = Histogram::default();
        histogram.observe(0.25);
        histogram.observe(20.0);
        let family = |name, kind, sample| Family {
            kind,
            samples: vec![sample],
            ..Family::gauge(name, "Help.", 0)
        };
        let label = |value: &str| Some(("type", value.to_owned()));
        [
            family(
                "errors_total",
                Kind::Counter,
                Sample::number(label("a\"b"), 2.0),
            ),
            family(
                "time",
                Kind::Histogram,
                Sample {
                    label: label("x"),
                    value: Value::Distribution(histogram),
                },
            ),
            Family::gauge("threads", "Help.", 7).own(),
        ]
    }

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let text = text(&families(), "ns", Format::Text);
        assert!(text.starts_with(
            "# HELP ns_errors_total Help.\n# TYPE ns_errors_total counter\n\
             ns_errors_total{type=\"a\\\"b\"} 2\n# HELP ns_time Help.\n# TYPE ns_time histogram\n\
             ns_time_bucket{type=\"x\",le=\"0.005\"} 0\n"
        ));
        for line in [
            "ns_time_bucket{type=\"x\",le=\"0.25\"} 1\n",
            "ns_time_bucket{type=\"x\",le=\"1\"} 1\n",
            "ns_time_bucket{type=\"x\",le=\"+Inf\"} 2\n",
            "ns_time_sum{type=\"x\"} 20.25\nns_time_count{type=\"x\"} 2\n",
            "# TYPE threads gauge\nthreads 7\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }

    #[test]
    fn openmetrics_names_counters_without_their_suffix() {
        let text = text(&families(), "", Format::OpenMetrics);
        assert!(text.starts_with("# HELP errors Help.\n# TYPE errors counter\nerrors_total{"));
        assert!(text.ends_with("# EOF\n"));
        assert_eq!(Format::accepted("text/html, */*"), Format::Text);
    }
}
