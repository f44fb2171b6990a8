//! A bounded map that knows which of its entries was touched longest ago.
//!
//! Entries live in a slab and are chained by their last touch, so that the oldest is found, and
//! all of them are walked, without asking the hash table: its random seed, which keeps a sender
//! from choosing keys that collide, cannot change an order that anyone sees.
//!
//! A key is hashed when it is asked for, and once more when it goes: that costs less than four bytes
//! of each entry. An entry that goes is lent from its place, which is not overwritten before the next
//! insertion: nothing is moved about.

use std::hash::{BuildHasher, Hash};

use foldhash::quality::RandomState;

use super::places::Places;

/// No slot.
const NONE: u32 = u32::MAX;

/// A key and its hash in one map.
#[derive(Clone, Copy)]
pub(super) struct Hashed<K> {
    key: K,
    hash: u32,
}

struct Slot<K, V> {
    older: u32,
    newer: u32,
    key: K,
    value: V,
}

/// A map of at most `capacity` entries in the order of their last touch.
pub(super) struct Recency<K, V> {
    capacity: usize,
    index: Places,
    slots: Vec<Slot<K, V>>,
    /// Slots whose entries have gone.
    free: Vec<u32>,
    oldest: u32,
    newest: u32,
    hasher: RandomState,
}

impl<K: Copy + Eq + Hash, V> Recency<K, V> {
    /// An empty map.
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, Places::MOST);
        Recency {
            capacity,
            index: Places::new(capacity),
            slots: Vec::new(),
            free: Vec::new(),
            oldest: NONE,
            newest: NONE,
            hasher: RandomState::default(),
        }
    }

    /// Bytes of an entry in the slab.
    #[cfg(test)]
    pub(super) const BYTES: usize = size_of::<Slot<K, V>>();

    /// Homes of its hash table.
    #[cfg(test)]
    pub(super) fn homes(&self) -> usize {
        self.index.homes()
    }

    /// A key as this map, and no other, asks for it.
    pub(super) fn hashed(&self, key: K) -> Hashed<K> {
        Hashed { key, hash: self.hash(&key) }
    }

    /// Whether the next new key needs room.
    pub(super) fn is_full(&self) -> bool {
        self.index.len() >= self.capacity
    }

    /// The value of a key, which is touched by that.
    pub(super) fn touch(&mut self, key: &Hashed<K>) -> Option<&mut V> {
        let at = self.find(key)?;
        if at != self.newest {
            self.unchain(at);
            self.chain(at);
        }
        self.slots.get_mut(at as usize).map(|slot| &mut slot.value)
    }

    /// The value of a key, which is not touched.
    pub(super) fn peek(&self, key: &Hashed<K>) -> Option<&V> {
        let at = self.find(key)?;
        self.slots.get(at as usize).map(|slot| &slot.value)
    }

    /// The place of the entry touched last. It stays its place until it is taken out.
    pub(super) fn newest_place(&self) -> Option<u32> {
        Some(self.newest).filter(|&at| at != NONE)
    }

    /// The place of the entry touched longest ago.
    pub(super) fn oldest_place(&self) -> Option<u32> {
        Some(self.oldest).filter(|&at| at != NONE)
    }

    /// The entry at a place.
    pub(super) fn at(&self, place: u32) -> Option<(&K, &V)> {
        self.slots.get(place as usize).map(|slot| (&slot.key, &slot.value))
    }

    /// Puts in a key that is not there, as the newest. A map that is full gets rid of its oldest:
    /// who wants that one asks [`Recency::is_full`] and takes it before.
    pub(super) fn insert(&mut self, key: Hashed<K>, value: V) {
        if self.is_full() {
            self.pop_oldest();
        }
        let Hashed { key, hash } = key;
        let at = self.place(Slot { older: NONE, newer: NONE, key, value });
        self.chain(at);
        let (slots, hasher) = (&self.slots, &self.hasher);
        let again =
            |at: u32| slots.get(at as usize).map_or(0, |slot| hasher.hash_one(slot.key) as u32);
        self.index.insert(hash, at, again);
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// How many of the newest entries have a property, counted from the newest to the first that has
    /// it not, or to `most`.
    pub(super) fn count_newest(&self, most: usize, mut has: impl FnMut(&V) -> bool) -> usize {
        let (mut at, mut count) = (self.newest, 0);
        while let Some(slot) = self.slots.get(at as usize).filter(|slot| has(&slot.value)) {
            if count >= most {
                break;
            }
            count += 1;
            at = slot.older;
        }
        count
    }

    /// Shows the newest entries that have a property, to the first that has it not, the oldest of
    /// them first. They are not touched.
    pub(super) fn each_newest(
        &mut self,
        mut has: impl FnMut(&V) -> bool,
        mut each: impl FnMut(&K, &mut V),
    ) {
        let (mut first, mut at) = (NONE, self.newest);
        while let Some(slot) = self.slots.get(at as usize).filter(|slot| has(&slot.value)) {
            first = at;
            at = slot.older;
        }
        while let Some(slot) = self.slots.get_mut(first as usize) {
            each(&slot.key, &mut slot.value);
            first = slot.newer;
        }
    }

    /// Takes out the entry of a key, and lends it.
    pub(super) fn remove(&mut self, key: &Hashed<K>) -> Option<&V> {
        let at = self.find(key)?;
        self.index.remove(key.hash, at);
        self.unchain(at);
        self.free.push(at);
        self.slots.get(at as usize).map(|slot| &slot.value)
    }

    /// The entry touched longest ago.
    pub(super) fn oldest(&self) -> Option<&V> {
        self.slots.get(self.oldest as usize).map(|slot| &slot.value)
    }

    /// Takes out the entry touched longest ago, and lends it.
    pub(super) fn pop_oldest(&mut self) -> Option<(&K, &V)> {
        let at = self.oldest;
        let hash = self.hash(&self.slots.get(at as usize)?.key);
        self.index.remove(hash, at);
        self.unchain(at);
        self.free.push(at);
        self.slots.get(at as usize).map(|slot| (&slot.key, &slot.value))
    }

    fn find(&self, key: &Hashed<K>) -> Option<u32> {
        let slots = &self.slots;
        let same = |at: u32| slots.get(at as usize).is_some_and(|slot| slot.key == key.key);
        self.index.find(key.hash, same)
    }

    fn hash(&self, key: &K) -> u32 {
        self.hasher.hash_one(key) as u32
    }

    fn place(&mut self, slot: Slot<K, V>) -> u32 {
        if let Some(at) = self.free.pop()
            && let Some(place) = self.slots.get_mut(at as usize)
        {
            *place = slot;
            return at;
        }
        self.slots.push(slot);
        u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
    }

    fn chain(&mut self, at: u32) {
        let newest = self.newest;
        if let Some(slot) = self.slots.get_mut(at as usize) {
            slot.older = newest;
            slot.newer = NONE;
        }
        match self.slots.get_mut(newest as usize) {
            Some(slot) => slot.newer = at,
            None => self.oldest = at,
        }
        self.newest = at;
    }

    fn unchain(&mut self, at: u32) {
        let Some((older, newer)) = self.slots.get(at as usize).map(|slot| (slot.older, slot.newer))
        else {
            return;
        };
        match self.slots.get_mut(older as usize) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
        match self.slots.get_mut(newer as usize) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
    }
}
