//! One number a pair: Frobenius norm and average product correction.
//!
//! FN_ij is the [norm](super::frobenius) of the pair's couplings. CN_ij = FN_ij - c FN_i. FN_.j / FN_.. removes what comes from
//! conservation and phylogeny: a site that is coupled a little to everything. Means are over the L-1 partners of a site, and over all pairs. c = 1 is the average product correction of
//! Dunn, Wahl and Gloor, Bioinformatics 24:333 (2008), applied to FN by Ekeberg et al., Phys. Rev. E 87:012707 (2013).

use super::frobenius::{Norm, frobenius_norms};
use super::pattern::PatternScores;
use crate::error::{Error, Result};
use crate::model::couplings::{pair_sites, pairs};
use crate::model::{Couplings, Model};

/// The factor c of the correction in the default ranking. On 40 families with known structures 1.1 finds a little more
/// than 1: +.009 of precision averaged over L/2 and L pairs and separations from 6 and from 24.
pub const DEFAULT_APC_FACTOR: f64 = 1.1;

/// What a list of contacts is sorted by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RankingScore {
    /// The score of patterns.
    Pattern,
    /// FN minus this multiple of its average product correction.
    Apc(f64),
    /// FN_ij - S_i S_j / S with the sums S_i = sum_j FN_ij and S = sum_i S_i: the correction with factor (L-1)/L, since the means
    /// are taken over L partners, the site itself with 0 among them (GREMLIN, adabmDCA, CCMpred).
    SumsApc {
        /// Whether the smallest score is then subtracted from all (CCMpred).
        from_minimum: bool,
    },
    /// FN itself.
    Frobenius,
    /// Mutual information, uncorrected.
    MutualInformation,
    /// Direct information, uncorrected.
    DirectInformation,
}

impl Default for RankingScore {
    fn default() -> Self {
        Self::Apc(DEFAULT_APC_FACTOR)
    }
}

/// Scores of all pairs i < j, in the order of [`pair_sites`].
#[derive(Debug, Clone, PartialEq)]
pub struct ContactScores {
    sites: usize,
    frobenius: Vec<f64>,
    information: Option<Information>,
    patterns: Option<PatternScores>,
}

/// Mutual and direct information of all pairs.
#[derive(Debug, Clone, PartialEq)]
struct Information {
    mutual: Vec<f64>,
    direct: Vec<f64>,
}

impl ContactScores {
    /// FN of all pairs of a model, by `norm`.
    ///
    /// # Errors
    /// If the model has no couplings, or they cannot be read.
    pub fn of(model: &Model, norm: Norm) -> Result<Self> {
        let Some(pairwise) = model.pairwise() else {
            return Err(Error::Model(format!(
                "this model has no couplings, so there are no contacts to rank: it is {}\n  \
                 fit the alignment with `method=plm` (the default) or `method=mean-field`",
                match model.parameters.name() {
                    "independent" => "an independent-site model".into(),
                    other => format!("of the kind '{other}'"),
                }
            )));
        };
        Self::of_couplings(&*pairwise.all()?, model.alphabet.residues(), norm)
    }

    /// FN of all pairs of couplings whose first `residues` states are residues.
    ///
    /// # Errors
    /// If they have fewer states than `residues`.
    pub fn of_couplings(couplings: &Couplings, residues: usize, norm: Norm) -> Result<Self> {
        if residues > couplings.states() {
            return Err(Error::Model(format!(
                "an alphabet of {residues} residues, but a model of {} states",
                couplings.states()
            )));
        }
        Ok(Self {
            sites: couplings.sites(),
            frobenius: frobenius_norms(couplings, residues, norm),
            information: None,
            patterns: None,
        })
    }

    /// The same scores with those of patterns beside them.
    pub fn with_patterns(mut self, patterns: PatternScores) -> Self {
        self.patterns = Some(patterns);
        self
    }

    /// The scores of patterns, where they are known.
    pub fn patterns(&self) -> Option<&PatternScores> {
        self.patterns.as_ref()
    }

    /// The same scores with mutual and direct information beside them, in the same order of pairs.
    ///
    /// # Errors
    /// If there is not one finite number a pair.
    pub fn with_information(mut self, mutual: Vec<f64>, direct: Vec<f64>) -> Result<Self> {
        for (name, values) in [("mutual", &mutual), ("direct", &direct)] {
            if values.len() != pairs(self.sites) || !values.iter().all(|v| v.is_finite()) {
                return Err(Error::Model(format!(
                    "{name} information should be {} finite numbers, one a pair; there are {}",
                    pairs(self.sites),
                    values.iter().filter(|v| v.is_finite()).count()
                )));
            }
        }
        self.information = Some(Information { mutual, direct });
        Ok(self)
    }

