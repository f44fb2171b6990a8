//! What a fold needs where packets come as they happen, and where it may be killed.
//!
//! * **Closing by a clock** ([`Fold::close_idle`]). A capture file may hold its packets in any order,
//!   so that only a packet closes what it cannot join. Live packets come in the order of their
//!   stamps, but for a bounded slack: what no packet can join any more can be given out although
//!   nothing comes. It changes when a row is given out, never what it says.
//! * **Images** ([`Fold::changed`]). The image of an open access is the row that it would be if it
//!   closed now: an [`Access`]. There is no second form of it. An image that is taken up again
//!   ([`Fold::resume`]) goes on as if it had never been away.
//! * **Conversations** ([`Fold::changed_conversations`]) that a live host began are kept likewise, or what
//!   answers them would be accesses after a kill.
//! * **Turns.** Images are taken in turns that the caller numbers, and every open access remembers the
//!   turn of its latest image. So the caller knows from which turn on its images suffice.
//!
//! Invariant: the packets of the rows given out since the last image of their access, and the growth
//! of the images, are the access packets of [`Fold::take_fates`].

use observation::{Access, Fates, Micros, Point};

use super::key::Key;
use super::{Conversation, Fold};

impl Fold {
    /// Closes what no packet can join any more, as long as packets come at most `slack` later than
    /// `clock` says: everything whose last packet is longer ago than the idle span and the slack.
    pub fn close_idle(&mut self, clock: Micros, slack: Micros) {
        let horizon = clock.saturating_sub(self.spans.idle).saturating_sub(slack);
        self.table.close_before(horizon, &mut self.finished);
    }

    /// How many accesses are open.
    pub fn open(&self) -> usize {
        self.table.len()
    }

    /// How many open accesses have changed since their latest image; counting stops at `most`.
    pub fn count_changed(&self, most: usize) -> usize {
        self.table.count_changed(most)
    }

    /// Shows an image of every open access that changed since its latest image, in the order of their
    /// last packets' coming. They are of this turn then. Turns rise, and [`u32::MAX`] is none.
    ///
    /// Gives the oldest turn that is still needed: once this turn's images and the rows finished before
    /// are kept, no open access has its latest image in an earlier one.
    pub fn changed(&mut self, turn: u32, mut each: impl FnMut(&Access)) -> u32 {
        let points = self.watch.points();
        self.table.changed(turn, |key, open, options| {
            if let Some(watched) = points.get(key.point()) {
                each(&open.access(key, watched.point.clone(), options));
            }
        });
        self.table.oldest_turn().unwrap_or(turn)
    }

    /// Takes up an open access again by its image, in place of an earlier image of it. To be called
    /// in the order in which images were given, before the first packet. Gives the packets of the
    /// earlier image.
    ///
    /// An image of a point that is not watched here is not taken up.
    pub fn resume(&mut self, image: &Access, turn: u32) -> Option<u64> {
        let point = self.points().position(|point| *point == image.point)?;
        let last = image.first_seen.saturating_add(image.duration);
        self.clock = Some(self.clock.map_or(last, |clock| clock.max(last)));
        self.table.resume(Key::of(point, image), image, turn)
    }

    /// Takes an access that was taken up by its image for closed: its row follows. Gives the packets
    /// of its image.
    pub fn retire(&mut self, row: &Access) -> Option<u64> {
        let point = self.points().position(|point| *point == row.point)?;
        self.table.retire(Key::of(point, row))
    }

    /// Shows an image of every conversation that a live point's host began, and that has none, or one
    /// of a turn before `since`, as far as it is remembered at `clock`. They are of this turn then.
    ///
    /// Gives the oldest turn that is still needed for conversations. When its latest packet came is as
    /// old as the image: a conversation that is taken up is forgotten so much earlier.
    pub fn changed_conversations(
        &mut self,
        clock: Micros,
        turn: u32,
        since: u32,
        each: impl FnMut(&Conversation),
    ) -> u32 {
        let watch = &self.watch;
        if !watch.has_live() {
            return turn;
        }
        let is_host = |address| watch.is_from_live(address);
        self.conversations.changed((clock, turn, since), is_host, each)
    }

    /// Remembers a conversation by its image, so that what answers it is no access.
    pub fn resume_conversation(&mut self, image: &Conversation, turn: u32) {
        self.conversations.resume(image, turn);
    }

    /// Shows what became of packets since the last call, by hour (counted from 1970) and point, and
    /// forgets it. [`Fold::fates`] and [`Fold::coverage`] know only of what came since.
    pub fn take_fates(&mut self, mut each: impl FnMut(i64, Option<&Point>, &Fates)) {
        let points = self.watch.points();
        self.hours.take(|hour, place, fates| {
            each(hour, points.get(place).map(|watched| &watched.point), fates);
        });
    }
}
