//! A measured column of a table beside the scores of the same rows.

use super::correlation::{
    Cell, Correlation, Doubt, Duplicates, WithWildType, is_clearly_negative, low_is_good,
};
use super::decimals::{self, Commas, Reading};
use super::duplicates::RowMutants;
use super::summary::Summary;
use crate::alphabet::GAP_LETTER;
use crate::mutants::{Change, MutantScorer, Outcome};
use crate::position::ChainPrefix;
use crate::statistics::spearman;

/// Fewer rows than these have no correlation.
const FEWEST: usize = 3;

/// Measured values and scores of the rows that have both. What commas are is decided when all rows have been seen.
#[derive(Debug)]
pub(super) struct Measured {
    /// Rows, with a score or without.
    seen: u64,
    values: Vec<f64>,
    /// What each of them is a number by.
    signs: Vec<Sign>,
    potts: Vec<f64>,
    /// Independent-site scores and effects: all of them, or none where the model has no such.
    others: [Option<Vec<f64>>; 2],
    /// What is predicted; NaN where nothing is.
    predicted: Vec<f64>,
    /// Places among all rows.
    rows: Vec<u64>,
    mutants: RowMutants,
    /// Values of further columns in the rows of `values`, one row after the other; NaN where there is none.
    extras: Vec<f64>,
    commas: Commas,
    empty: u64,
    no_number: u64,
    /// The first cell that is neither a number nor empty, whatever commas are.
    first_no_number: Option<Cell>,
    /// The first that is a number if commas are those of decimals.
    first_comma: Option<Cell>,
    /// The first that is a number unless they are.
    first_point: Option<Cell>,
}

/// A row with a measured value.
pub(super) struct MeasuredRow<'a> {
    pub value: f64,
    /// In the order of the sites.
    pub changes: Vec<Change>,
    /// NaN where there is no number.
    pub extras: &'a [f64],
}

/// What makes a cell a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// It is one in any case.
    None,
    /// Commas are those of decimals.
    Comma,
    /// They are not, nor do points group thousands, and so its point is that of decimals.
    Point,
}

impl Sign {
    fn makes_number(self, decimal_commas: bool, points_group: bool) -> bool {
        match self {
            Self::None => true,
            Self::Comma => decimal_commas,
            Self::Point => !decimal_commas && !points_group,
        }
    }
}

impl Default for Measured {
    fn default() -> Self {
        Self {
            seen: 0,
            values: Vec::new(),
            signs: Vec::new(),
            potts: Vec::new(),
            others: [const { Some(Vec::new()) }; 2],
            predicted: Vec::new(),
            rows: Vec::new(),
            mutants: RowMutants::default(),
            extras: Vec::new(),
            commas: Commas::default(),
            empty: 0,
            no_number: 0,
            first_no_number: None,
            first_comma: None,
            first_point: None,
        }
    }
}

impl Measured {
    /// Takes in a row whose measured cell is `cell` and whose mutant has these changes, if it has a score. Where a row has more cells than
    /// the header, `is_spread`, a comma may separate cells or be that of a decimal: what is measured is no number.
    pub fn add(&mut self, cell: &[u8], is_spread: bool, outcome: &Outcome, changes: &[Change]) {
        let reading = match decimals::read(cell) {
            reading if !is_spread => reading,
            Reading::Nothing => Reading::Nothing,
            _ => Reading::NoNumber,
        };
        self.commas.count(reading);
        let row = self.seen;
        self.seen += 1;
        let Some(score) = outcome.score() else {
            return;
        };
        let (value, sign) = match reading {
            Reading::Number(value) => (value, Sign::None),
            Reading::WithComma { value, .. } => (value, Sign::Comma),
            Reading::WithPoint(value) => (value, Sign::Point),
            Reading::Nothing => {
                self.empty += 1;
                return;
            }
            Reading::Grouped | Reading::GroupedByPoints | Reading::NoNumber => {
                self.no_number += 1;
                let doubt = is_spread.then_some(Doubt::MoreCells);
                let cell = || Cell::new(row + 1, cell, doubt);
                self.first_no_number.get_or_insert_with(cell);
                return;
            }
        };
        let doubt = (sign == Sign::Comma).then_some(Doubt::Comma);
        let cell = || Cell::new(row + 1, cell, doubt);
        match sign {
            Sign::None => {}
            Sign::Comma => drop(self.first_comma.get_or_insert_with(cell)),
            Sign::Point => drop(self.first_point.get_or_insert_with(cell)),
        }
        self.values.push(value);
        self.signs.push(sign);
        self.potts.push(score.potts);
        for (scores, own) in self
            .others
            .iter_mut()
            .zip([score.independent, score.effect])
        {
            *scores = scores.take().and_then(|mut all| {
                all.push(own?);
                Some(all)
            });
        }
        self.rows.push(row);
        self.mutants.push(changes);
    }

