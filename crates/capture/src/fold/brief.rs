//! Addresses in four bytes, for tables of a hundred thousand of them.
//!
//! An IPv4 address is its own four bytes. An IPv6 address is the number of a place in a book, which holds it for
//! as long as somebody has the number: who holds a number releases it. So two equal numbers of one family are
//! the same address, and a number means nothing once it is released by all.

use std::hash::BuildHasher as _;

use foldhash::quality::RandomState;

use super::places::Places;

/// An address, whose family is known beside it. Without alignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Brief([u8; 4]);

impl Brief {
    fn of(number: u32) -> Self {
        Brief(number.to_be_bytes())
    }

    /// Its four bytes as a number.
    pub(super) fn word(self) -> u32 {
        u32::from_be_bytes(self.0)
    }
}

/// An IPv6 address, and how many hold its number.
struct Held {
    address: [u8; 16],
    holders: u32,
}

/// The book of IPv6 addresses.
pub(super) struct Book {
    index: Places,
    held: Vec<Held>,
    /// Places that nobody holds.
    free: Vec<u32>,
    hasher: RandomState,
}

impl Default for Book {
    fn default() -> Self {
        Book {
            index: Places::new(Places::MOST),
            held: Vec::new(),
            free: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl Book {
    /// An address by its number of 128 bits (of IPv4: of 32); none: nobody holds it.
    pub(super) fn find(&self, address: u128, v6: bool) -> Option<Brief> {
        if !v6 {
            return u32::try_from(address).ok().map(Brief::of);
        }
        let address = address.to_be_bytes();
        let same = |at: u32| self.held.get(at as usize).is_some_and(|h| h.address == address);
        self.index.find(hash(&self.hasher, &address), same).map(Brief::of)
    }

    /// Holds an address, once more if somebody does already.
    pub(super) fn hold(&mut self, address: u128, v6: bool) -> Brief {
        let found = self.find(address, v6);
        match found {
            Some(brief) if v6 => {
                if let Some(held) = self.held.get_mut(brief.word() as usize) {
                    held.holders += 1;
                }
                brief
            }
            Some(brief) => brief,
            None => self.enter(address.to_be_bytes()),
        }
    }

    fn enter(&mut self, address: [u8; 16]) -> Brief {
        let fresh = Held { address, holders: 1 };
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(place) = self.held.get_mut(at as usize) {
                    *place = fresh;
                }
                at
            }
            None => {
                self.held.push(fresh);
                // The maps that hold them have 2^18 entries at most, and three addresses each: see `Places::MOST`.
                u32::try_from(self.held.len() - 1).unwrap_or(u32::MAX)
            }
        };
        let (held, hasher) = (&self.held, &self.hasher);
        let again = |at: u32| held.get(at as usize).map_or(0, |h| hash(hasher, &h.address));
        self.index.insert(hash(hasher, &address), at, again);
        Brief::of(at)
    }

    /// Holds it once less.
    pub(super) fn release(&mut self, brief: Brief, v6: bool) {
        if !v6 {
            return;
        }
        let at = brief.word();
        let Some(held) = self.held.get_mut(at as usize) else { return };
        held.holders = held.holders.saturating_sub(1);
        if held.holders > 0 {
            return;
        }
        self.index.remove(hash(&self.hasher, &held.address), at);
        self.free.push(at);
    }

    /// The number of 128 bits of an address that is held.
    pub(super) fn address(&self, brief: Brief, v6: bool) -> u128 {
        if !v6 {
            return brief.word().into();
        }
        let held = self.held.get(brief.word() as usize);
        held.map_or(0, |held| u128::from_be_bytes(held.address))
    }

    /// How many IPv6 addresses are held.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.index.len()
    }
}

fn hash(hasher: &RandomState, address: &[u8; 16]) -> u32 {
    hasher.hash_one(address) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use testkit::Random;

    use super::*;

    /// Beside a plain count of who holds what.
    #[test]
    fn what_is_held_is_found_and_nothing_else() {
        let (mut random, mut book) = (Random::new(3), Book::default());
        let mut counts: BTreeMap<u128, (Brief, u32)> = BTreeMap::new();
        for _ in 0..20_000 {
            let address = u128::from(random.below(200)) << 64 | 1;
            if random.below(2) == 0 {
                let brief = book.hold(address, true);
                let entry = counts.entry(address).or_insert((brief, 0));
                assert_eq!(entry.0, brief, "one number as long as it is held");
                entry.1 += 1;
            } else if let Some((brief, holders)) = counts.get_mut(&address) {
                book.release(*brief, true);
                *holders -= 1;
                if *holders == 0 {
                    counts.remove(&address);
                }
            }
            let known = counts.get(&address).map(|(brief, _)| *brief);
            assert_eq!(book.find(address, true), known);
            assert_eq!(book.len(), counts.len());
        }
        for (address, (brief, _)) in counts {
            assert_eq!(book.address(brief, true), address);
        }
        assert!(book.held.len() <= 200, "places are used again");
    }

    #[test]
    fn ipv4_addresses_need_no_book() {
        let mut book = Book::default();
        let brief = book.hold(0xc000_0201, false);
        assert_eq!((book.address(brief, false), book.len()), (0xc000_0201, 0));
        book.release(brief, false);
        assert_eq!(book.find(0xc000_0201, false), Some(brief));
        assert_eq!(book.find(0xc000_0201, true), None, "another family");
    }
}
