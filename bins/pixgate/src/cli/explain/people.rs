//! The explanation for people.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use http::HeaderMap;
use pixgate_engine::Support;
use pixgate_proxy::{Error, Proxy, Resolved};
use pixgate_source::{Fetcher, SourceRequest};
use pixgate_url::{Endpoint, Request, SegmentKind, SplitPath, classify, parse};

use crate::clock;

/// Explains a path step by step, as far as it is understood.
pub(super) fn explain(proxy: &Proxy, path: &str, headers: &HeaderMap) -> String {
    let mut text = String::new();
    let split = match classify(path, proxy.grammar()) {
        Ok(Endpoint::Process(split)) => split,
        Ok(other) => return format!("{}\n", route_name(&other)),
        Err(error) => return refused(&Error::from(error)),
    };
    signature(&mut text, proxy, &split);
    let defaults = proxy.config().output.defaults(headers);
    match parse(&split.signed, proxy.grammar(), &defaults, clock::now()) {
        Ok(request) => {
            segments(&mut text, &split.signed, &request);
            warn_of_options(&mut text, &request);
            source(&mut text, &request);
            outcome(&mut text, proxy, path, headers, &request);
        }
        Err(error) => text.push_str(&refused(&Error::from(error))),
    }
    text
}

fn route_name(endpoint: &Endpoint<'_>) -> &'static str {
    match endpoint {
        Endpoint::Landing => "the landing page",
        Endpoint::Health => "the health check",
        Endpoint::NotFound => "nothing: browsers ask for this by themselves, the answer is 404",
        _ => "the info endpoint, which is not supported yet; add --json for its options",
    }
}

fn signature(text: &mut String, proxy: &Proxy, split: &SplitPath<'_>) {
    let ring = proxy.key_ring();
    let _ = writeln!(text, "signature   {}", split.signature);
    let state = match ring.verify(split.signature, &split.signed) {
        Ok(_) if ring.has_keys() => "right".to_owned(),
        Ok(_) => "not checked: IMGPROXY_KEY and IMGPROXY_SALT are not set".to_owned(),
        Err(error) => match ring.signature(&split.signed) {
            Some(expected) => format!("WRONG ({error}); the keys here make {expected}"),
            None => format!("WRONG ({error})"),
        },
    };
    let _ = writeln!(text, "            {state}\nsigned      {}", split.signed);
}

fn segments(text: &mut String, signed: &str, request: &Request) {
    for segment in &request.segments {
        let written = signed.get(segment.range.clone()).unwrap_or_default();
        let meaning = match segment.kind {
            SegmentKind::Option(row) => format!("option {}, see {}", row.name(), row.docs_url()),
            SegmentKind::Presets => "presets".to_owned(),
            SegmentKind::PipelineBreak => "a new pipeline begins".to_owned(),
            SegmentKind::SourceMarker => "the source follows".to_owned(),
            SegmentKind::Source => "the source".to_owned(),
            SegmentKind::Extension => "the format of the result".to_owned(),
            SegmentKind::Filename => "a file name for show".to_owned(),
        };
        let _ = writeln!(text, "segment     {written}\n            {meaning}");
    }
    for note in &request.notes {
        let _ = writeln!(text, "note        {}", note.text);
    }
    for (index, map) in pixgate_url::canonical(&request.options).iter().enumerate() {
        for (name, value) in map {
            let _ = writeln!(
                text,
                "pipeline {}  {name} = {}",
                index + 1,
                super::value_json(value)
            );
        }
    }
}

fn warn_of_options(text: &mut String, request: &Request) {
    let rows = request
        .segments
        .iter()
        .filter_map(|segment| match segment.kind {
            SegmentKind::Option(row) => Some(row),
            _ => None,
        });
    for row in rows {
        let name = row.name();
        let line = match pixgate_engine::support(name) {
            Some(Support::Refused { reason }) => {
                format!("WARNING     option {name} is not supported yet: {reason}")
            }
            Some(Support::Partly { missing }) => {
                format!("note        option {name} works, but for: {missing}")
            }
            _ => continue,
        };
        let _ = writeln!(text, "{line}");
    }
}

fn source(text: &mut String, request: &Request) {
    let _ = writeln!(text, "source      {}", request.source);
    if request.source != request.written_source {
        let written = &request.written_source;
        let _ = writeln!(
            text,
            "            written as {written}, rewritten by the configuration"
        );
    }
}

/// What would be answered, with the planned sizes if the source can be read.
fn outcome(text: &mut String, proxy: &Proxy, path: &str, headers: &HeaderMap, request: &Request) {
    match proxy.resolve(path, headers, clock::now()) {
        Err(error) => text.push_str(&refused(&error)),
        Ok(Resolved::Image(_)) if request.options.global.raw() => {
            text.push_str("answer      the source itself, streamed\n");
        }
        Ok(_) => match read(proxy, request) {
            Ok(bytes) => planned(text, proxy, &bytes, request),
            Err(error) => text.push_str(&refused(&error)),
        },
    }
}

fn planned(text: &mut String, proxy: &Proxy, bytes: &[u8], request: &Request) {
    let (header, plan) = match proxy.plan(bytes, &request.options) {
        Ok(planned) => planned,
        Err(error) => return text.push_str(&refused(&error)),
    };
    let _ = writeln!(
        text,
        "read        {} of {} x {} pixels, {} frame(s), {} bytes",
        header.format,
        header.width,
        header.height,
        header.frames,
        bytes.len()
    );
    let _ = writeln!(
        text,
        "decoded     {} x {} pixels",
        plan.loaded.0, plan.loaded.1
    );
    for step in &plan.steps {
        let _ = writeln!(text, "step        {step:?}");
    }
    let _ = writeln!(
        text,
        "answer      {} of {} x {} pixels, quality {}, at most {} bytes of memory",
        plan.output.format, plan.width, plan.height, plan.output.quality, plan.peak_bytes
    );
    for other in &plan.alternatives {
        let _ = writeln!(
            text,
            "or          {} of quality {}, whichever is smallest",
            other.format, other.quality
        );
    }
    for warning in &plan.warnings {
        let _ = writeln!(text, "WARNING     {warning:?}");
    }
}

fn read(proxy: &Proxy, request: &Request) -> Result<bytes::Bytes, Error> {
    let fetcher: &Fetcher = proxy.fetcher();
    let mut source = SourceRequest::new(request.source.to_text());
    source.deadline = Some(Instant::now() + PATIENCE);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|_| Error::new(pixgate_proxy::ErrorKind::Cancelled))?;
    runtime.block_on(async {
        let response = fetcher.fetch(source).await?;
        Ok(response.body.collect(MAX_BYTES).await?)
    })
}