    /// Takes in what is predicted of the row that was added last, if it was kept.
    pub fn push_predicted(&mut self, predicted: Option<f64>) {
        if self.rows.last().is_some_and(|&row| row + 1 == self.seen) {
            self.predicted.push(predicted.unwrap_or(f64::NAN));
        }
    }

    /// Takes in the further columns of the row that was added last, if it was kept.
    pub fn push_extras(&mut self, extras: Vec<Option<f64>>) {
        if self.rows.last().is_some_and(|&row| row + 1 == self.seen) {
            let values = extras.into_iter().map(|value| value.unwrap_or(f64::NAN));
            self.extras.extend(values);
        }
    }

    /// What a fit to the measured values takes, with `extras` further columns a row, in a table whose cells this separates: values, changes and
    /// further columns of the rows with a number, those of the wild type too, whose changes are none.
    pub fn rows(&self, extras: usize, separator: u8) -> impl Iterator<Item = MeasuredRow<'_>> {
        let decimal_commas = self.commas.are_decimal(separator);
        let points_group = self.commas.points_group();
        let with_number = (0..self.values.len())
            .filter(move |&k| self.signs[k].makes_number(decimal_commas, points_group));
        with_number.map(move |k| MeasuredRow {
            value: self.values[k],
            changes: self.mutants.changes(k).collect(),
            extras: &self.extras[extras * k..extras * (k + 1)],
        })
    }

    /// Takes in the rows of another, which is left without any.
    pub fn append(&mut self, later: &mut Self) {
        let later = std::mem::take(later);
        let before = self.seen;
        let moved = |cell: Cell| Cell {
            row: before + cell.row,
            ..cell
        };
        self.seen += later.seen;
        self.values.extend(later.values);
        self.signs.extend(later.signs);
        self.potts.extend(later.potts);
        for (scores, more) in self.others.iter_mut().zip(later.others) {
            *scores = scores.take().zip(more).map(|(mut all, more)| {
                all.extend(more);
                all
            });
        }
        self.predicted.extend(later.predicted);
        self.rows.extend(later.rows.iter().map(|row| before + row));
        self.mutants.append(&later.mutants);
        self.extras.extend(later.extras);
        self.commas.append(later.commas);
        self.empty += later.empty;
        self.no_number += later.no_number;
        let first = self.first_no_number.take();
        self.first_no_number = first.or(later.first_no_number.map(moved));
        let first = self.first_comma.take();
        self.first_comma = first.or(later.first_comma.map(moved));
        let first = self.first_point.take();
        self.first_point = first.or(later.first_point.map(moved));
    }

    /// The correlation with the column of this name, in a table with these counts, whose cells this separates.
    pub fn correlation(
        self,
        column: &str,
        counts: &Summary,
        separator: u8,
        scorer: &MutantScorer,
    ) -> Correlation {
        let decimal_commas = self.commas.are_decimal(separator);
        let points_group = self.commas.points_group();
        let with_number: Vec<usize> = (0..self.values.len())
            .filter(|&k| self.signs[k].makes_number(decimal_commas, points_group))
            .collect();
        let is_mutant = |&k: &usize| !self.mutants.is_wild_type(k);
        let used: Vec<usize> = with_number.iter().copied().filter(is_mutant).collect();
        let without = (self.values.len() - with_number.len()) as u64;
        let comma = self.first_comma.clone();
        let (doubtful, unread) = match decimal_commas {
            false if points_group => (None, self.first_point.clone()),
            true => (
                comma.filter(|_| self.commas.are_doubtful()),
                self.first_point.clone(),
            ),
            false => (None, comma),
        };
        let cells = self.first_no_number.iter().chain(&unread);
        let potts_score = correlated(&self.values, &self.potts, &used);
        let [independent, effect] = &self.others;
        let other = |scores: &Option<Vec<f64>>, rows: &[usize]| {
            correlated(&self.values, scores.as_ref()?, rows)
        };
        let has_prediction = |k: &&usize| self.predicted.get(**k).is_some_and(|p| !p.is_nan());
        let predicted: Vec<usize> = used.iter().filter(has_prediction).copied().collect();
        Correlation {
            potts_score,
            calibrated: rank_correlated(&self.values, &self.predicted, &predicted),
            independent_score: other(independent, &used),
            effect_score: other(effect, &used),
            used: used.len() as u64,
            wild_type_rows: (with_number.len() - used.len()) as u64,
            with_wild_type: WithWildType {
                used: with_number.len() as u64,
                potts_score: correlated(&self.values, &self.potts, &with_number),
                independent_score: other(independent, &with_number),
                effect_score: other(effect, &with_number),
            },
            without_number: self.empty + self.no_number + without,
            empty: self.empty,
            first_without_number: cells.min_by_key(|cell| cell.row).cloned(),
            decimal_commas,
            doubtful_comma: doubtful,
            is_withheld: false,
            duplicates: self.duplicates(&used, scorer),
            clearly_negative: is_clearly_negative(potts_score, used.len() as u64),
            low_is_good_by_name: low_is_good(column),
            not_scored: counts.not_scored(),
            column: column.into(),
        }
    }

    /// The mutants that stand in more than one of these rows.
    fn duplicates(&self, used: &[usize], scorer: &MutantScorer) -> Option<Duplicates> {
        let found = self.mutants.repeated(used)?;
        Some(Duplicates {
            mutants: found.mutants,
            rows: found.rows,
            first: name(self.mutants.changes(found.first[0]), scorer),
            first_rows: found.first.map(|k| self.rows[k] + 1),
        })
    }
}

