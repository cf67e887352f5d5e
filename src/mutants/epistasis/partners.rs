//! What a site has together with each other site.

use crate::mutants::change::Change;
use crate::mutants::scorer::MutantScorer;

/// A pair of substitutions with the largest, or smallest, interaction of two sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    /// That of the site that was asked about.
    pub own: Change,
    /// That of the partner.
    pub other: Change,
    /// The interaction.
    pub interaction: f64,
}

/// Another site, and how strongly substitutions there depend on those at the site that was asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Partner {
    /// The partner.
    pub site: usize,
    /// Root mean square of the interactions of all pairs of substitutions.
    pub rms: f64,
    /// The pair that helps one another most.
    pub highest: Extreme,
    /// The pair that hurts one another most.
    pub lowest: Extreme,
}

impl Partner {
    /// The strongest interaction, whatever its sign.
    pub fn largest(&self) -> f64 {
        self.highest
            .interaction
            .abs()
            .max(self.lowest.interaction.abs())
    }
}

impl MutantScorer<'_> {
    /// All other sites with a residue, in order; none if the site itself has none.
    pub fn partners_of(&self, site: usize) -> Vec<Partner> {
        let others = (0..self.columns().sites()).filter(|&other| other != site);
        others
            .filter_map(|other| self.partner(site, other))
            .collect()
    }

    fn partner(&self, site: usize, partner: usize) -> Option<Partner> {
        let (mut squares, mut pairs) = (0.0, 0u32);
        let mut extremes: Option<(Extreme, Extreme)> = None;
        for own in self.changes_of(site) {
            for other in self.changes_of(partner) {
                let interaction = self.interaction(own, other);
                squares += interaction * interaction;
                pairs += 1;
                let here = Extreme {
                    own,
                    other,
                    interaction,
                };
                let (highest, lowest) = extremes.get_or_insert((here, here));
                if interaction > highest.interaction {
                    *highest = here;
                }
                if interaction < lowest.interaction {
                    *lowest = here;
                }
            }
        }
        let (highest, lowest) = extremes?;
        Some(Partner {
            site: partner,
            rms: (squares / f64::from(pairs)).sqrt(),
            highest,
            lowest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::GapTreatment;
    use crate::mutants::testing::{columns, model};

    #[test]
    fn a_partner_is_told_by_all_pairs_of_substitutions() {
        let model = model(columns(1, "ACDE"), GapTreatment::Missing, true, 4);
        let scorer = MutantScorer::new(&model).unwrap();
        let partners = scorer.partners_of(1);
        let sites: Vec<usize> = partners.iter().map(|partner| partner.site).collect();
        assert_eq!(sites, [0, 2, 3]);
        for partner in partners {
            let all = scorer.doubles_of(1, partner.site);
            let all: Vec<f64> = all.iter().map(|double| double.both.epistasis).collect();
            let mean = all.iter().map(|e| e * e).sum::<f64>() / 361.0;
            assert!((partner.rms - mean.sqrt()).abs() < 1e-12);
            let highest = all.iter().copied().fold(f64::MIN, f64::max);
            let lowest = all.iter().copied().fold(f64::MAX, f64::min);
            assert_eq!(partner.highest.interaction, highest);
            assert_eq!(partner.lowest.interaction, lowest);
            assert_eq!(partner.largest(), highest.max(-lowest));
            let named = scorer.interaction(partner.lowest.own, partner.lowest.other);
            assert_eq!(named, lowest);
        }
    }
}
