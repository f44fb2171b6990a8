//! After opening, nothing of what opening needed is kept.

use std::{fs, io};

use crate::sys;

/// Why privileges may not be given up.
#[derive(Debug, thiserror::Error)]
pub enum StillHeld {
    /// Another thread still has them: it was started before.
    #[error(
        "thread {thread} still holds capabilities {held:#x}: they must be dropped before other \
         threads are started"
    )]
    Thread {
        /// The thread's number.
        thread: String,
        /// Its permitted capabilities, a bit for each.
        held: u64,
    },
    /// The kernel refused.
    #[error("the kernel refused to drop capabilities: {0}")]
    Kernel(#[from] io::Error),
}

/// Drops every capability of the calling thread and of those that it will start, and sees to it
/// that none can come back by running another program (`no_new_privs`).
///
/// Capabilities belong to a thread, not to a process: call this after opening and before other
/// threads are started.
///
/// # Errors
/// [`StillHeld::Thread`] where another thread of the process still holds any; the calling one has
/// lost its own nevertheless.
pub fn drop_capabilities() -> Result<(), StillHeld> {
    sys::refuse_new_privileges()?;
    sys::forget_capabilities()?;
    for thread in fs::read_dir("/proc/self/task")? {
        let thread = thread?;
        // A thread that ended meanwhile holds nothing.
        let Ok(status) = fs::read_to_string(thread.path().join("status")) else { continue };
        let held = permitted(&status);
        if held != 0 {
            let thread = thread.file_name().to_string_lossy().into_owned();
            return Err(StillHeld::Thread { thread, held });
        }
    }
    Ok(())
}

/// Drops `CAP_NET_RAW` of the calling thread and of those that it will start, and leaves it all others:
/// for a program that watches in a process of its own, begun before.
///
/// # Errors
/// The kernel refused.
pub fn drop_net_raw() -> io::Result<()> {
    sys::forget_net_raw()
}

/// The permitted capabilities that a thread's status tells; all where it does not.
fn permitted(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("CapPrm:"));
    line.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(u64::MAX)
}
