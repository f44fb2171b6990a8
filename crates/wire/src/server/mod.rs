//! The hub's end.

mod body;
mod routes;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use delivery::{Answer, Bounds, Checked, Position, Refusal, Status, Table};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use observation::{Micros, Point};
use rustls::pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::authority::{Authority, AuthorityError};
use crate::{Counters, Registry, tls};

/// What a peer may send of one request before the hub reads it, bytes; of a connection, twice that.
const STREAM_WINDOW: u32 = 256 << 10;

/// What the hub does with what comes.
pub trait Inbox: Send + Sync + 'static {
    /// Notes a status and says where the lanes of its generation stand, in a snapshot that is taken
    /// now.
    fn status(
        &self,
        point: Point,
        status: Status,
    ) -> impl Future<Output = Result<Vec<(Table, Position)>, Refusal>> + Send;

    /// Takes a delivery in, and answers after its commit. Where there is no room it refuses at once
    /// ([`delivery::Reason::Busy`]). If the point goes away meanwhile, the future is dropped.
    fn deliver(&self, delivery: Checked) -> impl Future<Output = Answer> + Send;
}

/// What is bounded at the hub's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open connections.
    pub connections: usize,
    /// Requests of one connection at once.
    pub streams: u32,
    /// Deliveries that are being read and unpacked at once: each takes up to
    /// [`delivery::BODY_LIMIT`] and twice [`delivery::PLAIN_LIMIT`].
    pub bodies: usize,
    /// Points that join at once.
    pub joins: usize,
    /// Time for the handshake of TLS.
    pub handshake: Duration,
    /// Time for a body.
    pub body: Duration,
    /// Time of a connection without a certificate.
    pub stranger: Duration,
    /// How often a peer is asked whether it is there, and how long it has to answer.
    pub ping: Duration,
    /// How long a delivery waits to be read, before its point is told to come again. What has come of it
    /// meanwhile is bounded by the windows of its connection.
    pub patience: Duration,
    /// What a point that came too early is told to wait, µs.
    pub busy: Micros,
    /// How far from the hub's clock times may be.
    pub bounds: Bounds,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 4_096,
            streams: 16,
            bodies: 16,
            joins: 8,
            handshake: Duration::from_secs(10),
            body: Duration::from_secs(30),
            stranger: Duration::from_secs(30),
            ping: Duration::from_secs(20),
            patience: Duration::from_secs(1),
            busy: 2 * observation::SECOND,
            bounds: Bounds::default(),
        }
    }
}

/// The hub's end.
pub struct Server<I> {
    inner: Arc<Inner<I>>,
    acceptor: TlsAcceptor,
}

struct Inner<I> {
    inbox: I,
    authority: Authority,
    registry: Registry,
    limits: Limits,
    counters: Arc<Counters>,
    clock: Box<dyn Fn() -> Micros + Send + Sync>,
    bodies: Semaphore,
    joins: Semaphore,
}

/// One connection, as its requests see it.
struct Connection {
    certificate: Option<CertificateDer<'static>>,
    /// Told when the peer must go.
    close: Notify,
}

impl<I: Inbox> Server<I> {
    /// A server that gives the time by `clock`.
    ///
    /// # Errors
    /// The CA cannot sign.
    pub fn new(
        inbox: I,
        authority: Authority,
        registry: Registry,
        limits: Limits,
        clock: impl Fn() -> Micros + Send + Sync + 'static,
    ) -> Result<Self, AuthorityError> {
        let (own, key) = authority.own()?;
        let config = tls::server(authority.certificate(), own, key)
            .map_err(|error| AuthorityError::Tls(error.to_string()))?;
        let bodies = Semaphore::new(limits.bodies);
        let joins = Semaphore::new(limits.joins);
        let counters = Arc::default();
        let clock = Box::new(clock);
        let inner = Inner { inbox, authority, registry, limits, counters, clock, bodies, joins };
        Ok(Server { inner: Arc::new(inner), acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// What the server counts.
    pub fn counters(&self) -> Arc<Counters> {
        self.inner.counters.clone()
    }

    /// What it gives to.
    pub fn inbox(&self) -> &I {
        &self.inner.inbox
    }

    /// Serves until `stop` says true or its sender is gone; then open requests have `grace` to end, and
    /// what is left is cut off.
    pub async fn serve(
        &self,
        listener: TcpListener,
        mut stop: watch::Receiver<bool>,
        grace: Duration,
    ) {
        let mut open = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = open.join_next() => continue,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let Ok((stream, _)) = accepted else {
                // Out of file descriptors, most likely: others must go first.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if open.len() >= self.inner.limits.connections {
                self.inner.counters.turned_away.fetch_add(1, Relaxed);
                continue;
            }
            let counted = Counted::new(self.inner.counters.clone());
            let (inner, acceptor) = (self.inner.clone(), self.acceptor.clone());
            let stop = stop.clone();
            open.spawn(async move {
                connection(inner, acceptor, stream, stop).await;
                drop(counted);
            });
        }
        drop(listener);
        let ended = async { while open.join_next().await.is_some() {} };
        // Those that are still open afterwards are dropped.
        let _ = tokio::time::timeout(grace, ended).await;
    }
}

/// A connection as it is counted, also where it is cut off.
struct Counted(Arc<Counters>);

impl Counted {
    fn new(counters: Arc<Counters>) -> Self {
        counters.connections.fetch_add(1, Relaxed);
        counters.open.fetch_add(1, Relaxed);
        Counted(counters)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

async fn connection<I: Inbox>(
    inner: Arc<Inner<I>>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    mut stop: watch::Receiver<bool>,
) {
    // An acknowledgement must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let limits = &inner.limits;
    let Ok(Ok(stream)) = tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await
    else {
        inner.counters.handshakes.fetch_add(1, Relaxed);
        return;
    };
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let certificate = shown.map(|shown| shown.clone().into_owned());
    let stranger = certificate.is_none();
    let peer = Arc::new(Connection { certificate, close: Notify::new() });
    let service = service_fn({
        let (inner, peer) = (inner.clone(), peer.clone());
        move |request| routes::answer(inner.clone(), peer.clone(), request)
    });
    let mut http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(8_192)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(2 * STREAM_WINDOW)
        .keep_alive_interval(Some(limits.ping))
        .keep_alive_timeout(limits.ping);
    let serving = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let deadline = tokio::time::sleep(limits.stranger);
    tokio::pin!(deadline);
    let mut closing = false;
    loop {
        tokio::select! {
            _ = &mut serving => return,
            () = &mut deadline, if stranger => return,
            () = peer.close.notified(), if !closing => {
                // The refusal still goes out.
                serving.as_mut().graceful_shutdown();
                closing = true;
            }
            _ = stop.wait_for(|stop| *stop), if !closing => {
                serving.as_mut().graceful_shutdown();
                closing = true;
            }
        }
    }
}
