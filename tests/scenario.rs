//! Traffic whose truth is known, because it was made: through the whole program and back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gazetteer::Atlas;
use observation::{Access, DAY, Fates, Tool};
use serde_json::{Value, json};
use testkit::reference::{self, Settings};
use testkit::{Day, Scenario, Truth};

use crate::common::{Observatory, count, text};

/// Two and a half days of everything that we know to make, at a dark and a live point.
struct Imported {
    scenario: Scenario,
    observatory: Observatory,
    summary: Value,
}

fn imported() -> Imported {
    let mut scenario = Scenario::new(2_005);
    scenario.everything(60);
    let observatory = Observatory::new();
    let capture: PathBuf = observatory.file("scenario.pcap", "");
    scenario.write_pcap(&capture).unwrap();
    let points = observatory.file("points.toml", scenario.points_toml());
    let options = ["--points", points.to_str().unwrap()];
    let summary = observatory.import(&options, &[capture], 0);
    Imported { scenario, observatory, summary }
}

/// The day of the database of countries that is compiled in.
const DATABASE: &str = "2026-11-01";

/// Every column of a row, with times in microseconds and addresses as text.
const ROWS: &str = "
    select cast(first_seen as bigint) as first_seen, cast(last_seen as bigint) as last_seen,
           duration, point, ip_text(src) as src, ip_text(dst) as dst, protocol,
           src_port, dst_port, icmp_type, icmp_code, kind, packets, syns, bytes, tcp_flags, ttl,
           syn_window, syn_options, tool, quoted_protocol, ip_text(quoted_dst) as quoted_dst,
           quoted_src_port, quoted_dst_port, payload_length, payload_hash, country, asn, geo_date,
           cast(day as int) as day
      from access";

/// The reference is the rules once more, written naively: what comes out of the archive is every row
/// of it, in every column.
#[test]
fn rows_days_and_coverage_equal_the_truth() {
    let Imported { scenario, observatory, summary } = imported();
    let truth = scenario.truth();
    assert!(truth.fates.add_up() && truth.accesses.len() > 8_000, "{}", truth.accesses.len());

    let atlas = Atlas::shipped();
    let mut rows: Vec<String> = observatory.sql(ROWS).iter().map(Value::to_string).collect();
    let mut expected: Vec<String> =
        truth.accesses.iter().map(|access| row(access, &atlas).to_string()).collect();
    rows.sort();
    expected.sort();
    let differs = rows.iter().zip(&expected).find(|(ours, theirs)| ours != theirs);
    assert_eq!((rows.len(), differs), (expected.len(), None));

    let fates = &truth.fates;
    let told = json!({
        "packets": fates.packets, "inbound": fates.inbound, "outbound": fates.outbound,
        "elsewhere": fates.elsewhere, "malformed": fates.malformed, "not_ip": fates.not_ip,
        "access_packets": fates.access_packets, "solicited": fates.solicited,
        "expected": fates.expected, "truncated": fates.truncated,
        "accesses": truth.accesses.len(),
    });
    for (key, value) in told.as_object().unwrap() {
        assert_eq!(&summary[key], value, "{key}");
    }
    assert_eq!(summary["files"][0]["clock_jumps"], truth.jumps);

    days(&observatory, &truth);
    coverage(&observatory, &scenario);
}

