//! Small models for the tests of this folder and of the rooms that use it.

use crate::alignment::{Column, ColumnMap};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::model::couplings::pair_sites;
use crate::model::{Couplings, Model, Parameters};
use crate::position::{Chain, Position};
use ndarray::Array2;

/// Columns of a target whose first residue has the number `first`: capitals are modelled, `-` is a hole in the numbering.
pub fn columns(first: u64, target: &str) -> ColumnMap {
    ColumnMap::new(chain(None, first, target)).unwrap()
}

/// Columns of several chains, each a letter, the number of its first residue and its residues.
pub fn complex(chains: &[(u8, u64, &str)]) -> ColumnMap {
    let columns = chains
        .iter()
        .flat_map(|&(letter, first, target)| chain(Chain::new(letter), first, target));
    ColumnMap::new(columns.collect()).unwrap()
}

fn chain(chain: Option<Chain>, first: u64, target: &str) -> Vec<Column> {
    let columns = target.bytes().zip(first..).filter(|(b, _)| *b != b'-');
    let columns = columns.map(|(byte, number)| Column {
        alignment_column: number,
        chain,
        position: Position::new(number).unwrap(),
        letter: byte.to_ascii_uppercase(),
        modelled: byte.is_ascii_uppercase(),
    });
    columns.collect()
}

/// Numbers in -0.5 to 0.5 that look random.
fn noise(seed: u64) -> impl FnMut() -> f32 {
    let mut x = seed.wrapping_mul(2) | 1;
    move || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    }
}

/// A model over these columns of proteins with such fields, couplings if asked for, and independent fields.
pub fn model(columns: ColumnMap, gaps: GapTreatment, coupled: bool, seed: u64) -> Model {
    let alphabet = Alphabet::protein();
    let (sites, states) = (columns.sites(), alphabet.states(gaps));
    let mut next = noise(seed);
    let fields = Array2::from_shape_simple_fn((sites, states), &mut next);
    let independent = Array2::from_shape_simple_fn((sites, states), &mut next);
    let couplings = coupled.then(|| {
        let mut couplings = Couplings::zeros(sites, states);
        for (i, j) in pair_sites(sites) {
            couplings.block_mut(i, j).fill_with(&mut next);
        }
        couplings
    });
    let parameters = Parameters::of(fields, couplings).unwrap();
    let mut model = Model::of_parameters(parameters, alphabet, gaps, columns);
    model.independent_fields = Some(independent);
    model
}
