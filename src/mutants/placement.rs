//! Where a mutant's substitutions are in the target of a model, or why they are nowhere. The target alone decides; no parameter does.

use super::change::Change;
use super::notation::{Form, Mutant, OtherChange, STOP, Substitution};
use super::offsets::OffsetSearch;
use super::outcome::{NoSite, Outcome};
use crate::alignment::ColumnMap;
use crate::alignment::columns::Occupant;
use crate::alphabet::{Alphabet, GAP_LETTER, GapTreatment, Symbol};
use crate::error::{Error, Result};
use crate::position::{Chain, Offsets, Position, Residue};

/// What mutants are made of where there is no background, in words.
pub const TARGET: &str = "target";

/// The target's states at the sites, that of the gap where it has no residue.
pub fn target_states(columns: &ColumnMap, alphabet: &Alphabet) -> Vec<u8> {
    let state = |site| match alphabet.symbol(columns.letter(site)) {
        Symbol::Residue(state) => state,
        Symbol::Gap | Symbol::Unknown => alphabet.gap_state(),
    };
    (0..columns.sites()).map(state).collect()
}

/// The target of a model, or a background in its place: its columns, letters and states.
#[derive(Debug)]
pub struct Placement<'m> {
    columns: &'m ColumnMap,
    /// What the letters are of, in words: the target, or a background.
    whose: &'static str,
    residues: u8,
    /// Whether the gap is a state, so that a deletion is a change to it.
    gap_is_state: bool,
    letters: &'m [u8],
    symbols: [Symbol; 256],
    target: Vec<u8>,
    offsets: OffsetSearch,
}

impl<'m> Placement<'m> {
    /// Of the target whose letters `columns` holds, called so in messages. A site where it has no residue (a model of all columns may have
    /// some) counts as a gap and has no mutants.
    ///
    /// # Errors
    /// If no letter of a target is known.
    pub fn new(
        (columns, whose): (&'m ColumnMap, &'static str),
        alphabet: &'m Alphabet,
        gaps: GapTreatment,
    ) -> Result<Self> {
        if !columns.has_target() {
            return Err(Error::Model(
                "the model does not know the letters of a target, so mutants have no wild type\n  \
                 fit it again with `no_focus` `target=NAME`, or with `focus=NAME`; to a model of another program, add them:\n  \
                 potts convert MODEL MODEL.h5 `alignment=MSA`"
                    .into(),
            ));
        }
        Ok(Self {
            columns,
            whose,
            residues: alphabet.gap_state(),
            gap_is_state: gaps == GapTreatment::State,
            letters: alphabet.letters(),
            symbols: alphabet.symbols(),
            target: target_states(columns, alphabet),
            offsets: OffsetSearch::new(columns, alphabet),
        })
    }

