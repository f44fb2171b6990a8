//! What is seen of a disk, what of it is durable, and what may be.

use std::collections::BTreeMap;
use std::io;

#[derive(Debug)]
pub(super) struct State {
    pub(super) random: u64,
    pub(super) inodes: Vec<Inode>,
    pub(super) names: Names,
    pub(super) durable_names: Names,
    pub(super) name_changes: Vec<NameChange>,
    pub(super) capacity: u64,
    /// The next so many calls that change something succeed, then one fails, or all do.
    pub(super) fault: Option<(u32, io::ErrorKind)>,
    pub(super) dies: bool,
    /// A file that cannot be read.
    pub(super) unreadable: Option<usize>,
}

pub(super) type Names = BTreeMap<String, usize>;

#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    /// What reading gives.
    pub(super) seen: Vec<u8>,
    /// What is there after a crash, whatever happens.
    pub(super) durable: Vec<u8>,
    /// What may or may not be there, in order.
    pub(super) pending: Vec<Change>,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Clone, Debug)]
pub(super) struct NameChange(pub(super) String, pub(super) Option<usize>);

impl NameChange {
    pub(super) fn apply(&self, names: &mut Names) {
        match self.1 {
            Some(inode) => names.insert(self.0.clone(), inode),
            None => names.remove(&self.0),
        };
    }
}

impl Change {
    pub(super) fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(offset, new) => {
                let offset = usize::try_from(*offset).unwrap();
                bytes.resize(bytes.len().max(offset + new.len()), 0);
                bytes[offset..offset + new.len()].copy_from_slice(new);
            }
            Change::Truncate(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        }
    }

    /// What a crash may leave of it.
    pub(super) fn apply_torn(&self, bytes: &mut Vec<u8>, random: &mut dyn FnMut(u64) -> u64) {
        match (self, random(4)) {
            (_, 0) => {}
            (Change::Write(offset, new), 1) => {
                let kept = usize::try_from(random(new.len() as u64 + 1)).unwrap();
                Change::Write(*offset, new[..kept].to_vec()).apply(bytes);
            }
            // The length came to the disk, the bytes did not.
            (Change::Write(offset, new), 2) => {
                let end = usize::try_from(*offset).unwrap() + new.len();
                bytes.resize(bytes.len().max(end), 0);
            }
            _ => self.apply(bytes),
        }
    }
}

impl State {
    /// SplitMix64 (Steele, Lea, Flood, 2014).
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub(super) fn size(&self) -> u64 {
        self.names.values().map(|inode| self.inodes[*inode].seen.len() as u64).sum()
    }

    /// Whether this call fails.
    pub(super) fn failing(&mut self) -> Option<io::Error> {
        match self.fault.take()? {
            (0, kind) => {
                self.fault = self.dies.then_some((0, kind));
                Some(kind.into())
            }
            (left, kind) => {
                self.fault = Some((left - 1, kind));
                None
            }
        }
    }

    pub(super) fn change(&mut self, inode: usize, change: Change) {
        change.apply(&mut self.inodes[inode].seen);
        self.inodes[inode].pending.push(change);
    }
}
