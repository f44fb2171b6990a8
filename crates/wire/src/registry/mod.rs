//! Who may deliver: a folder of small files, which several processes may read and write.
//!
//! ```text
//! points/NAME.json        Entry: since when, revoked, the epoch of its certificates, its generations
//! certificates/HEX.json   by the SHA-256 of a certificate: whose, of which epoch, until when
//! invites/HEX.json        an invitation: for whom, the SHA-256 of its secret, until when
//! invites/HEX.used        the key that used it: made once, or not at all
//! lock                    held by whoever reads an entry in order to change it
//! ```
//!
//! Every file is replaced whole, durably. Nothing is kept in memory: what another process writes (`yagura
//! point revoke`) holds from the next request on. A certificate counts if its epoch is the point's; each
//! joining and each revocation begins a new epoch.

mod invites;
mod journals;

use std::path::{Path, PathBuf};

use delivery::{Generation, Reason, Refusal, hex};
use observation::{Micros, Point};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::authority::{Authority, AuthorityError};
use crate::files::{self, FileError};
use crate::identity::Identity;
use crate::messages::{Joined, Renewal};
use crate::sha256;

/// The registry of points.
#[derive(Clone, Debug)]
pub struct Registry {
    folder: PathBuf,
}

/// What is known of a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When it first joined.
    pub joined: Micros,
    /// When it was revoked, if it is.
    pub revoked: Option<Micros>,
    /// Its journal.
    pub generation: Option<Generation>,
    /// Which of its certificates count.
    epoch: u64,
    /// The invitation by which it joined last.
    invite: String,
    /// Journals that were replaced by later ones.
    #[serde(default)]
    replaced: Vec<Generation>,
}

/// A peer whose certificate counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The point.
    pub point: Point,
    /// What is known of it.
    pub entry: Entry,
}

/// Whose a certificate is.
#[derive(Serialize, Deserialize)]
struct Certified {
    point: String,
    epoch: u64,
    until: Micros,
}

/// The registry failed, or refuses.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Its files.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of the registry is not as we write it.
    #[error("{0}: not as the registry writes it: restore it or remove it")]
    Broken(String),
    /// The CA cannot sign.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// No random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// No such point.
    #[error("no point is called {0}")]
    Unknown(Point),
    /// The peer is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

fn refused(reason: Reason, detail: impl Into<String>) -> RegistryError {
    RegistryError::Refused(Refusal::new(reason, detail))
}

impl Registry {
    /// Opens the registry in a folder, or makes it there.
    ///
    /// # Errors
    /// The disk.
    pub fn open(folder: &Path) -> Result<Self, RegistryError> {
        for part in ["points", "certificates", "invites"] {
            files::folder(&folder.join(part))?;
        }
        Ok(Registry { folder: folder.to_owned() })
    }

    fn file(&self, part: &str, name: &str) -> PathBuf {
        self.folder.join(part).join(format!("{name}.json"))
    }

    fn read<T: DeserializeOwned>(
        &self,
        part: &str,
        name: &str,
    ) -> Result<Option<T>, RegistryError> {
        let path = self.file(part, name);
        let Some(bytes) = files::read(&path)? else { return Ok(None) };
        let broken = |_| RegistryError::Broken(path.display().to_string());
        serde_json::from_slice(&bytes).map(Some).map_err(broken)
    }

    fn write<T: Serialize>(&self, part: &str, name: &str, value: &T) -> Result<(), RegistryError> {
        let path = self.file(part, name);
        let broken = |_| RegistryError::Broken(path.display().to_string());
        let bytes = serde_json::to_vec(value).map_err(broken)?;
        Ok(files::replace(&path, &bytes)?)
    }

    /// What is known of a point.
    ///
    /// # Errors
    /// The disk.
    pub fn entry(&self, point: &Point) -> Result<Option<Entry>, RegistryError> {
        self.read("points", point.as_str())
    }

    /// Every point, by name.
    ///
    /// # Errors
    /// The disk.
    pub fn points(&self) -> Result<Vec<(Point, Entry)>, RegistryError> {
        let mut points = Vec::new();
        for name in files::names(&self.folder.join("points"), ".json")? {
            let Ok(point) = name.parse::<Point>() else { continue };
            points.extend(self.entry(&point)?.map(|entry| (point, entry)));
        }
        Ok(points)
    }

