//! A mailbox of IMAP (RFC 9051, and RFC 3501 before it), over TLS alone.
//!
//! Whoever takes mails in marks them after they are on a disk ([`Mailbox::done`]); what carries the mark is
//! not given again ([`Mailbox::next`]). Nothing is kept on our side: a mail that was taken in and not marked
//! when the power went is given again, and is a duplicate to whoever has it. Mails are never moved, deleted
//! or made seen, so that people can look at the same mailbox.
//!
//! Invariants:
//! - No password and no mail goes over a connection without TLS, whose certificate is checked.
//! - A mail larger than the caller takes is not fetched; it is told each time, and stays.
//! - Every wait has an end ([`PATIENCE`]).

#![deny(clippy::indexing_slicing)]

mod account;
mod error;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_imap::types::Flag;
use async_imap::{Client, Session};
use futures::{StreamExt as _, TryStreamExt as _};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use account::Account;
pub use error::{Error, Result};

/// How long the server is waited for, at each step.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The keyword (RFC 9051, section 2.3.2) of what was taken.
const MARK: &str = "YaguraTaken";

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its number in the mailbox.
    pub uid: u32,
    /// Its bytes, as they are there.
    pub bytes: Vec<u8>,
    /// When it came, as the server says, µs since 1970; none where it does not say.
    pub received: Option<i64>,
}

/// Some mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Those that are taken next.
    pub mails: Vec<Mail>,
    /// Those that are too large, with their sizes in bytes.
    pub large: Vec<(u32, u64)>,
}

/// A mailbox that is open.
pub struct Mailbox {
    session: Session<TlsStream<TcpStream>>,
    /// Mails that are not marked, by number, and their sizes; what was given is taken out.
    waiting: BTreeMap<u32, u64>,
}

impl Mailbox {
    /// Opens an account's mailbox, and asks which mails are not marked.
    ///
    /// # Errors
    /// Where the server cannot be reached or trusted, refuses, or keeps no keywords.
    pub async fn open(account: &Account) -> Result<Mailbox> {
        let (host, port) = (account.host.as_str(), account.port);
        let unreachable = |source| Error::Unreachable { host: host.to_owned(), port, source };
        let tcp = within(async { Ok(TcpStream::connect((host, port)).await) }).await?;
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| Error::Host(host.to_owned()))?;
        let connector = TlsConnector::from(Arc::new(trust(account)?));
        let tcp = tcp.map_err(unreachable)?;
        let tls = within(async { Ok(connector.connect(name, tcp).await) }).await?;
        let mut client = Client::new(tls.map_err(unreachable)?);
        let greeting = within(async { Ok(client.read_response().await) }).await?;
        greeting.map_err(unreachable)?.ok_or(Error::Silent)?;
        let logged_in = within(async {
            Ok(client.login(&account.user, &account.password).await.map_err(|(error, _)| error))
        });
        let mut session = logged_in.await?.map_err(|error| Error::Refused(error.to_string()))?;
        let folder = within(async { Ok(session.select(&account.folder).await?) }).await?;
        let keeps = |flag: &Flag<'_>| {
            matches!(flag, Flag::MayCreate) || matches!(flag, Flag::Custom(name) if name == MARK)
        };
        if !folder.permanent_flags.iter().any(keeps) {
            return Err(Error::Keywords);
        }
        let mut mailbox = Mailbox { session, waiting: BTreeMap::new() };
        within(mailbox.look()).await?;
        Ok(mailbox)
    }

    /// Asks which mails are not marked, and how large they are.
    async fn look(&mut self) -> Result<()> {
        let found = self.session.uid_search(format!("UNKEYWORD {MARK}")).await?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        for some in uids.chunks(500) {
            let mut sizes = self.session.uid_fetch(set(some), "(UID RFC822.SIZE)").await?;
            while let Some(fetch) = sizes.try_next().await? {
                if let (Some(uid), Some(size)) = (fetch.uid, fetch.size) {
                    self.waiting.insert(uid, u64::from(size));
                }
            }
        }
        Ok(())
    }

    /// The next mails: `most` of them at most, and `bytes` together, or one.
    ///
    /// # Errors
    /// Where the server fails.
    pub async fn next(&mut self, most: usize, bytes: u64) -> Result<Batch> {
        let (mut batch, mut wanted, mut sum) = (Batch::default(), Vec::new(), 0_u64);
        while let Some((&uid, &size)) = self.waiting.first_key_value() {
            if size > bytes {
                batch.large.push((uid, size));
            } else if wanted.len() == most || sum + size > bytes {
                break;
            } else {
                sum += size;
                wanted.push(uid);
            }
            self.waiting.remove(&uid);
        }
        for uid in wanted {
            let mail = within(fetch(&mut self.session, uid)).await?;
            // A mail that somebody deleted meanwhile is gone.
            batch.mails.extend(mail);
        }
        Ok(batch)
    }

    /// Marks mails as taken.
    ///
    /// # Errors
    /// Where the server fails; they are given again then.
    pub async fn done(&mut self, uids: &[u32]) -> Result<()> {
        for some in uids.chunks(500) {
            let mark = format!("+FLAGS.SILENT ({MARK})");
            let stored = async {
                let answers = self.session.uid_store(set(some), mark).await?;
                answers.map_ok(drop).try_collect::<()>().await?;
                Ok(())
            };
            within(stored).await?;
        }
        Ok(())
    }

    /// Takes leave.
    ///
    /// # Errors
    /// Where the server fails.
    pub async fn close(mut self) -> Result<()> {
        within(async { Ok(self.session.logout().await?) }).await
    }
}

async fn fetch(session: &mut Session<TlsStream<TcpStream>>, uid: u32) -> Result<Option<Mail>> {
    let mut answers = session.uid_fetch(uid.to_string(), "(UID INTERNALDATE BODY.PEEK[])").await?;
    let mut mail = None;
    while let Some(answer) = answers.next().await.transpose()? {
        if let (Some(uid), Some(body)) = (answer.uid, answer.body()) {
            let received = answer.internal_date().map(|date| date.timestamp_micros());
            mail = Some(Mail { uid, bytes: body.to_vec(), received });
        }
    }
    Ok(mail)
}

/// Numbers as a set of IMAP's.
fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

async fn within<T>(step: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, step).await.unwrap_or(Err(Error::Silent))
}

/// Whom we trust: the system's authorities, or the account's own alone.
fn trust(account: &Account) -> Result<rustls::ClientConfig> {
    let mut roots = RootCertStore::empty();
    match &account.authority {
        Some(path) => {
            let refused = |reason: String| Error::Authority { path: path.clone(), reason };
            let read = CertificateDer::pem_file_iter(path).map_err(|e| refused(e.to_string()))?;
            for certificate in read {
                let certificate = certificate.map_err(|error| refused(error.to_string()))?;
                roots.add(certificate).map_err(|error| refused(error.to_string()))?;
            }
        }
        None => {
            // What cannot be read of the system's store is not trusted.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Error::Refused(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
