//! Several interfaces at once, in one thread.

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::os::fd::BorrowedFd;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use observation::Micros;

use crate::block::Arrival;
use crate::error::InterfaceError;
use crate::merge::{Choice, choose};
use crate::ring::{Losses, Ring};
use crate::route::{self, Event, News, State};
use crate::settings::Settings;
use crate::sys;

/// The most interfaces that are watched at once.
pub const MOST_INTERFACES: usize = 64;

/// Interfaces that are watched.
///
/// # The order
/// The frames of one interface come in the kernel's order. Those of several are merged by the time
/// at which the kernel received them: a frame is held back until no other interface can have an
/// earlier one, 400 ms at most. Only where a ring fills up (half of it waits) are its frames lent as
/// they are. Of one interface alone nothing is held back.
///
/// # How to use it
/// ```no_run
/// # use std::time::Duration;
/// # use interface::{InterfaceError, Interfaces, Settings, drop_capabilities};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut interfaces = Interfaces::open(&["eth0".to_owned()], &Settings::default())?;
/// drop_capabilities()?;
/// loop {
///     interfaces.wait(Duration::from_secs(1))?;
///     while let Some(event) = interfaces.next_event() { /* tell coverage */ }
///     // So many that a flood does not keep us from news.
///     for _ in 0..65_536 {
///         let Some(arrival) = interfaces.next_frame() else { break };
///         /* dissect and fold arrival.frame */
///     }
/// }
/// # }
/// ```
pub struct Interfaces {
    names: Vec<String>,
    rings: Vec<Ring>,
    states: Vec<State>,
    news: News,
    events: VecDeque<Event>,
    /// Until the next frame may be lent, µs; see [`crate::merge`].
    held: Option<Micros>,
    /// The times of the rings' first frames, kept for its room.
    heads: Vec<Option<Micros>>,
}

impl Interfaces {
    /// Opens interfaces by name, each with a ring of its own. Those that are down are opened, too.
    ///
    /// # Errors
    /// [`InterfaceError`], of which [`InterfaceError::NotAllowed`] is for the operator to mend.
    pub fn open(names: &[String], settings: &Settings) -> Result<Interfaces, InterfaceError> {
        if !(1..=MOST_INTERFACES).contains(&names.len()) {
            return Err(InterfaceError::Count(names.len()));
        }
        let twice = |(at, name): &(usize, &String)| names.iter().take(*at).any(|one| one == *name);
        if let Some((_, name)) = names.iter().enumerate().find(twice) {
            return Err(InterfaceError::Twice(name.clone()));
        }
        // Subscribed first: no change between the state and the first news is missed.
        let news = News::subscribe()?;
        let states = route::state(names)?;
        let mut rings = Vec::with_capacity(names.len());
        for (place, (name, state)) in names.iter().zip(&states).enumerate() {
            let link = state.link;
            let link = link.ok_or_else(|| InterfaceError::NoInterface { name: name.clone() })?;
            rings.push(Ring::open_link(place, name, link, settings)?);
        }
        let (names, events, heads) = (names.to_vec(), VecDeque::new(), Vec::new());
        Ok(Interfaces { names, rings, states, news, events, held: None, heads })
    }

    /// The interfaces' names, in the order in which they were opened.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether an interface carries frames: what the events that were taken from
    /// [`Interfaces::next_event`] and those that wait have led to.
    pub fn is_up(&self, interface: usize) -> bool {
        let link = self.states.get(interface).and_then(|state| state.link);
        link.is_some_and(|link| link.up)
    }

    /// The addresses of an interface, those that hold on one link only left out.
    pub fn addresses(&self, interface: usize) -> Option<&BTreeSet<IpAddr>> {
        self.states.get(interface).map(|state| &state.addresses)
    }

    /// Waits until there are frames or events, the time is over, or a signal came. It does not wait
    /// before all that there is has been taken.
    ///
    /// # Errors
    /// [`InterfaceError::Kernel`] where the kernel cannot be asked, [`InterfaceError::Addresses`].
    pub fn wait(&mut self, timeout: Duration) -> Result<(), InterfaceError> {
        if !self.events.is_empty() {
            return Ok(());
        }
        let (news, flapped) = self.poll(timeout)?;
        if news || flapped.iter().any(|flapped| *flapped) {
            self.refresh(news, &flapped)?;
        }
        Ok(())
    }