/// Scores that differ by less are equal: residues that were never seen share one score, but for how far a fit went.
const RESOLUTION: f64 = 1e-4;

/// The correlation over some rows, if they are enough.
pub(super) fn correlated(values: &[f64], scores: &[f64], rows: &[usize]) -> Option<f64> {
    let values: Vec<f64> = rows.iter().map(|&k| values[k]).collect();
    let scores = rows.iter().map(|&k| (scores[k] / RESOLUTION).round());
    (rows.len() >= FEWEST)
        .then(|| spearman(&values, &scores.collect::<Vec<f64>>()))
        .flatten()
}

/// The same of predictions, in the unit of the assay, which may be any.
fn rank_correlated(values: &[f64], predicted: &[f64], rows: &[usize]) -> Option<f64> {
    let of_rows = |numbers: &[f64]| -> Vec<f64> { rows.iter().map(|&k| numbers[k]).collect() };
    (rows.len() >= FEWEST)
        .then(|| spearman(&of_rows(values), &of_rows(predicted)))
        .flatten()
}

/// A mutant in the numbers of the target.
fn name(changes: impl Iterator<Item = Change>, scorer: &MutantScorer) -> String {
    let (columns, letters) = (scorer.columns(), scorer.letters());
    // Where the gap is a state, a deletion is one more.
    let letter = |state: u8| {
        letters
            .get(usize::from(state))
            .copied()
            .unwrap_or(GAP_LETTER)
    };
    let names = changes.map(|change| {
        let residue = columns.residue(change.site);
        format!(
            "{}{}{}{}",
            ChainPrefix(residue.chain),
            char::from(columns.letter(change.site)),
            residue.position,
            char::from(letter(change.state))
        )
    });
    names.collect::<Vec<_>>().join(":")
}
