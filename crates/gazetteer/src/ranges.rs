//! Values that hold for ranges of addresses, asked for one address at a time.

use std::net::{IpAddr, Ipv4Addr};

/// Steps from the lowest key to the highest: each value holds until the next step.
///
/// Keys are addresses as numbers. What no range covers has the default value.
#[derive(Debug)]
pub(crate) struct Steps<V> {
    steps: Vec<(u64, V)>,
    /// The first key that no range covers yet; none after the highest of all.
    next: Option<u64>,
}

/// A range begins before the end of the one before it, or ends before it begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OutOfOrder;

impl<V: Copy + Default + PartialEq> Steps<V> {
    pub(crate) fn new() -> Steps<V> {
        Steps { steps: Vec::new(), next: Some(0) }
    }

    /// Adds the range from `first` to `last`, both included.
    pub(crate) fn add(&mut self, first: u64, last: u64, value: V) -> Result<(), OutOfOrder> {
        match self.next {
            Some(next) if next <= first && first <= last => {}
            _ => return Err(OutOfOrder),
        }
        if self.next < Some(first) {
            self.step(self.next.unwrap_or(first), V::default());
        }
        self.step(first, value);
        self.next = last.checked_add(1);
        Ok(())
    }

    fn step(&mut self, key: u64, value: V) {
        if self.steps.last().is_none_or(|(_, before)| *before != value) {
            self.steps.push((key, value));
        }
    }

    /// The steps, the last of which holds to the end; keys above `highest` are left out.
    pub(crate) fn finish(mut self, highest: u64) -> Vec<(u64, V)> {
        if let Some(next) = self.next {
            self.step(next, V::default());
        }
        self.steps.retain(|(key, _)| *key <= highest);
        self.steps
    }
}

/// Steps laid out for look-ups: `index` leads from the upper 16 bits of an address to the steps
/// that begin there, of which the lower bits `L` are kept, each beside its value: most look-ups find
/// both in one line of the processor's cache.
#[derive(Debug)]
pub(crate) struct Ranges<L, V> {
    /// How many steps begin before each block of the upper 16 bits; 65,537 of them.
    index: Vec<u32>,
    steps: Vec<(L, V)>,
}

/// Blocks of the upper 16 bits.
const BLOCKS: usize = 1 << 16;

impl<L: Copy + Ord, V: Copy + Default> Ranges<L, V> {
    /// `split` parts a key into its upper 16 bits and the rest; `steps` are in order.
    pub(crate) fn new(steps: &[(u64, V)], split: impl Fn(u64) -> (u16, L)) -> Ranges<L, V> {
        let mut index = Vec::with_capacity(BLOCKS + 1);
        let mut kept = Vec::with_capacity(steps.len());
        for &(key, value) in steps {
            let (high, low) = split(key);
            index.resize(usize::from(high) + 1, u32::try_from(kept.len()).unwrap_or(u32::MAX));
            kept.push((low, value));
        }
        index.resize(BLOCKS + 1, u32::try_from(kept.len()).unwrap_or(u32::MAX));
        Ranges { index, steps: kept }
    }

    /// The value of the last step at or below an address; the default where there is none.
    #[inline]
    pub(crate) fn get(&self, high: u16, low: L) -> V {
        let block = usize::from(high);
        let (Some(&from), Some(&to)) = (self.index.get(block), self.index.get(block + 1)) else {
            return V::default();
        };
        let (from, to) = (from as usize, to as usize);
        let begun = self.steps.get(from..to).unwrap_or_default();
        let after = from + begun.partition_point(|(begin, _)| *begin <= low);
        let step = after.checked_sub(1).and_then(|at| self.steps.get(at));
        step.map(|(_, value)| *value).unwrap_or_default()
    }
}

impl<V: Copy + Default> Ranges<u16, V> {
    /// From steps whose keys are IPv4 addresses.
    pub(crate) fn of_v4(steps: &[(u64, V)]) -> Ranges<u16, V> {
        Ranges::new(steps, |key| ((key >> 16) as u16, key as u16))
    }

    #[inline]
    pub(crate) fn of(&self, address: Ipv4Addr) -> V {
        let bits = address.to_bits();
        self.get((bits >> 16) as u16, bits as u16)
    }
}

/// Ranges of both families. IPv6 is kept in networks of 64 bits or wider.
#[derive(Debug)]
pub(crate) struct Table<V> {
    v4: Ranges<u16, V>,
    v6: Ranges<u64, V>,
}

impl<V: Copy + Default> Table<V> {
    /// From steps whose keys are IPv4 addresses, and the upper 64 bits of IPv6 addresses.
    pub(crate) fn new(v4: &[(u64, V)], v6: &[(u64, V)]) -> Table<V> {
        Table {
            v4: Ranges::of_v4(v4),
            v6: Ranges::new(v6, |key| ((key >> 48) as u16, key & LOW_48)),
        }
    }

    #[inline]
    pub(crate) fn get(&self, address: IpAddr) -> V {
        match address {
            IpAddr::V4(address) => self.v4.of(address),
            IpAddr::V6(address) => {
                let bits = (address.to_bits() >> 64) as u64;
                self.v6.get((bits >> 48) as u16, bits & LOW_48)
            }
        }
    }
}

const LOW_48: u64 = (1 << 48) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_have_no_value_and_equal_neighbours_merge() {
        let mut steps = Steps::new();
        steps.add(5, 9, 1u8).unwrap();
        steps.add(10, 19, 1).unwrap();
        steps.add(30, 30, 2).unwrap();
        assert_eq!(steps.add(30, 31, 3), Err(OutOfOrder));
        assert_eq!(steps.add(40, 39, 3), Err(OutOfOrder));
        let steps = steps.finish(u64::MAX);
        assert_eq!(steps, [(0, 0), (5, 1), (20, 0), (30, 2), (31, 0)]);
    }

    #[test]
    fn the_highest_key_ends_it() {
        let mut steps = Steps::new();
        steps.add(1, u64::MAX, 1u8).unwrap();
        assert_eq!(steps.add(u64::MAX, u64::MAX, 1), Err(OutOfOrder));
        assert_eq!(steps.finish(u64::MAX), [(0, 0), (1, 1)]);
    }

    #[test]
    fn every_address_as_a_plain_search_says() {
        let mut steps = Steps::new();
        let text =
            [("0.0.0.0", "0.0.0.3", 1u8), ("1.2.3.4", "1.2.3.4", 2), ("1.3.0.0", "9.0.0.0", 3)];
        let number = |text: &str| u64::from(text.parse::<Ipv4Addr>().unwrap().to_bits());
        for (first, last, value) in text {
            steps.add(number(first), number(last), value).unwrap();
        }
        let table = Table::new(&steps.finish(u64::from(u32::MAX)), &[]);
        for (address, value) in [
            ("0.0.0.0", 1),
            ("0.0.0.3", 1),
            ("0.0.0.4", 0),
            ("1.2.3.3", 0),
            ("1.2.3.4", 2),
            ("1.2.3.5", 0),
            ("1.2.255.255", 0),
            ("1.3.0.0", 3),
            ("5.5.5.5", 3),
            ("9.0.0.0", 3),
            ("9.0.0.1", 0),
            ("255.255.255.255", 0),
            ("::1", 0),
        ] {
            assert_eq!(table.get(address.parse().unwrap()), value, "{address}");
        }
    }
}
