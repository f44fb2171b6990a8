//! For tests: traffic with known truth.
//!
//! A [`Scenario`] makes traffic from a seed: scans, worms, backscatter, conversations, broken
//! packets. It knows what each frame is because it made it, not because it read it, so that its
//! [`Truth`] tests the dissection too. The counting rules are written down once more in
//! [`reference`], naively, as the executable form of the design's "How exactly we count".

mod access;
mod corpus;
pub mod file;
pub mod frame;
pub mod host;
mod random;
pub mod reference;
mod scenario;
pub mod telescope;

pub use access::syn;
pub use corpus::files_below;
pub use random::Random;
pub use scenario::{Day, Maker, Scenario, Truth};
