//! Learning as a whole, on systems whose sequences can be listed.

use super::features::Features;
use super::options::{Begin, BoltzmannOptions, Negative, Stop};
use crate::alignment::{Alignment, SequenceWeights};
use crate::alphabet::Alphabet;
use crate::error::{Error, Result};
use crate::fit::watch::Watch;
use crate::fit::{FitOptions, Method, fit};
use crate::kernels::testing::{Noise, family};
use crate::model::{Inference, Model, StopReason};
use crate::state::Keeper;
use crate::state::{Persistent, Transfer};
use ndarray::Array2;
use std::sync::{Arc, Mutex};

const SITES: usize = 4;
const STATES: usize = 3;

/// All sequences.
fn all() -> Vec<[u8; SITES]> {
    let count = STATES.pow(SITES as u32);
    let state = |k: usize, site: usize| (k / STATES.pow(site as u32) % STATES) as u8;
    (0..count)
        .map(|k| std::array::from_fn(|site| state(k, site)))
        .collect()
}

/// Two residues and the gap.
fn example() -> (Alignment, SequenceWeights) {
    let rows = family((300, SITES), STATES - 1, 3, &mut Noise::new(21));
    let rows = Array2::from_shape_vec((300, SITES), rows).unwrap();
    let weights = (0..300).map(|n| 1.0 / (n % 3 + 1) as f64).collect();
    (
        Alignment::from_states(Alphabet::new("AC").unwrap(), rows).unwrap(),
        SequenceWeights::new(weights).unwrap(),
    )
}

/// Three kinds of sequences, each of one state and in one of six with another at one site: chains seldom go from one kind to another.
fn kinds() -> (Alignment, SequenceWeights) {
    let row = |k: usize| -> [u8; SITES] {
        let kind = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][k % 10];
        let mut row = [kind; SITES];
        if k.is_multiple_of(6) {
            row[k / 6 % SITES] = (kind + 1 + (k / 24 % 2) as u8) % STATES as u8;
        }
        row
    };
    let rows: Vec<u8> = (0..600).flat_map(row).collect();
    let rows = Array2::from_shape_vec((600, SITES), rows).unwrap();
    let alignment = Alignment::from_states(Alphabet::new("AC").unwrap(), rows);
    (alignment.unwrap(), SequenceWeights::uniform(600))
}

fn learnt(options: BoltzmannOptions, watch: &Watch) -> Result<Model> {
    learnt_from(&example(), options, watch)
}

fn learnt_from(
    (alignment, weights): &(Alignment, SequenceWeights),
    options: BoltzmannOptions,
    watch: &Watch,
) -> Result<Model> {
    let options = FitOptions::with_method(Method::Boltzmann(options));
    fit(alignment, weights, &options, watch)
}

/// Frequencies of the family with the pseudocount, those of the model by all sequences, and the model's exact log Z.
fn frequencies(
    (alignment, weights): &(Alignment, SequenceWeights),
    model: &Model,
) -> (Features, Features, f64) {
    let (weights, shape) = (weights.as_slice(), (SITES, STATES));
    let neff: f64 = weights.iter().sum();
    let mut target = Features::sums(alignment.as_slice(), weights, shape, 1.0 / neff);
    target.add_uniform(1.0 / (1.0 + neff));
    let energies = model.energy_model().unwrap();
    let all = all();
    let p: Vec<f64> = all.iter().map(|x| (-energies.energy(x)).exp()).collect();
    let z: f64 = p.iter().sum();
    (
        target,
        Features::sums(all.as_flattened(), &p, shape, 1.0 / z),
        z.ln(),
    )
}

/// The root mean square of differences of pairs.
fn difference(one: &Features, other: &Features) -> f64 {
    let squares = one.pairs.iter().zip(&other.pairs);
    let sum: f64 = squares.map(|(x, y)| f64::from(x - y).powi(2)).sum();
    (sum / one.pairs.len() as f64).sqrt()
}

fn options(stop: Stop) -> BoltzmannOptions {
    BoltzmannOptions {
        stop,
        begin: Begin::Profile,
        chains: 4000,
        ..BoltzmannOptions::default()
    }
}

#[test]
fn learning_finds_the_frequencies_of_the_family() {
    let options = BoltzmannOptions {
        chains: 20_000,
        ..options(Stop::Updates(30))
    };
    let model = learnt(options, &Watch::default()).unwrap();
    let (target, found, log_z) = frequencies(&example(), &model);
    assert!(
        difference(&target, &found) < 0.005,
        "{}",
        difference(&target, &found)
    );
    let partition = model.partition.unwrap();
    let error = (partition.log_z - log_z).abs();
    assert!(error < 5.0 * partition.standard_error + 1e-4, "{error}");
    let record = model.record.unwrap();
    assert_eq!(
        (record.iterations, record.stop_reason),
        (30, StopReason::UpdatesDone)
    );
    // The objective, with the weights of the family and the exact log Z.
    let (alignment, weights) = example();
    let energies = model.parameters.pairwise().unwrap();
    let (fields, couplings) = (energies.fields, energies.all().unwrap());
    let mut expected = 0.0;
    for (row, weight) in alignment
        .states()
        .rows()
        .into_iter()
        .zip(weights.as_slice())
    {
        let mut minus_energy = 0.0;
        for i in 0..SITES {
            minus_energy += f64::from(fields[[i, usize::from(row[i])]]);
            for j in i + 1..SITES {
                minus_energy += f64::from(couplings.get(i, row[i].into(), j, row[j].into()));
            }
        }
        expected -= weight * (minus_energy - log_z);
    }
    let objective = record.objective.unwrap();
    assert!(
        (objective / expected - 1.0).abs() < 1e-3,
        "{objective} {expected}"
    );
    let Inference::Boltzmann(learning) = record.inference else {
        panic!("{:?}", record.inference);
    };
    assert!(learning.pearson.unwrap() > 0.97, "{learning:?}");
}

