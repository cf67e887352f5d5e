//! How well mutants go with the target's residues: where two columns may say what is meant, that tells which does.

use crate::mutants::{Form, Mutant};
use crate::position::{Chain, Residue};
use std::collections::BTreeMap;

/// The residues of a target by the numbers that a table has for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// By the letter of the chain, and the number.
    letters: BTreeMap<(Option<u8>, i64), u8>,
    chains: Vec<Chain>,
}

/// What a mutant says of the target: in which chain, at which number, which residue.
pub(super) type Claim = (Option<Chain>, i64, u8);

impl Places {
    pub fn new(places: impl Iterator<Item = (Residue, i64, u8)>) -> Self {
        let mut chains: Vec<Chain> = Vec::new();
        let mut letters = BTreeMap::new();
        for (residue, number, letter) in places {
            let chain = residue.chain;
            letters.insert((chain.map(Chain::letter), number), letter);
            chains.extend(chain.filter(|chain| !chains.contains(chain)));
        }
        Self { letters, chains }
    }

    /// Whether nothing is known of the target.
    pub fn are_unknown(&self) -> bool {
        self.letters.is_empty()
    }

    /// The number of a residue of a target without chains, of which so many are known, counted from 0.
    pub fn number(&self, place: usize, residues: usize) -> Option<i64> {
        let is_known = !self.have_chains() && self.letters.len() == residues;
        let mut numbers = self.letters.keys().map(|&(_, number)| number);
        is_known.then(|| numbers.nth(place)).flatten()
    }

    /// Whether the target has chains.
    pub fn have_chains(&self) -> bool {
        !self.chains.is_empty()
    }

    /// Whether the letters are four at most, so that changes of nucleotides are what is meant.
    pub fn are_nucleotides(&self) -> bool {
        self.letters
            .values()
            .all(|letter| b"ACGTU".contains(letter))
    }

    /// Whether the target has this residue there; `None` if it has nothing there.
    pub fn has(&self, (chain, number, letter): Claim) -> Option<bool> {
        let named: &[Chain] = match &chain {
            Some(chain) => std::slice::from_ref(chain),
            None => &self.chains,
        };
        if self.chains.is_empty() {
            return self.letters.get(&(None, number)).map(|l| *l == letter);
        }
        let found = named
            .iter()
            .filter_map(|chain| self.letters.get(&(Some(chain.letter()), number)));
        found.map(|l| *l == letter).reduce(|one, other| one | other)
    }

    /// What a mutant says of the target. Nothing if it was written without its wild types.
    pub fn claims(&self, mutant: &Mutant) -> Vec<Claim> {
        let all = mutant.substitutions().iter();
        let all = all.filter(|s| !s.lacks_wild_type() && s.insertion.is_none());
        let claim = |chain: Option<Chain>, number: i64, letter: u8| (chain, number, letter);
        all.map(|s| match s.form {
            Form::TwoLetters(second) => {
                let chain = Chain::named(&[second]).filter(|chain| self.chains.contains(chain));
                let of_type = claim(s.chain, s.number, second);
                match s.wild_type == b'S' && self.has(of_type) == Some(true) {
                    true => of_type,
                    false => claim(chain, s.number, s.wild_type),
                }
            }
            _ => claim(s.chain, s.number, s.wild_type),
        })
        .collect()
    }
}

/// How many rows go with the target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fit {
    /// Rows that say something of the target.
    pub rows: usize,
    /// Of these, rows whose numbers it has.
    pub inside: usize,
    /// Of these, rows whose residues are the target's.
    pub fitting: usize,
    /// The most rows whose residues are the target's with the same number added to all.
    shifted: usize,
}

/// How well that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// As chance has it.
    Not,
    Partly,
    /// In nearly all rows.
    Well,
}

