//! How long to wait before trying again.

use observation::{Micros, SECOND};

/// Exponential growth with a random half: M. Brooker, "Exponential Backoff And Jitter" (AWS
/// Architecture Blog, 2015), there called equal jitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, at most.
    pub first: Micros,
    /// The longest wait.
    pub most: Micros,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff { first: SECOND, most: 300 * SECOND }
    }
}

impl Backoff {
    /// The wait after so many failures in a row: between half of the step and the whole of it, and
    /// never less than the hub asked for, which is bounded by the longest wait.
    pub fn wait(&self, failures: u32, asked: Micros, random: u64) -> Micros {
        let doubled = 1_i64.checked_shl(failures.saturating_sub(1).min(40)).unwrap_or(i64::MAX);
        let step = self.first.saturating_mul(doubled).clamp(1, self.most.max(1));
        let half = step / 2;
        let jitter = i64::try_from(random % (half.unsigned_abs() + 1)).unwrap_or(0);
        let asked = asked.clamp(0, self.most.max(0));
        let wait = if asked > half { asked.saturating_add(jitter) } else { half + jitter };
        wait.clamp(1, self.most.saturating_mul(2).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_a_bound_and_is_jittered() {
        let backoff = Backoff::default();
        for (failures, most) in [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (u32::MAX, 300)] {
            let most = most * SECOND;
            assert_eq!(backoff.wait(failures, 0, 0), most / 2);
            let waits: Vec<i64> =
                (0..99).map(|i| backoff.wait(failures, 0, i * 7_919_777)).collect();
            assert!(waits.iter().all(|&wait| wait >= most / 2 && wait <= most), "{waits:?}");
            assert!(waits.windows(2).any(|two| two[0] != two[1]));
        }
        assert!(backoff.wait(1, 60 * SECOND, 0) >= 60 * SECOND);
        assert!(backoff.wait(1, i64::MAX, u64::MAX) <= 600 * SECOND);
    }
}
