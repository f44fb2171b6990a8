//! Which format a log is of.

use super::contents;
use crate::{Format, detect};

#[test]
fn real_logs() {
    for (file, format) in [
        ("tables/psad-iptables/syslog_time_fmt1.log", Some(Format::Iptables)),
        ("tables/psad-iptables/fwknop_spa_pkt", Some(Format::Iptables)),
        ("tables/psad-iptables/topera_ipv6_syn_scan_with_ip_opts", Some(Format::Iptables)),
        ("tables/cowrie/cowrie.json.2018-05-06.gz", Some(Format::Cowrie)),
        ("tables/slammer-ibr/timestamp_slammer_2015.csv.gz", None),
    ] {
        if let Some(bytes) = contents(file) {
            assert_eq!(detect(&bytes[..bytes.len().min(65_536)]), format, "{file}");
        }
    }
}

#[test]
fn anything_else() {
    for text in
        ["", "\n\n", "{}", "{\"a\": 1}", "IN=x OUT=y DST=1", "time,src\n1,1.2.3.4\n", "\0\0"]
    {
        assert_eq!(detect(text.as_bytes()), None, "{text}");
    }
    let mixed =
        "Mar  5 20:58:59 host sshd[1]: x\nMar  5 20:58:59 host kernel: IN=a OUT= SRC=1.2.3.4 ";
    assert_eq!(detect(mixed.as_bytes()), Some(Format::Iptables));
    assert_eq!(detect("\u{feff}\n {\"eventid\": 1}".as_bytes()), None);
    assert_eq!(detect("\u{feff} {\"eventid\": 1}".as_bytes()), Some(Format::Cowrie));
}
