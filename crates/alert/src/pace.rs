//! How often a channel may speak.

use observation::{HOUR, Micros, SECOND};
use serde::{Deserialize, Serialize};

/// How often a channel may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Between two messages, µs.
    pub apart: Micros,
    /// Messages an hour.
    pub hourly: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { apart: 600 * SECOND, hourly: 4 }
    }
}

/// When a channel spoke in the last hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Spoken(Vec<Micros>);

impl Spoken {
    /// Whether it may speak now; then it counts as having spoken.
    pub(crate) fn speak(&mut self, now: Micros, pace: Pace) -> bool {
        // Also what lies in the future, after a clock was set back.
        self.0.retain(|at| (now.saturating_sub(HOUR)..=now).contains(at));
        let rested = self.0.last().is_none_or(|last| now.saturating_sub(*last) >= pace.apart);
        if !rested || self.0.len() >= pace.hourly {
            return false;
        }
        self.0.push(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Micros = 60 * SECOND;

    #[test]
    fn no_more_than_it_may() {
        let (mut spoken, pace) = (Spoken::default(), Pace { apart: MINUTE, hourly: 3 });
        let spoke = (0..120).filter(|half| spoken.speak(half * MINUTE / 2, pace)).count();
        assert_eq!(spoke, 3);
        assert!(spoken.speak(HOUR + MINUTE, pace));
        assert!(spoken.speak(0, pace), "a clock that is set back silences nobody for ever");
    }
}