/// CD-k ends elsewhere than the likelihood, the nearer the larger k is; persistent chains end there.
#[test]
fn the_bias_of_contrastive_divergence_vanishes() {
    let error_of = |negative: Negative, sweeps: u64| {
        let options = BoltzmannOptions {
            negative,
            sweeps,
            chains: 20_000,
            ..options(Stop::Updates(60))
        };
        let model = learnt_from(&kinds(), options, &Watch::default()).unwrap();
        let (target, found, _) = frequencies(&kinds(), &model);
        difference(&target, &found)
    };
    let contrastive = [1, 3, 10].map(|k| error_of(Negative::Contrastive(k), 1));
    let persistent = error_of(Negative::Persistent, 10);
    // By exact expectations they are .0167, .0046, .0008 and, of the likelihood itself, .0002.
    assert!((0.013..0.02).contains(&contrastive[0]), "{contrastive:?}");
    assert!((0.003..0.0065).contains(&contrastive[1]), "{contrastive:?}");
    assert!(
        contrastive[2] < 0.0025 && persistent < 0.0025,
        "{contrastive:?} {persistent}"
    );
}

#[test]
fn a_seed_gives_the_same_on_any_number_of_threads() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let options = options(Stop::Updates(4));
        pool.build()
            .unwrap()
            .install(|| learnt(options, &Watch::default()).unwrap())
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(one.fields(), three.fields());
    assert_eq!(one.couplings(), three.couplings());
    assert_eq!(one.partition, three.partition);
    assert_eq!(one.record, three.record);
}

/// Stops at each update, and keeps the state.
#[derive(Default)]
struct Impatient {
    state: Mutex<Option<Vec<u8>>>,
    /// Times that it is asked before it stops.
    left: Mutex<u64>,
}

impl Keeper for Impatient {
    fn must_stop(&self) -> bool {
        let mut left = self.left.lock().unwrap();
        *left = left.saturating_sub(1);
        *left == 0
    }

    fn keep(&self, _: &str, state: &mut dyn Persistent) -> Result<()> {
        let mut bytes = Vec::new();
        state.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
        *self.state.lock().unwrap() = Some(bytes);
        Ok(())
    }

    fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
        let kept = self.state.lock().unwrap().clone();
        let Some(bytes) = kept else {
            return Ok(false);
        };
        state
            .serialise(&mut Transfer::Restore(&mut &bytes[..]))
            .unwrap();
        Ok(true)
    }
}

/// Interrupted again and again, on other numbers of threads, in every stage.
#[test]
fn learning_goes_on_as_if_it_had_not_been_interrupted() {
    let options = BoltzmannOptions {
        chains: 320,
        begin: Begin::Pseudolikelihood,
        edges: Some(super::options::Edges::Share(0.5)),
        ..options(Stop::HeldOut)
    };
    let whole = learnt(options.clone(), &Watch::default()).unwrap();
    let keeper = Arc::new(Impatient::default());
    let watch = Watch {
        observer: None,
        keeper: Some(keeper.clone()),
    };
    let mut times = 0;
    let model = loop {
        *keeper.left.lock().unwrap() = 230 + 60 * times;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1 + times as usize % 3);
        let found = pool
            .build()
            .unwrap()
            .install(|| learnt(options.clone(), &watch));
        match found {
            Err(Error::Stopped { .. }) => times += 1,
            found => break found.unwrap(),
        }
        assert!(times < 200);
    };
    assert!(times > 3, "{times}");
    assert_eq!(model.fields(), whole.fields());
    assert_eq!(model.couplings(), whole.couplings());
    assert_eq!(model.record, whole.record);
    let left = whole
        .couplings()
        .unwrap()
        .as_slice()
        .iter()
        .filter(|j| **j != 0.0);
    assert_eq!(left.count(), 27);
    let Inference::Boltzmann(learning) = whole.record.unwrap().inference else {
        panic!();
    };
    assert_eq!(learning.edges, Some(27));
    assert!(learning.held_out.unwrap() < 0.0 && learning.held_out_error.unwrap() > 0.0);
}

/// Parameters so large that chains feel nothing are never a model.
#[test]
fn what_diverges_is_taken_back() {
    let (alignment, _) = example();
    let huge = crate::fit::Start {
        fields: Array2::from_elem((SITES, STATES), 0.0),
        couplings: crate::model::Couplings::from_packed(
            SITES,
            STATES,
            (0..54)
                .map(|k| if k % 9 == 0 { 400.0 } else { 0.0 })
                .collect(),
        ),
        known: vec![true; SITES],
        sha256: String::new(),
    };
    let options = BoltzmannOptions {
        start: Some(Arc::new(huge)),
        ..options(Stop::Updates(20))
    };
    let weights = SequenceWeights::uniform(alignment.sequences());
    let options = FitOptions::with_method(Method::Boltzmann(options));
    match fit(&alignment, &weights, &options, &Watch::default()) {
        Err(Error::Numerical(problem)) => assert!(problem.contains("diverged"), "{problem}"),
        other => panic!("{:?}", other.map(|model| model.record)),
    }
}
