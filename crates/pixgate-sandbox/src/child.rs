//! The child's side: reads requests, works, answers, and ends with its parent.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};

use pixgate_codec::{
    Allowance, Band, DecodeRequest, Error, Header, InProcess, Limits, Pixels, Sandbox, TextRequest,
};

use crate::confine::Confined;
use crate::failure::Failure;
use crate::message::{GREETING, Reply, Request, Task, read_bytes, read_message, write_message};
use crate::pixels::{write_image, write_pixels};

/// Works for the parent that started this process, on standard input and output, until it ends.
///
/// Call it once fonts are loaded: afterwards no file can be opened where the system has Landlock,
/// no program be started and no socket be made where it has seccomp (Linux). Returns once the
/// parent is gone or does not make sense.
#[must_use]
pub fn serve() -> ExitCode {
    let (sender, requests) = sync_channel(1);
    let (begin, begun) = sync_channel(1);
    let worker = std::thread::Builder::new()
        .name("sandbox".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || begin.send(()).map(|()| work(&requests)));
    if worker.is_err() || begun.recv().is_err() {
        return ExitCode::FAILURE;
    }
    // The worker has its stack and waits for its first request: what it takes until now is known,
    // and it is confined together with this thread.
    let confined = Confined::new();
    let mut input = BufReader::new(io::stdin().lock());
    while let Ok(Some(request)) = receive(&mut input) {
        if sender.send((request, confined)).is_err() {
            return ExitCode::FAILURE;
        }
    }
    // Without a parent nobody waits for the work, so it is not waited for here.
    ExitCode::SUCCESS
}

type Received = (Request, Vec<u8>);

/// Reads a request and its source; none once the parent is gone.
fn receive(input: &mut impl Read) -> io::Result<Option<Received>> {
    let Some(request) = read_message::<Request>(input)? else {
        return Ok(None);
    };
    let source = read_bytes(input, request.source_bytes, request.memory_bytes)?;
    Ok(Some((request, source)))
}

fn work(requests: &Receiver<(Received, Confined)>) -> io::Result<()> {
    let mut output = BufWriter::with_capacity(OUTPUT_BYTES, io::stdout());
    output.write_all(&GREETING)?;
    output.flush()?;
    while let Ok(((request, source), confined)) = requests.recv() {
        confined.allow(request.memory_bytes, request.cpu_seconds);
        let answered = answer(&request, &source, &mut output);
        drop(source);
        answered?;
        output.flush()?;
    }
    Ok(())
}

/// Does the work and writes what came of it.
///
/// # Errors
///
/// Those of the pipe alone; what a codec says is an answer.
fn answer(request: &Request, source: &[u8], output: &mut impl Write) -> io::Result<()> {
    let mut limits = request.limits;
    limits.is_expendable = true;
    let limits = &limits;
    let outcome = match &request.task {
        Task::Probe => probe(source, limits, output),
        Task::Decode { header, request } => decode(source, header, request, limits, output),
        Task::Bands { header, request } => bands(source, header, request, limits, output),
        Task::Frames { header } => frames(source, header, limits, output),
        Task::SanitizeSvg => sanitize(source, output),
        Task::LayOutText(text) => lay_out(text, output),
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(Trouble::Codec(error)) => write_message(output, &Reply::Failed(Failure::from(&error))),
        Err(Trouble::Pipe(error)) => Err(error),
    }
}

