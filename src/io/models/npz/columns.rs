//! Numbering, letters and chains of the sites.

use super::{Array, Arrays};
use crate::alignment::{Column, ColumnMap};
use crate::alphabet::GAP_LETTER;
use crate::error::Result;
use crate::position::{Chain, Position};

/// Whole numbers up to here are exact in double precision.
const LARGEST: f64 = 9e15;

impl Arrays {
    /// The columns of the sites: counted from 1 and without letters where the file does not tell.
    pub(super) fn columns(&mut self, sites: usize) -> Result<ColumnMap> {
        let mut columns = ColumnMap::unnumbered(sites).columns().to_vec();
        self.set(&mut columns, "position", |column, number: u64| {
            Position::new(number).map(|position| column.position = position)
        })?;
        self.set(&mut columns, "alignment_column", |column, number: u64| {
            column.alignment_column = number;
            Some(())
        })?;
        self.set(&mut columns, "letter", |column, letter: u8| {
            let known = letter.is_ascii_uppercase() || letter == GAP_LETTER;
            known.then(|| column.letter = letter)
        })?;
        self.set(&mut columns, "chain", |column, letter: u8| {
            Chain::new(letter).map(|chain| column.chain = Some(chain))
        })?;
        ColumnMap::new(columns).map_err(|error| self.wrong(&error))
    }

    /// Sets a property of all columns from an array, if it is there.
    fn set<T: Element>(
        &mut self,
        columns: &mut [Column],
        name: &str,
        set: impl Fn(&mut Column, T) -> Option<()>,
    ) -> Result<()> {
        let Some(array) = self.shaped(name, &[columns.len()])? else {
            return Ok(());
        };
        for (site, (column, value)) in columns.iter_mut().zip(T::of(array)?).enumerate() {
            if value.and_then(|value| set(column, value)).is_none() {
                let problem = format!("'{name}' of site {} is not what it can be", site + 1);
                return Err(self.problem(problem));
            }
        }
        Ok(())
    }
}

/// What the arrays of columns hold.
trait Element: Sized {
    /// The elements; `None` for one that is something else.
    fn of(array: Array) -> Result<Vec<Option<Self>>>;
}

impl Element for u64 {
    fn of(array: Array) -> Result<Vec<Option<Self>>> {
        let count = |v: f64| ((0.0..LARGEST).contains(&v) && v.fract() == 0.0).then_some(v as u64);
        Ok(array.doubles()?.into_iter().map(count).collect())
    }
}

impl Element for u8 {
    fn of(array: Array) -> Result<Vec<Option<Self>>> {
        let letter = |text: String| match text.as_bytes() {
            &[letter] => Some(letter),
            _ => None,
        };
        Ok(array.texts()?.into_iter().map(letter).collect())
    }
}
