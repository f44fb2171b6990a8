//! What can go wrong.

use std::io;

use crate::interfaces::MOST_INTERFACES;
use crate::route::MOST_ADDRESSES;

/// Why interfaces cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum InterfaceError {
    /// The operator has not allowed it.
    #[error(
        "watching {name} needs the capability CAP_NET_RAW: run as root, in a systemd unit with \
         AmbientCapabilities=CAP_NET_RAW, or after setcap cap_net_raw+ep on the program"
    )]
    NotAllowed {
        /// The interface.
        name: String,
    },
    /// There is none of that name.
    #[error("there is no network interface {name}: `ip link` lists those of this host")]
    NoInterface {
        /// The name that was asked for.
        name: String,
    },
    /// Its frames are of a kind that we do not read.
    #[error(
        "frames of {name} are not read: its hardware type {hardware} (ARPHRD_) is none of Ethernet, \
         loopback, and those whose frames are IP packets"
    )]
    Hardware {
        /// The interface.
        name: String,
        /// Its number in Linux' `if_arp.h`.
        hardware: u16,
    },
    /// None or too many were named.
    #[error("{0} interfaces are named: name 1 to {MOST_INTERFACES}")]
    Count(usize),
    /// One was named twice.
    #[error("the interface {0} is named twice")]
    Twice(String),
    /// No kernel filter can be made of so many networks.
    #[error("{0} networks are too many for the kernel's filter: name fewer, or take all frames")]
    Filter(usize),
    /// More addresses than any point has.
    #[error("{name} has more than {MOST_ADDRESSES} addresses: name the watched ones instead")]
    Addresses {
        /// The interface.
        name: String,
    },
    /// The kernel refused something else.
    #[error("the kernel refused to {what} for {name}: {source}")]
    Kernel {
        /// The interface, or what it concerns.
        name: String,
        /// What was asked of it.
        what: &'static str,
        /// Its answer.
        source: io::Error,
    },
}

impl InterfaceError {
    /// Makes an error of the kernel's answer.
    pub(crate) fn kernel<'a>(
        name: &'a str,
        what: &'static str,
    ) -> impl FnOnce(io::Error) -> InterfaceError + 'a {
        move |source| InterfaceError::Kernel { name: name.to_owned(), what, source }
    }
}
