use std::convert::Infallible;

use delivery::Freshness;
use delivery::sender::{Range, Spool};
use tokio::sync::Notify;

use super::*;
use crate::{Courier, Journal};

/// A journal of coverage rows 1 to `last`, in memory, with ranges of 7.
struct Pages {
    last: u64,
    forgotten: u64,
    kept: Option<Identity>,
    until: watch::Sender<bool>,
}

impl Spool for Pages {
    type Rows = RecordBatch;
    type Error = Infallible;

    fn generation(&self) -> Generation {
        GENERATION
    }

    fn rows(&mut self, table: Table, after: u64) -> Result<Option<Range<RecordBatch>>, Infallible> {
        let end = self.last.min(after + 7);
        if table == Table::Access || end <= after {
            return Ok(None);
        }
        let rows = rows("tokyo", after + 1..end + 1);
        Ok(Some(Range { upto: at(end), needs: 0, freshness: Freshness::Live, rows }))
    }

    fn seal(&mut self, _: Table, sequence: u64) -> Result<Option<Seal>, Infallible> {
        let kept = sequence > self.forgotten && sequence <= self.last;
        Ok(kept.then(|| at(sequence).seal))
    }

    fn forget(&mut self, _: Table, upto: Position) -> Result<(), Infallible> {
        self.forgotten = upto.sequence;
        if self.forgotten == self.last {
            self.until.send_replace(true);
        }
        Ok(())
    }

    fn forgotten(&self, table: Table) -> u64 {
        if table == Table::Coverage { self.forgotten } else { 0 }
    }
}

impl Journal for Pages {
    fn status(&mut self) -> Status {
        status(GENERATION)
    }

    fn keep(&mut self, identity: &Identity) -> Result<(), Infallible> {
        self.kept = Some(identity.clone());
        Ok(())
    }

    fn now(&self) -> Micros {
        machine()
    }
}

fn backoff() -> delivery::Backoff {
    delivery::Backoff { first: 10_000, most: 100_000 }
}

/// The numbers of the rows that an archive holds, in the order of their commits.
fn numbers(book: &Book) -> Vec<i64> {
    use arrow_array::cast::AsArray as _;
    use arrow_array::types::Int64Type;
    let held = book.held.lock().unwrap();
    let numbers = |rows: &RecordBatch| {
        let column = rows.column_by_name("addresses").unwrap();
        column.as_primitive::<Int64Type>().values().to_vec()
    };
    held.rows.iter().flat_map(|(_, rows)| numbers(rows)).collect()
}

#[tokio::test]
async fn every_row_arrives_once_through_a_hub_that_falters() {
    let hub = Hub::new(Limits::default()).await;
    let mut identity = hub.joined("tokyo").await;
    // Its certificate is about to end: it gets another by the way.
    identity.issued -= 25 * observation::DAY;
    identity.until -= 25 * observation::DAY;
    let book = hub.book.clone();
    let (until, stop) = watch::channel(false);
    let mut journal = Pages { last: 1_000, forgotten: 0, kept: None, until };
    let point = tokio::spawn(async move {
        let mut courier = Courier::new(identity, backoff());
        courier.run(&mut journal, &Notify::new(), stop).await.unwrap();
        (journal, courier)
    });
    let mut port = hub.address.to_string().rsplit_once(':').unwrap().1.parse().unwrap();
    let mut hub = Some(hub);
    for round in 0..6 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        book.busy.store(round % 3 == 1, Relaxed);
        book.mute.store(round % 3 == 0, Relaxed);
        tokio::time::sleep(Duration::from_millis(30)).await;
        // The hub is killed, with commits made and answers not given, and comes back.
        let Hub { folder, book, stop, serving, address, .. } = hub.take().unwrap();
        stop.send_replace(true);
        serving.await.unwrap();
        book.mute.store(false, Relaxed);
        port = address.to_string().rsplit_once(':').unwrap().1.parse().unwrap_or(port);
        hub = Some(Hub::at(folder, book, Limits::default(), port).await);
    }
    book.busy.store(false, Relaxed);
    let (journal, courier) =
        tokio::time::timeout(Duration::from_secs(60), point).await.unwrap().unwrap();
    assert_eq!(numbers(&book), (1..=1_000).collect::<Vec<_>>());
    assert_eq!(journal.forgotten, 1_000);
    assert!(courier.clock().is_some());
    assert!(journal.kept.is_some(), "the certificate was renewed");
    assert_eq!(courier.stopped().count(), 0);
}

#[tokio::test]
async fn a_point_that_was_rolled_back_stops_and_says_so() {
    let hub = Hub::new(Limits::default()).await;
    let identity = hub.joined("tokyo").await;
    let lane =
        Lane { point: "tokyo".parse().unwrap(), generation: GENERATION, table: Table::Coverage };
    let other = Position { sequence: 9, seal: Seal::of(9, b"another record") };
    hub.book.held.lock().unwrap().positions.insert(lane, other);
    let (until, stop) = watch::channel(false);
    let mut journal = Pages { last: 20, forgotten: 0, kept: None, until };
    let mut courier = Courier::new(identity, backoff());
    let wake = Notify::new();
    for _ in 0..100 {
        let run = courier.run(&mut journal, &wake, stop.clone());
        assert!(tokio::time::timeout(Duration::from_millis(200), run).await.is_err());
        if courier.stopped().next().is_some() {
            break;
        }
    }
    let stopped: Vec<_> = courier.stopped().map(|(table, why)| (table, why.reason)).collect();
    assert_eq!(stopped, [(Table::Coverage, Reason::RolledBack)]);
    assert!(hub.book.held.lock().unwrap().rows.is_empty());
    assert_eq!(journal.forgotten, 0);
}
