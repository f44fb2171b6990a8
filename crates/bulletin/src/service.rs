//! Names of services and ICMP types.
//!
//! From IANA's "Service Name and Transport Protocol Port Number Registry", "ICMP Type Numbers" and
//! "ICMPv6 type Numbers": the names assigned to what scans try most. A name says what is
//! registered, not what was asked for.

use std::collections::HashMap;
use std::sync::LazyLock;

use archive::question::{Service, ServiceCount};
use observation::protocol::{ICMP, ICMPV6, TCP, UDP};

static NAMES: LazyLock<HashMap<(u8, u16), &'static str>> = LazyLock::new(|| {
    include_str!("../data/services.tsv").lines().skip(1).filter_map(row).collect()
});

fn row(line: &'static str) -> Option<((u8, u16), &'static str)> {
    let mut cells = line.split('\t');
    let number = cells.next()?.parse().ok()?;
    let protocol = match cells.next()? {
        "tcp" => TCP,
        "udp" => UDP,
        "icmp" => ICMP,
        "icmp6" => ICMPV6,
        _ => return None,
    };
    Some(((protocol, number), cells.next()?))
}

/// The registered name of a service or ICMP type; none where we know of none.
pub fn name(service: &Service) -> Option<&'static str> {
    let number = service.port.or(service.icmp_type.map(u16::from))?;
    NAMES.get(&(service.protocol, number)).copied()
}

/// The service and its name, for a chart: `445/tcp microsoft-ds`.
pub fn label(count: &ServiceCount) -> String {
    let name = name(&count.service).map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name}", count.service)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(protocol: u8, port: Option<u16>, icmp_type: Option<u8>) -> Option<&'static str> {
        name(&Service { protocol, port, icmp_type })
    }

    #[test]
    fn every_row_is_read_once() {
        let rows = include_str!("../data/services.tsv").lines().count() - 1;
        assert_eq!(NAMES.len(), rows);
    }

    #[test]
    fn what_scans_try_has_names() {
        assert_eq!(named(TCP, Some(445), None), Some("microsoft-ds"));
        assert_eq!(named(TCP, Some(1433), None), Some("ms-sql-s"));
        assert_eq!(named(UDP, Some(5060), None), Some("sip"));
        assert_eq!(named(ICMP, None, Some(8)), Some("echo request"));
        assert_eq!(named(ICMPV6, None, Some(128)), Some("echo request"));
        assert_eq!(named(47, None, None), None);
        assert_eq!(named(TCP, Some(37_215), None), None);
    }
}
