//! A protein near the target in which mutants are made: `A24V` in a background that has R57I already.

use super::notation::Mutant;
use super::outcome::Outcome;
use super::placement::{Placement, TARGET};
use super::whole_sequences::WholeSequences;
use crate::alignment::ColumnMap;
use crate::alignment::columns::Occupant;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::position::{Chain, Offsets, Residue};

/// What it is called where the target is meant otherwise.
pub(super) const WORD: &str = "background";

/// Letters after which a text that is no mutant is a sequence.
const SEQUENCE_FROM: usize = 8;

/// The target with some residues replaced, and deleted where the gap is a state of the model.
#[derive(Debug, Clone)]
pub struct Background {
    columns: ColumnMap,
    changes: Vec<String>,
    not_modelled: usize,
}

impl Background {
    /// What a user wrote: a mutant of the model's target such as `A24V:R57I`, in `chain` where it names none, or a whole sequence that is
    /// compared with the target. Residues of a whole sequence that differ where nothing is modelled count for nothing.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is neither, or does not go with the target; [`Error::Model`] if no letter of a target is known.
    pub fn parse(model: &Model, text: &str, chain: Option<Chain>) -> Result<Self> {
        let (columns, alphabet) = (&model.columns, &model.alphabet);
        let placement = Placement::new((columns, TARGET), alphabet, model.gaps)?;
        let wrong = |problem: &dyn std::fmt::Display| {
            Error::Usage(format!(
                "`background`: {problem}\n  it is a mutant of the target such as A24V:R57I, a whole sequence of its length, or a FASTA file of one"
            ))
        };
        let mut not_modelled = 0;
        let mut mutant = match Mutant::parse(text) {
            Ok(mutant) => mutant,
            Err(problem) => {
                let sequences = WholeSequences::new(columns, alphabet, chain);
                let sequences = sequences.with_deletions(model.gaps == GapTreatment::State);
                let mut mutant = Mutant::default();
                let read = sequences.read(text.as_bytes(), &mut mutant);
                if text.trim().len() < SEQUENCE_FROM || read.is_err() {
                    return Err(wrong(&problem));
                }
                let differences = mutant.substitutions().len();
                if 2 * differences > sequences.letters().len() {
                    let problem = format!(
                        "a sequence that differs from the target at {differences} of {} residues",
                        sequences.letters().len()
                    );
                    return Err(wrong(&problem));
                }
                not_modelled = leave_out_unmodelled(&mut mutant, columns);
                mutant
            }
        };
        if let Some(chain) = chain {
            mutant.put_in(chain);
        }
        let offsets = Offsets::default();
        let settled = placement.settle(&mut mutant, &offsets, None);
        settled.map_err(|outcome| wrong(&outcome))?;
        let mut changes = Vec::new();
        match placement.translate(&mutant, &offsets, &mut changes) {
            None | Some(Outcome::WildType | Outcome::Synonymous) => {}
            Some(outcome) => return Err(wrong(&outcome)),
        }
        let changes = changes.iter().map(|change| {
            let column = columns.column(change.site);
            (
                column.residue(),
                column.letter,
                alphabet.letter(change.state),
            )
        });
        Self::of(columns, &changes.collect::<Vec<_>>(), not_modelled)
    }

    fn of(columns: &ColumnMap, changes: &[(Residue, u8, u8)], not_modelled: usize) -> Result<Self> {
        let mut replaced = columns.columns().to_vec();
        for column in &mut replaced {
            let own = changes.iter().find(|(r, ..)| *r == column.residue());
            if let Some((_, _, letter)) = own {
                column.letter = *letter;
            }
        }
        let chain = |residue: &Residue| residue.chain.map_or(String::new(), |c| format!("{c}:"));
        let words = changes.iter().map(|(residue, from, to)| {
            let (from, to) = (char::from(*from), char::from(*to));
            format!("{}{from}{}{to}", chain(residue), residue.position)
        });
        Ok(Self {
            columns: ColumnMap::new(replaced)?,
            changes: words.collect(),
            not_modelled,
        })
    }

    /// The columns of the target with its letters.
    pub fn columns(&self) -> &ColumnMap {
        &self.columns
    }

    /// What it differs in from the target, in words: `A24V:R57I`.
    pub fn in_words(&self) -> String {
        const SHOWN: usize = 12;
        let shown = &self.changes[..self.changes.len().min(SHOWN)];
        match self.changes.len() {
            0 => "the target itself".into(),
            n if n > SHOWN => format!("{} and {} more", shown.join(":"), n - SHOWN),
            _ => shown.join(":"),
        }
    }

    /// Residues of a whole sequence that differ from the target where nothing is modelled, and count for nothing.
    pub fn not_modelled(&self) -> usize {
        self.not_modelled
    }
}

