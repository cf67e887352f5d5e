//! Problems against the objective's definition, written out in f64.

use super::asymmetric::fit_sites;
use super::symmetric::fit_pairs;
use super::tiles::{Tile, TileSet, size};
use super::variables::PairProblem;
use super::*;
use crate::alphabet::Alphabet;
use crate::fit::independent;
use crate::fit::optimizer::descent::{Descent, Direction, KEPT_STEPS, SmoothFunction};
use crate::fit::options::PlmOptions;
use crate::fit::watch::Watch;
use crate::kernels::conditionals::conditional_plain;
use crate::kernels::f32x8::LANES;
use crate::model::Optimizer;
use crate::state::{Persistent, Transfer};
use ndarray::{Array2, s};

/// A family of `sites` sites with gaps, and its weights.
pub struct Family {
    pub alignment: Alignment,
    pub weights: SequenceWeights,
}

const LETTERS: &str = "ACDE";

pub fn family(sequences: usize, sites: usize) -> Family {
    let mut x = 4_711u64;
    let mut below = |n: usize| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        ((x >> 11) % n as u64) as usize
    };
    let alphabet = Alphabet::new(LETTERS).unwrap();
    let mut states = Array2::<u8>::zeros((sequences, sites));
    for n in 0..sequences {
        let parent = below(n.max(1));
        for i in 0..sites {
            let inherited = states[[parent, i]];
            states[[n, i]] = if n == 0 || below(4) == 0 {
                below(5) as u8
            } else {
                inherited
            };
        }
        // Neighbouring sites depend on each other.
        for i in (1..sites).step_by(2) {
            if below(3) > 0 {
                states[[n, i]] = states[[n, i - 1]];
            }
        }
    }
    let weights = (0..sequences).map(|_| 0.2 + below(100) as f64 / 125.0);
    Family {
        alignment: Alignment::from_states(alphabet, states).unwrap(),
        weights: SequenceWeights::new(weights.collect()).unwrap(),
    }
}

const PENALTIES: Penalties = Penalties {
    lambda_h: 0.1,
    lambda_j: 0.3,
};

/// So weak that three steps are remembered, instead of one.
const WEAK: Penalties = Penalties {
    lambda_h: 0.1,
    lambda_j: 0.01,
};

fn sequences(family: &Family, states: usize, origin: FieldOrigin) -> Sequences {
    penalised(family, states, (PENALTIES, origin))
}

/// What a fit of a family knows, under some penalties.
pub fn penalised(
    family: &Family,
    states: usize,
    (penalties, origin): (Penalties, FieldOrigin),
) -> Sequences {
    let frequencies = Frequencies::of(&family.alignment, &family.weights);
    let counts = frequencies
        .sites()
        .slice(s![.., ..states])
        .mapv(|f| f * frequencies.neff());
    let fit = independent::fit(&counts, penalties.lambda_h);
    let start = IndependentSites {
        fields: fit.fields.iter().copied().collect(),
        probabilities: fit.probabilities.iter().copied().collect(),
    };
    Sequences::new(
        &family.alignment,
        &family.weights,
        states,
        &frequencies,
        start,
        (penalties, origin),
    )
}

/// h (L q) and directed couplings of all sites, `[i][j][b][a]`, from a problem's fields and tiles.
fn directed(
    layout: TileSet,
    sites: usize,
    q: usize,
    fields: &[F32x8],
    tiles: &[F32x8],
) -> (Vec<f64>, Vec<f64>) {
    let groups = sites.div_ceil(LANES);
    let first = layout.groups(groups).start;
    let field = |i: usize, a: usize| {
        let group = (i / LANES).checked_sub(first);
        let lanes = group.and_then(|group| fields.get(group * q + a));
        lanes.map_or(0.0, |lanes| f64::from(lanes.0[i % LANES]))
    };
    let coupling = |i: usize, j: usize, b: usize, a: usize| {
        let (i, j, a, b) = match layout {
            TileSet::Pairs if i > j => (j, i, b, a),
            _ => (i, j, a, b),
        };
        let tile = Tile {
            lanes: i / LANES,
            columns: j / LANES,
        };
        let start = layout.place(groups, tile) * size(q);
        f64::from(tiles[start + (j % LANES * q + b) * q + a].0[i % LANES])
    };
    let own = layout.groups(groups);
    let mut couplings = vec![0.0; sites * sites * q * q];
    for i in (0..sites).filter(|i| own.contains(&(i / LANES))) {
        for j in (0..sites).filter(|&j| j != i) {
            for k in 0..q * q {
                couplings[(i * sites + j) * q * q + k] = coupling(i, j, k / q, k % q);
            }
        }
    }
    let h = (0..sites * q).map(|k| field(k / q, k % q)).collect();
    (h, couplings)
}