    /// Number of sites L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// FN of all pairs.
    pub fn frobenius(&self) -> &[f64] {
        &self.frobenius
    }

    /// CN of all pairs: [`Self::apc`] with factor 1.
    pub fn cn(&self) -> Vec<f64> {
        self.apc(1.0)
    }

    /// FN_ij - factor FN_i. FN_.j / FN_.. of all pairs; without any coupling there is nothing to correct.
    pub fn apc(&self, factor: f64) -> Vec<f64> {
        apc(&self.frobenius, self.sites, factor)
    }

    /// The score that a list is sorted by, of all pairs.
    ///
    /// # Errors
    /// For mutual and direct information and patterns where they are not known, and for a factor that is negative or not finite.
    pub fn ranked_by(&self, score: RankingScore) -> Result<Vec<f64>> {
        match score {
            RankingScore::Pattern => self.by_patterns(),
            RankingScore::Apc(factor) if factor.is_finite() && factor >= 0.0 => {
                Ok(self.apc(factor))
            }
            RankingScore::Apc(factor) => Err(Error::Usage(format!(
                "the factor of the average product correction is {factor}, but must be a number >= 0"
            ))),
            RankingScore::SumsApc { from_minimum } => {
                let mut scores = self.apc((self.sites - 1) as f64 / self.sites as f64);
                if from_minimum {
                    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
                    scores.iter_mut().for_each(|score| *score -= least);
                }
                Ok(scores)
            }
            RankingScore::Frobenius => Ok(self.frobenius.clone()),
            RankingScore::MutualInformation => Ok(self.information("mutual")?.mutual.clone()),
            RankingScore::DirectInformation => Ok(self.information("direct")?.direct.clone()),
        }
    }

    /// Pairs without a score come last.
    fn by_patterns(&self) -> Result<Vec<f64>> {
        let Some(patterns) = &self.patterns else {
            return Err(Error::Model(
                "this model has no scores of patterns: they need a protein family's frequencies and Neff\n  rank by `score=apc`".into(),
            ));
        };
        let of_pair = |pair| patterns.score(pair).unwrap_or(f64::NEG_INFINITY);
        Ok((0..self.frobenius.len()).map(of_pair).collect())
    }

    fn information(&self, name: &str) -> Result<&Information> {
        self.information.as_ref().ok_or_else(|| {
            Error::Model(format!(
                "this model does not hold {name} information\n  fit the alignment with `method=mean-field`, or rank by `score=apc`"
            ))
        })
    }
}

/// [`ContactScores::apc`] of `norms` of all pairs of so many sites.
pub fn apc(norms: &[f64], sites: usize, factor: f64) -> Vec<f64> {
    let site_means = site_means(norms, sites);
    let mean = norms.iter().sum::<f64>() / pairs(sites).max(1) as f64;
    let product = |i: usize, j: usize| match mean > 0.0 {
        true => site_means[i] * site_means[j] / mean,
        false => 0.0,
    };
    pair_sites(sites)
        .zip(norms)
        .map(|((i, j), norm)| norm - factor * product(i, j))
        .collect()
}

