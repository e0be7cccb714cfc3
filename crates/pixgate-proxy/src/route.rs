//! Which of the server's few routes a request is for.

use http::Method;
use pixgate_url::{Endpoint, ErrorKind, classify};

/// Where a request goes, decided from method and target alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The landing page.
    Landing,
    /// The health check.
    Health,
    /// Paths that browsers ask for by themselves: an empty 404, never logged.
    Quiet,
    /// `HEAD` and `OPTIONS`: always 200, nothing is looked at.
    Preflight,
    /// An image.
    Image,
    /// Facts about an image.
    Info,
    /// No route of this server.
    Undefined,
    /// A target that no HTTP server accepts: none, a stray `%`, a space or a control byte.
    Malformed,
}

/// The configured parts of the routes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routes {
    /// Put in front of every path, exactly as written.
    pub prefix: String,
    /// A second health path below the prefix; a final `*` makes it a prefix match. Empty for none.
    pub health_path: String,
}

impl Routes {
    /// Decides for a method and a raw request target (with its query, if any).
    #[must_use]
    pub fn route(&self, method: &Method, target: &str, grammar: &pixgate_url::Config) -> Route {
        self.route_to(method, target, &classify(target, grammar))
    }

    /// Decides for a target whose endpoint is known.
    pub(crate) fn route_to(
        &self,
        method: &Method,
        target: &str,
        endpoint: &Result<Endpoint<'_>, pixgate_url::Error>,
    ) -> Route {
        match target {
            "" => return Route::Malformed,
            "*" if *method == Method::OPTIONS => return Route::Preflight,
            "*" => return Route::Undefined,
            _ => {}
        }
        let is_get = *method == Method::GET;
        if !is_get && *method != Method::HEAD && *method != Method::OPTIONS {
            return Route::Undefined;
        }
        let route = match endpoint {
            Ok(Endpoint::Landing) => Route::Landing,
            Ok(Endpoint::Health) => Route::Health,
            Ok(Endpoint::NotFound) => Route::Quiet,
            Ok(Endpoint::Info(_)) => Route::Info,
            Err(error) if error.kind() == ErrorKind::BadRequest => return Route::Malformed,
            Err(error) if error.kind() == ErrorKind::RouteNotFound => return Route::Undefined,
            _ if self.is_below_health(target) => Route::Health,
            _ => Route::Image,
        };
        match route {
            _ if is_get => route,
            Route::Landing if !target.starts_with(&format!("{}/", self.prefix)) => Route::Undefined,
            _ => Route::Preflight,
        }
    }

    fn is_below_health(&self, target: &str) -> bool {
        let below = target.strip_prefix(&self.prefix);
        let start = self
            .health_path
            .strip_suffix('*')
            .filter(|start| !start.is_empty());
        matches!((below, start), (Some(below), Some(start)) if below.starts_with(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(prefix: &str, health_path: &str, method: &str, target: &str) -> Route {
        let routes = Routes {
            prefix: prefix.to_owned(),
            health_path: health_path.to_owned(),
        };
        let grammar = pixgate_url::Config {
            path_prefix: prefix.to_owned(),
            health_check_path: health_path.to_owned(),
            ..pixgate_url::Config::default()
        };
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        routes.route(&method, target, &grammar)
    }

    #[test]
    fn routes_follow_the_table() {
        let cases = [
            ("GET", "/", Route::Landing),
            ("GET", "/health", Route::Health),
            ("GET", "/health/", Route::Image),
            ("GET", "/favicon.ico", Route::Quiet),
            ("GET", "/.well-known/acme/x", Route::Quiet),
            ("GET", "/info/_/plain/x", Route::Info),
            ("GET", "/_/plain/x", Route::Image),
            ("GET", "/signature-only", Route::Image),
            ("GET", "/_/plain/%zz", Route::Malformed),
            ("GET", "/_/a b", Route::Malformed),
            ("HEAD", "/nonsense", Route::Preflight),
            ("HEAD", "/health", Route::Preflight),
            ("OPTIONS", "/_/plain/x", Route::Preflight),
            ("POST", "/_/plain/x", Route::Undefined),
            ("DELETE", "/", Route::Undefined),
            ("OPTIONS", "*", Route::Preflight),
            ("GET", "*", Route::Undefined),
            ("GET", "", Route::Malformed),
            ("GET", "/health#x", Route::Image),
        ];
        for (method, target, expected) in cases {
            assert_eq!(route("", "", method, target), expected, "{method} {target}");
        }
    }

    #[test]
    fn the_prefix_is_literal() {
        assert_eq!(route("/img", "", "GET", "/img"), Route::Landing);
        assert_eq!(route("/img", "", "HEAD", "/img"), Route::Undefined);
        assert_eq!(route("/img", "", "GET", "/img/health"), Route::Health);
        assert_eq!(route("/img", "", "GET", "/_/plain/x"), Route::Undefined);
    }

    #[test]
    fn a_second_health_path_may_end_with_a_star() {
        assert_eq!(route("", "/up", "GET", "/up"), Route::Health);
        assert_eq!(route("", "/up", "GET", "/up/x"), Route::Image);
        assert_eq!(route("", "/up*", "GET", "/up/x"), Route::Health);
    }
}
