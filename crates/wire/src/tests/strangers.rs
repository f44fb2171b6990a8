use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::Frame;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::{ClientError, NAME, tls};

/// A body that says something and then nothing, or breaks off.
struct Odd {
    said: bool,
    /// When it breaks off: not before the hub reads it.
    breaks: Option<Pin<Box<tokio::time::Sleep>>>,
}

/// A body without an end, whose length nobody says.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[7; 16_384])))))
    }
}

impl hyper::body::Body for Odd {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if !self.said {
            self.said = true;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"YGD1")))));
        }
        let Some(sleep) = &mut self.breaks else { return Poll::Pending };
        let gone = || Some(Err(std::io::Error::other("gone")));
        sleep.as_mut().poll(context).map(|()| gone())
    }
}

pub(super) async fn stream(
    address: &Address,
    config: rustls::ClientConfig,
) -> tokio_rustls::client::TlsStream<TcpStream> {
    let place = address.to_string();
    let stream = TcpStream::connect(place.strip_prefix("https://").unwrap()).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    connector.connect(ServerName::try_from(NAME).unwrap(), stream).await.unwrap()
}

async fn odd(hub: &Hub, identity: &Identity, breaks: bool) -> Option<u16> {
    let breaks = breaks.then(|| Box::pin(tokio::time::sleep(Duration::from_millis(100))));
    sent(hub, identity, Odd { said: false, breaks }).await
}

/// The status of the answer to a body.
async fn sent<B>(hub: &Hub, identity: &Identity, body: B) -> Option<u16>
where
    B: hyper::body::Body<Data = Bytes, Error = std::io::Error> + Send + Unpin + 'static,
{
    let stream = stream(&hub.address, identity.config().unwrap()).await;
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::post(format!("https://{NAME}/v1/delivery"));
    let request = request.body(body).unwrap();
    sender.send_request(request).await.ok().map(|response| response.status().as_u16())
}

#[tokio::test]
async fn a_body_without_an_end_is_let_go_at_its_bound() {
    let hub = Hub::new(Limits::default()).await;
    let identity = hub.joined("tokyo").await;
    Client::connect(&identity).await.unwrap().status(&status(GENERATION)).await.unwrap();
    assert_eq!(sent(&hub, &identity, Endless).await, Some(413));
    assert_eq!(hub.refused(Reason::TooLarge), 1);
    assert!(hub.book.is_untouched());
}

/// Somebody without a certificate.
pub(super) async fn stranger(hub: &Hub) -> Client {
    let config = tls::joining(hub.authority().pin()).unwrap();
    Client::over(&hub.address, config).await.unwrap()
}

async fn why(client: &Client, path: &str, body: Vec<u8>) -> Reason {
    match client.post::<Answer>(path, "application/octet-stream", body).await {
        Err(ClientError::Refused(refusal)) => refusal.reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_a_certificate_one_may_only_join() {
    let hub = Hub::new(Limits::default()).await;
    let client = stranger(&hub).await;
    for path in ["/v1/delivery", "/v1/status", "/v1/renew"] {
        assert_eq!(why(&client, path, a_body("tokyo")).await, Reason::NoCertificate);
    }
    assert_eq!(why(&client, "/", Vec::new()).await, Reason::NotFound);
    assert_eq!(why(&client, "/v1/join", b"{}".to_vec()).await, Reason::Malformed);
    assert_eq!(why(&client, "/v1/join", vec![b' '; 20_000]).await, Reason::TooLarge);
    assert_eq!(hub.refused(Reason::NoCertificate), 3);
    assert_eq!(hub.refused(Reason::NotFound), 1);
    assert!(hub.book.is_untouched());
}

#[tokio::test]
async fn a_certificate_of_another_ca_ends_with_the_handshake() {
    let hub = Hub::new(Limits::default()).await;
    let other = Hub::new(Limits::default()).await;
    let mut identity = other.joined("tokyo").await;
    identity.hub = hub.address.clone();
    identity.ca = hub.authority().certificate().clone();
    // With TLS 1.3 the client learns of it with its first request.
    if let Ok(client) = Client::connect(&identity).await {
        assert!(matches!(client.status(&status(GENERATION)).await, Err(ClientError::Lost(_))));
    }
    assert_eq!(hub.counts().failed_handshakes, 1);
    assert_eq!(hub.counts().refused.values().sum::<u64>(), 0);
    assert!(hub.book.is_untouched());
}

#[tokio::test]
async fn a_point_cannot_write_in_another_ones_name() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    hub.greeted("osaka").await;
    assert_eq!(why(&client, "/v1/delivery", a_body("osaka")).await, Reason::OtherPoint);
    let lane =
        Lane { point: "tokyo".parse().unwrap(), generation: GENERATION, table: Table::Coverage };
    let (range, rows) = ((at(0), at(3)), rows("osaka", 1..4));
    let body = delivery::body::pack(&lane, delivery::Freshness::Live, range, &rows).unwrap();
    assert_eq!(why(&client, "/v1/delivery", body).await, Reason::OtherPoint);
    assert_eq!(hub.refused(Reason::OtherPoint), 2);
    assert!(hub.book.is_untouched());
}

#[tokio::test]
async fn bodies_that_are_none_are_refused_and_counted() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    let body = a_body("tokyo");
    let mut damaged = body.clone();
    let middle = body.len() - 20;
    damaged[middle] ^= 0xff;
    for (sent, reason) in [
        (vec![0; delivery::BODY_LIMIT + 1], Reason::TooLarge),
        (Vec::new(), Reason::Truncated),
        (body[..body.len() - 1].to_vec(), Reason::Truncated),
        (body[..20].to_vec(), Reason::Truncated),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), Reason::Malformed),
        (damaged, Reason::Malformed),
        ([&body[..], &body[..]].concat(), Reason::Malformed),
    ] {
        let before = hub.refused(reason);
        assert_eq!(why(&client, "/v1/delivery", sent).await, reason);
        assert_eq!(hub.refused(reason), before + 1);
    }
    for sent in [&b""[..], b"{}", b"null", b"{\"format\": 1e99}", b"\xff"] {
        assert_eq!(why(&client, "/v1/status", sent.to_vec()).await, Reason::Malformed);
    }
    assert!(hub.book.is_untouched());
    assert_eq!(hub.counts().deliveries, 0);
    // The connection is as good as before.
    assert_eq!(client.deliver(body).await.unwrap(), Answer::Committed(at(3)));
}

