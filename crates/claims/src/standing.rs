//! How one figure stands among others, as far as their intervals tell.

use std::ops::RangeInclusive;

use crate::entries::{Row, is_rest};
use crate::figure::Figure;
use crate::interval::Interval;
use crate::refusal::Refusal;

/// Whether a figure is greater than every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Whatever the true values are.
    Proven,
    /// With some true values and not with others.
    Possible,
    /// It can only share the lead with the other at this place.
    Shared(usize),
    /// The other at this place is greater, whatever the true values are.
    Behind(usize),
}

/// How `mine` stands to `others`.
pub(crate) fn lead<'a>(mine: &Interval, others: impl Iterator<Item = &'a Interval>) -> Lead {
    let mut standing = Lead::Proven;
    for (at, other) in others.enumerate() {
        if other.is_above(mine) {
            return Lead::Behind(at);
        }
        if !mine.can_be_above(other) {
            standing = Lead::Shared(at);
        } else if standing == Lead::Proven && !mine.is_above(other) {
            standing = Lead::Possible;
        }
    }
    standing
}

/// One name among the others of a ranking, without those that stand for a rest.
pub(crate) struct Ranked<'a> {
    /// The name's own figure, where the ranking has it.
    pub(crate) mine: Option<&'a Figure>,
    names: Vec<&'a str>,
    others: Vec<Interval>,
    values: Vec<&'a Figure>,
}

impl<'a> Ranked<'a> {
    /// Of a row that has any figure and none twice.
    pub(crate) fn of(row: &'a Row, name: &str) -> Result<Ranked<'a>, Refusal> {
        if is_rest(name) {
            return Err(Refusal::Rest(name.to_owned()));
        }
        let settled = row.settled()?;
        let mut ranked = Ranked { mine: None, names: vec![], others: vec![], values: vec![] };
        for (other, figure) in settled {
            if other == name {
                ranked.mine = Some(figure);
            } else if !is_rest(other) {
                ranked.names.push(other);
                ranked.others.push(figure.interval());
                ranked.values.push(figure);
            }
        }
        if ranked.mine.is_none() && ranked.names.is_empty() {
            return Err(Refusal::Nothing("the ranking"));
        }
        Ok(ranked)
    }

    /// Whether the name leads. A name that is not in the ranking does not: another does.
    pub(crate) fn lead(&self) -> Lead {
        match self.mine {
            Some(mine) => lead(&mine.interval(), self.others.iter()),
            None => Lead::Behind(self.greatest()),
        }
    }

    /// The other at a place, which [`lead`](Ranked::lead) gave.
    pub(crate) fn other(&self, at: usize) -> &'a str {
        self.names.get(at).copied().unwrap_or_default()
    }

    /// The place of the greatest of the others.
    fn greatest(&self) -> usize {
        let values = self.values.iter().enumerate();
        let greatest = values.max_by(|(_, a), (_, b)| a.value.ratio().cmp(&b.value.ratio()));
        greatest.map_or(0, |(at, _)| at)
    }

    /// The name's rank by the values as they were given, the first being 1.
    pub(crate) fn rank(&self) -> Option<usize> {
        let mine = self.mine?.value.ratio();
        Some(1 + self.values.iter().filter(|other| other.value.ratio() > mine).count())
    }

    /// Every rank that the name has with some true values, all different from its own, as ranges in
    /// rising order. None at all: it can only share its rank, with the other that is named.
    ///
    /// Where its true value is `t`, those others rank before it that cannot be below `t`, and any
    /// number of those that can be above. It is enough to look between the places where an interval
    /// of another begins or ends: at such a place itself no rank is possible that is not beside it.
    pub(crate) fn ranks(&self, mine: &Interval) -> Result<Vec<RangeInclusive<usize>>, Refusal> {
        let mut lows: Vec<_> = self.others.iter().map(|other| &other.low().value).collect();
        let mut highs: Vec<_> = self.others.iter().map(|other| &other.high().value).collect();
        lows.sort_unstable();
        highs.sort_unstable();
        if mine.is_point() {
            return self.ranks_of_one(mine);
        }
        let (from, to) = (&mine.low().value, &mine.high().value);
        let mut places: Vec<_> = lows.iter().chain(&highs).copied().chain([from, to]).collect();
        places.sort_unstable();
        places.dedup();
        let cells = places.windows(2).filter_map(|cell| match cell {
            [low, high] if *low >= from && *high <= to => Some(*low),
            _ => None,
        });
        // Between two places, "ends above" and "begins above" are the same as "above the lower
        // place" and "at the upper or above it".
        let mut ranks: Vec<RangeInclusive<usize>> = cells
            .map(|low| {
                let before = lows.len() - lows.partition_point(|&other| other <= low);
                let most = highs.len() - highs.partition_point(|&other| other <= low);
                1 + before..=1 + most
            })
            .collect();
        ranks.sort_unstable_by_key(|range| (*range.start(), *range.end()));
        ranks.dedup_by(|next, last| {
            let joins = *next.start() <= last.end() + 1;
            if joins {
                *last = *last.start()..=*last.end().max(next.end());
            }
            joins
        });
        Ok(ranks)
    }

    fn ranks_of_one(&self, mine: &Interval) -> Result<Vec<RangeInclusive<usize>>, Refusal> {
        if let Some(at) = self.others.iter().position(|other| other == mine) {
            return Err(Refusal::Tied(format!("{} has the same figure", self.other(at))));
        }
        let before = self.others.iter().filter(|other| !mine.can_be_above(other)).count();
        let most = self.others.iter().filter(|other| other.can_be_above(mine)).count();
        Ok(vec![1 + before..=1 + most])
    }
}
