//! The explanation for people.

use std::fmt::Write as _;

use http::StatusCode;
use pixgate_proxy::{Error, Route};
use pixgate_url::Request;

use super::json::value_json;
use super::report::{Answer, Report, Signature};
use super::words::{meaning_of, route_name};

/// The whole report, step by step, as far as the path was understood.
pub(super) fn written(report: &Report) -> String {
    let mut text = String::new();
    if !matches!(report.route, Route::Image) {
        let _ = writeln!(text, "route       {}", route_name(report.route));
    }
    if let Some(signature) = &report.signature {
        add_signature(&mut text, signature);
    }
    if let (Some(request), Some(signature)) = (&report.request, &report.signature) {
        add_segments(&mut text, &signature.signed, request);
        add_source(&mut text, request);
    }
    if let Some(answer) = &report.answer {
        add_plan(&mut text, answer);
        add_answer(&mut text, answer);
    }
    match (&report.error, &report.answer) {
        (Some(error), _) => add_error(&mut text, error),
        (None, None) => text.push_str("answer      not refused so far; the source was not asked\n"),
        (None, Some(_)) => {}
    }
    text
}

fn add_signature(text: &mut String, signature: &Signature) {
    let state = match (&signature.fault, signature.is_checked) {
        (None, true) => "right".to_owned(),
        (None, false) => "not checked: IMGPROXY_KEY and IMGPROXY_SALT are not set".to_owned(),
        (Some((why, Some(expected))), _) => format!("WRONG ({why}); the keys here make {expected}"),
        (Some((why, None)), _) => format!("WRONG ({why})"),
    };
    let _ = writeln!(text, "signature   {}", signature.written);
    let _ = writeln!(
        text,
        "            {state}\nsigned      {}",
        signature.signed
    );
}

fn add_segments(text: &mut String, signed: &str, request: &Request) {
    for segment in &request.segments {
        let written = signed.get(segment.range.clone()).unwrap_or_default();
        let meaning = meaning_of(segment.kind);
        let _ = writeln!(text, "segment     {written}\n            {meaning}");
    }
    for note in &request.notes {
        let _ = writeln!(text, "note        {}", note.text);
    }
    for (index, map) in pixgate_url::canonical(&request.options).iter().enumerate() {
        for (name, value) in map {
            let value = value_json(value);
            let _ = writeln!(text, "pipeline {}  {name} = {value}", index + 1);
        }
    }
}

fn add_source(text: &mut String, request: &Request) {
    let _ = writeln!(text, "source      {}", request.source);
    if request.source != request.written_source {
        let written = &request.written_source;
        let _ = writeln!(
            text,
            "            written as {written}, rewritten by the configuration"
        );
    }
}

fn add_plan(text: &mut String, answer: &Answer) {
    let Some((header, plan)) = &answer.planned else {
        return;
    };
    let _ = writeln!(
        text,
        "read        {} of {} x {} pixels, {} frame(s)",
        header.format, header.width, header.height, header.frames
    );
    let (width, height) = plan.loaded;
    let _ = writeln!(text, "decoded     {width} x {height} pixels");
    for step in &plan.steps {
        let _ = writeln!(text, "step        {step}");
    }
    for remark in plan.remarks() {
        let _ = writeln!(text, "besides     {remark}");
    }
    let _ = writeln!(
        text,
        "result      {} of {} x {} pixels, quality {}, at most {} bytes of memory",
        plan.output.format, plan.width, plan.height, plan.output.quality, plan.peak_bytes
    );
    for other in &plan.alternatives {
        let _ = writeln!(
            text,
            "or          {} of quality {}, whichever is smallest",
            other.format, other.quality
        );
    }
}

fn add_answer(text: &mut String, answer: &Answer) {
    for warning in &answer.left_out {
        let _ = writeln!(text, "WARNING     {}", warning.text);
    }
    if let Some(masked) = &answer.masked {
        let _ = writeln!(
            text,
            "WARNING     the fallback image stands in: {}",
            masked.message
        );
    }
    if answer.status != StatusCode::OK {
        return;
    }
    let media_type = answer.media_type.as_deref().unwrap_or("no media type");
    let _ = match answer.bytes {
        Some(bytes) => writeln!(text, "answer      200, {media_type}, {bytes} bytes"),
        None => writeln!(
            text,
            "answer      200, {media_type}, the source itself, streamed"
        ),
    };
}

fn add_error(text: &mut String, error: &Error) {
    let verdict = error.verdict();
    let reason = error.to_string();
    let _ = writeln!(
        text,
        "answer      {} `{}` ({})\nbecause     {reason}",
        verdict.status, verdict.public_message, verdict.name
    );
    if let Some(hint) = error.hint().filter(|hint| !reason.contains(&**hint)) {
        let _ = writeln!(text, "what to do  {hint}");
    }
}
