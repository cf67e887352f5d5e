//! What a fit is good for, in words: by its depth and its end, and by what was measured on families of the same depth.

use super::Model;

/// Families of a range of Neff/L, fitted with the defaults: how well they did.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Experience {
    /// Neff/L from here on.
    pub from: f64,
    /// Share of the strongest L pairs at least 6 apart whose C-beta atoms are nearer than 8 A: mean over the families.
    pub contacts: f64,
    /// The same of the first L pairs by patterns, in families that these did not learn from.
    pub patterns: f64,
    /// How many families these are the means of.
    pub families: usize,
    /// Of those with measured effects of mutants.
    pub mutants: Assays,
}

/// Spearman's correlation with measured effects of mutants: mean over the assays of a family, then over the families.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Assays {
    /// Of the Potts score.
    pub potts: f64,
    /// Of the model of independent sites.
    pub independent: f64,
    /// How many families that is the mean of.
    pub families: usize,
}

/// What was measured, by rising Neff/L (`workflows/measure/results`).
pub const EXPERIENCE: [Experience; 4] = [
    experience(0.0, (0.11, 0.39, 6), (0.39, 0.39, 5)),
    experience(1.0, (0.32, 0.58, 8), (0.50, 0.43, 1)),
    experience(5.0, (0.52, 0.76, 36), (0.47, 0.44, 5)),
    experience(25.0, (0.66, 0.76, 19), (0.63, 0.60, 5)),
];

/// Below so many effective sequences in all, however short the protein, contacts are those of families that were cut down to Neff 5 to 12.
const FEW: f64 = 30.0;
const CUT_DOWN: (f64, f64, usize) = (0.07, 0.24, 35);

/// Below so many, nobody has looked.
const TOO_FEW: f64 = 5.0;

/// Couplings that add less to the correlation are not worth a word.
const ADDS: f64 = 0.02;

const fn experience(
    from: f64,
    (contacts, patterns, families): (f64, f64, usize),
    (potts, independent, measured): (f64, f64, usize),
) -> Experience {
    Experience {
        from,
        contacts,
        patterns,
        families,
        mutants: Assays {
            potts,
            independent,
            families: measured,
        },
    }
}

impl Experience {
    fn with_contacts(self, (contacts, patterns, families): (f64, f64, usize)) -> Self {
        Self {
            contacts,
            patterns,
            families,
            ..self
        }
    }
}

/// What to make of a fit.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// Whether the minimiser reached its end; `None` where that is not known.
    pub converged: Option<bool>,
    /// Neff/L.
    pub neff_per_site: f64,
    /// Neff.
    pub neff: f64,
    /// What families of this depth did; of proteins only.
    pub experience: Option<Experience>,
    /// Whether there are couplings to rank contacts by.
    pub couples: bool,
    /// Sites with fewer than L effective residues: less data than one sequence a site.
    pub sparse_sites: usize,
    /// All sites L.
    pub sites: usize,
}

impl Verdict {
    /// Of a model; `None` of one that does not know its alignment.
    pub fn of(model: &Model) -> Option<Self> {
        let frequencies = &model.family.as_ref()?.frequencies;
        let (neff, sites) = (frequencies.neff(), model.sites());
        let neff_per_site = neff / sites as f64;
        let rows = frequencies.sites().rows().into_iter();
        let is_sparse = |residues: f64| residues * neff < sites as f64;
        let residues = rows.map(|row| row.iter().take(row.len() - 1).sum());
        let like_it = EXPERIENCE.iter().rev().find(|e| neff_per_site >= e.from);
        Some(Self {
            converged: model.record.as_ref().and_then(|r| r.known_to_converge()),
            neff_per_site,
            neff,
            experience: like_it
                .map(|&experience| match neff < FEW {
                    true => experience.with_contacts(CUT_DOWN),
                    false => experience,
                })
                .filter(|_| model.alphabet.is_protein()),
            couples: model.pairwise().is_some(),
            sparse_sites: residues.filter(|&r| is_sparse(r)).count(),
            sites,
        })
    }
}

