use super::*;

fn named(rows: &[(&str, &str)]) -> Scanners {
    Scanners::new(
        rows.iter().map(|(network, name)| (network.parse().unwrap(), (*name).into())).collect(),
        0,
    )
}

#[test]
fn the_narrowest_network_wins() {
    let scanners = named(&[
        ("10.0.0.0/8", "wide"),
        ("10.1.0.0/16", "middle"),
        ("10.1.2.0/24", "narrow"),
        ("10.1.2.255/32", "one"),
        ("10.1.255.0/24", "last"),
        ("255.255.255.255/32", "end"),
        ("2a00::/32", "wide six"),
        ("2a00::1/128", "one six"),
    ]);
    for (address, operator) in [
        ("9.255.255.255", None),
        ("10.0.0.0", Some("wide")),
        ("10.1.0.0", Some("middle")),
        ("10.1.2.3", Some("narrow")),
        ("10.1.2.255", Some("one")),
        ("10.1.3.0", Some("middle")),
        ("10.1.255.255", Some("last")),
        ("10.2.0.0", Some("wide")),
        ("10.255.255.255", Some("wide")),
        ("11.0.0.0", None),
        ("255.255.255.255", Some("end")),
        ("::ffff:10.2.0.0", Some("wide")),
        ("2a00::", Some("wide six")),
        ("2a00::1", Some("one six")),
        ("2a00::2", Some("wide six")),
        ("2a00:1::", None),
        ("::a01:203", None),
    ] {
        assert_eq!(scanners.of(address.parse().unwrap()), operator, "{address}");
    }
}

#[test]
fn every_network_as_a_plain_search_says() {
    let scanners = Scanners::shipped();
    assert!(scanners.networks().count() > 10_000);
    let networks: Vec<_> = scanners.networks().collect();
    let step = networks.len() / 500;
    for (network, _) in networks.iter().step_by(step) {
        for address in [network.network(), network.broadcast()] {
            let holding = networks.iter().filter(|(network, _)| network.contains(&address));
            let narrowest = holding.max_by_key(|(network, _)| network.prefix_len());
            assert_eq!(scanners.of(address), narrowest.map(|(_, operator)| *operator), "{address}");
        }
    }
}

#[test]
fn well_known_scanners() {
    let scanners = Scanners::shipped();
    for (address, operator) in [
        ("162.142.125.10", Some("censys")),
        ("71.6.135.131", Some("shodan")),
        ("184.105.139.100", Some("shadowserver")),
        ("205.210.31.7", Some("cortex xpanse")),
        ("2a00:5980:93::130", Some("circl")),
        ("192.168.0.1", None),
        ("8.8.8.8", None),
    ] {
        assert_eq!(scanners.of(address.parse().unwrap()), operator, "{address}");
    }
}

#[test]
fn lists_of_both_forms() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let json = path("a.json", r#"{"name": "Shodan IP Ranges", "list": ["1.2.3.0/31", "2a00::5"]}"#);
    let text = path(
        "b.txt",
        "# heading\n\n1.2.3.1 # x.censys.io\nC1.2.3.1 # typo\n1.2.3.0/31\tlate\n1.2.3.4\n",
    );
    let scanners = Scanners::from_files([&json, &text]).unwrap();
    let networks: Vec<String> =
        scanners.networks().map(|(network, operator)| format!("{network} {operator}")).collect();
    assert_eq!(networks, ["1.2.3.0/31 shodan", "1.2.3.1/32 censys", "2a00::5/128 shodan"]);
    assert_eq!(scanners.unread(), 1);

    for (text, said) in [
        ("1.2.3 # x", "no line holds a network"),
        ("\n0.0.0.0/0 # x", "entry 2: 0.0.0.0/0 is wider"),
        ("::/8 # x", "is wider than /16"),
        ("{\"name\": 1}", "no MISP warning list"),
    ] {
        let error = Scanners::from_files([path("bad", text)]).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert!(Scanners::from_files([folder.path().join("absent")]).is_err());
}

#[test]
fn hostile_lists() {
    let good =
        b"{\"name\": \"x\", \"list\": [\"1.2.3.0/24\"]}\n1.2.3.4 # a.b.c\n::1\tx\n".as_slice();
    for at in 0..good.len() {
        for byte in 0..=255 {
            let mut bytes = good.to_vec();
            bytes[at] = byte;
            let _ = list::read(Path::new("x"), &bytes);
            let _ = list::read(Path::new("x"), &bytes[at..]);
        }
    }
}