/// F at a problem's point, by its definition.
fn value_plain(
    family: &Family,
    layout: TileSet,
    q: usize,
    (penalties, origin): (Penalties, FieldOrigin),
    point: (&[F32x8], &[F32x8]),
) -> f64 {
    let sites = family.alignment.sites();
    let (fields, couplings) = directed(layout, sites, q, point.0, point.1);
    let slab = sites * q * q;
    let own = layout.groups(sites.div_ceil(LANES));
    let mut value = 0.0;
    for i in (0..sites).filter(|i| own.contains(&(i / LANES))) {
        let h = &fields[i * q..][..q];
        let couplings = &couplings[i * slab..][..slab];
        let (data, weights) = (family.alignment.as_slice(), family.weights.as_slice());
        value += conditional_plain(data, (sites, q), weights, i, h, couplings).0;
        let zero = if origin == FieldOrigin::Gap {
            h[q - 1]
        } else {
            0.0
        };
        value += penalties.lambda_h * h.iter().map(|h| (h - zero).powi(2)).sum::<f64>();
        // A pair's coupling is seen from both sides.
        let share = if layout == TileSet::Pairs { 0.5 } else { 1.0 };
        value += share * penalties.lambda_j * couplings.iter().map(|j| j * j).sum::<f64>();
    }
    value
}

/// Scaled variables that look random.
fn some_variables(problem: &PairProblem) -> Vec<f32> {
    let mut y = problem.start();
    for (k, y) in y.iter_mut().enumerate() {
        *y += ((k * 7919) % 101) as f32 / 50.0 - 1.0;
    }
    y
}

#[test]
fn value_and_gradient_are_those_of_the_definition() {
    let family = family(60, 11);
    for (q, origin) in [
        (4, FieldOrigin::Zero),
        (5, FieldOrigin::Zero),
        (5, FieldOrigin::Gap),
    ] {
        let sequences = sequences(&family, q, origin);
        for layout in [TileSet::Pairs, TileSet::Group(0), TileSet::Group(1)] {
            let mut problem = PairProblem::new(&sequences, layout);
            let y = some_variables(&problem);
            let mut gradient = vec![0.0; y.len()];
            let value = problem.value_and_gradient(&y, &mut gradient);
            let exact = value_plain(&family, layout, q, (PENALTIES, origin), problem.point());
            assert!(
                (value - exact).abs() < 1e-5 * exact,
                "{layout:?} {value} {exact}"
            );
            // Along some directions, of the definition.
            for seed in 1..4 {
                let direction: Vec<f32> = (0..y.len())
                    .map(|k| ((k * 104_729 * seed) % 17) as f32 / 8.0 - 1.0)
                    .collect();
                let mut at = |length: f32| {
                    let moved = y.iter().zip(&direction).map(|(y, d)| y + length * d);
                    let moved: Vec<f32> = moved.collect();
                    problem.value_and_gradient(&moved, &mut vec![0.0; y.len()]);
                    value_plain(&family, layout, q, (PENALTIES, origin), problem.point())
                };
                let numeric = (at(1e-3) - at(-1e-3)) / 2e-3;
                let slope = gradient.iter().zip(&direction);
                let slope: f64 = slope.map(|(g, d)| f64::from(*g) * f64::from(*d)).sum();
                let scale = gradient
                    .iter()
                    .map(|g| f64::from(*g).powi(2))
                    .sum::<f64>()
                    .sqrt();
                assert!(
                    (slope - numeric).abs() < 2e-3 * scale + 1e-2,
                    "{layout:?} {slope} {numeric}"
                );
            }
        }
    }
}

