//! How the rows of a table say what their mutants are, and how that is read.

use super::Job;
use super::offset_choice::OffsetChoice;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::io::tables::mutants::{Chunk, Kind, Layout, Row, Target, Wish, Written};
use crate::model::Model;
use crate::mutants::{GivenPositions, Mutant, NotAMutant, WholeSequences};
use crate::position::{Chain, PositionRange, Residue, read_ranges};
use std::str::FromStr;

/// What to do with each row.
pub(super) struct Reading {
    sequences: WholeSequences,
    given: Option<GivenPositions>,
    /// The column that names the chain of each mutant.
    pub chain: Option<usize>,
}

/// The positions of `--positions`, such as 39,40,54-56 or A:39,B:12.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Positions(Vec<Residue>);

impl Positions {
    /// How many there are.
    fn len(&self) -> usize {
        self.0.len()
    }

    /// Them; in `chain` where they name none.
    fn residues(&self, chain: Option<Chain>) -> Vec<Residue> {
        let residues = self.0.iter().map(|residue| Residue {
            chain: residue.chain.or(chain),
            ..*residue
        });
        residues.collect()
    }
}

impl FromStr for Positions {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        const MOST: u64 = 1000;
        let ranges = read_ranges(text)?;
        if let Some(range) = ranges.iter().find(|range| range.count() > MOST) {
            return Err(format!("'{range}' is not a range of 1 to {MOST} positions"));
        }
        Ok(Self(
            ranges
                .into_iter()
                .flat_map(PositionRange::residues)
                .collect(),
        ))
    }
}

impl Reading {
    /// As the options ask for it, in the target of `model`.
    ///
    /// # Errors
    /// If positions are not the target's.
    pub fn of(job: &Job, model: &Model) -> Result<Self> {
        let columns = job.scorer.columns();
        let positions = job.args.positions.as_ref();
        let given = positions
            .map(|positions| GivenPositions::new(columns, &positions.residues(job.args.chain)));
        Ok(Self {
            sequences: WholeSequences::new(columns, &model.alphabet, job.args.chain)
                .with_deletions(model.gaps == GapTreatment::State),
            given: given.transpose()?,
            chain: None,
        })
    }

    /// What is known of a table before it is read.
    pub fn wish<'a>(&self, job: &Job<'a>) -> Wish<'a> {
        let args = job.args;
        Wish {
            column: args.column.as_deref(),
            kind: args.layout.map(Into::into),
            positions: args.positions.as_ref().map_or(0, Positions::len),
            target: self.target(job),
        }
    }

    /// The target, with the numbers that the table should have for its residues; none where another table says them.
    fn target(&self, job: &Job) -> Target {
        let target = Target::new(self.sequences.letters().to_vec());
        if job.numbering.is_some() {
            return target;
        }
        let spans = job.scorer.columns().spans();
        let offset = |chain: Option<Chain>| {
            let place = spans.iter().position(|span| span.chain == chain);
            job.offset.of(place.unwrap_or(0))
        };
        let pairs = self
            .sequences
            .residues()
            .iter()
            .zip(self.sequences.letters());
        target.with_places(pairs.map(|(&residue, &letter)| {
            let number = i64::try_from(residue.position.get()).unwrap_or(i64::MAX);
            let named = residue.chain.filter(|_| job.args.chain.is_none());
            let number = number.saturating_sub(offset(residue.chain));
            let residue = Residue {
                chain: named,
                ..residue
            };
            (residue, number, letter)
        }))
    }

    /// The residues of the target at the given positions, in words.
    pub fn wild_type(&self) -> Option<String> {
        self.given.as_ref().map(GivenPositions::wild_type)
    }

    /// Learns from the first rows what all have in common; in words, if that is to be said.
    ///
    /// # Errors
    /// [`Error::Usage`] if an option would have no effect on mutants that are found by comparison with the target.
    pub fn learn(&mut self, job: &Job, layout: &Layout, chunk: &Chunk) -> Result<Option<String>> {
        if !is_compared(layout.kind()) {
            return Ok(None);
        }
        let args = job.args;
        for (option, is_given) in [
            ("--offset", args.offset != OffsetChoice::default()),
            ("--numbering", args.numbering.is_some()),
            ("--chain-column", args.chain_column.is_some()),
        ] {
            if is_given {
                return Err(Error::Usage(format!(
                    "{option} is for mutants that are written with numbers; the file: {}",
                    layout.in_words()
                )));
            }
        }
        let mut mutant = Mutant::default();
        let rows = chunk.rows(layout, 0..chunk.len());
        let texts: Vec<Vec<u8>> = rows
            .filter_map(|row| match row.read(&mut mutant) {
                Ok(Written::Sequence(text)) => Some(text.into_owned()),
                _ => None,
            })
            .collect();
        Ok(self.sequences.learn(texts.iter().map(Vec::as_slice)))
    }

    /// Shows every mutant of some rows.
    pub fn each_mutant(&self, chunk: &Chunk, layout: &Layout, visit: &mut dyn FnMut(&mut Mutant)) {
        let mut mutant = Mutant::default();
        for row in chunk.rows(layout, 0..chunk.len()) {
            if self.read(&row, &mut mutant).is_ok() {
                visit(&mut mutant);
            }
        }
    }

    /// Reads the mutant of a row.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(&self, row: &Row, mutant: &mut Mutant) -> std::result::Result<(), NotAMutant> {
        match row.read(mutant)? {
            Written::Mutant => put_in_chain(mutant, row, self.chain),
            Written::Sequence(text) => self.sequences.read(&text, mutant),
            Written::Letters(text) => self.read_word(&text, mutant),
        }
    }

    /// Reads a mutant that stands alone: residues, if positions are given.
    ///
    /// # Errors
    /// If there is none.
    pub fn read_word(
        &self,
        text: &[u8],
        mutant: &mut Mutant,
    ) -> std::result::Result<(), NotAMutant> {
        match &self.given {
            Some(given) => given.read(text, mutant),
            None => mutant.read(text),
        }
    }
}

/// Whether mutants are found by comparison with the target, whose numbers they then have.
fn is_compared(kind: Kind) -> bool {
    matches!(kind, Kind::Sequences | Kind::Letters | Kind::Fasta)
}

/// Puts a mutant into the chain that its row names; an empty cell names none.
fn put_in_chain(
    mutant: &mut Mutant,
    row: &Row,
    column: Option<usize>,
) -> std::result::Result<(), NotAMutant> {
    let cell = column
        .and_then(|column| row.cell(column))
        .unwrap_or_default();
    if !cell.is_empty() {
        mutant.put_in(Chain::named(&cell).ok_or_else(|| NotAMutant::chain(&cell))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_numbers_and_ranges_in_chains() {
        let parse = |text: &str| {
            let parsed = text.parse::<Positions>();
            parsed.map(|positions| {
                let words = positions.residues(None).into_iter().map(|r| r.to_string());
                words.collect::<Vec<String>>().join(" ")
            })
        };
        assert_eq!(parse("39, 40,54-56").as_deref(), Ok("39 40 54 55 56"));
        assert_eq!(parse("A:39,40,B:1").as_deref(), Ok("A:39 A:40 B:1"));
        for text in ["", "x", "0", "5-3", "1:2", "1-2000", "A:"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
