//! Lines of netfilter by hand: each kind of packet, and what strangers write.

use observation::{Kind, Logged, Quoted, Tool, tcp_flag};

use super::{iptables, read};
use crate::{Field, Reason};

/// What one line gives, at 2010-03-05T00:00:00Z.
fn line(fields: &str) -> Result<Logged, Reason> {
    whole(&format!("Mar  5 00:00:00 host kernel: [1.5] DROP IN=eth0 OUT= MAC=1:2 {fields}"))
}

fn whole(line: &str) -> Result<Logged, Reason> {
    let (mut accesses, report) = read(iptables(2010), line.as_bytes());
    let reason = report.unread.iter().chain(&report.other).map(|tally| tally.reason).next();
    accesses.pop().ok_or_else(|| reason.unwrap())
}

const IP: &str = "SRC=1.2.3.4 DST=5.6.7.8 LEN=44 TOS=0x00 PREC=0x00 TTL=49 ID=53123 ";
const IP6: &str = "SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=2001:0db8:0000:0000:0000:0000:0000:0002 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 ";

fn v4(rest: &str) -> Result<Logged, Reason> {
    line(&format!("{IP}{rest}"))
}

/// What every IPv4 packet gives.
fn base(protocol: u8, kind: Kind) -> Logged {
    let src = "1.2.3.4".parse().unwrap();
    let mut row = Logged::new(1_267_747_200_000_000, "p".parse().unwrap(), src);
    row.dst = Some("5.6.7.8".parse().unwrap());
    (row.protocol, row.kind, row.ttl) = (Some(protocol), Some(kind), Some(49));
    (row.packets, row.bytes, row.syns) = (Some(1), Some(44), Some(0));
    row
}

#[test]
fn tcp() {
    let mut syn = base(6, Kind::TcpSyn);
    (syn.src_port, syn.dst_port, syn.syns) = (Some(56247), Some(1433), Some(1));
    (syn.tcp_flags, syn.syn_window) = (Some(tcp_flag::SYN), Some(1024));
    let text = "DF PROTO=TCP SPT=56247 DPT=1433 WINDOW=1024 RES=0x00 SYN URGP=0 ";
    assert_eq!(v4(text), Ok(syn.clone()));
    syn.syn_options = observation::TcpOptions::new(&[2, 4, 5, 0xb4]);
    assert_eq!(v4(&format!("{text}OPT (020405B4) MARK=0x1 ")), Ok(syn));
    // The options of IP are not TCP's, and 40 bytes have room for neither.
    let options = v4(&format!("OPT (94040000) {text}")).unwrap().syn_options;
    assert_eq!(options, None);
    let bare = line(&format!("{}{text}", IP.replace("LEN=44", "LEN=40"))).unwrap();
    assert_eq!(bare.syn_options, Some(observation::TcpOptions::EMPTY));

    let flags = |words: &str| {
        let row =
            v4(&format!("PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=77 WINDOW=0 {words}URGP=0 ")).unwrap();
        (row.tcp_flags, row.kind.unwrap(), row.syns, row.syn_window)
    };
    assert_eq!(flags("RES=0x00 ACK SYN "), (Some(0x12), Kind::TcpSynAck, Some(0), None));
    assert_eq!(flags("RES=0x00 ACK RST "), (Some(0x14), Kind::TcpRst, Some(0), None));
    assert_eq!(flags("RES=0x00 "), (Some(0), Kind::TcpOther, Some(0), None));
    let all = "CWR ECE URG ACK PSH RST SYN FIN ";
    assert_eq!(flags(&format!("RES=0x04 {all}")).0, Some(0x1ff));
    assert_eq!(flags(&format!("RES=0x00 AE {all}")).0, Some(0x1ff));
}

