//! The ledger of a bulletin's claims: the only way for a number to get into print.
//!
//! Invariant: what the ledger gives out to be printed was proven when it was entered, and is what
//! [`rendering`] makes of the claim. What does not hold is not printed, and the reason is kept.

use claims::{Claim, Frame, Id, Json, Labels, Outcome, Statement};
use press::ClaimId;

use crate::both::Both;
use crate::rendering;

/// Where a claim's figures come from: a named question and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The question of the archive or of the book of reports, or `quoted`.
    pub question: String,
    /// Its parameters, by name.
    pub parameters: Vec<(String, String)>,
    /// What the figures are of, where they do not say it themselves.
    pub labels: Labels,
    /// Where the series breaks.
    pub breaks: Vec<claims::Break>,
}

/// A figure that may be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The claim that it is of.
    pub claim: ClaimId,
    /// As it is printed.
    pub text: Both<String>,
}

/// A statement that was not printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The claim's name.
    pub id: String,
    /// Why: refuted, or refused and for which reason.
    pub why: String,
}

/// The claims of a bulletin, in the order in which they were entered.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    claims: Vec<Claim>,
    withheld: Vec<Withheld>,
}

impl Ledger {
    /// Enters a statement if it holds; none where it does not.
    pub fn say(
        &mut self,
        id: &str,
        origin: &Origin,
        statement: impl Into<Statement>,
    ) -> Option<Proven> {
        let statement = statement.into();
        let text = rendering::of(&statement)?;
        let frame =
            Frame { scope: origin.labels.clone(), breaks: origin.breaks.clone(), least_base: None };
        let mut claim = Claim::new(id, statement).within(frame);
        claim.rest = vec![("from".to_owned(), from(origin)), ("texts".to_owned(), texts(&text))];
        if let Some(known) = self.claims.iter().find(|known| known.id == claim.id) {
            // The same figure, said again; two figures of one name would be a fault of ours.
            return (*known == claim).then(|| Proven { claim: name(id), text });
        }
        let verdict = claim.check();
        match verdict.outcome {
            Outcome::Consistent => {
                self.claims.push(claim);
                Some(Proven { claim: name(id), text })
            }
            _ => {
                let withheld = Withheld { id: id.to_owned(), why: verdict.why };
                if !self.withheld.contains(&withheld) {
                    self.withheld.push(withheld);
                }
                None
            }
        }
    }

    /// The figure of a claim as it is printed; none where there is no such claim.
    pub fn text(&self, id: &str) -> Option<Both<String>> {
        let named = |claim: &&Claim| matches!(&claim.id, Some(Id::Text(text)) if text == id);
        self.claims.iter().find(named).and_then(|claim| rendering::of(&claim.statement))
    }

    /// What was not printed, and why.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// The claims.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The claims, one a line, as `yagura claims check` reads them.
    pub fn lines(&self) -> String {
        self.claims.iter().map(|claim| format!("{claim}\n")).collect()
    }
}

fn name(id: &str) -> ClaimId {
    ClaimId::new(id)
}

fn from(origin: &Origin) -> Json {
    let parameters = origin.parameters.iter();
    let parameters = parameters.map(|(key, value)| (key.clone(), Json::Text(value.clone())));
    Json::Object(vec![
        ("question".to_owned(), Json::Text(origin.question.clone())),
        ("parameters".to_owned(), Json::Object(parameters.collect())),
    ])
}

fn texts(text: &Both<String>) -> Json {
    let list = |text: &String| Json::List(vec![Json::Text(text.clone())]);
    Json::Object(vec![("en".to_owned(), list(&text.en)), ("ja".to_owned(), list(&text.ja))])
}

/// What is wrong with one claim of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The claim.
    pub id: String,
    /// What is wrong.
    pub why: String,
}

/// Recomputes claims, one a line: each must be proven, and its texts must be what it renders to.
pub fn recompute(lines: &str) -> Vec<Mismatch> {
    let numbered = (1_usize..).zip(lines.lines());
    numbered.filter_map(|(number, line)| recomputed(number, line).err()).collect()
}

fn recomputed(number: usize, line: &str) -> Result<(), Mismatch> {
    let wrong = |id: &str, why: String| Err(Mismatch { id: id.to_owned(), why });
    let claim: Claim = match line.parse() {
        Ok(claim) => claim,
        Err(why) => return wrong(&format!("line {number}"), why.to_string()),
    };
    let id = claim.id.as_ref().map_or_else(|| format!("line {number}"), Id::to_string);
    let verdict = claim.check();
    if !verdict.is_consistent() {
        return wrong(&id, format!("{}: {}", verdict.outcome.as_str(), verdict.why));
    }
    let rendered = rendering::of(&claim.statement).map(|text| texts(&text));
    let kept = claim.rest.iter().find(|(key, _)| key == "texts").map(|(_, texts)| texts);
    if rendered.as_ref() != kept {
        let rendered = rendered.map(|text| text.to_string()).unwrap_or_default();
        return wrong(&id, format!("the texts are not those of the claim, which are {rendered}"));
    }
    Ok(())
}

/// Where two bundles' claims differ: what an erratum says, and what an archive answers today.
///
/// Each claim that is in one only, or differs, is named with both sides.
pub fn differences(published: &str, again: &str) -> Vec<Mismatch> {
    let by_name = |lines: &str| -> std::collections::BTreeMap<String, String> {
        lines.lines().map(|line| (name_of(line), line.to_owned())).collect()
    };
    let (published, again) = (by_name(published), by_name(again));
    let mut names: Vec<&String> = published.keys().chain(again.keys()).collect();
    names.sort();
    names.dedup();
    let apart = |id: &&String| published.get(*id) != again.get(*id);
    let say =
        |id: &String| Mismatch { id: id.clone(), why: apart_as(published.get(id), again.get(id)) };
    names.into_iter().filter(apart).map(say).collect()
}

fn name_of(line: &str) -> String {
    let claim = line.parse::<Claim>().ok().and_then(|claim| claim.id);
    claim.map_or_else(|| line.to_owned(), |id| id.to_string())
}

fn apart_as(published: Option<&String>, again: Option<&String>) -> String {
    let said = |line: Option<&String>| -> String {
        let claim = line.and_then(|line| line.parse::<Claim>().ok());
        let text = claim.as_ref().and_then(|claim| rendering::of(&claim.statement));
        text.map_or_else(|| "nothing".to_owned(), |text| text.en)
    };
    let (old, new) = (said(published), said(again));
    if old == new {
        return format!("says {old} as before, from other figures");
    }
    format!("said {old}, now {new}")
}