impl Fit {
    /// Of rows that say so much.
    pub fn of(places: &Places, rows: impl Iterator<Item = Vec<Claim>>) -> Self {
        let rows: Vec<Vec<Claim>> = rows.collect();
        let mut fit = Self::by_numbers(places, rows.iter().map(Vec::as_slice));
        if fit.level() != Level::Not {
            return fit;
        }
        let mut shifts: BTreeMap<i64, usize> = BTreeMap::new();
        for &(_, first, letter) in rows.iter().filter_map(|claims| claims.first()) {
            let same = places.letters.iter().filter(|(_, own)| **own == letter);
            for ((_, number), _) in same {
                *shifts.entry(number.saturating_sub(first)).or_default() += 1;
            }
        }
        fit.shifted = shifts.into_values().max().unwrap_or(0);
        fit
    }

    /// The same without a look at other numbers, which takes as long as the target is.
    pub fn by_numbers<'c>(places: &Places, rows: impl Iterator<Item = &'c [Claim]>) -> Self {
        let mut fit = Self::default();
        for claims in rows.filter(|claims| !claims.is_empty()) {
            fit.rows += 1;
            if claims.iter().any(|&claim| places.has(claim).is_some()) {
                let mut has = claims.iter().map(|&claim| places.has(claim));
                fit.inside += 1;
                fit.fitting += usize::from(has.all(|has| has == Some(true)));
            }
        }
        fit
    }

    /// How well the rows go with the target by the numbers that they have.
    pub fn level(&self) -> Level {
        match self {
            Self { fitting: 0, .. } => Level::Not,
            _ if 4 * self.fitting <= self.inside || 20 * self.inside < self.rows => Level::Not,
            _ if 10 * self.fitting >= 9 * self.inside => Level::Well,
            _ => Level::Partly,
        }
    }

    /// Whether many rows go with the target if the same number is added to all of theirs.
    fn is_well_shifted(&self) -> bool {
        const FEWEST: usize = 8;
        self.rows >= FEWEST && 10 * self.shifted >= 9 * self.rows
    }

    /// Whether these rows go with the target and the others do not: by their numbers, or where neither do, by numbers that an offset mends.
    pub fn beats(&self, other: &Self) -> bool {
        match (self.level(), other.level()) {
            (Level::Well, Level::Not) => true,
            (Level::Not, Level::Not) => self.is_well_shifted() && !other.is_well_shifted(),
            _ => false,
        }
    }

    /// Whether both go with the target.
    pub fn ties(&self, other: &Self) -> bool {
        match (self.level(), other.level()) {
            (Level::Not, Level::Not) => self.is_well_shifted() && other.is_well_shifted(),
            (one, other) => one != Level::Not && other != Level::Not,
        }
    }

    /// Whether no number that is added to all helps.
    pub fn is_nowhere(&self) -> bool {
        self.level() == Level::Not && !self.is_well_shifted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::Position;

    fn places() -> Places {
        let letters = b"MKTAYIAKQR".iter().zip(5u64..);
        Places::new(letters.map(|(&letter, number)| {
            let position = Position::new(number).unwrap();
            let residue = Residue {
                chain: None,
                position,
            };
            (residue, number as i64, letter)
        }))
    }

    fn fit(mutants: &[&str]) -> Fit {
        let places = places();
        let rows = mutants.iter().map(|m| Mutant::parse(m).unwrap());
        Fit::of(&places, rows.map(|mutant| places.claims(&mutant)))
    }

    #[test]
    fn rows_go_with_the_target_or_do_not() {
        for (mutants, level) in [
            (&["M5A", "K6R:T7A", "wt", "34V"][..], Level::Well),
            (&["M5A", "K7A"], Level::Partly),
            (&["A5M", "K7A", "K6R", "C8T", "G9A"], Level::Not),
            (&["M105A"], Level::Not),
            (&[], Level::Not),
        ] {
            assert_eq!(fit(mutants).level(), level, "{mutants:?}");
        }
        let own = fit(&["M5A", "K6R"]);
        assert!(own.beats(&fit(&["M15A", "K16R"])) && own.ties(&own));
        // With another offset only many rows tell.
        let mutants = ["M1A", "K2A", "T3A", "A4G", "Y5A", "I6A", "A7G", "K8A"];
        let clones = ["A1B", "B2C", "C3D", "D4A", "E5A", "F6A", "G7A", "H8A"];
        assert!(fit(&mutants).beats(&fit(&clones)));
        assert!(!fit(&mutants[..3]).beats(&fit(&clones)));
    }
}
