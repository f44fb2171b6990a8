//! A disk that knows which bytes are durable, loses the others, and fails when told to.

use std::cell::{RefCell, RefMut};
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use crate::{Disk, DiskFile};

/// Shared by all who hold it.
#[derive(Clone, Debug)]
pub(super) struct FakeDisk(Rc<RefCell<State>>);

#[derive(Debug)]
pub(super) struct FakeFile {
    disk: FakeDisk,
    inode: usize,
}

#[derive(Debug)]
struct State {
    random: u64,
    inodes: Vec<Inode>,
    names: Names,
    durable_names: Names,
    name_changes: Vec<NameChange>,
    capacity: u64,
    /// The next so many calls that change something succeed, then one fails, or all do.
    fault: Option<(u32, io::ErrorKind)>,
    dies: bool,
    /// A file that cannot be read.
    unreadable: Option<usize>,
}

type Names = BTreeMap<String, usize>;

#[derive(Clone, Debug, Default)]
struct Inode {
    /// What reading gives.
    seen: Vec<u8>,
    /// What is there after a crash, whatever happens.
    durable: Vec<u8>,
    /// What may or may not be there, in order.
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Clone, Debug)]
struct NameChange(String, Option<usize>);

impl NameChange {
    fn apply(&self, names: &mut Names) {
        match self.1 {
            Some(inode) => names.insert(self.0.clone(), inode),
            None => names.remove(&self.0),
        };
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
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
    fn apply_torn(&self, bytes: &mut Vec<u8>, random: &mut dyn FnMut(u64) -> u64) {
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
    fn below(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn size(&self) -> u64 {
        self.names.values().map(|inode| self.inodes[*inode].seen.len() as u64).sum()
    }

    /// Whether this call fails.
    fn failing(&mut self) -> Option<io::Error> {
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

    fn change(&mut self, inode: usize, change: Change) {
        change.apply(&mut self.inodes[inode].seen);
        self.inodes[inode].pending.push(change);
    }
}

impl FakeDisk {
    pub(super) fn new(seed: u64) -> Self {
        FakeDisk(Rc::new(RefCell::new(State {
            random: seed,
            inodes: Vec::new(),
            names: Names::new(),
            durable_names: Names::new(),
            name_changes: Vec::new(),
            capacity: 1 << 40,
            fault: None,
            dies: false,
            unreadable: None,
        })))
    }

    fn state(&self) -> RefMut<'_, State> {
        self.0.borrow_mut()
    }

    /// Bytes of all files.
    pub(super) fn size(&self) -> u64 {
        self.state().size()
    }

    /// Leaves so many bytes free.
    pub(super) fn leave(&self, free: u64) {
        let mut state = self.state();
        state.capacity = state.size().saturating_add(free);
    }

    /// After so many calls, one fails.
    pub(super) fn fail(&self, after: u32, kind: io::ErrorKind) {
        self.state().fault = Some((after, kind));
    }

    /// After so many calls, all fail: the power is going.
    pub(super) fn die(&self, after: u32) {
        self.fail(after, io::ErrorKind::Other);
        self.state().dies = true;
    }

    pub(super) fn heal(&self) {
        let mut state = self.state();
        (state.fault, state.dies) = (None, false);
        state.capacity = 1 << 40;
    }

    /// The power goes: of what was not synced, anything may be there or not.
    pub(super) fn crash(&self) {
        let mut state = self.state();
        (state.fault, state.dies) = (None, false);
        for index in 0..state.inodes.len() {
            let mut inode = std::mem::take(&mut state.inodes[index]);
            let mut random = |limit| state.below(limit);
            for change in &inode.pending {
                change.apply_torn(&mut inode.durable, &mut random);
            }
            inode.pending.clear();
            inode.seen.clone_from(&inode.durable);
            state.inodes[index] = inode;
        }
        for change in std::mem::take(&mut state.name_changes) {
            if state.below(2) == 0 {
                change.apply(&mut state.durable_names);
            }
        }
        state.names = state.durable_names.clone();
    }

    /// Changes a file behind the journal's back.
    pub(super) fn edit(&self, name: &str, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let inode = state.names[name];
        edit(&mut state.inodes[inode].seen);
        state.inodes[inode].durable = state.inodes[inode].seen.clone();
        state.inodes[inode].pending.clear();
    }

    pub(super) fn unreadable(&self, name: &str) {
        let mut state = self.state();
        state.unreadable = state.names.get(name).copied();
    }

    pub(super) fn contents(&self, name: &str) -> Vec<u8> {
        let state = self.state();
        state.inodes[state.names[name]].seen.clone()
    }
}

impl Disk for FakeDisk {
    type File = FakeFile;

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn open(&self, name: &str) -> io::Result<FakeFile> {
        let inode = self.state().names.get(name).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(FakeFile { disk: self.clone(), inode })
    }

    fn create(&self, name: &str) -> io::Result<FakeFile> {
        let mut state = self.state();
        if let Some(error) = state.failing() {
            return Err(error);
        }
        let known = state.names.get(name).copied();
        let inode = known.unwrap_or(state.inodes.len());
        if known.is_some() {
            state.change(inode, Change::Truncate(0));
        } else {
            state.inodes.push(Inode::default());
            state.names.insert(name.to_owned(), inode);
            state.name_changes.push(NameChange(name.to_owned(), Some(inode)));
        }
        Ok(FakeFile { disk: self.clone(), inode })
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        if let Some(error) = state.failing() {
            return Err(error);
        }
        if state.names.remove(name).is_some() {
            state.name_changes.push(NameChange(name.to_owned(), None));
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        if let Some(error) = state.failing() {
            return Err(error);
        }
        for change in std::mem::take(&mut state.name_changes) {
            change.apply(&mut state.durable_names);
        }
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        let state = self.state();
        Ok(state.capacity.saturating_sub(state.size()))
    }
}

impl DiskFile for FakeFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.state().inodes[self.inode].seen.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        if state.unreadable == Some(self.inode) {
            return Err(io::ErrorKind::Other.into());
        }
        // Short reads are allowed.
        let most = usize::try_from(1 + state.below(200)).unwrap();
        let seen = &state.inodes[self.inode].seen;
        let from = usize::try_from(offset).unwrap().min(seen.len());
        let count = buffer.len().min(seen.len() - from).min(most);
        buffer[..count].copy_from_slice(&seen[from..from + count]);
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        let mut error = state.failing();
        let mut written = bytes.len();
        if error.is_some() {
            written = usize::try_from(state.below(bytes.len() as u64 + 1)).unwrap();
        }
        let length = state.inodes[self.inode].seen.len() as u64;
        let room = state.capacity.saturating_sub(state.size()) + length;
        let room = usize::try_from(room.saturating_sub(offset)).unwrap();
        if written > room {
            (written, error) = (room, Some(io::ErrorKind::StorageFull.into()));
        }
        state.change(self.inode, Change::Write(offset, bytes[..written].to_vec()));
        error.map_or(Ok(()), Err)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        if let Some(error) = state.failing() {
            return Err(error);
        }
        state.change(self.inode, Change::Truncate(length));
        Ok(())
    }

    /// A failed fsync leaves what it did not write clean in memory: it is seen, never written again,
    /// and the next fsync succeeds (Rebello et al.: Can Applications Recover from fsync Failures?,
    /// USENIX ATC 2020).
    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        let error = state.failing();
        let mut inode = std::mem::take(&mut state.inodes[self.inode]);
        for change in std::mem::take(&mut inode.pending) {
            if error.is_some() {
                let mut random = |limit| state.below(limit);
                change.apply_torn(&mut inode.durable, &mut random);
            } else {
                change.apply(&mut inode.durable);
            }
        }
        state.inodes[self.inode] = inode;
        error.map_or(Ok(()), Err)
    }
}
