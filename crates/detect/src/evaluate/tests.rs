//! The bars and the table.

use super::*;

fn scores(rows: &[(i64, f64)]) -> Scores {
    let service = Service::tcp(23);
    rows.iter().map(|&(day, score)| ((service, day), vec![(score, 24)])).collect()
}

#[test]
fn alarms_within_a_week_are_one_and_the_bar_allows_so_many() {
    let scores = scores(&[(1, 9.0), (3, 8.0), (20, 7.0), (40, 5.0)]);
    assert_eq!((episodes(&scores, 7.0), episodes(&scores, 5.0)), (2, 3));
    assert_eq!((bar(&scores, 2), bar(&scores, 3)), (7.0, 5.0));
    assert!(bar(&scores, 0) > 9.0);
}

#[test]
fn a_surge_of_ten_times_is_found_by_all() {
    let mut background = Background { name: "steady".to_owned(), ..Background::default() };
    for at in 0..60 * 24 * 4_i64 {
        let src = format!("11.{}.{}.7", at / 250, at % 250);
        let row = crate::samples::sighting(at * HOUR / 4, &src, 0, Service::tcp(23));
        background.sightings.push(row);
    }
    let plan = Plan { sizes: vec![10.0], trials: 4, alarms_a_month: 0.5, least: 10.0, seed: 3 };
    let lines = evaluate(&background, &plan);
    assert_eq!(lines.len(), 4);
    for line in &lines {
        assert!(line.found == line.tried && line.tried >= 4, "{line:?}");
        assert!(line.alarms_a_month <= 0.5);
    }
    assert!(lines[0].delay < lines[1].delay);
    assert_eq!(table(&lines).lines().count(), 6);
}

#[test]
fn what_is_large_is_found_and_what_is_below_the_rule_is_not() {
    let mut background = Background { name: "steady".to_owned(), ..Background::default() };
    background.roll.id(&"p0".parse().unwrap());
    for at in 0..40 * 24_i64 {
        let src = format!("11.{}.{}.7", at / 250, at % 250);
        let dst = format!("198.18.0.{}", at % 200);
        let row = crate::samples::sighting(at * HOUR, &src, 0, Service::tcp(23));
        background.sightings.push(Sighting { dst: Some(dst.parse().unwrap()), ..row });
    }
    let lines = evaluate_events(&background, 1);
    assert_eq!(lines.len(), 10);
    let found = |detector: &str, size: f64| {
        let of = |line: &&Line| line.detector == detector && line.size == size;
        lines.iter().find(of).map(|line| (line.found, line.tried)).unwrap()
    };
    assert_eq!(found("backscatter", 5.0), (0, 40));
    assert_eq!(found("backscatter", 200.0), (40, 40));
    assert_eq!(found("password-cracking", 20.0), (0, 40));
    assert_eq!(found("password-cracking", 200.0), (40, 40));
    assert!(lines.iter().all(|line| line.own == 0 && line.alarms_a_month == 0.0), "{lines:?}");
}

#[test]
fn nothing_is_tried_where_nothing_is_watched() {
    assert!(evaluate_events(&Background::default(), 1).is_empty());
}
