//! A hash table of places in a slab, at four bytes an entry and as full as it may be.
//!
//! Open addressing with linear probing, entries in the order of their homes: "Robin Hood Hashing" (Celis,
//! Larson, Munro, FOCS 1985), so that a search ends at the first entry whose home is behind the one that is
//! searched for. A removal moves the entries behind it back: there are no marks to be swept up, and a table
//! in which much comes and goes stays as it is.
//!
//! An entry is a place (20 bits), five bits of its hash, by which most others are told apart without looking
//! into the slab, and the lowest seven bits of its home, by which it is known how far from there it is. So one
//! line of the processor's cache serves almost every search. At 4 entries to 5 homes hardly any entry is ever
//! 128 places from its home, as displacements are those of a queue with Poisson arrivals, whose tail is
//! e^(-0.43 k); a table in which one would be grows.
//!
//! Whoever has the slab compares keys, and says what an entry's hash was when the table grows. A hash has
//! 32 bits that nobody can foretell, and must be a good one (foldhash's `quality`): addresses that follow each
//! other become an arithmetic progression by one multiplication, which may bunch up. Home and the five bits are
//! taken from its two ends.

/// No entry.
const EMPTY: u32 = u32::MAX;
/// The bits of an entry below its place.
const BELOW: u32 = 12;
/// How far an entry can be from its home, plus one.
const REACH: usize = 128;

/// The table.
pub(super) struct Places {
    /// Homes, and as many more as the last of them can reach.
    entries: Vec<u32>,
    homes: usize,
    len: usize,
    most: usize,
}

impl Places {
    /// As many places as there can be: one less than 20 bits can tell.
    pub(super) const MOST: usize = (1 << 20) - 1;

    /// An empty table, which will not have more than `most` entries and does not get larger than these need.
    pub(super) fn new(most: usize) -> Self {
        Places { entries: Vec::new(), homes: 0, len: 0, most: most.min(Self::MOST) }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Entries that there are homes for.
    #[cfg(test)]
    pub(super) fn homes(&self) -> usize {
        self.homes
    }

    /// The place of this hash that is the right one.
    pub(super) fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let at = self.search(hash, is_it)?;
        self.entries.get(at).map(|entry| entry >> BELOW)
    }

    /// Puts another place in the place of the right one of this hash. False: there is none.
    pub(super) fn replace(&mut self, hash: u32, is_it: impl Fn(u32) -> bool, place: u32) -> bool {
        let Some(at) = self.search(hash, is_it) else { return false };
        let fresh = self.entry(hash, place);
        self.entries.get_mut(at).map(|entry| *entry = fresh).is_some()
    }

    /// Puts a place below [`Places::MOST`] in that is not there. `hash_of` says with which hash a place was
    /// put in.
    pub(super) fn insert(&mut self, hash: u32, place: u32, hash_of: impl Fn(u32) -> u32) {
        debug_assert!((place as usize) < Self::MOST, "slabs have fewer places: see `CAPACITY`");
        if self.len * 5 >= self.homes * 4 {
            let enough = self.most.max(self.len + 1) * 5 / 4 + 1;
            self.rebuild((self.homes * 2).clamp(16, enough.max(16)), &hash_of);
        }
        while !self.put(hash, place) {
            self.rebuild(self.homes + self.homes / 2, &hash_of);
        }
        self.len += 1;
    }

    /// Takes a place out that was put in with this hash.
    pub(super) fn remove(&mut self, hash: u32, place: u32) {
        let Some(at) = self.search(hash, |other| other == place) else { return };
        let behind = self.entries.get(at + 1..).unwrap_or_default().iter().enumerate();
        let moved = behind
            .take_while(|&(more, &entry)| entry != EMPTY && distance(entry, at + 1 + more) > 0);
        let last = at + moved.count();
        self.entries.copy_within(at + 1..=last, at);
        if let Some(entry) = self.entries.get_mut(last) {
            *entry = EMPTY;
        }
        self.len -= 1;
    }

    fn home(&self, hash: u32) -> usize {
        ((u64::from(hash) * self.homes as u64) >> u32::BITS) as usize
    }

    fn entry(&self, hash: u32, place: u32) -> u32 {
        place << BELOW | (hash & 31) << 7 | (self.home(hash) % REACH) as u32
    }

