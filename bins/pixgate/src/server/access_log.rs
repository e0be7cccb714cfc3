//! Two lines for every image request: when it starts and when it is complete.

use std::time::{Duration, Instant};

use pixgate_proxy::{Response, Route, request_id};

use super::convert::Incoming;

/// A request's log; without a completion the client is gone, and that is logged too.
pub(super) struct AccessLog {
    entry: Option<Entry>,
}

struct Entry {
    begin: Instant,
    target: String,
    method: String,
    client_ip: String,
    request_id: String,
}

impl AccessLog {
    /// Logs the start of a request, if its route is logged at all.
    pub(super) fn start(route: Route, incoming: &Incoming) -> Self {
        if matches!(route, Route::Health | Route::Quiet) {
            return Self { entry: None };
        }
        let entry = Entry {
            begin: Instant::now(),
            target: incoming.target().to_owned(),
            method: incoming.method().to_string(),
            client_ip: incoming.client_ip(),
            request_id: request_id(incoming.headers()),
        };
        tracing::info!(
            request_id = entry.request_id,
            method = entry.method,
            client_ip = entry.client_ip,
            "Started {}",
            entry.target
        );
        let has_completion = !matches!(route, Route::Landing | Route::Preflight);
        Self {
            entry: has_completion.then_some(entry),
        }
    }

    /// Logs the end of a request.
    pub(super) fn complete(mut self, response: &Response) {
        let Some(mut entry) = self.entry.take() else {
            return;
        };
        if let Some(id) = response
            .headers
            .get("x-request-id")
            .and_then(|id| id.to_str().ok())
        {
            id.clone_into(&mut entry.request_id);
        }
        match &response.error {
            Some(error) => entry.log(response.status.as_u16(), Some(("error", error.to_string()))),
            None => entry.log_success(response),
        }
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            entry.log(499, Some(("error", "client is gone".to_owned())));
        }
    }
}

impl Entry {
    fn log_success(&self, response: &Response) {
        let status = u64::from(response.status.as_u16());
        tracing::info!(
            request_id = self.request_id,
            method = self.method,
            status,
            client_ip = self.client_ip,
            image_url = response.facts.source_url,
            processing_options = response.facts.options,
            "Completed in {} {}",
            human(self.begin.elapsed()),
            self.target
        );
    }

    fn log(&self, status: u16, error: Option<(&str, String)>) {
        let error = error.map(|(_, text)| text).unwrap_or_default();
        let line = format!(
            "Completed in {} {}",
            human(self.begin.elapsed()),
            self.target
        );
        let (id, method, ip) = (&self.request_id, &self.method, &self.client_ip);
        let code = u64::from(status);
        if status >= 500 {
            tracing::error!(
                request_id = id,
                method,
                status = code,
                client_ip = ip,
                error,
                "{line}"
            );
        } else {
            tracing::warn!(
                request_id = id,
                method,
                status = code,
                client_ip = ip,
                error,
                "{line}"
            );
        }
    }
}

/// A duration as people write it: `12.3ms`, `1.002s`.
fn human(duration: Duration) -> String {
    let micros = duration.as_micros();
    if micros >= 1_000_000 {
        format!("{:.3}s", duration.as_secs_f64())
    } else {
        format!("{}.{}ms", micros / 1_000, micros / 100 % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(human(Duration::from_micros(12_345)), "12.3ms");
        assert_eq!(human(Duration::from_millis(1_002)), "1.002s");
    }
}
