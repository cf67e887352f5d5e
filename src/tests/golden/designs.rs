//! Designs of systems whose sequences can be listed.

use super::systems::model;
use super::{json, states};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::choices::Choices;
use crate::design::{DesignOptions, Problem, Wanted, designs};
use crate::model::{EnergyModel, Model};
use crate::mutants::MutantScorer;
use crate::mutants::testing::columns;

/// All sequences of so many sites and states.
fn sequences(sites: usize, q: u8) -> impl Iterator<Item = Vec<u8>> {
    let count = usize::from(q).pow(sites as u32);
    (0..count).map(move |mut k| {
        let state = |_| {
            let state = (k % usize::from(q)) as u8;
            k /= usize::from(q);
            state
        };
        (0..sites).map(state).collect()
    })
}

#[test]
fn the_best_designs_are_those_of_all_sequences() {
    for name in ["exact_L4q3", "exact_L5q4", "exact_L6q5", "exact_L6q3_cold"] {
        let system = json(name);
        let energies = model(&system);
        let target = states(&system["test_states"])[0].clone();
        let q = energies.states() as u8;
        let letters = &"ACDEF"[..usize::from(q)];
        let named: String = target
            .iter()
            .map(|&s| char::from(letters.as_bytes()[usize::from(s)]))
            .collect();
        let model = Model::of_parameters(
            energies.clone(),
            Alphabet::new(letters).unwrap(),
            GapTreatment::Missing,
            columns(1, &named),
        );
        let scorer = MutantScorer::new(&model).unwrap();
        let allowed = Choices::default().of(&model).unwrap();
        let problem = Problem::pairwise(&scorer, &allowed, None).unwrap();
        for most in 1..=target.len() {
            let near = sequences(target.len(), q).filter(|sequence| {
                let differences = sequence.iter().zip(&target).filter(|(a, b)| a != b).count();
                (1..=most).contains(&differences)
            });
            let score = |sequence: Vec<u8>| energies.energy(&target) - energies.energy(&sequence);
            let mut scores: Vec<f64> = near.map(score).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            let options = DesignOptions {
                wanted: Wanted {
                    count: 5,
                    least: 1,
                    most,
                    distance: 1,
                },
                prove: true,
                seed: 1,
            };
            let found = designs(&problem, &options, &|_, _, _| ()).unwrap();
            assert_eq!(found.designs.len(), scores.len().min(5), "{name} {most}");
            for (design, score) in found.designs.iter().zip(&scores) {
                assert!((design.value - score).abs() < 1e-4, "{name} {most}");
            }
        }
    }
}
