//! The acting thread: what was found is written down, and offenders are blocked where that is allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::mpsc::Receiver;

use detect::Finding;
use detect::flood::live::Offender;
use guard::{Block, Blocks, Door, DoorError, Policy, Register, Verdict};
use observation::{Micros, SECOND};

use crate::book::Book;
use crate::sentry::Alarm;

/// How often the host is asked for the addresses that it needs, µs.
const ASK: Micros = 600 * SECOND;
/// Sources that are told of and not blocked, in one flood.
const TOLD: usize = 1_024;

/// What a point does about floods, beside finding them.
#[derive(Debug, Default)]
pub enum Blocking {
    /// Nothing.
    #[default]
    Off,
    /// It tells whom it would block.
    Dry(Policy),
    /// It blocks.
    On(Policy, Door),
    /// It was to block, and cannot.
    Impossible(DoorError),
}

impl Blocking {
    fn text(&self) -> String {
        match self {
            Blocking::Off => "off".to_owned(),
            Blocking::Dry(_) => "dry run".to_owned(),
            Blocking::On(..) => "on".to_owned(),
            Blocking::Impossible(error) => error.to_string(),
        }
    }
}

/// Acts on alarms.
pub(crate) struct Guarding {
    book: Book,
    blocks: Option<Blocks>,
    door: Option<Door>,
    hub: Option<String>,
    needed: BTreeSet<IpAddr>,
    asked: Option<Micros>,
    findings: Register,
    log: Register,
    going: BTreeMap<u64, String>,
    /// Who was told of and not blocked, during the floods that go on.
    told: BTreeSet<IpAddr>,
}

impl Guarding {
    /// `hub`: HOST:PORT of the hub, which is never blocked.
    pub(crate) fn new(
        book: Book,
        blocking: Blocking,
        hub: Option<String>,
        findings: &Path,
        blocks: &Path,
    ) -> Self {
        book.lock().report.blocking = blocking.text();
        if let Blocking::Impossible(error) = &blocking {
            tracing::error!(%error, "floods are told of only");
        }
        let (policy, door) = match blocking {
            Blocking::Off | Blocking::Impossible(_) => (None, None),
            Blocking::Dry(policy) => (Some(Policy { dry_run: true, ..policy }), None),
            Blocking::On(policy, door) => (Some(policy), Some(door)),
        };
        Guarding {
            book,
            blocks: policy.map(Blocks::new),
            door,
            hub,
            needed: BTreeSet::new(),
            asked: None,
            findings: Register::new(findings),
            log: Register::new(blocks),
            going: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }

    /// Acts until nobody can raise an alarm any more; then everything is unblocked.
    pub(crate) fn run(mut self, alarms: &Receiver<Alarm>) {
        while let Ok(alarm) = alarms.recv() {
            for finding in &alarm.found {
                self.tell(finding);
            }
            self.act(&alarm);
            self.report(alarm.at);
        }
    }

    fn tell(&mut self, finding: &Finding) {
        let target = finding.target.map(|target| target.to_string()).unwrap_or_default();
        let (rule, packets) = (finding.rule, finding.sources.unwrap_or(0));
        if finding.open {
            tracing::warn!(rule, target, sources = packets, "a flood has begun");
            self.going.insert(finding.id, format!("{rule} of {target}"));
        } else {
            tracing::warn!(rule, target, sources = packets, "a flood is over");
            self.going.remove(&finding.id);
            if self.going.is_empty() {
                self.told.clear();
            }
        }
        if let Err(error) = self.findings.put(&finding.json()) {
            tracing::error!(%error, "a finding cannot be written down");
        }
    }

    fn act(&mut self, alarm: &Alarm) {
        if alarm.offenders.is_empty() || self.blocks.is_none() {
            return;
        }
        self.ask(alarm.at);
        let Some(blocks) = &mut self.blocks else { return };
        blocks.spare(self.needed.iter().chain(&alarm.addresses).copied());
        for offender in &alarm.offenders {
            let verdict = blocks.judge(alarm.at, offender.source);
            let is_block = matches!(verdict, Verdict::Block(_));
            if !is_block && (self.told.len() >= TOLD || !self.told.insert(offender.source)) {
                continue;
            }
            let outcome = match verdict {
                Verdict::Blocked => continue,
                Verdict::Full => "not blocked: as many are blocked as may be".to_owned(),
                Verdict::Spared(why) => format!("not blocked: {}", why.as_str()),
                Verdict::Block(_) => block(&mut self.door, offender, blocks.policy().seconds),
            };
            tracing::warn!(source = %offender.source, packets = offender.packets, "{outcome}");
            let block = Block {
                at: detect::rfc3339(alarm.at),
                source: offender.source,
                target: offender.target,
                packets: offender.packets,
                seconds: blocks.policy().seconds,
                outcome,
            };
            if let Err(error) = self.log.note(&block) {
                tracing::error!(%error, "a block cannot be written down");
            }
        }
    }

    /// Asks the host for the addresses that it needs, now and then.
    fn ask(&mut self, now: Micros) {
        if self.asked.is_some_and(|asked| (asked..asked.saturating_add(ASK)).contains(&now)) {
            return;
        }
        self.asked = Some(now);
        self.needed = guard::neighbours();
        let hub = self.hub.as_ref().and_then(|hub| hub.to_socket_addrs().ok());
        self.needed.extend(hub.into_iter().flatten().map(|address| address.ip()));
    }

    fn report(&mut self, now: Micros) {
        let blocked = self.blocks.as_mut().map_or(0, |blocks| blocks.count(now));
        let mut inner = self.book.lock();
        inner.report.floods = self.going.values().cloned().collect();
        inner.report.blocked = blocked as u64;
    }
}

fn block(door: &mut Option<Door>, offender: &Offender, seconds: u32) -> String {
    match door.as_mut().map(|door| door.block(offender.source, seconds)) {
        None => "dry run".to_owned(),
        Some(Ok(())) => "blocked".to_owned(),
        Some(Err(error)) => error.to_string(),
    }
}
