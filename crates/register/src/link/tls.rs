//! TLS to PostgreSQL, in psql's words: `sslmode` and `sslrootcert` of a URL.
//!
//! | sslmode | the connection |
//! |---|---|
//! | disable | in the clear |
//! | prefer | TLS where the server has it, whoever it is; what is meant where nothing is said |
//! | require | TLS, whoever it is; with a file of authorities, as verify-ca |
//! | verify-ca | TLS, with a certificate of one of our authorities |
//! | verify-full | the same, and it names the host |
//!
//! `sslrootcert` is a file of authorities in PEM, or `system`: those of the system, which only verify-full may
//! trust, as anybody has a certificate of theirs. Where verify-full names none, the system's are meant.

mod stream;

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};

pub(super) use stream::Tls;

/// The name of the protocol that PostgreSQL 17 asks for where TLS comes first (`sslnegotiation=direct`).
const PROTOCOL: &[u8] = b"postgresql";

/// How a server is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Anybody,
    Authority,
    Host,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Roots {
    System,
    File(String),
}

/// What a URL says of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// `sslmode` as the client crate knows it.
    mode: &'static str,
    trust: Trust,
    roots: Roots,
}

/// A URL without what is ours, and what that says.
pub(super) fn words(url: &str) -> Result<(String, Words), String> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut file, mut rest) = (None, None, Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = || {
            let value = percent_decode_str(value).decode_utf8();
            value.map(String::from).map_err(|_| format!("{name} is no text"))
        };
        match name {
            "sslmode" => mode = Some(value()?),
            "sslrootcert" => file = Some(value()?).filter(|file| !file.is_empty()),
            _ => rest.push(pair),
        }
    }
    let words = Words::new(mode.as_deref(), file)?;
    let query = [&rest[..], &[&format!("sslmode={}", words.mode)]].concat().join("&");
    Ok((format!("{base}?{query}"), words))
}

impl Words {
    fn new(mode: Option<&str>, file: Option<String>) -> Result<Words, String> {
        let roots = match file.as_deref() {
            None | Some("system") => Roots::System,
            Some(path) => Roots::File(path.to_owned()),
        };
        let says_system = file.as_deref() == Some("system");
        let mode = mode.unwrap_or(if says_system { "verify-full" } else { "prefer" });
        let (mode, trust) = match mode {
            "disable" => ("disable", Trust::Anybody),
            "prefer" => ("prefer", Trust::Anybody),
            "require" if file.is_some() => ("require", Trust::Authority),
            "require" => ("require", Trust::Anybody),
            "verify-ca" => ("require", Trust::Authority),
            "verify-full" => ("require", Trust::Host),
            other => {
                return Err(format!(
                    "sslmode={other} is not known: say disable, prefer, require, verify-ca or verify-full"
                ));
            }
        };
        if trust == Trust::Authority && roots == Roots::System {
            let why = "name a file of authorities in sslrootcert, or say sslmode=verify-full";
            return Err(format!("the system's authorities vouch for anybody: {why}"));
        }
        if says_system && trust != Trust::Host {
            return Err("sslrootcert=system needs sslmode=verify-full".to_owned());
        }
        Ok(Words { mode, trust, roots })
    }

    /// Whether the connection stays in the clear.
    pub(super) fn is_off(&self) -> bool {
        self.mode == "disable"
    }

    /// A way to TLS that trusts as these words say.
    pub(super) fn connector(&self) -> Result<Tls, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = match self.trust {
            Trust::Anybody => RootCertStore::empty(),
            Trust::Authority | Trust::Host => self.roots.read()?,
        };
        let verifier = Verifier { trust: self.trust, roots, provider: provider.clone() };
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| error.to_string())?.dangerous();
        let builder = builder.with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = builder.with_no_client_auth();
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Tls::new(config))
    }
}

impl Roots {
    fn read(&self) -> Result<RootCertStore, String> {
        let mut roots = RootCertStore::empty();
        match self {
            Roots::File(path) => {
                let refused = |reason: String| format!("sslrootcert {path}: {reason}");
                let read = CertificateDer::pem_file_iter(path);
                for certificate in read.map_err(|error| refused(error.to_string()))? {
                    let certificate = certificate.map_err(|error| refused(error.to_string()))?;
                    roots.add(certificate).map_err(|error| refused(error.to_string()))?;
                }
                if roots.is_empty() {
                    return Err(refused("there is no certificate in it".to_owned()));
                }
            }
            Roots::System => {
                // What cannot be read of the system's store is not trusted.
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        Ok(roots)
    }
}

/// Checks a server's certificate as far as psql's words demand. That the server has the certificate's key is
/// always checked.
#[derive(Debug)]
struct Verifier {
    trust: Trust,
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if self.trust != Trust::Anybody {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &self.roots,
                intermediates,
                now,
                algorithms,
            )?;
            if self.trust == Trust::Host {
                verify_server_name(&certificate, name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_url() {
        let read = |url: &str| words(url).map(|(rest, words)| (rest, words.trust, words.roots));
        let system = || Roots::System;
        assert_eq!(
            read("postgresql:///y"),
            Ok(("postgresql:///y?sslmode=prefer".to_owned(), Trust::Anybody, system()))
        );
        assert_eq!(
            read("postgres://u@h/y?a=b&sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&c=d"),
            Ok((
                "postgres://u@h/y?a=b&c=d&sslmode=require".to_owned(),
                Trust::Host,
                Roots::File("/etc/ca.pem".to_owned())
            ))
        );
        let trust = |query: &str| read(&format!("postgres://h/y?{query}")).map(|read| read.1);
        for (query, wanted) in [
            ("sslmode=disable", Trust::Anybody),
            ("sslmode=require", Trust::Anybody),
            ("sslmode=require&sslrootcert=ca.pem", Trust::Authority),
            ("sslmode=verify-ca&sslrootcert=ca.pem", Trust::Authority),
            ("sslmode=verify-full", Trust::Host),
            ("sslrootcert=system", Trust::Host),
        ] {
            assert_eq!(trust(query), Ok(wanted), "{query}");
        }
        for query in [
            "sslmode=allow",
            "sslmode=",
            "sslmode=verify-ca",
            "sslmode=require&sslrootcert=system",
            "sslmode=prefer&sslrootcert=system",
            "sslmode=%ff",
        ] {
            assert!(trust(query).is_err(), "{query}");
        }
    }
}
