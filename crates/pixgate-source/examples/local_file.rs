//! Fetches a file below a folder: `local_file FOLDER local:///path/below/it`.

use pixgate_source::{Config, Error, Fetcher, SourceRequest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let config = Config {
        local_root: Some(arguments.next().unwrap_or_else(|| ".".to_owned()).into()),
        ..Config::default()
    };
    let url = arguments
        .next()
        .unwrap_or_else(|| "local:///README.md".to_owned());

    let response = Fetcher::new(config)?.fetch(SourceRequest::new(url)).await?;
    show("media type", response.content_type());
    show("entity tag", response.etag());
    show("modified", response.last_modified());
    let bytes = response.body.collect(u64::MAX).await?;
    show("bytes", Some(&bytes.len().to_string()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example talks to its reader")]
fn show(name: &str, value: Option<&str>) {
    println!("{name:>12}: {}", value.unwrap_or("unknown"));
}
