//! Ten thousand damaged lines of every format: none panics, each is counted.

use super::{contents, iptables, read};
use crate::{Map, Rules, Zone};

const LINES: usize = 10_000;

/// Pseudorandom numbers: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// What is put in: whatever means something to a reader, and what means nothing to anybody.
const PIECES: [&[u8]; 26] = [
    b"\0",
    b"\"",
    b"\"\"",
    b"{",
    b"[",
    b"]",
    b"(",
    b")",
    b"=",
    b" ",
    b",",
    b"|",
    b":",
    b"\r",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b" IN=",
    b" OUT=",
    b"SRC=",
    b"PROTO=",
    b"OPT (",
    b"-1",
    b"99999999999999999999",
    b"Feb 29 ",
    b"Dec 31 23:59:60 ",
    b"\\u0000",
];

/// One change or two: a byte, a cut, a piece put in, a part taken out or doubled, another's tail.
fn damage(line: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut line = line.to_vec();
    for _ in 0..=random.below(2) {
        let place = random.below(line.len() + 1);
        let end = (place + random.below(30)).min(line.len());
        match random.below(7) {
            0 if place < line.len() => line[place] = random.next().to_le_bytes()[0],
            1 => line.truncate(place),
            2 | 3 => drop(line.splice(place..place, random.of(&PIECES).iter().copied())),
            4 => drop(line.drain(place..end)),
            5 => drop(line.splice(place..place, line[place..end].repeat(2 + random.below(3)))),
            _ => line.extend_from_slice(&other[random.below(other.len())..]),
        }
    }
    line.retain(|&byte| byte != b'\n');
    line
}

/// Damages lines of a log, and reads all of them.
fn hold(rules: Rules, log: &[u8], head: &[u8], seed: u64) {
    let lines: Vec<&[u8]> =
        log.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).collect();
    let mut random = Random(seed);
    let mut damaged = head.to_vec();
    for _ in 0..LINES {
        let (line, other) = (random.of(&lines), random.of(&lines));
        damaged.extend(damage(line, other, &mut random));
        damaged.push(b'\n');
    }
    let heads = head.iter().filter(|&&byte| byte == b'\n').count();
    let (accesses, report) = read(rules, &damaged);
    assert_eq!(report.lines, (LINES + heads) as u64);
    // Some must live and some must die, or nothing was tried.
    assert!(accesses.len() > LINES / 50 && report.unread_lines() > LINES as u64 / 10, "{report:?}");
    assert!(report.unread.len() + report.other.len() < 60);
    for tally in report.unread.iter().chain(&report.other) {
        assert_eq!(tally.first.len() as u64, tally.lines.min(5));
        assert!(tally.first.is_sorted() && tally.first.iter().all(|&line| line <= report.lines));
    }
}

#[test]
fn iptables_lines() {
    const HAND: &[u8] = b"Mar  5 00:00:00 h kernel: IN=a OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=44 TTL=4 ID=5 PROTO=ICMP TYPE=3 CODE=1 [SRC=1.2.3.4 DST=5.6.7.8 PROTO=UDP SPT=1 DPT=2 LEN=8 ] \n";
    let files = ["proto_scan", "topera_ipv6_syn_scan_with_ip_opts", "syslog_time_fmt1.log"];
    let mut log = HAND.to_vec();
    for file in files {
        log.extend(contents(&format!("tables/psad-iptables/{file}")).unwrap_or_default());
    }
    hold(iptables(2010), &log, b"", 1);
}

#[test]
fn cowrie_lines() {
    let mut log = br#"{"eventid":"cowrie.session.connect","src_ip":"1.2.3.4","src_port":5,"timestamp":"2018-05-06T17:44:05.866769Z","dst_ip":"172.17.0.3","dst_port":2222}
{"eventid":"cowrie.login.failed","username":"root","password":"\u0000\"","src_ip":"1.2.3.4"}
"#
    .repeat(100);
    log.extend(contents("tables/cowrie/cowrie.json.2018-05-07.gz").unwrap_or_default());
    hold(Rules::Cowrie { zone: Zone::utc() }, &log, b"", 2);
}

#[test]
fn csv_lines() {
    let map = "time = { column = 't', format = '%Y-%m-%d %H:%M:%S' }\nsrc.column = 's'\ndst_port.column = 'd'\nprotocol.column='p'\nbytes.column='b'";
    let log = b"\"2011-01-01 00:01:43\",\"60.161.78.155\",\"1434\",udp,404\n2011-01-01 00:01:43,::1,,6,-\n";
    let map = Map::from_toml(map).unwrap();
    hold(Rules::Csv(Box::new(map)), log, b"t,s,d,p,b\n", 3);
}
