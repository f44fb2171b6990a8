//! The frames of several interfaces in one order.
//!
//! A ring shows a frame only when its block is full or [`RETIRE`] ms old. The earliest of the frames
//! that show is therefore the next one only if no ring without frames can still show an earlier one:
//! if it is older than that.

use observation::Micros;

use crate::settings::RETIRE;

/// How old a frame must be before no ring can show an earlier one, µs: the kernel's timer, and once
/// more as long for it to be late.
const HOLD: Micros = 2 * RETIRE as Micros * 1_000;

/// What is to be done with the frames that show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// None shows.
    Nothing,
    /// The next frame is that of this ring.
    Lend(usize),
    /// The next frame is not known before so many µs are over.
    Wait(Micros),
}

/// Chooses among the times of the rings' first frames. `pressed`: a ring fills up, and order gives
/// way to completeness. A frame from the future (the clock was set back) is not waited for.
#[inline]
pub(crate) fn choose(
    heads: &[Option<Micros>],
    now: impl FnOnce() -> Micros,
    pressed: impl FnOnce() -> bool,
) -> Choice {
    let shown = heads.iter().enumerate().filter_map(|(at, head)| Some(((*head)?, at)));
    let Some((time, at)) = shown.min() else { return Choice::Nothing };
    if heads.iter().all(Option::is_some) {
        return Choice::Lend(at);
    }
    let age = now().saturating_sub(time);
    if !(0..HOLD).contains(&age) || pressed() {
        return Choice::Lend(at);
    }
    Choice::Wait(HOLD.saturating_sub(age))
}
