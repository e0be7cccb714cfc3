//! Child processes of this program, in which formats are read that nothing bounds from inside.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use pixgate_codec::SharedSandbox;
use pixgate_sandbox::{Children, Program};

use crate::config::Settings;

/// The hidden command that makes this program such a child; fonts may follow.
pub const COMMAND: &str = "sandbox";

/// Has the pictures of these settings read in children of this program.
///
/// # Errors
///
/// Those of [`Program::itself`].
pub fn attach(settings: &mut Settings) -> io::Result<()> {
    let proxy = &mut settings.proxy;
    let fonts = proxy.output.fonts_dir.as_deref().map(Path::as_os_str);
    let arguments = [Some(COMMAND.as_ref()), fonts].into_iter().flatten();
    let program = Program::itself(arguments.map(OsString::from))?;
    let limits = &proxy.limits;
    let children = pixgate_sandbox::Settings::new(program)
        .with_formats(settings.server.sandbox_formats.clone())
        .with_most_idle(limits.workers.min(MOST_IDLE))
        .with_cpu_seconds(limits.timeout.as_secs().saturating_add(2));
    proxy.sandbox = SharedSandbox::new(Arc::new(Children::new(children)));
    Ok(())
}

/// Works as such a child until the parent is gone.
#[must_use]
pub fn serve(fonts: Option<&Path>) -> ExitCode {
    if let Some(folder) = fonts {
        pixgate_codec::add_fonts(folder);
    }
    pixgate_sandbox::serve()
}

/// Children that are kept while they have no work.
const MOST_IDLE: usize = 4;
