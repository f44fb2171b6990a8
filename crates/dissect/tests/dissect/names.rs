//! Link types by number, and the names of reasons.

use std::collections::HashSet;

use dissect::{LinkType, Malformed, NotIp, link_type_name};

#[test]
fn every_link_type_has_a_number_and_a_name() {
    let read: HashSet<LinkType> = (0..=u32::from(u16::MAX))
        .filter_map(|number| {
            let link = LinkType::from_number(number)?;
            assert_ne!(link_type_name(number), "unknown", "{number}");
            Some(link)
        })
        .collect();
    assert_eq!(read, HashSet::from(LinkType::ALL));
}

#[test]
fn refused_link_types_have_names() {
    for (number, name) in [
        (8, "SLIP"),
        (105, "IEEE802_11"),
        (107, "FRELAY"),
        (127, "IEEE802_11_RADIOTAP"),
        (239, "NFLOG"),
        (40_000, "unknown"),
    ] {
        assert_eq!((LinkType::from_number(number), link_type_name(number)), (None, name));
    }
}

#[test]
fn reasons_are_told_apart() {
    let names: Vec<&str> = NotIp::ALL
        .iter()
        .map(|reason| reason.as_str())
        .chain(Malformed::ALL.iter().map(|reason| reason.as_str()))
        .collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    assert!(NotIp::ALL.iter().enumerate().all(|(place, &reason)| reason as usize == place));
}
