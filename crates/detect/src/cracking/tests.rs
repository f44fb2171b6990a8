//! Cracking and campaigns made by hand.

use observation::{DAY, Tool};

use super::campaign::Campaigns;
use super::*;
use crate::samples::sighting;

/// Connections to 22/tcp, two seconds apart, to addresses in turn.
fn connections(count: u8, addresses: u8) -> Vec<Finding> {
    let (mut cracking, roll) = (Cracking::default(), Roll::default());
    for at in 0..count {
        let time = i64::from(at) * 2 * SECOND;
        let mut one = sighting(time, "203.0.113.5", 0, Service::tcp(22));
        one.dst = Some(std::net::Ipv4Addr::new(198, 18, 0, at % addresses).into());
        cracking.add(&one, &roll);
    }
    let mut found = cracking.close(0, &roll);
    found.extend(cracking.close(3 * HOUR, &roll));
    found
}

#[test]
fn who_comes_back_cracks() {
    let found = connections(60, 2);
    let [open, over] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((open.kind, open.dst_port), (FindingKind::PasswordCracking, Some(22)));
    assert_eq!((open.id, open.open, over.open), (over.id, true, false));
}

#[test]
fn who_tries_each_address_once_scans() {
    assert_eq!(connections(200, 200), []);
    assert_eq!(connections(15, 1), []);
}

#[test]
fn neighbours_with_one_manner_are_a_campaign() {
    let (mut campaigns, roll) = (Campaigns::default(), Roll::default());
    let mut visit = |src: String, hour: i64, tool| {
        for at in 0..4 {
            let time = hour * HOUR + at * SECOND;
            campaigns.add(&Sighting { tool, ..sighting(time, &src, 0, Service::tcp(23)) });
        }
    };
    (1..7).for_each(|host| visit(format!("203.0.113.{host}"), 5, Some(Tool::Mirai)));
    // As many sources, one in each network; and a neighbour with another manner.
    (1..60).for_each(|net| visit(format!("11.{net}.0.1"), 5, Some(Tool::Mirai)));
    visit("203.0.113.99".to_owned(), 5, None);
    let found = campaigns.close(0, &roll);
    let [campaign] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((campaign.sources, campaign.dst_port), (Some(6), Some(23)));
    assert_eq!((campaign.rule, campaign.detected_at), ("neighbours", DAY));
}
