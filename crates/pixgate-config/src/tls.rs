//! The certificate of the listener.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::value;

/// A certificate with its key, ready to be shown to clients.
#[derive(Clone)]
pub struct Tls {
    certificate: CertificateDer<'static>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// For handshakes: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// The certificate itself, without the chain behind it.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(hidden)")
    }
}

impl PartialEq for Tls {
    fn eq(&self, other: &Self) -> bool {
        self.certificate == other.certificate
    }
}

impl Eq for Tls {}

/// The two files, as far as they were read.
#[derive(Clone, Default)]
pub(super) struct Raw {
    chain: Vec<CertificateDer<'static>>,
    key: Option<Arc<PrivateKeyDer<'static>>>,
}

impl Raw {
    /// Reads the certificate and those between it and its authority.
    pub(super) fn read_certificate(&mut self, path: &str) -> Result<(), String> {
        let pem = value::file(path)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        self.chain = chain.map_err(|error| format!("is no PEM file: {error}"))?;
        if self.chain.is_empty() {
            return Err("has no certificate in PEM".to_owned());
        }
        Ok(())
    }

    /// Reads the key of the certificate.
    pub(super) fn read_key(&mut self, path: &str) -> Result<(), String> {
        let key = PrivateKeyDer::from_pem_slice(&value::file(path)?);
        let key = key.map_err(|error| format!("has no private key in PEM: {error}"))?;
        self.key = Some(Arc::new(key));
        Ok(())
    }

    /// Puts both together; neither is fine as well.
    pub(super) fn resolve(&mut self) -> Result<Option<Tls>, String> {
        match (self.chain.first().cloned(), self.key.take()) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                let chain = std::mem::take(&mut self.chain);
                let config = config(chain, &key).map(Arc::new);
                let config =
                    config.map_err(|error| format!("{TOGETHER} cannot be used: {error}"))?;
                Ok(Some(Tls {
                    certificate,
                    config,
                }))
            }
            _ => Err(format!("{TOGETHER} go together, one of them is missing")),
        }
    }
}

/// Fails as well if the key is another certificate's.
fn config(
    chain: Vec<CertificateDer<'static>>,
    key: &PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth();
    let mut config = builder.with_single_cert(chain, key.clone_key())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

const TOGETHER: &str = "PIXGATE_TLS_CERTIFICATE and PIXGATE_TLS_KEY";
