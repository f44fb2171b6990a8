//! Boards, by hand and by chance.

use proptest::prelude::*;

use super::*;

struct Team {
    board: Board,
    seq: i64,
}

impl Team {
    fn new() -> Team {
        let mut team = Team { board: Board::new(States::default()), seq: 0 };
        for case in 1..=3 {
            team.does(case, Change::Opened { title: format!("case {case}") }).unwrap();
            for filing in 0..3 {
                team.does(case, Change::Linked { filing: case * 10 + filing, incident: None })
                    .unwrap();
            }
        }
        team
    }

    fn does(&mut self, case: CaseId, change: Change) -> Result<i64, CaseError> {
        let seq = self.seq + 1;
        let event = Event { seq, at: seq, who: "ann".into(), case, change };
        self.board.apply(&event)?;
        self.seq = seq;
        Ok(seq)
    }

    fn cases(&self) -> Vec<Case> {
        self.board.cases().cloned().collect()
    }
}

#[test]
fn a_merge_can_be_undone() {
    let mut team = Team::new();
    let before = team.cases();
    let merge = team.does(1, Change::Merged { into: 2 }).unwrap();
    assert_eq!(team.board.filings(2).unwrap().len(), 6);
    assert_eq!(team.board.filings(1).unwrap().len(), 6);
    assert_eq!(team.board.sizes(), [(2, 6), (3, 3)].into());
    let refused = team.does(1, Change::Commented { text: "x".into() });
    assert_eq!(refused, Err(CaseError::Within(1, 2)));
    assert_eq!(team.does(2, Change::Merged { into: 1 }), Err(CaseError::Circle(2)));
    team.does(2, Change::Undone { event: merge }).unwrap();
    assert_eq!(team.cases(), before);
    let again = team.does(2, Change::Undone { event: merge });
    assert_eq!(again, Err(CaseError::NotUndoable(merge)));
}

#[test]
fn a_split_can_be_undone() {
    let mut team = Team::new();
    team.does(1, Change::Incident { title: "the web server".into() }).unwrap();
    team.does(1, Change::Linked { filing: 10, incident: Some(1) }).unwrap();
    let before = team.board.case(1).unwrap().clone();
    let split = Change::Split { off: 9, title: "apart".into(), filings: vec![10, 12] };
    let seq = team.does(1, split).unwrap();
    assert_eq!(team.board.filings(9).unwrap(), [10, 12].into());
    assert_eq!(team.board.filings(1).unwrap(), [11].into());
    team.does(9, Change::Linked { filing: 77, incident: None }).unwrap();
    team.does(1, Change::Undone { event: seq }).unwrap();
    assert_eq!(team.board.case(1).unwrap(), &before);
    // What was found out in the meantime is not lost.
    assert_eq!(team.board.filings(1).unwrap(), [10, 11, 12, 77].into());
}

#[test]
fn refusals() {
    let mut team = Team::new();
    let before = team.cases();
    let none = |team: &mut Team, case, change| team.does(case, change).unwrap_err().to_string();
    for (case, change) in [
        (9, Change::Assigned { to: None }),
        (1, Change::Opened { title: "again".into() }),
        (1, Change::Moved { state: "lost".into() }),
        (1, Change::Unlinked { filing: 99 }),
        (1, Change::Linked { filing: 1, incident: Some(1) }),
        (1, Change::Merged { into: 1 }),
        (1, Change::Merged { into: 9 }),
        (1, Change::Split { off: 2, title: "x".into(), filings: vec![10] }),
        (1, Change::Split { off: 9, title: "x".into(), filings: vec![99] }),
        (1, Change::Undone { event: 1 }),
    ] {
        assert!(!none(&mut team, case, change).is_empty());
    }
    assert_eq!(team.cases(), before);
}

#[test]
fn deadlines() {
    let mut team = Team::new();
    team.does(1, Change::Due { by: Some(100) }).unwrap();
    team.does(2, Change::Due { by: Some(100) }).unwrap();
    team.does(2, Change::Moved { state: "closed".into() }).unwrap();
    assert_eq!(team.board.overdue(100).count(), 0);
    assert_eq!(team.board.overdue(101).map(|case| case.id).collect::<Vec<_>>(), [1]);
}

#[test]
fn changes_are_json() {
    let change = Change::Split { off: 9, title: "apart".into(), filings: vec![1] };
    let text = serde_json::to_string(&change).unwrap();
    assert_eq!(text, r#"{"what":"split","off":9,"title":"apart","filings":[1]}"#);
    assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
}

proptest! {
    /// Whatever is merged and split, no filing is lost, and undoing it all backwards gives the cases.
    #[test]
    fn merges_and_splits_lose_nothing(work in proptest::collection::vec((1..8_i64, 1..8_i64, any::<bool>()), 0..12)) {
        let mut team = Team::new();
        let before = team.cases();
        let all = |team: &Team| -> std::collections::BTreeSet<i64> {
            team.board.cases().flat_map(|case| case.links.iter().map(|link| link.filing)).collect()
        };
        let filings = all(&team);
        let mut done = Vec::new();
        for (off, (one, other, split)) in (4..).zip(work) {
            let change = match team.board.case(one) {
                Ok(case) if split => Change::Split {
                    off,
                    title: String::new(),
                    filings: case.links.iter().take(2).map(|link| link.filing).collect(),
                },
                _ => Change::Merged { into: other },
            };
            done.extend(team.does(one, change));
            prop_assert_eq!(all(&team), filings.clone());
        }
        for event in done.into_iter().rev() {
            team.does(1, Change::Undone { event }).unwrap();
            prop_assert_eq!(all(&team), filings.clone());
        }
        let left: Vec<Case> = team.cases().into_iter().filter(|case| case.id <= 3).collect();
        prop_assert_eq!(left, before);
    }
}

#[test]
fn states_of_a_team() {
    let state = |name: &str, kind| State { name: name.to_owned(), kind };
    let (open, closed) = (StateKind::Open, StateKind::Closed);
    assert_eq!(States::default().check(), Ok(()));
    assert_eq!(States(vec![state("受付", open), state("済", closed)]).check(), Ok(()));
    for (states, wrong) in [
        (vec![], BadStates::First),
        (vec![state("done", closed), state("new", open)], BadStates::First),
        (vec![state("new", open), state("later", StateKind::Waiting)], BadStates::Closed),
        (vec![state("new", open), state(" ", closed)], BadStates::Name),
        (vec![state("x", open), state("x", closed)], BadStates::Twice("x".into())),
    ] {
        assert_eq!(States(states).check(), Err(wrong));
    }
}
