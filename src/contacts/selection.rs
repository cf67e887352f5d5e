//! Which pairs are listed.

use super::positions::Positions;
use super::spread::Spread;
use crate::position::Residue;

/// How many pairs a list holds: `100`, `L`, `1.5L` or `all`, L being the number of modelled sites.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Top {
    /// This many.
    Count(usize),
    /// This many a site, rounded to the nearest whole number of pairs.
    PerSite(f64),
    /// Every pair.
    All,
}

impl Top {
    /// The number of pairs for a model of `sites` sites, at least 1.
    pub fn count(self, sites: usize) -> usize {
        match self {
            Self::Count(count) => count,
            // `as` saturates: a factor beyond every count means all pairs.
            Self::PerSite(factor) => ((factor * sites as f64).round() as usize).max(1),
            Self::All => usize::MAX,
        }
    }
}

impl Default for Top {
    /// 2 L: twice the length at which precision is usually quoted; the probabilities tell where to stop.
    fn default() -> Self {
        Self::PerSite(2.0)
    }
}

impl std::str::FromStr for Top {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || {
            format!(
                "'{text}' is not a number of contacts: a whole number from 1, a multiple of the length such as L, 1.5L or L/2, or all"
            )
        };
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::All);
        }
        let positive = |factor: &str| match factor.parse::<f64>() {
            Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(factor),
            _ => Err(wrong()),
        };
        if let Some(divisor) = text
            .strip_prefix(['L', 'l'])
            .and_then(|t| t.strip_prefix('/'))
        {
            return Ok(Self::PerSite(1.0 / positive(divisor)?));
        }
        match text.strip_suffix(['L', 'l']) {
            Some("") => Ok(Self::PerSite(1.0)),
            Some(factor) => Ok(Self::PerSite(positive(factor)?)),
            None => match text.parse::<usize>() {
                Ok(count) if count > 0 => Ok(Self::Count(count)),
                _ => Err(wrong()),
            },
        }
    }
}

/// Which pairs of a complex are listed; without chains all pairs are of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PairKind {
    /// All.
    #[default]
    All,
    /// Those within a chain.
    Intra,
    /// Those between two chains.
    Inter,
}

/// The filters of a ranked list.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Smallest |i - j| in the target's numbering; pairs between chains have none and always pass.
    pub min_separation: u64,
    /// Whether within chains, between them, or both.
    pub pairs: PairKind,
    /// Only pairs with one of these positions.
    pub positions: Option<Positions>,
    /// Only pairs at least so likely; those without a probability do not pass.
    pub min_probability: Option<f64>,
    /// Only pairs with at least this z-score; those without do not pass.
    pub min_z: Option<f64>,
    /// Going down the list, only pairs that do not crowd.
    pub spread: Option<Spread>,
    /// How many of the best pairs of those that pass.
    pub top: Top,
}

impl Selection {
    /// Every pair.
    pub const ALL: Self = Self {
        min_separation: 0,
        pairs: PairKind::All,
        positions: None,
        min_probability: None,
        min_z: None,
        spread: None,
        top: Top::All,
    };

    /// Whether a pair is of the right kind, has one of the positions and, in a chain, is far enough apart.
    pub fn admits(&self, i: Residue, j: Residue) -> bool {
        let positions = self.positions.as_ref();
        let is_asked_for = positions.is_none_or(|some| some.hold(i) || some.hold(j));
        is_asked_for
            && match i.separation(j) {
                Some(separation) => {
                    self.pairs != PairKind::Inter && separation >= self.min_separation
                }
                None => self.pairs != PairKind::Intra,
            }
    }

    /// Whether a pair is likely and strong enough.
    pub fn is_reached_by(&self, probability: Option<f64>, z: Option<f64>) -> bool {
        let reached = |least: Option<f64>, value: Option<f64>| {
            least.is_none_or(|least| value.is_some_and(|value| value >= least))
        };
        reached(self.min_probability, probability) && reached(self.min_z, z)
    }
}

impl Default for Selection {
    /// Separation from 6, the field's habit: nearer pairs are in contact because the chain is, whatever the couplings say.
    fn default() -> Self {
        Self {
            min_separation: 6,
            top: Top::default(),
            ..Self::ALL
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_contacts_is_read_as_users_write_it() {
        let count = |text: &str| text.parse::<Top>().unwrap().count(159);
        assert_eq!(count("10"), 10);
        assert_eq!(count("L"), 159);
        assert_eq!(count("0.5L"), 80);
        assert_eq!(count("1.5l"), 239);
        assert_eq!((count("L/2"), count("l/5")), (80, 32));
        assert_eq!(count("0.0001L"), 1);
        assert_eq!(count("1e300L"), usize::MAX);
        assert_eq!(count("all"), usize::MAX);
    }

    #[test]
    fn only_pairs_in_a_chain_can_be_too_near() {
        use crate::position::{Chain, Position};
        let residue = |chain, number| Residue {
            chain: Chain::new(chain),
            position: Position::new(number).unwrap(),
        };
        let admits = |pairs, i, j| {
            let selection = Selection {
                pairs,
                ..Selection::default()
            };
            selection.admits(i, j)
        };
        let (near, far) = (residue(b'A', 12), residue(b'A', 18));
        let (first, other) = (residue(b'A', 10), residue(b'B', 11));
        for (kind, of_near, of_far, of_other) in [
            (PairKind::All, false, true, true),
            (PairKind::Intra, false, true, false),
            (PairKind::Inter, false, false, true),
        ] {
            assert_eq!(admits(kind, first, near), of_near);
            assert_eq!(admits(kind, first, far), of_far);
            assert_eq!(admits(kind, first, other), of_other);
        }
    }

    #[test]
    fn what_is_no_number_of_contacts_is_refused() {
        for wrong in [
            "", "0", "-3", "1.5", "-L", "0L", "NaNL", "infL", "L2", "2 L", "some",
        ] {
            let message = wrong.parse::<Top>().unwrap_err();
            assert!(message.contains(wrong), "{message}");
        }
    }
}
