//! The answers of one address.

use observation::Micros;

use super::{Answer, How, SPREAD};
use crate::sighting::number;
use crate::{PointId, Sighting};

/// Different values, up to [`SPREAD`] of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread<T> {
    values: Vec<(T, u32)>,
    /// Values for which there was no room.
    beyond: u64,
}

impl<T: PartialEq + Copy> Spread<T> {
    fn add(&mut self, value: T) {
        if let Some((_, times)) = self.values.iter_mut().find(|(known, _)| *known == value) {
            *times = times.saturating_add(1);
        } else if self.values.len() < SPREAD {
            self.values.push((value, 1));
        } else {
            self.beyond += 1;
        }
    }

    /// Different values; [`SPREAD`] means that many or more.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// How often any value was added.
    pub(crate) fn total(&self) -> u64 {
        self.values.iter().map(|(_, times)| u64::from(*times)).sum::<u64>() + self.beyond
    }

    /// The value that came most often, and how often.
    pub(crate) fn most(&self) -> Option<(T, u32)> {
        self.values.iter().copied().reduce(|best, one| if one.1 > best.1 { one } else { best })
    }

    /// How often values came that fit.
    pub(crate) fn of(&self, fits: impl Fn(T) -> bool) -> u64 {
        let values = self.values.iter().filter(|(value, _)| fits(*value));
        values.map(|(_, times)| u64::from(*times)).sum()
    }
}

/// What one address answered since it was last quiet.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    pub(crate) first: Micros,
    pub(crate) last: Micros,
    pub(crate) accesses: u64,
    pub(crate) packets: u64,
    pub(crate) protocol: u8,
    /// Packets by [`How`].
    pub(crate) how: [u64; 3],
    /// Watched addresses.
    pub(crate) forged: Spread<u128>,
    /// Ports that were forged.
    pub(crate) clients: Spread<u16>,
    /// Ports that were attacked.
    pub(crate) services: Spread<u16>,
    pub(crate) points: Vec<PointId>,
    /// When it was found.
    pub(crate) detected: Option<Micros>,
}

/// Points of one victim that are named.
const POINTS: usize = 256;

impl Answers {
    pub(crate) fn new(first: Micros) -> Self {
        Answers {
            first,
            last: first,
            accesses: 0,
            packets: 0,
            protocol: 0,
            how: [0; 3],
            forged: Spread { values: Vec::new(), beyond: 0 },
            clients: Spread { values: Vec::new(), beyond: 0 },
            services: Spread { values: Vec::new(), beyond: 0 },
            points: Vec::new(),
            detected: None,
        }
    }

    pub(crate) fn add(&mut self, answer: &Answer, sighting: &Sighting) {
        self.first = self.first.min(sighting.time);
        self.last = self.last.max(sighting.last_seen());
        self.accesses += 1;
        self.packets = self.packets.saturating_add(sighting.packets);
        self.protocol = answer.protocol;
        let how = match answer.how {
            How::SynAck => 0,
            How::Rst => 1,
            How::Icmp => 2,
        };
        if let Some(packets) = self.how.get_mut(how) {
            *packets = packets.saturating_add(sighting.packets);
        }
        if let Some(forged) = answer.forged {
            self.forged.add(number(forged));
        }
        if let Some(client) = answer.client {
            self.clients.add(client);
        }
        if let Some(service) = answer.service {
            self.services.add(service);
        }
        if self.points.len() < POINTS && !self.points.contains(&sighting.point) {
            self.points.push(sighting.point);
        }
    }

    /// The port that was attacked: that of half the answers at least.
    pub(crate) fn service(&self) -> Option<u16> {
        let (port, times) = self.services.most()?;
        (u64::from(times) * 2 >= self.services.total()).then_some(port)
    }
}
