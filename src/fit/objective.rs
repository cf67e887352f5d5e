//! The objective at a given model, in double precision: how good another fit is, or how well a model knows sequences that it has not
//! seen.

use super::options::{FieldOrigin, PenaltyOptions};
use crate::alignment::{Alignment, SequenceWeights};
use crate::error::{Error, Result};
use crate::kernels::conditionals::conditional_value;
use crate::model::{Couplings, EnergyModel, Model, Pairwise};
use ndarray::Array2;
use rayon::prelude::*;

/// The objective of the symmetric pseudolikelihood at a model, and its parts, in nats.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct ObjectiveValue {
    /// The sum of the three parts: what a fit minimises.
    pub objective: f64,
    /// -sum_n w_n sum_i log P(x_i | rest), over the residues that are not missing.
    pub negative_log_pseudolikelihood: f64,
    /// lambda_h sum h^2; 0 of a model without fields.
    pub field_penalty: f64,
    /// lambda_J sum_{i<j} sum_ab J_ij(a, b)^2; 0 of a model without couplings.
    pub coupling_penalty: f64,
    /// Weight of all residues that are not missing, sum_n w_n L_n.
    pub residues: f64,
    /// exp of the negative log-pseudolikelihood a residue: among how many states the model wavers, on average.
    pub perplexity: f64,
    /// sum_n w_n log P(x_n) / sum_n w_n, in nats, over the sequences without a missing state: log P is of whole sequences. `None` of a
    /// model whose Z is not known, and if no sequence is whole.
    pub log_likelihood: Option<f64>,
    /// Weight of these sequences; `None` of a model whose Z is not known.
    pub whole_sequences: Option<f64>,
}

/// The objective with these penalties at `model` over `alignment`. Penalties depend on the gauge: they are those of the numbers as they are,
/// so that a model in another gauge than its fit's has another objective.
///
/// # Errors
/// [`Error::Model`] if the model has other sites or states than the alignment, or couplings that cannot be read.
pub fn objective(
    model: &Model,
    alignment: &Alignment,
    weights: &SequenceWeights,
    penalties: &PenaltyOptions,
) -> Result<ObjectiveValue> {
    let (sites, states) = model.parameters.shape();
    let expected = alignment.alphabet().states(model.gaps);
    if (sites, states) != (alignment.sites(), expected) {
        return Err(Error::Model(format!(
            "the model has {sites} sites of {states} states, but {} columns of the alignment are modelled, with {expected} states\n  \
             choose the columns that the model was fitted to: `focus`, `no_focus`, `max_column_gap`, `like`",
            alignment.sites()
        )));
    }
    let resolved = penalties.resolve(sites, states);
    let field_squares = model
        .parameters
        .fields()
        .map(|f| squared_fields(f, penalties.origin));
    // Asked for first: couplings in a file are read once, for both.
    let energies = model.energy_model()?;
    let (values, coupling_squares) = match model.pairwise() {
        Some(pairwise) => by_couplings(pairwise, alignment, weights)?,
        None => (by_logits(energies, alignment, weights), 0.0),
    };
    let likelihood = likelihood(energies, alignment, weights);
    let negative_log_pseudolikelihood: f64 = values.iter().sum();
    let rows = alignment.as_slice().chunks_exact(sites);
    let residues: f64 = rows
        .zip(weights.as_slice())
        .map(|(row, w)| w * row.iter().filter(|&&s| usize::from(s) < states).count() as f64)
        .sum();
    let field_penalty = resolved.lambda_h * field_squares.unwrap_or(0.0);
    let coupling_penalty = resolved.lambda_j * coupling_squares;
    Ok(ObjectiveValue {
        objective: negative_log_pseudolikelihood + field_penalty + coupling_penalty,
        negative_log_pseudolikelihood,
        field_penalty,
        coupling_penalty,
        residues,
        perplexity: (negative_log_pseudolikelihood / residues).exp(),
        log_likelihood: likelihood.and_then(|(mean, _)| mean),
        whole_sequences: likelihood.map(|(_, weight)| weight),
    })
}

