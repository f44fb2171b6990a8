use delivery::{Lane, Reason, Table};
use wire::ClientError;

use super::journal::{Pages, accesses, at};
use super::*;

fn body(point: &str, upto: u64) -> Vec<u8> {
    let (journal, _) = Pages::new(point, 100);
    let generation = journal.generation;
    let lane = Lane { point: journal.point.clone(), generation, table: Table::Access };
    let numbers: Vec<u64> = (1..=upto).collect();
    let rows = accesses(&journal.point, journal.begin, 100, &numbers);
    let range = (at(0), at(upto));
    delivery::body::pack(&lane, delivery::Freshness::Live, range, &rows).unwrap()
}

async fn refused(client: &wire::Client, body: Vec<u8>) -> Option<Reason> {
    match client.deliver(body).await {
        Ok(delivery::Answer::Refused(refusal)) | Err(ClientError::Refused(refusal)) => {
            Some(refusal.reason)
        }
        Ok(delivery::Answer::Committed(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_and_the_revoked_write_nothing_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::at(folder.path(), quick()).await;
    let identity = house.joined(folder.path(), "tokyo").await;
    let client = wire::Client::connect(&identity).await.unwrap();
    let (mut journal, _stop) = Pages::new("tokyo", 100);
    client.status(&wire::Journal::status(&mut journal)).await.unwrap();
    assert_eq!(refused(&client, body("osaka", 3)).await, Some(Reason::OtherPoint));
    let whole = body("tokyo", 3);
    let cut = whole[..whole.len() - 9].to_vec();
    assert_eq!(refused(&client, cut).await, Some(Reason::Truncated));
    assert_eq!(refused(&client, b"nonsense".to_vec()).await, Some(Reason::Malformed));
    let token = house.invite(folder.path(), "kyoto");
    wire::join(&house.address, &token).await.unwrap();
    let replayed = wire::join(&house.address, &token).await;
    assert!(matches!(replayed, Err(ClientError::Refused(why)) if why.reason == Reason::UsedToken));

    let archive = archive(folder.path()).await;
    let count = || lines(&archive, "select count(*) as n from access");
    assert_eq!(count().await, ["0"]);
    // It is the point's, and it comes again.
    assert_eq!(refused(&client, whole.clone()).await, None);
    assert_eq!(refused(&client, whole).await, None);
    assert_eq!(count().await, ["3"]);
    house.registry.revoke(&"tokyo".parse().unwrap(), now()).unwrap();
    let after = refused(&client, body("tokyo", 4)).await;
    assert_eq!(after, Some(Reason::Revoked));
    assert_eq!(count().await, ["3"]);
    let refused = house.server.counters().counts().refused;
    for reason in [
        Reason::OtherPoint,
        Reason::Malformed,
        Reason::Truncated,
        Reason::UsedToken,
        Reason::Revoked,
    ] {
        assert!(refused[&reason] > 0, "{reason}");
    }
    house.end().await;
}
