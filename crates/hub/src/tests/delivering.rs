use tokio::sync::Notify;

use super::journal::Pages;
use super::*;

fn backoff() -> delivery::Backoff {
    delivery::Backoff { first: 10_000, most: 200_000 }
}

/// Delivers a whole journal.
async fn deliver(identity: wire::Identity, mut journal: Pages, stop: watch::Receiver<bool>) {
    let mut courier = wire::Courier::new(identity, backoff());
    let wake = Notify::new();
    let run = courier.run(&mut journal, &wake, stop);
    tokio::time::timeout(Duration::from_secs(120), run).await.unwrap().unwrap();
    assert_eq!(courier.stopped().count(), 0);
}

/// Each point's numbers of accesses and of hours.
async fn assert_whole(archive: &Archive, points: &[&str], last: u64) {
    for (table, column) in [("access", "payload_length"), ("coverage", "addresses")] {
        let query = format!(
            "select point, count(*) as n, count(distinct {column}) as d, min({column}) as l, \
             max({column}) as m from {table} group by point order by point"
        );
        let (first, last) =
            if table == "access" { (1, last - (last + 1) % 2) } else { (2, last - last % 2) };
        let n = (last - first) / 2 + 1;
        let row = |point: &&str| format!("{point},{n},{n},{first},{last}");
        let expected: Vec<String> = points.iter().map(row).collect();
        assert_eq!(lines(archive, &query).await, expected, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_points_journalled_is_in_the_archive_once() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::at(folder.path(), quick()).await;
    let names = ["kyoto", "osaka", "tokyo"];
    let mut points = tokio::task::JoinSet::new();
    for name in names {
        let identity = house.joined(folder.path(), name).await;
        let (journal, stop) = Pages::new(name, 400);
        points.spawn(deliver(identity, journal, stop));
    }
    points.join_all().await;
    let archive = archive(folder.path()).await;
    assert_whole(&archive, &names, 400).await;
    let set = "select count(*) as n, count(distinct day) as d from access \
        where received is not null and day = cast(first_seen as date)";
    assert_eq!(lines(&archive, set).await, ["600,2"]);
    let text = house.hub.metrics(&house.server.counters().counts());
    for line in [
        "yagura_hub_committed_rows_total{table=\"access\"} 600\n",
        "yagura_hub_committed_rows_total{table=\"coverage\"} 600\n",
        "yagura_hub_points 3\n",
        "yagura_hub_refused_total{reason=\"rolled-back\"} 0\n",
        "yagura_hub_findings{finding=\"silent\"} 0\n",
        "yagura_hub_commit_seconds_bucket{table=\"access\",le=\"+Inf\"} ",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    house.hub.ready().await.unwrap();
    house.end().await;
    // What compaction leaves is the same.
    archive.compact_delivered(now() + 2 * observation::DAY, 2).await.unwrap();
    assert_whole(&archive, &names, 400).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hubs_write_one_archive_and_compaction_goes_on_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let quick = Settings { group: Duration::from_millis(5), ..quick() };
    let one = House::at(folder.path(), quick.clone()).await;
    let two = House::at(folder.path(), quick).await;
    let names = ["a", "b", "c", "d"];
    let mut points = tokio::task::JoinSet::new();
    for (at, name) in names.into_iter().enumerate() {
        let mut identity = one.joined(folder.path(), name).await;
        if at % 2 == 1 {
            identity.hub = two.address.clone();
        }
        let (journal, stop) = Pages::new(name, 300);
        points.spawn(deliver(identity, journal, stop));
    }
    let archive = archive(folder.path()).await;
    let mut compacted = 0;
    while !points.is_empty() {
        tokio::select! {
            Some(done) = points.join_next() => done.unwrap(),
            () = tokio::time::sleep(Duration::from_millis(300)) => {
                compacted += archive.compact_delivered(now(), 4).await.unwrap();
            }
        }
    }
    assert_whole(&archive, &names, 300).await;
    assert!(compacted > 0, "nothing was compacted while rows came");
    one.end().await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_group_is_busy_and_a_closed_hub_answers_what_it_took() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { group: Duration::from_secs(3_600), deliveries: 8, ..quick() };
    let house = House::at(folder.path(), settings).await;
    let identity = house.joined(folder.path(), "tokyo").await;
    let (journal, stop) = Pages::new("tokyo", 14);
    let delivering = tokio::spawn(deliver(identity, journal, stop));
    while house.hub.inner.queue().waiting().0 == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Nothing is in the archive until the group ends, and closing ends it.
    let archive = archive(folder.path()).await;
    assert_eq!(lines(&archive, "select count(*) as n from access").await, ["0"]);
    house.hub.close();
    while lines(&archive, "select count(*) as n from access").await != ["7"] {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    delivering.abort();
    house.end().await;
}