#[tokio::test]
async fn slow_and_broken_bodies_are_let_go() {
    let limits = Limits { body: Duration::from_secs(2), bodies: 1, ..Limits::default() };
    let hub = Hub::new(limits).await;
    let identity = hub.joined("tokyo").await;
    assert_eq!(odd(&hub, &identity, false).await, Some(408));
    assert_eq!(hub.refused(Reason::Slow), 1);
    // On a busy machine one may break off before the hub has begun to read it: then it is sent again.
    for tries in 0..500 {
        if tries % 100 == 0 {
            odd(&hub, &identity, true).await;
        }
        if hub.refused(Reason::Truncated) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(hub.refused(Reason::Truncated) > 0);
    assert!(hub.book.is_untouched());
    // The one place for a body is free again.
    let client = Client::connect(&identity).await.unwrap();
    client.status(&status(GENERATION)).await.unwrap();
    assert_eq!(client.deliver(a_body("tokyo")).await.unwrap(), Answer::Committed(at(3)));
}

#[tokio::test]
async fn one_body_too_many_is_told_to_wait() {
    let limits = Limits { bodies: 1, body: Duration::from_secs(10), ..Limits::default() };
    let hub = Hub::new(limits).await;
    let identity = hub.joined("tokyo").await;
    let client = Client::connect(&identity).await.unwrap();
    client.status(&status(GENERATION)).await.unwrap();
    let busy = async {
        loop {
            match client.deliver(vec![0]).await.unwrap() {
                Answer::Refused(refusal) if refusal.reason == Reason::Busy => return refusal,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    // The slow one may be told to wait itself: then it comes again.
    let slow = async { while odd(&hub, &identity, false).await == Some(503) {} };
    let refusal = tokio::select! {
        refusal = busy => refusal,
        () = slow => panic!("never busy"),
    };
    assert_eq!(refusal.wait, Limits::default().busy);
}

#[tokio::test]
async fn strangers_have_little_time_and_connections_are_counted() {
    let limits = Limits {
        connections: 2,
        handshake: Duration::from_secs(1),
        stranger: Duration::from_secs(2),
        ..Limits::default()
    };
    let hub = Hub::new(limits).await;
    // Nothing is said: the handshake ends it.
    let place = hub.address.to_string();
    let place = place.strip_prefix("https://").unwrap();
    let mut silent = TcpStream::connect(place).await.unwrap();
    assert_eq!(silent.read(&mut [0; 9]).await.unwrap_or(0), 0);
    // No TLS.
    let mut plain = TcpStream::connect(place).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = plain.read_to_end(&mut rest).await;
    assert_eq!(hub.counts().failed_handshakes, 2);
    // TLS, and then nothing.
    let client = stranger(&hub).await;
    for _ in 0..500 {
        if client.is_closed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(client.is_closed());
    // Two connections are open, and a third is one too many.
    let identity = hub.joined("tokyo").await;
    while hub.counts().open > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let _one = Client::connect(&identity).await.unwrap();
    let _two = Client::connect(&identity).await.unwrap();
    assert!(Client::connect(&identity).await.is_err());
    assert_eq!(hub.counts().turned_away, 1);
}
