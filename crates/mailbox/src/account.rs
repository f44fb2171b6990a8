//! Whose mailbox, and where.

use std::fmt;
use std::path::PathBuf;

use url::Url;

use crate::error::{Error, Result};

/// An account at a server.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) folder: String,
    pub(crate) password: String,
    pub(crate) authority: Option<PathBuf>,
}

impl Account {
    /// `imaps://user@host:993/INBOX` (RFC 5092), and the password; where the server's certificate is from an
    /// authority of its own, that authority's certificate as a PEM file.
    ///
    /// # Errors
    /// [`Error::Address`] where the address is no such one, or has the password in it.
    pub fn new(address: &str, password: String, authority: Option<PathBuf>) -> Result<Account> {
        // What stands in it could be a password: it is not told.
        let url = Url::parse(address).map_err(|_| Error::Address)?;
        let part = |text: &str| {
            // An address whose parts are escaped: `%40` for `@`.
            url::form_urlencoded::parse(text.replace('+', "%2B").as_bytes())
                .next()
                .map(|(name, _)| name.into_owned())
        };
        let folder = match url.path().trim_start_matches('/') {
            "" => "INBOX".to_owned(),
            path => part(path).ok_or(Error::Address)?,
        };
        let user = part(url.username()).ok_or(Error::Address)?;
        let plain = |text: &str| !text.chars().any(char::is_control);
        let good = url.scheme() == "imaps" && url.password().is_none() && url.query().is_none();
        if !good || !plain(&folder) || !plain(&user) || !plain(&password) || password.is_empty() {
            return Err(Error::Address);
        }
        let host = url.host_str().ok_or(Error::Address)?.trim_matches(['[', ']']).to_owned();
        Ok(Account { host, port: url.port().unwrap_or(993), user, folder, password, authority })
    }
}

/// Without the password.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}:{}/{}", self.user, self.host, self.port, self.folder)
    }
}
