//! Designs against all sets there are.

use super::problem::{Problem, distance};
use super::*;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::choices::{Allowed, Choices};
use crate::model::couplings::pair_sites;
use crate::model::{Couplings, Model, Parameters};
use crate::mutants::testing::{columns, model};
use crate::mutants::{Change, MutantScorer};
use ndarray::Array2;
use proptest::prelude::*;

/// A small model of four letters, whose couplings are `strength` times those of before.
fn small(sites: usize, seed: u64, strength: f32) -> Model {
    let target = &"ACDEACDE"[..sites];
    let whole = model(columns(1, target), GapTreatment::Missing, true, seed);
    let pairwise = whole.pairwise().unwrap();
    let fields = Array2::from_shape_fn((sites, 4), |at| pairwise.fields[at]);
    let mut couplings = Couplings::zeros(sites, 4);
    for (i, j) in pair_sites(sites) {
        let all = whole.couplings().unwrap().block(i, j).to_vec();
        let block = couplings.block_mut(i, j).iter_mut().enumerate();
        block.for_each(|(k, value)| *value = strength * all[20 * (k / 4) + k % 4]);
    }
    let parameters = Parameters::of(fields, Some(couplings)).unwrap();
    let alphabet = Alphabet::new("ACDE").unwrap();
    Model::of_parameters(
        parameters,
        alphabet,
        GapTreatment::Missing,
        columns(1, target),
    )
}

fn wanted(count: usize, least: usize, most: usize, distance: usize) -> Wanted {
    Wanted {
        count,
        least,
        most,
        distance,
    }
}

/// All sets of options at distinct sites, of these sizes, by falling value.
fn all_sets(problem: &Problem, least: usize, most: usize) -> Vec<(Vec<usize>, f64)> {
    let mut sets: Vec<Vec<usize>> = vec![vec![]];
    for place in 0..problem.sites() {
        let longer: Vec<Vec<usize>> = sets
            .iter()
            .flat_map(|set| {
                problem
                    .options(place)
                    .map(move |o| [&set[..], &[o]].concat())
            })
            .collect();
        sets.extend(longer);
    }
    sets.retain(|set| (least..=most).contains(&set.len()));
    let valued = sets.into_iter().map(|set| {
        let value = problem.value(&set);
        (set, value)
    });
    let mut valued: Vec<_> = valued.collect();
    valued.sort_by(|a, b| b.1.total_cmp(&a.1));
    valued
}

/// The greedy sequence by going through all sets.
fn greedy(problem: &Problem, wanted: Wanted) -> Vec<f64> {
    let mut taken: Vec<(Vec<usize>, f64)> = Vec::new();
    for (set, value) in all_sets(problem, wanted.least, wanted.most) {
        let far =
            |(other, _): &(Vec<usize>, f64)| distance(problem, &set, other) >= wanted.distance;
        if taken.len() < wanted.count && taken.iter().all(far) {
            taken.push((set, value));
        }
    }
    taken.into_iter().map(|(_, value)| value).collect()
}

fn options(wanted: Wanted) -> DesignOptions {
    DesignOptions {
        wanted,
        prove: true,
        seed: 1,
    }
}

