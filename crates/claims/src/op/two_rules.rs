//! `two_rules`: two figures by two rules, each as it is quoted, put side by side and not compared.

use super::Operator;
use super::plain::said;
use crate::figure::Figure;
use crate::finding::Finding;
use crate::frame::Frame;
use crate::keys::{Keys, Written};
use crate::refusal::Refusal;

/// Two figures by two rules. It is what a comparison over a break, or of two ways of counting,
/// has to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoRules {
    /// One figure, which names its rule.
    pub left: Figure,
    /// As it is quoted.
    pub stated_left: Figure,
    /// The other figure, by another rule.
    pub right: Figure,
    /// As it is quoted.
    pub stated_right: Figure,
}

impl Operator for TwoRules {
    fn name(&self) -> &'static str {
        "two_rules"
    }

    fn read(_: &str, keys: &mut Keys) -> Result<TwoRules, Refusal> {
        Ok(TwoRules {
            left: keys.need("left")?,
            stated_left: keys.need("stated_left")?,
            right: keys.need("right")?,
            stated_right: keys.need("stated_right")?,
        })
    }

    fn write(&self, keys: &mut Written) {
        keys.put("left", &self.left)
            .put("stated_left", &self.stated_left)
            .put("right", &self.right)
            .put("stated_right", &self.stated_right);
    }

    /// There is no one exact value, and no interval: the figures are not brought together.
    fn check(&self, frame: &Frame) -> Result<Finding, Refusal> {
        frame.alike([&self.left, &self.stated_left])?;
        frame.alike([&self.right, &self.stated_right])?;
        let rule = |figure: &Figure| figure.labels.or(&frame.scope).rule.map(str::to_owned);
        let (Some(left), Some(right)) = (rule(&self.left), rule(&self.right)) else {
            return Err(Refusal::OneRule);
        };
        if left == right {
            return Err(Refusal::OneRule);
        }
        let mut holds = true;
        let mut told = Vec::new();
        for (figure, stated, rule) in
            [(&self.left, &self.stated_left, left), (&self.right, &self.stated_right, right)]
        {
            let is = figure.interval().overlap(&stated.interval()).is_some();
            let not = if is { "" } else { "not " };
            told.push(format!("by {rule} {} is {not}{}", figure.value, said(stated)));
            holds &= is;
        }
        Ok(Finding::said(None, holds, told.join("; ")))
    }
}
