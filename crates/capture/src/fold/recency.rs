//! A bounded map that knows which of its entries was touched longest ago.
//!
//! Entries live in a slab and are chained by their last touch, so that the oldest is found, and
//! all of them are walked, without asking the hash table: its random seed, which keeps a sender
//! from choosing keys that collide, cannot change an order that anyone sees.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// No slot.
const NONE: u32 = u32::MAX;

struct Slot<K, V> {
    key: K,
    value: V,
    older: u32,
    newer: u32,
}

/// A map of at most `capacity` entries in the order of their last touch.
pub(super) struct Recency<K, V> {
    capacity: usize,
    index: HashTable<u32>,
    slots: Vec<Option<Slot<K, V>>>,
    free: Vec<u32>,
    oldest: u32,
    newest: u32,
    hasher: RandomState,
}

impl<K: Copy + Eq + Hash, V> Recency<K, V> {
    /// An empty map.
    pub(super) fn new(capacity: usize) -> Self {
        Recency {
            capacity: capacity.clamp(1, NONE as usize),
            index: HashTable::new(),
            slots: Vec::new(),
            free: Vec::new(),
            oldest: NONE,
            newest: NONE,
            hasher: RandomState::default(),
        }
    }

    /// Whether the next new key needs room.
    pub(super) fn is_full(&self) -> bool {
        self.index.len() >= self.capacity
    }

    /// The value of a key, which is touched by that.
    pub(super) fn touch(&mut self, key: &K) -> Option<&mut V> {
        let at = self.find(key)?;
        if at != self.newest {
            self.unchain(at);
            self.chain(at);
        }
        self.slot(at).map(|slot| &mut slot.value)
    }

    /// The value of a key, which is not touched.
    pub(super) fn peek(&self, key: &K) -> Option<&V> {
        let at = self.find(key)?;
        self.slots.get(at as usize)?.as_ref().map(|slot| &slot.value)
    }

    /// Puts in a key that is not there, as the newest; where the map is full, the oldest goes.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<(K, V)> {
        let gone = if self.is_full() { self.pop_oldest() } else { None };
        let slot = Slot { key, value, older: NONE, newer: NONE };
        let at = self.place(slot);
        self.chain(at);
        let hash = self.hasher.hash_one(key);
        let (slots, hasher) = (&self.slots, &self.hasher);
        self.index.insert_unique(hash, at, |&at| match slots.get(at as usize) {
            Some(Some(slot)) => hasher.hash_one(slot.key),
            _ => 0,
        });
        gone
    }

    /// The entry touched longest ago.
    pub(super) fn oldest(&self) -> Option<&V> {
        self.slots.get(self.oldest as usize)?.as_ref().map(|slot| &slot.value)
    }

    /// Takes out the entry touched longest ago.
    pub(super) fn pop_oldest(&mut self) -> Option<(K, V)> {
        let at = self.oldest;
        let key = self.slots.get(at as usize)?.as_ref()?.key;
        let hash = self.hasher.hash_one(key);
        if let Ok(entry) = self.index.find_entry(hash, |&other| other == at) {
            entry.remove();
        }
        self.unchain(at);
        self.free.push(at);
        let slot = self.slots.get_mut(at as usize)?.take()?;
        Some((slot.key, slot.value))
    }

    fn find(&self, key: &K) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        let same =
            |&at: &u32| matches!(self.slots.get(at as usize), Some(Some(slot)) if slot.key == *key);
        self.index.find(hash, same).copied()
    }

    fn slot(&mut self, at: u32) -> Option<&mut Slot<K, V>> {
        self.slots.get_mut(at as usize)?.as_mut()
    }

    fn place(&mut self, slot: Slot<K, V>) -> u32 {
        if let Some(at) = self.free.pop()
            && let Some(place) = self.slots.get_mut(at as usize)
        {
            *place = Some(slot);
            return at;
        }
        self.slots.push(Some(slot));
        u32::try_from(self.slots.len() - 1).unwrap_or(NONE)
    }

    fn chain(&mut self, at: u32) {
        let newest = self.newest;
        if let Some(slot) = self.slot(at) {
            slot.older = newest;
            slot.newer = NONE;
        }
        match self.slot(newest) {
            Some(slot) => slot.newer = at,
            None => self.oldest = at,
        }
        self.newest = at;
    }

    fn unchain(&mut self, at: u32) {
        let Some((older, newer)) = self.slot(at).map(|slot| (slot.older, slot.newer)) else {
            return;
        };
        match self.slot(older) {
            Some(slot) => slot.newer = newer,
            None => self.oldest = newer,
        }
        match self.slot(newer) {
            Some(slot) => slot.older = older,
            None => self.newest = older,
        }
    }
}