    /// Whose a certificate is, if it counts now.
    ///
    /// # Errors
    /// It does not, or the disk.
    pub fn peer(&self, certificate: &[u8], now: Micros) -> Result<Peer, RegistryError> {
        let unknown = || {
            let detail = "the hub does not know this certificate, or it has ended: join again";
            refused(Reason::UnknownCertificate, detail)
        };
        let digest = hex::encode(&sha256(certificate));
        let certified: Certified = self.read("certificates", &digest)?.ok_or_else(unknown)?;
        let point: Point = certified.point.parse().map_err(|_| unknown())?;
        let entry = self.entry(&point)?.ok_or_else(unknown)?;
        if entry.revoked.is_some() {
            return Err(refused(
                Reason::Revoked,
                format!("{point} was revoked by the hub's operator"),
            ));
        }
        if certified.epoch != entry.epoch || now > certified.until {
            return Err(unknown());
        }
        Ok(Peer { point, entry })
    }

    /// Whether an identity is good with this hub, and will be for a while: a third of its life.
    ///
    /// # Errors
    /// The disk.
    pub fn knows(
        &self,
        authority: &Authority,
        identity: &Identity,
        now: Micros,
    ) -> Result<bool, RegistryError> {
        if identity.pin() != authority.pin() || now >= identity.renewal(0) {
            return Ok(false);
        }
        match self.peer(&identity.certificate, now) {
            Ok(peer) => Ok(peer.point == identity.point),
            Err(RegistryError::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Takes a point's certificates back: from its next request on it is refused.
    ///
    /// # Errors
    /// No such point, or the disk.
    pub fn revoke(&self, point: &Point, now: Micros) -> Result<(), RegistryError> {
        let change = |entry: Option<Entry>| {
            let mut entry = entry.ok_or_else(|| RegistryError::Unknown(point.clone()))?;
            entry.revoked = Some(now);
            entry.epoch += 1;
            Ok(entry)
        };
        self.change(point, change).map(drop)
    }

    /// Changes what is known of a point, while no other process does. Where it stays as it was nothing
    /// is written.
    fn change(
        &self,
        point: &Point,
        change: impl FnOnce(Option<Entry>) -> Result<Entry, RegistryError>,
    ) -> Result<Entry, RegistryError> {
        let _lock = files::lock(&self.folder.join("lock"))?;
        let known = self.entry(point)?;
        let changed = change(known.clone())?;
        if known.as_ref() != Some(&changed) {
            self.write("points", point.as_str(), &changed)?;
        }
        Ok(changed)
    }

    /// Certifies the key of a point that has joined before.
    pub(crate) fn renew(
        &self,
        authority: &Authority,
        peer: &Peer,
        renewal: &Renewal,
        now: Micros,
    ) -> Result<Joined, RegistryError> {
        let key = verified(authority, renewal)?;
        self.certify(authority, &peer.point, peer.entry.epoch, key, now)
    }

    fn certify(
        &self,
        authority: &Authority,
        point: &Point,
        epoch: u64,
        key: [u8; 65],
        now: Micros,
    ) -> Result<Joined, RegistryError> {
        let made = authority.issue(point, key, now)?;
        let certified = Certified { point: point.to_string(), epoch, until: made.until };
        self.write("certificates", &hex::encode(&sha256(&made.der)), &certified)?;
        Ok(Joined {
            point: point.to_string(),
            certificate: hex::encode(&made.der),
            issued: made.issued,
            until: made.until,
        })
    }

    /// Forgets certificates and invitations that ended before now.
    ///
    /// # Errors
    /// The disk.
    pub fn tidy(&self, now: Micros) -> Result<(), RegistryError> {
        for name in files::names(&self.folder.join("certificates"), ".json")? {
            let certified: Option<Certified> = self.read("certificates", &name)?;
            if certified.is_some_and(|certified| certified.until < now) {
                files::remove(&self.file("certificates", &name))?;
            }
        }
        self.tidy_invites(now)
    }
}

fn verified(authority: &Authority, renewal: &Renewal) -> Result<[u8; 65], RegistryError> {
    let wrong = || refused(Reason::BadProof, "the proof does not fit the key and this hub");
    renewal.verified(&authority.pin()).ok_or_else(wrong)
}
