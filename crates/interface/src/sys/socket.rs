//! Sockets: what the standard library has no call for.

use std::ffi::c_int;
use std::io;
use std::mem::size_of;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use libc::{sock_filter, sockaddr_ll, sockaddr_nl, socklen_t};

/// Values that an option of a socket may have: any bytes are a valid value, and there are no gaps.
///
/// # Safety
/// Only for types of which that is true.
pub(crate) unsafe trait Plain: Copy {}

// SAFETY: an integer.
unsafe impl Plain for c_int {}
// SAFETY: seven integers of 32 bits.
unsafe impl Plain for libc::tpacket_req3 {}
// SAFETY: three integers of 32 bits.
unsafe impl Plain for libc::tpacket_stats_v3 {}
// SAFETY: an integer of 32 bits, two of 16, eight bytes.
unsafe impl Plain for libc::packet_mreq {}

/// A raw packet socket that receives nothing before it is bound. Needs `CAP_NET_RAW`.
pub(crate) fn packet() -> io::Result<OwnedFd> {
    open(libc::AF_PACKET, 0)
}

/// A socket that talks with the kernel about links and addresses.
pub(crate) fn netlink() -> io::Result<OwnedFd> {
    open(libc::AF_NETLINK, libc::NETLINK_ROUTE)
}

fn open(family: c_int, protocol: c_int) -> io::Result<OwnedFd> {
    let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
    // SAFETY: takes integers only.
    let fd = check(unsafe { libc::socket(family, kind, protocol) })?;
    // SAFETY: the call succeeded, and nobody else knows of the descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Binds a packet socket to an interface; it receives every protocol from now on.
pub(crate) fn bind_packet(socket: BorrowedFd<'_>, index: c_int) -> io::Result<()> {
    let address = sockaddr_ll {
        sll_family: libc::AF_PACKET as u16,
        sll_protocol: (libc::ETH_P_ALL as u16).to_be(),
        sll_ifindex: index,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let length = size_of::<sockaddr_ll>() as socklen_t;
    // SAFETY: the address and its length are those of one live value.
    check(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) })?;
    Ok(())
}

/// Subscribes a netlink socket to groups of news (RTMGRP_).
pub(crate) fn bind_netlink(socket: BorrowedFd<'_>, groups: u32) -> io::Result<()> {
    let mut address = netlink_address();
    address.nl_groups = groups;
    let length = size_of::<sockaddr_nl>() as socklen_t;
    // SAFETY: the address and its length are those of one live value.
    check(unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) })?;
    Ok(())
}

fn netlink_address() -> sockaddr_nl {
    // SAFETY: a struct of integers; zero is a value of each.
    let mut address: sockaddr_nl = unsafe { std::mem::zeroed() };
    address.nl_family = libc::AF_NETLINK as u16;
    address
}

/// Takes one datagram from a netlink socket without waiting: its whole length, which may be more
/// than there is room for, and the port that sent it, 0 being the kernel.
pub(crate) fn receive(socket: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<(usize, u32)> {
    let mut from = netlink_address();
    let mut length = size_of::<sockaddr_nl>() as socklen_t;
    let flags = libc::MSG_TRUNC | libc::MSG_DONTWAIT;
    // SAFETY: the kernel writes at most `room.len()` bytes into `room` and `length` into `from`;
    // both are live and ours.
    let read = unsafe {
        libc::recvfrom(
            socket.as_raw_fd(),
            room.as_mut_ptr().cast(),
            room.len(),
            flags,
            (&raw mut from).cast(),
            &raw mut length,
        )
    };
    let read = usize::try_from(read).map_err(|_| io::Error::last_os_error())?;
    Ok((read, from.nl_pid))
}

/// Sets an option.
pub(crate) fn set_option<T: Plain>(
    socket: BorrowedFd<'_>,
    (level, name): (c_int, c_int),
    value: &T,
) -> io::Result<()> {
    let (value, length) = ((&raw const *value).cast(), size_of::<T>() as socklen_t);
    // SAFETY: the kernel reads at most `length` bytes of a live value that has them, none of which
    // is padding (`Plain`).
    check(unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, value, length) })?;
    Ok(())
}

/// Reads an option into `value`, of which the kernel may set only the beginning.
pub(crate) fn option<T: Plain>(
    socket: BorrowedFd<'_>,
    (level, name): (c_int, c_int),
    mut value: T,
) -> io::Result<T> {
    let mut length = size_of::<T>() as socklen_t;
    let room = (&raw mut value).cast();
    // SAFETY: the kernel writes at most `length` bytes into a live value of which any bytes are
    // valid (`Plain`).
    check(unsafe { libc::getsockopt(socket.as_raw_fd(), level, name, room, &raw mut length) })?;
    Ok(value)
}

/// Attaches a classic BPF program in the place of the one before.
pub(crate) fn attach(socket: BorrowedFd<'_>, program: &[sock_filter]) -> io::Result<()> {
    let length = u16::try_from(program.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    // The kernel only reads it, whatever the type says.
    let program = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    let size = size_of::<libc::sock_fprog>() as socklen_t;
    let name = libc::SO_ATTACH_FILTER;
    let value = (&raw const program).cast();
    // SAFETY: the value and the program that it points to are live for the call, their lengths are
    // given, and the kernel checks and copies the program.
    check(unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, name, value, size) })?;
    Ok(())
}

/// Waits until something happens to one of the descriptors or the time, in ms, is over. A signal
/// ends it early.
pub(crate) fn poll(waiting: &mut [(BorrowedFd<'_>, bool)], timeout: c_int) -> io::Result<()> {
    let entry = |(socket, _): &(BorrowedFd<'_>, bool)| libc::pollfd {
        fd: socket.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let mut entries: Vec<libc::pollfd> = waiting.iter().map(entry).collect();
    let count = entries.len() as libc::nfds_t;
    // SAFETY: the kernel reads and writes `count` entries, which are live and ours.
    let polled = check(unsafe { libc::poll(entries.as_mut_ptr(), count, timeout) });
    match polled {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
        _ => {}
    }
    for ((_, happened), entry) in waiting.iter_mut().zip(&entries) {
        *happened = entry.revents != 0;
    }
    Ok(())
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}
