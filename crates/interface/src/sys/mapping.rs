//! The memory of a receive ring, which the kernel writes and we read.
//!
//! It is a row of blocks. The first word of a block's header but two, its status, says whose the
//! block is: the kernel sets [`USER`] with release order when it hands a block over, and from then
//! on touches no byte of it until we have stored [`KERNEL`] (Linux, `af_packet.c`:
//! `prb_close_block`, `prb_open_block`).
//!
//! That is what makes it sound to lend a block as a slice: it is lent only while the status says
//! that it is ours, and only [`Mapping::release`], which nobody can call while a slice is lent,
//! gives it back.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where the status is, in bytes from the beginning of a block (`tpacket_block_desc`).
const STATUS: usize = 8;
/// The block is the kernel's.
const KERNEL: u32 = 0;
/// The bit that says that the block is ours.
const USER: u32 = 1;

/// A mapped ring.
pub(crate) struct Mapping {
    base: NonNull<u8>,
    block: usize,
    blocks: usize,
}

// SAFETY: the memory belongs to the mapping alone on our side, and is not bound to a thread.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps the ring of a packet socket, which has `blocks` blocks of `block` bytes: as many as
    /// were asked for, or the kernel refuses.
    pub(crate) fn new(socket: BorrowedFd<'_>, block: u32, blocks: u32) -> io::Result<Mapping> {
        let (block, blocks) = (block as usize, blocks as usize);
        // A status must lie in its block, and be aligned as the kernel's integer is.
        if block < 4096 || !block.is_power_of_two() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let length = block.checked_mul(blocks).ok_or(io::ErrorKind::InvalidInput)?;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let descriptor = socket.as_raw_fd();
        // SAFETY: a new mapping at an address of the kernel's choice touches no memory of ours.
        let base = unsafe {
            libc::mmap(std::ptr::null_mut(), length, access, libc::MAP_SHARED, descriptor, 0)
        };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(Mapping { base, block, blocks })
    }

    /// The bytes of a block, while it is ours; none while it is the kernel's, or where there is no
    /// such block.
    #[inline]
    pub(crate) fn block(&mut self, at: usize) -> Option<&mut [u8]> {
        if self.status(at)?.load(Ordering::Acquire) & USER == 0 {
            return None;
        }
        let start = self.start(at)?;
        // SAFETY: `start` is the first of `self.block` mapped bytes, which are ours until `release`
        // (see above); `&mut self` is borrowed for as long as the slice lives.
        Some(unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), self.block) })
    }

    /// Whether a block is ours.
    #[inline]
    pub(crate) fn is_ours(&self, at: usize) -> bool {
        self.status(at).is_some_and(|status| status.load(Ordering::Acquire) & USER != 0)
    }

    /// Gives a block back to the kernel, if it is ours.
    pub(crate) fn release(&mut self, at: usize) {
        if self.is_ours(at)
            && let Some(status) = self.status(at)
        {
            status.store(KERNEL, Ordering::Release);
        }
    }

    #[inline]
    fn start(&self, at: usize) -> Option<NonNull<u8>> {
        let offset = at.checked_mul(self.block).filter(|_| at < self.blocks)?;
        // SAFETY: `at` is below the number of blocks: the offset lies in the mapping.
        Some(unsafe { self.base.add(offset) })
    }

    #[inline]
    fn status(&self, at: usize) -> Option<&AtomicU32> {
        let start = self.start(at)?.as_ptr();
        // SAFETY: a block has 4096 bytes at least.
        let status = unsafe { start.add(STATUS) };
        // SAFETY: it is mapped for as long as `self` lives, and aligned to 4 as the mapping is to a
        // page and the block's size is a power of two. Both sides read and write it as one word;
        // where a slice of the block is lent, `self` is mutably borrowed and this cannot be called.
        Some(unsafe { AtomicU32::from_ptr(status.cast()) })
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        let length = self.block.saturating_mul(self.blocks);
        // SAFETY: it was mapped with this length, and no slice of it can outlive `self`.
        let _ = unsafe { libc::munmap(self.base.as_ptr().cast(), length) };
    }
}
