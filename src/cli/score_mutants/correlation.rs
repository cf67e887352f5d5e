//! Spearman's correlation with a measured column: over which rows, and what is to be said about them.

use crate::error::{Error, Place, Result};
use std::collections::BTreeMap;

/// The longest cell that is quoted whole, in characters.
const MOST_QUOTED: usize = 40;

/// Spearman's correlation with a measured column. `used`, `wild_type_rows`, `without_number` and `not_scored` add up to all rows.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Correlation {
    /// The column.
    pub column: String,
    /// Correlation of the Potts scores; none if it is not defined.
    pub potts_score: Option<f64>,
    /// Correlation of the independent-site scores on the same rows.
    pub independent_score: Option<f64>,
    /// Correlation of the effects on the same rows; none where the model has none.
    pub effect_score: Option<f64>,
    /// Correlation of what a calibration predicts, over those of the rows that have a prediction.
    pub calibrated: Option<f64>,
    /// Rows of mutants with a score and a number.
    pub used: u64,
    /// Rows of the wild type and of synonymous mutants with a number: their score is 0 whatever the model.
    pub wild_type_rows: u64,
    /// The correlation with these rows as well.
    pub with_wild_type: WithWildType,
    /// Rows with a score but no number in the column.
    pub without_number: u64,
    /// Those of them with an empty cell, `NA`, `nan` or the like.
    pub empty: u64,
    /// The first cell of the others.
    pub first_without_number: Option<Cell>,
    /// Whether the commas of the column are those of decimals; false where it has none.
    pub decimal_commas: bool,
    /// The first of them where nothing but the separator of the table tells that they do not group thousands.
    pub doubtful_comma: Option<Cell>,
    /// Mutants that stand in more than one of the rows that are used.
    pub duplicates: Option<Duplicates>,
    /// Whether the correlations are left out, since no offset fits more mutants than chance does.
    pub is_withheld: bool,
    /// Whether the correlation of the Potts scores is negative beyond chance: below -0.1, and by more than two standard errors.
    pub clearly_negative: bool,
    /// Whether the name of the column is that of a quantity of which low values mostly are the good ones.
    pub low_is_good_by_name: bool,
    /// Rows without a score, by status.
    pub not_scored: BTreeMap<&'static str, u64>,
}

/// The correlation over the rows of the wild type and of synonymous mutants as well.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct WithWildType {
    /// Rows.
    pub used: u64,
    /// Correlation of the Potts scores.
    pub potts_score: Option<f64>,
    /// Correlation of the independent-site scores.
    pub independent_score: Option<f64>,
    /// Correlation of the effects.
    pub effect_score: Option<f64>,
}

/// A cell of the column.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Cell {
    /// Its row, 1 for the first below the header.
    pub row: u64,
    /// What it says.
    pub text: String,
    /// Whether it would be a number with a decimal comma.
    pub has_comma: bool,
    /// Whether its row has more cells than the header.
    pub has_more_cells: bool,
}

/// Why a cell that may be meant as a number is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It would be one with a decimal comma.
    Comma,
    /// Its row has more cells than the header.
    MoreCells,
}

/// Mutants that stand in more than one row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Duplicates {
    /// Number of such mutants.
    pub mutants: u64,
    /// Rows that they stand in.
    pub rows: u64,
    /// The one that comes first.
    pub first: String,
    /// Its first two rows, 1 for the first below the header.
    pub first_rows: [u64; 2],
}

impl Correlation {
    /// Leaves out what comes of mutants that match by chance, those of another protein say: it looks like a result and is none.
    pub(super) fn withhold(&mut self) {
        self.is_withheld = true;
        for rho in [
            &mut self.potts_score,
            &mut self.independent_score,
            &mut self.effect_score,
            &mut self.calibrated,
            &mut self.with_wild_type.potts_score,
            &mut self.with_wild_type.independent_score,
            &mut self.with_wild_type.effect_score,
        ] {
            *rho = None;
        }
        self.clearly_negative = false;
    }

