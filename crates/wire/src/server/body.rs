//! A request's body, bounded in length and time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use delivery::{Reason, Refusal};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use crate::Counters;

/// A body that is being read. Where the peer breaks it off, whoever reads is dropped: that is counted
/// too.
struct Reading<'a>(Option<&'a Counters>);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(counters) = self.0 {
            counters.refuse(&Refusal::new(Reason::Truncated, "the body was broken off"));
        }
    }
}

/// The whole body.
pub(super) async fn read(
    counters: &Counters,
    mut body: Incoming,
    most: usize,
    patience: Duration,
) -> Result<Bytes, Refusal> {
    let large = || Refusal::new(Reason::TooLarge, format!("a body of more than {most} bytes"));
    if body.size_hint().lower() > most as u64 {
        return Err(large());
    }
    let whole = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let cut = |_| Refusal::new(Reason::Truncated, "the body was cut off");
            let Ok(data) = frame.map_err(cut)?.into_data() else { continue };
            if bytes.len().saturating_add(data.len()) > most {
                return Err(large());
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    };
    let slow = |_| {
        let seconds = patience.as_secs_f32();
        Refusal::new(Reason::Slow, format!("the body did not come within {seconds} s"))
    };
    let mut reading = Reading(Some(counters));
    let read = tokio::time::timeout(patience, whole).await;
    reading.0 = None;
    read.map_err(slow)?
}
