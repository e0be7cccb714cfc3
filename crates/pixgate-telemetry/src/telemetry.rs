//! Everything that wants to know about requests.

use std::sync::Arc;

use http::HeaderMap;
use pixgate_proxy::Proxy;

use crate::finished::Finished;
use crate::log::{Level, Record};
use crate::metrics::Metrics;
use crate::otlp::{Context, Otlp, OtlpSettings};
use crate::reports::{ReportSettings, Reports};

/// Where telemetry goes.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// For OpenTelemetry, if it is switched on.
    pub otlp: Option<OtlpSettings>,
    /// For error reporters.
    pub reports: ReportSettings,
    /// Whether clients speak TLS to the server.
    pub is_secure: bool,
}

/// Everything that wants to know about requests.
#[derive(Debug, Default)]
pub struct Telemetry {
    metrics: Arc<Metrics>,
    otlp: Option<(Otlp, OtlpSettings)>,
    reports: Option<Reports>,
    is_secure: bool,
}

impl Telemetry {
    /// Starts whatever the settings name, on the current runtime of tokio.
    ///
    /// # Errors
    ///
    /// [`pixgate_source::Error`] if certificates of a service cannot be used.
    pub fn start(settings: &Settings, proxy: &Proxy) -> Result<Self, pixgate_source::Error> {
        let metrics = Arc::<Metrics>::default();
        announce(settings.otlp.as_ref());
        let start = |settings: &OtlpSettings| {
            let (metrics, proxy) = (Arc::clone(&metrics), proxy.clone());
            let scrape = Box::new(move || metrics.families(&proxy));
            Otlp::start(settings, scrape).map(|otlp| (otlp, settings.clone()))
        };
        let otlp = settings.otlp.as_ref().map(start).transpose()?;
        Ok(Self {
            metrics,
            otlp,
            reports: Reports::start(&settings.reports)?,
            is_secure: settings.is_secure,
        })
    }

    /// What the listener speaks.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        match self.is_secure {
            true => "https",
            false => "http",
        }
    }

    /// The metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Notes that a request begins, and gives its place in a trace and what sources are told of
    /// it.
    #[must_use]
    pub fn begin(&self, headers: &HeaderMap) -> (Option<Context>, HeaderMap) {
        self.metrics.begin();
        let Some((_, settings)) = &self.otlp else {
            return (None, HeaderMap::new());
        };
        let context = Context::begin(settings, headers);
        let for_source = match settings.propagate_external {
            true => context.headers(settings, headers),
            false => HeaderMap::new(),
        };
        (Some(context), for_source)
    }

    /// Notes that a request is over.
    pub fn finish(&self, request: &Arc<Finished>) {
        self.metrics.finish(request);
        if let Some((otlp, _)) = &self.otlp {
            otlp.finish(request);
        }
        if let Some(reports) = &self.reports {
            reports.finish(request);
        }
    }

    /// Sends what is queued before the process ends.
    pub async fn flush(&self) {
        if let Some((otlp, _)) = &self.otlp {
            otlp.flush().await;
        }
        if let Some(reports) = &self.reports {
            reports.flush().await;
        }
    }
}

fn announce(settings: Option<&OtlpSettings>) {
    let has = |is_on: fn(&OtlpSettings) -> bool| settings.is_some_and(is_on);
    Record::new(Level::Info, "OpenTelemetry monitoring")
        .with("enabled", settings.is_some())
        .with("logs", has(|settings| settings.logs.is_some()))
        .with("metrics", has(|settings| settings.metrics.is_some()))
        .emit();
}