/// -sum_n w_n log P(x_i | rest) of all sites i, and the sum of the couplings' squares.
fn by_couplings(
    model: Pairwise,
    alignment: &Alignment,
    weights: &SequenceWeights,
) -> Result<(Vec<f64>, f64)> {
    let (couplings, shape) = (model.all()?, model.fields.dim());
    let values = (0..shape.0).into_par_iter().map(|i| {
        conditional_value(
            alignment.as_slice(),
            shape,
            weights.as_slice(),
            i,
            &model.fields.row(i).to_vec(),
            &seen_from(&couplings, i),
        )
    });
    let values = values.collect();
    Ok((values, sum_of_squares(couplings.as_slice().iter())))
}

/// The first of [`by_couplings`] for any model.
fn by_logits(
    model: &dyn EnergyModel,
    alignment: &Alignment,
    weights: &SequenceWeights,
) -> Vec<f64> {
    let states = model.states();
    let of_site = |i: usize| {
        let rows = alignment.as_slice().chunks_exact(model.sites());
        let known = rows.zip(weights.as_slice());
        let known = known.filter(|(row, _)| usize::from(row[i]) < states);
        known.fold(0.0, |sum, (row, weight)| {
            sum - weight * model.site_log_probabilities(row, i)[usize::from(row[i])]
        })
    };
    (0..model.sites()).into_par_iter().map(of_site).collect()
}

/// The weighted mean of log P(x) over the sequences without a missing state, if there are any, and their weight; `None` of a model
/// that does not know it.
fn likelihood(
    model: &dyn EnergyModel,
    alignment: &Alignment,
    weights: &SequenceWeights,
) -> Option<(Option<f64>, f64)> {
    // A sequence of which no state is missing, whatever the alignment has.
    model.log_probability(&vec![0; model.sites()])?;
    let rows = alignment.as_slice().par_chunks_exact(model.sites());
    let log_p: Vec<Option<f64>> = rows.map(|row| model.log_probability(row)).collect();
    let known = log_p.iter().zip(weights.as_slice());
    let (sum, weight) = known
        .filter_map(|(log_p, weight)| Some((weight * (*log_p)?, weight)))
        .fold((0.0, 0.0), |(sum, all), (part, weight)| {
            (sum + part, all + weight)
        });
    Some(((weight > 0.0).then(|| sum / weight), weight))
}

/// J_ij(a, b) of site i with all sites as `[j][b][a]`, zero for i itself.
fn seen_from(couplings: &Couplings, i: usize) -> Vec<f32> {
    let (sites, states) = (couplings.sites(), couplings.states());
    let size = states * states;
    let mut tables = vec![0.0; sites * size];
    for (j, table) in tables.chunks_exact_mut(size).enumerate() {
        if j < i {
            // The block is [b][a] already: its first site is j.
            table.copy_from_slice(couplings.block(j, i));
        } else if j > i {
            let block = couplings.block(i, j);
            for (b, row) in table.chunks_exact_mut(states).enumerate() {
                for (a, value) in row.iter_mut().enumerate() {
                    *value = block[a * states + b];
                }
            }
        }
    }
    tables
}

fn squared_fields(fields: &Array2<f32>, origin: FieldOrigin) -> f64 {
    match origin {
        FieldOrigin::Zero => sum_of_squares(fields.iter()),
        FieldOrigin::Gap => {
            let rows = fields.rows().into_iter();
            rows.map(|row| {
                let gap = row[row.len() - 1];
                row.iter().map(|&h| f64::from(h - gap).powi(2)).sum::<f64>()
            })
            .sum()
        }
    }
}

