//! imgproxy's URL grammar: reads a request path into options and source, and writes it back.
//!
//! A path is `/signature/options/source`. Reading takes two steps, because the signature has to be
//! verified between them: [`classify`] finds out what a raw request target leads to and splits off
//! the signature and the text that it signs; [`parse`] turns that text into a [`Request`] (or
//! [`parse_info`] into an [`InfoRequest`]). [`write`](fn@write) and [`UrlBuilder`] go the other
//! way. Everything that is known about an option is one [`OptionRow`]: parsing, writing, the
//! fuzzing [`dictionary`], [`compatibility_markdown`] and "did you mean" all read the same table.
//! The options of imgproxy Pro are part of it.
//!
//! ```
//! use pixgate_url::{Config, Defaults, Endpoint, classify, parse};
//!
//! let config = Config::default();
//! let target = "/sig/rs:fill:300:200/g:no/plain/https://img.test/cat.jpg@webp";
//! let Ok(Endpoint::Process(path)) = classify(target, &config) else { panic!("not an image") };
//! // Here a server verifies `path.signature` of `path.signed`.
//! let request = parse(&path.signed, &config, &Defaults::default(), 0)?;
//!
//! assert_eq!(request.source.to_text(), "https://img.test/cat.jpg");
//! assert_eq!(request.options.first().width(), 300);
//! # Ok::<(), pixgate_url::Error>(())
//! ```
//!
//! # The grammar
//!
//! | what | how it is written | notes |
//! |---|---|---|
//! | path | prefix `/` signature `/` rest | the query string is dropped |
//! | info path | prefix `/info/` signature `/` rest | its own option table |
//! | exact paths | `/`, `/health`, `/favicon.ico`, `/.well-known/…` | and [`Config::health_check_path`] |
//! | rest | options `/` source | options may be missing |
//! | option | name `:` argument `:` argument … | at least one `:`; case counts; nothing is decoded |
//! | next pipeline | `-` | options after it belong to another pass over the pixels |
//! | presets only | name `:` name … `/` source | with [`Config::only_presets`] |
//! | plain source | `plain/` URL | percent-encoded: `%` → `%25`, `?` → `%3F`, `@` → `%40` |
//! | … as a format | `plain/` URL `@webp` | |
//! | base64 source | URL-safe base64 | slashes inside mean nothing, `=` only at the end |
//! | … as a format | base64 `.webp` | |
//! | … with a name | base64 `/cat.jpg` | with [`Config::base64_url_includes_filename`] |
//! | encrypted source | `enc/` base64 of ciphertext | with [`Config::decrypt`] |
//! | flag | `1 t T true True TRUE`; anything else is false | odd words are noted |
//! | number | decimal, finite | no `nan`, `inf`, hexadecimal, `_` |
//! | colour | 3 or 6 hexadecimal digits | no `#`, no alpha |
//! | empty argument | leaves what was set before | where the option allows it |
//!
//! Options count from left to right, the later one overruling the earlier. Before them come
//! [`Defaults`] and the preset `default`, after them the format behind the source. `:` may be
//! another separator. Before anything else a path is repaired where proxies damage it: `%3A` among
//! the options becomes `:`, and `http:/` becomes `http://`.
//!
//! # Examples
//!
//! Forgetting `plain/`:
//!
//! ```
//! # use pixgate_url::{Config, Defaults, ErrorKind, parse};
//! # let parse = |signed| parse(signed, &Config::default(), &Defaults::default(), 0);
//! let error = parse("/w:300/https://img.test/cat.jpg").unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::UnknownOption);
//! assert_eq!(error.hint(), Some("a source written as it is needs `plain/` in front"));
//! ```
//!
//! An `@` in the source:
//!
//! ```
//! # use pixgate_url::{Config, Defaults, ErrorKind, parse};
//! # let parse = |signed| parse(signed, &Config::default(), &Defaults::default(), 0);
//! let error = parse("/plain/https://img.test/cat@2x.jpg@png").unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::InvalidSource);
//! assert_eq!(error.hint(), Some("write every `@` of the source as `%40`"));
//! assert!(parse("/plain/https://img.test/cat%402x.jpg@png").is_ok());
//! ```
//!
//! A focus point outside of the image:
//!
//! ```
//! # use pixgate_url::{Config, Defaults, parse};
//! # let parse = |signed| parse(signed, &Config::default(), &Defaults::default(), 0);
//! let error = parse("/g:fp:0.5:1.5/plain/a.jpg").unwrap_err();
//! assert_eq!(error.position(), "/g:fp:0.5:".len());
//! assert_eq!(
//!     error.to_string(),
//!     "invalid argument `g:fp:0.5:1.5` at byte 10: expected 0 to 1, found 1.5"
//! );
//! ```
//!
//! Changing a limit without permission:
//!
//! ```
//! # use pixgate_url::{Config, Defaults, ErrorKind, parse};
//! # let parse = |signed| parse(signed, &Config::default(), &Defaults::default(), 0);
//! let error = parse("/max_src_resolution:500/plain/a.jpg").unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::SecurityOptionForbidden);
//! ```
//!
//! Presets and what a path was taken for:
//!
//! ```
//! use pixgate_url::{Config, Defaults, Presets, SegmentKind, parse};
//!
//! let presets = Presets::from_list("thumb=rs:fill:64:64/q:60", ",")?;
//! let config = Config { presets, ..Config::default() };
//! let signed = "/pr:thumb/q:75/aHR0cDovL2ltZy50ZXN0L2EuanBn.png";
//! let request = parse(signed, &config, &Defaults::default(), 0)?;
//! assert_eq!(request.presets, ["thumb"]);
//! assert_eq!(request.options.global.quality, Some(75));
//!
//! let option = &request.segments[1];
//! assert_eq!(&signed[option.range.clone()], "q:75");
//! assert!(matches!(option.kind, SegmentKind::Option(row) if row.name() == "quality"));
//! # Ok::<(), pixgate_url::Error>(())
//! ```
//!
//! # Differences to imgproxy
//!
//! Numbers must be finite decimals: imgproxy also takes `nan`, `inf`, hexadecimal floats and `_`
//! between digits. A path whose rest is empty after repair is refused instead of crashing. The
//! permission for client hints is the caller's. Sizes beyond 32 bits count as 4294967295. At most
//! 100 pipelines are opened; presets stand for at most 10,000 options in one request and are nested at
//! most 50 deep.
//!
//! # What this crate does not do
//!
//! It does not verify or make signatures (`pixgate-sign`), decide which sources may be fetched
//! (`pixgate-allow`), read headers, clock or environment, or know which formats a server can
//! write. Time and memory are linear in the length of the path and of the presets it uses.
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod apply;
mod args;
mod builder;
mod canonical;
mod check;
mod config;
mod defaults;
mod dictionary;
mod error;
mod options;
mod parse;
mod path;
mod preset;
mod replace;
mod request;
mod segment;
mod source;
mod table;
mod value;
mod write;
mod writer;

pub use builder::UrlBuilder;
pub use canonical::{CanonicalMap, canonical, canonical_info};
pub use config::{Config, SourceDecryptor};
pub use defaults::Defaults;
pub use dictionary::{compatibility_markdown, dictionary};
pub use error::{Blame, Error, ErrorKind};
pub use options::{info_options, processing_options};
pub use parse::{parse, parse_info};
pub use path::{Endpoint, SplitPath, classify};
pub use preset::Presets;
pub use replace::UrlReplacements;
pub use request::{InfoRequest, Note, Parsed, Request};
pub use segment::{Segment, SegmentKind};
pub use source::{SourceKind, SourceUrl, preprocessed};
pub use table::{Edition, Guard, OptionRow, Scope};
pub use value::Value;
pub use write::{WrittenSource, write, write_info, write_request};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
