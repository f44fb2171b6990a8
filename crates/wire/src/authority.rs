//! The hub's own small CA.

use std::path::Path;

use observation::{DAY, Micros, Point, SECOND};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PublicKeyData, SignatureAlgorithm,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::OffsetDateTime;

use crate::files::{self, FileError};
use crate::{LIFE, NAME, sha256};

/// The hub's CA: signs the certificates of points and its own.
pub struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// The CA cannot be opened or cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Its files.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is a key or a certificate, and not both.
    #[error(
        "{0}: of ca.key and ca.crt one is missing: restore it, or remove both and join all points anew"
    )]
    Half(String),
    /// The key cannot be read, or signing failed.
    #[error("the key of the CA: {0}")]
    Key(#[from] rcgen::Error),
    /// TLS does not take the certificate.
    #[error("the certificate of the CA: {0}")]
    Tls(String),
}

/// A certificate that was made now.
pub(crate) struct Issued {
    pub(crate) der: CertificateDer<'static>,
    pub(crate) issued: Micros,
    pub(crate) until: Micros,
}

impl Authority {
    /// Opens the CA in a folder, or makes it there: `ca.key` (PKCS #8, readable by its owner only) and
    /// `ca.crt` (DER).
    ///
    /// # Errors
    /// The files cannot be read or written, or are no CA.
    pub fn open(folder: &Path) -> Result<Self, AuthorityError> {
        files::folder(folder)?;
        let (key_file, certificate_file) = (folder.join("ca.key"), folder.join("ca.crt"));
        // Whoever makes the key first, makes it: two hubs may start at once.
        if files::read(&key_file)?.is_none() && files::read(&certificate_file)?.is_none() {
            let key = KeyPair::generate_for(&PKCS_ED25519)?;
            files::create(&key_file, key.serialized_der())?;
        }
        let half = || AuthorityError::Half(folder.display().to_string());
        let key = files::read(&key_file)?.ok_or_else(half)?;
        let key = PrivatePkcs8KeyDer::from(key);
        let key = KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ED25519)?;
        if files::read(&certificate_file)?.is_none() {
            // Ed25519 signs the same bytes the same way: a certificate that was lost comes back.
            files::create(&certificate_file, parameters(&key)?.self_signed(&key)?.der())?;
        }
        let certificate = files::read(&certificate_file)?.ok_or_else(half)?;
        let issuer = Issuer::new(parameters(&key)?, key);
        Ok(Authority { certificate: certificate.into(), issuer })
    }

    /// The CA's certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The SHA-256 of the CA's certificate: what a token pins.
    pub fn pin(&self) -> [u8; 32] {
        sha256(&self.certificate)
    }

    /// A certificate for a point's key, from a day before now (clocks are off) for [`LIFE`].
    pub(crate) fn issue(
        &self,
        point: &Point,
        key: [u8; 65],
        now: Micros,
    ) -> Result<Issued, AuthorityError> {
        let mut parameters = CertificateParams::default();
        let until = now.saturating_add(LIFE);
        parameters.not_before = moment(now.saturating_sub(DAY));
        parameters.not_after = moment(until);
        parameters.distinguished_name = name(point.as_str());
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let der = parameters.signed_by(&PublicKey(key), &self.issuer)?.der().clone();
        Ok(Issued { der, issued: now, until })
    }

    /// A key and a certificate for the hub itself. The key is nowhere but in memory.
    pub(crate) fn own(
        &self,
    ) -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), AuthorityError> {
        let key = KeyPair::generate_for(&PKCS_ED25519)?;
        let mut parameters = CertificateParams::new(vec![NAME.to_owned()])?;
        parameters.distinguished_name = name("a hub of Yagura");
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = parameters.signed_by(&key, &self.issuer)?.der().clone();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok((certificate, key))
    }
}

/// What a CA with this key is. The certificate depends on the key alone.
fn parameters(key: &KeyPair) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    let digest = sha256(key.public_key_raw());
    let mut serial: Vec<u8> = digest.iter().take(16).copied().collect();
    // RFC 5280, section 4.1.2.2: a serial number is positive.
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x3f | 0x40;
    }
    parameters.serial_number = Some(serial.into());
    parameters.distinguished_name = name("the CA of a hub of Yagura");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(parameters)
}

fn name(common: &str) -> rcgen::DistinguishedName {
    let mut name = rcgen::DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

fn moment(time: Micros) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(time.div_euclid(SECOND))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A point's key: see [`crate::messages::Renewal`].
struct PublicKey([u8; 65]);

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P256_SHA256
    }
}
