//! Days in another zone, and days whose rows were dropped.

use super::rows::{Row, Trial, scope};
use crate::question::Scope;
use crate::{Day, Error};

/// One access each 100 s from midnight UTC on: 540 of them before it is midnight in Tokyo.
static ROWS: [Row<'_>; 700] = [("192.0.2.1", None, None); 700];

async fn accesses_by_day(trial: &Trial, scope: &Scope) -> Vec<(String, u64)> {
    let days = trial.archive.days(scope).await.unwrap().rows;
    days.into_iter().map(|row| (row.day, row.accesses)).collect()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[tokio::test]
async fn another_zone_counts_every_access_once_more_and_none_twice() {
    let mut trial = Trial::new().await;
    trial.add("north", "2005-05-01", None, &ROWS).await;
    let of = |day: &str, accesses| (day.to_owned(), accesses);
    let (utc, tokyo) =
        (vec![of("2005-05-01", 700)], vec![of("2005-05-01", 540), of("2005-05-02", 160)]);
    for (zone, days) in
        [("UTC", &utc), ("Asia/Tokyo", &tokyo), ("UTC", &utc), ("Asia/Tokyo", &tokyo)]
    {
        trial.in_zone(zone).await;
        assert_eq!(accesses_by_day(&trial, &Scope::default()).await, *days, "{zone}");
    }
}

#[tokio::test]
async fn days_that_share_a_civil_day_with_a_dropped_one_take_no_more_rows() {
    let mut trial = Trial::new().await;
    trial.in_zone("Asia/Tokyo").await;
    trial.add("north", "2005-05-01", None, &ROWS).await;
    trial.add("north", "2005-05-02", None, &ROWS).await;
    let before = accesses_by_day(&trial, &Scope::default()).await;
    assert_eq!(trial.archive.retire_before(day("2005-05-02")).await.unwrap(), [day("2005-05-01")]);
    assert_eq!(accesses_by_day(&trial, &Scope::default()).await, before);
    let closed: Vec<String> =
        trial.archive.retired().await.unwrap().iter().map(Day::to_string).collect();
    assert_eq!(closed, ["2005-04-30", "2005-05-01", "2005-05-02"]);
    trial.add("north", "2005-05-03", None, &ROWS).await;

    trial.in_zone("UTC").await;
    let refused = trial.archive.totals(&Scope::default()).await.unwrap_err();
    assert!(matches!(refused, Error::OtherZone { .. }), "{refused}");
}

#[tokio::test]
async fn a_day_that_points_deliver_for_is_not_closed() {
    let mut trial = Trial::new().await;
    trial.in_zone("Asia/Tokyo").await;
    let today = Day::of(jiff::Timestamp::now().as_microsecond(), &jiff::tz::TimeZone::UTC);
    assert!(matches!(trial.archive.retire_before(today).await, Err(Error::Usage(_))));
    assert_eq!(trial.archive.retire_before(today.plus(-1)).await.unwrap(), []);
}

#[tokio::test]
async fn a_dropped_day_is_not_asked_for_as_of_a_moment_before_its_last_row() {
    let trial = Trial::new().await;
    let rows = [("192.0.2.1", None, None), ("192.0.2.2", None, None)];
    trial.add_at(1_000, "north", "2005-05-01", None, &rows).await;
    trial.add_at(2_000, "north", "2005-05-01", None, &rows).await;
    trial.add_at(3_000, "north", "2005-05-09", None, &rows).await;
    trial.archive.retire_before(day("2005-05-05")).await.unwrap();
    let as_of = |as_of, from, to| Scope { as_of: Some(as_of), ..scope(from, to, None) };
    let month = ("2005-05-01", "2005-05-31");
    let refused = trial.archive.totals(&as_of(1_500, month.0, month.1)).await.unwrap_err();
    assert!(refused.to_string().contains("2005-05-01"), "{refused}");
    let archive = &trial.archive;
    let totals = |scope| async move { archive.totals(&scope).await.unwrap().rows[0].accesses };
    assert_eq!(totals(as_of(2_000, month.0, month.1)).await, 4);
    assert_eq!(totals(as_of(1_500, "2005-05-05", month.1)).await, 0);
    let days = scope("2005-05-01", "2005-05-04", None);
    assert_eq!(trial.archive.latest_received(&days).await.unwrap(), Some(2_000));
}
