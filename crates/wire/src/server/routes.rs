//! Requests and answers.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use delivery::{
    Answer, BODY_LIMIT, FORMAT, MESSAGE_LIMIT, Reason, Refusal, Standing, Status, body as bodies,
};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Connection, Inbox, Inner, body};
use crate::registry::{Peer, RegistryError};

type Answered = Response<Full<Bytes>>;

/// Answers a request: it cannot fail, only refuse.
pub(super) async fn answer<I: Inbox>(
    inner: Arc<Inner<I>>,
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Answered, Infallible> {
    let answered = inner.route(&connection, request).await;
    Ok(answered.unwrap_or_else(|refusal| {
        inner.counters.refuse(&refusal);
        if matches!(refusal.reason, Reason::Revoked | Reason::UnknownCertificate) {
            connection.close.notify_one();
        }
        refused(refusal)
    }))
}

fn refused(refusal: Refusal) -> Answered {
    let status = StatusCode::from_u16(refusal.reason.status());
    let seconds = refusal.wait.max(0).unsigned_abs().div_ceil(observation::SECOND.unsigned_abs());
    let mut response = json(&Answer::Refused(refusal));
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if seconds > 0 {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn json(value: &impl Serialize) -> Answered {
    // What we answer with has text for keys and no numbers that JSON lacks.
    let bytes = serde_json::to_vec(value).unwrap_or_default();
    let mut response = Response::new(Full::new(Bytes::from(bytes)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let wrong = |error: serde_json::Error| Refusal::new(Reason::Malformed, error.to_string());
    serde_json::from_slice(bytes).map_err(wrong)
}

/// What a failure of the registry is to the peer: its own fault, or ours without the particulars.
fn told(error: RegistryError) -> Refusal {
    match error {
        RegistryError::Refused(refusal) => refusal,
        RegistryError::Unknown(_) => {
            Refusal::new(Reason::UnknownCertificate, "the hub does not know this point any more")
        }
        _ => Refusal::new(Reason::Unavailable, "the hub's registry of points failed"),
    }
}

impl<I: Inbox> Inner<I> {
    async fn route(
        self: &Arc<Self>,
        connection: &Connection,
        request: Request<Incoming>,
    ) -> Result<Answered, Refusal> {
        let path = request.uri().path().to_owned();
        if !matches!(path.as_str(), "/v1/join" | "/v1/renew" | "/v1/status" | "/v1/delivery") {
            return Err(Refusal::new(Reason::NotFound, "no such path"));
        }
        if request.method() != Method::POST {
            return Err(Refusal::new(Reason::Method, "POST alone is understood"));
        }
        if path == "/v1/join" {
            return self.join(request).await;
        }
        let peer = self.peer(connection).await?;
        match path.as_str() {
            "/v1/renew" => self.renew(peer, request).await,
            "/v1/status" => self.status(peer, request).await,
            _ => self.delivery(connection, peer, request).await,
        }
    }

    /// What touches the disk does not hold the others up.
    async fn registry<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let inner = self.clone();
        match tokio::task::spawn_blocking(move || work(&inner)).await {
            Ok(done) => done.map_err(told),
            Err(_) => Err(Refusal::new(Reason::Unavailable, "the hub is going down")),
        }
    }

    /// Who is at the other end, by the registry as it is now.
    async fn peer(self: &Arc<Self>, connection: &Connection) -> Result<Peer, Refusal> {
        let shown = connection.certificate.clone().ok_or_else(|| {
            Refusal::new(Reason::NoCertificate, "join first: the hub knows points by certificates")
        })?;
        let now = (self.clock)();
        self.registry(move |inner| inner.registry.peer(&shown, now)).await
    }

    async fn join(self: &Arc<Self>, request: Request<Incoming>) -> Result<Answered, Refusal> {
        let _permit = self.joins.try_acquire().map_err(|_| self.busy())?;
        let bytes = self.small(request).await?;
        let join = parsed(&bytes)?;
        let now = (self.clock)();
        let work = move |inner: &Self| inner.registry.join(&inner.authority, &join, now);
        Ok(json(&self.registry(work).await?))
    }

    async fn renew(
        self: &Arc<Self>,
        peer: Peer,
        request: Request<Incoming>,
    ) -> Result<Answered, Refusal> {
        let bytes = self.small(request).await?;
        let renewal = parsed(&bytes)?;
        let now = (self.clock)();
        let work = move |inner: &Self| inner.registry.renew(&inner.authority, &peer, &renewal, now);
        Ok(json(&self.registry(work).await?))
    }

    fn busy(&self) -> Refusal {
        let detail = "the hub is reading as much as it takes";
        Refusal::new(Reason::Busy, detail).after(self.limits.busy)
    }

    async fn small(&self, request: Request<Incoming>) -> Result<Bytes, Refusal> {
        body::read(&self.counters, request.into_body(), MESSAGE_LIMIT, self.limits.body).await
    }

    async fn status(
        self: &Arc<Self>,
        peer: Peer,
        request: Request<Incoming>,
    ) -> Result<Answered, Refusal> {
        let bytes = self.small(request).await?;
        let received = (self.clock)();
        let status: Status = parsed(&bytes)?;
        if status.format != FORMAT {
            let detail =
                format!("the point writes format {}, the hub reads {FORMAT}", status.format);
            return Err(Refusal::new(Reason::Format, detail));
        }
        if !status.is_plain() {
            return Err(Refusal::new(Reason::Malformed, "the version is long or no plain text"));
        }
        let (point, generation) = (peer.point.clone(), status.generation);
        self.registry(move |inner| inner.registry.begin(&peer, generation)).await?;
        let committed = self.inbox.status(point, status).await?;
        let committed = committed.into_iter().collect();
        Ok(json(&Standing { committed, received, sent: (self.clock)() }))
    }

    async fn delivery(
        self: &Arc<Self>,
        connection: &Connection,
        peer: Peer,
        request: Request<Incoming>,
    ) -> Result<Answered, Refusal> {
        // Points wake at the same moments, and each is soon done: a short wait is less than another try.
        let permit = tokio::time::timeout(self.limits.patience, self.bodies.acquire()).await;
        let Ok(Ok(permit)) = permit else { return Err(self.busy()) };
        let bytes =
            body::read(&self.counters, request.into_body(), BODY_LIMIT, self.limits.body).await?;
        let length = bytes.len() as u64;
        let (now, bounds) = ((self.clock)(), self.limits.bounds);
        let unpacked = tokio::task::spawn_blocking(move || {
            let checked = bodies::unpack(&bytes, &peer.point, now, &bounds)?;
            peer.delivers(checked.header.lane.generation)?;
            Ok(checked)
        });
        let down = |_| Refusal::new(Reason::Unavailable, "the hub is going down");
        let checked: Result<_, Refusal> = unpacked.await.map_err(down)?;
        let checked = checked?;
        drop(permit);
        // The body may have taken its time: who was revoked meanwhile gets no further.
        self.peer(connection).await?;
        self.counters.deliveries.fetch_add(1, Relaxed);
        self.counters.rows.fetch_add(u64::from(checked.header.rows), Relaxed);
        self.counters.bytes.fetch_add(length, Relaxed);
        match self.inbox.deliver(checked).await {
            Answer::Refused(refusal) => Err(refusal),
            committed @ Answer::Committed(_) => Ok(json(&committed)),
        }
    }
}
