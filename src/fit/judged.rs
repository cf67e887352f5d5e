//! The objective at a given model, in double precision: how good another fit is, or how well a model knows sequences that it has not
//! seen.

use super::options::{FieldOrigin, FitOptions};
use crate::alignment::{Alignment, SequenceWeights};
use crate::error::{Error, Result};
use crate::kernels::conditionals::conditional_value;
use crate::model::{Couplings, EnergyModel, PottsModel};
use ndarray::Array2;
use rayon::prelude::*;

/// The objective of the symmetric pseudolikelihood at a model, and its parts, in nats.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Judgement {
    /// The sum of the three parts: what a fit minimises.
    pub objective: f64,
    /// -sum_n w_n sum_i log P(x_i | rest), over the residues that are not missing.
    pub negative_log_pseudolikelihood: f64,
    /// lambda_h sum h^2.
    pub field_penalty: f64,
    /// lambda_J sum_{i<j} sum_ab J_ij(a, b)^2.
    pub coupling_penalty: f64,
    /// Weight of all residues that are not missing, sum_n w_n L_n.
    pub residues: f64,
    /// exp of the negative log-pseudolikelihood a residue: among how many states the model wavers, on average.
    pub perplexity: f64,
}

/// The objective of `options` at `model` over `alignment`. Penalties depend on the gauge: they are those of the numbers as they are, so
/// that a model in another gauge than its fit's has another objective.
///
/// # Errors
/// [`Error::Model`] if the model has other sites or states than the alignment.
pub fn judge(
    model: &PottsModel,
    alignment: &Alignment,
    weights: &SequenceWeights,
    options: &FitOptions,
) -> Result<Judgement> {
    let (sites, states) = (model.sites(), model.states());
    let expected = alignment.alphabet().states(options.gaps);
    if (sites, states) != (alignment.sites(), expected) {
        return Err(Error::Model(format!(
            "the model has {sites} sites of {states} states, but {} columns of the alignment are modelled, with {expected} states\n  \
             choose the columns that the model was fitted to: --focus, --no-focus, --max-column-gap, --like",
            alignment.sites()
        )));
    }
    let values: Vec<f64> = (0..sites)
        .into_par_iter()
        .map(|i| {
            conditional_value(
                alignment.as_slice(),
                (sites, states),
                weights.as_slice(),
                i,
                &model.fields().row(i).to_vec(),
                &seen_from(model.couplings(), i, (sites, states)),
            )
        })
        .collect();
    let negative_log_pseudolikelihood: f64 = values.iter().sum();
    let rows = alignment.as_slice().chunks_exact(sites);
    let residues: f64 = rows
        .zip(weights.as_slice())
        .map(|(row, w)| w * row.iter().filter(|&&s| usize::from(s) < states).count() as f64)
        .sum();
    let penalties = options.penalties(sites, states);
    let field_penalty =
        penalties.lambda_h * squared_fields(model.fields(), options.preset.field_origin());
    let couplings = model.couplings().map_or(&[][..], Couplings::as_slice);
    let coupling_penalty = penalties.lambda_j * sum_of_squares(couplings.iter());
    Ok(Judgement {
        objective: negative_log_pseudolikelihood + field_penalty + coupling_penalty,
        negative_log_pseudolikelihood,
        field_penalty,
        coupling_penalty,
        residues,
        perplexity: (negative_log_pseudolikelihood / residues).exp(),
    })
}

/// J_ij(a, b) of site i with all sites as `[j][b][a]`, zero for i itself.
fn seen_from(couplings: Option<&Couplings>, i: usize, (sites, states): (usize, usize)) -> Vec<f32> {
    let size = states * states;
    let mut tables = vec![0.0; sites * size];
    let Some(couplings) = couplings else {
        return tables;
    };
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
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::fit::PenaltyScale;
    use crate::kernels::testing::{Noise, family};

    /// Three parts, each by its definition.
    #[test]
    fn the_parts_are_what_they_say() {
        let (sequences, sites, states) = (40, 5, 3);
        let mut noise = Noise::new(5);
        let rows = family((sequences, sites), states, 3, &mut noise);
        let rows = Array2::from_shape_vec((sequences, sites), rows).unwrap();
        let alignment = Alignment::from_states(Alphabet::new("ACD").unwrap(), rows).unwrap();
        let weights = SequenceWeights::uniform(sequences);
        let fields = Array2::from_shape_simple_fn((sites, states), || noise.number());
        let mut couplings = Couplings::zeros(sites, states).into_packed();
        couplings.iter_mut().for_each(|j| *j = noise.number());
        let sum = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x * x)).sum::<f64>();
        let penalties = [0.5 * sum(fields.as_slice().unwrap()), 3.0 * sum(&couplings)];
        let couplings = Couplings::from_packed(sites, states, couplings);
        let model = PottsModel::new(fields, Some(couplings)).unwrap();
        let options = FitOptions {
            lambda_h: Some(PenaltyScale::Absolute(0.5)),
            lambda_j: Some(PenaltyScale::Absolute(3.0)),
            ..FitOptions::default()
        };
        let judged = judge(&model, &alignment, &weights, &options).unwrap();
        let mut likelihood = 0.0;
        let mut residues = 0.0;
        for row in alignment.states().rows() {
            for site in (0..sites).filter(|&site| usize::from(row[site]) < states) {
                let row = row.as_slice().unwrap();
                likelihood -= model.site_log_probabilities(row, site)[usize::from(row[site])];
                residues += 1.0;
            }
        }
        let near = |a: f64, b: f64| (a - b).abs() < 1e-5 * b.abs();
        assert!(near(judged.negative_log_pseudolikelihood, likelihood));
        assert!(near(judged.field_penalty, penalties[0]));
        assert!(near(judged.coupling_penalty, penalties[1]));
        assert!(near(
            judged.objective,
            likelihood + penalties[0] + penalties[1]
        ));
        assert_eq!(judged.residues, residues);
    }

    #[test]
    fn a_model_of_other_sites_is_refused() {
        let alignment = Alignment::from_states(Alphabet::protein(), Array2::zeros((3, 4))).unwrap();
        let weights = SequenceWeights::uniform(3);
        let model = PottsModel::new(Array2::zeros((4, 21)), None).unwrap();
        let with = |gaps| FitOptions {
            gaps,
            ..FitOptions::default()
        };
        let options = with(GapTreatment::Missing);
        assert!(judge(&model, &alignment, &weights, &options).is_err());
        let options = with(GapTreatment::State);
        assert!(judge(&model, &alignment, &weights, &options).is_ok());
    }
}
