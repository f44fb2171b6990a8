//! What is said in JSON beside deliveries and statuses. Bytes are hexadecimal digits.

use delivery::hex;
use observation::{Micros, Point};
use rustls::SignatureScheme;
use rustls::pki_types::alg_id;
use serde::{Deserialize, Serialize};

use crate::tls;

/// A point asks for its first certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// The invitation's number, 8 bytes.
    pub invite: String,
    /// Its secret, 16 bytes.
    pub secret: String,
    /// The key that is to be certified.
    #[serde(flatten)]
    pub key: Renewal,
}

/// A key, and the proof that the sender has it. By itself: a point asks for its next certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// A public key on the curve P-256, uncompressed, 65 bytes (SEC 1, section 2.3.3). Not Ed25519: that
    /// has keys of small order, under which anything verifies.
    pub key: String,
    /// Its signature (ECDSA with SHA-256, DER: RFC 3279, section 2.2.3) over `yagura key 1`, a zero byte, the SHA-256 of the CA's certificate, and the key.
    pub proof: String,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Whose it is.
    pub point: String,
    /// The certificate, DER.
    pub certificate: String,
    /// When it was made, by the hub's clock.
    pub issued: Micros,
    /// When it ends.
    pub until: Micros,
}

/// What a proof is a signature over.
pub(crate) fn proven(ca: &[u8; 32], key: &[u8]) -> Vec<u8> {
    [b"yagura key 1\0", &ca[..], key].concat()
}

impl Renewal {
    /// The key, if the proof verifies under this CA.
    pub(crate) fn verified(&self, ca: &[u8; 32]) -> Option<[u8; 65]> {
        let key: [u8; 65] = hex::array(&self.key)?;
        let proof = hex::decode(&self.proof)?;
        let algorithms = tls::provider().signature_verification_algorithms;
        let mut mapped = algorithms.mapping.iter();
        let p256 = SignatureScheme::ECDSA_NISTP256_SHA256;
        let (_, p256) = mapped.find(|(scheme, _)| *scheme == p256)?;
        let p256 = p256.iter().find(|it| it.public_key_alg_id() == alg_id::ECDSA_P256)?;
        p256.verify_signature(&key, &proven(ca, &key), &proof).ok()?;
        Some(key)
    }
}

impl Joined {
    /// The point and the certificate, where they are such.
    pub(crate) fn parts(&self) -> Option<(Point, Vec<u8>)> {
        Some((self.point.parse().ok()?, hex::decode(&self.certificate)?))
    }
}
