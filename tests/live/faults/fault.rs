//! What goes wrong.

use std::time::Duration;

use testkit::Random;

use super::world::World;

/// A clock is never further off than this, s: rows ten minutes ahead of a hub's clock are refused.
const FURTHEST: i64 = 240;

/// Something that goes wrong, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// SIGKILL, and a start after a while.
    KillPoint(Duration),
    KillHub(Duration),
    /// Nothing comes through.
    Cut(Duration),
    /// Delay at most so many ms, loss of so many of a thousand.
    Bad(Duration, u64, u64),
    PointFull(Duration),
    /// So little is free that rows are counted in place of being kept.
    PointTight(Duration),
    HubFull(Duration),
    /// The clock is this far ahead of the machine's from now on, s.
    PointClock(i64),
    HubClock(i64),
}

impl Fault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Fault::KillPoint(_) => "point killed",
            Fault::KillHub(long) if long > Duration::from_secs(5) => "hub long away",
            Fault::KillHub(_) => "hub killed",
            Fault::Cut(_) => "line cut",
            Fault::Bad(..) => "line bad",
            Fault::PointFull(_) => "point's disk full",
            Fault::PointTight(_) => "point's spool full",
            Fault::HubFull(_) => "hub's disk full",
            Fault::PointClock(_) => "point's clock set",
            Fault::HubClock(_) => "hub's clock set",
        }
    }

    /// The next one of so many. A third and two thirds on, the hub is away for longer than the spool's
    /// first segment lasts.
    pub(super) fn draw(random: &mut Random, number: u64, of: u64, world: &World) -> Fault {
        if number == of / 3 || number == of * 2 / 3 {
            return Fault::KillHub(Duration::from_secs(12));
        }
        let mut span = |most: u64| Duration::from_millis(50 + random.below(most));
        let (short, long) = (span(1_500), span(3_000));
        let mut clock = |now: i64| {
            let most = if random.below(4) == 0 { 200 } else { 10 };
            let step = i64::try_from(1 + random.below(most)).unwrap();
            let step = if random.below(2) == 0 { step } else { -step };
            (now + step).clamp(-FURTHEST, FURTHEST)
        };
        let (point, hub) = (clock(world.point_skew()), clock(world.hub_skew()));
        match random.below(20) {
            0..4 => Fault::KillPoint(short),
            4..8 => Fault::KillHub(short),
            8..11 => Fault::Cut(long),
            11..15 => Fault::Bad(long, 5 + random.below(150), 10 + random.below(200)),
            15 => Fault::PointFull(long),
            16 => Fault::PointTight(long),
            17 => Fault::HubFull(long),
            18 => Fault::PointClock(point),
            _ => Fault::HubClock(hub),
        }
    }
}
