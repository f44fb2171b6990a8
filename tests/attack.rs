//! Captures of attacks against what independent tools counted in them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::{Indexed, Observatory, count, index, text};

/// Everything that the index counts and rows can tell, as (point, figure, name, count).
const FIGURES: &str = "
    select point, 'protocol' as figure,
           concat(cast(protocol as varchar),
                  case when ip_text(src) like '%:%' then ' v6' else ' v4' end) as name,
           sum(packets) as n
      from access group by point, name
    union all select point, 'src', ip_text(src) as name, sum(packets) from access group by point, name
    union all select point, 'dst', ip_text(dst) as name, sum(packets) from access group by point, name
    union all select point, 'syn src', ip_text(src) as name, sum(syns) from access
        where syns > 0 group by point, name
    union all select point, 'syn dst', ip_text(dst) as name, sum(syns) from access
        where syns > 0 group by point, name
    union all select point, 'syn port', cast(dst_port as varchar) as name, sum(syns) from access
        where syns > 0 group by point, name
    union all select point, 'udp port', cast(dst_port as varchar) as name, sum(packets) from access
        where protocol = 17 and dst_port is not null group by point, name
    union all select point, 'icmp type', cast(icmp_type as varchar) as name, sum(packets) from access
        where protocol = 1 and icmp_type is not null group by point, name
    union all select point, 'mirai', ip_text(src) as name, sum(packets) from access
        where tool = 'mirai' group by point, name";

/// (figure, name) to count.
type Figures = BTreeMap<(String, String), u64>;

/// Whoever reads a bulletin relies on these figures; here they are what tshark, tcpdump and awk say.
#[test]
fn rows_equal_the_truth_of_every_attack() {
    let observatory = Observatory::new();
    let mut captures = Vec::new();
    for (number, capture) in index("captures/attack/").into_iter().enumerate() {
        if capture.truth.is_null() {
            continue;
        }
        let point = format!("c{number}");
        let summary = observatory.import(&["--point", &point], &[&capture.path], 0);
        captures.push((point, capture, summary));
    }
    if captures.is_empty() {
        return;
    }
    let mut points: BTreeMap<String, Figures> = BTreeMap::new();
    for row in observatory.sql(FIGURES) {
        let name = (text(&row, "figure").to_owned(), text(&row, "name").to_owned());
        points.entry(text(&row, "point").to_owned()).or_default().insert(name, count(&row, "n"));
    }
    let mut wrong = Vec::new();
    for (point, capture, summary) in &captures {
        let differences = differences(capture, summary, &points[point]);
        wrong.extend(differences.into_iter().map(|said| format!("{}: {said}", capture.name)));
    }
    println!("{} captures compared", captures.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(captures.len() >= 24, "only {} captures", captures.len());
}

/// Where we say something else than the truth, as "key: ours for theirs".
fn differences(capture: &Indexed, summary: &Value, figures: &Figures) -> Vec<String> {
    let truth = &capture.truth;
    let mut pairs = vec![
        ("packets".to_owned(), Some(count(summary, "packets")), capture.packets),
        ("rows".to_owned(), Some(sum(figures, "src")), Some(count(summary, "access_packets"))),
        ("not ip".to_owned(), Some(count(summary, "not_ip")), Some(not_ip(truth))),
    ];
    let distinct = [("src", "distinct_src"), ("dst", "distinct_dst")].into_iter().chain([
        ("syn src", "syn_sources"),
        ("syn dst", "syn_targets"),
        ("syn port", "distinct_syn_dports"),
        ("mirai", "mirai_sources"),
    ]);
    for (figure, key) in distinct {
        pairs.push((key.to_owned(), Some(distinct_of(figures, figure)), Some(single(truth, key))));
    }
    for (figure, key) in [("syn src", "tcp_syn_noack"), ("mirai", "mirai_seq_eq_dst_packets")] {
        pairs.push((key.to_owned(), Some(sum(figures, figure)), Some(single(truth, key))));
    }
    let lists = [("src", "top_src"), ("syn port", "top_syn_dport"), ("udp port", "top_udp_dport")];
    for (figure, key) in lists.into_iter().chain([("icmp type", "icmp_types")]) {
        pairs.extend(listed(figures, figure, &truth[key], key));
    }
    pairs.extend(protocols(figures, truth));
    let wrong =
        pairs.into_iter().filter(|(_, ours, theirs)| ours.unwrap_or(0) != theirs.unwrap_or(0));
    wrong.map(|(key, ours, theirs)| format!("{key}: {ours:?} for {theirs:?}")).collect()
}

/// A figure that the index leaves out where it is 0.
fn single(truth: &Value, key: &str) -> u64 {
    truth[key].as_u64().unwrap_or(0)
}

fn sum(figures: &Figures, figure: &str) -> u64 {
    figures.iter().filter(|((of, _), _)| of == figure).map(|(_, count)| count).sum()
}

fn distinct_of(figures: &Figures, figure: &str) -> u64 {
    figures.keys().filter(|(of, _)| of == figure).count() as u64
}

fn not_ip(truth: &Value) -> u64 {
    ["arp", "other"].iter().map(|name| single(&truth["proto"], name)).sum()
}

/// A figure's key, what we say of it, and what the index says.
type Pair = (String, Option<u64>, Option<u64>);

/// Each entry of a list of the most frequent, which is a list of pairs or a map.
fn listed(figures: &Figures, figure: &str, list: &Value, key: &str) -> Vec<Pair> {
    let pairs = list.as_array().into_iter().flatten();
    let pairs = pairs.filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].as_u64())));
    let map = list.as_object().into_iter().flatten();
    let map = map.map(|(name, count)| (name.clone(), count.as_u64()));
    let entry = |(name, theirs): (String, Option<u64>)| {
        let ours = figures.get(&(figure.to_owned(), name.clone())).copied();
        (format!("{key} {name}"), ours, theirs)
    };
    pairs.chain(map).filter(|(name, _)| !name.is_empty()).map(entry).collect()
}

/// Packets of each protocol, by the numbers behind the index's names.
fn protocols(figures: &Figures, truth: &Value) -> Vec<Pair> {
    let numbers = [("tcp", "6 v4"), ("udp", "17 v4"), ("icmp", "1 v4"), ("igmp", "2 v4")];
    let six = [("tcp6", "6 v6"), ("udp6", "17 v6"), ("icmp6", "58 v6")];
    let mut pairs = Vec::new();
    let mut known = 0;
    for (name, number) in numbers.into_iter().chain(six) {
        let ours = figures.get(&("protocol".to_owned(), number.to_owned())).copied();
        known += ours.unwrap_or(0);
        pairs.push((name.to_owned(), ours, truth["proto"][name].as_u64()));
    }
    pairs.push(("other protocols".to_owned(), Some(sum(figures, "protocol")), Some(known)));
    pairs
}
