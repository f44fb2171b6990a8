//! `yagura bulletin state` and `front`: a folder of bulletins, a folder a month, what is published of it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use bulletin::Month;
use jiff::Timestamp;
use observation::Micros;
use press::{Issue, Shelf, Standing, State};
use summary::Earlier;

use crate::Done;
use crate::bulletins::{read, verified};
use crate::cli::{FrontArgs, StateArgs};

/// Tells a bundle's state, or changes it: forward only, and of a bundle that verifies.
pub(crate) fn state(args: &StateArgs) -> Result<Done> {
    let (bundle, mut faults) = read(&args.bundle)?;
    let standing = standing(&args.bundle)?;
    let Some(next) = args.to else {
        say!("{}", standing.state.as_str());
        return Ok(Done::Whole);
    };
    ensure!(
        standing.state.may_become(next),
        "a bulletin that is {} cannot become {}: the states are draft, reviewed, published, superseded, one after the other",
        standing.state.as_str(),
        next.as_str()
    );
    // What was published can be withdrawn, whatever became of it or of the program.
    if next != State::Superseded {
        let checked = verified(&bundle);
        faults.extend(checked.faults.into_iter().chain(checked.unset));
        faults.extend(bundle.sealed(&args.bundle, None));
    }
    ensure!(
        faults.is_empty() || next == State::Superseded,
        "{} does not verify: see yagura bulletin verify",
        args.bundle.display()
    );
    let at = args.at.unwrap_or_else(Timestamp::now).to_string();
    note(&args.bundle, next, &at)?;
    say!("{}", next.as_str());
    Ok(Done::Whole)
}

/// Writes a bundle's state beside it.
fn note(folder: &Path, state: State, at: &str) -> Result<()> {
    let lines = press::states(folder)? + &press::state_line(state, at, &manifest(folder)?);
    let beside = press::states_beside(folder);
    fs::write(&beside, lines).with_context(|| format!("cannot write {}", beside.display()))
}

/// Publishes a bundle that was just made, without anybody's look: for samples only.
pub(crate) fn publish(folder: &Path, at: &str) -> Result<()> {
    [State::Reviewed, State::Published].into_iter().try_for_each(|state| note(folder, state, at))
}

/// The state by the MANIFEST as it is there: what was published can be withdrawn though a file was changed.
fn standing(folder: &Path) -> Result<Standing> {
    Ok(press::standing(&press::states(folder)?, &manifest(folder)?))
}

fn manifest(folder: &Path) -> Result<String> {
    let path = folder.join(press::MANIFEST);
    let there = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&there).into_owned())
}

/// Writes what leads to the published bulletins of a folder: `index.html`, `feed.atom`, and `YYYY-MM.json`
/// for each month.
pub(crate) fn front(args: &FrontArgs) -> Result<Done> {
    let published = write_front(&args.folder, &args.base)?;
    say!("bulletins that are published: {published}");
    Ok(Done::Whole)
}

/// Writes the front of a folder that is served at `base`, and says how many bulletins are public.
pub(crate) fn write_front(folder: &Path, base: &str) -> Result<usize> {
    let mut base = base.to_owned();
    if !base.ends_with('/') {
        base.push('/');
    }
    let mut issues = Vec::new();
    let unread = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(unread)? {
        let entry = entry.with_context(unread)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(month) = name.parse::<Month>().ok().filter(|_| entry.path().is_dir()) {
            issues.extend(issue(&entry.path(), month)?);
        }
    }
    issues.sort_by(|one: &Issue, other| other.month.cmp(&one.month));
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    for issue in &issues {
        write(&format!("{}.json", issue.month), press::month(issue))?;
    }
    write(press::FEED, press::feed(&issues, &base))?;
    write("index.html", press::front(&issues))?;
    Ok(issues.len())
}

/// A month's bulletin where it is public. One that does not verify is published by nobody.
fn issue(folder: &Path, month: Month) -> Result<Option<Issue>> {
    let (bundle, mut faults) = read(folder)?;
    let Standing { state, at: Some(at) } = standing(folder)? else { return Ok(None) };
    if !state.is_public() {
        return Ok(None);
    }
    faults.extend(verified(&bundle).faults);
    ensure!(faults.is_empty(), "{} does not verify: see yagura bulletin verify", folder.display());
    let figures = summary::figures(&bundle)?;
    let is_its_own = figures.month.to_string() == month.to_string();
    ensure!(is_its_own, "{} is of {}: name it so", folder.display(), figures.month);
    let documents = summary::write(&figures).documents;
    let titles = summary::langs(&bundle).into_iter();
    let titles = titles.map(|lang| (lang, documents.of(lang).title.clone())).collect();
    let as_of = figures.as_of;
    let at = at.parse::<Timestamp>().context("the moment of its state is none")?.to_string();
    Ok(Some(Issue { month: month.to_string(), state, at, as_of, titles }))
}

/// Bulletins of so many months are compared with what is known now: as far as series look back.
const LOOKED_AT: u32 = 24;

/// What the published bulletins of a folder told of months before one, the earliest first: those that stand for
/// the moment or an earlier one.
pub(crate) fn earlier(
    folder: &Path,
    month: claims::Month,
    as_of: Option<Micros>,
) -> Result<Vec<Earlier>> {
    let shelf = Shelf::new(folder);
    let mut all = Vec::new();
    for shelved in shelf.all()?.into_iter().rev() {
        let of: claims::Month = shelved.month.parse()?;
        let is_before = of.until(month).is_some_and(|back| (1..=LOOKED_AT).contains(&back));
        if !is_before || !shelved.standing.state.is_public() {
            continue;
        }
        let whose = || format!("the published bulletin of {of} cannot be compared with");
        let bytes = shelf.file(&shelved.month, summary::FIGURES).with_context(whose)?;
        let figures = summary::figures_of(&String::from_utf8_lossy(&bytes)).with_context(whose)?;
        let moment = figures.as_of.as_deref().and_then(|moment| moment.parse::<Timestamp>().ok());
        let moment = moment.map(Timestamp::as_microsecond);
        if moment.is_none_or(|moment| as_of.is_none_or(|as_of| moment <= as_of)) {
            all.push(figures.told());
        }
    }
    Ok(all)
}

/// What a state is on the command line.
pub(crate) fn next(text: &str) -> Result<State, press::BadState> {
    text.parse()
}
