//! The point's end of a connection.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use delivery::{Answer, MESSAGE_LIMIT, Refusal, Standing, Status, Token, hex};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::identity::{Identity, Key};
use crate::messages::{Join, Joined};
use crate::{Address, NAME, sha256};

/// Time for connecting, with the handshake of TLS.
const CONNECT: Duration = Duration::from_secs(15);
/// Time for an answer: the hub answers after its commit.
const ANSWER: Duration = Duration::from_secs(120);
/// How often the hub is asked whether it is there, and how long it has to answer.
const PING: Duration = Duration::from_secs(20);

/// What can go wrong at the point's end.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The hub refuses, and says why and who has to act.
    #[error("the hub refuses: {0}")]
    Refused(Refusal),
    /// The hub cannot be reached, or the connection broke: try again.
    #[error("the hub cannot be reached: {0}")]
    Lost(String),
    /// It is not the hub that the token or the identity names, or it does not take our certificate.
    #[error("the connection is not trusted: {0}")]
    Untrusted(String),
    /// The hub says what no hub says.
    #[error("the hub misbehaves: {0}")]
    Peer(&'static str),
    /// The key of the identity.
    #[error("the point's key: {0}")]
    Key(#[from] rcgen::Error),
    /// The certificate of the identity.
    #[error("the point's certificate: {0}")]
    Certificate(#[from] rustls::Error),
}

/// A connection to a hub. Cloning is cheap: several requests may be under way.
#[derive(Clone)]
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
}

impl Client {
    /// Connects with an identity.
    ///
    /// # Errors
    /// The hub cannot be reached or is not trusted.
    pub async fn connect(identity: &Identity) -> Result<Self, ClientError> {
        Self::open(&identity.hub, identity.config()?).await.map(|(client, _)| client)
    }

    /// Connects with any settings of TLS.
    #[cfg(test)]
    pub(crate) async fn over(address: &Address, config: ClientConfig) -> Result<Self, ClientError> {
        Self::open(address, config).await.map(|(client, _)| client)
    }

    async fn open(
        address: &Address,
        config: ClientConfig,
    ) -> Result<(Self, Vec<Vec<u8>>), ClientError> {
        let late = |_| ClientError::Lost("it does not answer in time".to_owned());
        tokio::time::timeout(CONNECT, Self::dial(address, config)).await.map_err(late)?
    }

    async fn dial(
        address: &Address,
        config: ClientConfig,
    ) -> Result<(Self, Vec<Vec<u8>>), ClientError> {
        let lost = |error: std::io::Error| ClientError::Lost(error.to_string());
        let untrusted = |error: std::io::Error| match error.get_ref() {
            Some(inner) if inner.is::<rustls::Error>() => ClientError::Untrusted(inner.to_string()),
            _ => ClientError::Lost(error.to_string()),
        };
        let stream =
            TcpStream::connect((address.host.as_str(), address.port)).await.map_err(lost)?;
        stream.set_nodelay(true).map_err(lost)?;
        let name = ServerName::try_from(NAME)
            .map_err(|_| ClientError::Peer("the name of the hub's certificate"))?;
        let connector = TlsConnector::from(Arc::new(config));
        let stream = connector.connect(name, stream).await.map_err(untrusted)?;
        let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let shown = shown.iter().map(|certificate| certificate.to_vec()).collect();
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(Some(PING))
            .keep_alive_timeout(PING)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| ClientError::Lost(error.to_string()))?;
        // Its end is seen by whoever waits for an answer.
        tokio::spawn(async move { drop(connection.await) });
        Ok((Client { sender }, shown))
    }

    /// Whether the connection has ended.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends a status.
    ///
    /// # Errors
    /// The hub refuses, or the connection broke.
    pub async fn status(&self, status: &Status) -> Result<Standing, ClientError> {
        self.json("/v1/status", status).await
    }

    /// Sends the body of a delivery ([`delivery::body::pack`]). A refusal is an answer too.
    ///
    /// # Errors
    /// The connection broke, or the hub misbehaves.
    pub async fn deliver(&self, body: Vec<u8>) -> Result<Answer, ClientError> {
        match self.post("/v1/delivery", "application/octet-stream", body).await {
            Err(ClientError::Refused(refusal)) => Ok(Answer::Refused(refusal)),
            other => other,
        }
    }

    /// Gets the next certificate, for a new key: the old one serves until the new one is stored.
    ///
    /// # Errors
    /// The hub refuses, or the connection broke.
    pub async fn renew(&self, identity: &Identity) -> Result<Identity, ClientError> {
        let key = Key::generate()?;
        let joined: Joined = self.json("/v1/renew", &key.renewal(&identity.pin())?).await?;
        let renewed = key.certified(identity.hub.clone(), identity.ca.clone(), &joined)?;
        if renewed.point == identity.point {
            Ok(renewed)
        } else {
            Err(ClientError::Peer("a certificate in another point's name"))
        }
    }

    async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        message: &impl Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(message)
            .map_err(|_| ClientError::Peer("a message that cannot be written"))?;
        self.post(path, "application/json", body).await
    }

    /// Sends any body anywhere.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        kind: &'static str,
        body: Vec<u8>,
    ) -> Result<T, ClientError> {
        let request = Request::post(format!("https://{NAME}{path}"))
            .header(CONTENT_TYPE, kind)
            .body(Full::new(Bytes::from(body)))
            .map_err(|_| ClientError::Peer("a request that cannot be made"))?;
        let late = |_| ClientError::Lost("it does not answer in time".to_owned());
        tokio::time::timeout(ANSWER, self.exchange(request)).await.map_err(late)?
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<T, ClientError> {
        let lost = |error: hyper::Error| ClientError::Lost(reasons(&error));
        let mut sender = self.sender.clone();
        sender.ready().await.map_err(lost)?;
        let response = sender.send_request(request).await.map_err(lost)?;
        let status = response.status();
        let bytes = whole(response).await?;
        if status == StatusCode::OK {
            let wrong = |_| ClientError::Peer("an answer that is none");
            return serde_json::from_slice(&bytes).map_err(wrong);
        }
        match serde_json::from_slice(&bytes) {
            Ok(Answer::Refused(refusal)) => Err(ClientError::Refused(refusal)),
            _ if status.is_server_error() => Err(ClientError::Lost(format!("status {status}"))),
            _ => Err(ClientError::Peer("a refusal without a reason")),
        }
    }
}

