//! What can be said of figures: the strongest statement that the figures bear.
//!
//! Each gives a statement that is true of the figures as they stand, stated by the one rounding there
//! is. Whether it may be printed is for [`crate::Ledger`] to decide, which proves it anew.

use claims::{
    Average, ChangePercent, Contribution, Decimal, Difference, Extreme, Figure, First, Kind,
    Labels, Month, Months, Multiple, NewEntry, Pair, Peak, Quoted, Rank1, Rational, Row, Run,
    Series, Share, Side, Stated, Statement, Value, Word, Worded, round,
};

use crate::disclosure::OTHER;

/// The longest run that is looked for, in months.
const LONGEST: u32 = 120;

/// Fewer months make no high or low that is worth telling.
const HALF_A_YEAR: u32 = 6;

/// A figure as it is.
pub(crate) fn value(of: &Figure) -> Statement {
    let stated = Figure { labels: Labels::default(), ..of.clone() };
    Value { of: of.clone(), stated }.into()
}

/// A count to three leading digits where it is a hundred thousand or more, else as it is.
pub(crate) fn about(of: &Figure) -> Statement {
    let Some(count) = of.value.whole::<u64>().filter(|count| *count >= 100_000) else {
        return value(of);
    };
    let digits = u32::try_from(count.to_string().len()).unwrap_or(0);
    let unit = 10_u64.pow(digits.saturating_sub(3));
    let half = Decimal::from(unit / 2);
    if !of.half_unit.is_zero() {
        return value(of);
    }
    // Half away from zero, on a count.
    let rounded = count.saturating_add(unit / 2) / unit * unit;
    Value { of: of.clone(), stated: Figure::rounded(rounded, half) }.into()
}

/// A figure that says which month it is of.
pub(crate) fn dated(figure: &Figure, month: Month) -> Figure {
    let labels = Labels { period: Some(month.into()), ..figure.labels.clone() };
    Figure { labels, ..figure.clone() }
}

/// What lies between two exact figures.
pub(crate) fn difference(now: &Figure, then: &Figure) -> Option<Statement> {
    if !now.half_unit.is_zero() || !then.half_unit.is_zero() {
        return None;
    }
    let difference = claims::exactly(&(now.value.ratio() - then.value.ratio())).parse().ok()?;
    let stated =
        Figure { value: difference, half_unit: Decimal::default(), labels: Labels::default() };
    Some(Difference { change: pair(now, then), stated }.into())
}

/// The change in percent, with one decimal.
pub(crate) fn change(now: &Figure, then: &Figure) -> Option<Statement> {
    let (over, under) = (now.value.ratio(), then.value.ratio());
    if then.value.is_zero() {
        return None;
    }
    let percent = (over / under - whole(1)) * whole(100);
    let stated = Stated { value: decimal(&percent, 1)?, decimals: 1 };
    Some(ChangePercent { change: pair(now, then), stated }.into())
}

/// A part of a whole in percent, with one decimal.
pub(crate) fn share(part: &Figure, all: &Figure) -> Option<Statement> {
    if all.value.is_zero() {
        return None;
    }
    let percent = part.value.ratio() / all.value.ratio() * whole(100);
    let stated = Stated { value: decimal(&percent, 1)?, decimals: 1 };
    Some(Share { part: part.clone(), whole: all.clone(), stated }.into())
}

/// "Almost doubled" or "down by more than half" and the like, where a declared band holds the figures;
/// "five times" where the quotient is three or more.
pub(crate) fn in_words(now: &Figure, then: &Figure) -> Option<Statement> {
    let said = |kind, stated| Statement::from(Worded { kind, change: pair(now, then), stated });
    let holds =
        |statement: &Statement| claims::Claim::new("", statement.clone()).check().is_consistent();
    let almost = [Word::Doubled, Word::Tripled, Word::Halved].map(|word| said(Kind::Almost, word));
    let halved = said(Kind::MoreThan, Word::Halved);
    if let Some(found) = almost.into_iter().chain([halved]).find(&holds) {
        return Some(found);
    }
    if then.value.is_zero() {
        return None;
    }
    let times = round(&(now.value.ratio() / then.value.ratio()), 0);
    let stated = claims::exactly(&times).parse::<Decimal>().ok()?;
    let multiple = multiple(now, then, stated)?;
    (times >= whole(3) && holds(&multiple)).then_some(multiple)
}