/// A row as the query gives it, from an access of the reference.
fn row(access: &Access, atlas: &Atlas) -> Value {
    let (quoted, payload) = (access.quoted, access.payload);
    let quoted_ports = quoted.and_then(|quoted| quoted.ports);
    let fields = [
        ("first_seen", json!(access.first_seen)),
        ("last_seen", json!(access.first_seen + access.duration)),
        ("duration", json!(access.duration)),
        ("point", json!(access.point.as_str())),
        ("src", json!(access.src)),
        ("dst", json!(access.dst)),
        ("protocol", json!(access.protocol)),
        ("src_port", json!(access.ports.map(|(port, _)| port))),
        ("dst_port", json!(access.ports.map(|(_, port)| port))),
        ("icmp_type", json!(access.icmp.map(|(icmp_type, _)| icmp_type))),
        ("icmp_code", json!(access.icmp.map(|(_, code)| code))),
        ("kind", json!(access.kind.as_str())),
        ("packets", json!(access.packets)),
        ("syns", json!(access.syns)),
        ("bytes", json!(access.bytes)),
        ("tcp_flags", json!(access.tcp_flags)),
        ("ttl", json!(access.ttl)),
        ("syn_window", json!(access.syn.map(|syn| syn.window))),
        ("syn_options", json!(access.syn.map(|syn| hex(syn.options())))),
        ("tool", json!(access.tool.map(Tool::as_str))),
        ("quoted_protocol", json!(quoted.map(|quoted| quoted.protocol))),
        ("quoted_dst", json!(quoted.map(|quoted| quoted.dst))),
        ("quoted_src_port", json!(quoted_ports.map(|(port, _)| port))),
        ("quoted_dst_port", json!(quoted_ports.map(|(_, port)| port))),
        ("payload_length", json!(payload.map(|payload| payload.length))),
        ("payload_hash", json!(payload.and_then(|payload| payload.hash).map(u64::cast_signed))),
        ("country", json!(atlas.of(access.src).country.map(|country| country.to_string()))),
        ("asn", Value::Null),
        ("geo_date", json!(DATABASE)),
        ("day", json!(access.first_seen.div_euclid(DAY))),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Accesses, packets and both kinds of sources, per point and UTC day.
fn days(observatory: &Observatory, truth: &Truth) {
    let query = "select point, cast(day as int) as n, cast(day as varchar) as day,
                        count(distinct src) as plain from access group by day, point";
    let mut named = BTreeMap::new();
    for row in observatory.sql(query) {
        let key = (text(&row, "point").to_owned(), text(&row, "day").to_owned());
        named.insert(key, (row["n"].as_i64().unwrap(), count(&row, "plain")));
    }
    let answer = observatory.ask(&["days"]);
    let mut ours = BTreeMap::new();
    for row in answer["rows"].as_array().unwrap() {
        let key = (text(row, "point").to_owned(), text(row, "day").to_owned());
        let (day, sources) = named[&key];
        let figures = Day {
            accesses: count(row, "accesses"),
            packets: count(row, "packets"),
            sources,
            talot2_sources: count(row, "sources"),
        };
        ours.insert((text(row, "point").parse().unwrap(), day), figures);
    }
    assert_eq!(ours, truth.days);
}

/// Packets by fate of each point's hours, and of those that no point watches.
fn coverage(observatory: &Observatory, scenario: &Scenario) {
    let sightings = scenario.sightings();
    let outcome = reference::fold(scenario.watchers(), &Settings::default(), &sightings);
    let query =
        "select point, sum(packets) as packets, sum(inbound) as inbound, sum(outbound) as outbound,
                sum(elsewhere) as elsewhere, sum(malformed) as malformed, sum(not_ip) as not_ip,
                sum(access_packets) as access_packets, sum(solicited) as solicited,
                sum(expected) as expected, sum(truncated) as truncated,
                sum(seconds_up) as seconds, max(seconds_up) as most, bool_and(assumed) as assumed,
                count(*) as hours, count(distinct hour) as distinct_hours
           from coverage group by point";
    let mut all = Fates::default();
    let times = || sightings.iter().map(|sighting| sighting.time);
    let span = times().max().unwrap() - times().min().unwrap();
    for row in observatory.sql(query) {
        let fates = fates(&row);
        assert!(fates.add_up(), "{row}");
        all += &fates;
        assert_eq!(count(&row, "hours"), count(&row, "distinct_hours"), "{row}");
        let Some(point) = row["point"].as_str() else { continue };
        assert_eq!(fates, outcome.points[&point.parse().unwrap()], "{point}");
        assert_eq!(row["assumed"], true);
        assert!(count(&row, "most") <= 3_600, "{row}");
        assert!(count(&row, "seconds").abs_diff(span.unsigned_abs() / 1_000_000) <= 1, "{row}");
    }
    assert_eq!(all, outcome.fates);
}

fn fates(row: &Value) -> Fates {
    Fates {
        packets: count(row, "packets"),
        inbound: count(row, "inbound"),
        outbound: count(row, "outbound"),
        elsewhere: count(row, "elsewhere"),
        malformed: count(row, "malformed"),
        not_ip: count(row, "not_ip"),
        access_packets: count(row, "access_packets"),
        solicited: count(row, "solicited"),
        expected: count(row, "expected"),
        truncated: count(row, "truncated"),
    }
}
