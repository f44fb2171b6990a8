//! Delivery over HTTP/2 with mutual TLS: both ends, joining, and the hub's own small CA.
//!
//! Invariant: nothing reaches the [`Inbox`] but what a point sent whose certificate the registry
//! knows at that moment, in its own name, checked to the last value. Everything else is refused with a
//! [`delivery::Reason`], and counted.
//!
//! # Requests
//!
//! TLS 1.3 only, ALPN `h2`, all with POST. A refusal is `{"refused": {"reason", "detail", "wait"}}` with
//! the status code of [`delivery::Reason::status`], and `Retry-After` where there is something to wait
//! for.
//!
//! | path | certificate | body | answer |
//! |---|---|---|---|
//! | `/v1/join` | none | [`messages::Join`], JSON | [`messages::Joined`] |
//! | `/v1/renew` | the point's | [`messages::Renewal`], JSON | [`messages::Joined`] |
//! | `/v1/status` | the point's | [`delivery::Status`], JSON | [`delivery::Standing`] |
//! | `/v1/delivery` | the point's | a delivery: see the room `delivery` | [`delivery::Answer`], after the commit |
//!
//! # Who is who
//!
//! - The hub has a CA: an Ed25519 key (RFC 8410) in a file that only it can read, and a self-signed
//!   certificate. Its own certificate is made anew at each start and names [`NAME`], wherever the hub
//!   is: a point knows the hub by the CA, not by its address, so that hubs may move.
//! - A [`delivery::Token`] is an invitation's number and secret, and the SHA-256 of the CA's certificate. The point
//!   makes its key, connects, holds what the hub shows against that digest, and only then sends the
//!   secret, its public key, and a signature that proves that it has the key. It gets a certificate.
//!   No PKCS#10: the hub would parse a structure of which it needs 65 bytes.
//! - The hub keeps of a secret its SHA-256 and compares in constant time. An invitation expires, and is
//!   used by the first key that comes; the same key may come again, should the answer have been lost.
//! - A certificate says nothing that the registry does not: who a peer is, is looked up by the SHA-256 of
//!   its certificate with every request, in files. So a revocation takes effect with the next request of
//!   an open connection, which is then closed, whichever process wrote it.
//! - A certificate lives 30 days. When a third of its life is left, less some jitter, the point asks for
//!   another over the connection that the old one opened.
//!
//! # What is bounded
//!
//! [`Limits`] says it all: connections, requests of a connection, bodies being read, their lengths and the
//! time that they may take, the time without a certificate.

mod address;
mod authority;
mod client;
mod counters;
mod courier;
mod files;
mod identity;
pub mod messages;
mod registry;
mod server;
#[cfg(test)]
mod tests;
mod tls;

pub use address::{Address, BadAddress};
pub use authority::{Authority, AuthorityError};
pub use client::{Client, ClientError, join};
pub use counters::{Counters, Counts};
pub use courier::{Courier, CourierError, Journal};
pub use files::FileError;
pub use identity::Identity;
pub use registry::{Entry, Peer, Registry, RegistryError};
pub use server::{Inbox, Limits, Server};

/// The name in the hub's certificate, wherever it is (RFC 2606: no such host exists).
pub const NAME: &str = "hub.yagura.invalid";

/// How long a point's certificate lives, µs.
pub const LIFE: observation::Micros = 30 * observation::DAY;

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}
