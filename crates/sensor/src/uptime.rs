//! Which seconds were watched.
//!
//! Invariant: a second that is counted was watched from its beginning to its end, every frame of it
//! that the kernel had room for has been folded, and it is counted once. What is in doubt is not
//! counted: the second in which watching begins or ends, an interface's going down and coming back, a
//! clock that was set.

use std::time::Duration;

use observation::{Micros, SECOND};

/// A clock that departs from the steady one by more than this was set, µs.
const STEP: Micros = SECOND / 2;
/// A clock that was so much ahead was wrong: seconds are counted anew, s.
const AHEAD: i64 = 3_600;

/// Counts seconds.
#[derive(Clone, Debug)]
pub(crate) struct Uptime {
    /// Up to which second all is counted that will be.
    counted: i64,
    /// The second from which on we watch; none: we do not.
    since: Option<i64>,
    /// The wall clock and the steady one when last looked at.
    seen: Option<(Micros, Duration)>,
}

impl Uptime {
    /// Nothing is watched yet; seconds up to this one are counted already.
    pub(crate) fn new(counted: i64) -> Self {
        Uptime { counted, since: None, seen: None }
    }

    /// Up to which second all is counted that will be.
    pub(crate) fn counted(&self) -> i64 {
        self.counted
    }

    /// At the time `now` by the wall clock and `steady` by one that is never set: all frames up to
    /// `reached` have been folded, and `up` says whether all was watched since the last call. Gives
    /// the seconds that can be counted now, as a range.
    pub(crate) fn advance(
        &mut self,
        now: Micros,
        steady: Duration,
        reached: Micros,
        up: bool,
    ) -> std::ops::Range<i64> {
        let steady_micros = Micros::try_from(steady.as_micros()).unwrap_or(Micros::MAX);
        let even = self.seen.is_some_and(|(wall, before)| {
            let before = Micros::try_from(before.as_micros()).unwrap_or(Micros::MAX);
            let (walked, went) = (now.saturating_sub(wall), steady_micros.saturating_sub(before));
            walked.saturating_sub(went).abs() <= STEP
        });
        self.seen = Some((now, steady));
        let none = self.counted..self.counted;
        let Some(since) = self.since.filter(|_| up && even) else {
            self.since = up.then(|| now.saturating_add(SECOND - 1).div_euclid(SECOND));
            return none;
        };
        if self.counted.saturating_sub(now.div_euclid(SECOND)) > AHEAD {
            self.counted = i64::MIN;
        }
        let (from, to) = (since.max(self.counted), reached.div_euclid(SECOND));
        if to <= from {
            return none;
        }
        self.counted = to;
        from..to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tenths: i64) -> (Micros, Duration) {
        (1_000 * SECOND + tenths * SECOND / 10, Duration::from_millis(tenths as u64 * 100))
    }

    fn advance(uptime: &mut Uptime, tenths: i64, up: bool) -> (i64, i64) {
        let (now, steady) = at(tenths);
        let seconds = uptime.advance(now, steady, now - SECOND / 2, up);
        (seconds.start - 1_000, seconds.end - 1_000)
    }

    #[test]
    fn whole_seconds_are_counted_once() {
        let mut uptime = Uptime::new(1_000);
        assert_eq!(advance(&mut uptime, 3, true), (0, 0));
        assert_eq!(advance(&mut uptime, 13, true), (0, 0));
        // The second that began at 1 has passed and been read, by 2.5.
        assert_eq!(advance(&mut uptime, 25, true), (1, 2));
        assert_eq!(advance(&mut uptime, 65, true), (2, 6));
        // Down in between: what was counted stays, and the second of its return does not count.
        assert_eq!(advance(&mut uptime, 75, false), (6, 6));
        assert_eq!(advance(&mut uptime, 85, true), (6, 6));
        assert_eq!(advance(&mut uptime, 115, true), (9, 11));
    }

    #[test]
    fn a_clock_that_is_set_counts_nothing_twice() {
        let mut uptime = Uptime::new(i64::MIN);
        let mut go = |wall: i64, steady: u64| {
            let now = wall * SECOND;
            uptime.advance(now, Duration::from_secs(steady), now, true)
        };
        assert!(go(100, 0).is_empty());
        assert_eq!(go(110, 10), 100..110);
        assert!(go(200, 11).is_empty(), "set forward");
        assert_eq!(go(205, 16), 200..205);
        assert!(go(105, 17).is_empty(), "set back");
        assert!(go(150, 62).is_empty());
        assert_eq!(go(210, 122), 205..210);
        assert!(go(9_000_000, 123).is_empty(), "set far ahead by mistake");
        assert_eq!(go(9_000_002, 125), 9_000_000..9_000_002);
        assert!(go(300, 126).is_empty());
        assert_eq!(go(302, 128), 300..302);
    }
}
