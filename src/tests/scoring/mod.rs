//! Scores from models that stay in their files: the same numbers, from a small part of the bytes, and no less watchful.

mod changed_files;

use crate::alignment::{Column, ColumnMap};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::error::Result;
use crate::io::models::hdf5::{open, write};
use crate::model::{Couplings, Model, PairBlocks, Parameters, StoredPotts};
use crate::mutants::{Change, MutantScorer, Score};
use crate::position::{Chain, Position};
use ndarray::Array2;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

/// Numbers that look random, the same for the same seed.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }

    fn number(&mut self) -> f32 {
        self.next() as f32 / (1u64 << 31) as f32 - 0.5
    }
}

/// What a model of the tests is like.
#[derive(Debug, Clone, Copy)]
struct Kind {
    sites: usize,
    letters: &'static str,
    gaps: GapTreatment,
    coupled: bool,
    chains: bool,
}

const PROTEIN: Kind = Kind {
    sites: 130,
    letters: "ACDEFGHIKLMNPQRSTVWY",
    gaps: GapTreatment::Missing,
    coupled: true,
    chains: false,
};

const KINDS: [Kind; 6] = [
    PROTEIN,
    Kind {
        gaps: GapTreatment::State,
        ..PROTEIN
    },
    Kind {
        chains: true,
        ..PROTEIN
    },
    Kind {
        coupled: false,
        ..PROTEIN
    },
    Kind {
        sites: 200,
        letters: "ACGU",
        ..PROTEIN
    },
    Kind {
        sites: 1,
        ..PROTEIN
    },
];

fn fitted(kind: Kind, seed: u64) -> Model {
    let mut noise = Noise(seed);
    let alphabet = Alphabet::new(kind.letters).unwrap();
    let states = alphabet.states(kind.gaps);
    let shape = (kind.sites, states);
    let fields = Array2::from_shape_simple_fn(shape, || noise.number());
    let independent = Array2::from_shape_simple_fn(shape, || noise.number());
    let numbers = kind.sites * (kind.sites - 1) / 2 * states * states;
    let couplings = kind.coupled.then(|| {
        let values = (0..numbers).map(|_| noise.number()).collect();
        Couplings::from_packed(kind.sites, states, values)
    });
    let half = kind.sites / 2;
    let columns = (0..kind.sites).map(|site| {
        let (letter, first) = if site < half { (b'A', 0) } else { (b'B', half) };
        // The third residue of the target is missing, and counts in the scores of the others.
        let residue = kind.letters.as_bytes()[noise.below(alphabet.residues())];
        Column {
            alignment_column: site as u64 + 1,
            chain: Chain::new(letter).filter(|_| kind.chains),
            position: Position::new((site - if kind.chains { first } else { 0 }) as u64 + 1)
                .unwrap(),
            letter: if site == 2 { b'-' } else { residue },
            modelled: true,
        }
    });
    let columns = ColumnMap::new(columns.collect()).unwrap();
    let parameters = Parameters::of(fields, couplings).unwrap();
    let mut fitted = Model::of_parameters(parameters, alphabet, kind.gaps, columns);
    fitted.independent_fields = Some(independent);
    fitted
}

fn scorer(fitted: &Model) -> MutantScorer<'_> {
    MutantScorer::new(fitted).unwrap()
}

/// Changes at up to `most` sites that have a residue.
fn mutant(scorer: &MutantScorer, most: usize, noise: &mut Noise) -> Vec<Change> {
    let sites = scorer.columns().sites();
    let mut changes: Vec<Change> = Vec::new();
    for _ in 0..most {
        let site = noise.below(sites);
        let all: Vec<Change> = scorer.changes_of(site).collect();
        if !all.is_empty() && changes.iter().all(|change| change.site != site) {
            changes.push(all[noise.below(all.len())]);
        }
    }
    changes
}

fn written(fitted: &Model) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.h5");
    write(fitted, &path, false).unwrap();
    (folder, path)
}

fn scores(scorer: &MutantScorer, mutants: &[Vec<Change>]) -> Vec<Score> {
    mutants
        .iter()
        .map(|changes| scorer.score(changes))
        .collect()
}