/// Why an answer was not given.
enum Trouble {
    Codec(Error),
    Pipe(io::Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Codec(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Pipe(error)
    }
}

fn probe(source: &[u8], limits: &Limits, output: &mut impl Write) -> Result<(), Trouble> {
    let header = InProcess.probe(source, limits, &unlimited())?;
    Ok(write_message(output, &Reply::Header(header))?)
}

fn decode(
    source: &[u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
    output: &mut impl Write,
) -> Result<(), Trouble> {
    let decoded = InProcess.decode(source, header, request, limits, &unlimited())?;
    let (pixels, metadata): (Pixels, _) = decoded;
    let layout = pixels.output_layout();
    write_message(output, &Reply::Pixels { layout, metadata })?;
    Ok(write_pixels(output, &pixels)?)
}

fn bands(
    source: &[u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
    output: &mut impl Write,
) -> Result<(), Trouble> {
    let mut decoder = InProcess.open(source, header, request, limits, &unlimited())?;
    let layout = decoder.layout();
    let metadata = decoder.metadata().clone();
    write_message(output, &Reply::Opened { layout, metadata })?;
    while let Some(Band { first_row, pixels }) = decoder.next_band()? {
        let layout = pixels.output_layout();
        write_message(output, &Reply::Band { first_row, layout })?;
        write_pixels(output, &pixels)?;
        output.flush()?;
    }
    Ok(write_message(output, &Reply::End)?)
}

fn frames(
    source: &[u8],
    header: &Header,
    limits: &Limits,
    output: &mut impl Write,
) -> Result<(), Trouble> {
    let (mut frames, metadata) = InProcess.frames(source, header, limits, &unlimited())?;
    write_message(output, &Reply::Metadata(metadata))?;
    while let Some((image, delay_ms)) = frames.next_frame()? {
        let layout = image.layout();
        write_message(output, &Reply::Frame { layout, delay_ms })?;
        write_image(output, &image)?;
        // The parent may end this process while it waits for more.
        output.flush()?;
    }
    Ok(write_message(output, &Reply::End)?)
}

fn sanitize(source: &[u8], output: &mut impl Write) -> Result<(), Trouble> {
    let text = InProcess.sanitize_svg(source, &unlimited())?;
    let bytes = text.len() as u64;
    write_message(output, &Reply::Text { bytes })?;
    Ok(output.write_all(&text)?)
}

fn lay_out(request: &TextRequest, output: &mut impl Write) -> Result<(), Trouble> {
    let mark = InProcess.lay_out_text(request, &unlimited())?;
    let head = mark
        .as_ref()
        .map(|mark| (mark.header.clone(), mark.bytes.len() as u64));
    write_message(output, &Reply::Mark(head))?;
    let bytes = mark.map(|mark| mark.bytes).unwrap_or_default();
    Ok(output.write_all(&bytes)?)
}

/// The operating system holds the limits here.
fn unlimited() -> Allowance {
    Allowance::of_memory(u64::MAX)
}

/// For libraries that recurse; what is not used takes no memory.
const STACK_BYTES: usize = 16 << 20;
/// Pipes take as much at a time.
const OUTPUT_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(task: Task, source: &[u8]) -> Vec<u8> {
        let request = Request {
            task,
            limits: Limits::default(),
            memory_bytes: u64::MAX,
            cpu_seconds: 1,
            source_bytes: source.len() as u64,
        };
        let mut sent = Vec::new();
        write_message(&mut sent, &request).unwrap();
        sent.extend_from_slice(source);
        let (request, source) = receive(&mut sent.as_slice()).unwrap().unwrap();
        let mut output = Vec::new();
        answer(&request, &source, &mut output).unwrap();
        output
    }

    #[test]
    fn a_source_that_is_no_picture_is_answered_with_its_fault() {
        let output = answered(Task::Probe, b"no picture");
        let reply = read_message::<Reply>(&mut output.as_slice()).unwrap();
        assert!(matches!(reply, Some(Reply::Failed(_))), "{reply:?}");
    }

    #[test]
    fn requests_that_end_early_are_errors() {
        let request = Request {
            task: Task::SanitizeSvg,
            limits: Limits::default(),
            memory_bytes: 100,
            cpu_seconds: 1,
            source_bytes: 10,
        };
        let mut sent = Vec::new();
        write_message(&mut sent, &request).unwrap();
        sent.extend_from_slice(&[b' '; 9]);
        assert!(receive(&mut sent.as_slice()).is_err());
    }
}
