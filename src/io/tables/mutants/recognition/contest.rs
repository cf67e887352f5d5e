//! Which of several places that may say what the mutants are does so: the one that goes with the target's residues.

use super::by_residues::second_mutant;
use super::candidate::{Candidate, Found};
use super::fit::{Fit, Level};
use super::header::texts;
use super::sample::Wish;
use super::table::{Table, fit, mutant_of};
use super::three_columns;
use crate::error::Result;
use crate::io::tables::mutants::layout::{Cells, Kind};
use crate::io::tables::mutants::refusals;
use crate::mutants::Mutant;

/// Changes that are all of bases are hardly those of a protein from so many on.
const BASES: usize = 3;

impl Candidate {
    /// What its columns are looked at for.
    pub(super) fn table<'t>(&'t self, wish: &'t Wish) -> Table<'t> {
        Table {
            names: &self.names,
            columns: &self.columns,
            rows: &self.rows,
            places: &wish.target.places,
        }
    }

    /// How well the mutants of a column go with the target.
    pub(super) fn fit(&self, column: usize, wish: &Wish) -> Fit {
        let places = &wish.target.places;
        let rows = texts(&self.rows, column);
        Fit::of(
            places,
            rows.map(|text| {
                Mutant::parse(&*text).map_or_else(|_| Vec::new(), |m| places.claims(&m))
            }),
        )
    }

    /// What was found, or what goes better with the target where something else in the table contradicts it.
    ///
    /// # Errors
    /// If two things do that contradict each other, or the changes are those of a gene.
    pub(super) fn contest(&self, found: Found, wish: &Wish, file: &str) -> Result<Found> {
        let is_asked = wish.column.is_some() || wish.kind.is_some() || wish.positions > 0;
        // Sequences and names before mutants are known by the target, or by nothing else.
        if is_asked || wish.target.places.are_unknown() || found.rank > 2 {
            return Ok(found);
        }
        let Some(column) = self.best_column(&found, wish) else {
            return self.single(found, wish, file);
        };
        let own = self.fit(column, wish);
        let are_bases = self.are_changes_of_bases(column, wish) && own.level() != Level::Well;
        let of_column = Found {
            rank: 0,
            kind: Kind::Column,
            cells: Cells::One(column),
            prefix: Vec::new(),
        };
        if let Some(Cells::Three(three)) = three_columns::find(self.table(wish))
            && self.differ(column, |row| mutant_of(&self.rows[row], three))
        {
            let other = fit(self.table(wish), three);
            let cells = Cells::Three(three);
            if other.beats(&own) || are_bases && other.level() == Level::Well {
                let of_three = Found {
                    rank: 1,
                    kind: Kind::ThreeColumns,
                    cells,
                    ..of_column
                };
                return self.single(of_three, wish, file);
            }
            if own.ties(&other) {
                let names = [column, three.residue].map(|k| &self.names[k]);
                return Err(refusals::several(names[0], names[1], true, file));
            }
            if own.beats(&other) {
                return Ok(of_column);
            }
            return self.single(found, wish, file);
        }
        if let Some(sequences) = self.sequences()
            && own.is_nowhere()
            && (own.inside > 0 || are_bases)
        {
            return Ok(Found {
                rank: 2,
                kind: Kind::Sequences,
                cells: Cells::One(sequences),
                ..of_column
            });
        }
        match (found.kind, are_bases) {
            (Kind::Column, true) => Err(refusals::bases(&self.names[column], file)),
            (Kind::Column, false) => Ok(of_column),
            _ => self.single(found, wish, file),
        }
    }

    /// What was found where no column of mutants stands beside it.
    fn single(&self, found: Found, wish: &Wish, file: &str) -> Result<Found> {
        if let Cells::Three(three) = found.cells
            && let Some(other) = second_mutant(self.table(wish), three)
        {
            let names = [three.wild_type.unwrap_or(three.residue), other].map(|k| &self.names[k]);
            return Err(refusals::several(names[0], names[1], true, file));
        }
        Ok(found)
    }

