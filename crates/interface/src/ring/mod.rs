//! One interface's ring.

mod setup;

use std::ffi::c_int;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use capture::file::Frame;
use dissect::LinkType;
use observation::Micros;

use crate::block::{self, Arrival, Located};
use crate::error::InterfaceError;
use crate::filter;
use crate::route::{self, Link};
use crate::settings::{BLOCK, Settings};
use crate::sys::{self, Mapping};

const STATISTICS: (c_int, c_int) = (libc::SOL_PACKET, libc::PACKET_STATISTICS);
const MEMBERSHIP: (c_int, c_int) = (libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP);
const ERROR: (c_int, c_int) = (libc::SOL_SOCKET, libc::SO_ERROR);

/// What was lost on the way, since the ring was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Frames that passed the filter, the dropped ones among them, whether lent already or not.
    pub passed: u64,
    /// Frames that the kernel dropped because the ring was full.
    pub dropped: u64,
    /// How often the ring was full.
    pub full: u64,
    /// Frames that the kernel handed over in a form that cannot be: none have been seen.
    pub unread: u64,
}

/// The frames of one interface.
pub struct Ring {
    name: String,
    place: usize,
    socket: OwnedFd,
    mapping: Mapping,
    settings: Settings,
    link: LinkType,
    blocks: usize,
    cursor: Cursor,
    losses: Losses,
}

/// Where we are in the ring.
#[derive(Default)]
struct Cursor {
    /// The block that we read, or wait for.
    block: usize,
    /// Whether it is ours and its header was read.
    entered: bool,
    /// Frames left in it.
    left: u32,
    /// Where the next of them is.
    at: usize,
}

impl Ring {
    /// Opens the ring of the interface of this name, alone; see [`crate::Interfaces`] for several,
    /// and for what becomes of an interface.
    ///
    /// # Errors
    /// [`InterfaceError::NotAllowed`] without `CAP_NET_RAW`, [`InterfaceError::NoInterface`],
    /// [`InterfaceError::Hardware`], [`InterfaceError::Filter`], [`InterfaceError::Kernel`].
    pub fn open(name: &str, settings: &Settings) -> Result<Ring, InterfaceError> {
        let link = route::link(name)?;
        let link = link.ok_or_else(|| InterfaceError::NoInterface { name: name.to_owned() })?;
        Ring::open_link(0, name, link, settings)
    }

    pub(crate) fn open_link(
        place: usize,
        name: &str,
        link: Link,
        settings: &Settings,
    ) -> Result<Ring, InterfaceError> {
        let blocks = settings.ring.blocks();
        let (socket, link_type) = setup::socket(name, link.hardware, settings)?;
        let mapping = Mapping::new(socket.as_fd(), BLOCK, blocks)
            .map_err(InterfaceError::kernel(name, "map a ring"))?;
        let mut ring = Ring {
            name: name.to_owned(),
            place,
            socket,
            mapping,
            settings: settings.clone(),
            link: link_type,
            blocks: blocks as usize,
            cursor: Cursor::default(),
            losses: Losses::default(),
        };
        ring.bind(link)?;
        Ok(ring)
    }

    /// Binds the ring to the interface that has its name now. Needs no privilege.
    pub(crate) fn bind(&mut self, link: Link) -> Result<(), InterfaceError> {
        let fd = self.socket.as_fd();
        self.link = setup::attach(&self.name, fd, link.hardware, &self.settings)?;
        let kernel = |what| InterfaceError::kernel(&self.name, what);
        sys::bind_packet(fd, link.index).map_err(kernel("bind a packet socket"))?;
        if self.settings.promiscuous {
            let request = libc::packet_mreq {
                mr_ifindex: link.index,
                mr_type: libc::PACKET_MR_PROMISC as u16,
                mr_alen: 0,
                mr_address: [0; 8],
            };
            sys::set_option(fd, MEMBERSHIP, &request).map_err(kernel("watch promiscuously"))?;
        }
        Ok(())
    }

