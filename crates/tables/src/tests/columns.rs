//! Real tables in columns, against what awk and Python say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use observation::{Kind, Logged};

use super::{contents, read, sum};
use crate::{Map, Rules};

const SLAMMER: &str = r#"
[csv]
delimiter = ","
header = true
time = { column = "frame.time", format = "%Y-%m-%d %H:%M:%S", zone = "UTC" }
src = { column = "ip.src", form = "text" }
protocol = { value = "udp" }
dst_port = { column = "udp.dstport" }
"#;

const SPOKI: &str = r#"
delimiter = "|"
time = { column = "ts", format = "unix_ms" }
src = { column = "saddr" }
dst = { column = "daddr" }
protocol = { column = "proto" }
src_port = { column = "sport" }
dst_port = { column = "dport" }
ttl = { column = "ttl" }
"#;

fn rules(map: &str) -> Rules {
    Rules::Csv(Box::new(Map::from_toml(map).unwrap()))
}

fn sources(accesses: &[Logged]) -> usize {
    accesses.iter().map(|row| row.src).collect::<BTreeSet<IpAddr>>().len()
}

/// Accesses by month, of one year.
fn months(accesses: &[Logged]) -> BTreeMap<i8, u64> {
    let mut months = BTreeMap::new();
    for row in accesses {
        let time = jiff::Timestamp::from_microsecond(row.first_seen).unwrap();
        *months.entry(jiff::tz::TimeZone::UTC.to_datetime(time).month()).or_default() += 1;
    }
    months
}

/// Year, accesses, sources, sum of times in s, accesses from month to month where there are any.
type Year = (i16, u64, usize, i64, &'static [(i8, u64)]);

const YEARS: [Year; 4] = [
    (
        2011,
        55_013,
        1_351,
        72_067_535_961_485,
        &[
            (1, 10_967),
            (2, 5_899),
            (3, 2_292),
            (4, 2_694),
            (5, 4_394),
            (6, 87),
            (7, 1_531),
            (8, 1_825),
            (9, 3_642),
            (10, 3_875),
            (11, 7_795),
            (12, 10_012),
        ],
    ),
    (
        2013,
        42_736,
        580,
        58_668_803_150_364,
        &[
            (1, 3_816),
            (2, 1_428),
            (3, 1_168),
            (4, 3_770),
            (5, 10_375),
            (6, 3_512),
            (7, 5_193),
            (8, 1_587),
            (9, 1_516),
            (10, 1_874),
            (11, 2_126),
            (12, 6_371),
        ],
    ),
    (2015, 956, 21, 1_365_299_380_290, &[(3, 1), (4, 951), (5, 2), (6, 2)]),
    (
        2017,
        54_482,
        356,
        81_137_069_641_805,
        &[
            (1, 13_409),
            (2, 11_168),
            (3, 13_831),
            (4, 6_690),
            (5, 5_816),
            (6, 3_507),
            (7, 16),
            (10, 43),
            (11, 2),
        ],
    ),
];

#[test]
fn slammer() {
    for (year, count, distinct, times, by_month) in YEARS {
        let file = format!("tables/slammer-ibr/timestamp_slammer_{year}.csv.gz");
        let Some(log) = contents(&file) else { return };
        let (accesses, report) = read(rules(SLAMMER), &log);
        assert_eq!((report.accesses, report.lines), (count, count + 1), "{report:?}");
        assert_eq!(sources(&accesses), distinct);
        let seconds = |row: &Logged| row.first_seen / 1_000_000;
        assert_eq!(accesses.iter().map(seconds).sum::<i64>(), times);
        assert_eq!(months(&accesses).into_iter().collect::<Vec<_>>(), by_month);
        let mut wanted =
            Logged::new(accesses[0].first_seen, accesses[0].point.clone(), accesses[0].src);
        wanted.protocol = Some(17);
        wanted.dst_port = Some(1434);
        wanted.kind = Some(Kind::Udp);
        assert_eq!(accesses[0], wanted);
    }
}

/// File, accesses, sources, destinations, sums of times in ms, of time to live and of ports.
type Hour = (&'static str, u64, usize, usize, i64, [u64; 3]);

const HOURS: [Hour; 2] = [
    (
        "2021-10-13.21-00-00.test.spoki.tcp.raw.1634158800.csv",
        5_069,
        55,
        51,
        8_283_560_718_538_165,
        [326_541, 71_706_266, 93_029_825],
    ),
    (
        "2021-10-13.22-00-00.test.spoki.tcp.raw.1634162400.csv",
        5_299,
        57,
        52,
        8_659_436_174_679_345,
        [342_144, 76_074_812, 98_550_548],
    ),
];

#[test]
fn spoki() {
    for (file, count, distinct, targets, times, sums) in HOURS {
        let Some(log) = contents(&format!("tables/spoki/{file}")) else { return };
        let (accesses, report) = read(rules(SPOKI), &log);
        assert_eq!((report.accesses, report.lines), (count, count + 1), "{report:?}");
        assert_eq!(sources(&accesses), distinct);
        assert_eq!(accesses.iter().map(|row| row.dst).collect::<BTreeSet<_>>().len(), targets);
        assert_eq!(accesses.iter().map(|row| row.first_seen / 1_000).sum::<i64>(), times);
        assert_eq!(sum(&accesses, |row| row.ttl), sums[0]);
        assert_eq!(sum(&accesses, |row| row.src_port), sums[1]);
        assert_eq!(sum(&accesses, |row| row.dst_port), sums[2]);
        // A flag is not in the map: what such a packet was is not known.
        assert!(accesses.iter().all(|row| row.protocol == Some(6) && row.kind.is_none()));
    }
}