/// So many times, to within a half.
fn multiple(now: &Figure, then: &Figure, stated: Decimal) -> Option<Statement> {
    let half_unit = Decimal::scaled(5, 1)?;
    Some(Multiple { change: pair(now, then), stated, half_unit }.into())
}

/// "Four to five times": between two whole numbers.
pub(crate) fn between(now: &Figure, then: &Figure) -> Option<Statement> {
    if then.value.is_zero() {
        return None;
    }
    let low = (now.value.ratio() / then.value.ratio()).floor();
    let half = Rational::new(1.into(), 2.into());
    multiple(now, then, claims::exactly(&(low + half)).parse().ok()?)
}

/// Above or below a round threshold for the first time in three months or more.
pub(crate) fn first(side: Side, series: &Series, month: Month) -> Option<Statement> {
    let (_, now) = series.0.iter().find(|(of, _)| *of == month)?;
    let count = now.value.whole::<u64>()?;
    let digits = u32::try_from(count.to_string().len()).unwrap_or(1);
    let unit = 10_u64.pow(digits.saturating_sub(1));
    // Strictly: 5,000 itself is neither above five thousand nor below it.
    let units = match side {
        Side::Above => count.checked_sub(1)? / unit,
        Side::Below => count / unit + 1,
    };
    // Above or below nothing says nothing.
    let threshold = Decimal::from(units.checked_mul(unit).filter(|threshold| *threshold > 0)?);
    (3..=LONGEST).find_map(|months| {
        let first = First {
            side,
            series: series.clone(),
            month,
            threshold: threshold.clone(),
            stated_months: months,
        };
        let claim = claims::Claim::new("", first.clone());
        claim.check().is_consistent().then(|| first.into())
    })
}

/// The highest or the lowest in half a year or more.
pub(crate) fn extreme(series: &Series, month: Month) -> Option<Statement> {
    let months = u32::try_from(series.0.len()).unwrap_or(LONGEST).min(LONGEST);
    let of = |peak, stated_months| Extreme { peak, series: series.clone(), month, stated_months };
    let holds = |extreme: &Extreme| claims::Claim::new("", extreme.clone()).check().is_consistent();
    let longest = |peak| (HALF_A_YEAR..=months).rev().map(|n| of(peak, n)).find(holds);
    longest(Peak::High).or_else(|| longest(Peak::Low)).map(Statement::from)
}

/// The one part that makes most of a change, and how much of it; none where no part does, or where the parts'
/// figures leave it open.
pub(crate) fn makes_it(
    (now, then): (&Row, &Row),
    (all_now, all_then): (&Figure, &Figure),
) -> Option<(String, Statement)> {
    let change = all_now.value.ratio() - all_then.value.ratio();
    let named = now.0.iter().filter(|(name, _)| name != OTHER);
    let parts: Vec<(String, Pair)> = named
        .filter_map(|(name, figure)| {
            Some((name.clone(), pair(figure, crate::model::of(then, name)?)))
        })
        .collect();
    if change == whole(0) {
        return None;
    }
    let percent = |pair: &Pair| {
        (pair.now.value.ratio() - pair.then.value.ratio()) / change.clone() * whole(100)
    };
    let makes = |percent: &Rational| {
        *percent >= whole(i64::from(claims::MAKES_IT)) && *percent <= whole(100)
    };
    let (name, percent) = parts
        .iter()
        .map(|(name, pair)| (name.clone(), percent(pair)))
        .filter(|(_, percent)| makes(percent))
        .max_by(|one, other| one.1.cmp(&other.1))?;
    let stated = Stated { value: decimal(&percent, 1)?, decimals: 1 };
    let whole = Some(pair(all_now, all_then));
    let contribution =
        Contribution { parts: claims::Entries(parts), whole, name: name.clone(), stated };
    Some((name, contribution.into()))
}

/// A name that a ranking has, and the one before has not.
pub(crate) fn new_entry(now: &Row, then: &Row, name: &str) -> Statement {
    NewEntry { now: now.clone(), then: then.clone(), name: name.to_owned(), top: None }.into()
}

/// Whether a row's named cells are all of a total: no other name can stand behind it.
pub(crate) fn is_whole(row: &Row, total: &Figure) -> bool {
    let named = row.0.iter().filter(|(name, _)| name != OTHER);
    let sum: Rational = named.map(|(_, figure)| figure.value.ratio()).sum();
    sum == total.value.ratio()
}

