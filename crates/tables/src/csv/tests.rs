//! Maps and rows.

use super::*;
use crate::rules::Rules;
use crate::table::{Line, Table};
use crate::zone::Zone;

const PLAIN: &str = "time = { column = 't', format = 'unix' }\nsrc = { column = 's' }\n";

fn error(map: &str) -> String {
    Map::from_toml(map).unwrap_err().to_string()
}

/// Every line of a log at the point `p`.
fn lines(map: &str, log: &str) -> Vec<Line> {
    let rules = Rules::Csv(Box::new(Map::from_toml(map).unwrap()));
    let mut table = Table::new(rules, Some("p".parse().unwrap()), log.as_bytes()).unwrap();
    std::iter::from_fn(|| table.next_line().unwrap()).collect()
}

fn access(line: &Line) -> &Logged {
    let Line::Access(row) = line else { panic!("{line:?}") };
    row
}

#[test]
fn every_column() {
    let map = r#"
        [csv]
        delimiter = ";"
        time = { column = "when", format = "%d.%m.%Y %H:%M", zone = "+01:00" }
        src = { column = "from", form = "integer" }
        dst = { column = 3, form = "text" }
        protocol = { column = "proto", names = { T = 6, ping = "icmp" } }
        src_port = { column = "sp" }
        dst_port = { column = "dp" }
        icmp_type = { column = "it" }
        icmp_code = { column = "ic" }
        packets = { column = "n" }
        bytes = { column = "b" }
        ttl = { column = "ttl" }
    "#;
    let log = "when;from;to;proto;sp;dp;it;ic;n;b;ttl\n\
        01.02.2021 01:00;16909060;5.6.7.8;t;1;2;3;4;5;6;7\n\
        01.02.2021 01:00;16909060;5.6.7.8;PING;0;0;8;0;;-; 7 \n\
        01.02.2021 01:00;16909060;;;;;;;;;\n\
        01.02.2021 01:00;16909060;;47;1;2;3;4;;;\n";
    let lines = lines(map, log);
    assert_eq!(lines[0], Line::Other(Reason::Header));
    let mut row =
        Logged::new(1_612_137_600_000_000, "p".parse().unwrap(), "1.2.3.4".parse().unwrap());
    assert_eq!(access(&lines[3]), &row);
    row.protocol = Some(47);
    row.kind = Some(observation::Kind::Other);
    assert_eq!(access(&lines[4]), &row);
    row.dst = Some("5.6.7.8".parse().unwrap());
    let mut ping = row.clone();
    (ping.protocol, ping.icmp_type, ping.icmp_code, ping.ttl) =
        (Some(1), Some(8), Some(0), Some(7));
    ping.kind = Some(observation::Kind::IcmpEcho);
    assert_eq!(access(&lines[2]), &ping);
    (row.protocol, row.kind, row.src_port, row.dst_port) = (Some(6), None, Some(1), Some(2));
    (row.packets, row.bytes, row.ttl) = (Some(5), Some(6), Some(7));
    assert_eq!(access(&lines[1]), &row);
}

#[test]
fn without_a_header() {
    let map = "header = false\n[csv]\ntime = { column = 2, format = 'unix_ms' }\nsrc.column = 1";
    let given =
        lines(map, "1.2.3.4,1000,x\n1.2.3.4,1\n1.2.3.4\n,1\n::g,1\n1.2.3.4,-\n\"1.2.3.4\n\n");
    let reasons = [
        Reason::Columns,
        Reason::Missing(Field::Src),
        Reason::Bad(Field::Src),
        Reason::Missing(Field::Time),
        Reason::Quote,
    ];
    assert_eq!(access(&given[0]).first_seen, 1_000_000);
    assert_eq!(access(&given[1]).first_seen, 1_000);
    assert_eq!(given[2..7], reasons.map(Line::Unread));
    assert_eq!(given[7], Line::Other(Reason::Empty));
}

#[test]
fn headers() {
    assert_eq!(
        lines(PLAIN, "\u{feff}\"t\",s\n1,1.2.3.4\nt,s\n\"t\",s\n1,1.2.3.4,\n"),
        [
            Line::Other(Reason::Header),
            Line::Access(Logged::new(1_000_000, "p".parse().unwrap(), "1.2.3.4".parse().unwrap())),
            Line::Unread(Reason::Bad(Field::Time)),
            Line::Other(Reason::Header),
            Line::Unread(Reason::Columns),
        ]
    );
    assert!(lines(PLAIN, "").is_empty());
    let refused = |map: &str, log: &str| {
        let rules = Rules::Csv(Box::new(Map::from_toml(map).unwrap()));
        let mut table = Table::new(rules, Some("p".parse().unwrap()), log.as_bytes()).unwrap();
        let error = table.next_line().unwrap_err().to_string();
        assert_eq!(table.next_line().unwrap(), None, "the end is for ever");
        error
    };
    assert_eq!(
        refused(PLAIN, "T,s\n"),
        "the map says time = { column = \"t\" }, but the header has \"T\", \"s\": name one of them, or check the delimiter"
    );
    assert!(refused(PLAIN, "t,t,s\n").contains("has it twice: write the column's position"));
    assert!(refused(&PLAIN.replace("'s'", "9"), "t,s\n").contains("has only 2 columns"));
    assert!(refused(PLAIN, "t,\"s\n").contains("no header"));
    assert!(refused(PLAIN, &"x".repeat(70_000)).contains("no header"));
}

