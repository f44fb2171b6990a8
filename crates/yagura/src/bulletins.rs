//! `yagura bulletin`: what the archive and the book of reports know of a month, published and verified.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bulletin::Month;
use jiff::Timestamp;
use observation::Micros;
use press::{Bundle, Document, Fault, Lang, Sealer};
use summary::{Both, Summary};

use crate::cli::{BulletinCommand, ErratumArgs, Folder, KeyArgs, MakeArgs, VerifyArgs};
use crate::settings::Settings;
use crate::{Done, narratives, open, reported, shelf};

/// The program and its version, as bundles name them.
const WRITER: &str = concat!("yagura ", env!("CARGO_PKG_VERSION"));

/// Runs a command on bulletins.
pub(crate) async fn run(command: &BulletinCommand) -> Result<Done> {
    match command {
        BulletinCommand::Make(args) => make(args).await,
        BulletinCommand::Verify(args) => verify(args).await,
        BulletinCommand::Erratum(args) => erratum(args),
        BulletinCommand::Key(args) => key(args),
        BulletinCommand::State(args) => shelf::state(args),
        BulletinCommand::Front(args) => shelf::front(args),
    }
}

async fn make(args: &MakeArgs) -> Result<Done> {
    let gathered = gather(&args.folder, args.month, args.as_of).await?;
    let narratives = args.narratives.as_deref().map(narratives::read).transpose()?;
    let summary = Summary { narratives: narratives.unwrap_or_default(), ..gathered };
    let mut langs: Vec<Lang> = Vec::new();
    for lang in &args.lang {
        if !langs.contains(lang) {
            langs.push(*lang);
        }
    }
    let written = summary::write(&summary);
    if let Some(refused) = written.refused.first() {
        return Err(refused.clone().into());
    }
    for withheld in &written.withheld {
        eprintln!("yagura: {} is not said: {}", withheld.id, withheld.why);
    }
    let sealer = args.key.as_deref().map(sealer).transpose()?;
    let mut bundle = summary::bundle(&summary, &langs);
    let documents = documents(&bundle, written.documents);
    print::add(&mut bundle, &documents, &summary::PRINTED)?;
    bundle.write(&args.out)?;
    match sealer {
        Some(sealer) => bundle.seal(&args.out, &sealer)?,
        None => unseal(&args.out)?,
    }
    let first = langs.first().copied().unwrap_or(Lang::En);
    say!("{}", args.out.join(format!("index.{}.html", first.as_str())).display());
    Ok(Done::Whole)
}

/// All that is known of a month as of a moment: where none is named, when the last of it was received. So
/// the same archive and book give the same bytes, whenever they are asked.
async fn gather(folder: &Folder, month: Month, as_of: Option<Timestamp>) -> Result<Summary> {
    let (archive, settings) = open(folder).await?;
    let of: claims::Month = month.to_string().parse()?;
    let zone = settings.zone.clone();
    let settings = Arc::new(settings);
    let as_of = match as_of {
        Some(as_of) => Some(as_of.as_microsecond()),
        None => {
            let filed = asked(&settings, move |settings| reported::latest(settings, of)).await?;
            bulletin::latest_received(&archive, month).await?.max(filed)
        }
    };
    let monitoring = bulletin::monitoring(&archive, month, as_of).await?;
    let until = as_of.unwrap_or(Micros::MAX);
    let reports = asked(&settings, move |settings| reported::reports(settings, of, until)).await?;
    let as_of = as_of.map(Timestamp::from_microsecond).transpose()?;
    Ok(Summary {
        month: of,
        days: u32::try_from(month.days())?,
        zone,
        as_of: as_of.map(|as_of| as_of.to_string()),
        writer: WRITER.to_owned(),
        reports,
        monitoring,
        narratives: Vec::new(),
    })
}

/// Asks the book of reports. PostgreSQL's client brings a runtime of its own, which must not start
/// inside ours.
async fn asked<T: Send + 'static>(
    settings: &Arc<Settings>,
    ask: impl FnOnce(&Settings) -> Result<T> + Send + 'static,
) -> Result<T> {
    let settings = Arc::clone(settings);
    tokio::task::spawn_blocking(move || ask(&settings)).await?
}

fn sealer(path: &Path) -> Result<Sealer> {
    let whose = || format!("cannot use the key {}", path.display());
    let text = std::fs::read_to_string(path).with_context(whose)?;
    Sealer::read(&text).with_context(whose)
}