/// Who leads a row.
pub(crate) fn leader(row: &Row) -> Option<(String, Statement)> {
    let named = row.0.iter().filter(|(name, _)| name != OTHER);
    let best = named.max_by_key(|(_, figure)| figure.value.ratio())?;
    let statement = Rank1 { row: row.clone(), stated: best.0.clone() };
    Some((best.0.clone(), statement.into()))
}

/// The longest run of a name at the top that the rankings prove.
pub(crate) fn run(months: &Months, month: Month, name: &str) -> Option<Statement> {
    let months = trimmed(months, month);
    let of =
        |stated| Run { months: months.clone(), month, name: name.to_owned(), stated, quoted: None };
    let most = u32::try_from(months.0.len()).unwrap_or(LONGEST).min(LONGEST);
    let holds = |run: &Run| claims::Claim::new("", run.clone()).check().is_consistent();
    (2..=most).rev().map(of).find(holds).map(Statement::from)
}

/// The run as somebody else began to count it.
pub(crate) fn quoted_run(
    months: &Months,
    month: Month,
    name: &str,
    quoted: &Quoted,
) -> Option<Statement> {
    let since = quoted.month.until(month)?;
    let stated = quoted.run.checked_add(since)?;
    let months = trimmed(months, month);
    let quoted = Some(quoted.clone());
    Some(Run { months, month, name: name.to_owned(), stated, quoted }.into())
}

/// The months without a gap up to one, and a conflict nowhere among them.
fn trimmed(months: &Months, last: Month) -> Months {
    let kept = (0..LONGEST).map_while(|back| {
        let month = last.back(back)?;
        months.0.iter().find(|(of, _)| *of == month).cloned()
    });
    kept.collect()
}

/// An average per point and day: to the hundred where it is a thousand or more, else to one decimal.
pub(crate) fn average(
    total: &Figure,
    points: u32,
    days: u32,
    seconds_up: Option<&Decimal>,
    is_rounded: bool,
) -> Option<Statement> {
    let days = Decimal::from(days);
    // Where clocks go back a month is an hour longer than its days.
    let most = whole(i64::from(points)) * days.ratio() * whole(86_400);
    let seconds_up = seconds_up.filter(|seconds| seconds.ratio() < most);
    let under = match seconds_up {
        Some(seconds) => seconds.ratio() / whole(86_400),
        None => whole(i64::from(points)) * days.ratio(),
    };
    if under == whole(0) {
        return None;
    }
    let exact = total.value.ratio() / under;
    let is_rounded = is_rounded && exact >= whole(1_000);
    let (decimals, half) =
        if is_rounded { (-2, Decimal::from(50_u32)) } else { (1, Decimal::scaled(5, 2)?) };
    let stated = Figure::rounded(decimal(&exact, decimals)?, half);
    let seconds_up = seconds_up.cloned();
    Some(Average { total: total.clone(), points, days, seconds_up, stated }.into())
}

fn pair(now: &Figure, then: &Figure) -> Pair {
    Pair { now: now.clone(), then: then.clone() }
}

/// A count per day, to one decimal, as a figure.
pub(crate) fn per_day(count: u64, days: u64) -> Option<Figure> {
    if days == 0 {
        return None;
    }
    let exact = Rational::new(count.into(), days.into());
    Some(Figure::rounded(decimal(&exact, 1)?, Decimal::scaled(5, 2)?))
}

fn decimal(number: &Rational, decimals: i32) -> Option<Decimal> {
    claims::exactly(&round(number, decimals)).parse().ok()
}

fn whole(number: i64) -> Rational {
    Rational::from_integer(number.into())
}

/// The place of a name in a row.
pub(crate) fn rank(row: &Row, name: &str) -> Option<Statement> {
    let mine = crate::model::of(row, name)?;
    let above = row
        .0
        .iter()
        .filter(|(other, figure)| other != OTHER && figure.value.ratio() > mine.value.ratio());
    let stated = u32::try_from(above.count()).ok()?.checked_add(1)?;
    Some(claims::Rank { row: row.clone(), name: name.to_owned(), stated }.into())
}

/// A figure in thousandths of the highest, for the height of a bar.
pub(crate) fn thousandths(figure: &Figure, highest: &Rational) -> u32 {
    if *highest <= whole(0) {
        return 0;
    }
    let part = round(&(figure.value.ratio() * whole(1_000) / highest), 0);
    claims::exactly(&part).parse().unwrap_or(0)
}