/// Fetches in small steps, all at once, and everything; each must give what memory gives, to the last bit.
#[test]
fn a_model_in_its_file_scores_as_one_in_memory() {
    for (kind, seed) in KINDS.into_iter().zip(1..) {
        let fitted = fitted(kind, seed);
        let in_memory = scorer(&fitted);
        let mut noise = Noise(seed);
        let most = |k: usize| if k == 200 { 60 } else { 1 + k % 5 };
        let mutants: Vec<_> = (0..400)
            .map(|k| mutant(&in_memory, most(k), &mut noise))
            .collect();
        let expected = scores(&in_memory, &mutants);
        let (_folder, path) = written(&fitted);
        let model = open(&path).unwrap();
        for step in [1, 3, mutants.len()] {
            let mut in_file = MutantScorer::of(&model).unwrap();
            for (some, expected) in mutants.chunks(step).zip(expected.chunks(step)) {
                in_file
                    .fetch(some.iter().map(|changes| &changes[..]))
                    .unwrap();
                assert_eq!(scores(&in_file, some), expected, "{kind:?}, by {step}");
            }
            assert_eq!(scores(&in_file, &mutants), expected, "{kind:?}, by {step}");
        }
        let mut in_file = MutantScorer::of(&model).unwrap();
        in_file.fetch_all().unwrap();
        assert_eq!(scores(&in_file, &mutants), expected, "{kind:?}, all");
    }
}

/// The couplings of a model in its file, with a count of the bytes asked of it.
#[derive(Debug)]
struct Counted {
    model: Model,
    bytes: Arc<AtomicUsize>,
}

impl Counted {
    fn blocks(&self) -> &dyn PairBlocks {
        self.model.pairwise().unwrap().couplings
    }
}

impl PairBlocks for Counted {
    fn sites(&self) -> usize {
        self.blocks().sites()
    }

    fn states(&self) -> usize {
        self.blocks().states()
    }

    fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()> {
        self.bytes.fetch_add(size_of_val(blocks), Ordering::Relaxed);
        self.blocks().read(first, blocks)
    }
}

fn counted(model: Model) -> (Model, Arc<AtomicUsize>) {
    assert!(model.couplings().is_none(), "they are still in the file");
    let bytes = Arc::default();
    let counted = Counted {
        model: model.clone(),
        bytes: Arc::clone(&bytes),
    };
    let stored = StoredPotts::new(model.fields().unwrap().clone(), Arc::new(counted));
    let parameters = Parameters::Stored(stored.unwrap());
    (
        Model {
            parameters,
            ..model
        },
        bytes,
    )
}

#[test]
fn few_mutants_need_a_small_part_of_the_file() {
    let large = Kind {
        sites: 260,
        gaps: GapTreatment::State,
        ..PROTEIN
    };
    let fitted = fitted(large, 5);
    let (_folder, path) = written(&fitted);
    let file = path.metadata().unwrap().len() as usize;
    assert!(file > 59_000_000);
    let (model, bytes) = counted(open(&path).unwrap());
    let mut in_file = MutantScorer::of(&model).unwrap();
    let in_memory = scorer(&fitted);
    let mut noise = Noise(3);
    let three: Vec<_> = (0..3).map(|_| mutant(&in_memory, 2, &mut noise)).collect();
    in_file
        .fetch(three.iter().map(|changes| &changes[..]))
        .unwrap();
    assert_eq!(scores(&in_file, &three), scores(&in_memory, &three));
    let read = bytes.load(Ordering::Relaxed);
    assert!(read * 10 < file, "{read} of {file} bytes");

    // Asked again, nothing is read; all singles take one pass, and whatever comes, the file is not read over and over.
    in_file
        .fetch(three.iter().map(|changes| &changes[..]))
        .unwrap();
    assert_eq!(bytes.load(Ordering::Relaxed), read);
    in_file.fetch_singles().unwrap();
    assert!(bytes.load(Ordering::Relaxed) - read <= file);
    for _ in 0..300 {
        let some: Vec<_> = (0..200)
            .map(|_| mutant(&in_memory, 2, &mut noise))
            .collect();
        in_file
            .fetch(some.iter().map(|changes| &changes[..]))
            .unwrap();
    }
    assert!(bytes.load(Ordering::Relaxed) < 9 * file / 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The fast way is the plain one: a difference of two energies.
    #[test]
    fn scores_are_differences_of_energies(kind in 0..KINDS.len(), seed in any::<u64>(), most in 1usize..8) {
        let fitted = fitted(Kind { sites: KINDS[kind].sites.min(30), ..KINDS[kind] }, seed);
        let scorer = scorer(&fitted);
        let changes = mutant(&scorer, most, &mut Noise(seed));
        let state = |site| {
            let letter = fitted.columns.letter(site);
            let letters = fitted.alphabet.letters().iter();
            letters.clone().position(|&l| l == letter).unwrap_or(letters.len()) as u8
        };
        let wild_type: Vec<u8> = (0..fitted.columns.sites()).map(state).collect();
        let mut mutated = wild_type.clone();
        changes.iter().for_each(|change| mutated[change.site] = change.state);
        let model = fitted.energy_model().unwrap();
        let plain = model.energy(&wild_type) - model.energy(&mutated);
        prop_assert!((scorer.score(&changes).potts - plain).abs() < 1e-9);
    }
}
