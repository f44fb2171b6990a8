//! Why something is refused, who is at fault, and what follows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who has to act on a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Whoever runs the point.
    Point,
    /// Whoever runs the hub.
    Hub,
    /// Nobody: it passes by itself.
    Nobody,
}

/// What a point does after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Wait, ask what is committed, and begin again from there.
    Again,
    /// Stop the lane until somebody has acted.
    Stop,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $blame:ident, $then:ident;)*) => {
        /// Why something is refused. The names are the protocol: they never change.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
            /// A reason of a newer version.
            #[serde(other, rename = "other")]
            Other,
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Reason] = &[$(Reason::$variant,)* Reason::Other];

            /// The name on the wire and in metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Reason::$variant => $name,)* Reason::Other => "other" }
            }

            /// The status code of HTTP that goes with it (RFC 9110, section 15).
            pub const fn status(self) -> u16 {
                match self { $(Reason::$variant => $status,)* Reason::Other => 500 }
            }

            /// Who has to act.
            pub const fn blame(self) -> Blame {
                match self { $(Reason::$variant => Blame::$blame,)* Reason::Other => Blame::Nobody }
            }

            /// What a point does about it.
            pub const fn then(self) -> Then {
                match self { $(Reason::$variant => Then::$then,)* Reason::Other => Then::Again }
            }
        }
    };
}

reasons! {
    /// The peer showed no certificate.
    NoCertificate = "no-certificate", 401, Point, Stop;
    /// The hub's CA signed the certificate, but the registry does not know it.
    UnknownCertificate = "unknown-certificate", 403, Point, Stop;
    /// The point was revoked.
    Revoked = "revoked", 403, Hub, Stop;
    /// A row or a header bears another point's name.
    OtherPoint = "other-point", 403, Point, Stop;
    /// The journal was replaced by a newer one: a restored backup, or two machines with one key.
    OldGeneration = "old-generation", 409, Point, Stop;
    /// What is committed is not what the journal says: the point was rolled back or cloned.
    RolledBack = "rolled-back", 409, Point, Stop;
    /// The archive holds less than it acknowledged: it was rolled back.
    HubLost = "hub-lost", 409, Hub, Stop;
    /// Rows before these are missing.
    Gap = "gap", 409, Nobody, Again;
    /// The body or its rows exceed a limit.
    TooLarge = "too-large", 413, Point, Stop;
    /// The body ended before it was whole.
    Truncated = "truncated", 400, Nobody, Again;
    /// The bytes are no message of this protocol.
    Malformed = "malformed", 400, Point, Stop;
    /// The format of the rows is not known here: one end is older than the other.
    Format = "format", 400, Hub, Stop;
    /// The columns are not those of the table.
    Schema = "schema", 422, Point, Stop;
    /// A value breaks the rule of its column.
    BadValue = "bad-value", 422, Point, Stop;
    /// A time is later than the hub's clock by more than the bound.
    TooNew = "too-new", 422, Point, Again;
    /// A time is earlier than the bound, and the rows are not marked as replayed.
    TooOld = "too-old", 422, Point, Stop;
    /// No such invitation, or a wrong secret.
    BadToken = "bad-token", 403, Point, Stop;
    /// The invitation was used by another key.
    UsedToken = "used-token", 403, Point, Stop;
    /// The invitation has expired.
    ExpiredToken = "expired-token", 403, Hub, Stop;
    /// The proof that the sender holds the key does not verify.
    BadProof = "bad-proof", 403, Point, Stop;
    /// No such path.
    NotFound = "not-found", 404, Point, Stop;
    /// Not a POST.
    Method = "method", 405, Point, Stop;
    /// The body came too slowly.
    Slow = "slow", 408, Nobody, Again;
    /// The hub has as much to do as it takes.
    Busy = "busy", 503, Nobody, Again;
    /// The archive cannot be reached, or the hub failed.
    Unavailable = "unavailable", 503, Hub, Again;
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_new_ones_too() {
        for &reason in Reason::ALL {
            let text = serde_json::to_string(&reason).unwrap();
            assert_eq!(text, format!("\"{reason}\""));
            assert_eq!(serde_json::from_str::<Reason>(&text).unwrap(), reason);
        }
        let newer: Reason = serde_json::from_str("\"of-tomorrow\"").unwrap();
        assert_eq!(newer, Reason::Other);
    }
}
