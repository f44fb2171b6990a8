//! Settings: one TOML file, in which unknown keys are refused.
//!
//! ```toml
//! name = "tokyo-1"              # as the hub knows it; may be left out once it has joined
//! mode = "live"                 # or "dark": nobody lives at the watched addresses
//! interfaces = ["eth0"]
//! watch = []                    # addresses and networks; none: those that the interfaces have
//! expect = ["443/tcp"]          # what a live host offers on purpose
//! hub = "https://hub.example:8631"   # another address than at joining
//! metrics = "127.0.0.1:9631"    # where Prometheus may ask, on the loopback interface; none: nowhere
//!
//! [capture]
//! ring_kib = 2048               # of each interface
//! snap = 262144                 # bytes of a frame
//! promiscuous = false
//! only_watched = false          # the kernel drops what is neither from nor to `watch`
//!
//! [spool]
//! folder = "/var/lib/yagura-point/spool"
//! rows_mib = 880
//! reserve_mib = 16              # for what is said of that which could not be kept
//! state_mib = 127
//! keep_free_mib = 256           # of the file system
//! segment_kib = 8192            # of one file of it
//!
//! [flood]
//! find = true                   # at a live point; else false
//! block = "off"                 # or "dry-run", or "on": new connections of a flood's sources are dropped
//! allow = []                    # addresses and networks that are never blocked
//! seconds = 600                 # for so long
//! at_most = 256                 # so many at a time
//! ```

mod flood;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use capture::fold::{Expect, Mode, Spans};
use delivery::Backoff;
use interface::{Reach, RingSize};
use ipnet::IpNet;
use observation::{Point, SECOND};
use serde::Deserialize;
use spool::Limits;
use wire::{Address, Identity};

use crate::{Pace, Places, Setup, Target};

use flood::FloodFile;
pub use flood::{Block, Flood};

/// The least that a spool needs of each part, MiB.
const LEAST: [(&str, u64); 3] = [("rows_mib", 16), ("reserve_mib", 1), ("state_mib", 64)];

/// Lengths of a segment, KiB: a shorter one is mostly header, a longer one gives no room back.
const SEGMENT: std::ops::RangeInclusive<u64> = 64..=65_536;

/// Settings that cannot be understood. The operator is at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file.
    #[error("cannot read the settings {path}: {source}")]
    Read {
        /// Its path.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// Its grammar, or a key that nobody knows.
    #[error("cannot understand the settings {path}: {source}")]
    Grammar {
        /// Its path.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value.
    #[error("{key} = {value:?}: {why}")]
    Value {
        /// Its key.
        key: &'static str,
        /// What was written.
        value: String,
        /// What would do.
        why: String,
    },
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    name: Option<String>,
    hub: Option<String>,
    metrics: Option<String>,
    mode: Option<String>,
    interfaces: Vec<String>,
    watch: Vec<String>,
    expect: Vec<String>,
    capture: Capture,
    spool: SpoolFile,
    flood: FloodFile,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Capture {
    ring_kib: Option<u32>,
    snap: Option<u32>,
    promiscuous: bool,
    only_watched: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SpoolFile {
    folder: Option<PathBuf>,
    rows_mib: Option<u64>,
    reserve_mib: Option<u64>,
    state_mib: Option<u64>,
    keep_free_mib: Option<u64>,
    segment_kib: Option<u64>,
}

/// The settings as understood.
#[derive(Clone, Debug)]
pub struct Settings {
    source: Option<PathBuf>,
    /// The point's name, where it is said.
    pub name: Option<Point>,
    /// Where the hub is, where that is said.
    pub hub: Option<Address>,
    /// Where metrics are told, where that is said; on the loopback interface.
    pub metrics: Option<SocketAddr>,
    /// Who lives there.
    pub mode: Mode,
    /// The interfaces that are watched.
    pub interfaces: Vec<String>,
    /// The addresses; empty: those of the interfaces.
    pub watch: Vec<IpNet>,
    /// What the host offers on purpose.
    pub expect: Vec<Expect>,
    /// How interfaces are watched.
    pub capture: interface::Settings,
    /// What the spool may use.
    pub limits: Limits,
    /// What is done about floods.
    pub flood: Flood,
    /// Where a point's files are.
    pub places: Places,
}

impl Settings {
    /// The settings of a data folder: from `named`, or from `yagura-point.toml` in the folder, if it
    /// is there.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn load(named: Option<&Path>, data: &Path) -> Result<Self, SettingsError> {
        let path = named.map_or_else(|| data.join("yagura-point.toml"), Path::to_owned);
        if named.is_none() && !path.exists() {
            return Settings::understand(File::default(), None, data);
        }
        let read = std::fs::read_to_string(&path);
        let text = read.map_err(|source| SettingsError::Read { path: path.clone(), source })?;
        let grammar = |source| SettingsError::Grammar { path: path.clone(), source };
        let file = toml::from_str(&text).map_err(|error| grammar(Box::new(error)))?;
        Settings::understand(file, Some(path), data)
    }

    fn understand(file: File, source: Option<PathBuf>, data: &Path) -> Result<Self, SettingsError> {
        let mode = match file.mode.as_deref() {
            None | Some("live") => Mode::Live,
            Some("dark") => Mode::Dark,
            Some(other) => return Err(bad("mode", other, "write \"dark\" or \"live\"")),
        };
        let watch = each("watch", &file.watch, |text| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| text.parse()).map_err(|_| "no address and no network")
        })?;
        let mut places = Places::below(data);
        places.spool = file.spool.folder.clone().unwrap_or(places.spool);
        Ok(Settings {
            source,
            name: one("name", file.name)?,
            hub: one("hub", file.hub)?,
            metrics: file.metrics.as_deref().map(metrics).transpose()?,
            mode,
            interfaces: file.interfaces,
            expect: each("expect", &file.expect, str::parse)?,
            flood: Flood::understand(&file.flood, mode)?,
            capture: capture(&file.capture, &watch)?,
            watch,
            limits: limits(&file.spool)?,
            places,
        })
    }

    /// What a point needs, of this name or of that in its identity.
    ///
    /// # Errors
    /// No name, two names, or no address to watch.
    pub fn setup(&self, identity: Option<Identity>) -> Result<Setup, SettingsError> {
        let joined = identity.as_ref().map(|identity| identity.point.clone());
        let point = match (&self.name, joined) {
            (Some(name), Some(joined)) if *name != joined => {
                let why = format!("the hub knows this point as {joined}");
                return Err(bad("name", name.as_str(), &why));
            }
            (Some(name), _) => name.clone(),
            (None, Some(joined)) => joined,
            (None, None) => return Err(bad("name", "", "join a hub, or name the point")),
        };
        let identity = identity.map(|mut identity| {
            identity.hub = self.hub.clone().unwrap_or(identity.hub);
            identity
        });
        Ok(Setup {
            target: Target::new(point, self.mode, self.watch.clone(), self.expect.clone()),
            spans: Spans::default(),
            pace: Pace::default(),
            places: self.places.clone(),
            limits: self.limits,
            identity,
            backoff: Backoff::default(),
        })
    }
}

