//! A real scan of a live and a dark point.

use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::time::Duration;

use capture::fold::{Expect, Mode};
use interface::Settings;
use observation::Access;

use crate::rows::{Folded, fold, point};
use crate::watcher::{Marks, both_marked, write};
use testkit::host::{Namespace, ip, run, within};

/// Addresses at both ends; the dark prefixes are routed to the host, where nobody lives.
fn connect(stranger: &Namespace) {
    std::fs::write("/proc/sys/net/ipv6/conf/vb/disable_ipv6", "0").unwrap();
    stranger.run("ip link set lo up");
    stranger.run("ip link set va up");
    for end in ["addr add 192.0.2.2/24 dev va", "addr add 2001:db8:1::2/64 dev va nodad"] {
        stranger.run(&format!("ip {end}"));
    }
    ip("addr add 192.0.2.1/24 dev vb");
    ip("addr add 2001:db8:1::1/64 dev vb nodad");
    stranger.run("ip route add 198.51.100.0/28 via 192.0.2.1");
    stranger.run("ip route add 2001:db8:d::/64 via 2001:db8:1::1");
}

/// What nmap's scans are, and towards whom.
const SCANS: [&str; 6] = [
    "-sS -p 1-200 192.0.2.1 198.51.100.0/29",
    "-sT -p 20-30 192.0.2.1 198.51.100.1",
    "-sU -p 53,123,161 192.0.2.1 198.51.100.2",
    "-sX -p 1-50 192.0.2.1 198.51.100.3",
    "-6 -sS -p 1-100 2001:db8:1::1 2001:db8:d::1",
    "-sS -f -p 79-81 192.0.2.1",
];

#[test]
fn a_scan_by_nmap() {
    if !within("scan::a_scan_by_nmap", &["tcpdump", "tcpreplay", "nmap", "nsenter"]) {
        return;
    }
    let stranger = Namespace::new();
    stranger.take("va");
    connect(&stranger);
    let offered = TcpListener::bind("192.0.2.1:80").unwrap();
    let mark = |marks: &Marks, word: &str| {
        let path = write(&marks.path("mark.pcap"), &[Marks::bytes(word)]);
        stranger.run(&format!("tcpreplay -q --topspeed -i va {}", path.display()));
    };
    let both = both_marked(&Settings::default(), mark, || {
        for scan in SCANS {
            let quick = "-n -Pn -T5 --max-retries 0 --min-rate 2000";
            stranger.run(&format!("nmap {quick} {scan}"));
        }
        own_traffic();
    });
    drop(offered);
    both.nearly_agree();
    let points = [
        point("dark", Mode::Dark, &["198.51.100.0/28", "2001:db8:d::/64"], &[]),
        point(
            "live",
            Mode::Live,
            &["192.0.2.1/32", "2001:db8:1::1/128"],
            &[Expect { protocol: 6, port: 80 }],
        ),
    ];
    let (ours, theirs) = (fold(&points, &both.ours), fold(&points, &both.tcpdump));
    assert_eq!(timeless(&ours), timeless(&theirs));
    assert_eq!(ours.fates, theirs.fates);
    println!("{} rows, {:?}", ours.rows.len(), ours.fates);
    against_tcpdump(&ours, &both.file);
    // The stranger's ports that the host itself turned to: nothing from there is an access.
    let answered = |row: &&Access| matches!(row.ports, Some((7 | 9 | 53, _)));
    assert_eq!(ours.rows.iter().filter(answered).count(), 0, "{:?}", ours.rows);
    assert!(ours.fates.solicited > 0);
}

/// Rows but for their times and their order, which [`crate::watcher::Both::nearly_agree`] has looked
/// at.
fn timeless(folded: &Folded) -> Vec<String> {
    let rows = folded.rows.iter().cloned();
    let rows = rows.map(|row| Access { first_seen: 0, duration: 0, ..row });
    let mut rows: Vec<String> = rows.map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

/// What the host itself begins: connections, and datagrams that are answered by ICMP.
fn own_traffic() {
    for port in [7, 9, 53] {
        let to = format!("192.0.2.2:{port}");
        let second = Duration::from_secs(1);
        assert!(TcpStream::connect_timeout(&to.parse().unwrap(), second).is_err());
        let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
        socket.send_to(b"question", &to).unwrap();
    }
}

/// Sums of rows against what tcpdump counts in its own file, by its own filter.
fn against_tcpdump(folded: &Folded, file: &Path) {
    let count = |filter: &str| -> u64 {
        let file = file.to_str().unwrap();
        let said = run("tcpdump", &["-nn", "-r", file, "--count", filter]);
        said.split(' ').next().unwrap().parse().unwrap()
    };
    let of = |name: &str| {
        let rows = folded.rows.iter().filter(|row| row.point.as_str() == name);
        let rows: Vec<_> = rows.collect();
        let packets: u64 = rows.iter().map(|row| row.packets).sum();
        let syns: u64 = rows.iter().map(|row| row.syns).sum();
        (packets, syns)
    };
    let dark = "(dst net 198.51.100.0/28 or dst net 2001:db8:d::/64)";
    let syn = "((ip and tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn) \
               or (ip6 and ip6[53] & 0x12 == 0x02 and ip6[6] == 6))";
    assert_eq!(of("dark"), (count(dark), count(&format!("{dark} and {syn}"))));
    let live = count("(ip and dst host 192.0.2.1) or (ip6 and dst host 2001:db8:1::1)");
    let fates = &folded.fates;
    assert_eq!(of("live").0 + fates.solicited + fates.expected, live);
    let scanned = count(&format!("dst host 192.0.2.1 and {syn} and not port 80"));
    let scanned6 = count(&format!("dst host 2001:db8:1::1 and {syn} and not port 80"));
    assert_eq!(of("live").1, scanned + scanned6);
    let sources: std::collections::BTreeSet<_> = folded.rows.iter().map(|row| row.src).collect();
    assert_eq!(sources.len(), 2, "{sources:?}");
}
