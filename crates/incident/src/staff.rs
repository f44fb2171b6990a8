//! Who works with reports, and what each of them may do. Every check of it is [`Role::may`].

use crate::record::Tlp;

words! {
    /// What somebody of the staff is.
    Role, "role" {
        /// Reads reports and works on cases.
        Analyst = "analyst",
        /// An analyst who also sees what is for its recipients alone, decides on names and closes months.
        Editor = "editor",
        /// An editor who also knows who reporters are, and looks after accounts.
        Administrator = "administrator",
    }
}

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// To see a report that may go so far.
    See(Tlp),
    /// To work on cases, and to take sealed attachments out as encrypted archives.
    Work,
    /// To decide which family a name means.
    Decide,
    /// To publish a month's figures, and to close it.
    Close,
    /// To see who a reporter is, and to erase it.
    Know,
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
            Act::Decide | Act::Close => matches!(self, Role::Editor | Role::Administrator),
            Act::Know | Act::Govern => matches!(self, Role::Administrator),
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
        let acts = [Act::Work, Act::Decide, Act::Close, Act::Know, Act::Govern].into_iter();
        for act in acts.chain(Tlp::ALL.iter().map(|tlp| Act::See(*tlp))) {
            let may: Vec<bool> = Role::ALL.iter().map(|role| role.may(act)).collect();
            assert!(may.is_sorted(), "{act:?}");
            assert!(may[2], "{act:?}");
        }
        assert!(!Role::Analyst.may(Act::See(Tlp::Red)) && Role::Editor.may(Act::See(Tlp::Red)));
        assert!(!Role::Analyst.may(Act::Decide) && !Role::Analyst.may(Act::Close));
        assert!(Role::Editor.may(Act::Decide) && Role::Editor.may(Act::Close));
        assert!(!Role::Editor.may(Act::Govern) && !Role::Editor.may(Act::Know));
        assert!(Role::Editor.covers(Role::Analyst) && !Role::Analyst.covers(Role::Editor));
    }
}
