//! log P of natural sequences, a site, where the model's log Z is known: against that of the profile.

use super::set::Set;
use crate::error::Result;
use crate::model::Model;
use crate::model::energy::log_sum_exp;
use rayon::prelude::*;

/// Mean log P of sequences, in nats a site; every sequence counts 1, as the field tells it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Likelihood {
    /// Of the model.
    pub model: f64,
    /// Standard error over the sequences.
    pub error: f64,
    /// Of independent sites; `None` where the model tells none.
    pub profile: Option<f64>,
    /// Sequences: those without a missing state.
    pub sequences: usize,
}

impl Likelihood {
    /// Of natural sequences; `None` where Z is not known, or each sequence lacks something.
    ///
    /// # Errors
    /// If couplings cannot be read.
    pub fn of(model: &Model, naturals: &Set) -> Result<Option<Self>> {
        let energies = model.energy_model()?;
        let (sites, states) = (naturals.sites, naturals.states);
        let is_whole = |row: &&[u8]| row.iter().all(|&state| usize::from(state) < states);
        let whole: Vec<&[u8]> = naturals.rows().filter(is_whole).collect();
        let log_p = |row: &&[u8]| {
            let own = energies.log_probability(row);
            own.or(model
                .partition
                .map(|z| z.log_probability(energies.energy(row))))
        };
        let found: Vec<Option<f64>> = whole.par_iter().map(log_p).collect();
        let found: Option<Vec<f64>> = found.into_iter().collect();
        let Some(found) = found.filter(|found| !found.is_empty()) else {
            return Ok(None);
        };
        let count = found.len() as f64;
        let mean = found.iter().sum::<f64>() / count;
        let squares: f64 = found.iter().map(|x| (x - mean) * (x - mean)).sum();
        let profile = profile(model).map(|profile| {
            let of_row = |row: &&[u8]| -> f64 {
                let sites = row.iter().enumerate();
                sites
                    .map(|(site, &state)| profile[site * states + usize::from(state)])
                    .sum()
            };
            whole.iter().map(of_row).sum::<f64>() / count / sites as f64
        });
        Ok(Some(Self {
            model: mean / sites as f64,
            error: (squares / (count - 1.0).max(1.0) / count).sqrt() / sites as f64,
            profile,
            sequences: found.len(),
        }))
    }
}

/// log P_i(a) of the independent sites that the model tells, L x q.
fn profile(model: &Model) -> Option<Vec<f64>> {
    let fields = model.independent_fields.as_ref()?;
    let of_site = |row: ndarray::ArrayView1<'_, f32>| {
        let row: Vec<f64> = row.iter().map(|&h| f64::from(h)).collect();
        let log_z = log_sum_exp(&row);
        row.into_iter().map(move |h| h - log_z).collect::<Vec<_>>()
    };
    (fields.ncols() == model.states())
        .then(|| fields.rows().into_iter().flat_map(of_site).collect())
}
