//! imgproxy URL grammar.
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod apply;
mod args;
mod builder;
mod canonical;
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
mod source;
mod table;
mod value;
mod write;

pub use builder::UrlBuilder;
pub use canonical::{CanonicalMap, canonical, canonical_info};
pub use config::{Config, SourceDecryptor};
pub use defaults::Defaults;
pub use dictionary::{compatibility_markdown, dictionary};
pub use error::{Error, ErrorKind};
pub use options::{info_options, processing_options};
pub use parse::{parse, parse_info};
pub use path::{Endpoint, SplitPath, classify};
pub use preset::Presets;
pub use replace::UrlReplacements;
pub use request::{InfoRequest, Note, Parsed, Request, Segment, SegmentKind};
pub use source::{SourceKind, SourceUrl};
pub use table::{Edition, Guard, OptionRow, Scope};
pub use value::Value;
pub use write::{WrittenSource, write, write_info, write_request};
