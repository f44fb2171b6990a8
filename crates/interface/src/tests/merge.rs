//! Whose turn it is.

use crate::merge::{Choice, choose};

const NOW: i64 = 1_000_000_000;

fn chosen(heads: &[Option<i64>], pressed: bool) -> Choice {
    choose(heads, || NOW, || pressed)
}

#[test]
fn the_earliest_of_all() {
    assert_eq!(chosen(&[None, None], false), Choice::Nothing);
    assert_eq!(chosen(&[Some(NOW - 1), Some(NOW - 2), Some(NOW)], false), Choice::Lend(1));
    // Of two at once, the first that was named.
    assert_eq!(chosen(&[Some(NOW), Some(NOW)], false), Choice::Lend(0));
}

#[test]
fn a_silent_ring_is_waited_for() {
    let heads = [Some(NOW - 150_000), None];
    assert_eq!(chosen(&heads, false), Choice::Wait(600_000));
    assert_eq!(chosen(&heads, true), Choice::Lend(0));
    assert_eq!(chosen(&[None, Some(NOW - 750_000)], false), Choice::Lend(1));
    // A clock that was set back is not waited for.
    assert_eq!(chosen(&[Some(NOW + 1), None], false), Choice::Lend(0));
}
