//! Bodies that are nearly right, by the hundred, over real connections: each is refused with a reason, counted
//! once, and nothing of it is written.

use testkit::Random;
use tokio::io::AsyncWriteExt as _;

use super::strangers::{stranger, stream};
use super::*;
use crate::ClientError;

/// Changes a body somewhere: bytes turned, cut out, doubled or put in, or the end cut off.
fn changed(random: &mut Random, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=random.below(3) {
        let length = body.len() as u64;
        let from = usize::try_from(random.below(length.max(1))).unwrap();
        let upto = (from + 1 + usize::try_from(random.below(40)).unwrap()).min(body.len());
        match random.below(5) {
            0 => body.truncate(from),
            1 => drop(body.drain(from..upto)),
            2 => {
                let piece = body[from..upto].to_vec();
                body.splice(from..from, piece);
            }
            3 => body.insert(from, random.below(256) as u8),
            _ => {
                if let Some(byte) = body.get_mut(from) {
                    *byte ^= 1 + random.below(255) as u8;
                }
            }
        }
    }
    body
}

/// Whether lane and rows bear this name, and no other.
fn is_of(point: &str, lane: &Lane, rows: &RecordBatch) -> bool {
    let names = rows.column_by_name("point").unwrap();
    let names = names.as_any().downcast_ref::<arrow_array::StringArray>().unwrap();
    lane.point.as_str() == point && names.iter().all(|name| name == Some(point))
}

/// All refusals that were counted.
fn refusals(hub: &Hub) -> u64 {
    hub.counts().refused.values().sum()
}

#[tokio::test]
async fn changed_deliveries_are_refused_and_counted() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    let (good, mut random) = (a_body("tokyo"), Random::new(4));
    let mut reasons = BTreeMap::<Reason, u64>::new();
    for number in 0..1_500 {
        let body = changed(&mut random, &good);
        if body == good {
            continue;
        }
        let reason = match client.deliver(body).await {
            Ok(Answer::Refused(refusal)) | Err(ClientError::Refused(refusal)) => refusal.reason,
            // A change may make another delivery that keeps every rule: a point may tell of what it likes, in
            // its own name.
            Ok(Answer::Committed(_)) => {
                let mut held = hub.book.held.lock().unwrap();
                assert!(
                    held.rows.iter().all(|(lane, rows)| is_of("tokyo", lane, rows)),
                    "{number}"
                );
                held.positions.clear();
                held.rows.clear();
                continue;
            }
            Err(other) => panic!("{number}: {other}"),
        };
        assert_ne!(reason, Reason::Other, "{number}");
        *reasons.entry(reason).or_default() += 1;
    }
    assert!(hub.book.is_untouched());
    let counts = hub.counts().refused;
    assert!(reasons.iter().all(|(reason, count)| counts[reason] == *count), "{reasons:?}");
    assert_eq!(refusals(&hub), reasons.values().sum::<u64>());
    for reason in [Reason::Malformed, Reason::Truncated, Reason::OtherPoint] {
        assert!(reasons.contains_key(&reason), "{reasons:?}");
    }
    assert_eq!(client.deliver(good).await.unwrap(), Answer::Committed(at(3)));
}

#[tokio::test]
async fn changed_messages_are_refused_and_counted() {
    let hub = Hub::new(Limits::default()).await;
    let token = hub.invite("osaka");
    let key = Key::generate().unwrap().renewal(&token.pin).unwrap();
    let join = crate::messages::Join {
        invite: delivery::hex::encode(&token.invite),
        secret: delivery::hex::encode(&token.secret),
        key: key.clone(),
    };
    let (anybody, tokyo) = (stranger(&hub).await, hub.greeted("tokyo").await);
    let mut random = Random::new(5);
    let (mut refused, points) = (0, hub.registry.points().unwrap());
    for (client, path, good) in [
        (&anybody, "/v1/join", serde_json::to_vec(&join).unwrap()),
        (&tokyo, "/v1/renew", serde_json::to_vec(&key).unwrap()),
        (
            &tokyo,
            "/v1/status",
            b"{\"format\":1,\"version\":\"0\",\"generation\":\"0505\"}".to_vec(),
        ),
    ] {
        for number in 0..200 {
            let body = changed(&mut random, &good);
            // White space, or a digit of hexadecimal in capitals, says the same: a join may hold.
            let said = client.post::<serde_json::Value>(path, "application/json", body).await;
            match said {
                Err(ClientError::Refused(refusal)) if refusal.reason != Reason::Other => {
                    refused += 1;
                }
                Ok(_) => {}
                other => panic!("{path} {number}: {other:?}"),
            }
        }
    }
    assert_eq!(refusals(&hub), refused);
    assert!(refused > 500, "{refused}");
    let known = hub.registry.points().unwrap();
    assert!(known.len() <= points.len() + 1, "{known:?}");
    assert!(hub.book.is_untouched());
}

#[tokio::test]
async fn what_is_no_http_ends_its_connection_alone() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    let mut random = Random::new(6);
    for _ in 0..40 {
        let config = hub.joined("osaka").await.config().unwrap();
        let mut stream = stream(&hub.address, config).await;
        let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        bytes.truncate(if random.below(2) == 0 { 24 } else { random.below(24) as usize });
        bytes.extend((0..random.below(4_000)).map(|_| random.below(256) as u8));
        // The hub may be done with it before it has read all.
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
    }
    for _ in 0..500 {
        if hub.counts().open == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hub.counts().open, 1, "only the good one");
    assert!(hub.book.is_untouched());
    assert_eq!(client.deliver(a_body("tokyo")).await.unwrap(), Answer::Committed(at(3)));
}
