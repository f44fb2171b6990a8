//! `yagura bulletin state` and `front`: a folder of bulletins, a folder a month, what is published of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use bulletin::Month;
use jiff::Timestamp;
use press::{Bundle, Issue, Standing, State};

use crate::Done;
use crate::bulletins::{read, verified};
use crate::cli::{FrontArgs, StateArgs};

/// Tells a bundle's state, or changes it: forward only, and of a bundle that verifies.
pub(crate) fn state(args: &StateArgs) -> Result<Done> {
    let (bundle, mut faults) = read(&args.bundle)?;
    let standing = standing(&args.bundle, &bundle)?;
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
    faults.extend(verified(&bundle).faults);
    ensure!(
        faults.is_empty(),
        "{} does not verify: see yagura bulletin verify",
        args.bundle.display()
    );
    let at = args.at.unwrap_or_else(Timestamp::now).to_string();
    let lines = lines(&args.bundle)? + &press::state_line(next, &at, &bundle.manifest());
    let beside = beside(&args.bundle);
    fs::write(&beside, lines).with_context(|| format!("cannot write {}", beside.display()))?;
    say!("{}", next.as_str());
    Ok(Done::Whole)
}

/// The file of states beside a bundle: `2005-05.state` beside `2005-05`.
fn beside(bundle: &Path) -> PathBuf {
    let mut name = bundle
        .components()
        .next_back()
        .map_or_else(Default::default, |name| name.as_os_str().to_owned());
    name.push(".state");
    bundle.with_file_name(name)
}

fn lines(bundle: &Path) -> Result<String> {
    let beside = beside(bundle);
    match fs::read_to_string(&beside) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.with_context(|| format!("cannot read {}", beside.display())),
    }
}

fn standing(folder: &Path, bundle: &Bundle) -> Result<Standing> {
    Ok(press::standing(&lines(folder)?, &bundle.manifest()))
}

/// Writes what leads to the published bulletins of a folder: `index.html`, `feed.atom`, and `YYYY-MM.json`
/// for each month.
pub(crate) fn front(args: &FrontArgs) -> Result<Done> {
    let mut base = args.base.clone();
    if !base.ends_with('/') {
        base.push('/');
    }
    let mut issues = Vec::new();
    let unread = || format!("cannot read {}", args.folder.display());
    for entry in fs::read_dir(&args.folder).with_context(unread)? {
        let entry = entry.with_context(unread)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(month) = name.parse::<Month>().ok().filter(|_| entry.path().is_dir()) {
            issues.extend(issue(&entry.path(), month)?);
        }
    }
    issues.sort_by(|one: &Issue, other| other.month.cmp(&one.month));
    let write = |name: &str, text: String| {
        let path = args.folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    for issue in &issues {
        write(&format!("{}.json", issue.month), press::month(issue))?;
    }
    write("feed.atom", press::feed(&issues, &base))?;
    write("index.html", press::front(&issues))?;
    say!("bulletins that are published: {}", issues.len());
    Ok(Done::Whole)
}

/// A month's bulletin where it is public. One that does not verify is published by nobody.
fn issue(folder: &Path, month: Month) -> Result<Option<Issue>> {
    let (bundle, mut faults) = read(folder)?;
    let Standing { state, at: Some(at) } = standing(folder, &bundle)? else { return Ok(None) };
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

/// What a state is on the command line.
pub(crate) fn next(text: &str) -> Result<State, press::BadState> {
    text.parse()
}
