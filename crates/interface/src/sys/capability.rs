//! Giving privileges up.

use std::ffi::c_long;
use std::io;

/// Version 3 of the call's structures (`linux/capability.h`).
const VERSION: u32 = 0x2008_0522;

/// `__user_cap_header_struct`; the thread 0 is the caller.
#[repr(C)]
struct Header {
    version: u32,
    thread: i32,
}

/// Two of `__user_cap_data_struct`: effective, permitted and inheritable sets of 32 capabilities
/// each.
#[repr(C)]
struct Sets([[u32; 3]; 2]);

/// Empties every set of capabilities of the calling thread, the ambient one with them.
pub(crate) fn forget_capabilities() -> io::Result<()> {
    let header = Header { version: VERSION, thread: 0 };
    let sets = Sets([[0; 3]; 2]);
    // SAFETY: the kernel reads a header and two sets, which are live.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, &raw const sets) };
    check(result)
}

/// `CAP_NET_RAW` (`linux/capability.h`).
const NET_RAW: u32 = 13;

/// Takes `CAP_NET_RAW` out of every set of the calling thread; the others stay as they are.
pub(crate) fn forget_net_raw() -> io::Result<()> {
    let header = Header { version: VERSION, thread: 0 };
    let mut sets = Sets([[0; 3]; 2]);
    // SAFETY: the kernel reads a header and writes two sets, which are live and nobody else's.
    let result = unsafe { libc::syscall(libc::SYS_capget, &raw const header, &raw mut sets) };
    check(result)?;
    let Sets([low, _]) = &mut sets;
    for set in low {
        *set &= !(1 << NET_RAW);
    }
    // SAFETY: the kernel reads a header and two sets, which are live.
    let result = unsafe { libc::syscall(libc::SYS_capset, &raw const header, &raw const sets) };
    // What is not permitted is not ambient either (capabilities(7)).
    check(result)
}

/// Sees to it that no program that this thread starts has more privileges than it.
pub(crate) fn refuse_new_privileges() -> io::Result<()> {
    const ON: libc::c_ulong = 1;
    const UNUSED: libc::c_ulong = 0;
    // SAFETY: takes integers only.
    let result = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, ON, UNUSED, UNUSED, UNUSED) };
    check(result.into())
}

fn check(result: c_long) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
