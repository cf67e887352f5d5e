//! Which method to take, by what each costs.

use super::cost::Cost;
use crate::error::{Error, Result, human_bytes};
use crate::kernels::f32x8::LANES;
use crate::model::MethodName;

/// Effective sequences a site below which couplings are hardly better than none for mutants.
const SHALLOW: f64 = 0.3;

/// What to do.
#[derive(Debug, serde::Serialize)]
pub struct Recommendation {
    /// The method to take.
    pub method: MethodName,
    /// Into so many parts, each on a machine of its own.
    pub parts: usize,
    /// Why.
    pub reason: String,
}

/// The sites of the largest of so many parts of a family: whole groups of eight.
pub fn part_sites(sites: usize, parts: usize) -> std::ops::Range<usize> {
    0..sites.div_ceil(parts).next_multiple_of(LANES).min(sites)
}

/// The most accurate method that there is memory for: by the costs of the symmetric fit, of the asymmetric fit, and of the largest of so
/// many parts of it.
///
/// # Errors
/// [`Error::Memory`] if there is not enough for the smallest part.
pub fn recommend(
    (symmetric, asymmetric): (&Cost, &Cost),
    part: impl Fn(usize) -> Cost,
    sites: usize,
    neff: f64,
    available: Option<u64>,
) -> Result<Recommendation> {
    let available = available.unwrap_or(u64::MAX);
    let fits = |cost: &Cost| cost.memory_bytes <= available;
    let too_much = |cost: &Cost| {
        format!(
            "{} takes about {}, and there are {}",
            cost.method.as_str(),
            human_bytes(cost.memory_bytes),
            human_bytes(available)
        )
    };
    if fits(symmetric) {
        let shallow = neff / (sites as f64) < SHALLOW;
        return Ok(Recommendation {
            method: symmetric.method,
            parts: 1,
            reason: if shallow {
                "the most accurate, but there are few sequences: mutant scores may be no better than those of `method=independent`".into()
            } else {
                "the most accurate for contacts and mutants, and there is memory for it".into()
            },
        });
    }
    if fits(asymmetric) {
        return Ok(Recommendation {
            method: asymmetric.method,
            parts: 1,
            reason: format!("nearly as accurate: {}", too_much(symmetric)),
        });
    }
    let most = sites.div_ceil(LANES);
    match (2..=most).find(|&parts| fits(&part(parts))) {
        Some(parts) => Ok(Recommendation {
            method: asymmetric.method,
            parts,
            reason: format!(
                "in parts of some sites (`sites`), put together by potts merge, which needs {}: {}",
                human_bytes(asymmetric.model_bytes),
                too_much(asymmetric)
            ),
        }),
        None => Err(Error::Memory {
            needed: part(most).memory_bytes,
            available,
            remedy: "not even eight sites a thread can be fitted: use fewer `threads`, model fewer columns (`max_column_gap=0.3`), or use a machine with more memory".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIGA: u64 = 1_000_000_000;

    fn cost(method: MethodName, memory_bytes: u64) -> Cost {
        Cost {
            method,
            memory_bytes,
            model_bytes: GIGA,
            checkpoint_bytes: 0,
            seconds: None,
        }
    }

    fn advice(symmetric: u64, asymmetric: u64, available: u64) -> Result<Recommendation> {
        let costs = (
            &cost(MethodName::Plm, symmetric * GIGA),
            &cost(MethodName::PlmAsymmetric, asymmetric * GIGA),
        );
        let part = |parts: usize| {
            let bytes = GIGA + asymmetric * GIGA / parts as u64;
            cost(MethodName::PlmAsymmetric, bytes)
        };
        recommend(costs, part, 800, 1e4, Some(available * GIGA))
    }

    #[test]
    fn the_most_accurate_method_that_fits_is_recommended() {
        let chosen = |symmetric, asymmetric, available| {
            let advice = advice(symmetric, asymmetric, available).unwrap();
            (advice.method, advice.parts)
        };
        assert_eq!(chosen(10, 2, 16), (MethodName::Plm, 1));
        assert_eq!(chosen(100, 20, 32), (MethodName::PlmAsymmetric, 1));
        assert_eq!(chosen(100, 20, 8), (MethodName::PlmAsymmetric, 3));
        assert!(advice(100, 20, 1).is_err());
    }

    #[test]
    fn parts_are_whole_groups() {
        assert_eq!(part_sites(800, 3), 0..272);
        assert_eq!(part_sites(5, 2), 0..5);
    }
}
