//! The pairwise Potts model in memory.

use super::energy::EnergyModel;
use super::kind::{Detail, Kind, Pairwise};
use super::{Couplings, check_finite};
use crate::error::{Error, Result};
use crate::model::couplings::split_by_first_site;
use ndarray::Array2;
use rayon::prelude::*;
use std::sync::OnceLock;

/// P(x) ~ exp(sum_i h_i(x_i) + sum_{i<j} J_ij(x_i, x_j)).
#[derive(Debug, Clone)]
pub struct PottsModel {
    fields: Array2<f32>,
    couplings: Couplings,
    /// The blocks with the state of j slow, for [`EnergyModel::logits`]: made when first asked for.
    transposed: OnceLock<Couplings>,
}

impl PartialEq for PottsModel {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields && self.couplings == other.couplings
    }
}

impl PottsModel {
    /// A model of the given fields (L x q) and couplings.
    ///
    /// # Errors
    /// If shapes disagree or a number is not finite.
    pub fn new(fields: Array2<f32>, couplings: Couplings) -> Result<Self> {
        // Part by part, each without a way out early, which the compiler turns into wide instructions.
        const PART: usize = 1 << 12;
        let all_finite = |part: &[f32]| part.iter().fold(true, |all, x| all & x.is_finite());
        if let Some(part) = couplings
            .as_slice()
            .chunks(PART)
            .find(|part| !all_finite(part))
        {
            check_finite(part.iter())?;
        }
        Self::of_finite(fields, couplings)
    }

    /// The same of couplings that are known to be finite, as those are that [`PairBlocks::read`](super::PairBlocks::read) gives.
    ///
    /// # Errors
    /// If shapes disagree or a field is not finite.
    pub(crate) fn of_finite(fields: Array2<f32>, couplings: Couplings) -> Result<Self> {
        let (sites, states) = fields.dim();
        if (couplings.sites(), couplings.states()) != (sites, states) {
            return Err(Error::Model(format!(
                "fields for {sites} sites of {states} states, but couplings for {} of {}",
                couplings.sites(),
                couplings.states()
            )));
        }
        check_finite(fields.iter())?;
        Ok(Self {
            fields,
            couplings,
            transposed: OnceLock::new(),
        })
    }

    /// h_i(a), L x q.
    pub fn fields(&self) -> &Array2<f32> {
        &self.fields
    }

    /// J_ij(a, b).
    pub fn couplings(&self) -> &Couplings {
        &self.couplings
    }

    /// Fields and couplings, without a copy.
    pub fn into_parts(self) -> (Array2<f32>, Couplings) {
        (self.fields, self.couplings)
    }

    fn transposed(&self) -> &Couplings {
        self.transposed
            .get_or_init(|| with_second_state_slow(&self.couplings))
    }

    /// The numbers J_ij(., b) of site i, the states of i together in memory, for each other site j where `sequence` has a state b.
    fn partners<'m>(
        &'m self,
        sequence: &'m [u8],
        i: usize,
    ) -> impl Iterator<Item = &'m [f32]> + use<'m> {
        let (q, transposed) = (self.states(), self.transposed());
        sequence.iter().enumerate().filter_map(move |(j, &state)| {
            let b = usize::from(state);
            if j == i || b >= q {
                return None;
            }
            let block = if j < i {
                self.couplings.block(j, i)
            } else {
                transposed.block(i, j)
            };
            Some(&block[b * q..][..q])
        })
    }
}

/// The same blocks with rows and columns exchanged.
fn with_second_state_slow(couplings: &Couplings) -> Couplings {
    let (sites, states) = (couplings.sites(), couplings.states());
    let mut transposed = Couplings::zeros(sites, states).into_packed();
    let parts = split_by_first_site(&mut transposed, sites, states * states);
    parts.into_par_iter().enumerate().for_each(|(i, part)| {
        for (j, block) in (i + 1..sites).zip(part.chunks_exact_mut(states * states)) {
            let own = couplings.block(i, j);
            for (k, value) in block.iter_mut().enumerate() {
                *value = own[k % states * states + k / states];
            }
        }
    });
    Couplings::from_packed(sites, states, transposed)
}

impl EnergyModel for PottsModel {
    fn sites(&self) -> usize {
        self.fields.nrows()
    }

    fn states(&self) -> usize {
        self.fields.ncols()
    }

    fn energy(&self, sequence: &[u8]) -> f64 {
        assert_eq!(sequence.len(), self.sites());
        let q = self.states();
        let present: Vec<(usize, usize)> = sequence
            .iter()
            .map(|&state| usize::from(state))
            .enumerate()
            .filter(|&(_, state)| state < q)
            .collect();
        let mut sum = 0.0;
        for (k, &(i, a)) in present.iter().enumerate() {
            sum += f64::from(self.fields[[i, a]]);
            let pairs = present[k + 1..].iter();
            sum += pairs
                .map(|&(j, b)| f64::from(self.couplings.get(i, a, j, b)))
                .sum::<f64>();
        }
        -sum
    }

