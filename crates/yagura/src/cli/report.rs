//! `yagura report`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Desk;

#[derive(Subcommand)]
pub(crate) enum ReportCommand {
    /// Take in one report: a form in a file; - is standard input
    Add {
        #[command(flatten)]
        desk: Desk,
        /// When it came, as 2005-05-12T10:00:00+09:00 [default: now]
        #[arg(long, value_name = "TIME")]
        received: Option<jiff::Timestamp>,
        /// The form
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take in files: forms, mails, tables, XARF, logs of ClamAV; a folder is a Maildir
    Import {
        #[command(flatten)]
        desk: Desk,
        /// When they came, as 2005-05-12T10:00:00+09:00 [default: now]; a Maildir says it itself
        #[arg(long, value_name = "TIME")]
        received: Option<jiff::Timestamp>,
        /// Only say what would become of each row
        #[arg(long)]
        dry_run: bool,
        /// Files and Maildirs
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Take in what came to the mailbox of the settings, and mark it there
    Collect {
        #[command(flatten)]
        desk: Desk,
    },
    /// List reports, latest first
    List {
        #[command(flatten)]
        desk: Desk,
        /// virus, access or consultation
        #[arg(long, value_name = "KIND")]
        kind: Option<register::Kind>,
        /// Words that all stand in it, or a receipt number
        #[arg(long, value_name = "WORDS")]
        find: Option<String>,
        /// Reports before this number
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
        /// Reports at most
        #[arg(long, value_name = "N", default_value_t = 50)]
        top: usize,
    },
    /// Show a report, by its number or its receipt number
    Show {
        #[command(flatten)]
        desk: Desk,
        /// The number
        report: String,
    },
    /// Count a month under a rule
    Count {
        #[command(flatten)]
        desk: Desk,
        /// The month
        #[arg(long, value_name = "YYYY-MM")]
        month: register::Month,
        /// The rule
        #[arg(long, value_name = "ID", default_value = "ipa-2005")]
        rule: String,
        /// Another rule: say where the two part, report by report
        #[arg(long, value_name = "ID")]
        beside: Option<String>,
    },
    /// Write every report in another format, and say on standard error what it does not carry
    Export {
        #[command(flatten)]
        desk: Desk,
        /// Which format
        #[arg(long, value_enum, default_value = "csv")]
        format: ReportFormat,
    },
    /// Verify the log of every change, and that the book is what it says
    Audit {
        #[command(flatten)]
        desk: Desk,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A table
    Csv,
    /// Machine tags of the taxonomy RSIT
    Rsit,
    /// Events of MISP
    Misp,
    /// XARF 4, a report in each line
    Xarf,
    /// IODEF 2 in XML (RFC 7970)
    IodefXml,
    /// IODEF 2 in JSON (RFC 8727)
    IodefJson,
}