/// Takes the differences away that are at no site of the model; returns how many.
fn leave_out_unmodelled(mutant: &mut Mutant, columns: &ColumnMap) -> usize {
    let before = mutant.substitutions().len();
    mutant.retain(|residue| !matches!(columns.at(residue), Occupant::NotModelled(_)));
    before - mutant.substitutions().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutants::testing::{columns, complex, model};
    use crate::mutants::{Change, MutantScorer};
    use proptest::prelude::*;

    const TARGET: &str = "ACDEcFGHIK";

    fn parse(text: &str, gaps: GapTreatment) -> std::result::Result<Background, String> {
        let model = model(columns(11, TARGET), gaps, true, 3);
        Background::parse(&model, text, None).map_err(|error| error.to_string())
    }

    #[test]
    fn a_background_is_a_mutant_or_a_sequence() {
        for (text, words, not_modelled) in [
            ("A11G:D13W", "A11G:D13W", 0),
            ("wt", "the target itself", 0),
            ("GCWECFGHIK", "A11G:D13W", 0),
            ("gcwewfghik", "A11G:D13W", 1),
            ("13W", "D13W", 0),
        ] {
            let found = parse(text, GapTreatment::Missing).unwrap();
            assert_eq!(found.in_words(), words, "{text}");
            assert_eq!(found.not_modelled(), not_modelled, "{text}");
        }
        for (text, word) in [
            ("C11G", "the target has A at 11 and not C"),
            ("A11-", "is deleted"),
            ("C15G", "not a site"),
            ("GCWEWFGHIKK", "1 residues are inserted"),
            ("GCWE", "`background`"),
            ("WWWWWWWHIK", "at 7 of 10 residues"),
            ("nothing.fa", "`background`"),
            ("", "`background`"),
        ] {
            let problem = parse(text, GapTreatment::Missing).unwrap_err();
            assert!(problem.contains(word), "{text}: {problem}");
        }
        let deleted = parse("A11-", GapTreatment::State).unwrap();
        assert_eq!(deleted.in_words(), "A11-");
        let deleted = parse("ACDEC-GHIK", GapTreatment::State).unwrap();
        assert_eq!(deleted.in_words(), "F16-");
    }

    #[test]
    fn mutants_are_written_against_the_background() {
        let map = complex(&[(b'A', 1, "ACDE"), (b'B', 1, "FGHI")]);
        let model = model(map, GapTreatment::Missing, true, 5);
        let background = Background::parse(&model, "A:A1W,B:F1Y", None).unwrap();
        let mut scorer = MutantScorer::in_background(&model, &background).unwrap();
        scorer.fetch_all().unwrap();
        let note = |text: &str| {
            scorer
                .evaluate(&Mutant::parse(text).unwrap(), 0)
                .to_string()
        };
        assert_eq!(note("A:A1G"), "the background has W at A:1 and not A");
        assert_eq!(note("A:W1G:B:Y1F"), "");
        assert_eq!(
            note("B:1F"),
            "read as B:Y1F: the wild type is the background's"
        );
        let alone = Background::parse(&model, "YGHI", Chain::new(b'B'));
        assert!(alone.is_err(), "too short to be told from a typing error");
    }

    proptest! {
        /// s(B in A) = s(A:B) - s(A), of all columns that add up.
        #[test]
        fn what_a_background_adds_is_the_difference(
            seed in any::<u64>(),
            coupled in any::<bool>(),
            gap_is_state in any::<bool>(),
            first in prop::collection::btree_map(0usize..4, 1u8..19, 0..4),
            second in prop::collection::btree_map(4usize..8, 0u8..20, 0..4),
        ) {
            let gaps = if gap_is_state { GapTreatment::State } else { GapTreatment::Missing };
            let model = model(columns(1, "AYAYAYAY"), gaps, coupled, seed);
            let target = MutantScorer::new(&model).unwrap();
            let changes = |map: &std::collections::BTreeMap<usize, u8>| -> Vec<Change> {
                map.iter().map(|(&site, &state)| Change { site, state }).collect()
            };
            let (a, b) = (changes(&first), changes(&second));
            let names = a.iter().map(|&change| {
                let mut name = Vec::new();
                target.push_name(change, &mut name);
                String::from_utf8(name).unwrap()
            });
            let text = names.collect::<Vec<_>>().join(":");
            let text = if text.is_empty() { "wt" } else { &text };
            let background = Background::parse(&model, text, None).unwrap();
            let mut scorer = MutantScorer::in_background(&model, &background).unwrap();
            scorer.fetch_all().unwrap();
            let both = [&a[..], &b[..]].concat();
            let (alone, there, both) = (target.score(&a), scorer.score(&b), target.score(&both));
            prop_assert!((there.potts - (both.potts - alone.potts)).abs() < 1e-9);
            let independent = both.independent.unwrap() - alone.independent.unwrap();
            prop_assert!((there.independent.unwrap() - independent).abs() < 1e-9);
            let singles: f64 = b.iter().map(|&c| scorer.score(&[c]).potts).sum();
            prop_assert!((there.additive - singles).abs() < 1e-9);
        }
    }
}
