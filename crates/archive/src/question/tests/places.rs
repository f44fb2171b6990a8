//! Countries and autonomous systems.

use super::rows::{Trial, scope};
use crate::question::{Placed, Scope};

fn placed(counts: [u64; 3], database: Option<(&str, &str)>, out_of_date: u64) -> Placed {
    let [accesses, packets, sources] = counts;
    let day = |text: &str| text.parse().unwrap();
    Placed {
        accesses,
        packets: Some(packets),
        sources,
        database_from: database.map(|(from, _)| day(from)),
        database_to: database.map(|(_, to)| day(to)),
        out_of_date,
    }
}

/// Two days of two databases, and one day on which none was asked.
async fn trial() -> Trial {
    let trial = Trial::new().await;
    let (jp, cn, unknown) = (Some("JP"), Some("CN"), None);
    let first = [
        ("203.0.113.1", jp, Some(64_500)),
        ("203.0.113.1", jp, Some(64_500)),
        ("203.0.113.2", jp, Some(64_501)),
        ("198.51.100.1", cn, None),
        ("2001:db8::1", unknown, Some(64_500)),
    ];
    trial.add("north", "2025-10-02", Some("2025-10-01"), &first).await;
    let second = [("203.0.113.1", jp, Some(64_500)), ("198.51.100.7", cn, Some(4_200_000_000))];
    trial.add("south", "2025-10-03", Some("2025-10-02"), &second).await;
    trial.add("south", "2025-10-04", None, &[("198.51.100.9", unknown, None)]).await;
    trial
}

#[tokio::test]
async fn countries_are_counted_and_the_unknown_too() {
    let archive = &trial().await.archive;
    let answer = archive.countries(&Scope::default()).await.unwrap();
    let rows = answer.rows.iter().map(|row| (row.country.as_deref(), row.counts.clone()));
    let both = Some(("2025-10-01", "2025-10-02"));
    let expected = [
        (Some("JP"), placed([4, 8, 2], both, 0)),
        (Some("CN"), placed([2, 4, 2], both, 0)),
        (None, placed([2, 4, 2], Some(("2025-10-01", "2025-10-01")), 0)),
    ];
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    assert!(answer.rule.contains("12 months (366 days)"));
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["rows"][0]["database_from"], "2025-10-01", "{json}");
    assert_eq!(json["rows"][2]["country"], serde_json::Value::Null);

    let south = archive.countries(&scope("2025-10-03", "2025-10-04", Some("south"))).await.unwrap();
    let rows = south.rows.iter().map(|row| (row.country.as_deref(), row.counts.accesses));
    assert_eq!(rows.collect::<Vec<_>>(), [(Some("CN"), 1), (Some("JP"), 1), (None, 1)]);
}

#[tokio::test]
async fn autonomous_systems_are_counted_and_the_unknown_too() {
    let archive = &trial().await.archive;
    let answer = archive.asns(&Scope::default()).await.unwrap();
    let counts =
        |row: &crate::question::AsnCount| (row.asn, row.counts.accesses, row.counts.sources);
    assert_eq!(
        answer.rows.iter().map(counts).collect::<Vec<_>>(),
        [(Some(64_500), 4, 2), (None, 2, 2), (Some(64_501), 1, 1), (Some(4_200_000_000), 1, 1)]
    );
    assert_eq!((answer.question, answer.zone.as_str()), ("asns", "UTC"));
}

/// Twelve months are 366 days, before and after.
#[tokio::test]
async fn a_database_of_another_year_is_out_of_date() {
    let trial = Trial::new().await;
    let row = [("203.0.113.1", Some("JP"), None)];
    for (day, database) in [
        ("2023-03-01", "2024-03-01"),
        ("2023-02-28", "2024-02-29"),
        ("2023-02-27", "2024-02-29"),
        ("2025-03-02", "2024-03-01"),
        ("2025-03-03", "2024-03-01"),
    ] {
        trial.add("north", day, Some(database), &row).await;
        let answer = trial.archive.countries(&scope(day, day, None)).await.unwrap();
        let apart = day
            .parse::<crate::Day>()
            .unwrap()
            .to_epoch()
            .abs_diff(database.parse::<crate::Day>().unwrap().to_epoch());
        let out_of_date = u64::from(apart > 366);
        assert_eq!(
            answer.rows[0].counts,
            placed([1, 2, 1], Some((database, database)), out_of_date)
        );
    }
    let all = trial.archive.countries(&Scope::default()).await.unwrap();
    assert_eq!(all.rows[0].counts, placed([5, 10, 1], Some(("2024-02-29", "2024-03-01")), 2));
}

#[tokio::test]
async fn an_empty_archive_has_no_places() {
    let archive = &Trial::new().await.archive;
    assert!(archive.countries(&Scope::default()).await.unwrap().rows.is_empty());
    assert!(archive.asns(&Scope::default()).await.unwrap().rows.is_empty());
    assert!(archive.scanners(&Scope::default()).await.unwrap().rows.is_empty());
}
