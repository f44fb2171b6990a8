//! The few numerical methods that the detectors share: tails, medians, false discovery.

mod discovery;
mod spread;
mod tail;

pub(crate) use discovery::{adjusted, passes};
pub(crate) use spread::{median, winsorised_sum};
pub(crate) use tail::{Level, upper_tail};
