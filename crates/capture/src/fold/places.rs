//! Hash tables of places in a slab, in which much comes and goes.
//!
//! A removal may leave a mark in a table of hashbrown's, and a table whose room is used up by entries and marks
//! is doubled if it is more than half full. Of a table that always has about as many entries that would be
//! twice the memory for nothing: it is filled anew instead, as long as marks take an eighth of it.

use hashbrown::HashTable;

/// Puts a place in that is not there.
pub(super) fn insert(
    table: &mut HashTable<u32>,
    hash: u64,
    at: u32,
    hash_of: impl Fn(&u32) -> u64,
) {
    let most = table.num_buckets() / 8 * 7;
    if table.len() == table.capacity() && table.len() <= most - most / 8 {
        let all: Vec<u32> = table.iter().copied().collect();
        table.clear();
        for at in all {
            table.insert_unique(hash_of(&at), at, &hash_of);
        }
    }
    table.insert_unique(hash, at, hash_of);
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

    use foldhash::fast::RandomState;
    use testkit::Random;

    use super::*;

    /// Entries that come and go leave the table as large as it was, and what is in it is found.
    #[test]
    fn a_table_that_is_as_full_as_before_does_not_grow() {
        let (mut random, hasher) = (Random::new(1), RandomState::default());
        let hash = |at: &u32| hasher.hash_one(at);
        let (mut table, mut there) = (HashTable::new(), Vec::new());
        for at in 0..1_024 {
            insert(&mut table, hash(&at), at, hash);
            there.push(at);
        }
        let buckets = table.num_buckets();
        for at in 1_024..200_000 {
            let place = usize::try_from(random.below(there.len() as u64)).unwrap();
            let gone = std::mem::replace(&mut there[place], at);
            table.find_entry(hash(&gone), |other| *other == gone).unwrap().remove();
            insert(&mut table, hash(&at), at, hash);
        }
        assert_eq!((table.num_buckets(), table.len()), (buckets, 1_024));
        assert!(there.iter().all(|at| table.find(hash(at), |other| other == at).is_some()));
    }
}
