//! Points by small numbers, so that millions of rows need no names.

use hashbrown::HashMap;
use observation::Point;

/// A point's number in a [`Roll`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PointId(pub u16);

impl PointId {
    pub(crate) fn at(self) -> usize {
        usize::from(self.0)
    }
}

/// The points that a detector knows, numbered as they were first met. At most [`Roll::CAPACITY`].
#[derive(Clone, Debug, Default)]
pub struct Roll {
    points: Vec<Point>,
    ids: HashMap<Point, PointId, foldhash::fast::FixedState>,
}

impl Roll {
    /// The most points.
    pub const CAPACITY: usize = 4_096;

    /// The number of a point, a new one where it was not met before; none where the roll is full.
    pub fn id(&mut self, point: &Point) -> Option<PointId> {
        if let Some(id) = self.ids.get(point) {
            return Some(*id);
        }
        if self.points.len() >= Self::CAPACITY {
            return None;
        }
        let id = PointId(u16::try_from(self.points.len()).ok()?);
        self.points.push(point.clone());
        self.ids.insert(point.clone(), id);
        Some(id)
    }

    /// The point of a number.
    pub fn point(&self, id: PointId) -> Option<&Point> {
        self.points.get(id.at())
    }

    /// How many points are known.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether no point is known.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The names of these, in alphabetical order.
    pub(crate) fn names(&self, ids: impl IntoIterator<Item = PointId>) -> Vec<Point> {
        let mut names: Vec<Point> =
            ids.into_iter().filter_map(|id| self.point(id).cloned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
