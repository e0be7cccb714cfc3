//! Routes and pieces of paths in words.

use pixgate_proxy::Route;
use pixgate_url::SegmentKind;

/// A route in words.
pub(super) const fn route_name(route: Route) -> &'static str {
    match route {
        Route::Landing => "the landing page",
        Route::Health => "the health check",
        Route::Quiet => "nothing: browsers ask for this by themselves, the answer is 404",
        Route::Preflight => "a preflight: always 200, nothing is looked at",
        Route::Image => "an image",
        Route::Info => "the info endpoint; add --json for its options",
        Route::Undefined => {
            "no route here: paths begin with IMGPROXY_PATH_PREFIX; the answer is 404"
        }
        Route::Malformed => "no request target: spaces are `%20`, `%` is `%25`; the answer is 400",
    }
}

/// What a piece of the path was taken for.
pub(super) fn meaning_of(kind: SegmentKind) -> String {
    match kind {
        SegmentKind::Option(row) => match row.docs_url() {
            Some(url) => format!("option {}, see {url}", row.name()),
            None => format!("option {}, which imgproxy does not have", row.name()),
        },
        SegmentKind::Presets => "presets".to_owned(),
        SegmentKind::PipelineBreak => "a new pipeline begins".to_owned(),
        SegmentKind::SourceMarker => "the source follows".to_owned(),
        SegmentKind::Source => "the source".to_owned(),
        SegmentKind::Extension => "the format of the result".to_owned(),
        SegmentKind::Filename => "a file name for show".to_owned(),
    }
}