    /// Where the right place of this hash stands.
    fn search(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<usize> {
        let home = self.home(hash);
        let wanted = self.entry(hash, 0);
        for (far, &entry) in self.entries.get(home..)?.iter().enumerate() {
            if entry == EMPTY || distance(entry, home + far) < far {
                return None;
            }
            if entry & ((1 << BELOW) - 1) == wanted && is_it(entry >> BELOW) {
                return Some(home + far);
            }
        }
        None
    }

    /// Puts a place behind those of its home. False: one would be too far from its home then.
    fn put(&mut self, hash: u32, place: u32) -> bool {
        let home = self.home(hash);
        let behind = || self.entries.get(home..).unwrap_or_default().iter().enumerate();
        let is_before =
            |&(far, &entry): &(usize, &u32)| entry != EMPTY && distance(entry, home + far) >= far;
        let far = behind().take_while(is_before).count();
        let moved = behind().skip(far).take_while(|&(_, &entry)| entry != EMPTY);
        let mut end = home + far;
        for (far, &entry) in moved {
            if distance(entry, home + far) + 1 >= REACH {
                return false;
            }
            end += 1;
        }
        if far >= REACH {
            return false;
        }
        let at = home + far;
        self.entries.copy_within(at..end, at + 1);
        let fresh = self.entry(hash, place);
        self.entries.get_mut(at).map(|entry| *entry = fresh).is_some()
    }

    /// Makes the table anew with so many homes.
    fn rebuild(&mut self, homes: usize, hash_of: &impl Fn(u32) -> u32) {
        // 128 entries of the same 32 bits, whose seed nobody knows, are a fault of whoever hashes them.
        assert!(homes <= 16 * Self::MOST, "hashes of places do not differ");
        let old = std::mem::replace(&mut self.entries, vec![EMPTY; homes + REACH]);
        self.homes = homes;
        for place in old.iter().filter(|&&entry| entry != EMPTY).map(|entry| entry >> BELOW) {
            if !self.put(hash_of(place), place) {
                let more = homes + homes / 2;
                self.entries = old;
                return self.rebuild(more, hash_of);
            }
        }
    }
}

/// How far an entry is from its home.
fn distance(entry: u32, at: usize) -> usize {
    at.wrapping_sub(entry as usize) % REACH
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use testkit::Random;

    use super::*;

    /// Beside a map of the standard library. Each of so many places has had many hashes.
    fn drive(places: u64, turns: usize, hash: impl Fn(u64) -> u32) {
        let mut random = Random::new(7);
        let mut table = Places::new(places as usize);
        let mut there: HashMap<u32, u32> = HashMap::new();
        for _ in 0..turns {
            let place = random.below(places) as u32;
            match there.get(&place).copied() {
                Some(old) if random.below(3) == 0 => {
                    // Another place of the same key.
                    let other = random.below(places) as u32;
                    if !there.contains_key(&other) {
                        assert!(table.replace(old, |at| at == place, other));
                        there.remove(&place);
                        there.insert(other, old);
                    }
                }
                Some(old) => {
                    table.remove(old, place);
                    there.remove(&place);
                }
                None => {
                    let fresh = hash(random.below(u64::MAX));
                    table.insert(fresh, place, |at| there[&at]);
                    there.insert(place, fresh);
                }
            }
            assert_eq!(table.len(), there.len());
            for place in 0..places as u32 {
                let hash = there.get(&place).copied().unwrap_or(1);
                let found = table.find(hash, |at| at == place);
                assert_eq!(found.is_some(), there.contains_key(&place));
            }
        }
    }

    #[test]
    fn a_map_of_the_standard_library_says_the_same() {
        drive(300, 20_000, |any| any as u32);
    }

    /// Hashes that are almost all the same fill few homes, and the last of all is one of them.
    #[test]
    fn however_the_hashes_fall() {
        drive(100, 5_000, |any| u32::MAX - (any % 3) as u32);
        drive(300, 5_000, |any| (any % 40) as u32 * (u32::MAX / 40));
        drive(100, 5_000, |any| (any % 64) as u32);
    }

    #[test]
    fn a_table_in_which_much_comes_and_goes_is_as_large_as_it_has_to_be() {
        let mut random = Random::new(3);
        let most = 10_000;
        let mut table = Places::new(most);
        let mut hashes: Vec<u32> = Vec::new();
        for place in 0..most {
            let hash = random.word();
            table.insert(hash, place as u32, |at| hashes[at as usize]);
            hashes.push(hash);
        }
        for _ in 0..200_000 {
            let place = random.below(most as u64) as usize;
            table.remove(hashes[place], place as u32);
            hashes[place] = random.word();
            let hash = hashes[place];
            table.insert(hash, place as u32, |at| hashes[at as usize]);
        }
        assert_eq!((table.len(), table.entries.len()), (most, most * 5 / 4 + 1 + REACH));
    }

    #[test]
    #[should_panic(expected = "do not differ")]
    fn hashes_that_are_all_the_same_are_a_fault() {
        let mut table = Places::new(1_000);
        for place in 0..200 {
            table.insert(5, place, |_| 5);
        }
    }
}
