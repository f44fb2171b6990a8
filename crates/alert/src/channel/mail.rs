//! Mail, to a relay of the operator's: plain, with STARTTLS, or by TLS from the beginning.

use std::io;
use std::sync::Arc;

use async_smtp::authentication::{Credentials, Mechanism};
use async_smtp::{EmailAddress, Envelope, SendableEmail, SmtpClient, SmtpTransport};
use mail_builder::MessageBuilder;
use observation::SECOND;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncBufRead, AsyncWrite, BufStream};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::{ChannelError, Secret};
use crate::Message;
use crate::settings::{SettingsError, bad};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    Plain,
    StartTls,
    Tls,
}

#[derive(Clone, Debug)]
pub(crate) struct Mail {
    security: Security,
    host: String,
    port: u16,
    login: Option<(String, Secret)>,
    from: String,
    pub(crate) to: Vec<String>,
}

impl Mail {
    pub(crate) fn new(
        server: Url,
        login: Option<(String, Secret)>,
        from: String,
        to: Vec<String>,
    ) -> Result<Self, SettingsError> {
        let (security, port) = match server.scheme() {
            "smtp" => (Security::Plain, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(bad("mail.server", "write smtp://, smtp+starttls:// or smtps://")),
        };
        let host = server.host_str().ok_or_else(|| bad("mail.server", "name a host"))?.to_owned();
        let port = server.port().unwrap_or(port);
        if login.is_some() && security == Security::Plain {
            return Err(bad("mail.server", "a password goes by smtp+starttls:// or smtps:// only"));
        }
        for address in to.iter().chain([&from]) {
            EmailAddress::new(address.clone()).map_err(|error| bad("mail", error))?;
        }
        if to.is_empty() {
            return Err(bad("mail.to", "name whom to tell"));
        }
        Ok(Mail { security, host, port, login, from, to })
    }

    pub(crate) async fn send(&self, message: &Message) -> Result<(), ChannelError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match self.security {
            Security::Plain => self.speak(BufStream::new(stream), SmtpClient::new(), message).await,
            Security::Tls => {
                let stream = self.secure(stream).await?;
                self.speak(BufStream::new(stream), SmtpClient::new(), message).await
            }
            Security::StartTls => {
                let plain = SmtpTransport::new(SmtpClient::new(), BufStream::new(stream)).await?;
                let stream = plain.starttls().await?;
                // What came in before TLS is not from whom TLS proves (RFC 3207, section 4.2).
                let stream = self.secure(stream.into_inner()).await?;
                let client = SmtpClient::new().without_greeting();
                self.speak(BufStream::new(stream), client, message).await
            }
        }
    }

    async fn speak<S>(
        &self,
        stream: S,
        client: SmtpClient,
        message: &Message,
    ) -> Result<(), ChannelError>
    where
        S: AsyncBufRead + AsyncWrite + Unpin,
    {
        let mut server = SmtpTransport::new(client.smtp_utf8(false), stream).await?;
        if let Some((user, password)) = &self.login {
            let login = Credentials::new(user.clone(), password.read()?);
            server.try_login(&login, &[Mechanism::Plain, Mechanism::Login]).await?;
        }
        let address = |text: &String| EmailAddress::new(text.clone()).map_err(io::Error::other);
        let to = self.to.iter().map(address).collect::<io::Result<_>>()?;
        let envelope = Envelope::new(Some(address(&self.from)?), to).map_err(io::Error::other)?;
        server.send(SendableEmail::new(envelope, self.letter(message)?)).await?;
        // It has been taken, whatever is answered now.
        drop(server.quit().await);
        Ok(())
    }

    fn letter(&self, message: &Message) -> io::Result<Vec<u8>> {
        let domain = self.from.rsplit('@').next().unwrap_or("localhost");
        MessageBuilder::new()
            .from(self.from.as_str())
            .to(self.to.iter().map(String::as_str).collect::<Vec<_>>())
            .subject(format!("[Yagura] {}", message.subject()))
            .date(message.at / SECOND)
            .message_id(format!("{}@{domain}", message.id))
            // Answering machines keep still (RFC 3834).
            .header("Auto-Submitted", mail_builder::headers::text::Text::new("auto-generated"))
            .text_body(message.text())
            .write_to_vec()
    }

    async fn secure(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, ChannelError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(self.host.clone())?;
        Ok(TlsConnector::from(Arc::new(config)).connect(name, stream).await?)
    }
}
