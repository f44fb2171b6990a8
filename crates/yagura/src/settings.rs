//! Settings: one TOML file, in which unknown keys are refused. This is the only file that reads
//! the environment and looks for folders.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use archive::Limits;
use gazetteer::Atlas;
use incident::case::States;
use ingest::Spans;
use jiff::tz::TimeZone;
use observation::Micros;
use serde::Deserialize;
use url::Url;
use wire::Address;

use crate::cli::Folder;

/// What the settings file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    zone: Option<String>,
    listen: Option<SocketAddr>,
    location: Option<Url>,
    count: Count,
    geo: Geo,
    query: Query,
    reports: Reports,
    hub: Option<HubTable>,
    point: PointTable,
    alerts: Option<alert::Settings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PointTable {
    run: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reports {
    location: Option<String>,
    organisation: Option<String>,
    contact: Option<String>,
    listen: Option<SocketAddr>,
    address: Option<String>,
    behind_proxy: Option<bool>,
    per_minute: Option<NonZeroU32>,
    mailbox: Option<MailboxTable>,
    states: Option<States>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailboxTable {
    address: String,
    password_file: PathBuf,
    authority: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct HubTable {
    listen: Option<SocketAddr>,
    address: Option<String>,
    folder: Option<PathBuf>,
    group_seconds: Option<f64>,
    silent_seconds: Option<NonZeroU32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Geo {
    country: Option<PathBuf>,
    asn: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Count {
    idle_seconds: Option<NonZeroU32>,
    active_seconds: Option<NonZeroU32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Query {
    memory_mib: Option<NonZeroU32>,
    disk_mib: Option<NonZeroU32>,
    seconds: Option<NonZeroU32>,
}

/// The settings as understood.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    source: Option<PathBuf>,
    /// Where the archive is.
    pub(crate) location: Url,
    /// Where the book of reports is: a file, or a URL of PostgreSQL's.
    pub(crate) reports: String,
    /// Who receives reports, and sends them on; empty where it is not said.
    pub(crate) organisation: String,
    /// Its address for mail; empty where it is not said.
    pub(crate) contact: String,
    /// What a team calls the states of its cases; none: as shipped.
    pub(crate) states: Option<States>,
    /// Where reports come by mail.
    mailbox: Option<MailboxTable>,
    /// The counter, where there is one.
    pub(crate) counter: Option<CounterSettings>,
    /// Where series are that others published, for bulletins.
    pub(crate) quoted: PathBuf,
    /// Where bulletins are that the pages show once they are published.
    pub(crate) bulletins: PathBuf,
    /// The zone of civil days.
    pub(crate) zone: String,
    /// Where pages are served.
    pub(crate) listen: SocketAddr,
    /// What decides what one access is.
    pub(crate) spans: Spans,
    /// How points' deliveries are received, where they are.
    pub(crate) hub: Option<HubSettings>,
    /// The hub's folder: its CA and its registry of points.
    pub(crate) hub_folder: PathBuf,
    /// Whether this host is watched, too, where it may be.
    pub(crate) point: bool,
    /// The folder of the point that this host is.
    pub(crate) point_folder: PathBuf,
    /// Who is told of findings, where anybody is.
    pub(crate) alerts: Option<alert::Settings>,
    /// What was told, a file.
    pub(crate) alerts_memory: PathBuf,
    limits: Limits,
    /// MMDB files of countries and of autonomous systems; none: what is compiled in.
    country: Option<PathBuf>,
    asn: Option<PathBuf>,
}

/// The web side of reports.
#[derive(Clone, Debug)]
pub(crate) struct CounterSettings {
    /// Where it listens.
    pub(crate) listen: SocketAddr,
    /// How browsers reach it; none: where it listens.
    pub(crate) address: Option<Url>,
    /// Whether a proxy stands before it.
    pub(crate) behind_proxy: bool,
    /// Reports of one network in a minute.
    pub(crate) per_minute: u32,
}

/// Reports of one network in a minute, where it is not said: a person sends a few, and an office may
/// stand behind one address.
const PER_MINUTE: u32 = 60;

impl Reports {
    fn counter(&self) -> Result<Option<CounterSettings>> {
        let Some(listen) = self.listen else { return Ok(None) };
        let wrong = |text: &str| {
            anyhow!("in [reports], address = {text:?} is no https:// or http:// address")
        };
        let address = self.address.as_deref().map(|text| {
            let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
            url.ok_or_else(|| wrong(text))
        });
        Ok(Some(CounterSettings {
            listen,
            address: address.transpose()?,
            behind_proxy: self.behind_proxy.unwrap_or(false),
            per_minute: self.per_minute.map_or(PER_MINUTE, NonZeroU32::get),
        }))
    }
}

/// How points' deliveries are received.
#[derive(Clone, Debug)]
pub(crate) struct HubSettings {
    /// Where.
    pub(crate) listen: SocketAddr,
    /// Where points find it.
    pub(crate) address: Option<Address>,
    /// How long after its first delivery a group is committed.
    pub(crate) group: Duration,
    /// A point of which nothing was heard for so long is silent, µs.
    pub(crate) silent: Micros,
}

/// On every address, on a port that IANA has not assigned.
const DELIVERIES: &str = "0.0.0.0:8631";

impl HubTable {
    fn understood(self) -> Result<HubSettings> {
        let defaults = hub::Settings::default();
        let listen = self.listen.map_or_else(|| DELIVERIES.parse(), Ok)?;
        let address = self.address.map(|text| text.parse::<Address>());
        let address = address.transpose().context("in [hub], address")?;
        // What a socket is bound to is where points find it, unless it is every address or any port.
        let own = !listen.ip().is_unspecified() && listen.port() != 0;
        let bound = || own.then(|| format!("https://{listen}").parse().ok()).flatten();
        let seconds = self.group_seconds.unwrap_or(defaults.group.as_secs_f64());
        let group = Duration::try_from_secs_f64(seconds).ok();
        let group = group.filter(|group| *group <= Duration::from_secs(60)).ok_or_else(|| {
            anyhow!("in [hub], group_seconds = {seconds} is no time from 0 to 60 s")
        })?;
        let silent = self.silent_seconds.map(|n| i64::from(n.get()) * observation::SECOND);
        let silent = silent.unwrap_or(defaults.silent);
        Ok(HubSettings { listen, address: address.or_else(bound), group, silent })
    }
}

/// Loopback, on a port that IANA has not assigned.
const LISTEN: &str = "127.0.0.1:8630";

impl Settings {
    /// The settings for a data folder, with what is not said taken from the defaults.
    pub(crate) fn load(folder: &Folder) -> Result<Self> {
        let data = match &folder.data {
            Some(data) => data.clone(),
            None => platform_folder()?,
        };
        let (source, file) = read(folder.config.as_deref(), &data)?;
        let spans = Spans::default();
        let second = observation::SECOND;
        let span = |seconds: Option<NonZeroU32>, default| {
            seconds.map_or(default, |n| i64::from(n.get()) * second)
        };
        let zone = file.zone.unwrap_or_else(|| "UTC".to_owned());
        TimeZone::get(&zone)
            .map_err(|_| anyhow!("zone = {zone:?} is no time zone: write it like Asia/Tokyo"))?;
        let limits = Limits::default();
        let location = match file.location {
            Some(location) => location,
            None => folder_url(&data.join("archive"))?,
        };
        let counter = file.reports.counter()?;
        let mailbox = file.reports.mailbox;
        let states = file.reports.states;
        if let Some(states) = &states {
            states.check().context("in [[reports.states]]")?;
        }
        let reports = file.reports.location;
        let reports = reports.unwrap_or_else(|| data.join("reports.db").display().to_string());
        let mut table = file.hub;
        let named = table.as_mut().and_then(|table| table.folder.take());
        let hub_folder = named.unwrap_or_else(|| data.join("hub"));
        Ok(Settings {
            source,
            hub: table.map(HubTable::understood).transpose()?,
            hub_folder,
            point: file.point.run.unwrap_or(true),
            point_folder: data.join("point"),
            location,
            reports,
            organisation: file.reports.organisation.unwrap_or_default(),
            contact: file.reports.contact.unwrap_or_default(),
            alerts: file.alerts,
            alerts_memory: data.join("alerts.json"),
            counter,
            states,
            mailbox,
            quoted: data.join("quoted"),
            bulletins: data.join("bulletins"),
            zone,
            listen: file.listen.map_or_else(|| LISTEN.parse(), Ok)?,
            spans: Spans {
                idle: span(file.count.idle_seconds, spans.idle),
                active: span(file.count.active_seconds, spans.active),
            },
            limits: Limits {
                memory: file.query.memory_mib.map_or(limits.memory, |n| (n.get() as usize) << 20),
                disk: file.query.disk_mib.map_or(limits.disk, |n| u64::from(n.get()) << 20),
                seconds: file.query.seconds.map_or(limits.seconds, |n| n.get().into()),
            },
            country: file.geo.country,
            asn: file.geo.asn,
        })
    }

    /// The account of the mailbox to which reports come; its password is read from its file.
    pub(crate) fn mailbox(&self) -> Result<mailbox::Account> {
        let missing =
            "reports come by no mailbox: set address and password_file in [reports.mailbox]";
        let table = self.mailbox.as_ref().ok_or_else(|| anyhow!(missing))?;
        let path = &table.password_file;
        let password = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the password in {}", path.display()))?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        mailbox::Account::new(&table.address, password, table.authority.clone())
            .context("in [reports.mailbox]")
    }

    /// Where addresses are.
    pub(crate) fn atlas(&self) -> Result<Atlas> {
        if self.country.is_none() && self.asn.is_none() {
            return Ok(Atlas::shipped());
        }
        Ok(Atlas::open(self.country.as_deref(), self.asn.as_deref())?)
    }

    /// What a query may use.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }
}

fn platform_folder() -> Result<PathBuf> {
    let folder = dirs::data_dir()
        .ok_or_else(|| anyhow!("no data folder is known here: name one with --data"))?;
    Ok(folder.join("yagura"))
}

fn folder_url(folder: &Path) -> Result<Url> {
    let folder = std::path::absolute(folder)?;
    Url::from_directory_path(&folder)
        .map_err(|()| anyhow!("{} is no folder's path", folder.display()))
}

fn read(named: Option<&Path>, data: &Path) -> Result<(Option<PathBuf>, File)> {
    let path = named.map_or_else(|| data.join("yagura.toml"), Path::to_owned);
    if named.is_none() && !path.exists() {
        return Ok((None, File::default()));
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read the settings {}", path.display()))?;
    let file = toml::from_str(&text)
        .with_context(|| format!("cannot understand the settings {}", path.display()))?;
    Ok((Some(path), file))
}

fn write_alerts(f: &mut fmt::Formatter<'_>, alerts: Option<&alert::Settings>) -> fmt::Result {
    let Some(alerts) = alerts else {
        return writeln!(f, "\n# [alerts]: nobody is told of findings");
    };
    writeln!(f, "\n[alerts]")?;
    writeln!(f, "kinds = {:?}", alerts.wanted.kinds)?;
    writeln!(f, "confidence = {}", alerts.wanted.confidence)?;
    writeln!(f, "minutes_apart = {}", alerts.pace.apart / (60 * observation::SECOND))?;
    writeln!(f, "hourly = {}", alerts.pace.hourly)?;
    match &alerts.page {
        Some(page) => writeln!(f, "page = {page:?}")?,
        None => writeln!(f, "# page: not known; messages link to nothing")?,
    }
    writeln!(f, "targets = {}", alerts.targets)?;
    alerts.channels.iter().try_for_each(|channel| writeln!(f, "# {channel}"))
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => writeln!(f, "# from {}", source.display())?,
            None => writeln!(f, "# no settings file: all defaults")?,
        }
        let second = observation::SECOND;
        writeln!(f, "zone = {:?}", self.zone)?;
        writeln!(f, "listen = \"{}\"", self.listen)?;
        writeln!(f, "location = \"{}\"", self.location)?;
        writeln!(f, "\n[count]")?;
        writeln!(f, "idle_seconds = {}", self.spans.idle / second)?;
        writeln!(f, "active_seconds = {}", self.spans.active / second)?;
        writeln!(f, "\n[geo]")?;
        match &self.country {
            Some(path) => writeln!(f, "country = {path:?}")?,
            None => writeln!(f, "# country: {}", Atlas::shipped().name())?,
        }
        match &self.asn {
            Some(path) => writeln!(f, "asn = {path:?}")?,
            None => writeln!(f, "# asn: in no database unless the countries' has it")?,
        }
        writeln!(f, "\n[reports]")?;
        // A URL may hold a password.
        writeln!(f, "location = {:?}", register::public_place(&self.reports))?;
        match self.organisation.as_str() {
            "" => writeln!(f, "# organisation: not known; XARF and IODEF need it")?,
            name => writeln!(f, "organisation = {name:?}\ncontact = {:?}", self.contact)?,
        }
        match &self.states {
            None => writeln!(f, "# [[reports.states]]: new, working, waiting, closed")?,
            Some(states) => {
                let states = states.0.iter();
                let named: Vec<String> = states
                    .map(|of| format!("{{ name = {:?}, kind = \"{}\" }}", of.name, of.kind))
                    .collect();
                writeln!(f, "states = [{}]", named.join(", "))?;
            }
        }
        match &self.mailbox {
            None => writeln!(f, "# [reports.mailbox]: no reports are collected from a mailbox")?,
            Some(_) => match self.mailbox() {
                Ok(account) => writeln!(f, "# [reports.mailbox]: {account:?}")?,
                Err(error) => writeln!(f, "# [reports.mailbox]: {error:#}")?,
            },
        }
        match &self.counter {
            None => writeln!(f, "# listen: no counter; forms and pages of the staff need it")?,
            Some(counter) => {
                writeln!(f, "listen = \"{}\"", counter.listen)?;
                if let Some(address) = &counter.address {
                    writeln!(f, "address = \"{address}\"")?;
                }
                writeln!(f, "behind_proxy = {}", counter.behind_proxy)?;
                writeln!(f, "per_minute = {}", counter.per_minute)?;
            }
        }
        match &self.hub {
            None => writeln!(f, "\n# [hub]: no deliveries of points are received")?,
            Some(hub) => {
                writeln!(f, "\n[hub]")?;
                writeln!(f, "listen = \"{}\"", hub.listen)?;
                match &hub.address {
                    Some(address) => writeln!(f, "address = \"{address}\"")?,
                    None => writeln!(f, "# address: not known; invitations need it")?,
                }
                writeln!(f, "folder = {:?}", self.hub_folder)?;
                writeln!(f, "group_seconds = {}", hub.group.as_secs_f64())?;
                writeln!(f, "silent_seconds = {}", hub.silent / second)?;
            }
        }
        writeln!(f, "\n[point]")?;
        writeln!(f, "run = {}", self.point)?;
        writeln!(f, "# this host as a point: {:?}", self.point_folder.join("yagura-point.toml"))?;
        write_alerts(f, self.alerts.as_ref())?;
        writeln!(f, "\n[query]")?;
        writeln!(f, "memory_mib = {}", self.limits.memory >> 20)?;
        writeln!(f, "disk_mib = {}", self.limits.disk >> 20)?;
        writeln!(f, "seconds = {}", self.limits.seconds)
    }
}
