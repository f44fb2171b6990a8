//! Scenarios against figures reckoned by hand, and against the dissection.

use dissect::{LinkType, dissect};
use observation::{HOUR, Kind, Tool};

use super::*;

fn truth(event: impl FnOnce(&mut Scenario) -> &mut Scenario) -> Truth {
    let mut scenario = Scenario::new(42);
    event(&mut scenario);
    let truth = scenario.truth();
    assert!(truth.fates.add_up(), "{truth:?}");
    truth
}

/// (packets, accesses, solicited, expected, outbound)
fn figures(truth: &Truth) -> (u64, usize, u64, u64, u64) {
    let fates = truth.fates;
    (fates.packets, truth.accesses.len(), fates.solicited, fates.expected, fates.outbound)
}

#[test]
fn attacks() {
    assert_eq!(figures(&truth(|s| s.scan(0, Maker::Zmap, 23, 40))), (40, 40, 0, 0, 0));
    assert_eq!(figures(&truth(|s| s.worm(0, 445))), (3, 1, 0, 0, 0));
    assert_eq!(figures(&truth(|s| s.cracking(0, 10))), (40, 10, 0, 0, 20));
    assert_eq!(figures(&truth(|s| s.ping(0, 5))), (5, 1, 0, 0, 0));
    assert_eq!(figures(&truth(|s| s.scan_v6(0))), (3, 3, 0, 0, 0));
    assert_eq!(figures(&truth(|s| s.backscatter(0, 80, 8))), (8, 8, 0, 0, 0));
}

#[test]
fn the_life_of_a_host() {
    assert_eq!(figures(&truth(|s| s.browsing(0))), (9, 0, 4, 0, 5));
    assert_eq!(figures(&truth(|s| s.resolving(0))), (3, 1, 1, 0, 1));
    assert_eq!(figures(&truth(|s| s.diagnosing(0))), (5, 0, 3, 0, 2));
    assert_eq!(figures(&truth(|s| s.visit(0))), (3, 0, 0, 2, 1));
    assert_eq!(figures(&truth(|s| s.housekeeping(0))), (4, 0, 0, 4, 0));
}

#[test]
fn oddities() {
    assert_eq!(truth(|s| s.malformed(0)).fates.malformed, 1);
    assert_eq!(truth(|s| s.arp(0)).fates.not_ip, 1);
    assert_eq!(truth(|s| s.elsewhere(0)).fates.elsewhere, 2);
    assert_eq!(figures(&truth(|s| s.fragments(0))), (6, 4, 0, 0, 0));
    assert_eq!(truth(|s| s.truncated(0)).fates.truncated, 2);
    assert_eq!(truth(|s| s.extensions(0)).accesses[0].kind, Kind::Udp);
    assert_eq!(truth(|s| s.tunnel(0)).accesses[0].kind, Kind::Other);
}

#[test]
fn marks() {
    let tool = |maker| truth(|s| s.scan(0, maker, 23, 1)).accesses[0].tool;
    assert_eq!(tool(Maker::Plain), None);
    assert_eq!(tool(Maker::Zmap), Some(Tool::Zmap));
    assert_eq!(tool(Maker::Masscan), Some(Tool::Masscan));
    assert_eq!(tool(Maker::Mirai), Some(Tool::Mirai));
}

#[test]
fn days_count_sources_by_their_rule() {
    let truth = truth(|s| s.scan_v6(0).scan_v6(25 * HOUR));
    let days: Vec<&Day> = truth.days.values().collect();
    let day = Day { accesses: 3, packets: 3, sources: 1, talot2_sources: 3 };
    assert_eq!(days, [&day, &day]);
}

/// What was put in is what the dissection reads back, for every frame of every event.
#[test]
fn the_dissection_agrees() {
    let mut scenario = Scenario::new(3);
    scenario.everything(5);
    let frames = scenario.frames();
    for (index, (frame, sighting)) in frames.iter().zip(scenario.sightings()).enumerate() {
        let seen = Seen::of(&dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length));
        assert_eq!(seen, sighting.seen, "frame {index}");
    }
    assert!(frames.len() > 1_500, "{}", frames.len());
}

#[test]
fn frames_are_a_little_out_of_order() {
    let mut scenario = Scenario::new(1);
    scenario.everything(1);
    let times: Vec<Micros> = scenario.frames().iter().map(|frame| frame.time).collect();
    let behind = times.windows(2).filter(|pair| pair[1] < pair[0]).map(|pair| pair[0] - pair[1]);
    let worst = behind.max().unwrap();
    assert!(worst <= DISORDER as Micros, "{worst}");
}

#[test]
fn the_same_seed_gives_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let written = |seed, name: &str| {
        let path = folder.path().join(name);
        let mut scenario = Scenario::new(seed);
        scenario.everything(1).write_pcap(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    let bytes = written(1, "a");
    assert_eq!(bytes, written(1, "b"));
    assert_ne!(bytes, written(2, "c"));
    let mut scenario = Scenario::new(1);
    let records =
        scenario.everything(1).frames().iter().map(|frame| 16 + frame.bytes.len()).sum::<usize>();
    assert_eq!(bytes.len(), 24 + records);
}

#[test]
fn points_are_told() {
    let toml = Scenario::new(0).points_toml();
    assert!(toml.contains("name = \"live\""), "{toml}");
    assert!(toml.contains("watch = [\"198.18.0.0/27\", \"2001:db8:d::/64\"]"), "{toml}");
    assert!(toml.contains("expect = [\"443/tcp\"]"), "{toml}");
}