#[test]
fn points() {
    let made = |map: &str, point: Option<&str>| {
        let rules = Rules::Csv(Box::new(Map::from_toml(map).unwrap()));
        let point = point.map(|point| point.parse().unwrap());
        Table::new(rules, point, &b"t,s,p\n1,1.2.3.4,a\n1,1.2.3.4,B\n1,1.2.3.4,\n"[..])
    };
    let (value, column) = ("point.value = 'v'\n", "point.column = 'p'\n");
    assert_eq!(made(PLAIN, None).err(), Some(PointError::Missing));
    for both in [value, column] {
        assert_eq!(made(&(both.to_owned() + PLAIN), Some("x")).err(), Some(PointError::Twice));
    }
    let names = |mut table: Table<&[u8]>| -> Vec<String> {
        let lines = std::iter::from_fn(move || table.next_line().unwrap()).skip(1);
        lines
            .map(|line| match line {
                Line::Access(row) => row.point.to_string(),
                Line::Unread(reason) | Line::Other(reason) => reason.to_string(),
            })
            .collect()
    };
    let given = |map: &str, point| names(made(&(map.to_owned() + PLAIN), point).unwrap());
    assert_eq!(given("", Some("x")), ["x", "x", "x"]);
    assert_eq!(given(value, None), ["v", "v", "v"]);
    assert_eq!(given(column, None), ["a", "point cannot be read", "no point"]);
}

#[test]
fn maps_that_are_refused_say_what_to_write() {
    for (map, sentence) in [
        ("", "time: it lacks; write time = { column = …, format = … }"),
        ("x", "the map: it is no TOML"),
        ("csv = 1", "csv: 1 cannot stand there"),
        ("time = { column = 't', format = 'unix' }", "src: it lacks; write src = { column = … }"),
        ("time = { format = 'unix' }", "time.column: it lacks"),
        (
            "time = { column = 0, format = 'unix' }",
            "time.column: 0 cannot stand there; write a column's name",
        ),
        ("time = { column = 't' }", "time.format: it lacks; write \"unix\""),
        (
            "time = { column = 't', format = '%H' }",
            "time.format: \"%H\" does not tell a date and a time",
        ),
        (
            "time = { column = 't', format = 'unix', zone = 'UTC' }",
            "time.zone: time since 1970 has no zone",
        ),
        ("time = { column = 't', format = '%s', zone = 'X' }", "time.zone: \"X\" is no time zone"),
        (
            "time = { column = 't', format = 'unix', x = 1 }",
            "time.x: nothing is known by this name here",
        ),
    ] {
        assert!(error(map).starts_with(sentence), "{map}: {}", error(map));
    }
    for (more, sentence) in [
        ("colour = 1", "colour: nothing is known"),
        ("delimiter = ''", "delimiter: \"\" cannot be one; write one ASCII character"),
        ("delimiter = '\"'", "delimiter: "),
        ("delimiter = '・'", "delimiter: "),
        ("header = 'no'", "header: \"no\" cannot stand there; write true or false"),
        ("header = false", "header: there is no header to find the column \"t\" in"),
        ("dst = 1", "dst: 1 cannot stand there; write { column = … }"),
        ("dst = { column = 1, form = 'hex' }", "dst.form: \"hex\" is no form of addresses"),
        ("protocol.value = 256", "protocol.value: 256 is no protocol; write a number"),
        ("protocol.value = 'x'", "protocol.value: \"x\" is no protocol"),
        ("protocol = { value = 6, column = 1 }", "protocol.column: there is a value, too"),
        ("protocol = { value = 6, names = {} }", "protocol.names: nothing is known"),
        ("protocol = { column = 1, names = { T = -1 } }", "protocol.names.T: -1 is no protocol"),
        ("point = { value = 'A' }", "point.value: \"A\" cannot name a point"),
        ("point = {}", "point.column: it lacks"),
        ("ttl = { column = 1, x = 1 }", "ttl.x: nothing is known"),
        ("[csv]\nttl.column = 1\ntime = {}", "time: it stands both under [csv] and beside it"),
    ] {
        let map = PLAIN.to_owned() + more;
        assert!(error(&map).starts_with(sentence), "{map}: {}", error(&map));
    }
}

#[test]
fn the_canonical_text_is_of_the_meaning() {
    let canonical = |map: &str| Rules::Csv(Box::new(Map::from_toml(map).unwrap())).canonical();
    let spelt = "[csv]\nheader=true\ndelimiter=','\nsrc={form='text',column='s'}\n[csv.time]\nformat='unix'\ncolumn='t'";
    assert_eq!(canonical(PLAIN), canonical(spelt));
    assert_eq!(
        canonical(PLAIN),
        "tables 1\nformat csv\ndelimiter 44\nheader true\ntime unix\nsrc text\ndst text\nprotocol {}\ncolumn time \"t\"\ncolumn src \"s\"\n"
    );
    for more in ["delimiter = ';'", "point.value = 'p'", "protocol.value = 6", "ttl.column = 1"] {
        assert_ne!(canonical(PLAIN), canonical(&(PLAIN.to_owned() + more)));
    }
    let iptables = |year| Rules::Iptables { zone: Zone::utc(), year }.canonical();
    assert_eq!(iptables(Some(2011)), "tables 1\nformat iptables\nzone UTC\nyear 2011\n");
    assert_ne!(iptables(None), iptables(Some(2011)));
}
