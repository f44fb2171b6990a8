//! What `wire` brings.

use std::collections::BTreeSet;

use archive::Standing;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray as _;
use arrow_array::types::TimestampMicrosecondType;
use delivery::{Answer, Checked, Lane, Position, Reason, Refusal, Status, Table};
use observation::{DAY, Micros, Point, SECOND};
use wire::Inbox;

use crate::queue::Full;
use crate::{Hub, place, recipient};

/// UTC days that one delivery may be of.
const DAYS: usize = 400;

/// Where a lane stands.
pub(crate) fn stands(standing: &Standing, lane: &Lane) -> Position {
    Position::committed(standing.committed(&lane.id()), standing.committed(&lane.seal_id()))
}

/// What a failure of the archive is to a point: nothing that it could change.
pub(crate) fn unavailable(error: &archive::Error) -> Refusal {
    tracing::error!(%error, "the archive failed");
    Refusal::new(Reason::Unavailable, "the hub's archive failed, or nobody knows; ask again")
        .after(5 * SECOND)
}

impl Inbox for Hub {
    async fn status(
        &self,
        point: Point,
        status: Status,
    ) -> Result<Vec<(Table, Position)>, Refusal> {
        let inner = &self.inner;
        let generation = status.generation;
        for (table, reason) in &status.stopped {
            tracing::warn!(%point, %table, %reason, "a point stands still");
        }
        inner.book.note(&point, status, (inner.clock)()).await;
        let mut committed = Vec::with_capacity(2);
        for table in Table::ALL {
            let Some(fresh) = inner.fresh.get(place(table)) else { continue };
            let standing = fresh.look(&inner.archive, recipient(table)).await;
            let standing = standing.map_err(|error| unavailable(&error))?;
            let lane = Lane { point: point.clone(), generation, table };
            committed.push((table, stands(&standing, &lane)));
        }
        Ok(committed)
    }

    async fn deliver(&self, delivery: Checked) -> Answer {
        let inner = &self.inner;
        let days = match days(delivery.header.lane.table, &delivery.rows) {
            Ok(days) => days,
            Err(refusal) => return Answer::Refused(refusal),
        };
        if let Some(day) = inner.retired_of(&days) {
            return Answer::Refused(dropped(day));
        }
        let offered = inner.queue().offer(delivery, days);
        let answer = match offered {
            Ok(answer) => answer,
            Err(full) => return Answer::Refused(busy(full)),
        };
        inner.wake.notify_one();
        let down = |_| Answer::Refused(busy(Full::Closed));
        answer.await.unwrap_or_else(down)
    }
}

impl crate::Inner {
    /// The first of some days whose rows were dropped on demand.
    pub(crate) fn retired_of(&self, days: &BTreeSet<i32>) -> Option<i32> {
        let retired = self.retired.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        days.intersection(&retired).next().copied()
    }
}

pub(crate) fn dropped(day: i32) -> Refusal {
    let day = archive::Day::from_epoch(day);
    let detail =
        format!("the rows of {day} were dropped from the archive, and their counts are kept");
    Refusal::new(Reason::TooOld, detail)
}

fn busy(full: Full) -> Refusal {
    match full {
        Full::Full => {
            Refusal::new(Reason::Busy, "as much waits for its commit as may").after(2 * SECOND)
        }
        Full::Closed => {
            Refusal::new(Reason::Unavailable, "the hub is going down").after(5 * SECOND)
        }
    }
}

/// The UTC days of accesses; none of other rows, which are in no partition.
fn days(table: Table, rows: &RecordBatch) -> Result<BTreeSet<i32>, Refusal> {
    let mut days = BTreeSet::new();
    if table != Table::Access {
        return Ok(days);
    }
    let times = rows.column_by_name("first_seen");
    let times = times.and_then(|times| times.as_primitive_opt::<TimestampMicrosecondType>());
    let missing = || Refusal::new(Reason::Schema, "no column first_seen");
    for &time in times.ok_or_else(missing)?.values() {
        days.insert(day_of(time));
        if days.len() > DAYS {
            let detail =
                format!("rows of more than {DAYS} days in one delivery: sort them by time");
            return Err(Refusal::new(Reason::TooLarge, detail));
        }
    }
    Ok(days)
}

fn day_of(time: Micros) -> i32 {
    i32::try_from(time.div_euclid(DAY)).unwrap_or(i32::MAX)
}
