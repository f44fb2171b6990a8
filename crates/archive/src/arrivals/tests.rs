//! Ids and rows in one commit, on the version that was decided on.

use observation::{Coverage, Fates, coverage_batch};
use url::Url;

use super::*;

async fn archive(folder: &tempfile::TempDir) -> Archive {
    let place = Url::from_directory_path(folder.path()).unwrap();
    Archive::open(&place, "UTC").await.unwrap()
}

fn rows(hour: Micros) -> RecordBatch {
    let fates = Fates::default();
    let row = Coverage {
        point: None,
        hour,
        seconds_up: None,
        assumed: false,
        fates,
        dropped: None,
        addresses: None,
        unkept: None,
        clock_offset: None,
    };
    coverage_batch(&[row], 0)
}

async fn commit(archive: &Archive, number: i64) -> bool {
    let standing = archive.standing(Recipient::Coverage).await.unwrap();
    let staged = archive.stage_hours(&[rows(0)], 1).await.unwrap();
    let ids = [("all".to_owned(), number), (format!("of {}", number % 7), number)];
    standing.commit(&staged, ids).await.unwrap()
}

/// The log is read from a checkpoint on, by who comes anew, and entry by entry by who was there.
#[tokio::test]
async fn ids_are_known_across_checkpoints_and_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (archive(&folder).await, archive(&folder).await);
    for number in 1..=104 {
        assert!(commit(&one, number).await);
        if number % 50 == 3 {
            let anew = archive(&folder).await;
            for archive in [&one, &two, &anew] {
                let standing = archive.standing(Recipient::Coverage).await.unwrap();
                assert_eq!(standing.committed("all"), Some(number));
                for before in (number - 6).max(1)..=number {
                    let id = format!("of {}", before % 7);
                    assert_eq!(standing.committed(&id), Some(before), "{number}");
                }
                assert_eq!(standing.committed("none"), None);
            }
        }
    }
    let log = std::fs::read_dir(folder.path().join("coverage/_delta_log")).unwrap();
    let names = log.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with("checkpoint.parquet")).count(), 1);
}

#[tokio::test]
async fn a_commit_on_an_old_version_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder).await;
    let old = archive.standing(Recipient::Coverage).await.unwrap();
    assert!(commit(&archive, 1).await);
    let staged = archive.stage_hours(&[rows(0)], 1).await.unwrap();
    assert!(!old.commit(&staged, [("all".to_owned(), 5)]).await.unwrap());
    let now = archive.standing(Recipient::Coverage).await.unwrap();
    assert_eq!(now.committed("all"), Some(1));
}

#[tokio::test]
async fn a_log_that_was_taken_away_is_not_written_on() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive(&folder).await;
    assert!(commit(&archive, 1).await);
    let log = folder.path().join("coverage/_delta_log");
    std::fs::rename(&log, folder.path().join("elsewhere")).unwrap();
    let gone = archive.standing(Recipient::Coverage).await.map(drop);
    assert!(matches!(gone, Err(Error::Gone("coverage"))), "{gone:?}");
    std::fs::rename(folder.path().join("elsewhere"), &log).unwrap();
    assert!(commit(&archive, 2).await);
}

#[test]
fn small_deliveries_make_one_page() {
    let batches: Vec<RecordBatch> = (0..5).map(rows).collect();
    assert_eq!(pages(&batches).len(), 1);
    assert!(pages(&[]).is_empty());
    let large = rows(0);
    let large = concat_batches(large.schema_ref(), &vec![large.clone(); AT_ONCE]).unwrap();
    let pages = pages(&[rows(0), large.clone(), large]).len();
    assert_eq!(pages, 3);
}