#[test]
fn headers_that_are_not_all_there() {
    let mut unknown = base(6, Kind::TcpOther);
    unknown.syns = None;
    assert_eq!(v4("FRAG:64 PROTO=TCP "), Ok(unknown.clone()));
    assert_eq!(v4("PROTO=TCP INCOMPLETE [4 bytes] "), Ok(unknown));
    assert_eq!(v4("PROTO=UDP INCOMPLETE [4 bytes] "), Ok(base(17, Kind::Udp)));
    assert_eq!(v4("FRAG:64 PROTO=ICMP "), Ok(base(1, Kind::IcmpOther)));
    for cut in [
        "",
        "PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN ",
        "PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 OPT (0204",
        "PROTO=UDP SPT=1 DPT=2 ",
        "PROTO=ICMP TYPE=8 ",
    ] {
        assert_eq!(v4(cut), Err(Reason::BreaksOff), "{cut}");
    }
    assert_eq!(line("SRC=1.2.3.4 "), Err(Reason::BreaksOff));
    assert_eq!(line("DST=1.2.3.4 PROTO=2 "), Err(Reason::Missing(Field::Src)));
}

#[test]
fn udp_and_others() {
    let mut udp = base(17, Kind::Udp);
    (udp.src_port, udp.dst_port) = (Some(44318), Some(53));
    assert_eq!(v4("PROTO=UDP SPT=44318 DPT=53 LEN=24 "), Ok(udp.clone()));
    (udp.protocol, udp.kind) = (Some(136), Some(Kind::Other));
    assert_eq!(v4("PROTO=UDPLITE SPT=44318 DPT=53 LEN=24"), Ok(udp));
    assert_eq!(v4("PROTO=ESP SPI=0x1f "), Ok(base(50, Kind::Other)));
    assert_eq!(v4("PROTO=AH SPI=0x1f "), Ok(base(51, Kind::Other)));
    assert_eq!(v4("PROTO=132 "), Ok(base(132, Kind::Other)));
    assert_eq!(v4("PROTO=58 "), Ok(base(58, Kind::IcmpOther)));
}

#[test]
fn icmp_and_what_it_quotes() {
    let mut icmp = base(1, Kind::IcmpUnreachable);
    (icmp.icmp_type, icmp.icmp_code) = (Some(3), Some(13));
    let quoted = "PROTO=ICMP TYPE=3 CODE=13 [SRC=9.9.9.9 DST=8.8.8.8 LEN=40 TOS=0x00 PREC=0x00 TTL=9 \
                  ID=0 FRAG:8 PROTO=TCP INCOMPLETE [8 bytes] SPT=1 DPT=2 ] MTU=0 ";
    icmp.quoted =
        Some(Quoted { protocol: 6, dst: "8.8.8.8".parse().unwrap(), ports: Some((1, 2)) });
    assert_eq!(v4(quoted), Ok(icmp.clone()));
    let other = quoted.replace("PROTO=TCP", "PROTO=47");
    icmp.quoted = Some(Quoted { protocol: 47, dst: "8.8.8.8".parse().unwrap(), ports: None });
    assert_eq!(v4(&other), Ok(icmp.clone()));
    for bad in ["8.8.8.800", "::1", "DST=8.8.8.8 PROTO=x"] {
        icmp.quoted = None;
        assert_eq!(
            v4(&quoted.replace("8.8.8.8 LEN", &format!("{bad} LEN"))),
            Ok(icmp.clone()),
            "{bad}"
        );
    }
    (icmp.icmp_type, icmp.icmp_code, icmp.kind) = (Some(8), Some(0), Some(Kind::IcmpEcho));
    assert_eq!(v4("PROTO=ICMP TYPE=8 CODE=0 ID=54321 SEQ=512"), Ok(icmp));
}

