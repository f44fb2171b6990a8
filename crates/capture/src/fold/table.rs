//! The access table: open accesses by key, bounded.

use dissect::Packet;
use observation::{Access, Micros};

use super::Spans;
use super::brief::Book;
use super::finished::Finished;
use super::key::{Kept, Key};
use super::open::Open;
use super::options::Options;
use super::recency::Recency;

/// The open accesses.
pub(super) struct Table {
    open: Recency<Kept, Open>,
    /// The addresses of their keys.
    book: Book,
    options: Options,
}

impl Table {
    /// Bytes of an open access.
    #[cfg(test)]
    pub(super) const BYTES: usize = Recency::<Kept, Open>::BYTES;

    pub(super) fn new(capacity: usize) -> Self {
        let open = Recency::new(capacity.min(Options::MOST));
        Table { open, book: Book::default(), options: Options::new() }
    }

    /// Lets a packet join its key's access, or begin one. The key's former access, if the packet
    /// could not join it, is given out, and so is one that has to make room; says when the latter's
    /// last packet came.
    pub(super) fn join(
        &mut self,
        key: Key,
        time: Micros,
        packet: &Packet<'_>,
        spans: Spans,
        finished: &mut Finished,
    ) -> Option<Micros> {
        let kept = key.find(&self.book).map(|kept| self.open.hashed(kept));
        if let Some(open) = kept.and_then(|kept| self.open.touch(&kept)) {
            if open.admits(time, spans) {
                open.add(time, packet, &mut self.options);
            } else {
                finished.push(&key, open, &self.options);
                open.release(&mut self.options);
                *open = Open::new(time, packet, &mut self.options);
            }
            return None;
        }
        let evicted = if self.open.is_full() { self.close_oldest(finished) } else { None };
        let open = Open::new(time, packet, &mut self.options);
        self.insert(&key, open);
        evicted
    }

    /// Puts an access in place that is not there.
    fn insert(&mut self, key: &Key, open: Open) {
        let kept = key.hold(&mut self.book);
        self.open.insert(self.open.hashed(kept), open);
    }

    /// Gives out the access touched longest ago. Says when its last packet came; none: there is no
    /// access.
    pub(super) fn close_oldest(&mut self, finished: &mut Finished) -> Option<Micros> {
        let (kept, open) = self.open.pop_oldest()?;
        finished.push(&kept.key(&self.book), open, &self.options);
        kept.release(&mut self.book);
        open.release(&mut self.options);
        Some(open.last())
    }

    /// Gives out the accesses touched longest ago while their last packets came before `horizon`.
    pub(super) fn close_before(&mut self, horizon: Micros, finished: &mut Finished) {
        while self.open.oldest().is_some_and(|open| open.last() < horizon) {
            self.close_oldest(finished);
        }
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// How many changed since their latest image; counting stops at `most`.
    pub(super) fn count_changed(&self, most: usize) -> usize {
        self.open.count_newest(most, Open::is_changed)
    }

    /// Shows those that changed since their latest image, which is of this turn then. A change
    /// touches, so that they are the newest.
    pub(super) fn changed(&mut self, turn: u32, mut each: impl FnMut(&Key, &Open, &Options)) {
        self.open.each_newest(Open::is_changed, |kept, open| {
            open.show(turn);
            each(&kept.key(&self.book), open, &self.options);
        });
    }

    /// The turn of the oldest image: a touch moves an access to the end and takes its image's turn
    /// away, so that turns rise from the oldest on.
    pub(super) fn oldest_turn(&self) -> Option<u32> {
        self.open.oldest().and_then(Open::turn)
    }

    /// Puts an image in place, as the newest; gives the packets of the access that was in its place.
    pub(super) fn resume(&mut self, key: Key, image: &Access, turn: u32) -> Option<u64> {
        let kept = key.find(&self.book).map(|kept| self.open.hashed(kept));
        if let Some(open) = kept.and_then(|kept| self.open.touch(&kept)) {
            let packets = open.packets();
            open.release(&mut self.options);
            *open = Open::of(image, turn, &mut self.options);
            return Some(packets);
        }
        if self.open.is_full()
            && let Some((kept, open)) = self.open.pop_oldest()
        {
            kept.release(&mut self.book);
            open.release(&mut self.options);
        }
        let open = Open::of(image, turn, &mut self.options);
        self.insert(&key, open);
        None
    }

    /// Takes an access out, and gives no row of it; says how many packets it had.
    pub(super) fn retire(&mut self, key: Key) -> Option<u64> {
        let kept = key.find(&self.book)?;
        let open = self.open.remove(&self.open.hashed(kept))?;
        kept.release(&mut self.book);
        open.release(&mut self.options);
        Some(open.packets())
    }
}
