//! The interfaces by which a host reaches the Internet.
//!
//! The kernel tells routes as text, too, in forms that have not changed since there have been any:
//! `/proc/net/route` (columns with a head) and `/proc/net/ipv6_route` (columns without).

use std::collections::BTreeSet;
use std::{fs, io};

/// Linux, `route.h`: the route is in use; it refuses.
const UP: u32 = 0x0001;
const REJECT: u32 = 0x0200;

/// The interfaces that have a default route, by name; none where the host has no such route, or knows
/// nothing of IPv4 and IPv6.
///
/// # Errors
/// What the kernel tells cannot be read.
pub fn of_default_routes() -> io::Result<BTreeSet<String>> {
    let v4 = read("/proc/net/route")?;
    let v6 = read("/proc/net/ipv6_route")?;
    let names = v4.lines().filter_map(default4).chain(v6.lines().filter_map(default6));
    Ok(names.filter(|name| *name != "lo").map(str::to_owned).collect())
}

/// A kernel without IPv6 has no such file.
fn read(path: &str) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}

/// `eth0 00000000 010200C0 0003 0 0 0 00000000 …`: interface, destination, gateway, flags, …, mask.
fn default4(line: &str) -> Option<&str> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [name, "00000000", _, flags, _, _, _, "00000000", ..] = columns[..] else { return None };
    is_used(flags).then_some(name)
}

/// Destination and its length, source and its length, next hop, metric, two counts, flags, interface.
fn default6(line: &str) -> Option<&str> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [destination, "00", _, _, _, _, _, _, flags, name] = columns[..] else { return None };
    (destination.bytes().all(|digit| digit == b'0') && is_used(flags)).then_some(name)
}

fn is_used(flags: &str) -> bool {
    let flags = u32::from_str_radix(flags, 16).unwrap_or_default();
    flags & UP != 0 && flags & REJECT == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_default_routes_that_are_used_count() {
        let v4 = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
            eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
            eth1\t00000000\t010200C0\t0203\t0\t0\t0\t00000000\t0\t0\t0\n";
        assert_eq!(v4.lines().filter_map(default4).collect::<Vec<_>>(), ["eth0"]);
        let zero = "0".repeat(32);
        let v6 = format!(
            "fd00{0} 40 {zero} 00 {zero} 00000100 00000001 00000000 00000001 eth0\n\
             {zero} 00 {zero} 00 fd00{0} 00000400 00000003 00000000 00450003 wlan0\n\
             {zero} 00 {zero} 00 {zero} ffffffff 00000001 00000000 00200200 lo\n",
            &zero[4..]
        );
        assert_eq!(v6.lines().filter_map(default6).collect::<Vec<_>>(), ["wlan0"]);
    }
}
