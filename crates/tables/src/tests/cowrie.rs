//! Two days of a honeypot, against what Python's json and datetime say of the same lines.

use std::collections::BTreeSet;

use observation::Kind;

use super::{contents, read, sum};
use crate::{Rules, Zone};

/// File, connections, sum of source ports, distinct sources, sum of times in µs, other lines,
/// failed and successful logins.
type Day = (&'static str, u64, u64, usize, i64, u64, [u64; 2]);

const DAYS: [Day; 2] = [
    ("2018-05-06", 64, 2_994_703, 19, 97_641_274_128_505_120, 147, [2, 2]),
    ("2018-05-07", 110, 4_873_331, 36, 167_826_094_035_826_002, 307, [82, 8]),
];

#[test]
fn two_days() {
    for (day, connections, ports, sources, times, others, logins) in DAYS {
        let Some(log) = contents(&format!("tables/cowrie/cowrie.json.{day}.gz")) else { return };
        let (accesses, report) = read(Rules::Cowrie { zone: Zone::utc() }, &log);
        assert_eq!((report.accesses, report.other_lines()), (connections, others));
        assert!(report.unread.is_empty(), "{report:?}");
        assert_eq!(sum(&accesses, |row| row.src_port), ports);
        assert_eq!(accesses.iter().map(|row| row.src).collect::<BTreeSet<_>>().len(), sources);
        assert_eq!(accesses.iter().map(|row| row.first_seen).sum::<i64>(), times);
        let sensor = "172.17.0.3".parse().ok();
        for row in &accesses {
            assert_eq!((row.dst, row.dst_port), (sensor, Some(2222)));
            assert_eq!((row.protocol, row.kind, row.packets), (Some(6), Some(Kind::TcpSyn), None));
        }
        let names = ["cowrie.login.failed: kept for later", "cowrie.login.success: kept for later"];
        let counted = names.map(|name| {
            let mut tallies = report.other.iter();
            tallies.find(|tally| tally.reason.to_string() == name).map_or(0, |tally| tally.lines)
        });
        assert_eq!(counted, logins);
    }
}

#[test]
fn the_report_is_json() {
    let log = "{\"eventid\":\"cowrie.log.open\"}\nx\n\ny\n";
    let (_, report) = read(Rules::Cowrie { zone: Zone::utc() }, log.as_bytes());
    assert_eq!(
        serde_json::to_string(&report).unwrap(),
        concat!(
            r#"{"lines":4,"accesses":0,"unread":[{"reason":"not JSON","lines":2,"first":[2,4]}],"#,
            r#""other":[{"reason":"an empty line","lines":1,"first":[3]},"#,
            r#"{"reason":"cowrie.log.open: not a connection","lines":1,"first":[1]}],"new_years":[]}"#
        )
    );
}
