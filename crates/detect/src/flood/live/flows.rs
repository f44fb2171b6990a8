//! What passed between two ends in about a second.

use std::net::IpAddr;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use observation::{Kind, Micros, Quoted, tcp_flag};

use super::Glimpse;

/// Flows at a time, about 2 MB.
pub(super) const CAPACITY: usize = super::BUCKETS;

/// The two ends, as the stranger's packets name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) protocol: u8,
    pub(super) ports: Option<(u16, u16)>,
}

impl Key {
    pub(super) fn of(glimpse: &Glimpse) -> Self {
        let Glimpse { src, dst, protocol, ports, .. } = *glimpse;
        Key { src, dst, protocol, ports }
    }

    /// The flow that a frame of the host's answers.
    pub(super) fn of_answer(glimpse: &Glimpse) -> Self {
        let Glimpse { src, dst, protocol, ports, .. } = *glimpse;
        Key { src: dst, dst: src, protocol, ports: ports.map(|(src, dst)| (dst, src)) }
    }
}

/// What is known of a flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) first: Micros,
    pub(super) packets: u64,
    pub(super) tcp_flags: u16,
    pub(super) kind: Kind,
    pub(super) quoted: Option<Quoted>,
    pub(super) is_answered: bool,
    pub(super) is_refused: bool,
}

impl Flow {
    /// Whether both ends talk, of what does not say by itself whether it is a beginning.
    pub(super) fn is_conversation(&self) -> bool {
        self.is_answered && matches!(self.kind, Kind::TcpOther | Kind::Udp)
    }
}

/// The flows of the last second.
#[derive(Debug, Default)]
pub(super) struct Flows {
    flows: HashMap<Key, Flow, foldhash::fast::FixedState>,
}

impl Flows {
    /// Takes a frame of a stranger's. Where there is no room for a new flow it comes back.
    pub(super) fn add(&mut self, key: Key, glimpse: &Glimpse) -> Option<(Key, Flow)> {
        let full = self.flows.len() >= CAPACITY;
        match self.flows.entry(key) {
            Entry::Occupied(mut entry) => {
                let flow = entry.get_mut();
                flow.packets += 1;
                flow.tcp_flags |= glimpse.tcp_flags;
                None
            }
            Entry::Vacant(_) if full => Some((key, Flow::begin(glimpse))),
            Entry::Vacant(entry) => {
                entry.insert(Flow::begin(glimpse));
                None
            }
        }
    }

    /// How many flows are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.flows.len()
    }

    /// Takes a frame that the host sent.
    pub(super) fn answer(&mut self, key: &Key, glimpse: &Glimpse) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        if glimpse.tcp_flags & tcp_flag::RST != 0 {
            flow.is_refused = true;
        } else {
            flow.is_answered = true;
        }
    }

    /// Flows that began until then, in the order in which they began.
    pub(super) fn take_until(&mut self, time: Micros) -> Vec<(Key, Flow)> {
        let mut taken: Vec<_> = self.flows.extract_if(|_, flow| flow.first <= time).collect();
        taken.sort_unstable_by_key(|(key, flow)| (flow.first, *key));
        taken
    }
}

impl Flow {
    fn begin(glimpse: &Glimpse) -> Self {
        Flow {
            first: glimpse.time,
            packets: 1,
            tcp_flags: glimpse.tcp_flags,
            kind: glimpse.kind,
            quoted: glimpse.quoted,
            is_answered: false,
            is_refused: false,
        }
    }
}
