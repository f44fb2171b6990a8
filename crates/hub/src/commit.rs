//! The commits: groups of deliveries, one commit a table.

use std::sync::Arc;
use std::time::Duration;

use archive::Staged;
use arrow_array::RecordBatch;
use delivery::receiver::{Group, Settled};
use delivery::{Answer, Position, Reason, Refusal, Table};
use observation::SECOND;
use tokio::time::Instant;

use crate::inbox::{stands, unavailable};
use crate::queue::{Item, Next};
use crate::{Inner, recipient};

/// Rows that were staged, and of which deliveries.
type Written = (Vec<u64>, Staged);

/// Commits what comes until the hub is closed and nothing waits.
pub(crate) async fn run(inner: Arc<Inner>) {
    if let Err(error) = inner.read_retired().await {
        tracing::error!(%error, "the days that were dropped cannot be read");
    }
    while inner.due().await {
        let groups = inner.queue().take();
        let working = inner.clone();
        let runtime = tokio::runtime::Handle::current();
        // Writing Parquet is work for a processor: it holds up nobody who reads bodies.
        let work = move || {
            runtime.block_on(async {
                for (table, group) in groups {
                    working.commit(table, group).await;
                }
            });
        };
        if tokio::task::spawn_blocking(work).await.is_err() {
            tracing::error!("a commit broke off: the points deliver again");
        }
    }
}

impl Inner {
    /// Waits until a group is due. False: there will be none.
    async fn due(&self) -> bool {
        loop {
            let next = self.queue().next(self.settings.group);
            match next {
                Next::End => return false,
                Next::Now => return true,
                Next::At(at) if at <= Instant::now() => return true,
                Next::At(at) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = self.wake.notified() => {}
                },
                Next::Wait => self.wake.notified().await,
            }
        }
    }

    async fn read_retired(&self) -> archive::Result<()> {
        let days = self.archive.retired().await?;
        let days = days.into_iter().map(archive::Day::to_epoch).collect();
        *self.retired.write().unwrap_or_else(std::sync::PoisonError::into_inner) = days;
        Ok(())
    }

    /// Commits a group and answers everybody.
    async fn commit(&self, table: Table, mut group: Group<Item>) {
        if group.is_empty() {
            return;
        }
        let began = Instant::now();
        let mut written: Option<Written> = None;
        let mut tries: u32 = 0;
        while tries == 0 || began.elapsed() < self.settings.patience {
            tries += 1;
            let settled = match self.attempt(table, group, &mut written).await {
                Ok(Done::Committed(settled)) => {
                    self.meters.committed(table, began.elapsed(), &settled);
                    self.failing(false);
                    return answer(settled.committed());
                }
                Ok(Done::Conflict(settled)) => settled,
                Err((settled, refusal)) => {
                    self.meters.failed(table);
                    self.failing(true);
                    return answer(settled.failed(&refusal));
                }
            };
            self.meters.conflict(table);
            group = settled.again();
            // Who lost several times lets the others go first.
            tokio::time::sleep(Duration::from_millis(u64::from(tries.min(20)) * 5)).await;
        }
        self.meters.failed(table);
        let busy = "others write the archive all the time";
        let busy = Refusal::new(Reason::Busy, busy).after(5 * SECOND);
        answer(group.settle(|_| Position::START).failed(&busy));
    }

    /// Decides on the table as it is now, and commits on that.
    async fn attempt(
        &self,
        table: Table,
        group: Group<Item>,
        written: &mut Option<Written>,
    ) -> Result<Done, (Settled<Item>, Refusal)> {
        let undecided = |group: Group<Item>, error: archive::Error| {
            (group.settle(|_| Position::START), unavailable(&error))
        };
        let standing = match self.archive.standing(recipient(table)).await {
            Ok(standing) => standing,
            Err(error) => return Err(undecided(group, error)),
        };
        if table == Table::Access
            && let Err(error) = self.read_retired().await
        {
            return Err(undecided(group, error));
        }
        let settled = group.settle(|lane| stands(&standing, lane));
        if settled.positions().next().is_none() {
            return Ok(Done::Committed(settled));
        }
        if settled.taken().any(|(_, item)| self.retired_of(&item.days).is_some()) {
            // It was dropped since these were taken in: the next time they are refused one by one.
            let again =
                Refusal::new(Reason::Unavailable, "days of the archive were dropped meanwhile");
            return Err((settled, again));
        }
        let numbers: Vec<u64> = settled.taken().map(|(_, item)| item.number).collect();
        if written.as_ref().is_none_or(|(of, _)| *of != numbers) {
            let rows = settled.taken().map(|(_, item)| item.rows.clone()).collect();
            match self.stage(table, rows).await {
                Ok(staged) => *written = Some((numbers, staged)),
                Err(error) => return Err((settled, unavailable(&error))),
            }
        }
        let Some((_, staged)) = written else {
            return Ok(Done::Conflict(settled));
        };
        let ids = settled.positions().flat_map(|(lane, position)| {
            let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            let seal = position.seal.number();
            [(lane.id(), number(position.sequence)), (lane.seal_id(), number(seal))]
        });
        match standing.commit(staged, ids).await {
            Ok(true) => Ok(Done::Committed(settled)),
            Ok(false) => Ok(Done::Conflict(settled)),
            Err(error) => Err((settled, unavailable(&error))),
        }
    }

    async fn stage(&self, table: Table, rows: Vec<RecordBatch>) -> archive::Result<Staged> {
        let received = (self.clock)();
        match table {
            Table::Access => self.archive.stage_accesses(&rows, &self.atlas, received).await,
            Table::Coverage => self.archive.stage_hours(&rows, received).await,
        }
    }
}

enum Done {
    /// There, or there was nothing to commit.
    Committed(Settled<Item>),
    /// Somebody else was first.
    Conflict(Settled<Item>),
}

fn answer(answers: impl Iterator<Item = (Item, Answer)>) {
    for (item, answer) in answers {
        // Who has gone asks again.
        let _ = item.reply.send(answer);
    }
}
