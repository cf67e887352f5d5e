//! An axis along the target: its columns, modelled or not, chain after chain, with their numbers.

use super::canvas::{Anchor, Canvas, Paint};
use super::ink::Ink;
use super::scale::round_step;
use crate::alignment::ColumnMap;
use std::ops::Range;

/// The columns of a target as places from 0.
#[derive(Debug, Clone)]
pub struct Places<'c> {
    columns: &'c ColumnMap,
    /// Of each site.
    of_site: Vec<usize>,
    /// Where chains begin, with their letters.
    chains: Vec<(usize, char)>,
}

impl<'c> Places<'c> {
    /// The places of a target.
    pub fn of(columns: &'c ColumnMap) -> Self {
        let all = columns.columns();
        let of_site = (0..all.len()).filter(|&k| all[k].modelled).collect();
        let begins = |k: &usize| *k == 0 || all[*k].chain != all[*k - 1].chain;
        let starts = (0..all.len()).filter(begins);
        let chains = starts.filter_map(|k| Some((k, char::from(all[k].chain?.letter()))));
        Self {
            columns,
            of_site,
            chains: chains.collect(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.columns.columns().len()
    }

    /// The place of a site.
    pub fn of_site(&self, site: usize) -> usize {
        self.of_site[site]
    }

    /// The site at a place; `None` where it is not modelled.
    pub fn site(&self, place: usize) -> Option<usize> {
        self.of_site.binary_search(&place).ok()
    }

    /// The target's letter at a place.
    pub fn letter(&self, place: usize) -> u8 {
        self.columns.columns()[place].letter
    }

    /// How the residue at a place is called: 24, A:24.
    pub fn label(&self, place: usize) -> String {
        self.columns.columns()[place].residue().to_string()
    }

    /// Where chains begin, but for the first.
    pub fn boundaries(&self) -> impl Iterator<Item = usize> + '_ {
        self.chains.iter().skip(1).map(|(start, _)| *start)
    }

    /// Round positions among some places with their words, at most `most` or so.
    pub fn ticks(&self, places: Range<usize>, most: usize) -> Vec<(usize, String)> {
        let step = round_step(places.len() as f64 / most.max(1) as f64).max(1.0) as u64;
        let columns = self.columns.columns();
        let is_round = |place: &usize| columns[*place].position.get().is_multiple_of(step);
        let mut ticks: Vec<(usize, String)> = places
            .clone()
            .filter(is_round)
            .map(|place| (place, columns[place].position.to_string()))
            .collect();
        for (start, letter) in self
            .chains
            .iter()
            .filter(|(start, _)| places.contains(start))
        {
            let near = (step as usize / 2).max(1);
            ticks.retain(|(place, _)| place.abs_diff(*start) > near);
            ticks.push((*start, format!("{letter}:{}", columns[*start].position)));
        }
        ticks.sort_unstable_by_key(|(place, _)| *place);
        ticks
    }

    /// Draws numbers below (or above) a row of places of a width each, and returns the height that they take.
    pub fn numbers(
        &self,
        canvas: &mut Canvas,
        (left, base): (f64, f64),
        (places, wide): (Range<usize>, f64),
    ) {
        let font = canvas.font();
        let most = (places.len() as f64 * wide / (3.4 * font)).max(1.0) as usize;
        for (place, words) in self.ticks(places.clone(), most) {
            let x = left + ((place - places.start) as f64 + 0.5) * wide;
            canvas.line(
                (x, base),
                (x, base + 0.3 * font),
                Paint::Line(Ink::Muted, font / 14.0),
            );
            canvas.centred((x, base + 1.25 * font), &words);
        }
    }

    /// Draws the target's letters on a base line, grey where nothing is modelled.
    pub fn letters(
        &self,
        canvas: &mut Canvas,
        (left, base): (f64, f64),
        (places, wide, size): (Range<usize>, f64, f64),
    ) {
        for place in places.clone() {
            let x = left + ((place - places.start) as f64 + 0.5) * wide;
            let letter = char::from(self.letter(place)).to_string();
            let ink = match self.site(place) {
                Some(_) => Ink::Text,
                None => Ink::Grey,
            };
            canvas.sized((x, base), &letter, Anchor::Middle, (size, ink));
        }
    }

    /// The name of the axis.
    pub fn axis_name(&self) -> &'static str {
        match (self.columns.has_target(), self.columns.has_chains()) {
            (true, true) => "position in the targets, chain after chain",
            (true, false) => "position in the target",
            (false, _) => "alignment column",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::Column;
    use crate::position::{Chain, Position};

    fn two_chains() -> ColumnMap {
        let column = |(k, (chain, number)): (usize, (u8, u64))| Column {
            alignment_column: k as u64 + 1,
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
            letter: b'A',
            modelled: number != 3,
        };
        let numbers = (1..=30)
            .map(|n| (b'A', n))
            .chain((1..=20).map(|n| (b'B', n)));
        ColumnMap::new(numbers.enumerate().map(column).collect()).unwrap()
    }

    #[test]
    fn places_count_all_columns_and_ticks_name_chains() {
        let columns = two_chains();
        let places = Places::of(&columns);
        assert_eq!((places.count(), places.of_site(2)), (50, 3));
        assert_eq!((places.site(2), places.site(3)), (None, Some(2)));
        assert_eq!(places.boundaries().collect::<Vec<_>>(), [30]);
        let words: Vec<String> = places
            .ticks(0..50, 5)
            .into_iter()
            .map(|(_, words)| words)
            .collect();
        assert_eq!(words, ["A:1", "10", "20", "B:1", "10", "20"]);
        let ticks = places.ticks(0..50, 5);
        assert_eq!(ticks[3].0, 30);
    }
}