fn refused(error: &Error) -> String {
    let verdict = error.verdict();
    let mut text = format!(
        "answer      {} `{}` ({})\nbecause     {error}\n",
        verdict.status, verdict.public_message, verdict.name
    );
    if let Some(advice) = advice(verdict.name) {
        let _ = writeln!(text, "what to do  {advice}");
    }
    text
}

fn advice(name: &str) -> Option<&'static str> {
    Some(match name {
        "bad_request" => "write `%` as `%25` and spaces as `%20`",
        "route_not_found" => "begin the path with IMGPROXY_PATH_PREFIX",
        "invalid_path" => "write /signature/options/plain/URL or /signature/options/BASE64",
        "signature_malformed" => "put a first segment in front, `unsafe` will do without keys",
        "signature_encoding" => "use the URL-safe alphabet (- and _) without padding",
        "signature_mismatch" => "sign the text above with `pixgate sign`, or check key and salt",
        "deprecated_basic_url" => "write rs:TYPE:WIDTH:HEIGHT instead of five bare segments",
        "source_not_allowed" => "add the beginning of the source to IMGPROXY_ALLOWED_SOURCES",
        "address_refused" => "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES and its siblings decide",
        "security_option_forbidden" => "set IMGPROXY_ALLOW_SECURITY_OPTIONS=true, or leave it out",
        "image_too_large" => "raise IMGPROXY_MAX_SRC_RESOLUTION (or the memory budget)",
        "unsupported_option" => "leave the option out; docs/compatibility.md lists what works",
        _ => return None,
    })
}

const PATIENCE: Duration = Duration::from_secs(10);
const MAX_BYTES: u64 = 256 << 20;
