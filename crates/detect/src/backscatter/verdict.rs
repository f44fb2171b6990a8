//! Whether answers are a victim's.
//!
//! What tells them apart, by what each does:
//!
//! | | watched addresses | destination ports | source ports |
//! |---|---|---|---|
//! | a victim | as chance hits them, some twice | as many as the forger made up | the service's |
//! | a SYN-ACK scanner | each once, all of them | one, or few services' | any |
//! | a host whose replies go astray | one | one, or few | the service's |
//! | a stray RST | one | one | any |
//!
//! Tools that forge one fixed port exist, so that one destination port is no proof of a scanner: but
//! then it is no service's, and the addresses repeat as chance has it.

use super::answers::Answers;

/// What answers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody floods the address that answers.
    Victim,
    /// It sends answers to find who is there.
    Scanner,
    /// Replies that went astray, or too few to tell.
    Stray,
}

/// Addresses hit must be this part at least of what chance would hit.
const OF_CHANCE: f64 = 0.4;
/// Ports below this are services' (RFC 6335: system ports); forged clients seldom have one.
const SYSTEM_PORTS: u16 = 1_024;
/// More answers than this to system ports are a scanner's.
const TO_SYSTEM_PORTS: f64 = 0.25;
/// Different ports per answer from which on ports are made up.
const MADE_UP: f64 = 0.5;
/// Answers from the commonest port, at least: a victim is attacked on one port or few.
const ONE_SERVICE: f64 = 0.2;

pub(crate) fn judge(answers: &Answers, watched: Option<u64>) -> Verdict {
    let hit = answers.forged.len() as f64;
    let known = answers.forged.total() as f64;
    if answers.forged.total() > 0 && hit < least_hit(known, watched) {
        return Verdict::Stray;
    }
    if answers.clients.total() == 0 {
        // Errors that quote no ports, as those of floods with ICMP or fragments.
        return if hit >= 3.0 { Verdict::Victim } else { Verdict::Stray };
    }
    let ports = answers.clients.total() as f64;
    let system = answers.clients.of(|port| port < SYSTEM_PORTS) as f64;
    if system > TO_SYSTEM_PORTS * ports {
        return Verdict::Scanner;
    }
    let capacity = super::SPREAD as f64;
    let made_up = answers.clients.len() as f64 >= MADE_UP * ports.min(capacity);
    if made_up {
        let most = answers.services.most().map_or(0, |(_, times)| times);
        let attacked = f64::from(most) >= ONE_SERVICE * answers.services.total() as f64;
        return if attacked { Verdict::Victim } else { Verdict::Scanner };
    }
    if repeats(answers, watched) { Verdict::Victim } else { Verdict::Scanner }
}

/// Distinct addresses of so many answers that chance would hit, times [`OF_CHANCE`]: of N addresses
/// k answers hit N (1 − (1 − 1/N)^k). Where N is not known, three.
fn least_hit(answers: f64, watched: Option<u64>) -> f64 {
    let Some(watched) = watched else { return 3.0 };
    let watched = watched as f64;
    let chance = watched * (1.0 - (1.0 - 1.0 / watched).powf(answers));
    (OF_CHANCE * chance).min(super::SPREAD as f64 * 0.9).max(1.0)
}

/// Whether a few forged ports go with addresses that repeat as chance has it. A sweep hits each
/// address once a round; chance hits the fewer the more it hits.
fn repeats(answers: &Answers, watched: Option<u64>) -> bool {
    let Some(watched) = watched else { return false };
    let (known, watched) = (answers.forged.total() as f64, watched as f64);
    let distinct = answers.forged.len() as f64;
    let chance = watched * (1.0 - (1.0 - 1.0 / watched).powf(known));
    let enough = known >= 30.0 && distinct < super::SPREAD as f64;
    enough && distinct <= 0.95 * known.min(watched) && distinct <= 1.1 * chance
}

/// From one half up with the number of answers and addresses.
pub(crate) fn confidence(answers: &Answers, watched: Option<u64>) -> f64 {
    let packets = answers.packets as f64;
    let of_count = 1.0 - (-packets / 15.0).exp();
    let known = if watched.is_some() { 1.0 } else { 0.8 };
    (0.5 + 0.49 * of_count * known).min(0.99)
}
