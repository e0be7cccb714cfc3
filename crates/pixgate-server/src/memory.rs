//! Memory figures in the log, for whoever looks for a fault.

use std::time::Duration;

use actix_web::web;
use pixgate_telemetry::resident_bytes;

use super::State;
use pixgate_telemetry::log::{Level, Record};

/// Logs figures again and again.
pub(super) async fn log(state: web::Data<State>, interval: Duration) {
    loop {
        tokio::time::sleep(interval).await;
        let memory = state.proxy.admission();
        let used = |budget: u64, free: u64| budget.saturating_sub(free);
        let pixels = used(memory.budget_bytes(), memory.free_bytes());
        let sources = used(memory.source_budget_bytes(), memory.source_free_bytes());
        Record::new(Level::Debug, "Memory")
            .with("resident_bytes", resident_bytes())
            .with("pixel_bytes", pixels)
            .with("pixel_peak_bytes", memory.peak_bytes())
            .with("source_bytes", sources)
            .emit();
    }
}
