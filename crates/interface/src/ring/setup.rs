//! Setting a ring's socket up.
//!
//! In this order, so that no frame passes unfiltered and none of another interface comes in: a socket
//! of protocol 0 receives nothing; version, head room, filter and ring are set on it; whoever calls
//! this binds it to the interface last.

use std::ffi::c_int;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use dissect::LinkType;

use crate::block::TAG;
use crate::error::InterfaceError;
use crate::filter::{self, Purpose};
use crate::hardware::{self, ARPHRD_LOOPBACK};
use crate::settings::{BLOCK, RETIRE, Reach, Settings};
use crate::sys;

const VERSION: (c_int, c_int) = (libc::SOL_PACKET, libc::PACKET_VERSION);
const TPACKET_V3: c_int = 2;
const RESERVE: (c_int, c_int) = (libc::SOL_PACKET, libc::PACKET_RESERVE);
const RX_RING: (c_int, c_int) = (libc::SOL_PACKET, libc::PACKET_RX_RING);
/// Asks the kernel to take a frame's time when it receives it, once for all who watch, and not only
/// when it puts it into a ring.
const TIMESTAMPS: (c_int, c_int) = (libc::SOL_SOCKET, libc::SO_TIMESTAMPNS);

/// The kernel wants the size of a frame and checks it, but puts frames into blocks as they fit.
const FRAME: u32 = 2048;

/// A socket with a filter and a ring, bound to nothing; and how its frames are to be read.
pub(super) fn socket(
    name: &str,
    hardware: u16,
    settings: &Settings,
) -> Result<(OwnedFd, LinkType), InterfaceError> {
    let socket = sys::packet().map_err(|error| match error.raw_os_error() {
        Some(libc::EPERM) => InterfaceError::NotAllowed { name: name.to_owned() },
        _ => InterfaceError::kernel(name, "open a packet socket")(error),
    })?;
    let fd = socket.as_fd();
    // Version and head room come before the ring, which is laid out by them.
    sys::set_option(fd, VERSION, &TPACKET_V3)
        .and_then(|()| sys::set_option(fd, RESERVE, &(TAG as c_int)))
        .and_then(|()| sys::set_option(fd, TIMESTAMPS, &1))
        .map_err(InterfaceError::kernel(name, "set up a packet socket"))?;
    let link = attach(name, fd, hardware, settings)?;
    sys::set_option(fd, RX_RING, &request(settings.ring.blocks()))
        .map_err(InterfaceError::kernel(name, "make a ring"))?;
    Ok((socket, link))
}

/// Attaches the filter for an interface of this hardware type, and says its link type.
pub(super) fn attach(
    name: &str,
    socket: BorrowedFd<'_>,
    hardware: u16,
    settings: &Settings,
) -> Result<LinkType, InterfaceError> {
    let link = hardware::link_type(hardware)
        .ok_or_else(|| InterfaceError::Hardware { name: name.to_owned(), hardware })?;
    let Settings { snap, reach, .. } = settings;
    let purpose = Purpose { link, loopback: hardware == ARPHRD_LOOPBACK, snap: *snap, reach };
    let nets = if let Reach::Only(nets) = reach { nets.len() } else { 0 };
    let program = filter::program(purpose).ok_or(InterfaceError::Filter(nets))?;
    sys::attach(socket, &program).map_err(InterfaceError::kernel(name, "attach a filter"))?;
    Ok(link)
}

fn request(blocks: u32) -> libc::tpacket_req3 {
    libc::tpacket_req3 {
        tp_block_size: BLOCK,
        tp_block_nr: blocks,
        tp_frame_size: FRAME,
        tp_frame_nr: (BLOCK / FRAME).saturating_mul(blocks),
        tp_retire_blk_tov: RETIRE,
        tp_sizeof_priv: 0,
        tp_feature_req_word: 0,
    }
}