    /// Refuses a column without numbers: to name it was a mistake.
    ///
    /// # Errors
    /// If no row of the table, `file` in messages, has both a score and a number.
    pub(super) fn check(&self, file: &str) -> Result<()> {
        if self.with_wild_type.used > 0 || self.without_number == 0 {
            return Ok(());
        }
        let found = match &self.first_without_number {
            Some(cell) => format!(
                "of {} cells {} are empty, and the first of the others is no number, {cell}",
                self.without_number, self.empty
            ),
            None => format!("all {} cells are empty", self.without_number),
        };
        Err(Error::input(
            Place::file(file),
            format!(
                "the column '{}' has no number in a row with a score: {found}",
                self.column
            ),
            "--against NAME names the column of the measurements; numbers look like -0.5, 1.5e-3, or 0,5 where commas do not separate cells",
        ))
    }

    /// `; not used: ...`, nothing if all rows are.
    fn unused(&self) -> String {
        let mut parts = Vec::new();
        if self.wild_type_rows > 0 {
            let with = &self.with_wild_type;
            parts.push(format!(
                "{} wild type or synonymous (with them {} over {})",
                self.wild_type_rows,
                with.potts_score
                    .map_or("not defined".into(), |rho| format!("{rho:.4}")),
                with.used
            ));
        }
        parts.extend(counted(&self.not_scored));
        if self.without_number > 0 {
            let mut which = Vec::new();
            if self.empty > 0 {
                which.push(format!("{} empty", self.empty));
            }
            which.extend(self.first_without_number.as_ref().map(Cell::to_string));
            let which = which.join("; ");
            parts.push(format!(
                "{} without a number ({which})",
                self.without_number
            ));
        }
        match parts.is_empty() {
            true => String::new(),
            false => format!("; not used: {}", parts.join(", ")),
        }
    }

    /// What a negative sign may mean.
    fn sign(&self) -> Option<String> {
        let column = &self.column;
        let otherwise = match self.low_is_good_by_name {
            true => format!(", and of what is called {column} they mostly are"),
            false => "; if high ones are, the scores run against it".into(),
        };
        self.clearly_negative.then(|| {
            format!("negative: if low values of {column} are the good ones, that is agreement{otherwise}")
        })
    }

    /// It in words. Where the numbering is in doubt, a sign means nothing.
    pub(super) fn in_words(&self, numbering_is_in_doubt: bool) -> String {
        if self.is_withheld {
            return format!(
                "Spearman with {}: not given, for the {} rows that match do so by chance",
                self.column, self.used
            );
        }
        let number = |r: Option<f64>| {
            r.map_or(
                "not defined (too few rows, or all alike)".to_string(),
                |r| format!("{r:.4}"),
            )
        };
        let effect = self
            .effect_score
            .map_or(String::new(), |rho| format!(", effect_score {rho:.4}"));
        let calibrated = self
            .calibrated
            .map_or(String::new(), |rho| format!(", calibrated {rho:.4}"));
        let mut words = format!(
            "Spearman with {} over {} rows: potts_score {}, independent_score {}{effect}{calibrated}{}",
            self.column,
            self.used,
            number(self.potts_score),
            number(self.independent_score),
            self.unused()
        );
        if numbering_is_in_doubt {
            words.push_str("\nnote: rows that match a wrong numbering do so by chance: settle it before you look at the correlation");
        } else if let Some(sign) = self.sign() {
            words.push_str(&format!("\n{sign}"));
        }
        if let Some(cell) = &self.doubtful_comma {
            let text = &cell.text;
            words.push_str(&format!(
                "\nnote: the commas of {} are read as those of decimals, as in row {}: '{text}' is {}",
                self.column,
                cell.row,
                text.replace(',', ".")
            ));
        }
        if let Some(duplicates) = &self.duplicates {
            words.push_str(&format!("\n{duplicates}"));
        }
        words
    }
}

