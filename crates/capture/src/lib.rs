//! Packets in, accesses out.
//!
//! [`file`] reads packets from capture files. [`fold`] folds packets into accesses, exactly as the
//! plan's "How exactly we count" says, in bounded memory.

pub mod file;
pub mod fold;