/// Checks what must hold of any designs, whatever was proved.
fn check(found: &Designs, allowed: &Allowed, wanted: Wanted) {
    for (k, design) in found.designs.iter().enumerate() {
        assert!(allowed.allow(&design.changes));
        assert!((wanted.least..=wanted.most).contains(&design.changes.len()));
        for other in &found.designs[..k] {
            let sites = 0..allowed.sites();
            let state = |design: &Designed, site| {
                let here = design.changes.iter().find(|c| c.site == site);
                here.map(|change| change.state)
            };
            let differs = |site: &usize| state(design, *site) != state(other, *site);
            assert!(sites.filter(differs).count() >= wanted.distance);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn designs_are_the_best_of_all_sets(
        seed in any::<u64>(),
        strength in prop::sample::select(vec![0.0f32, 0.3, 1.0, 4.0]),
        sites in 3usize..7,
        least in 1usize..4,
        more in 0usize..6,
        count in 1usize..9,
        apart in 1usize..4,
    ) {
        let most = (least + more).min(sites);
        let least = least.min(most);
        let wanted = wanted(count, least, most, apart.min(2 * most));
        let model = small(sites, seed, strength);
        let scorer = MutantScorer::new(&model).unwrap();
        let allowed = Choices::default().of(&model).unwrap();
        let problem = Problem::pairwise(&scorer, &allowed, None).unwrap();
        let found = designs(&problem, &options(wanted), &|_, _, _| ()).unwrap();
        let expected = greedy(&problem, wanted);
        prop_assert_eq!(found.designs.len(), expected.len());
        prop_assert!(found.designs.iter().all(|design| design.proved));
        prop_assert_eq!(found.certificate.exhausted, expected.len() < count);
        // Of equal values any may come first, and then others are far enough from it.
        let first = (found.designs[0].value - expected[0]).abs();
        prop_assert!(first < 1e-9, "{first}");
        if strength > 0.0 {
            for (design, value) in found.designs.iter().zip(&expected) {
                prop_assert!((design.value - value).abs() < 1e-9);
                let score = scorer.score(&design.changes).potts;
                prop_assert!((design.value - score).abs() < 1e-5 * (1.0 + score.abs()));
            }
        }
        check(&found, &allowed, wanted);
    }

    #[test]
    fn annealing_keeps_to_what_is_asked_and_is_the_same_for_any_threads(
        seed in any::<u64>(),
        least in 1usize..4,
        count in 1usize..5,
        apart in 1usize..5,
    ) {
        let wanted = wanted(count, least, 4, apart);
        let model = small(6, seed, 1.0);
        let scorer = MutantScorer::new(&model).unwrap();
        let choices = Choices { keep: Some("2".parse().unwrap()), ..Choices::default() };
        let allowed = choices.of(&model).unwrap();
        let value = |changes: &[Change]| scorer.score(changes).potts;
        let problem = Problem::any(&allowed, &value);
        let options = DesignOptions { prove: false, ..options(wanted) };
        let found = designs(&problem, &options, &|_, _, _| ()).unwrap();
        prop_assert!(found.designs.iter().all(|design| !design.proved));
        check(&found, &allowed, wanted);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let again = pool.install(|| designs(&problem, &options, &|_, _, _| ()).unwrap());
        prop_assert_eq!(&found, &again);
        // Small as it is, the best set is found.
        let best = all_sets(&problem, least, 4)[0].1;
        prop_assert!((found.designs[0].value - best).abs() < 1e-9);
    }

    #[test]
    fn sums_over_sites_are_searched_without_couplings(seed in any::<u64>(), count in 1usize..20) {
        let model = small(5, seed, 0.0);
        let scorer = MutantScorer::new(&model).unwrap();
        let allowed = Choices::default().of(&model).unwrap();
        let problem = Problem::additive(&allowed, |change| scorer.score(&[change]).potts);
        let wanted = wanted(count, 2, 3, 1);
        let found = designs(&problem, &options(wanted), &|_, _, _| ()).unwrap();
        for (design, value) in found.designs.iter().zip(greedy(&problem, wanted)) {
            prop_assert!((design.value - value).abs() < 1e-9);
        }
        prop_assert_eq!(found.designs.len(), count);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let model = small(4, 3, 1.0);
    let scorer = MutantScorer::new(&model).unwrap();
    let allowed = Choices::default().of(&model).unwrap();
    let problem = Problem::pairwise(&scorer, &allowed, None).unwrap();
    let refused = |wanted: Wanted| {
        let found = designs(&problem, &options(wanted), &|_, _, _| ());
        found.unwrap_err().to_string()
    };
    assert!(refused(wanted(1, 0, 3, 1)).contains("`min_mutations`"));
    assert!(refused(wanted(1, 3, 2, 1)).contains("`max_mutations`"));
    assert!(refused(wanted(1, 5, 6, 1)).contains("4 positions may change"));
    assert!(refused(wanted(2, 1, 2, 5)).contains("`distance=5`"));
    let value = |_: &[Change]| 0.0;
    let any = Problem::any(&allowed, &value);
    assert!(designs(&any, &options(wanted(1, 1, 2, 1)), &|_, _, _| ()).is_err());
    assert!(Problem::pairwise(&scorer, &allowed, Some(100)).is_err());
}