/// An error with what it comes from.
fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

async fn whole(response: Response<Incoming>) -> Result<Bytes, ClientError> {
    let mut body = response.into_body();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| ClientError::Lost(reasons(&error)))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > MESSAGE_LIMIT {
            return Err(ClientError::Peer("an answer that is too long"));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

/// Joins the hub at an address with a token: makes a key, and gets a certificate for it.
///
/// # Errors
/// The hub cannot be reached, is not the one that the token names, or refuses.
pub async fn join(address: &Address, token: &Token) -> Result<Identity, ClientError> {
    join_with(address, token, &Key::generate()?).await
}

pub(crate) async fn join_with(
    address: &Address,
    token: &Token,
    key: &Key,
) -> Result<Identity, ClientError> {
    let (client, shown) = Client::open(address, crate::tls::joining(token.pin)?).await?;
    let ca = shown.into_iter().find(|certificate| sha256(certificate) == token.pin);
    let ca = ca.ok_or(ClientError::Peer("it shows no certificate of its CA"))?;
    let join = Join {
        invite: hex::encode(&token.invite),
        secret: hex::encode(&token.secret),
        key: key.renewal(&token.pin)?,
    };
    let joined: Joined = client.json("/v1/join", &join).await?;
    key.certified(address.clone(), ca.into(), &joined)
}