/// FN_i.: the mean over the L-1 partners of each site, summed in the order of pairs whatever the number of threads.
fn site_means(norms: &[f64], sites: usize) -> Vec<f64> {
    let mut means = vec![0.0; sites];
    for ((i, j), norm) in pair_sites(sites).zip(norms) {
        means[i] += norm;
        means[j] += norm;
    }
    let partners = sites.saturating_sub(1).max(1) as f64;
    means.iter_mut().for_each(|mean| *mean /= partners);
    means
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::alignment::ColumnMap;
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::model::IndependentModel;
    use ndarray::Array2;

    /// Couplings of the given blocks, pair after pair.
    pub fn couplings_of(sites: usize, states: usize, blocks: Vec<f32>) -> Couplings {
        Couplings::from_packed(sites, states, blocks)
    }

    pub fn scores_of(couplings: &Couplings, residues: usize) -> Result<ContactScores> {
        ContactScores::of_couplings(couplings, residues, Norm::default())
    }

    pub fn close(left: &[f64], right: &[f64], tolerance: f64) {
        assert_eq!(left.len(), right.len());
        for (l, r) in left.iter().zip(right) {
            assert!((l - r).abs() < tolerance, "{left:?} {right:?}");
        }
    }

    /// Four sites of three states, all of them residues, with the norms and corrected norms that an independent
    /// implementation in double precision gives.
    #[test]
    fn agrees_with_an_independent_implementation() {
        #[rustfmt::skip]
        let blocks = vec![
            -0.441872, -0.097746, -0.289272, 0.359308, 0.023833, -0.175474, -0.469145, -0.154315, 0.004885,
            -0.165362, 0.776438, 0.604035, -1.626697, -1.133408, -0.104863, -0.253314, 0.128186, 0.130393,
            1.270703, -0.667212, -0.226563, 1.225663, 0.388022, 0.397838, -0.308404, -0.988845, 0.100479,
            0.065408, -0.736411, -0.409936, -0.043226, -0.566851, -0.058962, 0.05729, 0.021352, -0.303775,
            0.356249, 0.5347, 0.192509, -0.490938, 0.438991, -0.300864, 0.527496, -0.643072, 0.54868,
            -0.012038, -0.749249, -0.18834, 0.032461, 0.163675, -0.589313, -0.664424, 0.119751, -0.28005,
        ];
        #[rustfmt::skip]
        let norms = [
            0.5508298606139649, 0.7501096743430997, 1.0645443139503399, 0.5160498900911724, 1.2122883570119225, 0.9306092493322139,
        ];
        #[rustfmt::skip]
        let corrected = [
            -0.16451946314542065, 0.06062254083032792, 0.05784305268251799, -0.14827808074211213, 0.24232129943089498, -0.004290363934647212,
        ];
        let scores = scores_of(&couplings_of(4, 3, blocks), 3).unwrap();
        close(scores.frobenius(), &norms, 2e-7);
        close(&scores.cn(), &corrected, 2e-7);
    }

    #[test]
    fn tiny_and_uncoupled_models_have_finite_scores() {
        for sites in 1..5 {
            let model = couplings_of(sites, 2, vec![0.0; pairs(sites) * 4]);
            let scores = scores_of(&model, 2).unwrap();
            assert_eq!(scores.apc(1.1), vec![0.0; pairs(sites)]);
        }
        let two = scores_of(&couplings_of(2, 2, vec![1.0, 0.0, 0.0, 1.0]), 2).unwrap();
        close(&two.cn(), &[0.0], 1e-12);
        close(&two.apc(1.1), &[-0.1], 1e-12);
    }

    #[test]
    fn what_is_not_there_is_an_error_with_a_remedy() {
        let fields = IndependentModel::new(Array2::zeros((3, 2))).unwrap();
        let alphabet = Alphabet::new("AC").unwrap();
        let columns = ColumnMap::unnumbered(3);
        let independent = Model::of_parameters(fields, alphabet, GapTreatment::Missing, columns);
        let message = ContactScores::of(&independent, Norm::default())
            .unwrap_err()
            .to_string();
        assert!(message.contains("`method=plm`"), "{message}");
        let scores = scores_of(&couplings_of(3, 2, vec![0.0; 12]), 2).unwrap();
        let message = scores.ranked_by(RankingScore::DirectInformation);
        let message = message.unwrap_err().to_string();
        assert!(message.contains("`method=mean-field`"), "{message}");
        assert!(scores.ranked_by(RankingScore::Apc(-1.0)).is_err());
        assert!(scores.ranked_by(RankingScore::Apc(f64::NAN)).is_err());
        assert!(scores_of(&couplings_of(3, 2, vec![0.0; 12]), 3).is_err());
    }

    #[test]
    fn sums_correct_less_than_means() {
        let norms = [3.0f32, 1.0, 2.0]
            .iter()
            .flat_map(|&x| [x, -x, -x, x].map(|v| v / 2.0));
        let scores = scores_of(&couplings_of(3, 2, norms.collect()), 2).unwrap();
        // S_i = 4, 5, 3 and S = 12.
        let expected = [3.0 - 20.0 / 12.0, 1.0 - 12.0 / 12.0, 2.0 - 15.0 / 12.0];
        let ranked = |from_minimum| {
            let score = RankingScore::SumsApc { from_minimum };
            scores.ranked_by(score).unwrap()
        };
        close(&ranked(false), &expected, 1e-7);
        close(&ranked(true), &expected, 1e-7);
        let two = scores_of(&couplings_of(2, 2, vec![1.0, 0.0, 0.0, 1.0]), 2).unwrap();
        let score = RankingScore::SumsApc { from_minimum: true };
        close(&two.ranked_by(score).unwrap(), &[0.0], 1e-12);
    }

    #[test]
    fn information_is_ranked_as_it_is() {
        let scores = scores_of(&couplings_of(3, 2, vec![0.0; 12]), 2).unwrap();
        let (mutual, direct) = (vec![0.1, 0.2, 0.3], vec![0.3, 0.2, 0.1]);
        let known = scores.clone().with_information(mutual.clone(), direct);
        let known = known.unwrap();
        let ranked = known.ranked_by(RankingScore::MutualInformation).unwrap();
        assert_eq!(ranked, mutual);
        assert!(
            scores
                .clone()
                .with_information(vec![0.1], vec![0.1])
                .is_err()
        );
        let holes = vec![f64::NAN; 3];
        assert!(scores.with_information(holes.clone(), holes).is_err());
    }
}