    /// Lends nothing more until it is bound anew; false where the kernel refuses.
    pub(crate) fn mute(&mut self) -> bool {
        sys::attach(self.socket.as_fd(), &filter::nothing()).is_ok()
    }

    /// The interface's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next frame; none where nothing waits now. It is lent until the next is asked for.
    #[inline]
    pub fn next_frame(&mut self) -> Option<Arrival<'_>> {
        let found = self.locate()?;
        let bytes = self.mapping.block(self.cursor.block)?.get(found.bytes)?;
        let Located { packet_type, time, wire_length, .. } = found;
        let frame = Frame { time, link: self.link, bytes, wire_length };
        Some(Arrival { interface: self.place, packet_type, frame })
    }

    /// What was lost so far.
    ///
    /// # Errors
    /// [`InterfaceError::Kernel`]: none that we know of.
    pub fn losses(&mut self) -> Result<Losses, InterfaceError> {
        let none = libc::tpacket_stats_v3 { tp_packets: 0, tp_drops: 0, tp_freeze_q_cnt: 0 };
        // The kernel begins anew whenever it is asked.
        let since = sys::option(self.socket.as_fd(), STATISTICS, none)
            .map_err(InterfaceError::kernel(&self.name, "count frames"))?;
        let add = |sum: &mut u64, more: u32| *sum = sum.saturating_add(more.into());
        add(&mut self.losses.passed, since.tp_packets);
        add(&mut self.losses.dropped, since.tp_drops);
        add(&mut self.losses.full, since.tp_freeze_q_cnt);
        Ok(self.losses)
    }

    /// When the next frame was received, where one waits.
    pub(crate) fn head(&mut self) -> Option<Micros> {
        if !self.enter() {
            return None;
        }
        let block = self.mapping.block(self.cursor.block)?;
        Some(block::time(block, self.cursor.at).unwrap_or(Micros::MIN))
    }

    /// Whether half of the ring waits to be read.
    pub(crate) fn is_pressed(&self) -> bool {
        let half = self.blocks / 2;
        let ahead = self.cursor.block.saturating_add(half);
        self.mapping.is_ours(ahead.checked_rem(self.blocks).unwrap_or_default())
    }

    /// Takes the error that the kernel has for the socket; whether there was one. It has one where
    /// the interface went down, also where that was too short to be seen otherwise.
    pub(crate) fn take_error(&mut self) -> bool {
        !matches!(sys::option(self.socket.as_fd(), ERROR, 0), Ok(0))
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    #[inline]
    fn locate(&mut self) -> Option<Located> {
        while self.enter() {
            let block = self.mapping.block(self.cursor.block)?;
            let found = block::locate(block, self.cursor.at, self.link, self.settings.snap);
            self.cursor.step(block);
            if found.is_some() {
                return found;
            }
            self.losses.unread = self.losses.unread.saturating_add(1);
        }
        None
    }

    /// Goes to the next frame, giving the blocks back that were read; false where none waits.
    #[inline]
    fn enter(&mut self) -> bool {
        while self.cursor.left == 0 {
            if self.cursor.entered {
                self.mapping.release(self.cursor.block);
                self.cursor.leave(self.blocks);
            }
            let Some(block) = self.mapping.block(self.cursor.block) else { return false };
            self.cursor.enter(block);
        }
        true
    }
}

impl Cursor {
    fn enter(&mut self, block: &[u8]) {
        (self.left, self.at) = block::header(block).unwrap_or_default();
        self.entered = true;
    }

    #[inline]
    fn step(&mut self, block: &[u8]) {
        self.left = self.left.saturating_sub(1);
        self.at = block::next(block, self.at).unwrap_or(usize::MAX);
    }

    fn leave(&mut self, blocks: usize) {
        let next = self.block.saturating_add(1);
        *self = Cursor { block: next.checked_rem(blocks).unwrap_or_default(), ..Cursor::default() };
    }
}
