//! Where packets come from: live interfaces, or what stands in for them in tests.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use capture::file::Frame;
use interface::{InterfaceError, Interfaces};
use observation::{Micros, SECOND};

/// How late a frame may be lent after its stamp, µs: what `interface` holds back at most (400 ms), and
/// some more for a busy host.
pub(crate) const LAG: Micros = SECOND;

/// Packets as they come.
///
/// Frames come in the order of their stamps, but for [`LAG`]; when [`Source::next_frame`] gives none,
/// every frame older than that has been lent.
pub trait Source {
    /// Waits until there is something, the time is over, or a signal came.
    ///
    /// # Errors
    /// The kernel cannot be asked.
    fn wait(&mut self, timeout: Duration) -> Result<(), InterfaceError>;

    /// The next frame; none where none can be lent now.
    fn next_frame(&mut self) -> Option<Frame<'_>>;

    /// Whether anything happened to interfaces or their addresses since the last call.
    fn news(&mut self) -> News;

    /// Whether all interfaces carry frames.
    fn is_up(&self) -> bool;

    /// The addresses that all interfaces have.
    fn addresses(&self) -> BTreeSet<IpAddr>;

    /// Packets that were lost so far.
    ///
    /// # Errors
    /// The kernel cannot be asked.
    fn lost(&mut self) -> Result<u64, InterfaceError>;

    /// The clock of the frames' stamps.
    fn now(&self) -> Micros;
}

/// What happened to interfaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// One was down or gone, if only for a moment.
    pub blinked: bool,
    /// Addresses are others.
    pub addresses: bool,
}

impl Source for Interfaces {
    fn wait(&mut self, timeout: Duration) -> Result<(), InterfaceError> {
        Interfaces::wait(self, timeout)
    }

    #[inline]
    fn next_frame(&mut self) -> Option<Frame<'_>> {
        Interfaces::next_frame(self).map(|arrival| arrival.frame)
    }

    fn news(&mut self) -> News {
        let mut news = News::default();
        while let Some(event) = self.next_event() {
            use interface::Change::{Added, Back, Down, Gone, Removed};
            match event.change {
                Down | Gone | Back => news.blinked = true,
                Added(_) | Removed(_) => news.addresses = true,
            }
            let name = self.names().get(event.interface).map_or("?", String::as_str);
            tracing::info!(interface = name, change = ?event.change, "an interface changed");
        }
        news
    }

    fn is_up(&self) -> bool {
        (0..self.names().len()).all(|interface| Interfaces::is_up(self, interface))
    }

    fn addresses(&self) -> BTreeSet<IpAddr> {
        let each = (0..self.names().len()).filter_map(|at| Interfaces::addresses(self, at));
        each.flatten().copied().collect()
    }

    fn lost(&mut self) -> Result<u64, InterfaceError> {
        let mut lost = 0_u64;
        for interface in 0..self.names().len() {
            let losses = self.losses(interface)?.unwrap_or_default();
            lost = lost.saturating_add(losses.dropped).saturating_add(losses.unread);
        }
        Ok(lost)
    }

    fn now(&self) -> Micros {
        now()
    }
}

/// The wall clock, µs since the epoch, as [`crate::Skewed`] has set it.
pub(crate) fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX);
    now.saturating_add(crate::skewed::skew())
}