fn sum_of_squares<'a>(numbers: impl Iterator<Item = &'a f32>) -> f64 {
    // Not sum(), which is -0 of nothing.
    numbers.fold(0.0, |sum, &x| sum + f64::from(x).powi(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::ColumnMap;
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::fit::PenaltyScale;
    use crate::kernels::testing::{Noise, family};
    use crate::model::dense::DenseEnergy;
    use crate::model::{IndependentModel, Parameters, PottsModel};

    const PENALTIES: PenaltyOptions = PenaltyOptions {
        lambda_h: PenaltyScale::Absolute(0.5),
        lambda_j: PenaltyScale::Absolute(3.0),
        origin: FieldOrigin::Zero,
    };

    /// A family of 40 sequences of three states, some of them missing, and random parameters.
    fn example(sites: usize) -> (Alignment, SequenceWeights, Array2<f32>, Couplings) {
        let (sequences, states) = (40, 3);
        let mut noise = Noise::new(5);
        let rows = family((sequences, sites), states, 3, &mut noise);
        let rows = Array2::from_shape_vec((sequences, sites), rows).unwrap();
        let alignment = Alignment::from_states(Alphabet::new("ACD").unwrap(), rows).unwrap();
        let weights =
            SequenceWeights::new((0..sequences).map(|n| 1.0 / (n % 3 + 1) as f64).collect());
        let fields = Array2::from_shape_simple_fn((sites, states), || noise.number());
        let mut couplings = Couplings::zeros(sites, states).into_packed();
        couplings.iter_mut().for_each(|j| *j = noise.number());
        let couplings = Couplings::from_packed(sites, states, couplings);
        (alignment, weights.unwrap(), fields, couplings)
    }

    fn model_of(
        parameters: impl Into<Parameters>,
        alphabet: Alphabet,
        gaps: GapTreatment,
    ) -> Model {
        let parameters = parameters.into();
        let columns = ColumnMap::unnumbered(parameters.shape().0);
        Model::of_parameters(parameters, alphabet, gaps, columns)
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-5 * b.abs()
    }

    /// Three parts, each by its definition.
    #[test]
    fn the_parts_are_what_they_say() {
        let (alignment, weights, fields, couplings) = example(5);
        let sum = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x * x)).sum::<f64>();
        let penalties = [
            0.5 * sum(fields.as_slice().unwrap()),
            3.0 * sum(couplings.as_slice()),
        ];
        let potts = PottsModel::new(fields, couplings).unwrap();
        let (mut likelihood, mut residues) = (0.0, 0.0);
        for (row, weight) in alignment
            .states()
            .rows()
            .into_iter()
            .zip(weights.as_slice())
        {
            let row = row.as_slice().unwrap();
            for site in (0..5).filter(|&site| row[site] < 3) {
                let log_p = potts.site_log_probabilities(row, site);
                likelihood -= weight * log_p[usize::from(row[site])];
                residues += weight;
            }
        }
        let model = model_of(potts, alignment.alphabet().clone(), GapTreatment::Missing);
        let found = objective(&model, &alignment, &weights, &PENALTIES).unwrap();
        assert!(near(found.negative_log_pseudolikelihood, likelihood));
        assert!(near(found.field_penalty, penalties[0]));
        assert!(near(found.coupling_penalty, penalties[1]));
        let all = likelihood + penalties[0] + penalties[1];
        assert!(near(found.objective, all));
        assert!(near(found.residues, residues));
    }

    /// The two ways through a model without couplings: by the trait, and as one whose couplings are zero.
    #[test]
    fn a_model_without_couplings_has_the_objective_of_zeros() {
        let (alignment, weights, fields, couplings) = example(4);
        let zeros = Couplings::zeros(couplings.sites(), couplings.states());
        let potts = PottsModel::new(fields.clone(), zeros).unwrap();
        let independent = IndependentModel::new(fields).unwrap();
        let of = |parameters: Parameters| {
            let model = model_of(
                parameters,
                alignment.alphabet().clone(),
                GapTreatment::Missing,
            );
            objective(&model, &alignment, &weights, &PENALTIES).unwrap()
        };
        let (one, other) = (of(potts.into()), of(independent.into()));
        assert!((one.objective - other.objective).abs() < 1e-9 * one.objective);
        assert_eq!(one.field_penalty, other.field_penalty);
    }

    /// Z by adding up all 3^4 sequences; one of the four has a missing state.
    #[test]
    fn the_likelihood_is_that_of_whole_sequences() {
        let (_, _, fields, _) = example(4);
        let model = IndependentModel::new(fields).unwrap();
        let all = (0..81u8).map(|k| [k / 27, k / 9 % 3, k / 3 % 3, k % 3]);
        let z: f64 = all.map(|x| (-model.energy(&x)).exp()).sum();
        let rows = [[0, 1, 2, 0], [2, 2, 3, 0], [1, 1, 1, 2], [0, 0, 1, 2]];
        let weights = SequenceWeights::new(vec![1.0, 0.75, 0.5, 0.25]).unwrap();
        let alphabet = Alphabet::new("ACD").unwrap();
        let of = |parameters: Parameters, rows: &[[u8; 4]], weights: &SequenceWeights| {
            let states = Array2::from_shape_vec((rows.len(), 4), rows.concat()).unwrap();
            let alignment = Alignment::from_states(alphabet.clone(), states).unwrap();
            let model = model_of(parameters, alphabet.clone(), GapTreatment::Missing);
            let found = objective(&model, &alignment, weights, &PENALTIES).unwrap();
            (found.log_likelihood, found.whole_sequences)
        };
        let log_p = |x: [u8; 4]| -model.energy(&x) - z.ln();
        let sum = log_p(rows[0]) + 0.5 * log_p(rows[2]) + 0.25 * log_p(rows[3]);
        let (mean, weight) = of(model.clone().into(), &rows, &weights);
        assert!((mean.unwrap() - sum / 1.75).abs() < 1e-9, "{mean:?}");
        assert_eq!(weight, Some(1.75));
        // None is whole.
        let one = SequenceWeights::uniform(1);
        assert_eq!(of(model.into(), &rows[1..2], &one), (None, Some(0.0)));
        // Z of others is not known.
        let dense = Parameters::Dense(DenseEnergy::random(4, 3, 17));
        assert_eq!(of(dense, &rows[..1], &one), (None, None));
    }

    /// A kind of model that says nothing of itself but its energy has an objective, by its definition.
    #[test]
    fn a_model_that_knows_its_energies_alone_has_an_objective() {
        let dense = DenseEnergy::random(4, 3, 17);
        let rows = [[0, 1, 2, 0], [2, 2, 1, 0], [1, 1, 1, 2]];
        let states = Array2::from_shape_vec((3, 4), rows.concat()).unwrap();
        let alphabet = Alphabet::new("ACD").unwrap();
        let alignment = Alignment::from_states(alphabet.clone(), states).unwrap();
        let weights = SequenceWeights::new(vec![1.0, 0.5, 0.25]).unwrap();
        let mut expected = 0.0;
        for (row, weight) in rows.iter().zip(weights.as_slice()) {
            for site in 0..4 {
                let with = |state| {
                    let mut changed = *row;
                    changed[site] = state;
                    (-dense.energy(&changed)).exp()
                };
                let z: f64 = (0..3).map(with).sum();
                expected -= weight * (with(row[site]) / z).ln();
            }
        }
        let model = model_of(Parameters::Dense(dense), alphabet, GapTreatment::Missing);
        let found = objective(&model, &alignment, &weights, &PENALTIES).unwrap();
        assert!((found.objective - expected).abs() < 1e-12 * expected);
        assert_eq!((found.field_penalty, found.coupling_penalty), (0.0, 0.0));
        assert_eq!(found.residues, 4.0 * 1.75);
    }

    #[test]
    fn a_model_of_other_sites_is_refused() {
        let alignment = Alignment::from_states(Alphabet::protein(), Array2::zeros((3, 4))).unwrap();
        let weights = SequenceWeights::uniform(3);
        let fields = || IndependentModel::new(Array2::zeros((4, 21))).unwrap();
        let refused = |gaps| {
            let model = model_of(fields(), Alphabet::protein(), gaps);
            objective(&model, &alignment, &weights, &PENALTIES).is_err()
        };
        assert!(refused(GapTreatment::Missing));
        assert!(!refused(GapTreatment::State));
    }
}
