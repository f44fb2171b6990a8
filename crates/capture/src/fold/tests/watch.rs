//! Watch lists.

use super::super::Overlap;
use super::*;

fn point(name: &str, mode: Mode, nets: &[&str]) -> WatchedPoint {
    WatchedPoint {
        point: name.parse().unwrap(),
        mode,
        nets: nets.iter().map(|net| net.parse().unwrap()).collect(),
        expect: Vec::new(),
    }
}

#[test]
fn what_is_refused() {
    let dark = |name, nets: &[&str]| point(name, Mode::Dark, nets);
    let named = |name: &str| name.parse().unwrap();
    let shared = |address| Overlap::Shared(named("a"), named("b"), ip(address));
    let cases = [
        (vec![], Overlap::NoPoint),
        (vec![point("a", Mode::Live, &[])], Overlap::Live(named("a"))),
        (vec![dark("a", &[]), dark("b", &["192.0.2.0/24"])], Overlap::Unlisted(named("a"))),
        (
            vec![dark("a", &["192.0.2.1/32"]), dark("a", &["192.0.2.2/32"])],
            Overlap::Twice(named("a")),
        ),
        (vec![dark("a", &["192.0.2.0/24"]), dark("b", &["192.0.2.9/32"])], shared("192.0.2.9")),
        (vec![dark("a", &["::/0"]), dark("b", &["2001:db8::/32"])], shared("2001:db8::")),
        (
            vec![dark("a", &["192.0.2.1/32", "192.0.2.0/24"]), dark("b", &["192.0.2.255/32"])],
            shared("192.0.2.255"),
        ),
    ];
    for (points, expect) in cases {
        assert_eq!(Watch::new(points).unwrap_err(), expect);
    }
}

#[test]
fn families_do_not_overlap() {
    let all = [point("a", Mode::Dark, &["0.0.0.0/0"]), point("b", Mode::Dark, &["::/0"])];
    let watch = Watch::new(all.to_vec()).unwrap();
    assert_eq!(watch.point_of(ip("0.0.0.1")), Some(0));
    assert_eq!(watch.point_of(ip("::1")), Some(1));
    assert_eq!(watch.addresses(0), Some(1 << 32));
    assert_eq!(watch.addresses(1), Some(u64::MAX));
}

#[test]
fn the_edges_of_a_range() {
    let nets = ["192.0.2.64/26", "192.0.2.64/32", "192.0.2.66/32", "2001:db8::4/126"];
    let watch = Watch::new(vec![point("a", Mode::Dark, &nets)]).unwrap();
    let watched = ["192.0.2.64", "192.0.2.127", "2001:db8::4", "2001:db8::7"];
    let not = ["192.0.2.63", "192.0.2.128", "2001:db8::3", "2001:db8::8", "::c000:240"];
    assert!(watched.iter().all(|address| watch.point_of(ip(address)) == Some(0)));
    assert!(not.iter().all(|address| watch.point_of(ip(address)).is_none()));
    assert_eq!(watch.addresses(0), Some(64 + 4), "each address once");
}

#[test]
fn services() {
    for text in ["443/tcp", "53/udp", "0/tcp"] {
        assert_eq!(text.parse::<Expect>().unwrap().to_string(), text);
    }
    for text in ["443", "443/sctp", "tcp/443", "65536/tcp", "-1/udp", "", "/"] {
        let error = text.parse::<Expect>().unwrap_err();
        assert!(error.contains("is no service"), "{error}");
    }
}
