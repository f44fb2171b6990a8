//! The counter against sets.

use std::collections::{BTreeMap, BTreeSet};

use super::count::{Counter, Counts, ServiceOfPoint};
use super::rows::Row;

/// Rows of few services, kinds and sources, so that they meet often.
fn rows() -> Vec<(Vec<u8>, u64, u8, Option<u64>)> {
    let mut state = 7_u64;
    let mut next = |below: u64| {
        // Knuth, The Art of Computer Programming, vol. 2, 3.3.4, table 1, line 26.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % below
    };
    let row = |_| {
        let source = next(300);
        let wide = source % 5 == 0;
        let src = if wide {
            u128::from(source).to_be_bytes().to_vec()
        } else {
            (source as u32).to_be_bytes().to_vec()
        };
        let packets = match next(500) {
            // A log may state what no line could carry.
            0 => Some(1 << 50),
            dice => Some(dice % 9).filter(|&packets| packets > 0),
        };
        (src, next(20), next(3) as u8, packets)
    };
    (0..20_000).map(row).collect()
}

/// Accesses, packets where known, sources.
type Plain<'a> = (u64, Option<u64>, BTreeSet<&'a [u8]>);

#[test]
fn any_room_in_memory_counts_the_same() {
    let rows = rows();
    let mut accesses: BTreeMap<(u64, u8), Plain<'_>> = BTreeMap::new();
    let mut sources: BTreeMap<u64, BTreeSet<&[u8]>> = BTreeMap::new();
    for (src, service, kind, packets) in &rows {
        let of = accesses.entry((*service, *kind)).or_default();
        of.0 += 1;
        of.1 = packets.map(|packets| packets + of.1.unwrap_or_default()).or(of.1);
        of.2.insert(src);
        sources.entry(*service).or_default().insert(src);
    }
    let sources: BTreeMap<u64, u64> =
        sources.into_iter().map(|(service, of)| (service, of.len() as u64)).collect();
    for room in [64, 1_000, 1 << 20] {
        let mut first: BTreeMap<u64, u64> = BTreeMap::new();
        let counted = counted(&rows, room);
        for of in &counted {
            let ServiceOfPoint(service) = of.service;
            let (count, packets, sources) = &accesses[&(service, of.kind)];
            assert_eq!((of.accesses, of.packets), (*count, *packets), "room for {room}");
            assert_eq!(of.sources, sources.len() as u64);
            *first.entry(service).or_default() += of.first;
        }
        assert!(counted.is_sorted_by_key(|of| (of.service, of.kind)));
        assert_eq!(counted.len(), accesses.len());
        assert_eq!(first, sources);
    }
}

fn counted(rows: &[(Vec<u8>, u64, u8, Option<u64>)], room: usize) -> Vec<Counts> {
    let mut counter = Counter::with_room(room);
    for (src, service, kind, packets) in rows {
        let service = ServiceOfPoint(*service);
        counter.add(&Row { src, service, kind: *kind, packets: *packets }).unwrap();
    }
    let (mut counted, mut all, mut counts) = (counter.finish().unwrap(), Vec::new(), Vec::new());
    loop {
        counted.next(&mut counts).unwrap();
        if counts.is_empty() {
            return all;
        }
        all.append(&mut counts);
    }
}
