//! Addresses that change on the way.

use super::*;

/// The live point of [`points`] at another address.
fn at_address(address: &str) -> Watch {
    let mut watchers = points();
    watchers[1] = Watcher::live("live".parse().unwrap(), &[(ip(address), 32)], &[]);
    watch(&watchers)
}

#[test]
fn a_line_gets_another_address() {
    const NEW: &str = "198.18.9.9";
    let mut fold = Fold::new(at_address(HOST), Spans::default());
    let push = |fold: &mut Fold, seconds, packet: &Datagram| {
        let frame = at(seconds, packet);
        let dissected = dissect(LinkType::Ethernet, &frame.bytes, frame.wire_length);
        let before = fold.fates();
        fold.push(Some(frame.time), false, &dissected).unwrap();
        letter(&before, &fold.fates())
    };
    let (old, new) = (segment(STRANGER, HOST, (9, 23), SYN), segment(STRANGER, NEW, (9, 23), SYN));
    assert_eq!(push(&mut fold, 1, &old), 'a');
    assert_eq!(push(&mut fold, 2, &new), 'e');
    fold.rewatch(at_address(NEW)).unwrap();
    assert_eq!(push(&mut fold, 3, &old), 'e');
    assert_eq!(push(&mut fold, 4, &new), 'a');
    // What the host begins from its new address is answered, and no access.
    assert_eq!(push(&mut fold, 5, &segment(NEW, STRANGER, (7, 80), SYN)), 'o');
    assert_eq!(push(&mut fold, 6, &segment(STRANGER, NEW, (80, 7), SYN | ACK)), 's');
    fold.rewatch(at_address(HOST)).unwrap();
    assert_eq!(push(&mut fold, 7, &old), 'a');
    let folded = close(fold, String::new());
    // The access to the old address went on, and was not cut.
    let rows: Vec<_> = folded.rows.iter().map(|row| (row.dst, row.packets)).collect();
    assert_eq!(rows, [(ip(NEW), 1), (ip(HOST), 2)]);
}

#[test]
fn points_stay_the_same() {
    let mut fold = Fold::new(watch(&points()), Spans::default());
    assert_eq!(fold.rewatch(watch(&everything())), Err(crate::fold::OtherPoints));
    let mut turned = points();
    turned.reverse();
    assert_eq!(fold.rewatch(watch(&turned)), Err(crate::fold::OtherPoints));
    assert_eq!(fold.rewatch(watch(&points())), Ok(()));
}
