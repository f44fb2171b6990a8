//! Countries, networks and known scanners on the overview.

use archive::{Archive, Day, Delivery};
use axum::http::{Method, StatusCode};
use gazetteer::Scanners;
use observation::{Origin, Point, SECOND};
use url::Url;

use press::Shelf;

use super::{Answer, ask_of, says};

/// A source address, its country and its autonomous system.
type Row<'a> = (&'a str, Option<&'a str>, Option<u32>);

/// The overview of accesses of 2025-10-02, whose places are by the database of another day.
async fn overview(database: &str, rows: &[Row<'_>], scanners: Option<Scanners>) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let location = Url::from_directory_path(folder.path()).unwrap();
    let mut archive = Archive::open(&location, "UTC").await.unwrap();
    if let Some(scanners) = scanners {
        archive = archive.with_scanners(scanners);
    }
    // 2025-10-02T00:00:00Z.
    let begins = 1_759_363_200 * SECOND;
    let point: Point = "north".parse().unwrap();
    let database = database.parse::<Day>().unwrap().to_epoch();
    let mut stage = archive.stage(begins, Some(database)).await;
    for (number, &(src, country, asn)) in (0..).zip(rows) {
        let origin = std::iter::once(Origin { country, asn });
        stage.extend(
            &[testkit::syn(begins + number * SECOND, &point, src.parse().unwrap())],
            origin,
        );
    }
    let staged = stage.finish().await.unwrap();
    let delivery = Delivery { point, generation: "1".to_owned(), rows: rows.len() as u64 };
    archive.deliver_accesses(&[delivery], staged).await.unwrap();
    ask_of(archive, Shelf::new("nowhere"), Method::GET, &["/"]).await.remove(0)
}

const ROWS: [Row<'_>; 4] = [
    ("203.0.113.1", Some("KR"), Some(64_500)),
    ("203.0.113.1", Some("KR"), Some(64_500)),
    ("198.51.100.1", Some("CN"), Some(64_501)),
    ("2001:db8::1", None, None),
];

#[tokio::test]
async fn places_and_scanners_are_told() {
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&list, "203.0.113.0/24\tBureau of <Scans>\n").unwrap();
    let scanners = Scanners::from_files([list.path()]).unwrap();
    let page = overview("2025-10-01", &ROWS, Some(scanners)).await;
    for sentence in [
        "South Korea <small>KR</small></th><td class=\"n\">2</td><td class=\"n\">50.0%</td><td class=\"n\">1</td>",
        "<tr class=\"rest\"><th scope=\"row\">not known</th>",
        "AS64501</th>",
        "Countries and networks as the database of 2025-10-01 said",
        "bureau of &lt;scans&gt;</th><td class=\"n\">2</td>",
        "50.0% of all accesses, by operator",
        "all others</th>",
    ] {
        says(&page, StatusCode::OK, sentence);
    }
    assert!(!page.text.contains("class=\"warning\""), "{}", page.text);
}

#[tokio::test]
async fn a_database_of_another_year_is_named_as_such() {
    let page = overview("2026-11-01", &ROWS, None).await;
    let sentence =
        "The database is of 2026-11-01, more than a year after these accesses: do not rely on it.";
    says(&page, StatusCode::OK, sentence);
    says(&page, StatusCode::OK, "None of these accesses came from the network of a known scanner.");
}

#[tokio::test]
async fn what_is_not_known_is_said_in_a_line() {
    let page = overview("2025-10-01", &[("203.0.113.1", None, None)], None).await;
    says(&page, StatusCode::OK, "The country of no source is known in these days.");
    assert!(!page.text.contains("<h2>Networks"), "{}", page.text);
    let page = overview("2025-10-01", &[("203.0.113.1", Some("JP"), None)], None).await;
    says(&page, StatusCode::OK, "Networks are not known: Yagura comes with no database of them");
}
