//! How far a bundle has come: a draft, reviewed, published, superseded.
//!
//! States are kept beside a bundle, a line a change, and not in it: review changes no byte. A line names the
//! MANIFEST that it is about by its SHA-256, so that a bundle that was changed since is a draft again.

use sha2::{Digest as _, Sha256};

/// How far a bundle has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody has looked at it.
    Draft,
    /// Somebody has, and found it fit to be published.
    Reviewed,
    /// It is public.
    Published,
    /// It was public, and another took its place.
    Superseded,
}

/// A word that is no state. Whoever wrote it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no state of a bulletin: write reviewed, published or superseded")]
pub struct BadState(pub String);

/// A bundle's state, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The moment it came to be so, RFC 3339 in UTC; none of a draft.
    pub at: Option<String>,
}

impl State {
    /// Every state, in their order.
    pub const ALL: [State; 4] =
        [State::Draft, State::Reviewed, State::Published, State::Superseded];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Reviewed => "reviewed",
            State::Published => "published",
            State::Superseded => "superseded",
        }
    }

    /// Whether a bundle may go from this state to another: to the next one only.
    pub fn may_become(self, next: State) -> bool {
        let after = State::ALL.into_iter().skip_while(|state| *state != self).nth(1);
        after == Some(next)
    }

    /// Whether the public sees it.
    pub fn is_public(self) -> bool {
        self >= State::Published
    }
}

impl std::str::FromStr for State {
    type Err = BadState;

    fn from_str(text: &str) -> Result<State, BadState> {
        let known = State::ALL.into_iter().find(|state| state.as_str() == text);
        known.ok_or_else(|| BadState(text.to_owned()))
    }
}

/// A change as a line: the state, the moment, the MANIFEST's digest.
pub fn line(state: State, at: &str, manifest: &str) -> String {
    format!("{} {at} {}\n", state.as_str(), digest(manifest))
}

/// The state of the bundle with a MANIFEST, by the lines beside it: the last one that is about it.
pub fn standing(lines: &str, manifest: &str) -> Standing {
    let digest = digest(manifest);
    let mut standing = Standing { state: State::Draft, at: None };
    for line in lines.lines() {
        let mut words = line.split(' ');
        let (Some(state), Some(at), Some(of)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        if let Some(state) = state.parse().ok().filter(|_| of == digest) {
            standing = Standing { state, at: Some(at.to_owned()) };
        }
    }
    standing
}

/// Whether any bundle was public that the lines are about.
pub fn was_public(lines: &str) -> bool {
    let state = |line: &str| line.split(' ').next().and_then(|word| word.parse::<State>().ok());
    lines.lines().filter_map(state).any(State::is_public)
}

fn digest(manifest: &str) -> String {
    Sha256::digest(manifest.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_go_forward_one_by_one() {
        for (from, at) in State::ALL.into_iter().zip(1..) {
            for (to, next) in State::ALL.into_iter().zip(0..) {
                assert_eq!(from.may_become(to), at == next, "{from:?} {to:?}");
            }
        }
        assert_eq!("gone".parse::<State>(), Err(BadState("gone".to_owned())));
    }

    #[test]
    fn a_changed_bundle_is_a_draft_again() {
        let at = "2005-06-10T00:00:00Z";
        let lines = line(State::Reviewed, at, "a") + &line(State::Published, at, "a");
        assert_eq!(standing(&lines, "a").state, State::Published);
        assert_eq!(standing(&lines, "a").at.as_deref(), Some(at));
        assert_eq!(standing(&lines, "b"), Standing { state: State::Draft, at: None });
        assert_eq!(standing("published\nnonsense x y\n", "a").state, State::Draft);
    }
}