    /// The next frame; none where none can be lent now. It is lent until the next is asked for.
    #[inline]
    pub fn next_frame(&mut self) -> Option<Arrival<'_>> {
        let at = if self.rings.len() == 1 { 0 } else { self.turn()? };
        self.rings.get_mut(at)?.next_frame()
    }

    /// Whose turn it is among several.
    fn turn(&mut self) -> Option<usize> {
        self.held = None;
        self.heads.clear();
        self.heads.extend(self.rings.iter_mut().map(Ring::head));
        let pressed = || self.rings.iter().any(Ring::is_pressed);
        match choose(&self.heads, now, pressed) {
            Choice::Nothing => None,
            Choice::Lend(at) => Some(at),
            Choice::Wait(micros) => {
                self.held = Some(micros);
                None
            }
        }
    }

    /// The next event, in the order in which they happened to an interface.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// What was lost of an interface's frames so far; none where there is no such interface.
    ///
    /// # Errors
    /// [`InterfaceError::Kernel`]: none that we know of.
    pub fn losses(&mut self, interface: usize) -> Result<Option<Losses>, InterfaceError> {
        self.rings.get_mut(interface).map(Ring::losses).transpose()
    }

    /// Waits; whether there are news, and which rings' interfaces were down.
    fn poll(&mut self, timeout: Duration) -> Result<(bool, Vec<bool>), InterfaceError> {
        let held = self.held.take();
        let hold = held.and_then(|micros| u64::try_from(micros).ok()).map(Duration::from_micros);
        let timeout = hold.map_or(timeout, |hold| timeout.min(hold));
        // A ring whose frames are held back would end every wait at once.
        let listens = |ring: &mut Ring| hold.is_none() || ring.head().is_none();
        let listening: Vec<bool> = self.rings.iter_mut().map(listens).collect();
        let asked = self.rings.iter().zip(&listening).filter(|(_, listens)| **listens);
        let mut waiting: Vec<(BorrowedFd<'_>, bool)> = vec![(self.news.fd(), false)];
        waiting.extend(asked.map(|(ring, _)| (ring.fd(), false)));
        let millis = timeout.as_micros().div_ceil(1_000);
        sys::poll(&mut waiting, i32::try_from(millis).unwrap_or(i32::MAX))
            .map_err(InterfaceError::kernel("all interfaces", "wait"))?;
        let mut happened = waiting.iter().map(|(_, happened)| *happened);
        let news = happened.next().unwrap_or(false);
        let happened: Vec<bool> = happened.collect();
        let mut happened = happened.into_iter();
        let flapped = self.rings.iter_mut().zip(listening).map(|(ring, listens)| {
            listens && happened.next().unwrap_or(false) && ring.take_error()
        });
        Ok((news, flapped.collect()))
    }

    /// Asks for the present state, makes events of what is different, and binds those rings anew
    /// whose interface is another one.
    fn refresh(&mut self, news: bool, flapped: &[bool]) -> Result<(), InterfaceError> {
        let concerned = news && self.news.concern(&self.names, &self.states);
        if !concerned && !flapped.iter().any(|flapped| *flapped) {
            return Ok(());
        }
        let mut states = route::state(&self.names)?;
        let pairs = self.states.iter().zip(&mut states).zip(&mut self.rings).zip(flapped);
        for (interface, (((before, after), ring), flapped)) in pairs.enumerate() {
            if !follow(ring, before, after) {
                *after = State::default();
            }
            let changes = route::changes(before, after, *flapped);
            self.events.extend(changes.into_iter().map(|change| Event { interface, change }));
        }
        self.states = states;
        Ok(())
    }
}

/// Binds a ring to the interface that has its name now, if that is another one than before; false
/// where it vanished again, or is of a kind that we do not read.
fn follow(ring: &mut Ring, before: &State, after: &State) -> bool {
    match (before.link, after.link) {
        (Some(before), Some(after)) if before.index == after.index => true,
        (_, Some(link)) => ring.bind(link).is_ok(),
        // It may still be there under another name.
        (Some(_), None) => ring.mute(),
        (None, None) => true,
    }
}

/// The wall clock, µs: the clock of the frames.
fn now() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
}
