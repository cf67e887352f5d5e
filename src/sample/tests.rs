use super::*;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::choices::Choices;
use crate::model::{Couplings, Model, PottsModel};
use crate::mutants::testing::columns;
use ndarray::Array2;

const SITES: usize = 12;

/// A model of a target, whose fields like some residue at each site and whose couplings are as strong as asked for.
fn model(strength: f32) -> Model {
    let fields = Array2::from_shape_fn((SITES, 20), |(i, a)| ((i * 7 + a * 3) % 11) as f32 * 0.15);
    let mut couplings = Couplings::zeros(SITES, 20);
    for (k, value) in couplings.as_mut_slice().iter_mut().enumerate() {
        *value = strength * (((k * 2654435761) >> 7) % 1000) as f32 / 1000.0;
    }
    let potts = PottsModel::new(fields, couplings).unwrap();
    let map = columns(5, "ACDEFGHIKLMN");
    Model::of_parameters(potts, Alphabet::protein(), GapTreatment::Missing, map)
}

fn drawn(model: &Model, options: &SampleOptions) -> Vec<u8> {
    let mut sampler = Sampler::new(model, options.clone()).unwrap();
    let mut draw = || sampler.draw(&mut |_| Ok(())).unwrap();
    [draw(), draw(), draw()].concat()
}

#[test]
fn a_seed_gives_the_same_on_any_number_of_threads() {
    let model = model(0.5);
    let plain = SampleOptions {
        chains: 64,
        ..SampleOptions::default()
    };
    let schemes = [
        Scheme::Plain,
        Scheme::Anneal {
            from: 2.0,
            sweeps: 7,
        },
        Scheme::Tempering {
            rungs: 4,
            hottest: 2.0,
        },
    ];
    for scheme in schemes {
        let options = SampleOptions {
            scheme,
            ..plain.clone()
        };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| drawn(&model, &options))
        };
        let one = on(1);
        assert_eq!(one, on(3), "{scheme:?}");
        assert_eq!(one, on(8), "{scheme:?}");
        let other = drawn(
            &model,
            &SampleOptions {
                seed: 2,
                ..options.clone()
            },
        );
        assert_ne!(one, other, "{scheme:?}");
    }
}

#[test]
fn what_is_not_allowed_is_not_drawn() {
    let model = model(0.5);
    let target: Vec<u8> = (0..SITES as u8).collect();
    let choices = Choices {
        keep: Some("5-7".parse().unwrap()),
        mutate: Some("5-12".parse().unwrap()),
        ..Choices::default()
    };
    for most in [None, Some(1), Some(3)] {
        let options = SampleOptions {
            choices: Some(choices.clone()),
            max_mutations: most,
            chains: 64,
            temperature: 2.0,
            ..SampleOptions::default()
        };
        let sequences = drawn(&model, &options);
        let mut seen = [false; SITES];
        for sequence in sequences.chunks(SITES) {
            let changed = sequence
                .iter()
                .zip(&target)
                .map(|(own, other)| own != other);
            let changed: Vec<bool> = changed.collect();
            let count = changed.iter().filter(|changed| **changed).count();
            assert!(count <= most.unwrap_or(SITES), "{count}");
            seen.iter_mut()
                .zip(changed)
                .for_each(|(seen, changed)| *seen |= changed);
        }
        let expected: Vec<bool> = (0..SITES).map(|site| (3..8).contains(&site)).collect();
        assert_eq!(seen.to_vec(), expected, "{most:?}");
    }
}

#[test]
fn chains_that_stand_still_are_no_samples() {
    // Each site likes one of two states with its neighbours, so much that it never leaves it.
    let mut couplings = Couplings::zeros(SITES, 20);
    for i in 0..SITES {
        for j in i + 1..SITES {
            couplings.block_mut(i, j)[0] = 8.0;
            couplings.block_mut(i, j)[21] = 8.0;
        }
    }
    let stuck = PottsModel::new(Array2::zeros((SITES, 20)), couplings).unwrap();
    let stuck = Model::of_parameters(
        stuck,
        Alphabet::protein(),
        GapTreatment::Missing,
        columns(1, "ACDEFGHIKLMN"),
    );
    let options = SampleOptions {
        chains: 256,
        most_sweeps: 64,
        ..SampleOptions::default()
    };
    let mut sampler = Sampler::new(&stuck, options.clone()).unwrap();
    let error = sampler.draw(&mut |_| Ok(())).unwrap_err().to_string();
    assert!(
        error.contains("do not mix") && error.contains("tempering"),
        "{error}"
    );
    // A user who says how long gets what there is.
    let options = SampleOptions {
        burn_in: Some(8),
        thin: Some(1),
        ..options
    };
    assert_eq!(drawn(&stuck, &options).len(), 3 * 256 * SITES);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let model = model(0.1);
    let wrong: [fn(&mut SampleOptions); 10] = [
        |options| options.temperature = 0.0,
        |options| options.temperature = f64::NAN,
        |options| options.chains = 12,
        |options| options.thin = Some(0),
        |options| options.max_mutations = Some(0),
        |options| {
            options.scheme = Scheme::Anneal {
                from: -1.0,
                sweeps: 3,
            }
        },
        |options| {
            options.scheme = Scheme::Tempering {
                rungs: 3,
                hottest: 2.0,
            }
        },
        |options| {
            options.scheme = Scheme::Tempering {
                rungs: 4,
                hottest: 0.5,
            }
        },
        |options| options.start = Some(Start::Natural),
        |options| options.max_memory = Some(1000),
    ];
    assert!(Sampler::new(&model, SampleOptions::default()).is_ok());
    for change in wrong {
        let mut options = SampleOptions::default();
        change(&mut options);
        assert!(
            Sampler::new(&model, options.clone()).is_err(),
            "{options:?}"
        );
    }
}
