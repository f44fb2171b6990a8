//! A capture as tcpdump tells it, read from its words: packets, SYNs, sources by address and port.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::Path;

use ipnet::IpNet;
use testkit::host::run;

/// What came to a port, or to addresses without one (0).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Came {
    pub(crate) packets: u64,
    pub(crate) syns: u64,
    pub(crate) sources: BTreeSet<IpAddr>,
}

/// What came to some networks, by destination port.
pub(crate) type Ports = BTreeMap<u16, Came>;

/// One packet in tcpdump's words: `IP 192.0.2.2.40000 > 192.0.2.1.80: Flags [S], …`.
struct Told {
    src: IpAddr,
    dst: IpAddr,
    port: u16,
    syn: bool,
}

fn told(line: &str) -> Option<Told> {
    let mut words = line.split(' ');
    let family = words.next()?;
    let (src, _) = end(family, words.next()?)?;
    if words.next()? != ">" {
        return None;
    }
    let (dst, port) = end(family, words.next()?.strip_suffix(':')?)?;
    Some(Told { src, dst, port: port.unwrap_or(0), syn: line.contains(": Flags [S],") })
}

/// An address, and a port after its last dot.
fn end(family: &str, text: &str) -> Option<(IpAddr, Option<u16>)> {
    let dots = text.matches('.').count();
    let bare = if family == "IP" { 3 } else { 0 };
    if dots == bare {
        return Some((text.parse().ok()?, None));
    }
    let (address, port) = text.rsplit_once('.')?;
    Some((address.parse().ok()?, Some(port.parse().ok()?)))
}

/// What came to these networks from elsewhere, as far as a filter lets it through.
pub(crate) fn came(file: &Path, nets: &[IpNet], filter: &str) -> Ports {
    let file = file.to_str().unwrap();
    let said = run("tcpdump", &["-nn", "-t", "-r", file, filter]);
    let mut ports = Ports::new();
    for told in said.lines().filter_map(told) {
        if !nets.iter().any(|net| net.contains(&told.dst)) {
            continue;
        }
        let came = ports.entry(told.port).or_default();
        came.packets += 1;
        came.syns += u64::from(told.syn);
        came.sources.insert(told.src);
    }
    ports
}