#[test]
fn steps_lead_where_they_say() {
    let family = family(60, 11);
    for (penalties, layout) in [
        (PENALTIES, TileSet::Pairs),
        (WEAK, TileSet::Pairs),
        (WEAK, TileSet::Group(1)),
    ] {
        let sequences = penalised(&family, 4, (penalties, FieldOrigin::Zero));
        let mut problem = PairProblem::new(&sequences, layout);
        let (one, other) = (1 % problem.slots(), 2 % problem.slots());
        let start = problem.evaluate(false);
        let first = problem.update(0);
        let direction = Direction {
            gradient: -0.1,
            ..Direction::default()
        };
        let along_changes = problem.take_step(&direction, one);
        // The slot still holds the first gradient, as a change from nothing.
        assert!((along_changes[0] + 0.1 * first.square).abs() < 0.01 * first.square);
        let there = problem.evaluate(true);
        assert!(there < start - 0.05 * first.square && there > start - 0.1 * first.square);
        assert!(
            (there
                - value_plain(
                    &family,
                    layout,
                    4,
                    (penalties, FieldOrigin::Zero),
                    problem.point()
                ))
            .abs()
                < 1e-5 * there
        );
        let second = problem.update(one);
        // Where there is but one slot, it holds the change of the gradient by now.
        let both_gradients = match problem.slots() {
            1 => second.square - second.gradient[KEPT_STEPS],
            _ => second.gradient[KEPT_STEPS],
        };
        assert!((second.gradient[one] + 0.1 * both_gradients).abs() < 0.01 * first.square);
        // New scales do not move the point, nor the slope along a step.
        let gram = problem.rescale();
        assert!((problem.evaluate(false) - there).abs() < 1e-9 * there);
        assert!(
            (gram[one][2 * KEPT_STEPS] - second.gradient[one]).abs()
                < 0.01 * second.gradient[one].abs()
        );
        problem.take_step(&direction, other);
        assert!(problem.evaluate(false) < there);
        problem.shorten_step(0.0, other);
        assert!((problem.evaluate(false) - there).abs() < 1e-6 * there);
    }
}

/// Steps, changes of scale and all, of which the second half starts from a state.
#[test]
fn a_state_is_all_that_the_next_steps_depend_on() {
    let family = family(200, 19);
    let step = |problem: &mut PairProblem, slot: usize| {
        let slot = slot % problem.slots();
        let direction = Direction {
            gradient: -0.1,
            steps: [0.2; KEPT_STEPS],
            changes: [0.0; KEPT_STEPS],
        };
        problem.take_step(&direction, slot);
        problem.evaluate(true);
        problem.update(slot);
        problem.rescale()
    };
    for (penalties, layout) in [
        (PENALTIES, TileSet::Pairs),
        (WEAK, TileSet::Pairs),
        (WEAK, TileSet::Group(1)),
    ] {
        let sequences = penalised(&family, 4, (penalties, FieldOrigin::Zero));
        let mut problem = PairProblem::new(&sequences, layout);
        problem.evaluate(false);
        problem.update(0);
        step(&mut problem, 0);
        let mut bytes = Vec::new();
        problem.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
        let mut other = PairProblem::new(&sequences, layout);
        other
            .serialise(&mut Transfer::Restore(&mut &bytes[..]))
            .unwrap();
        for slot in [1, 2, 0] {
            assert_eq!(step(&mut other, slot), step(&mut problem, slot));
            assert_eq!(other.point(), problem.point());
        }
    }
}

fn settings() -> PlmOptions {
    PlmOptions {
        optimizer: Optimizer::Lbfgs,
        max_iterations: 100,
        tolerance: 1e-8,
        start: None,
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let family = family(300, 21);
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let watch = Watch::default();
            let mut sequences = sequences(&family, 4, FieldOrigin::Zero);
            let pairs = fit_pairs(&mut sequences, None, &(&settings()).into(), &watch).unwrap();
            let sites = fit_sites(&sequences, &settings(), &watch, None).unwrap();
            (pairs.fields, pairs.couplings, sites.ends, sites.estimates)
        })
    };
    assert_eq!(with_threads(1), with_threads(3));
}

#[test]
fn both_minimisers_find_the_same_optimum() {
    let family = family(100, 9);
    let by = |optimizer| {
        let mut sequences = sequences(&family, 4, FieldOrigin::Zero);
        let settings = PlmOptions {
            optimizer,
            ..settings()
        };
        fit_pairs(&mut sequences, None, &(&settings).into(), &Watch::default()).unwrap()
    };
    let (own, stock) = (by(Optimizer::Lbfgs), by(Optimizer::ArgminLbfgs));
    let objectives = (own.minimum.objective, stock.minimum.objective);
    assert!(
        (objectives.0 - objectives.1).abs() < 1e-6 * objectives.1,
        "{objectives:?}"
    );
    let pairs = own
        .couplings
        .as_slice()
        .iter()
        .zip(stock.couplings.as_slice());
    let largest = pairs.map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
    assert!(largest < 5e-3, "{largest}");
}
