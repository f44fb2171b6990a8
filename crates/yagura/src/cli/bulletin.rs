//! `yagura bulletin`.

use std::path::PathBuf;

use ::bulletin::Month;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use press::{Lang, State, Verifier};

use super::Folder;

#[derive(Subcommand)]
pub(crate) enum BulletinCommand {
    /// Write a month's bulletin as pages, data and claims
    Make(MakeArgs),
    /// Recompute every claim of a bulletin; exit status 0 only if nothing differs
    Verify(VerifyArgs),
    /// Make a key to seal bulletins with, and print what they are verified with
    Key(KeyArgs),
    /// Say which claims of a bulletin differ in a later one: what an erratum has to name
    Erratum(ErratumArgs),
    /// Tell a bulletin's state: draft, reviewed, published, superseded; or change it
    State(StateArgs),
    /// Write the front page, the Atom feed and a JSON for each published month of a folder of bulletins
    Front(FrontArgs),
}

#[derive(Args)]
pub(crate) struct StateArgs {
    /// The bulletin's folder; its states stand beside it, in a file of its name with .state
    #[arg(value_name = "DIR")]
    pub(crate) bundle: PathBuf,
    /// Make it the next state; it has to verify
    #[arg(long, value_name = "STATE", value_parser = crate::shelf::next)]
    pub(crate) to: Option<State>,
    /// The moment of the change [default: now]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM:SSZ")]
    pub(crate) at: Option<Timestamp>,
}

#[derive(Args)]
pub(crate) struct FrontArgs {
    /// The folder, in which every month's bulletin is a folder YYYY-MM
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
    /// The address at which the folder is served: https://example.jp/bulletins/
    #[arg(long, value_name = "URL")]
    pub(crate) base: String,
}

#[derive(Args)]
pub(crate) struct MakeArgs {
    #[command(flatten)]
    pub(crate) folder: Folder,
    /// The month
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) month: Month,
    /// The languages, the first one's page being named
    #[arg(long, value_name = "LANG", value_delimiter = ',', default_value = "en,ja")]
    pub(crate) lang: Vec<Lang>,
    /// Count only what was received at this moment or before it [default: all that there is]
    #[arg(long, value_name = "YYYY-MM-DDTHH:MM:SSZ")]
    pub(crate) as_of: Option<Timestamp>,
    /// Instances of damage that an editor tells, as docs/bulletin.md says
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) narratives: Option<PathBuf>,
    /// The key to seal it with, as yagura bulletin key makes it
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Args)]
pub(crate) struct KeyArgs {
    /// Whose key it is: a domain, without spaces
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The file to make, which nobody else may read
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Args)]
pub(crate) struct ErratumArgs {
    /// The folder of the bulletin as it was published
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The folder of the bulletin as it is now
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// The bulletin's folder
    #[arg(value_name = "DIR")]
    pub(crate) bundle: PathBuf,
    /// Whose seal it must bear, as yagura bulletin key prints it
    #[arg(long, value_name = "NAME+ID+KEY")]
    pub(crate) sealed_by: Option<Verifier>,
    /// Accept a PDF that could only be read here, and not set anew in the same fonts
    #[arg(long)]
    pub(crate) pdf_as_read: bool,
    /// Ask this data folder too whether it still says so
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The settings file of that data folder [default: yagura.toml in it]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}
