//! The command line.

mod check_env;
mod explain;
mod health;
mod process;
mod sign;
mod start_fault;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use pixgate_config::Settings;

use crate::sandbox;
use pixgate_telemetry::log::{self, Level, Record};

pub use explain::{explain_answer, explain_json, explain_target, load_error_json};

/// An image server with imgproxy's URLs, signatures and environment.
#[derive(Debug, Parser)]
#[command(name = "pixgate", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pictures (what happens without a command)
    Serve,
    /// Ask the running server how it is
    Health,
    /// Sign a path with IMGPROXY_KEY and IMGPROXY_SALT
    Sign {
        /// What follows the signature, `/rs:fit:300:300/plain/https://example.com/a.jpg`
        path: String,
    },
    /// Say what a path means and what the server would answer; fails unless that is 200
    Explain {
        /// Print it for programs
        #[arg(long)]
        json: bool,
        /// Look at the path alone, without asking the source
        #[arg(long)]
        offline: bool,
        /// A request header, such as `Accept: image/webp`
        #[arg(long = "header", value_name = "NAME: VALUE")]
        headers: Vec<String>,
        /// The request path, signature included, or the whole address
        path: String,
    },
    /// Transform files
    Process {
        /// Options as in a URL, `rs:fill:300:200/g:ce`
        #[arg(long, default_value = "")]
        options: String,
        /// Pictures to read, and last the picture or the directory to write
        #[arg(required = true, num_args = 2.., value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Say what a start would do with the environment, or with a file, and fail if it would fail
    CheckEnv {
        /// Ask no storage, secret manager or log daemon, and fetch no picture
        #[arg(long)]
        offline: bool,
        /// A file with `NAME=value` lines, a compose file or a Kubernetes manifest, looked at
        /// instead of the environment
        file: Option<PathBuf>,
    },
    /// Print the version
    Version,
    /// Read pictures for the program that started this one
    #[command(hide = true, name = sandbox::COMMAND)]
    Sandbox {
        /// Use the fonts of the system for drawings
        #[arg(long)]
        system_fonts: bool,
        /// A folder of fonts for drawings
        fonts: Option<PathBuf>,
    },
}

/// Runs the program with these arguments and this environment.
pub fn main(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::from(error.use_stderr());
            return if error.print().is_ok() {
                ExitCode::from(code)
            } else {
                ExitCode::FAILURE
            };
        }
    };
    if let Some(Command::Sandbox {
        system_fonts,
        fonts,
    }) = cli.command
    {
        return sandbox::serve(system_fonts, fonts.as_deref());
    }
    let environment = environment.into_iter().collect();
    match run(cli.command.unwrap_or(Command::Serve), environment) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Said) => ExitCode::FAILURE,
        Err(Failure::Because(text)) => {
            complain(&text);
            ExitCode::FAILURE
        }
    }
}

/// Reads the arguments. Most starts have none, and are over sooner without a look at what there could be.
fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<_> = arguments.into_iter().collect();
    match arguments.len() {
        0 | 1 => Ok(Cli { command: None }),
        _ => Cli::try_parse_from(arguments),
    }
}

/// Why a command failed.
enum Failure {
    /// The reason, one or more lines.
    Because(String),
    /// It was said already.
    Said,
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Because(error.to_string())
    }
}

fn run(command: Command, environment: BTreeMap<String, String>) -> Result<(), Failure> {
    match command {
        Command::Version => print(env!("CARGO_PKG_VERSION")),
        Command::CheckEnv { offline, file } => {
            check_env::run(environment, file.as_deref(), offline)?;
        }
        Command::Explain {
            json,
            offline,
            headers,
            path,
        } => explain::run(
            environment,
            &explain::Question {
                json,
                offline,
                headers,
                path,
            },
        )?,
        Command::Process { options, files } => process::run(&load(environment)?, &options, &files)?,
        Command::Sign { path } => print(&sign::sign(&load(environment)?, &path)?),
        // As imgproxy does, without a look at secrets and files: this runs every few seconds.
        Command::Health => print(&health::ask(&Settings::load(environment)?)?),
        Command::Serve | Command::Sandbox { .. } => serve(environment)?,
    }
    Ok(())
}

fn load(environment: BTreeMap<String, String>) -> Result<Settings, Failure> {
    let mut settings = Settings::load(pixgate_config::gather(environment)?)?;
    sandbox::attach(&mut settings)?;
    Ok(settings)
}

fn serve(environment: BTreeMap<String, String>) -> Result<(), Failure> {
    let mut settings = match pixgate_config::gather(environment).and_then(Settings::load) {
        Ok(settings) => settings,
        Err(error) => {
            // What is wrong with the configuration goes before what is wrong with syslog.
            drop(log::start(error.log()));
            for line in error.lines() {
                Record::new(Level::Critical, line).emit();
            }
            return Err(Failure::Said);
        }
    };
    log::start(&settings.log).map_err(|error| Failure::Because(start_fault::syslog(error)))?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    sandbox::attach(&mut settings)?;
    pixgate_server::run(&settings).map_err(|error| {
        Record::new(Level::Critical, start_fault::line(&error, &settings)).emit();
        Failure::Said
    })
}

/// On which a command waits for what comes over the network.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// Prints the answer to a command; whoever stopped reading has read enough.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        complain(&format!("cannot write the answer: {error}"));
    }
}

#[expect(clippy::print_stderr, reason = "why a command failed")]
fn complain(text: &str) {
    eprintln!("{text}");
}
