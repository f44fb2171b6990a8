//! `yagura bulletin make`: what the archive and the book of reports know of a month, as a bundle, sealed where
//! there is a key.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use archive::Archive;
use bulletin::Month;
use jiff::Timestamp;
use observation::Micros;
use press::{Bundle, Document, Fault, Lang, Sealer};
use summary::{Both, Summary};

use crate::bulletins::{WRITER, documents};
use crate::cli::{KeyArgs, MakeArgs};
use crate::settings::Settings;
use crate::{Done, narratives, open, reported, shelf};

/// Makes a month's bundle; what may not be said is told on standard error.
pub(crate) async fn make(args: &MakeArgs) -> Result<Done> {
    let (archive, settings) = open(&args.folder).await?;
    let gathered = gather(&archive, &settings, args.month, args.as_of).await?;
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
    if let Some(Fault { place, why }) = summary::lint(&written).first() {
        anyhow::bail!("the figures do not agree, and no bulletin is made of them: {place}: {why}");
    }
    for withheld in &written.withheld {
        eprintln!("yagura: {} is not said: {}", withheld.id, withheld.why);
    }
    let sealer = args.key.as_deref().map(sealer).transpose()?;
    let mut bundle = printed(&summary, &langs, written.documents)?;
    if let Some(sealer) = &sealer {
        bundle.name_key(sealer);
    }
    make_room(&args.out, &bundle)?;
    bundle.write(&args.out)?;
    match sealer {
        Some(sealer) => bundle.seal(&args.out, &sealer)?,
        None => unseal(&args.out)?,
    }
    let first = langs.first().copied().unwrap_or(Lang::En);
    say!("{}", args.out.join(format!("index.{}.html", first.as_str())).display());
    Ok(Done::Whole)
}

/// Makes a folder ready for a bundle. What was published is not written over by something else, and nothing is
/// written among files of others, where it would not verify; what a bulletin before left there goes.
fn make_room(folder: &Path, bundle: &Bundle) -> Result<()> {
    let before = before(folder);
    let strangers = bundle.strangers(folder, before.as_ref())?;
    anyhow::ensure!(
        strangers.is_empty(),
        "{} holds files that are no bulletin's ({}): choose another folder with --out",
        folder.display(),
        strangers.join(", ")
    );
    anyhow::ensure!(
        !folder.exists() || !is_published(folder, before.is_some(), bundle)?,
        "{} holds a bulletin that was published, and this one differs from it: choose another folder with --out; \
         yagura bulletin erratum tells how they differ",
        folder.display()
    );
    Ok(bundle.clear(folder, before.as_ref())?)
}

/// Whether a folder holds another bulletin than this one that was published, as far as can be told: where its
/// MANIFEST is gone or damaged, the states beside it say that there was one.
fn is_published(folder: &Path, is_bundle: bool, bundle: &Bundle) -> Result<bool> {
    let states = press::states(folder)?;
    if press::standing(&states, &bundle.manifest()).state.is_public() {
        return Ok(false);
    }
    let there = std::fs::read(folder.join(press::MANIFEST)).unwrap_or_default();
    let there = press::standing(&states, &String::from_utf8_lossy(&there)).state;
    Ok(there.is_public() || !is_bundle && press::was_public(&states))
}

/// The bulletin that is in a folder. By a MANIFEST alone others say what is theirs too; one that names these files
/// is ours.
fn before(folder: &Path) -> Option<Bundle> {
    let (bundle, faults) = Bundle::read(folder).ok()?;
    let is_named =
        |path: &str| bundle.get(path).is_some() || faults.iter().any(|fault| fault.place == path);
    [summary::FIGURES, summary::CLAIMS, summary::FONTS].into_iter().all(is_named).then_some(bundle)
}

/// The whole bundle: pages, data, claims, and what is printed.
fn printed(summary: &Summary, langs: &[Lang], all: Both<Document>) -> Result<Bundle> {
    let mut bundle = summary::bundle(summary, langs);
    let documents = documents(&bundle, all);
    print::add(&mut bundle, &documents, &summary::PRINTED)?;
    Ok(bundle)
}

/// Makes and publishes the bulletin of a month of samples in the folder that the pages show, unless it is there;
/// in Japanese too where there is a font for it.
pub(crate) async fn publish_sample(
    archive: &Archive,
    settings: &Settings,
    month: Month,
) -> Result<PathBuf> {
    let folder = settings.bulletins.join(month.to_string());
    if folder.exists() {
        return Ok(folder);
    }
    let summary = gather(archive, settings, month, None).await?;
    let langs: Vec<Lang> =
        Lang::ALL.into_iter().filter(|lang| print::Fonts::find(*lang).is_ok()).collect();
    let bundle = printed(&summary, &langs, summary::write(&summary).documents)?;
    bundle.write(&folder)?;
    shelf::publish(&folder, &Timestamp::now().to_string())?;
    Ok(folder)
}

/// All that is known of a month as of a moment: where none is named, when the last of it was received. So
/// the same archive and book give the same bytes, whenever they are asked.
pub(crate) async fn gather(
    archive: &Archive,
    settings: &Settings,
    month: Month,
    as_of: Option<Timestamp>,
) -> Result<Summary> {
    let of: claims::Month = month.to_string().parse()?;
    let zone = settings.zone.clone();
    let settings = Arc::new(settings.clone());
    let as_of = match as_of {
        Some(as_of) => Some(as_of.as_microsecond()),
        None => {
            let filed = asked(&settings, move |settings| reported::latest(settings, of)).await?;
            bulletin::latest_received(archive, month).await?.max(filed)
        }
    };
    let monitoring = bulletin::monitoring(archive, month, as_of).await?;
    let until = as_of.unwrap_or(Micros::MAX);
    let earlier = shelf::earlier(&settings.bulletins, of, as_of)?;
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
        earlier,
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

/// Makes a publisher's key. A key is never written over another.
pub(crate) fn key(args: &KeyArgs) -> Result<Done> {
    let text = Sealer::generate(&args.name)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let file = options.open(&args.file);
    let whose = || format!("cannot make the key {}", args.file.display());
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(whose)?;
    say!("{}", Sealer::read(&text)?.verifier());
    Ok(Done::Whole)
}
