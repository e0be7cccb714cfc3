//! TLS towards origins: rustls with ring, trusting what the system trusts.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::WebPkiServerVerifier,
};
use rustls_platform_verifier::Verifier;

use crate::{Config, Error, ErrorKind};

/// Certificates that say who we are, and the key of the first.
pub type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// The TLS settings of connections, with an identity for services that want to know who asks;
/// HTTP/2 is offered.
///
/// # Errors
///
/// [`ErrorKind::InvalidConfig`] if the extra roots or the identity cannot be used.
pub fn tls_config(config: &Config, identity: Option<Identity>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(config, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(invalid)?;
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut tls = match identity {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(invalid)?,
        None => builder.with_no_client_auth(),
    };
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

fn verifier(
    config: &Config,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    if config.ignore_ssl_verification {
        return Ok(Arc::new(AcceptAll(Arc::clone(provider))));
    }
    check_roots(config)?;
    let extra = || extra_roots(config);
    // Asked without the extra roots first: with them an empty system store would go unnoticed.
    if let Ok(system) = Verifier::new(Arc::clone(provider)) {
        if config.extra_roots.is_empty() {
            return Ok(Arc::new(system));
        }
        let verifier = Verifier::new_with_extra_roots(extra(), Arc::clone(provider));
        return verifier
            .map(|verifier| Arc::new(verifier) as _)
            .map_err(invalid);
    }
    tracing::warn!("no system certificates found, using the bundled authorities");
    bundled(extra(), provider)
}

fn extra_roots(config: &Config) -> impl Iterator<Item = CertificateDer<'static>> {
    config.extra_roots.iter().cloned().map(CertificateDer::from)
}

/// Whether the extra roots are certificates.
pub(super) fn check_roots(config: &Config) -> Result<(), Error> {
    let mut store = RootCertStore::empty();
    for root in extra_roots(config) {
        store.add(root).map_err(invalid)?;
    }
    Ok(())
}

/// Mozilla's authorities, for containers without a system store.
fn bundled(
    extra: impl Iterator<Item = CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let mut store = RootCertStore::empty();
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    store.add_parsable_certificates(extra);
    let builder = WebPkiServerVerifier::builder_with_provider(store.into(), Arc::clone(provider));
    let verifier = builder.build();
    verifier.map(|verifier| verifier as _).map_err(invalid)
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::with_source(INVALID, error)
}

/// Takes any certificate; signatures of the handshake are still checked.
#[derive(Debug)]
struct AcceptAll(Arc<CryptoProvider>);

impl ServerCertVerifier for AcceptAll {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

const INVALID: ErrorKind = ErrorKind::InvalidConfig {
    field: "extra_roots",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_made_without_a_system_store() {
        let provider = Arc::new(ring::default_provider());
        let verifier = bundled(std::iter::empty(), &provider).unwrap();
        assert!(!verifier.supported_verify_schemes().is_empty());
    }

    #[test]
    fn refuses_an_extra_root_that_is_no_certificate() {
        let broken = Config {
            extra_roots: vec![b"not a certificate".to_vec()],
            ..Config::default()
        };
        assert_eq!(*tls_config(&broken, None).unwrap_err().kind(), INVALID);
    }

    #[test]
    fn offers_http2() {
        let protocols = tls_config(&Config::default(), None).unwrap().alpn_protocols;
        assert_eq!(protocols.first().unwrap(), b"h2");
    }
}
