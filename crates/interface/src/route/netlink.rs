//! Asking the kernel, and hearing its news.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use super::message::{self, Message};
use super::{Link, MOST_ADDRESSES, State, is_watched};
use crate::error::InterfaceError;
use crate::sys;

/// Room for a datagram: the kernel's answers are no longer than this (`netlink_dump`: 32 KiB), and
/// a single link's message is shorter.
const ROOM: usize = 64 * 1024;
/// How long the kernel may take to answer, ms. It answers at once.
const PATIENCE: i32 = 5_000;
/// The port of the kernel.
const KERNEL: u32 = 0;

const GROUPS: i32 = libc::RTMGRP_LINK | libc::RTMGRP_IPV4_IFADDR | libc::RTMGRP_IPV6_IFADDR;
/// Linux, `if.h`.
const UP: u32 = libc::IFF_UP as u32 | libc::IFF_RUNNING as u32;

/// The interface of a name, where there is one.
pub(crate) fn link(name: &str) -> Result<Option<Link>, InterfaceError> {
    if name.len() >= libc::IFNAMSIZ {
        return Ok(None);
    }
    let mut found = None;
    let answer = |message| {
        if let Message::Link(link) = message {
            found = Some(Link {
                index: link.index,
                hardware: link.hardware,
                up: link.flags & UP == UP,
            });
        }
    };
    let asked = ask(|sequence| message::ask_link(sequence, name), answer);
    match asked {
        Ok(()) => Ok(found),
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(None),
        Err(error) => Err(InterfaceError::kernel(name, "describe an interface")(error)),
    }
}

/// The interfaces of these names as they are now.
pub(crate) fn state(names: &[String]) -> Result<Vec<State>, InterfaceError> {
    let mut states = Vec::with_capacity(names.len());
    for name in names {
        states.push(State { link: link(name)?, ..State::default() });
    }
    let answer = |message| {
        let Message::Address(found) = message else { return };
        let of = |state: &&mut State| state.link.is_some_and(|link| link.index == found.index);
        if let Some(state) = states.iter_mut().find(of)
            && state.addresses.len() <= MOST_ADDRESSES
            && is_watched(found.scope, found.flags, found.address)
        {
            state.addresses.insert(found.address);
        }
    };
    ask(message::ask_addresses, answer)
        .map_err(InterfaceError::kernel("all interfaces", "tell addresses"))?;
    let crowded = |(state, _): &(&State, &String)| state.addresses.len() > MOST_ADDRESSES;
    match states.iter().zip(names).find(crowded) {
        Some((_, name)) => Err(InterfaceError::Addresses { name: name.clone() }),
        None => Ok(states),
    }
}

/// Asks one thing, and shows every message of the answer.
fn ask(question: impl FnOnce(u32) -> Vec<u8>, mut each: impl FnMut(Message)) -> io::Result<()> {
    /// A socket asks one thing only.
    const SEQUENCE: u32 = 1;
    let mut socket = File::from(sys::netlink()?);
    socket.write_all(&question(SEQUENCE))?;
    let mut room = vec![0; ROOM];
    loop {
        wait(socket.as_fd())?;
        let datagram = receive(socket.as_fd(), &mut room)?.unwrap_or_default();
        for (sequence, message) in message::messages(datagram) {
            match message {
                _ if sequence != SEQUENCE => {}
                Message::Done => return Ok(()),
                Message::Refused(number) => return Err(io::Error::from_raw_os_error(number)),
                // A single link is told without an end.
                Message::Link(_) => {
                    each(message);
                    return Ok(());
                }
                _ => each(message),
            }
        }
    }
}

/// Waits for an answer; a signal does not end it.
fn wait(socket: BorrowedFd<'_>) -> io::Result<()> {
    let began = Instant::now();
    loop {
        let mut waiting = [(socket, false)];
        sys::poll(&mut waiting, PATIENCE)?;
        if waiting.iter().any(|(_, happened)| *happened) {
            return Ok(());
        }
        if began.elapsed() >= Duration::from_millis(PATIENCE.unsigned_abs().into()) {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

/// The next datagram, whole, of the kernel; none where it was somebody else's.
fn receive<'a>(socket: BorrowedFd<'_>, room: &'a mut [u8]) -> io::Result<Option<&'a [u8]>> {
    let (length, from) = sys::receive(socket, room)?;
    let datagram = room.get(..length).ok_or(io::ErrorKind::FileTooLarge)?;
    Ok((from == KERNEL).then_some(datagram))
}

/// The kernel's news of links and addresses.
pub(crate) struct News {
    socket: OwnedFd,
    room: Vec<u8>,
}

impl News {
    pub(crate) fn subscribe() -> Result<News, InterfaceError> {
        let socket = sys::netlink().and_then(|socket| {
            sys::bind_netlink(socket.as_fd(), GROUPS as u32)?;
            Ok(socket)
        });
        let socket = socket.map_err(InterfaceError::kernel("all interfaces", "tell news"))?;
        Ok(News { socket, room: vec![0; ROOM] })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Takes all news that wait; whether any may concern the interfaces of these names. Where news
    /// were lost, they may.
    pub(crate) fn concern(&mut self, names: &[String], states: &[State]) -> bool {
        let mut concerned = false;
        loop {
            match receive(self.socket.as_fd(), &mut self.room) {
                Ok(None) => {}
                Ok(Some(datagram)) => {
                    let mut messages = message::messages(datagram);
                    concerned |= messages.any(|(_, message)| concerns(&message, names, states));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return concerned,
                // More came than the socket holds. What is left of it is read all the same.
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => concerned = true,
                Err(_) => return true,
            }
        }
    }
}

fn concerns(message: &Message, names: &[String], states: &[State]) -> bool {
    let watched = |index| states.iter().any(|state| state.link.is_some_and(|l| l.index == index));
    match message {
        Message::Link(link) => {
            watched(link.index) || names.iter().any(|name| name.as_bytes() == link.name)
        }
        Message::Address(address) => watched(address.index),
        Message::Done | Message::Refused(_) | Message::Other => false,
    }
}
