//! What a claim's own figure looks like in print: a pure function of what is stated.
//!
//! The text beside a claim is never kept apart from it: whoever verifies a bulletin renders the claim
//! again and compares. So a text that was changed alone, or a statement that was changed alone, shows.

use claims::{Decimal, Kind, Peak, Side, Statement, Word};

use crate::both::Both;
use crate::number::{figure, fixed, grouped, signed, word};

/// The figure of a statement as it is printed; none where a statement is not printed as one.
pub fn of(statement: &Statement) -> Option<Both<String>> {
    Some(match statement {
        Statement::Value(claim) => figure(&claim.stated),
        Statement::Sum(claim) => figure(&claim.stated),
        Statement::Difference(claim) => Both::alike(&signed(&claim.stated.value, 0)),
        Statement::ChangePercent(claim) => change(&claim.stated.value, claim.stated.decimals),

        Statement::Share(claim) => percent(&claim.stated.value, claim.stated.decimals),
        Statement::Contribution(claim) => percent(&claim.stated.value, claim.stated.decimals),
        Statement::Multiple(claim) => times(&claim.stated, &claim.half_unit),
        Statement::Worded(claim) => worded(claim.kind, claim.stated),
        Statement::Rank1(claim) => Both::alike(&claim.stated),
        Statement::Rank(claim) => Both::alike(&claim.stated.to_string()),
        Statement::RankChange(claim) => Both::alike(&signed(&Decimal::from(claim.stated), 0)),
        Statement::Run(claim) => months_running(claim.stated),
        Statement::Extreme(claim) => extreme(claim.peak, claim.stated_months),
        Statement::First(claim) => first(claim.side, &claim.threshold, claim.stated_months),
        Statement::NewEntry(_) => Both::words("new", "新規"),
        Statement::Average(claim) => figure(&claim.stated),
        Statement::TwoRules(_) => return None,
    })
}

fn percent(value: &Decimal, decimals: i32) -> Both<String> {
    Both::alike(&format!("{}%", fixed(value, decimals)))
}

/// "+5.3%", 5.3%増加.
fn change(value: &Decimal, decimals: i32) -> Both<String> {
    let (size, ja) = match value.to_string().strip_prefix('-').map(str::parse::<Decimal>) {
        Some(Ok(size)) => (fixed(&size, decimals), "減少"),
        _ => (fixed(value, decimals), "増加"),
    };
    Both { en: format!("{}%", signed(value, decimals)), ja: format!("{size}%{ja}") }
}

/// "five times"; a band of a whole unit from one number to the next is "four to five times".
fn times(stated: &Decimal, half_unit: &Decimal) -> Both<String> {
    let is_half = Decimal::scaled(5, 1).is_some_and(|half| *half_unit == half);
    let low = Decimal::scaled(-5, 1).and_then(|half| add(stated, &half));
    let high = Decimal::scaled(5, 1).and_then(|half| add(stated, &half));
    match (low, high) {
        (Some(low), Some(high)) if is_half && !stated.is_whole() && low.is_whole() => Both {
            en: format!("{} to {} times", word(&low), word(&high)),
            ja: format!("{}～{}倍", grouped(&low), grouped(&high)),
        },
        _ => Both { en: format!("{} times", word(stated)), ja: format!("{}倍", grouped(stated)) },
    }
}

fn add(left: &Decimal, right: &Decimal) -> Option<Decimal> {
    claims::exactly(&(left.ratio() + right.ratio())).parse().ok()
}

fn worded(kind: Kind, stated: Word) -> Both<String> {
    let ja = match (kind, stated) {
        (Kind::Almost, Word::Doubled) => "ほぼ倍増",
        (Kind::Almost, Word::Tripled) => "ほぼ三倍に増加",
        (Kind::Almost, Word::Quadrupled) => "ほぼ四倍に増加",
        (Kind::Almost, Word::Quintupled) => "ほぼ五倍に増加",
        (Kind::Almost, Word::Halved) => "ほぼ半減",
        (Kind::MoreThan, Word::Doubled) => "倍以上に増加",
        (Kind::MoreThan, Word::Tripled) => "三倍以上に増加",
        (Kind::MoreThan, Word::Quadrupled) => "四倍以上に増加",
        (Kind::MoreThan, Word::Quintupled) => "五倍以上に増加",
        (Kind::MoreThan, Word::Halved) => "半数未満に減少",
    };
    let en = match (kind, stated) {
        (Kind::Almost, word) => format!("almost {}", word.as_str()),
        (Kind::MoreThan, Word::Halved) => "down by more than half".to_owned(),
        (Kind::MoreThan, word) => format!("more than {}", word.as_str()),
    };
    Both { en, ja: ja.to_owned() }
}

fn months_running(months: u32) -> Both<String> {
    let unit = if months == 1 { "month" } else { "months" };
    Both { en: format!("{months} {unit} running"), ja: format!("{months}か月連続") }
}

fn extreme(peak: Peak, months: u32) -> Both<String> {
    let (en, ja) = match peak {
        Peak::High => ("highest", "最多"),
        Peak::Low => ("lowest", "最少"),
    };
    Both { en: format!("the {en} in {months} months"), ja: format!("{months}か月間で{ja}") }
}

fn first(side: Side, threshold: &Decimal, months: u32) -> Both<String> {
    let bound = grouped(threshold);
    let (en, ja) = match side {
        Side::Above => ("above", "超え"),
        Side::Below => ("below", "下回り"),
    };
    Both {
        en: format!("{en} {bound} for the first time in {months} months"),
        ja: format!("{months}か月ぶりに{bound}件を{ja}"),
    }
}
