//! Invitations.

use observation::{Micros, Point};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use delivery::{Reason, Token, hex};

use super::{Entry, Registry, RegistryError, refused, verified};
use crate::authority::Authority;
use crate::messages::{Join, Joined};
use crate::{files, sha256, tls};

/// An invitation at rest.
#[derive(Serialize, Deserialize)]
struct Invite {
    point: String,
    /// SHA-256 of the secret, which has 128 random bits: there is nothing to stretch.
    secret: String,
    until: Micros,
}

impl Entry {
    /// A point that joins for the first time.
    fn new(now: Micros) -> Self {
        Entry {
            joined: now,
            revoked: None,
            generation: None,
            epoch: 0,
            invite: String::new(),
            replaced: Vec::new(),
        }
    }
}

impl Registry {
    /// Invites a point for so long. A point of that name that has joined before goes on under it when
    /// the invitation is used: its older certificates count no more.
    ///
    /// # Errors
    /// The disk, or no random numbers.
    pub fn invite(
        &self,
        authority: &Authority,
        point: &Point,
        ttl: Micros,
        now: Micros,
    ) -> Result<Token, RegistryError> {
        let random = |_| RegistryError::Random;
        let token = Token {
            invite: tls::random().map_err(random)?,
            secret: tls::random().map_err(random)?,
            pin: authority.pin(),
        };
        let invite = Invite {
            point: point.to_string(),
            secret: hex::encode(&sha256(&token.secret)),
            until: now.saturating_add(ttl),
        };
        self.write("invites", &hex::encode(&token.invite), &invite)?;
        Ok(token)
    }

    /// Certifies the key of a point that was invited.
    pub(crate) fn join(
        &self,
        authority: &Authority,
        join: &Join,
        now: Micros,
    ) -> Result<Joined, RegistryError> {
        let bad = || refused(Reason::BadToken, "no such invitation: ask for a new one");
        let number: [u8; 8] = hex::array(&join.invite).ok_or_else(bad)?;
        let secret: [u8; 16] = hex::array(&join.secret).ok_or_else(bad)?;
        let name = hex::encode(&number);
        let invite: Invite = self.read("invites", &name)?.ok_or_else(bad)?;
        let kept: [u8; 32] = hex::array(&invite.secret).ok_or_else(bad)?;
        if !bool::from(kept.ct_eq(&sha256(&secret))) {
            return Err(bad());
        }
        if now > invite.until {
            return Err(refused(
                Reason::ExpiredToken,
                "the invitation has expired: ask for a new one",
            ));
        }
        let point: Point = invite.point.parse().map_err(|_| bad())?;
        let key = verified(authority, &join.key)?;
        self.used(&name, &key)?;
        let entry = self.entered(&point, &name, now)?;
        self.certify(authority, &point, entry.epoch, key, now)
    }

    /// Marks an invitation as used by a key, which may have used it before.
    fn used(&self, name: &str, key: &[u8; 65]) -> Result<(), RegistryError> {
        let path = self.folder.join("invites").join(format!("{name}.used"));
        if files::create(&path, key)? || files::read(&path)?.as_deref() == Some(key) {
            return Ok(());
        }
        Err(refused(Reason::UsedToken, "the invitation was used by another key: ask for a new one"))
    }

    /// The point's entry after it joined by an invitation. Where it has done so before, and the answer
    /// was lost or we were killed, nothing changes.
    fn entered(&self, point: &Point, invite: &str, now: Micros) -> Result<Entry, RegistryError> {
        let change = |entry: Option<Entry>| {
            let mut entry = entry.unwrap_or_else(|| Entry::new(now));
            if entry.invite == invite && entry.revoked.is_some() {
                return Err(refused(
                    Reason::Revoked,
                    format!("{point} was revoked since it joined"),
                ));
            }
            if entry.invite != invite {
                entry.epoch += 1;
                entry.revoked = None;
                invite.clone_into(&mut entry.invite);
            }
            Ok(entry)
        };
        self.change(point, change)
    }

    /// Forgets invitations that have expired.
    pub(super) fn tidy_invites(&self, now: Micros) -> Result<(), RegistryError> {
        let folder = self.folder.join("invites");
        for name in files::names(&folder, ".json")? {
            let invite: Option<Invite> = self.read("invites", &name)?;
            if invite.is_some_and(|invite| invite.until < now) {
                files::remove(&self.file("invites", &name))?;
                files::remove(&folder.join(format!("{name}.used")))?;
            }
        }
        Ok(())
    }
}
