//! Findings as pages.

use archive::Archive;
use axum::http::{Method, StatusCode};
use observation::{Acknowledged, FindingRow};
use url::Url;

use press::Shelf;

use super::{Answer, ask_of, get, says};

const LINE: &str = r#"{"id":"00000000000000aa","kind":"flood","rule":"<b>syn</b>","target":"192.0.2.1",
    "points":["p0"],"times_usual":4.25,"evidence":{"countries":[["KR",1200]],"open":true}}"#;

fn finding(id: &str, kind: &str, target: &str) -> FindingRow {
    FindingRow {
        id: id.to_owned(),
        kind: kind.to_owned(),
        rule: "rule".to_owned(),
        protocol: Some(6),
        dst_port: Some(1433),
        target: target.parse().ok(),
        sources: Some(1_234),
        first_seen: 1_700_000_000_000_000,
        last_seen: 1_700_000_500_000_000,
        detected_at: 1_700_003_600_000_000,
        open: true,
        line: LINE.to_owned(),
    }
}

async fn pages(paths: &[&str]) -> Vec<Answer> {
    let folder = tempfile::tempdir().unwrap();
    let location = Url::from_directory_path(folder.path()).unwrap();
    let archive = Archive::open(&location, "UTC").await.unwrap();
    // A day of which there is a row, so that something can be told of it.
    let point: observation::Point = "p0".parse().unwrap();
    let row = testkit::syn(1_700_000_000_000_000, &point, "203.0.113.1".parse().unwrap());
    let mut stage = archive.stage(row.first_seen, None).await;
    stage.extend(&[row], std::iter::once(observation::Origin::default()));
    let staged = stage.finish().await.unwrap();
    let delivery = archive::Delivery { point, generation: "1".to_owned(), rows: 1 };
    archive.deliver_accesses(&[delivery], staged).await.unwrap();
    let days =
        archive.days_to_detect(35, 1, |day| (i64::from(day.to_epoch()) + 1) * 86_400_000_000);
    let day = days.await.unwrap().remove(0);
    let rows = vec![
        finding("00000000000000aa", "flood", "192.0.2.1"),
        finding("00000000000000bb", "backscatter", "203.0.113.7"),
    ];
    archive.keep_findings(&[(day, rows)]).await.unwrap();
    let (finding, note) = ("00000000000000bb".to_owned(), "told <them>".to_owned());
    archive.acknowledge(&[Acknowledged { finding, note, received: 0 }]).await.unwrap();
    ask_of(archive, Shelf::new("nowhere"), Method::GET, paths).await
}

#[tokio::test]
async fn findings_are_listed_and_shown_without_watched_addresses() {
    let paths = [
        "/findings",
        "/findings?kind=flood",
        "/finding/00000000000000aa",
        "/finding/00000000000000bb",
    ];
    let answers = pages(&paths).await;
    let [all, floods, flood, victim] = answers.as_slice() else { panic!() };
    says(all, StatusCode::OK, "203.0.113.7, 1433/tcp");
    says(all, StatusCode::OK, "acknowledged");
    says(floods, StatusCode::OK, "flood (1)");
    assert!(!floods.text.contains("203.0.113.7"));
    says(flood, StatusCode::OK, "KR 1200");
    says(flood, StatusCode::OK, "&lt;b&gt;syn");
    says(flood, StatusCode::OK, "yagura detect replay --from 2023-11-14 --to 2023-11-14 --json");
    says(victim, StatusCode::OK, "told &lt;them&gt;");
    assert!(answers.iter().all(|answer| !answer.text.contains("192.0.2.1")));
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    says(&get("/findings").await, StatusCode::OK, "Nothing was found, or nobody has looked yet");
    says(&get("/finding/zz").await, StatusCode::NOT_FOUND, "There is no finding of this number.");
}
