//! The command line. Its words are a promise: scripts use them.

mod bulletin;
mod report;

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use archive::Day;
use clap::{Args, Parser, Subcommand, ValueEnum};
use detect::FindingKind;
use ingest::Zone;
use ipnet::IpNet;
use observation::{DAY, HOUR, Micros, Point, SECOND};

pub(crate) use self::bulletin::*;
pub(crate) use report::*;

/// Watches a network for unwanted access, and says each month what came.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Load captures (pcap, pcapng) and logs (iptables, cowrie, csv); also .gz, .zst, .bz2, .xz
    Import(Box<ImportArgs>),
    /// Run a SQL query over the tables access, coverage, daily, import, finding, acknowledged, retired
    Sql(SqlArgs),
    /// Ask a named question; without one, list them
    Ask(AskArgs),
    /// Make the monthly bulletin
    Bulletin {
        #[command(subcommand)]
        command: BulletinCommand,
    },
    /// Recompute claims: figures and comparisons with their operands
    Claims {
        #[command(subcommand)]
        command: ClaimsCommand,
    },
    /// Find surges, victims, floods, password cracking and what is new
    Detect {
        #[command(subcommand)]
        command: DetectCommand,
    },
    /// List what was found, show it, acknowledge it
    Findings {
        #[command(subcommand)]
        command: FindingsCommand,
    },
    /// Tell people what was found: by mail, webhook and syslog, as [alerts] in the settings says
    Alerts {
        #[command(subcommand)]
        command: AlertsCommand,
    },
    /// Serve the observatory's pages
    Up(UpArgs),
    /// Invite monitoring points, list them, take them out
    Point {
        #[command(subcommand)]
        command: PointCommand,
    },
    /// Keep the archive small: compact, clean up, drop old days
    Archive {
        #[command(subcommand)]
        command: ArchiveCommand,
    },
    /// Take in, list and count what people report
    Report {
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Read the settings and say how they were understood
    CheckConfig(Folder),
    /// For `up` itself: watch this host
    #[command(hide = true)]
    WatchHere(Folder),
}

#[derive(Args, Clone, Default)]
pub(crate) struct Folder {
    /// The data folder [default: the platform's, such as ~/.local/share/yagura]
    #[arg(long, value_name = "DIR", env = "YAGURA_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// The settings file [default: yagura.toml in the data folder]
    #[arg(long, value_name = "FILE", env = "YAGURA_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args)]
#[command(group = clap::ArgGroup::new("who").args(["point", "points"]))]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The monitoring point that saw these files (where a map names the point, the map's word counts)
    #[arg(long, value_name = "NAME")]
    pub(crate) point: Option<Point>,
    /// A TOML file that names several points, a table [[point]] each
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) points: Option<PathBuf>,
    /// Addresses that the point watches, as often as needed [default: every address]
    #[arg(long, value_name = "CIDR", conflicts_with = "points", value_parser = net)]
    pub(crate) watch: Vec<IpNet>,
    /// dark: nobody lives there; live: an ordinary host does
    #[arg(long, value_enum, default_value = "dark", conflicts_with = "points")]
    pub(crate) mode: ModeArg,
    /// What the files are
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) format: ImportFormat,
    /// What the columns of a csv file mean
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) map: Option<PathBuf>,
    /// The year of a log's first line, where its stamps have none
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(i16).range(1970..=9999))]
    pub(crate) year: Option<i16>,
    /// The time zone of a log whose stamps name none [default: the observatory's]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<Zone>,
    /// Allow a file that overlaps in time with another of the same point
    #[arg(long)]
    pub(crate) overlap: bool,
    /// Say what was counted as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Captures and logs; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ModeArg {
    Dark,
    Live,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ImportFormat {
    /// What each file looks like; columns, where there is a map
    Auto,
    /// pcap or pcapng
    Pcap,
    /// Netfilter's LOG lines in syslog
    Iptables,
    /// Cowrie's JSON lines
    Cowrie,
    /// Columns, as --map says
    Csv,
}

impl From<ImportFormat> for ingest::Format {
    fn from(format: ImportFormat) -> Self {
        match format {
            ImportFormat::Auto => ingest::Format::Auto,
            ImportFormat::Pcap => ingest::Format::Capture,
            ImportFormat::Iptables => ingest::Format::Iptables,
            ImportFormat::Cowrie => ingest::Format::Cowrie,
            ImportFormat::Csv => ingest::Format::Csv,
        }
    }
}

#[derive(Args)]
pub(crate) struct SqlArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// How the answer is written
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: FormatArg,
    /// The query, such as "select count(*) from access"
    pub(crate) query: String,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FormatArg {
    Table,
    Csv,
    Json,
}

impl From<FormatArg> for archive::Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Table => archive::Format::Table,
            FormatArg::Csv => archive::Format::Csv,
            FormatArg::Json => archive::Format::Json,
        }
    }
}

