use super::*;
use crate::alphabet::{Alphabet, GapTreatment};
use crate::choices::Choices;
use crate::error::Error;
use crate::model::{Couplings, Model, PottsModel};
use crate::mutants::testing::columns;
use crate::state::{Persistent, Transfer};
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

/// Three draws by samplers that are stopped every so many sweeps, each going on with the state of the last.
fn drawn_with_stops(model: &Model, options: &SampleOptions, every: u64) -> Vec<u8> {
    let (mut drawn, mut kept, mut draws, mut runs) = (Vec::new(), Vec::new(), 0, 0);
    while draws < 3 {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1 + runs % 3)
            .build()
            .unwrap();
        runs += 1;
        pool.install(|| {
            let mut sampler = Sampler::new(model, options.clone()).unwrap();
            if !kept.is_empty() {
                let mut rest = &kept[..];
                sampler
                    .serialise(&mut Transfer::Restore(&mut rest))
                    .unwrap();
                assert!(rest.is_empty());
            }
            let mut left = every;
            while draws < 3 {
                let found = sampler.draw(&mut |_| {
                    left -= 1;
                    match left {
                        0 => Err(Error::Stopped { at: String::new() }),
                        _ => Ok(()),
                    }
                });
                match found {
                    Ok(found) => drawn.extend(found),
                    Err(_) => break,
                }
                draws += 1;
            }
            kept.clear();
            sampler.serialise(&mut Transfer::Save(&mut kept)).unwrap();
        });
    }
    assert!(every > 1 || runs > 1, "{runs}");
    drawn
}

#[test]
fn chains_that_are_stopped_go_on_as_if_they_had_not_been() {
    let plain = SampleOptions {
        chains: 64,
        ..SampleOptions::default()
    };
    let all = [
        plain.clone(),
        SampleOptions {
            scheme: Scheme::Anneal {
                from: 2.0,
                sweeps: 7,
            },
            ..plain.clone()
        },
        SampleOptions {
            scheme: Scheme::Tempering {
                rungs: 4,
                hottest: 2.0,
            },
            ..plain.clone()
        },
        SampleOptions {
            max_mutations: Some(3),
            ..plain.clone()
        },
        SampleOptions {
            burn_in: Some(6),
            thin: Some(5),
            rule: Rule::Metropolis,
            ..plain
        },
    ];
    // With couplings so strong that they are not rounded, too: sums then show their order.
    for (strength, options) in [0.5, 300.0]
        .iter()
        .flat_map(|s| all.iter().map(move |o| (s, o)))
    {
        let model = model(*strength);
        let mut options = options.clone();
        if *strength > 1.0 {
            (options.burn_in, options.thin) = match options.scheme {
                Scheme::Anneal { .. } => (None, None),
                _ => (Some(4), Some(3)),
            };
        }
        let whole = drawn(&model, &options);
        for every in [1, 4] {
            let parts = drawn_with_stops(&model, &options, every);
            assert!(whole == parts, "{options:?}, every {every}");
        }
    }
}
