//! Child processes of this program, in which formats are read that nothing bounds from inside.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use pixgate_codec::SharedSandbox;
use pixgate_config::Settings;
use pixgate_sandbox::{Children, Program};

/// The hidden command that makes this program such a child; `--system-fonts` and a folder of fonts
/// may follow.
pub const COMMAND: &str = "sandbox";

/// Has the pictures of these settings read in children of this program.
///
/// # Errors
///
/// Those of [`Program::itself`].
pub fn attach(settings: &mut Settings) -> io::Result<()> {
    let proxy = &mut settings.proxy;
    let program = Program::itself(arguments(proxy))?;
    let limits = &proxy.limits;
    let children = pixgate_sandbox::Settings::new(program)
        .with_formats(settings.server.sandbox_formats.clone())
        .with_most_idle(limits.workers.min(MOST_IDLE))
        .with_cpu_seconds(limits.timeout.as_secs().saturating_add(2));
    proxy.sandbox = SharedSandbox::new(Arc::new(Children::new(children)));
    Ok(())
}

fn arguments(proxy: &pixgate_proxy::Config) -> impl Iterator<Item = OsString> {
    let output = &proxy.output;
    let system_fonts = output.system_fonts.then_some(SYSTEM_FONTS.as_ref());
    let fonts = output.fonts_dir.as_deref().map(Path::as_os_str);
    let arguments = [Some(COMMAND.as_ref()), system_fonts, fonts];
    arguments.into_iter().flatten().map(OsString::from)
}

/// Works as such a child until the parent is gone.
#[must_use]
pub fn serve(system_fonts: bool, fonts: Option<&Path>) -> ExitCode {
    if system_fonts {
        pixgate_codec::add_system_fonts();
    }
    if let Some(folder) = fonts {
        pixgate_codec::add_fonts(folder);
    }
    pixgate_sandbox::serve()
}

/// The flag that lets the child use the fonts of the system.
const SYSTEM_FONTS: &str = "--system-fonts";
/// Children that are kept while they have no work.
const MOST_IDLE: usize = 4;