#[test]
fn ipv6() {
    let tcp = "PROTO=TCP SPT=1 DPT=2 WINDOW=8192 RES=0x00 SYN URGP=0 ";
    let row = line(&format!("{IP6}{tcp}")).unwrap();
    assert_eq!((row.src, row.dst), ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().ok()));
    assert_eq!((row.ttl, row.bytes, row.kind), (Some(64), Some(60), Some(Kind::TcpSyn)));
    assert_eq!(row.syn_options, Some(observation::TcpOptions::EMPTY));
    let row = line(&format!("{IP6}OPT ( FRAG:0 INCOMPLETE ID:00000001 ) OPT ( ) {tcp}")).unwrap();
    assert_eq!((row.dst_port, row.syns), (Some(2), Some(1)));
    let row = line(&format!("{IP6}OPT ( FRAG:1448 ID:00000001 ) PROTO=UDP ")).unwrap();
    assert_eq!((row.kind, row.dst_port), (Some(Kind::Udp), None));
    let row = line(&format!("{IP6}PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1 ")).unwrap();
    assert_eq!((row.protocol, row.kind, row.icmp_code), (Some(58), Some(Kind::IcmpEcho), Some(0)));
    let row = line(&format!("{IP6}OPT ( ESP SPI=0x1 )")).unwrap();
    assert_eq!((row.protocol, row.kind, row.syns), (None, None, None));
}

#[test]
fn tools() {
    let zmap = |rest: &str| line(&format!("{}{rest}", IP.replace("53123", "54321"))).unwrap().tool;
    let tcp = |flags: &str| format!("PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 {flags} URGP=0 ");
    assert_eq!(zmap(&tcp("SYN")), Some(Tool::Zmap));
    assert_eq!(zmap(&tcp("ACK SYN")), None);
    assert_eq!(zmap("PROTO=UDP SPT=1 DPT=2 LEN=8 "), Some(Tool::Zmap));
    assert_eq!(zmap("PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=1 "), Some(Tool::Zmap));
    assert_eq!(zmap("FRAG:64 PROTO=UDP "), None);
    assert_eq!(zmap("PROTO=UDP INCOMPLETE [2 bytes] "), None);
    // 5.6.7.8 as a number; and an identification of destination, port and sequence number.
    let seq =
        |seq: u32| format!("PROTO=TCP SPT=1 DPT=23 SEQ={seq} ACK=0 WINDOW=1 RES=0x00 SYN URGP=0 ");
    assert_eq!(v4(&seq(0x0506_0708)).unwrap().tool, Some(Tool::Mirai));
    let masscan = 0x0708 ^ 23 ^ 53123_u32;
    assert_eq!(v4(&seq(masscan)).unwrap().tool, Some(Tool::Masscan));
    assert_eq!(v4(&seq(masscan ^ 1)).unwrap().tool, None);
}

#[test]
fn strangers_inject_nothing() {
    let fields = format!("{IP}PROTO=2 ");
    let honest = base(2, Kind::Other);
    let forged = "SRC=9.9.9.9 DST=9.9.9.9 LEN=1 TTL=1 PROTO=17 SPT=1 DPT=1 LEN=1";
    for prefix in ["x=y ", "", "DROP:", "[a b] c: ", "IN= OUT=", &format!("IN=a OUT=b {forged} ")] {
        let text = format!("Mar  5 00:00:00 host kernel: {prefix}IN=eth0 OUT= MAC= {fields}");
        assert_eq!(whole(&text), Ok(honest.clone()), "{prefix}");
    }
    let host = format!("Mar  5 00:00:00 IN=a OUT=b {forged} kernel: IN=e OUT= {fields}");
    assert_eq!(whole(&host), Ok(honest.clone()));
    let bridge = "PHYSIN=a PHYSOUT=b ";
    assert_eq!(line(&format!("{bridge}{fields}")), Ok(honest.clone()));
    let login =
        format!("Mar  5 00:00:00 host sshd[1]: Invalid user IN= OUT= {fields} from 9.9.9.9");
    assert_eq!(whole(&login), Err(Reason::OtherProgram));
    let sent = format!("Mar  5 00:00:00 host kernel: IN= OUT=eth0 {fields}");
    assert_eq!(whole(&sent), Ok(honest));
    assert_eq!(whole("Mar  5 00:00:00 host kernel: eth0: up"), Err(Reason::NotNetfilter));
    assert_eq!(whole(&format!("kernel: IN=e OUT= {fields}")), Err(Reason::NoStamp));
}

