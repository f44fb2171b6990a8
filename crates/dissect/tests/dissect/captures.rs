//! Real captures against what an independent reader counted in them.

use dissect::LinkType;

use crate::count::Count;
use crate::pcap::{self, Capture};

/// A capture of which the index says something else, why that is so, and what we say.
struct Exception {
    name: &'static str,
    why: &'static str,
    differences: &'static [&'static str],
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        name: "captures/formats/arkime/arkime_synthetic.pcap",
        why: "two ICMP packets lie behind headers of network services (RFC 8300) and of Cisco's \
              metadata, which the index looks through and we count as other EtherTypes",
        differences: &[
            "distinct_src: 323 for 324",
            "distinct_dst: 322 for 323",
            "icmp: 13 for 15",
            "other: 5 for 3",
            "icmp_types 8: 10 for 12",
        ],
    },
    Exception {
        name: "captures/formats/pcapplusplus/ip6_fragments.pcap",
        why: "the index names the protocol of a fragment of IPv6 only where it was put together",
        differences: &["ipv6-other: 0 for 32", "udp6: 36 for 4"],
    },
    Exception {
        name: "captures/synthetic/maltrail/truncated.pcap",
        why: "19 bytes are no IPv4 header to us; the index takes addresses and a protocol of 0 \
              from what there is, and counts no address as one",
        differences: &[
            "distinct_src: 1 for 3",
            "distinct_dst: 1 for 2",
            "ip-?: 8 for 7",
            "ip-proto-0: 0 for 1",
            "top_src 0.0.0.0: 0 for 1",
        ],
    },
];

#[test]
fn counts_equal_the_truth() {
    let captures = pcap::captures();
    let mut compared = 0;
    let mut wrong = Vec::new();
    for capture in &captures {
        let Some(differences) = compare(capture) else { continue };
        compared += 1;
        let exception = EXCEPTIONS.iter().find(|exception| exception.name == capture.name);
        if differences != exception.map_or(&[][..], |exception| exception.differences) {
            wrong.push(format!("{}: {differences:#?}", capture.name));
        }
    }
    println!("{compared} captures compared, of which {} differ:", EXCEPTIONS.len());
    EXCEPTIONS.iter().for_each(|exception| println!("{}: {}", exception.name, exception.why));
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(captures.is_empty() || compared >= 300, "only {compared} captures were compared");
}

/// The differences in a capture; none where it is of a format or a link type that is not read here.
fn compare(capture: &Capture) -> Option<Vec<String>> {
    let file = pcap::read(&capture.path).ok()?;
    let link = LinkType::from_number(file.link_type)?;
    Some(Count::of(&file, link).differences(&capture.truth))
}
