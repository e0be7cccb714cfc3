//! Who else takes part in a trace: the headers `traceparent`, `tracestate` and `baggage`.

use http::{HeaderMap, HeaderValue};
use pixgate_proxy::random_u64;

use super::OtlpSettings;
use crate::clock;

/// How traces of one request are called everywhere.
pub type TraceId = [u8; 16];

/// The place of a request in a trace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// The trace.
    pub trace_id: TraceId,
    /// The span of the request.
    pub span_id: [u8; 8],
    /// The client's span, if it told one.
    pub parent_id: Option<[u8; 8]>,
    /// What other tracers want to be handed on.
    pub state: String,
    /// Whether spans are recorded: yes, unless the client's are not.
    pub is_sampled: bool,
}

impl Context {
    /// The context of a request that begins now.
    #[must_use]
    pub fn begin(settings: &OtlpSettings, headers: &HeaderMap) -> Self {
        let span_id = random_u64().to_be_bytes();
        let parent = settings
            .propagates("tracecontext")
            .then(|| parent(headers))
            .flatten();
        if let Some(parent) = parent {
            return Self { span_id, ..parent };
        }
        Self {
            trace_id: new_trace_id(settings.has_xray_ids),
            span_id,
            is_sampled: true,
            ..Self::default()
        }
    }

    /// The headers that tell a source of the trace.
    #[must_use]
    pub fn headers(&self, settings: &OtlpSettings, client: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if settings.propagates("tracecontext") {
            let flags = u8::from(self.is_sampled);
            let (trace, span) = (hex::encode(self.trace_id), hex::encode(self.span_id));
            let value = HeaderValue::try_from(format!("00-{trace}-{span}-{flags:02x}"));
            headers.extend(value.ok().map(|value| (TRACEPARENT, value)));
            let state = HeaderValue::try_from(self.state.as_str());
            let state = state.ok().filter(|state| !state.is_empty());
            headers.extend(state.map(|state| (TRACESTATE, state)));
        }
        if let Some(baggage) = client
            .get(BAGGAGE)
            .filter(|_| settings.propagates("baggage"))
        {
            headers.insert(BAGGAGE, baggage.clone());
        }
        headers
    }
}

/// W3C "Trace Context", section 3.2: `00-TRACE-PARENT-FLAGS`; later versions may add parts.
fn parent(headers: &HeaderMap) -> Option<Context> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    let mut parts = text.split('-');
    let version: [u8; 1] = unhex(parts.next()?)?;
    let trace_id: TraceId = unhex(parts.next()?)?;
    let parent_id: [u8; 8] = unhex(parts.next()?)?;
    let [flags]: [u8; 1] = unhex(parts.next()?)?;
    let is_whole = parts.next().is_none() || version != [0];
    let is_valid = version != [0xff] && trace_id != [0; 16] && parent_id != [0; 8] && is_whole;
    let state = headers
        .get(TRACESTATE)
        .and_then(|state| state.to_str().ok());
    is_valid.then(|| Context {
        trace_id,
        span_id: [0; 8],
        parent_id: Some(parent_id),
        state: state.unwrap_or_default().to_owned(),
        is_sampled: flags & 1 == 1,
    })
}

/// X-Ray wants the time in front: "X-Ray trace ID", 32 bits of seconds, 96 random ones.
fn new_trace_id(has_time: bool) -> TraceId {
    let mut id = (u128::from(random_u64()) << 64) | u128::from(random_u64());
    if has_time {
        let seconds = u128::from(clock::now().unsigned_abs() & 0xffff_ffff);
        id = (id & (u128::MAX >> 32)) | (seconds << 96);
    }
    id.to_be_bytes()
}

/// Lower-case digits only, as the standard wants.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_hex = hex::decode_to_slice(text, &mut bytes).is_ok();
    (is_lower && is_hex).then_some(bytes)
}

const TRACEPARENT: http::HeaderName = http::HeaderName::from_static("traceparent");
const TRACESTATE: http::HeaderName = http::HeaderName::from_static("tracestate");
const BAGGAGE: http::HeaderName = http::HeaderName::from_static("baggage");

#[cfg(test)]
mod tests {
    use super::*;

    fn with(traceparent: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_static(traceparent))])
    }

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn the_clients_trace_goes_on_and_is_handed_to_the_source() {
        let settings = OtlpSettings::default();
        let mut client = with(GOOD);
        client.insert(TRACESTATE, HeaderValue::from_static("a=1"));
        client.insert(BAGGAGE, HeaderValue::from_static("user=7"));
        let context = Context::begin(&settings, &client);
        assert_eq!(
            hex::encode(context.trace_id),
            "0af7651916cd43dd8448eb211c80319c"
        );
        assert_eq!(
            context.parent_id.map(hex::encode).as_deref(),
            Some("b7ad6b7169203331")
        );
        let sent = context.headers(&settings, &client);
        let expected = format!(
            "00-0af7651916cd43dd8448eb211c80319c-{}-01",
            hex::encode(context.span_id)
        );
        assert_eq!(
            sent.get(TRACEPARENT).map(HeaderValue::as_bytes),
            Some(expected.as_bytes())
        );
        assert_eq!(
            sent.get(TRACESTATE).map(HeaderValue::as_bytes),
            Some(&b"a=1"[..])
        );
        assert_eq!(
            sent.get(BAGGAGE).map(HeaderValue::as_bytes),
            Some(&b"user=7"[..])
        );
    }

    #[test]
    fn a_parent_that_is_malformed_is_ignored() {
        for bad in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        ] {
            assert_eq!(parent(&with(bad)), None, "{bad}");
        }
        let later = "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more";
        assert_eq!(
            parent(&with(later)).map(|parent| parent.is_sampled),
            Some(false)
        );
    }

    #[test]
    fn xray_ids_begin_with_the_time() {
        let [a, b, c, d, ..] = new_trace_id(true);
        let seconds = i64::from(u32::from_be_bytes([a, b, c, d]));
        assert!((clock::now() - seconds).abs() < 10);
        assert_ne!(new_trace_id(false), new_trace_id(false));
    }
}