/// A seal over files that are no longer there would be a false one.
fn unseal(folder: &Path) -> Result<()> {
    match std::fs::remove_file(folder.join(press::SEAL)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A key is never written over another.
fn key(args: &KeyArgs) -> Result<Done> {
    let text = Sealer::generate(&args.name)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let file = options.open(&args.file);
    let whose = || format!("cannot make the key {}", args.file.display());
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(whose)?;
    say!("{}", Sealer::read(&text)?.verifier());
    Ok(Done::Whole)
}

/// Only bundles that agree with themselves are compared.
fn erratum(args: &ErratumArgs) -> Result<Done> {
    let claims = |folder: &Path| -> Result<String> {
        let (bundle, mut faults) = read(folder)?;
        faults.extend(verified(&bundle).faults);
        anyhow::ensure!(
            faults.is_empty(),
            "{} does not verify: see yagura bulletin verify",
            folder.display()
        );
        Ok(bundle.text(summary::CLAIMS).unwrap_or_default().to_owned())
    };
    let differences = summary::differences(&claims(&args.old)?, &claims(&args.new)?);
    for summary::Mismatch { id, why } in &differences {
        say!("{id}: {why}");
    }
    if differences.is_empty() {
        say!("no claim differs");
    }
    Ok(Done::Whole)
}

pub(crate) fn read(folder: &Path) -> Result<(Bundle, Vec<Fault>)> {
    Bundle::read(folder).with_context(|| format!("{} is no bundle", folder.display()))
}

/// The documents of the languages that a bundle has pages in.
fn documents(bundle: &Bundle, all: Both<Document>) -> Vec<Document> {
    summary::langs(bundle).into_iter().map(|lang| all.of(lang).clone()).collect()
}

/// What is wrong with a bundle by itself: what is written anew, and what is printed.
pub(crate) fn verified(bundle: &Bundle) -> print::Checked {
    let mut checked = match summary::figures(bundle) {
        Ok(figures) => {
            let documents = documents(bundle, summary::write(&figures).documents);
            print::check(bundle, &documents, &summary::PRINTED)
        }
        Err(_) => print::Checked::default(),
    };
    checked.faults.splice(0..0, summary::verify(bundle));
    if let Ok(figures) = summary::figures(bundle)
        && figures.writer != WRITER
    {
        checked.notes.push(format!(
            "{} wrote this bundle, and this is {WRITER}: where pages differ, verify with that one",
            figures.writer
        ));
    }
    checked
}

async fn verify(args: &VerifyArgs) -> Result<Done> {
    let (bundle, mut faults) = read(&args.bundle)?;
    let checked = verified(&bundle);
    faults.extend(checked.faults);
    if let Some(verifier) = &args.sealed_by {
        faults.extend(bundle.sealed(&args.bundle, verifier));
    }
    if let Some(data) = &args.data {
        let folder = Folder { data: Some(data.clone()), config: args.config.clone() };
        faults.extend(against(&bundle, &folder).await?);
    }
    for Fault { place, why } in &faults {
        say!("{place}: {why}");
    }
    for note in &checked.notes {
        eprintln!("yagura: {note}");
    }
    let claims = bundle.text(summary::CLAIMS).unwrap_or_default().lines().count();
    if faults.is_empty() {
        say!("verified: {claims} claims, {} files", bundle.paths().count());
    } else {
        eprintln!("yagura: {} mismatches", faults.len());
    }
    Ok(if faults.is_empty() { Done::Whole } else { Done::Failed })
}

/// What an archive and a book of reports say otherwise than a bundle.
async fn against(bundle: &Bundle, folder: &Folder) -> Result<Vec<Fault>> {
    // What is wrong with the figures themselves was said already.
    let Ok(published) = summary::figures(bundle) else { return Ok(Vec::new()) };
    let as_of = published.as_of.as_deref().map(str::parse).transpose();
    let Ok(as_of) = as_of else {
        let why = "its moment, as_of, is none: it is written like 2005-06-10T00:00:00Z".to_owned();
        return Ok(vec![Fault { place: summary::FIGURES.to_owned(), why }]);
    };
    let gathered = gather(folder, published.month.to_string().parse()?, as_of).await?;
    // An editor's narratives are in no archive, and the moment is the one that was named.
    let again = Summary { narratives: published.narratives, as_of: published.as_of, ..gathered };
    let again = summary::write(&again);
    let claims = bundle.text(summary::CLAIMS).unwrap_or_default();
    let differences = summary::differences(claims, &again.claims).into_iter();
    let fault = |wrong: summary::Mismatch| Fault {
        place: format!("the archive, claim {}", wrong.id),
        why: wrong.why,
    };
    Ok(differences.map(fault).collect())
}
