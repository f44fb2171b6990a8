//! Who is told what, and when.

use std::collections::BTreeSet;
use std::path::Path;

use observation::{DAY, Micros};

use crate::memory::{Memory, MemoryError};
use crate::message::Message;
use crate::{Channel, ChannelError, MEMORY, Notice, Settings};

/// What came of a channel.
#[derive(Debug)]
pub enum Outcome {
    /// There was nothing to tell.
    Nothing,
    /// So many findings wait until it may speak again.
    Waits(usize),
    /// So many were told.
    Told(usize),
    /// It took nothing: they wait.
    Failed(ChannelError),
}

/// Tells findings by all channels.
#[derive(Debug)]
pub struct Desk {
    settings: Settings,
    memory: Memory,
}

impl Desk {
    /// Opens the memory, a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn open(settings: Settings, memory: &Path) -> Result<Self, MemoryError> {
        Ok(Desk { settings, memory: Memory::open(memory)? })
    }

    /// Tells each channel what it was not told yet of these. `now` is wall time, µs. What somebody has
    /// seen to is left out by the caller.
    ///
    /// # Errors
    /// The memory cannot be written. Whatever was told may be told again.
    pub async fn tell(
        &mut self,
        now: Micros,
        notices: &[Notice],
    ) -> Result<Vec<(String, Outcome)>, MemoryError> {
        let mut outcomes = Vec::new();
        for channel in self.settings.channels.clone() {
            let name = channel.to_string();
            let outcome = self.tell_one(now, &channel, notices).await?;
            outcomes.push((name, outcome));
        }
        let named: BTreeSet<&String> = outcomes.iter().map(|(name, _)| name).collect();
        self.memory.heard.retain(|name, _| named.contains(name));
        Ok(outcomes)
    }

    async fn tell_one(
        &mut self,
        now: Micros,
        channel: &Channel,
        notices: &[Notice],
    ) -> Result<Outcome, MemoryError> {
        let heard = self.memory.heard.entry(channel.to_string()).or_default();
        if heard.since == 0 {
            heard.since = now;
        }
        heard.told.retain(|_, at| *at > now.saturating_sub(2 * MEMORY));
        let from = heard.since.saturating_sub(DAY).max(now.saturating_sub(MEMORY));
        let untold = |notice: &&Notice| {
            notice.detected_at > from
                && self.settings.wanted.includes(notice)
                && !heard.told.contains_key(&notice.id)
        };
        let untold: Vec<Notice> = notices.iter().filter(untold).cloned().collect();
        if untold.is_empty() {
            return Ok(Outcome::Nothing);
        }
        if !heard.spoken.speak(now, self.settings.pace) {
            return Ok(Outcome::Waits(untold.len()));
        }
        let targets = self.settings.targets;
        let untold = untold.into_iter().map(|one| if targets { one } else { one.discreet() });
        let message = Message::new(now, untold.collect(), self.settings.page.clone());
        let sent = channel.send(&message).await;
        if sent.is_ok() {
            heard.told.extend(message.notices.iter().map(|notice| (notice.id.clone(), now)));
        }
        self.memory.store()?;
        Ok(match sent {
            Ok(()) => Outcome::Told(message.notices.len()),
            Err(error) => Outcome::Failed(error),
        })
    }
}