    /// The column of mutants: the one that was found, or another of nearly nothing else if that alone goes with the target.
    fn best_column(&self, found: &Found, wish: &Wish) -> Option<usize> {
        let column = match (found.kind, found.cells) {
            (Kind::Column, Cells::One(column)) => column,
            _ => self.mutants()?,
        };
        let own = self.fit(column, wish);
        let others = (0..self.names.len())
            .filter(|&k| k != column && self.columns[k].are_nearly_all_mutants());
        if let Some(one) = others.clone().find(|&k| self.is_of_isoforms(k, column)) {
            return Some(one);
        }
        let mut better = others.filter(|&k| self.fit(k, wish).beats(&own));
        let only = better.next().filter(|_| better.next().is_none());
        Some(only.unwrap_or(column))
    }

    /// The column of sequences like the target.
    fn sequences(&self) -> Option<usize> {
        self.only(|contents| contents.are_sequences() && !contents.are_all_one)
    }

    /// Whether a column has, in some row, another mutant than this, and not one of which this is a part.
    fn differ(&self, column: usize, other: impl Fn(usize) -> Option<Mutant>) -> bool {
        let mut rows = texts(&self.rows, column).enumerate();
        rows.any(|(row, text)| {
            let (Ok(one), Some(other)) = (Mutant::parse(&*text), other(row)) else {
                return false;
            };
            let mut parts = other.substitutions().iter();
            !parts.all(|part| {
                let mut own = one.substitutions().iter();
                own.any(|s| s.number == part.number && s.mutant == part.mutant)
            })
        })
    }

    /// Whether all changes of a column are of bases.
    fn are_changes_of_bases(&self, column: usize, wish: &Wish) -> bool {
        let is_base = |letter: u8| b"ACGTU".contains(&letter);
        let mut changes = 0;
        for text in texts(&self.rows, column) {
            let Ok(mutant) = Mutant::parse(&*text) else {
                continue;
            };
            if mutant.lacks_wild_type() || mutant.other_change().is_some() {
                return false;
            }
            changes += mutant.substitutions().len();
            let mut all = mutant.substitutions().iter();
            if !all.all(|s| is_base(s.wild_type) && is_base(s.mutant)) {
                return false;
            }
        }
        changes >= BASES && !wish.target.places.are_nucleotides()
    }

    /// Columns of mutants beside the one that is meant which do not go with the target, as names of clones and numbers of another protein do.
    pub(super) fn misfits(&self, cells: Cells, others: &[usize], wish: &Wish) -> Vec<usize> {
        if wish.target.places.are_unknown() {
            return Vec::new();
        }
        let own = match cells {
            Cells::One(column) => self.fit(column, wish),
            Cells::Three(three) => fit(self.table(wish), three),
        };
        let others = others.iter().copied();
        others.filter(|&k| own.beats(&self.fit(k, wish))).collect()
    }

    /// Whether the mutants of a column are those of another in several isoforms: among them in each row, and but for their numbers the same.
    pub(super) fn is_of_isoforms(&self, column: usize, other: usize) -> bool {
        let mut has_more = false;
        let mut pairs = texts(&self.rows, column).zip(texts(&self.rows, other));
        let are = pairs.all(
            |(one, other)| match (Mutant::parse(&*one), Mutant::parse(&*other)) {
                (Ok(one), Ok(other)) => {
                    let (own, all) = (one.substitutions(), other.substitutions());
                    let mut letters = all.iter().map(|s| (s.wild_type, s.mutant));
                    has_more |= all.len() > own.len();
                    own.iter().all(|s| all.contains(s))
                        && letters.all(|pair| own.iter().any(|s| (s.wild_type, s.mutant) == pair))
                }
                (one, _) => one.is_err(),
            },
        );
        are && has_more
    }
}