fn bad(key: &'static str, value: &str, why: &str) -> SettingsError {
    SettingsError::Value { key, value: value.to_owned(), why: why.to_owned() }
}

fn one<T>(key: &'static str, text: Option<String>) -> Result<Option<T>, SettingsError>
where
    T: std::str::FromStr<Err: fmt::Display>,
{
    let parse =
        |text: String| text.parse().map_err(|why: T::Err| bad(key, &text, &why.to_string()));
    text.map(parse).transpose()
}

fn each<T, E: fmt::Display>(
    key: &'static str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, SettingsError> {
    let one = |text: &String| parse(text).map_err(|why| bad(key, text, &why.to_string()));
    texts.iter().map(one).collect()
}

fn capture(file: &Capture, watch: &[IpNet]) -> Result<interface::Settings, SettingsError> {
    let defaults = interface::Settings::default();
    let ring: RingSize = match file.ring_kib {
        Some(kib) => kib.to_string().parse().map_err(|why: String| bad("ring_kib", "", &why))?,
        None => defaults.ring,
    };
    let reach = match (file.only_watched, watch) {
        (false, _) => Reach::All,
        (true, []) => {
            let why = "name what is watched: the interfaces' own addresses may change";
            return Err(bad("only_watched", "true", why));
        }
        (true, nets) => Reach::Only(nets.to_vec()),
    };
    let snap = file.snap.unwrap_or(defaults.snap);
    if !(64..=defaults.snap).contains(&snap) {
        let why = format!("write a number from 64 to {}", defaults.snap);
        return Err(bad("snap", &snap.to_string(), &why));
    }
    Ok(interface::Settings { ring, snap, promiscuous: file.promiscuous, reach })
}

/// Who is on the host may ask, and nobody else.
fn metrics(text: &str) -> Result<SocketAddr, SettingsError> {
    let address = text.parse().ok().filter(|address: &SocketAddr| address.ip().is_loopback());
    address.ok_or_else(|| bad("metrics", text, "write a loopback address, such as 127.0.0.1:9631"))
}

fn limits(file: &SpoolFile) -> Result<Limits, SettingsError> {
    let said = [file.rows_mib, file.reserve_mib, file.state_mib];
    for ((key, least), said) in LEAST.into_iter().zip(said) {
        if let Some(mib) = said.filter(|mib| !(least..=1 << 30).contains(mib)) {
            return Err(bad(key, &mib.to_string(), &format!("write at least {least}")));
        }
    }
    let defaults = Limits::default();
    let segment = match file.segment_kib {
        None => defaults.segment,
        Some(kib) if SEGMENT.contains(&kib) => kib << 10,
        Some(kib) => {
            let why = format!("write a number from {} to {}", SEGMENT.start(), SEGMENT.end());
            return Err(bad("segment_kib", &kib.to_string(), &why));
        }
    };
    let bytes = |mib: Option<u64>, default| mib.map_or(default, |mib| mib.saturating_mul(1 << 20));
    Ok(Limits {
        rows: bytes(file.rows_mib, defaults.rows),
        reserve: bytes(file.reserve_mib, defaults.reserve),
        state: bytes(file.state_mib, defaults.state),
        free: bytes(file.keep_free_mib, defaults.free),
        segment,
        ..defaults
    })
}

/// As it would stand in a file.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| format!("{items:?}");
        match &self.source {
            Some(source) => writeln!(f, "# from {}", source.display())?,
            None => writeln!(f, "# no settings file: all defaults")?,
        }
        match &self.name {
            Some(name) => writeln!(f, "name = \"{name}\"")?,
            None => writeln!(f, "# name: that in the certificate")?,
        }
        match &self.metrics {
            Some(metrics) => writeln!(f, "metrics = \"{metrics}\"")?,
            None => writeln!(f, "# metrics: nowhere")?,
        }
        match &self.hub {
            Some(hub) => writeln!(f, "hub = \"{hub}\"")?,
            None => writeln!(f, "# hub: that which was joined")?,
        }
        writeln!(f, "mode = \"{}\"", self.mode.as_str())?;
        writeln!(f, "interfaces = {:?}", self.interfaces)?;
        writeln!(f, "watch = {}", list(self.watch.iter().map(ToString::to_string).collect()))?;
        if self.watch.is_empty() {
            writeln!(f, "# watched: the interfaces' addresses, whatever they are at the time")?;
        }
        writeln!(f, "expect = {}", list(self.expect.iter().map(ToString::to_string).collect()))?;
        writeln!(f, "\n[capture]")?;
        writeln!(f, "ring_kib = {}", self.capture.ring)?;
        writeln!(f, "snap = {}", self.capture.snap)?;
        writeln!(f, "promiscuous = {}", self.capture.promiscuous)?;
        writeln!(f, "only_watched = {}", self.capture.reach != Reach::All)?;
        writeln!(f, "\n[spool]")?;
        writeln!(f, "folder = {:?}", self.places.spool)?;
        for (key, bytes) in [
            ("rows_mib", self.limits.rows),
            ("reserve_mib", self.limits.reserve),
            ("state_mib", self.limits.state),
            ("keep_free_mib", self.limits.free),
        ] {
            writeln!(f, "{key} = {}", bytes >> 20)?;
        }
        writeln!(f, "segment_kib = {}", self.limits.segment >> 10)?;
        write!(f, "{}", self.flood)?;
        let spans = Spans::default();
        let (idle, active) = (spans.idle / SECOND, spans.active / SECOND);
        writeln!(f, "\n# An access ends {idle} s after its last packet, or after {active} s.")?;
        writeln!(
            f,
            "# A live host's housekeeping is expected: DHCP, DHCPv6, ICMPv6 130 to 137 and 143."
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn understood(text: &str) -> Result<Settings, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let understood = Settings::understand(file, None, Path::new("/data"));
        understood.map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_understood_can_be_written_again() {
        let text = "name = 'p'\nhub = 'https://hub.example:1'\nmetrics = '[::1]:9631'\nmode = 'dark'\n\
            interfaces = ['eth0', 'eth1']\nwatch = ['192.0.2.0/24', '2001:db8::1']\n\
            expect = ['443/tcp', '53/udp']\n[capture]\nring_kib = 1024\nsnap = 96\n\
            promiscuous = true\nonly_watched = true\n[spool]\nfolder = '/s'\nrows_mib = 16\n\
            reserve_mib = 2\nstate_mib = 64\nkeep_free_mib = 0\n\
            segment_kib = 256\n";
        let settings = understood(text).unwrap();
        let again = understood(&settings.to_string()).unwrap();
        assert_eq!(settings.to_string(), again.to_string());
        assert_eq!(settings.limits.rows, 16 << 20);
        assert_eq!((settings.capture.snap, settings.capture.ring.bytes()), (96, 1 << 20));
        assert_eq!(settings.setup(None).unwrap().target.point.as_str(), "p");
        let defaults = understood("").unwrap();
        assert_eq!(understood(&defaults.to_string()).unwrap().limits, Limits::default());
        assert!(defaults.setup(None).unwrap_err().to_string().contains("join a hub"));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, why) in [
            ("nmae = 'p'", "nmae"),
            ("[spool]\nsize = 3", "size"),
            ("mode = 'grey'", "mode"),
            ("watch = ['192.0.2.0/33']", "watch"),
            ("expect = ['https']", "expect"),
            ("name = 'A B'", "name"),
            ("metrics = '0.0.0.0:9631'", "metrics"),
            ("[capture]\nring_kib = 1", "ring_kib"),
            ("[capture]\nsnap = 3", "snap"),
            ("[capture]\nonly_watched = true", "only_watched"),
            ("[spool]\nstate_mib = 3", "state_mib"),
            ("[spool]\nsegment_kib = 3", "segment_kib"),
        ] {
            let error = understood(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
