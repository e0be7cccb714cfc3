//! What there is to say about a request target.

use http::{HeaderMap, Method, StatusCode, header};
use pixgate_codec::Header;
use pixgate_engine::Plan;
use pixgate_proxy::{
    Body, Error, LeftOut, Masked, Proxy, Request, Resolved, Response, Route, StartError, Trace,
};
use pixgate_telemetry::clock;
use pixgate_url::{Endpoint, SplitPath, classify, parse};

/// Everything that is known about a request target and its answer.
pub(super) struct Report {
    pub(super) route: Route,
    pub(super) signature: Option<Signature>,
    /// What the options mean, whether or not the signature is right.
    pub(super) request: Option<pixgate_url::Request>,
    /// The verified meaning, or why there is none.
    pub(super) resolved: Result<Resolved, Error>,
    /// Why the server refuses.
    pub(super) error: Option<Error>,
    /// What the server answers; none if the source was not to be asked.
    pub(super) answer: Option<Answer>,
}

/// The first segment of an image's path.
pub(super) struct Signature {
    pub(super) written: String,
    pub(super) signed: String,
    /// What is wrong with it, and the right one.
    pub(super) fault: Option<(String, Option<String>)>,
    pub(super) is_checked: bool,
}

/// What the server answers, and how it came about.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) media_type: Option<String>,
    /// Bytes of the body, unless it is streamed.
    pub(super) bytes: Option<usize>,
    pub(super) left_out: Vec<LeftOut>,
    /// Why the fallback image stands in.
    pub(super) masked: Option<Masked>,
    pub(super) planned: Option<(Header, Plan)>,
}

impl Report {
    /// Looks at the target alone.
    pub(super) fn offline(proxy: &Proxy, target: &str, headers: &HeaderMap) -> Self {
        let accepted = proxy.accept(request(target, headers));
        let route = accepted.route();
        let resolved = proxy.resolve(&accepted);
        let error = match route {
            Route::Image | Route::Info => proxy.verify(&accepted, &Trace::begin()).err(),
            _ => None,
        };
        let split = match classify(target, proxy.grammar()) {
            Ok(Endpoint::Process(split)) => Some(split),
            _ => None,
        };
        let defaults = proxy.config().output.defaults(headers);
        let parsed = split
            .as_ref()
            .and_then(|split| parse(&split.signed, proxy.grammar(), &defaults, clock::now()).ok());
        Self {
            route,
            signature: split.map(|split| Signature::of(proxy, &split)),
            request: parsed,
            resolved,
            error,
            answer: None,
        }
    }

    /// Lets the server answer, as it would answer a client.
    pub(super) async fn online(
        proxy: Proxy,
        target: &str,
        headers: &HeaderMap,
    ) -> Result<Self, StartError> {
        proxy.check_stores().await?;
        let proxy = proxy.preload().await?;
        let mut report = Self::offline(&proxy, target, headers);
        let trace = Trace::with_plan();
        let accepted = proxy.accept(request(target, headers));
        let response = proxy.answer(&accepted, &trace).await;
        report.error.clone_from(&response.error);
        report.answer = Some(Answer::of(response, &trace));
        Ok(report)
    }

    /// Whether the server answers 200, as far as is known.
    pub(super) fn is_good(&self) -> bool {
        match &self.answer {
            Some(answer) => answer.status == StatusCode::OK,
            None => {
                let has_answer = !matches!(
                    self.route,
                    Route::Quiet | Route::Undefined | Route::Malformed
                );
                self.error.is_none() && has_answer
            }
        }
    }
}

fn request<'r>(target: &'r str, headers: &'r HeaderMap) -> Request<'r> {
    Request {
        method: &Method::GET,
        target,
        headers,
        now: clock::system_time(),
    }
}

impl Signature {
    fn of(proxy: &Proxy, split: &SplitPath<'_>) -> Self {
        let ring = proxy.key_ring();
        let fault = ring.verify(split.signature, &split.signed).err();
        Self {
            written: split.signature.to_owned(),
            signed: split.signed.clone(),
            fault: fault.map(|error| (error.to_string(), ring.signature(&split.signed))),
            is_checked: ring.has_keys(),
        }
    }
}

impl Answer {
    fn of(response: Response, trace: &Trace) -> Self {
        let media_type = response.headers.get(header::CONTENT_TYPE);
        Self {
            status: response.status,
            media_type: media_type.and_then(|value| value.to_str().ok().map(str::to_owned)),
            bytes: match &response.body {
                Body::Bytes(bytes) => Some(bytes.len()),
                Body::Stream(_) => None,
            },
            left_out: response.left_out,
            masked: trace.masked(),
            planned: trace.plan(),
        }
    }
}
