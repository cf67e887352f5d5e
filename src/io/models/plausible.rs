//! Numbers that no fit gives: in files without checksums they show damage, at least that of the highest bits.

use crate::error::{Error, Place, Result};
use crate::model::Model;
use std::path::Path;

/// Fields and couplings are logarithms of ratios of frequencies: none comes near this.
const MOST: f32 = 1e6;

/// Whether a field or coupling can be one.
pub fn can_be(number: f32) -> bool {
    number.abs() <= MOST
}

/// Checks the parameters of a model that are in memory.
///
/// # Errors
/// [`Error::Input`] if one of them cannot be a field or coupling.
pub fn check(fitted: &Model, path: &Path) -> Result<()> {
    let fields = fitted.fields().into_iter().flatten();
    let couplings = fitted.couplings().map_or(&[][..], |c| c.as_slice());
    let mut numbers = fields.chain(couplings);
    match numbers.find(|&&number| !can_be(number)) {
        Some(number) => Err(Error::input(
            Place::file(path.display().to_string()),
            describe(*number),
            "fetch the file again from where it was made",
        )),
        None => Ok(()),
    }
}

/// What is wrong with a number that cannot be.
pub fn describe(number: f32) -> String {
    format!("a field or coupling of {number:e}, which no fit gives: the file is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::ColumnMap;
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::model::{Couplings, Parameters};
    use ndarray::Array2;

    #[test]
    fn numbers_beyond_all_measure_are_refused() {
        let model = |field: f32, coupling: f32| {
            let couplings = Couplings::from_packed(2, 2, vec![0.0, 1.0, -2.0, coupling]);
            let fields = Array2::from_elem((2, 2), field);
            let parameters = Parameters::of(fields, Some(couplings)).unwrap();
            let alphabet = Alphabet::new("AC").unwrap();
            let columns = ColumnMap::unnumbered(2);
            Model::of_parameters(parameters, alphabet, GapTreatment::Missing, columns)
        };
        let checked = |field, coupling| check(&model(field, coupling), Path::new("m.plmc"));
        assert!(checked(-1e6, 1e6).is_ok());
        for refused in [checked(1.1e6, 0.0), checked(0.0, -3e38)] {
            let message = refused.unwrap_err().to_string();
            assert!(
                message.contains("m.plmc") && message.contains("damaged"),
                "{message}"
            );
        }
    }
}
