//! The bounded map against a plain list.

use proptest::prelude::*;

use super::super::recency::Recency;

#[derive(Clone, Copy, Debug)]
enum Step {
    Touch(u8),
    /// Touch, and insert where there was nothing.
    Put(u8),
    Pop,
}

/// Keys and values, the one touched longest ago first.
struct Naive {
    capacity: usize,
    entries: Vec<(u8, u32)>,
}

impl Naive {
    fn touch(&mut self, key: u8) -> Option<&mut u32> {
        let at = self.entries.iter().position(|&(other, _)| other == key)?;
        let entry = self.entries.remove(at);
        self.entries.push(entry);
        self.entries.last_mut().map(|(_, value)| value)
    }

    fn insert(&mut self, key: u8, value: u32) -> Option<(u8, u32)> {
        let gone = if self.entries.len() == self.capacity { self.pop() } else { None };
        self.entries.push((key, value));
        gone
    }

    fn pop(&mut self) -> Option<(u8, u32)> {
        (!self.entries.is_empty()).then(|| self.entries.remove(0))
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0_u8..12;
    let step = prop_oneof![
        2 => key.clone().prop_map(Step::Touch),
        4 => key.prop_map(Step::Put),
        1 => Just(Step::Pop),
    ];
    prop::collection::vec(step, 0..200)
}

fn same(map: &Recency<u8, u32>, naive: &Naive) -> Result<(), TestCaseError> {
    prop_assert_eq!(map.oldest(), naive.entries.first().map(|(_, value)| value));
    prop_assert_eq!(map.is_full(), naive.entries.len() == naive.capacity);
    for key in 0..12 {
        let known = naive.entries.iter().find(|(other, _)| *other == key);
        prop_assert_eq!(map.peek(&map.hashed(key)), known.map(|(_, value)| value));
    }
    Ok(())
}

fn pop(map: &mut Recency<u8, u32>) -> Option<(u8, u32)> {
    map.pop_oldest().map(|(&key, &value)| (key, value))
}

fn put(
    map: &mut Recency<u8, u32>,
    naive: &mut Naive,
    key: u8,
    value: u32,
) -> Result<(), TestCaseError> {
    let hashed = map.hashed(key);
    match (map.touch(&hashed), naive.touch(key)) {
        (Some(one), Some(other)) => {
            prop_assert_eq!(*one, *other);
            (*one, *other) = (value, value);
        }
        (None, None) => {
            let gone = if map.is_full() { pop(map) } else { None };
            prop_assert_eq!(gone, naive.insert(key, value));
            map.insert(hashed, value);
        }
        (one, other) => prop_assert!(false, "{one:?} {other:?}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_plain_list_says_the_same(capacity in 1_usize..9, steps in steps()) {
        let mut map = Recency::new(capacity);
        let mut naive = Naive { capacity, entries: Vec::new() };
        for (value, step) in (0..).zip(steps) {
            match step {
                Step::Touch(key) => {
                    let hashed = map.hashed(key);
                    prop_assert_eq!(map.touch(&hashed), naive.touch(key));
                }
                Step::Put(key) => put(&mut map, &mut naive, key, value)?,
                Step::Pop => prop_assert_eq!(pop(&mut map), naive.pop()),
            }
            same(&map, &naive)?;
        }
        while let Some(gone) = naive.pop() {
            prop_assert_eq!(pop(&mut map), Some(gone));
        }
        prop_assert_eq!(pop(&mut map), None);
    }
}

#[test]
fn a_full_map_makes_room_by_itself() {
    let mut map = Recency::new(0);
    for key in [1, 2] {
        let hashed = map.hashed(key);
        map.insert(hashed, key);
        assert!(map.is_full(), "a capacity of nothing is one");
    }
    assert_eq!(map.pop_oldest(), Some((&2, &2)));
    assert_eq!(map.pop_oldest(), None);
}

/// Addresses one behind the other, as a sweep has them, do not bunch up whatever the seed: a table that had to
/// grow for it would be larger than its entries need.
#[test]
fn keys_in_a_row_make_no_table_grow() {
    for _ in 0..2_000 {
        let mut map: Recency<(u64, u64), ()> = Recency::new(2_048);
        for address in 0..2_048 {
            map.insert(map.hashed((0x9c40_0017_0000_0600, 0x0a00_0000_c612_0000 + address)), ());
        }
        assert_eq!(map.homes(), 2_048 * 5 / 4 + 1);
    }
}
