//! How far a design is from the sequences of the family.

use crate::alignment::ColumnMap;
use crate::alphabet::Symbol;
use crate::model::Model;
use crate::mutants::Change;
use rayon::prelude::*;

/// At how many of the model's sites each design differs from the sequence of the alignment that is nearest to it; `None` where the model holds
/// no sequences. A gap differs from any residue.
pub fn novelties<'c>(
    (model, protein): (&Model, &ColumnMap),
    designs: impl IntoIterator<Item = &'c [Change]>,
) -> Option<Vec<usize>> {
    let sequences = model.family.as_ref()?.sequences.as_ref()?;
    let state = |site| match model.alphabet.symbol(protein.letter(site)) {
        Symbol::Residue(state) => state,
        Symbol::Gap | Symbol::Unknown => model.alphabet.gap_state(),
    };
    let target: Vec<u8> = (0..model.sites()).map(state).collect();
    let designs: Vec<Vec<u8>> = designs
        .into_iter()
        .map(|changes| {
            let mut states = target.clone();
            for change in changes {
                states[change.site] = change.state;
            }
            states
        })
        .collect();
    let nearest = |design: &Vec<u8>| {
        let differences = sequences.rows().into_iter().map(|row| {
            let pairs = row.iter().zip(design);
            pairs.filter(|(a, b)| a != b).count()
        });
        differences.min()
    };
    designs.par_iter().map(nearest).collect()
}