    /// Residues in the order of their states.
    pub fn letters(&self) -> &'m [u8] {
        self.letters
    }

    /// The target's states at the sites; a missing one where it has no residue.
    pub fn target(&self) -> &[u8] {
        &self.target
    }

    /// The first half of an evaluation: what becomes of a mutant that has no score, or is the wild type. Of any other the
    /// changes, which are to be scored, are appended to `changes`.
    pub fn translate(
        &self,
        mutant: &Mutant,
        offsets: &Offsets,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        let before = changes.len();
        match self.resolve(mutant, offsets, changes) {
            Some(problem) => {
                changes.truncate(before);
                Some(problem)
            }
            None if changes.len() > before => None,
            None if mutant.is_wild_type() => Some(Outcome::WildType),
            None => Some(Outcome::Synonymous),
        }
    }

    /// All single changes of one site, in the order of the alphabet; none where the target has no residue.
    pub fn changes_of(&self, site: usize) -> impl Iterator<Item = Change> + use<> {
        let wild_type = self.target[site];
        let states = if wild_type < self.residues {
            0..self.residues
        } else {
            0..0
        };
        states
            .filter(move |&state| state != wild_type)
            .map(move |state| Change { site, state })
    }

    /// Columns, positions and letters of the target.
    pub fn columns(&self) -> &'m ColumnMap {
        self.columns
    }

    /// What the letters are of, in words: `target`, or `background`.
    pub fn whose(&self) -> &'static str {
        self.whose
    }

    /// The search for the offset that a mutant's numbering needs.
    pub fn offsets(&self) -> &OffsetSearch {
        &self.offsets
    }

    /// Translates substitutions into changes, or finds the problem that counts.
    fn resolve(
        &self,
        mutant: &Mutant,
        offsets: &Offsets,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        if let Some(again) = repeated(mutant.substitutions()) {
            return Some(Outcome::DuplicatePosition { again });
        }
        let mut worst = mutant.other_change().map(Outcome::Other);
        for &substitution in mutant.substitutions() {
            match self.place(substitution, offsets) {
                Ok(change) => changes.extend(change),
                Err(problem) => {
                    if worst.as_ref().is_none_or(|w| problem.status() < w.status()) {
                        worst = Some(problem);
                    }
                }
            }
        }
        worst
    }

    /// The change that a substitution is: none if it changes nothing.
    fn place(
        &self,
        s: Substitution,
        offsets: &Offsets,
    ) -> std::result::Result<Option<Change>, Outcome> {
        let s = match s.form {
            Form::WithoutWildType => self.completed(s, offsets)?,
            _ => s,
        };
        for letter in [s.wild_type, s.mutant] {
            let is_stop = letter == STOP && s.wild_type != STOP;
            if self.symbols[usize::from(letter)] == Symbol::Unknown && !is_stop {
                return unknown(s, letter);
            }
        }
        let (residue, site, letter) = self.find(s, offsets)?;
        if letter == GAP_LETTER {
            return Err(not_modelled(
                residue,
                match site {
                    Some(_) => NoSite::Gap(self.whose),
                    None => NoSite::NotModelled,
                },
            ));
        }
        // By their symbols, since T and U are one state of RNA.
        let [wild_type, mutant, target] =
            [s.wild_type, s.mutant, letter].map(|byte| self.symbols[usize::from(byte)]);
        if target != wild_type {
            return Err(Outcome::WtMismatch {
                residue,
                whose: self.whose,
                target: letter,
                claimed: s.wild_type,
            });
        }
        match (site, mutant) {
            _ if mutant == wild_type => Ok(None),
            (_, Symbol::Unknown) => Err(Outcome::Stop { residue }),
            (Some(site), Symbol::Gap) if self.gap_is_state => Ok(Some(Change {
                site,
                state: self.residues,
            })),
            (_, Symbol::Gap) => Err(Outcome::Deletion { residue }),
            (Some(site), Symbol::Residue(state)) => Ok(Some(Change { site, state })),
            (None, _) => Err(not_modelled(residue, NoSite::NotModelled)),
        }
    }

    /// The residue that a substitution is about, its site if it is modelled, and the target's letter there.
    fn find(
        &self,
        s: Substitution,
        offsets: &Offsets,
    ) -> std::result::Result<(Residue, Option<usize>, u8), Outcome> {
        let place = self.columns.span_of(s.chain);
        let place = place.ok_or_else(|| Outcome::UnknownChain {
            substitution: s,
            chains: self.columns.chains().collect(),
        })?;
        let number = s.number.saturating_add(offsets.of(place));
        let out_of_range = || Outcome::OutOfRange {
            number,
            range: self.columns.spans()[place].ends(),
        };
        let position = u64::try_from(number).ok().and_then(Position::new);
        let residue = Residue {
            chain: s.chain,
            position: position.ok_or_else(out_of_range)?,
        };
        match self.columns.at(residue) {
            Occupant::Site(site, letter) => Ok((residue, Some(site), letter)),
            Occupant::NotModelled(letter) => Ok((residue, None, letter)),
            Occupant::OutOfRange => Err(out_of_range()),
        }
    }

    /// A substitution without its wild type, with the target's.
    fn completed(
        &self,
        s: Substitution,
        offsets: &Offsets,
    ) -> std::result::Result<Substitution, Outcome> {
        let (_, _, wild_type) = self.find(s, offsets)?;
        Ok(s.decided(s.chain, wild_type))
    }

    /// The target's letter at a substitution, as the alphabet writes it.
    pub(super) fn letter_at(&self, s: Substitution, offsets: &Offsets) -> Option<u8> {
        self.find(s, offsets).ok().map(|(_, _, letter)| letter)
    }

    /// Whether two letters are one residue: T and U are, in RNA.
    pub(super) fn are_one(&self, letter: u8, other: u8) -> bool {
        let [one, other] = [letter, other].map(|byte| self.symbols[usize::from(byte)]);
        one == other && one != Symbol::Unknown
    }

    /// In words, how a mutant was understood that was not written in full.
    pub(super) fn reading(&self, mutant: &Mutant, offsets: &Offsets) -> Option<String> {
        let is_full = |s: &Substitution| s.form == Form::Full;
        if mutant.is_derived() {
            return derived(mutant);
        }
        if mutant.substitutions().iter().all(is_full) {
            return None;
        }
        let substitutions = mutant.substitutions().iter();
        let completed = substitutions.map(|&s| match s.form {
            Form::WithoutWildType => self.completed(s, offsets).map(|s| s.to_string()),
            _ => Ok(s.to_string()),
        });
        let completed: std::result::Result<Vec<String>, Outcome> = completed.collect();
        let completed = completed.ok()?.join(":");
        Some(match mutant.lacks_wild_type() {
            true => format!("read as {completed}: the wild type is the {}'s", self.whose),
            false => format!("read as {completed}"),
        })
    }
}

