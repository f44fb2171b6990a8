//! What a point keeps of having joined: its key, its certificate, the hub's CA.

use std::fmt;
use std::path::Path;

use delivery::hex;
use observation::{Micros, Point};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _, SigningKey as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use crate::client::ClientError;
use crate::files::{self, FileError};
use crate::messages::{Joined, Renewal, proven};
use crate::{Address, sha256, tls};

/// A point's identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The point.
    pub point: Point,
    /// Where its hub is.
    pub hub: Address,
    /// When the certificate was made, by the hub's clock.
    pub issued: Micros,
    /// When it ends.
    pub until: Micros,
    pub(crate) key: Vec<u8>,
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) ca: CertificateDer<'static>,
}

/// The file: bytes are hexadecimal digits.
#[derive(Serialize, Deserialize)]
struct Stored {
    point: String,
    hub: String,
    issued: Micros,
    until: Micros,
    key: String,
    certificate: String,
    ca: String,
}

/// A key that is not certified yet.
pub(crate) struct Key(KeyPair);

impl Key {
    pub(crate) fn generate() -> Result<Self, ClientError> {
        Ok(Key(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?))
    }

    /// The key and the proof that we have it, for the hub with this CA.
    pub(crate) fn renewal(&self, ca: &[u8; 32]) -> Result<Renewal, ClientError> {
        let key = self.0.der_bytes();
        let proof = self.0.sign(&proven(ca, key))?;
        Ok(Renewal { key: hex::encode(key), proof: hex::encode(&proof) })
    }

    /// The identity that a certificate makes of the key.
    pub(crate) fn certified(
        &self,
        hub: Address,
        ca: CertificateDer<'static>,
        joined: &Joined,
    ) -> Result<Identity, ClientError> {
        let parts = joined.parts();
        let (point, certificate) = parts.ok_or(ClientError::Peer("a certificate that is none"))?;
        let identity = Identity {
            point,
            hub,
            issued: joined.issued,
            until: joined.until,
            key: self.0.serialize_der(),
            certificate: certificate.into(),
            ca,
        };
        // Whether key and certificate go together is seen now, not at the next start.
        identity.config()?;
        Ok(identity)
    }
}

impl Identity {
    /// Reads what [`Identity::store`] wrote; none where there is nothing.
    ///
    /// # Errors
    /// The file cannot be read, or is no identity.
    pub fn load(path: &Path) -> Result<Option<Self>, FileError> {
        let Some(bytes) = files::read(path)? else { return Ok(None) };
        let stored = serde_json::from_slice(&bytes).ok();
        let identity = stored.and_then(|stored: Stored| {
            Some(Identity {
                point: stored.point.parse().ok()?,
                hub: stored.hub.parse().ok()?,
                issued: stored.issued,
                until: stored.until,
                key: hex::decode(&stored.key)?,
                certificate: hex::decode(&stored.certificate)?.into(),
                ca: hex::decode(&stored.ca)?.into(),
            })
        });
        let wrong = || std::io::Error::other("this is no identity of a point: join again");
        let error = || FileError { path: path.to_owned(), error: wrong() };
        identity.ok_or_else(error).map(Some)
    }

    /// Writes the identity, durably, readable by its owner only.
    ///
    /// # Errors
    /// The disk.
    pub fn store(&self, path: &Path) -> Result<(), FileError> {
        let stored = Stored {
            point: self.point.to_string(),
            hub: self.hub.to_string(),
            issued: self.issued,
            until: self.until,
            key: hex::encode(&self.key),
            certificate: hex::encode(&self.certificate),
            ca: hex::encode(&self.ca),
        };
        let bytes = serde_json::to_vec_pretty(&stored)
            .map_err(|error| FileError { path: path.to_owned(), error: error.into() })?;
        files::replace(path, &bytes)
    }

    /// When to ask for the next certificate: when a third of the life is left, and up to a twelfth
    /// earlier, so that points that joined together do not come together.
    pub fn renewal(&self, random: u64) -> Micros {
        let life = self.until.saturating_sub(self.issued).max(0);
        let jitter = random % (life.unsigned_abs() / 12 + 1);
        self.until - life / 3 - i64::try_from(jitter).unwrap_or(0)
    }

    pub(crate) fn pin(&self) -> [u8; 32] {
        sha256(&self.ca)
    }

    pub(crate) fn config(&self) -> Result<rustls::ClientConfig, rustls::Error> {
        let key = PrivateKeyDer::Pkcs8(self.key.clone().into());
        tls::client(&self.ca, self.certificate.clone(), key)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} at {}, until {})", self.point, self.hub, self.until)
    }
}