#[derive(Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The question's name
    pub(crate) question: Option<String>,
    /// The first day [default: the archive's first]
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The last day, counted too [default: the archive's last]
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
    /// One point [default: all]
    #[arg(long, value_name = "NAME")]
    pub(crate) point: Option<Point>,
    /// The source address that `seen` asks about
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) src: Option<IpAddr>,
    /// Rows at most, where they are ranked
    #[arg(long, value_name = "N", default_value = "50")]
    pub(crate) top: NonZeroUsize,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum DetectCommand {
    /// Drive the detectors over the archive, hour by hour, as if it were happening now
    Replay(ReplayArgs),
    /// Put events of known size into the archive's own accesses, and say how many are found
    Evaluate(EvaluateArgs),
}

#[derive(Args)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// The first UTC day of the background [default: the archive's first]
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The last, counted too [default: the archive's last]
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
    /// Surges of each size
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) trials: usize,
    /// False alarms of surges that each method may raise in 30 days
    #[arg(long, value_name = "N", default_value_t = 0.5)]
    pub(crate) alarms: f64,
    /// Of the random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Args)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The first UTC day on which a finding may have become known [default: the archive's first]
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The last, counted too [default: the archive's last]
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
    /// One finding a line, in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum FindingsCommand {
    /// List findings in the order in which they became known
    List(ListFindings),
    /// Show a finding with its evidence, and how to make it again
    Show {
        #[command(flatten)]
        desk: Desk,
        /// The finding's id, or as much of its beginning as no other has
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Write down that findings have been seen to
    Ack {
        #[command(flatten)]
        desk: Desk,
        /// What is to be said about them
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// The findings' ids, or as much of their beginnings as no other has
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

#[derive(Args)]
pub(crate) struct ListFindings {
    #[command(flatten)]
    pub(crate) desk: Desk,
    /// One kind
    #[arg(long, value_name = "KIND", value_parser = FindingKind::ALL.map(FindingKind::as_str))]
    pub(crate) kind: Option<String>,
    /// The first UTC day on which a finding may have become known
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// The last, counted too
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
    /// Only what goes on
    #[arg(long)]
    pub(crate) open: bool,
    /// Only what nobody has acknowledged
    #[arg(long)]
    pub(crate) unacknowledged: bool,
}

#[derive(Subcommand)]
pub(crate) enum ClaimsCommand {
    /// Check claims, one a line; exit status 0 only if all are consistent
    Check(CheckArgs),
}

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// The claims, as docs/claims.md says; - is standard input
    #[arg(value_name = "FILE.jsonl")]
    pub(crate) file: PathBuf,
    /// Give each verdict as a line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct UpArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The address to listen on [default: 127.0.0.1:8630]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Load the samples, real captures, into a fresh folder first
    #[arg(long)]
    pub(crate) sample: bool,
}

#[derive(Subcommand)]
pub(crate) enum PointCommand {
    /// Print the command by which a point joins this hub
    Invite {
        #[command(flatten)]
        folder: Folder,
        /// The point's name
        name: Point,
        /// How long the invitation holds: 30m, 1h, 2d
        #[arg(long, value_name = "TIME", default_value = "1h", value_parser = span)]
        ttl: Micros,
    },
    /// How each point is: last heard, lag, spool, losses, clock, version, findings
    List {
        #[command(flatten)]
        folder: Folder,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a point's certificates back, at once
    Revoke {
        #[command(flatten)]
        folder: Folder,
        /// The point's name
        name: Point,
    },
}

#[derive(Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Write the many files of a day into one, sorted; no row changes
    Compact {
        #[command(flatten)]
        folder: Folder,
        /// Compact days with at least so many files
        #[arg(long, default_value_t = 1)]
        many: usize,
    },
    /// Delete files that no table has needed for a day
    CleanUp {
        #[command(flatten)]
        folder: Folder,
    },
    /// Drop the rows of all UTC days before a day, and keep their daily counts
    Retire {
        #[command(flatten)]
        folder: Folder,
        /// The first day to keep
        #[arg(long, value_name = "DAY")]
        before: Day,
    },
}

/// A data folder, and how the answer is written.
#[derive(Args)]
pub(crate) struct Desk {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum AlertsCommand {
    /// Tell what was found and not told yet; `yagura up` does so by itself
    Send(Folder),
    /// Send a message by every channel, to see whether it comes
    Test(Folder),
}

/// A span of time, from a second to a year.
fn span(text: &str) -> Result<Micros, String> {
    let wrong = || "write a time like 30m, 1h or 2d, a year at most".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let unit = match unit {
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => HOUR,
        "d" => DAY,
        _ => return Err(wrong()),
    };
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let span = Micros::from(number).checked_mul(unit);
    span.filter(|span| (1..=366 * DAY).contains(span)).ok_or_else(wrong)
}

/// A network, or one address.
fn net(text: &str) -> Result<IpNet, String> {
    let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.map_err(|_| "write a network like 192.0.2.0/24 or 2001:db8::/32".to_owned())
}