/// In words, the differences from the target that were found, the first of them if there are many.
fn derived(mutant: &Mutant) -> Option<String> {
    const SHOWN: usize = 12;
    let all = mutant.substitutions();
    let shown: Vec<String> = all.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = match all.len() {
        0 => return None,
        n if n > SHOWN => format!(" and {} more", n - SHOWN),
        _ => String::new(),
    };
    Some(format!("read as {}{more}", shown.join(":")))
}

/// What becomes of a substitution with a letter that is no residue: `M1?` and `*404Q` are valid all the same.
fn unknown(s: Substitution, letter: u8) -> std::result::Result<Option<Change>, Outcome> {
    match (s.wild_type, s.number, s.mutant) {
        (STOP, _, STOP) => Ok(None),
        (STOP, _, _) => Err(Outcome::Other(OtherChange::Extension)),
        (b'M', 1, b'?') => Err(Outcome::Other(OtherChange::StartLoss)),
        _ => Err(Outcome::UnknownResidue { letter }),
    }
}

fn not_modelled(residue: Residue, why: NoSite) -> Outcome {
    Outcome::PositionNotModelled { residue, why }
}

/// A substitution where there was one before. Few are compared pair by pair; sorting keeps a line of thousands from taking minutes.
fn repeated(substitutions: &[Substitution]) -> Option<Substitution> {
    const FEW: usize = 16;
    let place = |s: &Substitution| (s.chain.map(Chain::letter), s.number);
    if substitutions.len() <= FEW {
        let mut earlier = substitutions.iter().enumerate();
        let again = earlier.find(|(k, s)| {
            let before = &substitutions[..*k];
            before.iter().any(|t| place(t) == place(s))
        });
        return again.map(|(_, s)| *s);
    }
    let mut sorted = substitutions.to_vec();
    sorted.sort_unstable_by_key(place);
    let mut pairs = sorted.windows(2);
    pairs.find(|w| place(&w[0]) == place(&w[1])).map(|w| w[1])
}
