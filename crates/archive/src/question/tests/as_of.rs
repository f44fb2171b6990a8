//! A question as of a moment is answered as it was then.

use super::rows::{Trial, scope};
use crate::Archive;
use crate::question::Scope;

/// Everything that a bulletin asks, as text.
async fn asked(archive: &Archive, scope: &Scope) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        archive.totals(scope).await.unwrap().rows,
        archive.days(scope).await.unwrap().rows,
        archive.services(scope).await.unwrap().rows,
        archive.service_days(scope).await.unwrap().rows,
        archive.kinds(scope).await.unwrap().rows,
        archive.countries(scope).await.unwrap().rows,
    )
}

#[tokio::test]
async fn what_came_later_is_not_counted() {
    let trial = Trial::new().await;
    let rows = [("192.0.2.1", Some("JP"), None), ("192.0.2.2", None, None)];
    trial.add_at(1_000, "north", "2005-05-01", None, &rows).await;
    trial.add_at(1_500, "north", "2005-05-02", None, &rows).await;
    let all = scope("2005-05-01", "2005-05-31", None);
    let then = asked(&trial.archive, &all).await;
    assert_eq!(trial.archive.latest_received(&all).await.unwrap(), Some(1_500));

    // One source is the same and one is new, on a day that had counts already.
    let later = [("192.0.2.2", Some("KR"), None), ("192.0.2.3", None, None)];
    trial.add_at(2_000, "north", "2005-05-02", None, &later).await;
    trial.add_at(2_500, "south", "2005-05-03", None, &later).await;
    let as_of = |as_of| Scope { as_of: Some(as_of), ..all.clone() };
    for moment in [1_500, 1_999] {
        assert_eq!(asked(&trial.archive, &as_of(moment)).await, then, "as of {moment}");
    }
    let now = asked(&trial.archive, &all).await;
    assert_ne!(now, then);
    assert_eq!(asked(&trial.archive, &as_of(2_500)).await, now);
    assert_ne!(asked(&trial.archive, &as_of(2_499)).await, now);
    assert_eq!(trial.archive.totals(&as_of(999)).await.unwrap().rows[0].accesses, 0);
    assert_eq!(trial.archive.latest_received(&all).await.unwrap(), Some(2_500));
}
