//! Who works with reports, and what each of them may do. Every check of it is [`Role::may`].

use crate::record::Tlp;

words! {
    /// What somebody of the staff is.
    Role, "role" {
        /// Reads reports and works on cases.
        Analyst = "analyst",
        /// An analyst who also sees what is for its recipients alone, and decides on names.
        Editor = "editor",
        /// An editor who also looks after accounts.
        Administrator = "administrator",
    }
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To see a report that may go so far.
    See(Tlp),
    /// To work on cases.
    Work,
    /// To look after accounts.
    Govern,
}

impl Role {
    /// Whether it may.
    ///
    /// TLP:RED is "for the eyes and ears of individual recipients only" (FIRST, TLP 2.0): editors are the
    /// recipients of reports. Everything else goes to the whole staff, which is one organisation.
    pub const fn may(self, act: Act) -> bool {
        match act {
            Act::See(Tlp::Red) => matches!(self, Role::Editor | Role::Administrator),
            Act::See(_) | Act::Work => true,
            Act::Govern => matches!(self, Role::Administrator),
        }
    }

    /// Whether it is this role or one above it.
    pub fn covers(self, other: Role) -> bool {
        let height = |role| Role::ALL.iter().position(|known| *known == role);
        height(self) >= height(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_one_below_may() {
        let acts = [Act::Work, Act::Govern].into_iter();
        for act in acts.chain(Tlp::ALL.iter().map(|tlp| Act::See(*tlp))) {
            let may: Vec<bool> = Role::ALL.iter().map(|role| role.may(act)).collect();
            assert!(may.is_sorted(), "{act:?}");
            assert!(may[2], "{act:?}");
        }
        assert!(!Role::Analyst.may(Act::See(Tlp::Red)) && Role::Editor.may(Act::See(Tlp::Red)));
        assert!(!Role::Editor.may(Act::Govern));
        assert!(Role::Editor.covers(Role::Analyst) && !Role::Analyst.covers(Role::Editor));
    }
}