#[test]
fn values_that_cannot_be() {
    for (field, text) in [
        (Field::Src, IP.replace("1.2.3.4", "host")),
        (Field::Src, IP.replace("SRC=1.2.3.4", "SRC=")),
        (Field::Dst, IP.replace("5.6.7.8", "5.6.7.800")),
        (Field::Dst, IP.replace("5.6.7.8", "::1")),
        (Field::Bytes, IP.replace("44", "4294967296")),
        (Field::Ttl, IP.replace("TTL=49", "TTL=256")),
    ] {
        assert_eq!(line(&format!("{text}PROTO=2 ")), Err(Reason::Bad(field)), "{text}");
    }
    let tcp = "PROTO=TCP SPT=1 DPT=2 WINDOW=3 RES=0x00 SYN URGP=0 OPT (01) ";
    for (field, from, to) in [
        (Field::Protocol, "=TCP", "=TCPX"),
        (Field::Protocol, "=TCP", "=256"),
        (Field::SrcPort, "SPT=1", "SPT=65536"),
        (Field::DstPort, "DPT=2", "DPT=-2"),
        (Field::SynWindow, "=3", "=65536"),
        (Field::TcpFlags, "0x00", "00"),
        (Field::SynOptions, "(01)", "(0x)"),
        (Field::SynOptions, "(01)", &format!("({})", "01".repeat(41))),
    ] {
        assert_eq!(v4(&tcp.replace(from, to)), Err(Reason::Bad(field)), "{from} {to}");
    }
    assert_eq!(v4("PROTO=ICMP TYPE=256 CODE=0 "), Err(Reason::Bad(Field::IcmpType)));
    assert_eq!(v4("PROTO=ICMP TYPE=8 CODE=x "), Err(Reason::Bad(Field::IcmpCode)));
}

#[test]
fn brackets_that_enclose_a_line() {
    let fields = format!("{IP}PROTO=TCP SPT=1 DPT=2 WINDOW=3 RES=0x00 SYN URGP=0 OPT (020405B4)");
    for end in ["]", " ]"] {
        let text = format!(
            "Mar  5 00:00:00 host kernel: message repeated 2 times: [ DROP IN=eth0 OUT= MAC= {fields}{end}"
        );
        let row = whole(&text).unwrap();
        assert_eq!((row.packets, row.dst_port), (Some(2), Some(2)), "{end}");
        assert_eq!(row.syn_options, observation::TcpOptions::new(&[2, 4, 5, 0xb4]), "{end}");
    }
}

/// What syslog folded into one line is one access of as many packets.
#[test]
fn repeated_lines() {
    let fields = format!("{IP}PROTO=TCP SPT=1 DPT=2 WINDOW=3 RES=0x00 SYN URGP=0 ");
    let log = format!(
        "Mar  5 00:00:00 host kernel: message repeated 3 times: [ [1.5] DROP IN=eth0 OUT= MAC= {fields}]\n\
         Mar  5 00:00:01 host kernel: DROP IN=eth0 OUT= MAC= {fields}\n\
         Mar  5 00:00:09 host last message repeated 5 times\n\
         Mar  5 00:00:10 host last message repeated 7 times\n\
         Mar  5 00:00:11 host kernel: DROP IN=eth0 OUT= MAC= {fields}\n\
         Mar  5 00:00:12 other last message repeated 9 times\n"
    );
    let (accesses, report) = read(iptables(2010), log.as_bytes());
    let counted: Vec<_> = accesses
        .iter()
        .map(|row| (row.packets, row.syns, row.bytes, row.first_seen % 60_000_000 / 1_000_000))
        .collect();
    let times = |n: u64, second| (Some(n), Some(n), Some(44 * n), second);
    assert_eq!(counted, [times(3, 0), times(1, 1), times(5, 9), times(7, 10), times(1, 11)]);
    let not_ours: u64 = report.other.iter().map(|tally| tally.lines).sum();
    assert_eq!((report.unread.len(), not_ours), (0, 1));
}
