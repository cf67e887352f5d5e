//! Mutants that the command line names.

use super::Job;
use crate::cli::settings::in_flags;
use crate::error::{Error, Place, Result};
use crate::io::tables::columns::{JOINT, JointRow, chosen};
use crate::mutants::epistasis::Term;
use crate::mutants::{Change, Mutant, Outcome};
use crate::position::Offsets;
use std::io::Write;

/// Pairs of a mutant that are told.
const TOLD: usize = 10;

/// A mutant and what becomes of it.
struct Named {
    text: String,
    changes: Vec<Change>,
    outcome: Outcome,
}

impl Job<'_, '_> {
    /// A row a mutant, or a row a pair of its substitutions.
    pub(super) fn named(&mut self, mutants: &[String], output: &mut dyn Write) -> Result<()> {
        let named = self.judged(mutants)?;
        if named.iter().all(|one| one.outcome.score().is_none()) {
            return Err(without_scores(&named));
        }
        if self.args.pairs {
            return self.pairs_of(&named, output);
        }
        let mut stream = self.stream(chosen(JOINT, &["status", "note"]), output)?;
        for one in &named {
            let note = one.outcome.to_string();
            let row = JointRow {
                mutant: &one.text,
                score: one.outcome.score(),
                status: one.outcome.status().as_str(),
                note: &in_flags(&note),
                pairs: &self.terms_in_words(&one.changes),
            };
            stream.row(&row).map_err(self.write_error())?;
        }
        stream.finish().map_err(self.write_error())?;
        Ok(())
    }

    fn judged(&mut self, mutants: &[String]) -> Result<Vec<Named>> {
        let mut named = Vec::with_capacity(mutants.len());
        for text in mutants {
            let mut changes = Vec::new();
            let outcome = match Mutant::parse(text) {
                Ok(mut mutant) => {
                    let settled = self.changes(&mut mutant, &mut changes);
                    let reading = self.scorer.reading(&mutant, &Offsets::default());
                    (settled, reading)
                }
                Err(problem) => (Some(Outcome::Unparsable(problem)), None),
            };
            named.push((text.clone(), changes, outcome));
        }
        let lists = named.iter().map(|(_, changes, _)| &changes[..]);
        self.scorer.fetch(lists)?;
        let judged = named
            .into_iter()
            .map(|(text, changes, (settled, reading))| {
                let scored = || Outcome::Scored(self.scorer.score(&changes));
                let outcome = settled.unwrap_or_else(scored).read_as(reading);
                Named {
                    text,
                    outcome,
                    changes,
                }
            });
        Ok(judged.collect())
    }

    /// The pairs of all mutants that have a score.
    fn pairs_of(&mut self, named: &[Named], output: &mut dyn Write) -> Result<()> {
        let (scored, others): (Vec<_>, Vec<_>) = named
            .iter()
            .partition(|one| one.changes.len() > 1 && one.outcome.score().is_some());
        for one in others {
            let why = match one.outcome.score() {
                Some(_) => "it has one substitution, and no pair".into(),
                None => one.outcome.to_string(),
            };
            self.messages
                .warn(format_args!("{}: {}", one.text, in_flags(&why)));
        }
        let mut doubles = Vec::new();
        for one in scored {
            let terms = self.scorer.terms(&one.changes);
            let double = |term: &Term| self.scorer.double(term.pair.0, term.pair.1);
            doubles.extend(terms.iter().map(double));
        }
        self.write_doubles(&doubles, &[], output)
    }

    /// The interactions of the pairs of three substitutions or more, the strongest first: `A24V:L25M=-0.120000 ...`.
    pub(super) fn terms_in_words(&self, changes: &[Change]) -> String {
        if changes.len() < 3 {
            return String::new();
        }
        let terms = self.scorer.terms(changes);
        let words = terms.iter().take(TOLD).map(|term| {
            let name = self.name(&[term.pair.0, term.pair.1]);
            format!("{name}={:.6}", term.interaction)
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The error where no mutant has a score.
fn without_scores(named: &[Named]) -> Error {
    let first = named.first().map_or(String::new(), |one| {
        format!("{}: {}", one.text, in_flags(&one.outcome.to_string()))
    });
    Error::input(
        Place::file("command line"),
        format!("no mutant has a score; the first: {first}"),
        "mutants look like A42G:L57V; `potts info MODEL --map` shows the target's residues and their positions",
    )
}
