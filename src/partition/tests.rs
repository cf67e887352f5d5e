use super::annealing::Watch;
use super::annealing::{AnnealingOptions, anneal, anneal_through};
use super::elimination::eliminate;
use super::enumeration::enumerate;
use super::integration::{IntegrationOptions, integrate};
use super::mean_field::{laplace, mean_fields};
use super::trees::upper_bound;
use crate::kernels::gibbs::Pairs;
use crate::random::Random;
use crate::state::Unkept;

/// Fields and couplings.
struct Owned {
    states: usize,
    fields: Vec<f32>,
    couplings: Vec<f32>,
}

impl Owned {
    /// Random ones; couplings of some pairs alone.
    fn random(
        (sites, states): (usize, usize),
        strength: f64,
        is_coupled: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let mut random = Random::of(7, sites as u64, states as u64);
        let mut number = |strength: f64| (strength * (2.0 * random.share() - 1.0)) as f32;
        let fields = (0..sites * states).map(|_| number(1.0)).collect();
        let mut couplings = Vec::new();
        for i in 0..sites {
            for j in i + 1..sites {
                let strength = if is_coupled(i, j) { strength } else { 0.0 };
                couplings.extend((0..states * states).map(|_| number(strength)));
            }
        }
        Self {
            states,
            fields,
            couplings,
        }
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs {
            states: self.states,
            fields: &self.fields,
            couplings: &self.couplings,
        }
    }

    fn flat(&self) -> Vec<f64> {
        vec![-(self.states as f64).ln(); self.fields.len()]
    }
}

#[test]
fn summing_out_sites_is_summing_up_sequences() {
    let chain = |i: usize, j: usize| j == i + 1;
    let ring = |i: usize, j: usize| j == i + 1 || (i == 0 && j == 6);
    let star = |i: usize, _: usize| i == 0;
    let all = |_: usize, _: usize| true;
    for is_coupled in [chain, ring, star, all, |_, _| false] {
        let model = Owned::random((7, 3), 1.5, is_coupled);
        for b in [0.5, 1.0, 2.0] {
            let one = enumerate(model.pairs(), b).unwrap();
            let other = eliminate(model.pairs(), b).unwrap();
            for (one, other) in [
                (one.log_z, other.log_z),
                (one.energy, other.energy),
                (one.variance, other.variance),
            ] {
                assert!((one - other).abs() < 1e-9, "{one} {other}");
            }
        }
    }
    // A long chain is no work; too many sites with all pairs are refused.
    assert!(eliminate(Owned::random((200, 4), 1.0, chain).pairs(), 1.0).is_some());
    assert!(eliminate(Owned::random((30, 4), 1.0, all).pairs(), 1.0).is_none());
    assert!(enumerate(Owned::random((30, 4), 1.0, all).pairs(), 1.0).is_none());
}

#[test]
fn bounds_are_on_their_sides_and_estimates_within_their_errors() {
    for (strength, seed) in [(0.3, 1), (1.0, 2), (2.0, 3)] {
        let model = Owned::random((7, 4), strength, |_, _| true);
        let exact = enumerate(model.pairs(), 1.0).unwrap();
        let lower = mean_fields(model.pairs(), 1.0, &[]);
        assert!(lower[0].log_z < exact.log_z, "{strength}");
        let upper = upper_bound(model.pairs(), 1.0);
        assert!(upper > exact.log_z, "{strength}");
        let (log_z, error) = laplace(model.pairs(), 1.0, &lower).unwrap();
        assert!((log_z - exact.log_z).abs() < error, "{strength}");
        let options = AnnealingOptions {
            steps: 100,
            chains: 512,
            seed,
            ..AnnealingOptions::default()
        };
        let found = anneal(
            model.pairs(),
            &model.flat(),
            &options,
            Watch {
                tell: &mut |_, _| Ok(()),
                keeper: &Unkept,
            },
        )
        .unwrap();
        assert!((found.log_z - exact.log_z).abs() < 4.0 * found.standard_error);
        assert!((found.entropy - exact.entropy(1.0)).abs() < 4.0 * found.entropy_error);
        let options = IntegrationOptions {
            steps: 16,
            sweeps: 20,
            chains: 512,
            seed,
        };
        let found = integrate(
            model.pairs(),
            &model.flat(),
            &options,
            Watch {
                tell: &mut |_, _| Ok(()),
                keeper: &Unkept,
            },
        )
        .unwrap();
        assert!((found.log_z - exact.log_z).abs() < 4.0 * found.standard_error);
    }
}

#[test]
fn stops_on_the_way_are_temperatures() {
    let model = Owned::random((6, 3), 1.0, |_, _| true);
    let options = AnnealingOptions {
        steps: 200,
        ..AnnealingOptions::default()
    };
    let stops = [0.25, 1.0, 2.0];
    let found = anneal_through(
        model.pairs(),
        &model.flat(),
        &stops,
        &options,
        Watch {
            tell: &mut |_, _| Ok(()),
            keeper: &Unkept,
        },
    )
    .unwrap();
    for (b, found) in stops.into_iter().zip(found) {
        let exact = enumerate(model.pairs(), b).unwrap();
        let log_z = found.log_z + (1.0 - b) * 6.0 * 3f64.ln();
        assert!((log_z - exact.log_z).abs() < 4.0 * found.standard_error);
        assert!((found.energy - exact.energy).abs() < 0.3, "{b}");
    }
}
