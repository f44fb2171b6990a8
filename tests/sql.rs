//! `yagura sql`: what it answers, and how it writes it.

use crate::common::{Observatory, count, text};
use crate::inputs::sample;

const SOUTH: &str = "test-for-accurate-scan-summary.pcap.xz";

fn with_sample() -> Observatory {
    let observatory = Observatory::new();
    observatory.import(&["--point", "lbl"], &[sample(SOUTH)], 0);
    observatory
}

/// Scripts read the CSV: its header, its empty cells and its times are a promise.
#[test]
fn csv_has_a_header_empty_nulls_and_times_with_z() {
    let observatory = with_sample();
    let lines = observatory.csv(
        "select first_seen, last_seen, day, ip_text(src) as src, icmp_type, syn_window, tool
           from access where src = ip('122.224.112.162') order by first_seen limit 2",
    );
    assert_eq!(lines[0], "first_seen,last_seen,day,src,icmp_type,syn_window,tool");
    let cells: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(cells[3..5], ["122.224.112.162", ""]);
    assert_eq!(cells[0], "2018-03-26T18:50:19.816163Z");
    assert!(cells[1].starts_with("2018-03-26T") && cells[1].ends_with('Z'), "{}", cells[1]);
    assert_eq!(cells[2], "2018-03-26");
    let none = observatory.csv("select src, packets from access where packets < 0");
    assert_eq!(none, ["src,packets"], "a header, though there is no row");
}

/// Every format tells the same rows, and the functions for addresses read and write both families.
#[test]
fn formats_and_functions() {
    let observatory = with_sample();
    let query = "select ip_text(ip('192.0.2.1')) as four, ip_text(ip('2001:DB8::1')) as six,
                        in_cidr(ip('10.1.2.3'), '10.0.0.0/8') as inside,
                        in_cidr(ip('2001:db8::1'), '10.0.0.0/8') as outside,
                        ip_text(null) as nothing, count(*) as n,
                        count(distinct src) as sources, sum(syns) as syns,
                        sum(case when in_cidr(src, '122.224.0.0/16') then packets end) as scan
                   from access where protocol = 6";
    let row = &observatory.sql(query)[0];
    assert_eq!((text(row, "four"), text(row, "six")), ("192.0.2.1", "2001:db8::1"));
    assert_eq!((&row["inside"], &row["outside"]), (&true.into(), &false.into()));
    assert!(row.as_object().unwrap().contains_key("nothing") && row["nothing"].is_null(), "{row}");
    assert_eq!((count(row, "sources"), count(row, "syns"), count(row, "scan")), (91, 599, 500));
    let table = observatory.run(&["sql", query]).ended(0).out;
    assert!(table.contains("| 192.0.2.1 | 2001:db8::1 | true "), "{table}");
    let ends = observatory.run(&["sql", "select ip('192.0.2.300')"]).ended(1).err;
    assert!(ends.contains("192.0.2.300") && ends.contains("is no IP address"), "{ends}");
}

/// Whoever writes queries sees the five tables, and each column of each.
#[test]
fn every_table_can_be_read() {
    let observatory = with_sample();
    for (table, column) in [
        ("access", "last_seen"),
        ("coverage", "seconds_up"),
        ("daily", "sources"),
        ("import", "sha256"),
        ("retired", "accesses"),
    ] {
        let lines = observatory.csv(&format!("select * from {table} limit 1"));
        assert!(lines[0].split(',').any(|name| name == column), "{table}: {}", lines[0]);
    }
    let sums = observatory.sql(
        "select (select count(*) from access) as rows, (select sum(accesses) from daily) as daily,
                (select sum(accesses) from import) as entered,
                (select sum(packets) from coverage) as packets",
    );
    let rows = count(&sums[0], "rows");
    assert_eq!((count(&sums[0], "daily"), count(&sums[0], "entered")), (rows, rows));
    assert_eq!(count(&sums[0], "packets"), 600);
}

/// A query that would run for ever, or fill the memory, ends with a sentence that says what to do.
#[test]
fn queries_are_bounded_in_time_and_memory() {
    let observatory = with_sample();
    observatory.settings("[query]\nseconds = 1\n");
    let start = std::time::Instant::now();
    let endless = "select count(*) from access a, access b, access c, access d
                    where a.packets + b.packets + c.packets + d.packets = 77";
    let said = observatory.run(&["sql", endless]).ended(1).err;
    assert!(said.contains("longer than 1 s") && said.contains("settings"), "{said}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());

    observatory.settings("[query]\nmemory_mib = 1\ndisk_mib = 1\n");
    let greedy = "select count(*) from (select a.src, b.dst, a.first_seen, b.src_port, count(*)
                    from access a, access b group by 1, 2, 3, 4)";
    let said = observatory.run(&["sql", greedy]).ended(1).err;
    assert!(said.starts_with("yagura: the query failed:"), "{said}");
    observatory.run(&["sql", "select count(*) from access"]).ended(0);
}

/// A table is held until its columns' widths are known: it may not be any size.
#[test]
fn a_table_for_eyes_is_bounded() {
    let observatory = with_sample();
    let query = "select * from generate_series(1, 200000)";
    let said = observatory.run(&["sql", query]).ended(1);
    assert!(said.err.contains("--format csv"), "{}", said.err);
    assert_eq!(observatory.csv(query).len(), 200_001);
}
