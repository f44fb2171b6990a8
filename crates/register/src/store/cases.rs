//! Cases, kept as entries of the log.

use incident::Micros;
use incident::case::{Board, CaseId, Change, Event};

use super::Register;
use crate::error::{Error, Result};
use crate::link::Row;

impl Register {
    /// All cases, as their events left them. Events are only ever added: what was read before is kept, and only
    /// later ones are read.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn board(&mut self) -> Result<Board> {
        let known = self.board.take();
        let (mut last, mut board) = known.unwrap_or_else(|| (0, Board::new(self.states.clone())));
        let sql = "select l.seq, l.at, l.who, c.case_id, l.change
                   from case_event c join log l on l.seq = c.seq where c.seq > ?1 order by c.seq";
        for mut row in self.link.rows(sql, &[last.into()])? {
            let (seq, at, who, case) = (row.int()?, row.int()?, row.text()?, row.int()?);
            let change = serde_json::from_str(&row.text()?)?;
            board.apply(&Event { seq, at, who, case, change })?;
            last = seq;
        }
        self.board = Some((last, board.clone()));
        Ok(board)
    }

    /// What happened to a case, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn case_events(&mut self, case: CaseId) -> Result<Vec<Event>> {
        let sql = "select l.seq, l.at, l.who, c.case_id, l.change
                   from case_event c join log l on l.seq = c.seq where c.case_id = ?1 order by l.seq";
        let event = |mut row: Row| {
            let (seq, at, who, case) = (row.int()?, row.int()?, row.text()?, row.int()?);
            Ok(Event { seq, at, who, case, change: serde_json::from_str(&row.text()?)? })
        };
        self.link.rows(sql, &[case.into()])?.into_iter().map(event).collect()
    }

    /// Opens a case, and gives its number.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn open_case(&mut self, title: &str, who: &str, now: Micros) -> Result<CaseId> {
        self.write(|book| {
            let id = book.next_case()?;
            book.happen(id, Change::Opened { title: title.to_owned() }, who, now)?;
            Ok(id)
        })
    }

    /// Splits filings off a case, and gives the new case's number.
    ///
    /// # Errors
    /// [`Error::Case`] where they do not belong to it.
    pub fn split_case(
        &mut self,
        case: CaseId,
        title: &str,
        filings: &[i64],
        who: &str,
        now: Micros,
    ) -> Result<CaseId> {
        self.write(|book| {
            let off = book.next_case()?;
            let (title, filings) = (title.to_owned(), filings.to_vec());
            book.happen(case, Change::Split { off, title, filings }, who, now)?;
            Ok(off)
        })
    }

    /// Changes a case, and gives the event's number, by which a merge or split is undone.
    ///
    /// # Errors
    /// [`Error::Case`] where the change cannot be; [`Error::NotFound`] where a filing is not there.
    pub fn change_case(
        &mut self,
        case: CaseId,
        change: Change,
        who: &str,
        now: Micros,
    ) -> Result<i64> {
        self.write(|book| {
            if let Change::Linked { filing, .. } = &change {
                book.filing(*filing)?;
            }
            book.happen(case, change, who, now)
        })
    }

    fn next_case(&mut self) -> Result<CaseId> {
        let board = self.board()?;
        let last = board.cases().map(|case| case.id).max();
        Ok(last.map_or(1, |last| last.saturating_add(1)))
    }

    fn happen(&mut self, case: CaseId, change: Change, who: &str, now: Micros) -> Result<i64> {
        let text = serde_json::to_string(&change)?;
        let mut board = self.board()?;
        let seq = self.log(now, who, &format!("case {case}"), &text)?;
        board
            .apply(&Event { seq, at: now, who: who.to_owned(), case, change })
            .map_err(Error::Case)?;
        let sql = "insert into case_event (seq, case_id) values (?1, ?2)";
        self.link.run(sql, &[seq.into(), case.into()])?;
        Ok(seq)
    }
}
