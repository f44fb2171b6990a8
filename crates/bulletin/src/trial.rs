//! A small month made by hand, for tests.

use archive::Day;
use archive::question::{
    CountryCount, DayOfPoint, KindCount, Placed, Service, ServiceCount, ToolCount, Totals,
};

use crate::model::{Half, Model, PointOfMonth};

/// May 2005 at two points: one watched for half a month, one of unknown coverage.
pub(crate) fn model() -> Model {
    Model {
        month: "2005-05".parse().unwrap(),
        zone: "Asia/Tokyo".to_owned(),
        seconds: 31 * 86_400,
        as_of: None,
        now: Half { totals: now(), points: points(), days: days(), countries: countries() },
        before: Half {
            totals: before(),
            points: points_before(),
            days: Vec::new(),
            countries: vec![country(Some("US"), 30_400, 0), country(Some("CN"), 15_200, 0)],
        },
        services: vec![
            service(1, 6, Some(1433), None, [40_000, 40_100, 900], Some((3, 8_000))),
            service(2, 6, Some(445), None, [8_200, 9_000, 700], Some((1, 12_000))),
            service(3, 1, None, Some(8), [2_000, 2_500, 150], None),
        ],
        kinds: vec![
            KindCount {
                kind: "tcp-syn".to_owned(),
                accesses: 48_200,
                packets: Some(49_100),
                sources: 1_200,
            },
            KindCount {
                kind: "icmp-echo".to_owned(),
                accesses: 2_000,
                packets: Some(2_500),
                sources: 150,
            },
        ],
        tools: vec![
            ToolCount { tool: None, accesses: 50_000, packets: Some(51_000), sources: 1_300 },
            ToolCount {
                tool: Some("zmap".to_owned()),
                accesses: 200,
                packets: Some(600),
                sources: 4,
            },
        ],
    }
}

/// A month of which nothing is known.
pub(crate) fn empty() -> Model {
    let nothing = Half {
        totals: Totals::default(),
        points: Vec::new(),
        days: Vec::new(),
        countries: Vec::new(),
    };
    Model {
        now: nothing.clone(),
        before: nothing,
        services: Vec::new(),
        kinds: Vec::new(),
        tools: Vec::new(),
        ..model()
    }
}

fn now() -> Totals {
    Totals {
        points: 2,
        coverage_assumed: true,
        plain_sources: 1_350,
        ..totals(50_200, 1_750, 1_339_200, 46.5)
    }
}

fn before() -> Totals {
    totals(45_600, 1_700, 2_592_000, 30.0)
}

fn totals(accesses: u64, sources: u64, seconds_up: u64, point_days: f64) -> Totals {
    Totals {
        accesses,
        packets: Some(accesses + 1_400),
        plain_sources: sources,
        sources,
        points: 1,
        seconds_up,
        point_days,
        coverage_assumed: false,
        accesses_per_point_day: Some(accesses as f64 / point_days),
        sources_per_point_day: Some(sources as f64 / point_days),
    }
}

fn points() -> Vec<PointOfMonth> {
    let assumed = Totals { coverage_assumed: true, ..totals(500, 30, 0, 31.0) };
    vec![
        PointOfMonth {
            point: "adsl-1".to_owned(),
            totals: totals(49_700, 1_720, 1_339_200, 15.5),
            seconds_up: Some(1_339_200),
        },
        PointOfMonth { point: "cable-2".to_owned(), totals: assumed, seconds_up: None },
    ]
}

fn points_before() -> Vec<PointOfMonth> {
    vec![PointOfMonth { point: "adsl-1".to_owned(), totals: before(), seconds_up: Some(2_592_000) }]
}

fn days() -> Vec<DayOfPoint> {
    let mut days: Vec<DayOfPoint> = (1..=16)
        .map(|day| DayOfPoint {
            day: format!("2005-05-{day:02}"),
            point: "adsl-1".to_owned(),
            accesses: 1_700 + if day > 12 { 5_625 } else { 0 } + day * 10,
            packets: Some(3_400),
            sources: 107,
            seconds_up: Some(if day == 16 { 43_200 } else { 86_400 }),
            assumed: false,
        })
        .collect();
    days.push(DayOfPoint {
        day: "2005-05-02".to_owned(),
        point: "cable-2".to_owned(),
        accesses: 500,
        packets: Some(700),
        sources: 30,
        seconds_up: None,
        assumed: true,
    });
    days
}

fn countries() -> Vec<CountryCount> {
    vec![
        country(Some("CN"), 30_000, 2_000),
        country(Some("US"), 15_200, 0),
        country(Some("KR"), 4_000, 0),
        country(None, 1_000, 0),
    ]
}

/// A country's row, from the database of 2005-05-01.
pub(crate) fn country(code: Option<&str>, accesses: u64, out_of_date: u64) -> CountryCount {
    let database = Some(day("2005-05-01"));
    CountryCount {
        country: code.map(str::to_owned),
        counts: Placed {
            accesses,
            packets: Some(accesses),
            sources: accesses.div_ceil(40),
            database_from: database,
            database_to: database,
            out_of_date,
        },
    }
}

/// A day.
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn service(
    rank: u64,
    protocol: u8,
    port: Option<u16>,
    icmp_type: Option<u8>,
    [accesses, packets, sources]: [u64; 3],
    before: Option<(u64, u64)>,
) -> ServiceCount {
    let protocol = Some(protocol);
    let service = Service { protocol, port, icmp_type };
    let (rank_before, accesses_before) = (before.map(|it| it.0), before.map_or(0, |it| it.1));
    ServiceCount {
        rank,
        service,
        protocol,
        port,
        icmp_type,
        accesses,
        packets: Some(packets),
        sources,
        rank_before,
        accesses_before,
    }
}
