//! Reports of errors.

use crate::variable::{Variable, deferred, never};

pub(super) const ROWS: &[Variable] = &[
    deferred(
        "IMGPROXY_REPORT_DOWNLOADING_ERRORS",
        "true",
        "boolean",
        "Report sources that cannot be had, behind a fallback image as well.",
    ),
    deferred(
        "IMGPROXY_BUGSNAG_KEY",
        "",
        "text",
        "Report errors to Bugsnag.",
    )
    .secret(),
    deferred("IMGPROXY_BUGSNAG_STAGE", "production", "text", "Its stage."),
    deferred(
        "BUGSNAG_NOTIFY_ENDPOINT",
        "https://notify.bugsnag.com/",
        "URL",
        "Where Bugsnag is.",
    ),
    deferred(
        "IMGPROXY_HONEYBADGER_KEY",
        "",
        "text",
        "Report errors to Honeybadger.",
    )
    .secret(),
    deferred(
        "IMGPROXY_HONEYBADGER_ENV",
        "production",
        "text",
        "Its environment.",
    ),
    deferred(
        "HONEYBADGER_ENDPOINT",
        "https://api.honeybadger.io",
        "URL",
        "Where Honeybadger is.",
    ),
    deferred(
        "IMGPROXY_SENTRY_DSN",
        "",
        "`scheme://key@host/project`",
        "Report errors to Sentry.",
    )
    .secret(),
    deferred(
        "IMGPROXY_SENTRY_ENVIRONMENT",
        "production",
        "text",
        "Its environment.",
    ),
    deferred(
        "IMGPROXY_SENTRY_RELEASE",
        "",
        "text",
        "Its release; by default `pixgate@` and the version.",
    ),
    deferred(
        "IMGPROXY_AIRBRAKE_PROJECT_ID",
        "0",
        "integer from 0",
        "Number of the project at Airbrake.",
    ),
    deferred(
        "IMGPROXY_AIRBRAKE_PROJECT_KEY",
        "",
        "text",
        "Report errors to Airbrake or Errbit.",
    )
    .secret(),
    deferred(
        "IMGPROXY_AIRBRAKE_ENVIRONMENT",
        "production",
        "text",
        "Its environment.",
    ),
    deferred(
        "PIXGATE_AIRBRAKE_ENDPOINT",
        "https://api.airbrake.io",
        "URL",
        "Where Airbrake or Errbit is.",
    ),
    never(
        "IMGPROXY_REPORT_IO_ERRORS",
        "false",
        "The web server does not tell which answers could not be written.",
    ),
];
