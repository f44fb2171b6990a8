//! The system calls that have no safe face, and the memory shared with the kernel.
//!
//! The only unsafe code of the house. Each function is total: whatever it is given, it is sound;
//! what it cannot do is an error of the operating system.

mod capability;
mod mapping;
mod socket;

pub(crate) use capability::{forget_capabilities, forget_net_raw, refuse_new_privileges};
pub(crate) use mapping::Mapping;
pub(crate) use socket::{
    attach, bind_netlink, bind_packet, netlink, option, packet, poll, receive, set_option,
};
