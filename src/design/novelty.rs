//! How far a design is from the sequences of the family.

use crate::alignment::ColumnMap;
use crate::alphabet::Symbol;
use crate::kernels::nearest::fewest_differences;
use crate::model::Model;
use crate::mutants::Change;

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
    let mut states = Vec::new();
    for changes in designs {
        let start = states.len();
        states.extend_from_slice(&target);
        for change in changes {
            states[start + change.site] = change.state;
        }
    }
    let rows = sequences.as_standard_layout();
    let rows = rows.as_slice().unwrap_or_default();
    let fewest = fewest_differences(rows, model.sites(), &states);
    Some(fewest.into_iter().map(|count| count as usize).collect())
}
