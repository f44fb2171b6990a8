//! A clock that is set, for tests: to step the machine's own would step everybody's on it.
//!
//! Frames bear the kernel's clock, and everything else asks [`crate::source::now`]: both are moved by as
//! much, at the same moment, as a step of the machine's clock would do.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use capture::file::Frame;
use interface::InterfaceError;
use observation::Micros;

use crate::source::{News, Source};

/// How far this process's clock is set ahead of the machine's, µs.
static SKEW: AtomicI64 = AtomicI64::new(0);

pub(crate) fn skew() -> Micros {
    SKEW.load(Relaxed)
}

/// A source whose clock, and that of the whole process, is ahead of the machine's by as many microseconds as
/// a file says, whenever it says another number.
#[derive(Debug)]
pub struct Skewed<S> {
    source: S,
    file: PathBuf,
}

impl<S: Source> Skewed<S> {
    /// From now on by this file's clock.
    pub fn new(source: S, file: PathBuf) -> Self {
        let skewed = Skewed { source, file };
        skewed.look();
        skewed
    }

    /// Whoever writes the file replaces it whole; what is no number is no step.
    fn look(&self) {
        let said = std::fs::read_to_string(&self.file).ok();
        if let Some(skew) = said.and_then(|said| said.trim().parse().ok()) {
            SKEW.store(skew, Relaxed);
        }
    }
}

impl<S: Source> Source for Skewed<S> {
    fn wait(&mut self, timeout: Duration) -> Result<(), InterfaceError> {
        let waited = self.source.wait(timeout);
        self.look();
        waited
    }

    fn next_frame(&mut self) -> Option<Frame<'_>> {
        let frame = self.source.next_frame()?;
        Some(Frame { time: frame.time.map(|time| time.saturating_add(skew())), ..frame })
    }

    fn news(&mut self) -> News {
        self.source.news()
    }

    fn is_up(&self) -> bool {
        self.source.is_up()
    }

    fn addresses(&self) -> BTreeSet<IpAddr> {
        self.source.addresses()
    }

    fn lost(&mut self) -> Result<u64, InterfaceError> {
        self.source.lost()
    }

    fn now(&self) -> Micros {
        // The machine's clock and the skew.
        self.source.now()
    }
}
