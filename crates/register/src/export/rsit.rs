//! RSIT.

use incident::record::{Body, Category, Filing, Label, VirusStatus};

use super::{CONSULTATION, Export, Lost, choices_lost, machine_tag, words_lost};
use crate::error::Result;

impl Export {
    /// Machine tags of RSIT, a line each: `rsit:intrusions="system-compromise"`.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn rsit(filings: &[Filing]) -> Result<Export> {
        let (mut text, mut lost) = (String::new(), Vec::new());
        for filing in filings {
            lost.extend(words_lost(filing));
            lost.extend(choices_lost(filing));
            match &filing.body {
                Body::Access(report) => {
                    for label in report.labels() {
                        text.push_str(&format!("{} {}\n", filing.receipt, machine_tag(label)));
                    }
                    lost.push(Lost { filing: filing.id, what: "whether there was damage" });
                    if matches!(report.category, Category::MailRelay) {
                        lost.push(Lost { filing: filing.id, what: "that it was a mail relay" });
                    }
                }
                Body::Virus(report) => {
                    let tag = machine_tag(Label::of_virus(report.status));
                    text.push_str(&format!("{} {tag}\n", filing.receipt));
                    if report.status == VirusStatus::Found {
                        let what = "that a virus was found and had infected nothing";
                        lost.push(Lost { filing: filing.id, what });
                    }
                    lost.push(Lost { filing: filing.id, what: "names and numbers of viruses" });
                }
                Body::Consultation(_) => {
                    lost.push(Lost { filing: filing.id, what: CONSULTATION });
                }
            }
        }
        Ok(Export { text, lost })
    }
}