/// A sentence or two for people.
impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        if self.converged == Some(false) {
            parts.push("NOT converged: take all numbers with care".to_owned());
        }
        if let Some(experience) = self.experience {
            if self.couples {
                parts.push(match self.neff < TOO_FEW {
                    true => "poor for contacts (too few sequences)".into(),
                    false => contacts_in_words(experience),
                });
            }
            parts.push(mutants_in_words(experience, self.couples));
        }
        if self.sparse_sites > 0 {
            parts.push(format!(
                "{} of {} sites have little data",
                self.sparse_sites, self.sites
            ));
        }
        match parts.is_empty() {
            true => write!(f, "Neff/L = {:.2}", self.neff_per_site),
            false => write!(f, "{}", parts.join("; ")),
        }
    }
}

fn contacts_in_words(experience: Experience) -> String {
    let word = match experience.patterns {
        c if c >= 0.5 => "good",
        c if c >= 0.3 => "fair",
        _ => "poor",
    };
    format!(
        "{word} for contacts (in families this deep {:.0} % of the first L pairs touched, {:.0} % by couplings alone)",
        100.0 * experience.patterns,
        100.0 * experience.contacts
    )
}

fn mutants_in_words(experience: Experience, couples: bool) -> String {
    let Assays {
        potts,
        independent,
        families,
    } = experience.mutants;
    if !couples {
        return "for mutants as good as conservation alone".into();
    }
    let of_families = match families {
        1 => "one such family".to_owned(),
        many => format!("{many} such families"),
    };
    let word = match potts {
        _ if potts - independent < ADDS => {
            return format!(
                "for mutants no better than conservation alone (Spearman {potts:.2} with assays of {of_families})"
            );
        }
        r if r >= 0.5 => "good",
        _ => "fair",
    };
    format!(
        "{word} for mutants (Spearman {potts:.2} with assays of {of_families}, conservation alone {independent:.2})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alignment::{ColumnMap, Frequencies, SequenceWeights};
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::model::{Couplings, FamilyData, PottsModel};
    use ndarray::Array2;

    fn model(neff: f64, covered: &[bool]) -> Model {
        let sites = covered.len();
        let states = 20;
        let potts = PottsModel::new(
            Array2::zeros((sites, states)),
            Couplings::zeros(sites, states),
        );
        let columns = ColumnMap::unnumbered(sites);
        let alphabet = Alphabet::protein();
        let mut model =
            Model::of_parameters(potts.unwrap(), alphabet, GapTreatment::Missing, columns);
        let frequencies = Array2::from_shape_fn((sites, 21), |(i, a)| match (covered[i], a) {
            (true, 0) | (false, 20) => 1.0,
            _ => 0.0,
        });
        model.family = Some(FamilyData {
            features: None,
            chain_neff: None,
            weights: SequenceWeights::new(vec![neff]).unwrap(),
            kept: vec![true],
            frequencies: Frequencies::new(neff, frequencies).unwrap(),
            pair_frequencies: None,
            sequences: None,
        });
        model
    }

    #[test]
    fn depth_and_gaps_decide() {
        let deep = Verdict::of(&model(120.0, &[true, true, false, true])).unwrap();
        assert_eq!(deep.experience, Some(EXPERIENCE[3]));
        assert_eq!((deep.sparse_sites, deep.sites), (1, 4));
        let words = deep.to_string();
        assert!(words.starts_with("good for contacts"), "{words}");
        assert!(words.ends_with("1 of 4 sites have little data"), "{words}");
        let shallow = Verdict::of(&model(2.0, &[true; 4])).unwrap();
        assert_eq!(shallow.sparse_sites, 4);
        let words = shallow.to_string();
        assert!(
            words.contains("poor for contacts (too few") && words.contains("no better"),
            "{words}"
        );
    }

    #[test]
    fn few_sequences_are_few_whatever_the_length() {
        let words = |neff| Verdict::of(&model(neff, &[true; 4])).unwrap().to_string();
        assert!(words(29.0).starts_with("poor for contacts (in families this deep 24 %"));
        assert!(words(31.0).starts_with("good for contacts"));
    }

    #[test]
    fn experience_rises_with_depth() {
        assert!(EXPERIENCE.windows(2).all(|w| w[0].from < w[1].from));
        assert!(EXPERIENCE.windows(2).all(|w| w[0].contacts < w[1].contacts));
    }
}
