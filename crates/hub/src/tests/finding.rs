use std::collections::BTreeMap;

use delivery::sender::Spool as _;
use delivery::{Clock, Reason, Status, Table};
use observation::SECOND;
use wire::{Inbox as _, Journal as _};

use super::journal::Pages;
use super::*;
use crate::{Finding, PointState, points};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_point_is_found_in_what_it_told_and_what_it_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::at(folder.path(), quick()).await;
    house.joined(folder.path(), "tokyo").await;
    let settings = Settings::default();
    let place = folder.path().join("hub");
    let state = |now: Micros| -> PointState {
        points(&house.registry, &place, now, &settings).unwrap().remove(0)
    };
    assert_eq!(state(now()).findings, []);
    let names = |state: PointState| -> Vec<&'static str> {
        state.findings.iter().map(Finding::name).collect()
    };
    assert_eq!(names(state(now() + HOUR)), ["never-heard"]);

    let (mut journal, _stop) = Pages::new("tokyo", 3);
    let status = Status { sent: now(), ..journal.status() };
    assert_eq!(status.generation, journal.generation());
    house.hub.status("tokyo".parse().unwrap(), status.clone()).await.unwrap();
    assert_eq!(state(now()).findings, []);
    assert_eq!(state(now()).lag, Some(0));
    assert_eq!(names(state(now() + HOUR)), ["silent"]);

    let stopped =
        BTreeMap::from([(Table::Access, Reason::RolledBack), (Table::Coverage, Reason::BadValue)]);
    let oldest = Some(status.sent - 2 * HOUR);
    let clock = Some(Clock { offset: -60 * SECOND, delay: 5 });
    let bad = Status { stopped, oldest, clock, dropped: 9, ..status };
    house.hub.status("tokyo".parse().unwrap(), bad).await.unwrap();
    let found = state(now());
    assert_eq!(found.lag, Some(2 * HOUR));
    assert_eq!(names(found), ["rolled-back", "stopped", "behind", "clock", "dropped"]);

    house.registry.revoke(&"tokyo".parse().unwrap(), now()).unwrap();
    assert_eq!(names(state(now() + HOUR)), Vec::<&str>::new());
    house.end().await;
}
