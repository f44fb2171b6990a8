//! `yagura bulletin`: bundles read, verified and compared; how they are made stands in [`crate::making`].

use std::path::Path;

use anyhow::{Context as _, Result};
use press::{Bundle, Document, Fault};
use summary::{Both, Summary};

use crate::cli::{BulletinCommand, ErratumArgs, Folder, VerifyArgs};
use crate::making::{gather, key, make};
use crate::{Done, open, shelf};

/// The program and its version, as bundles name them.
pub(crate) const WRITER: &str = concat!("yagura ", env!("CARGO_PKG_VERSION"));

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
pub(crate) fn documents(bundle: &Bundle, all: Both<Document>) -> Vec<Document> {
    summary::langs(bundle).into_iter().map(|lang| all.of(lang).clone()).collect()
}

/// Where another program wrote a bundle.
fn other_writer(bundle: &Bundle) -> Option<String> {
    let figures = summary::figures(bundle).ok().filter(|figures| figures.writer != WRITER)?;
    Some(format!(
        "{} wrote this bundle, and this is {WRITER}: where pages differ, verify with that one",
        figures.writer
    ))
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
    checked
}

async fn verify(args: &VerifyArgs) -> Result<Done> {
    let (bundle, mut faults) = read(&args.bundle)?;
    let checked = verified(&bundle);
    faults.extend(checked.faults);
    let mut notes: Vec<String> = other_writer(&bundle).into_iter().collect();
    if args.pdf_as_read {
        notes.extend(checked.unset.iter().map(|Fault { place, why }| format!("{place}: {why}")));
    } else {
        faults.extend(checked.unset.into_iter().map(unset));
    }
    faults.extend(bundle.sealed(&args.bundle, args.sealed_by.as_ref()));
    notes.extend(whose_seal(&bundle, args));
    if let Some(data) = &args.data {
        let folder = Folder { data: Some(data.clone()), config: args.config.clone() };
        faults.extend(against(&bundle, &folder).await?);
    }
    for Fault { place, why } in &faults {
        say!("{place}: {why}");
    }
    for note in &notes {
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

/// A PDF that was not proven, and what whoever verifies can do.
fn unset(Fault { place, why }: Fault) -> Fault {
    let why = format!(
        "{why}; reading does not show where its letters stand: install its fonts, or accept that with --pdf-as-read"
    );
    Fault { place, why }
}

/// Whose the seal claims to be, where nobody said whose it has to be.
fn whose_seal(bundle: &Bundle, args: &VerifyArgs) -> Option<String> {
    let seal = args.bundle.join(press::SEAL);
    if args.sealed_by.is_some() || !seal.exists() {
        return None;
    }
    Some(match bundle.key() {
        Some(key) => format!(
            "the seal is of a key that calls itself {}: that it is theirs, --sealed-by would show",
            key.name()
        ),
        None => "the seal was not verified: the bundle names no key, and --sealed-by gives none"
            .to_owned(),
    })
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
    let (archive, settings) = open(folder).await?;
    let month = published.month.to_string().parse()?;
    let gathered = gather(&archive, &settings, month, as_of).await?;
    // What editors told, and what was published before, is in no archive; the moment is the one that was named.
    let Summary { narratives, earlier, as_of, .. } = published;
    let again = Summary { narratives, earlier, as_of, ..gathered };
    let again = summary::write(&again);
    let claims = bundle.text(summary::CLAIMS).unwrap_or_default();
    let differences = summary::differences(claims, &again.claims).into_iter();
    let fault = |wrong: summary::Mismatch| Fault {
        place: format!("the archive, claim {}", wrong.id),
        why: wrong.why,
    };
    Ok(differences.map(fault).collect())
}
