//! The TCP options of open accesses, in as much room as they need.
//!
//! A header has room for 40 bytes of options, most scanners send 4 to 20 and all that is not TCP none;
//! an open access with room for 40 would be a quarter larger for it. So options lie on shelves, one for
//! each length rounded up to 4 bytes (the wire's own unit), and an access holds their place.
//!
//! Invariant: what was kept is taken back exactly once, and a place that is free is the next one given.

use std::num::NonZeroU8;

/// The longest options, in bytes: a data offset of 15 words, less the header's own 20 bytes.
const LONGEST: usize = 40;
/// The unit in which places are measured, in bytes.
const WORD: usize = 4;

/// Where options are kept. It belongs to one [`Options`], and goes back to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    place: [u8; 3],
    /// One more than their length, so that an access without any takes no more room.
    len_and_one: NonZeroU8,
}

/// The options of all open accesses.
pub(super) struct Options {
    shelves: [Shelf; LONGEST / WORD],
}

/// Options of one length, side by side.
#[derive(Default)]
struct Shelf {
    bytes: Vec<u8>,
    free: Vec<u32>,
}

impl Options {
    /// As many options as can be kept: a place has 24 bits.
    pub(super) const MOST: usize = 1 << 24;

    pub(super) fn new() -> Self {
        Options { shelves: Default::default() }
    }

    /// Keeps options: their first 40 bytes, as there cannot be more.
    pub(super) fn keep(&mut self, options: &[u8]) -> Kept {
        let options = options.get(..LONGEST).unwrap_or(options);
        let width = options.len().next_multiple_of(WORD);
        let place = self.shelf(width).map_or(0, |shelf| shelf.put(options, width));
        let [_, place @ ..] = place.to_be_bytes();
        Kept { place, len_and_one: NonZeroU8::MIN.saturating_add(options.len() as u8) }
    }

    /// The options at a place.
    pub(super) fn get(&self, kept: Kept) -> &[u8] {
        let (len, place) = (kept.len(), kept.place() as usize);
        let width = len.next_multiple_of(WORD);
        let shelf = (width / WORD).checked_sub(1).and_then(|shelf| self.shelves.get(shelf));
        let bytes = shelf.and_then(|shelf| shelf.bytes.get(place * width..place * width + len));
        bytes.unwrap_or_default()
    }

    /// Takes a place back.
    pub(super) fn release(&mut self, kept: Kept) {
        if let Some(shelf) = self.shelf(kept.len().next_multiple_of(WORD)) {
            shelf.free.push(kept.place());
        }
    }

    /// The shelf of a width; none for the width 0, which needs no place.
    fn shelf(&mut self, width: usize) -> Option<&mut Shelf> {
        (width / WORD).checked_sub(1).and_then(|shelf| self.shelves.get_mut(shelf))
    }
}

impl Shelf {
    fn put(&mut self, options: &[u8], width: usize) -> u32 {
        if let Some(place) = self.free.pop() {
            let start = place as usize * width;
            if let Some(bytes) = self.bytes.get_mut(start..start + options.len()) {
                bytes.copy_from_slice(options);
            }
            return place;
        }
        let place = self.bytes.len() / width;
        self.bytes.extend_from_slice(options);
        self.bytes.resize((place + 1) * width, 0);
        place as u32
    }
}

impl Kept {
    fn len(self) -> usize {
        usize::from(self.len_and_one.get() - 1)
    }

    fn place(self) -> u32 {
        let [a, b, c] = self.place;
        u32::from_be_bytes([0, a, b, c])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Options of every length, so that what is read back tells its own length and number.
    fn sample(number: usize) -> Vec<u8> {
        vec![number as u8; number % (LONGEST + 1)]
    }

    #[test]
    fn what_is_kept_is_what_comes_back() {
        let mut options = Options::new();
        let kept: Vec<Kept> = (0..1_000).map(|number| options.keep(&sample(number))).collect();
        for (number, &kept) in kept.iter().enumerate() {
            assert_eq!(options.get(kept), sample(number));
        }
        let long = options.keep(&[7; 60]);
        assert_eq!(options.get(long), [7; LONGEST]);
    }

    #[test]
    fn places_that_are_free_are_used_again() {
        let mut options = Options::new();
        let room = |options: &Options| {
            options.shelves.iter().map(|shelf| shelf.bytes.len()).sum::<usize>()
        };
        let mut kept: Vec<(usize, Kept)> =
            (0..500).map(|number| (number, options.keep(&sample(number)))).collect();
        let full = room(&options);
        for round in 1..20 {
            let gone: Vec<(usize, Kept)> =
                kept.extract_if(.., |(at, _)| (*at + round) % 3 == 0).collect();
            for (number, place) in gone {
                options.release(place);
                kept.push((number, options.keep(&sample(number))));
            }
            for &(number, place) in &kept {
                assert_eq!(options.get(place), sample(number));
            }
        }
        assert_eq!(room(&options), full);
    }
}