impl Cell {
    /// With its text, cut where it is long.
    pub(super) fn new(row: u64, text: &[u8], doubt: Option<Doubt>) -> Self {
        let text = String::from_utf8_lossy(text).replace(char::is_control, " ");
        let mut cut: String = text.chars().take(MOST_QUOTED).collect();
        if cut.len() < text.len() {
            cut.push_str("...");
        }
        Self {
            row,
            text: cut,
            has_comma: doubt == Some(Doubt::Comma),
            has_more_cells: doubt == Some(Doubt::MoreCells),
        }
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let question = match (self.has_comma, self.has_more_cells) {
            (true, _) => ", a decimal comma?",
            (_, true) => ", of a row with more cells than the header",
            _ => "",
        };
        write!(f, "row {}: '{}'{question}", self.row, self.text)
    }
}

impl std::fmt::Display for Duplicates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let stand = match self.mutants {
            1 => "1 mutant stands".into(),
            n => format!("{n} mutants stand"),
        };
        let [one, other] = self.first_rows;
        write!(
            f,
            "note: {stand} in more than one row, {} first (rows {one} and {other}); all rows are used",
            self.first
        )
    }
}

/// `3 wt_mismatch`, `2 unparsable`.
pub(super) fn counted(counts: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let counts = counts.iter();
    counts.map(|(word, n)| format!("{n} {word}")).collect()
}

/// Whether a correlation over so many rows is negative beyond chance.
pub(super) fn is_clearly_negative(rho: Option<f64>, rows: u64) -> bool {
    const LEAST: f64 = 0.1;
    // Without any relation, Spearman's correlation has this standard error.
    let error = 1.0 / (rows.saturating_sub(1) as f64).sqrt();
    rho.is_some_and(|rho| rho < -LEAST && rho < -2.0 * error)
}

/// Whether a column's name is that of a quantity of which low values mostly are the good ones: changes of the free energy on unfolding or
/// binding (by the sign of most tables), constants of dissociation, concentrations for half an effect.
pub(super) fn low_is_good(column: &str) -> bool {
    const QUANTITIES: [&str; 5] = ["kd", "ki", "ic50", "ec50", "kdapp"];
    let name = column.to_lowercase().replace(['δ', '∆'], "d");
    // Of their negative logarithms high values are the good ones.
    if ["-log", "neg", "minus"]
        .iter()
        .any(|word| name.contains(word))
    {
        return false;
    }
    let joined: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| word.starts_with("ddg") || QUANTITIES.contains(&word))
        || joined.contains("deltadeltag")
        || joined.contains("destabil")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_where_low_is_good() {
        for name in [
            "ddG",
            "DDG_mean",
            "ΔΔG",
            "∆∆G (kcal/mol)",
            "mean_ddg",
            "delta_delta_G",
            "Kd",
            "kd (nM)",
            "IC50",
            "EC50_uM",
            "destabilization",
            "log_Kd",
        ] {
            assert!(low_is_good(name), "{name}");
        }
        for name in [
            "score",
            "dG",
            "fitness",
            "MIC",
            "pKd",
            "-log10(Kd)",
            "neg_ddG",
            "kdel",
            "DMS_score",
            "",
        ] {
            assert!(!low_is_good(name), "{name}");
        }
    }

    #[test]
    fn a_few_rows_are_never_clearly_negative() {
        assert!(is_clearly_negative(Some(-0.9429), 6));
        assert!(!is_clearly_negative(Some(-1.0), 5));
        assert!(!is_clearly_negative(Some(-0.8), 6));
        assert!(!is_clearly_negative(Some(-0.09), 100_000));
        assert!(is_clearly_negative(Some(-0.2), 200));
        assert!(!is_clearly_negative(Some(0.9), 200));
        assert!(!is_clearly_negative(None, 0));
    }
}