    fn logits(&self, sequence: &[u8], site: usize, logits: &mut [f64]) {
        for (logit, &field) in logits.iter_mut().zip(self.fields.row(site)) {
            *logit = f64::from(field);
        }
        for numbers in self.partners(sequence, site) {
            for (logit, &coupling) in logits.iter_mut().zip(numbers) {
                *logit += f64::from(coupling);
            }
        }
    }

    fn change(&self, sequence: &[u8], site: usize, state: u8) -> f64 {
        let [old, new] = [sequence[site], state].map(usize::from);
        let of = |numbers: &[f32], a: usize| numbers.get(a).map_or(0.0, |&x| f64::from(x));
        let fields = self.fields.row(site);
        let fields = fields.to_slice().unwrap_or_default();
        let mut sum = of(fields, old) - of(fields, new);
        for numbers in self.partners(sequence, site) {
            sum += of(numbers, old) - of(numbers, new);
        }
        sum
    }
}

impl Kind for PottsModel {
    fn shape(&self) -> (usize, usize) {
        self.fields.dim()
    }

    fn energy_in_words(&self) -> &'static str {
        "E = -(fields + couplings)"
    }

    fn details(&self) -> Vec<Detail> {
        vec![Detail::of_couplings(Some(&self.couplings))]
    }

    fn fields(&self) -> Option<&Array2<f32>> {
        Some(&self.fields)
    }

    fn energy_model(&self) -> Result<&dyn EnergyModel> {
        Ok(self)
    }

    fn pairwise(&self) -> Option<Pairwise<'_>> {
        Some(Pairwise {
            fields: &self.fields,
            couplings: &self.couplings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    fn model() -> PottsModel {
        let mut couplings = Couplings::zeros(2, 2);
        couplings
            .block_mut(0, 1)
            .copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
        PottsModel::new(array![[0.5, -0.5], [0.25, 0.0]], couplings).unwrap()
    }

    #[test]
    fn energy_sums_fields_and_couplings() {
        assert_eq!(model().energy(&[0, 1]), -(0.5 + 0.0 + 2.0));
        assert_eq!(model().energy(&[1, 0]), -(-0.5 + 0.25 + 3.0));
        assert_eq!(
            model().energy(&[0, 2]),
            -0.5,
            "a missing state contributes nothing"
        );
    }

    #[test]
    fn logits_are_those_of_the_energy() {
        let model = model();
        let log_p = model.site_log_probabilities(&[0, 1], 0);
        let difference = model.energy(&[0, 1]) - model.energy(&[1, 1]);
        assert!((log_p[1] - log_p[0] - difference).abs() < 1e-12);
        assert!((log_p.iter().map(|l| l.exp()).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn numbers_must_be_finite_and_shapes_agree() {
        let couplings = || Couplings::zeros(2, 2);
        assert!(PottsModel::new(array![[f32::NAN, 0.0], [0.0, 0.0]], couplings()).is_err());
        assert!(PottsModel::new(array![[0.0, 0.0]], couplings()).is_err());
    }

    /// A model that knows its energy alone.
    struct ByEnergy<'m>(&'m PottsModel);

    impl EnergyModel for ByEnergy<'_> {
        fn sites(&self) -> usize {
            self.0.sites()
        }

        fn states(&self) -> usize {
            self.0.states()
        }

        fn energy(&self, sequence: &[u8]) -> f64 {
            self.0.energy(sequence)
        }
    }

    proptest! {
        /// The fast ways against the defaults, with missing states.
        #[test]
        fn logits_and_changes_are_those_of_energies(
            numbers in prop::collection::vec(-1f32..1.0, 5 * 3 + 10 * 9),
            sequence in prop::array::uniform5(0u8..4),
            site in 0usize..5,
            state in 0u8..4,
        ) {
            let fields = Array2::from_shape_vec((5, 3), numbers[..15].to_vec()).unwrap();
            let couplings = Couplings::from_packed(5, 3, numbers[15..].to_vec());
            let model = PottsModel::new(fields, couplings).unwrap();
            let plain = ByEnergy(&model);
            let (one, other) = (model.change(&sequence, site, state), plain.change(&sequence, site, state));
            prop_assert!((one - other).abs() < 1e-6, "{one} {other}");
            let both = model.site_log_probabilities(&sequence, site).into_iter().zip(plain.site_log_probabilities(&sequence, site));
            for (one, other) in both {
                prop_assert!((one - other).abs() < 1e-6, "{one} {other}");
            }
        }
    }
}
