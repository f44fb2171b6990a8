//! Ways to people. Each sends a message whole or says that it did not.

mod mail;
mod syslog;
mod webhook;

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, fs, io};

pub(crate) use mail::Mail;
pub(crate) use syslog::Syslog;
pub(crate) use webhook::Webhook;

use crate::Message;

/// The longest that a channel may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A channel took nothing. Its settings, its server or the way there is at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The network or a file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The mail server.
    #[error("the mail server: {0}")]
    Smtp(#[from] async_smtp::error::Error),
    /// A mail server's certificate cannot be held against a name.
    #[error("{0}")]
    Name(#[from] rustls::pki_types::InvalidDnsNameError),
    /// An HTTP server.
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    /// An HTTP server that refused.
    #[error("the server says {0}")]
    Refused(reqwest::StatusCode),
    /// It does not answer.
    #[error("no answer within {} s", PATIENCE.as_secs())]
    Silent,
    /// A secret that is none.
    #[error("{0}")]
    Secret(String),
}

/// A way to people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Channel {
    /// Electronic mail.
    #[allow(private_interfaces)]
    Mail(Mail),
    /// An HTTP request.
    #[allow(private_interfaces)]
    Webhook(Webhook),
    /// A log of the operator's.
    #[allow(private_interfaces)]
    Syslog(Syslog),
}

impl Channel {
    /// Sends a message.
    ///
    /// # Errors
    /// [`ChannelError`]. It may have been taken nevertheless, where the answer was lost.
    pub async fn send(&self, message: &Message) -> Result<(), ChannelError> {
        let sent = async {
            match self {
                Channel::Mail(mail) => mail.send(message).await,
                Channel::Webhook(hook) => hook.send(message).await,
                Channel::Syslog(syslog) => syslog.send(message).await,
            }
        };
        tokio::time::timeout(PATIENCE, sent).await.unwrap_or(Err(ChannelError::Silent))
    }
}

/// The name by which it is remembered what a channel was told: it holds no secret.
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Channel::Mail(mail) => write!(f, "mail to {}", mail.to.join(", ")),
            Channel::Webhook(hook) => write!(f, "webhook at {}", hook.place()),
            Channel::Syslog(syslog) => write!(f, "syslog at {}", syslog.address),
        }
    }
}

/// A secret in a file of its own, read each time, so that it can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Secret(pub(crate) PathBuf);

impl Secret {
    fn read(&self) -> Result<String, ChannelError> {
        let text = fs::read_to_string(&self.0)
            .map_err(|error| ChannelError::Secret(format!("{}: {error}", self.0.display())))?;
        Ok(text.trim().to_owned())
    }
}
