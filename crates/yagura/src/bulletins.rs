//! `yagura bulletin`: what the archive and the book of reports know of a month, published and verified.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use bulletin::Month;
use press::{Bundle, Fault, Lang, Sealer};
use summary::Summary;

use crate::cli::{BulletinCommand, ErratumArgs, Folder, KeyArgs, MakeArgs, VerifyArgs};
use crate::settings::Settings;
use crate::{Done, narratives, open, reported};

/// Runs a command on bulletins.
pub(crate) async fn run(command: &BulletinCommand) -> Result<Done> {
    match command {
        BulletinCommand::Make(args) => make(args).await,
        BulletinCommand::Verify(args) => verify(args).await,
        BulletinCommand::Erratum(args) => erratum(args),
        BulletinCommand::Key(args) => key(args),
    }
}

async fn make(args: &MakeArgs) -> Result<Done> {
    let gathered = gather(&args.folder, args.month).await?;
    let narratives = args.narratives.as_deref().map(narratives::read).transpose()?;
    let summary = Summary { narratives: narratives.unwrap_or_default(), ..gathered };
    let mut langs: Vec<Lang> = Vec::new();
    for lang in &args.lang {
        if !langs.contains(lang) {
            langs.push(*lang);
        }
    }
    let written = summary::write(&summary);
    if let Some(refused) = written.refused.into_iter().next() {
        return Err(refused.into());
    }
    for withheld in written.withheld {
        eprintln!("yagura: {} is not said: {}", withheld.id, withheld.why);
    }
    let sealer = args.key.as_deref().map(sealer).transpose()?;
    let bundle = summary::bundle(&summary, &langs);
    bundle.write(&args.out)?;
    match sealer {
        Some(sealer) => bundle.seal(&args.out, &sealer)?,
        None => unseal(&args.out)?,
    }
    let first = langs.first().copied().unwrap_or(Lang::En);
    say!("{}", args.out.join(format!("index.{}.html", first.as_str())).display());
    Ok(Done::Whole)
}

/// All that is known of a month.
async fn gather(folder: &Folder, month: Month) -> Result<Summary> {
    let (archive, settings) = open(folder).await?;
    let monitoring = bulletin::monitoring(&archive, month).await?;
    let of = month.to_string().parse()?;
    let zone = settings.zone.clone();
    Ok(Summary {
        month: of,
        days: u32::try_from(month.days())?,
        zone,
        as_of: None,
        reports: reports(settings, of).await?,
        monitoring,
        narratives: Vec::new(),
    })
}

/// PostgreSQL's client brings a runtime of its own, which must not start inside ours.
async fn reports(settings: Settings, month: claims::Month) -> Result<Option<summary::Reports>> {
    tokio::task::spawn_blocking(move || reported::reports(&settings, month)).await?
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
        faults.extend(summary::verify(&bundle));
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

fn read(folder: &Path) -> Result<(Bundle, Vec<Fault>)> {
    Bundle::read(folder).with_context(|| format!("{} is no bundle", folder.display()))
}

async fn verify(args: &VerifyArgs) -> Result<Done> {
    let (bundle, mut faults) = read(&args.bundle)?;
    faults.extend(summary::verify(&bundle));
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
    let gathered = gather(folder, published.month.to_string().parse()?).await?;
    // An editor's narratives are in no archive.
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
