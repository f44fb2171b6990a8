//! A disk that knows which bytes are durable, loses the others, and fails when told to.

mod state;

use std::cell::{RefCell, RefMut};
use std::io;
use std::rc::Rc;

use crate::{Disk, DiskFile};

use state::{Change, Inode, NameChange, Names, State};

/// Shared by all who hold it.
#[derive(Clone, Debug)]
pub(in crate::tests) struct FakeDisk(Rc<RefCell<State>>);

#[derive(Debug)]
pub(in crate::tests) struct FakeFile {
    disk: FakeDisk,
    inode: usize,
}

impl FakeDisk {
    pub(in crate::tests) fn new(seed: u64) -> Self {
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
    pub(in crate::tests) fn size(&self) -> u64 {
        self.state().size()
    }

    /// Leaves so many bytes free.
    pub(in crate::tests) fn leave(&self, free: u64) {
        let mut state = self.state();
        state.capacity = state.size().saturating_add(free);
    }

    /// After so many calls, one fails.
    pub(in crate::tests) fn fail(&self, after: u32, kind: io::ErrorKind) {
        self.state().fault = Some((after, kind));
    }

    /// After so many calls, all fail: the power is going.
    pub(in crate::tests) fn die(&self, after: u32) {
        self.fail(after, io::ErrorKind::Other);
        self.state().dies = true;
    }

    pub(in crate::tests) fn heal(&self) {
        let mut state = self.state();
        (state.fault, state.dies) = (None, false);
        state.capacity = 1 << 40;
    }

    /// The power goes: of what was not synced, anything may be there or not.
    pub(in crate::tests) fn crash(&self) {
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
    pub(in crate::tests) fn edit(&self, name: &str, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let inode = state.names[name];
        edit(&mut state.inodes[inode].seen);
        state.inodes[inode].durable = state.inodes[inode].seen.clone();
        state.inodes[inode].pending.clear();
    }

    pub(in crate::tests) fn unreadable(&self, name: &str) {
        let mut state = self.state();
        state.unreadable = state.names.get(name).copied();
    }

    pub(in crate::tests) fn contents(&self, name: &str) -> Vec<u8> {
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
