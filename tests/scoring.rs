//! Scores from models that stay in their files: the same numbers, from a small part of the bytes, and no less watchful.

use ndarray::Array2;
use potts::alignment::{Column, ColumnMap};
use potts::alphabet::{Alphabet, GapTreatment};
use potts::error::{Error, Result};
use potts::io::models::hdf5::{open, read, write};
use potts::model::Model;
use potts::model::{Couplings, EnergyModel, PairBlocks, PottsModel};
use potts::mutants::{Change, Mutant, MutantScorer, Score, ScoringModel};
use potts::position::{Chain, Position};
use proptest::prelude::*;
use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
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
    let model = PottsModel::new(fields, couplings).unwrap();
    let mut fitted = Model::of_parameters(model, alphabet, kind.gaps, columns);
    fitted.independent_fields = Some(independent);
    fitted
}

fn scorer(fitted: &Model) -> MutantScorer<'_> {
    let independent = fitted.independent_fields.as_ref();
    MutantScorer::new(
        &fitted.model,
        independent,
        &fitted.alphabet,
        &fitted.columns,
    )
    .unwrap()
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

/// Blocks of another source, with a count of the bytes asked of it.
#[derive(Debug)]
struct Counted {
    blocks: Box<dyn PairBlocks>,
    bytes: Arc<AtomicUsize>,
}

impl PairBlocks for Counted {
    fn sites(&self) -> usize {
        self.blocks.sites()
    }

    fn states(&self) -> usize {
        self.blocks.states()
    }

    fn read(&self, first: usize, blocks: &mut [f32]) -> Result<()> {
        self.bytes.fetch_add(size_of_val(blocks), Ordering::Relaxed);
        self.blocks.read(first, blocks)
    }
}

fn counted(model: ScoringModel) -> (ScoringModel, Arc<AtomicUsize>) {
    let bytes = Arc::default();
    let counted = |blocks| -> Box<dyn PairBlocks> {
        let bytes = Arc::clone(&bytes);
        Box::new(Counted { blocks, bytes })
    };
    let couplings = model.couplings.map(counted);
    (ScoringModel { couplings, ..model }, bytes)
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

fn small() -> (TempDir, PathBuf, u64) {
    let (folder, path) = written(&fitted(
        Kind {
            sites: 9,
            ..PROTEIN
        },
        1,
    ));
    let start = hdf5::File::open(&path)
        .unwrap()
        .dataset("model/couplings")
        .unwrap()
        .offset();
    (folder, path, start.unwrap())
}

fn put(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn fetched(model: &ScoringModel, text: &str) -> Result<f64> {
    let mut scorer = MutantScorer::of(model)?;
    let mut changes = Vec::new();
    let mutant = Mutant::parse(text).unwrap();
    assert!(scorer.judge(&mutant, &0.into(), &mut changes).is_none());
    scorer.fetch([&changes[..]])?;
    Ok(scorer.score(&changes).potts)
}

/// A mutant of the site, as it is written.
fn mutant_of(model: &ScoringModel, site: usize) -> String {
    let wild_type = char::from(model.columns.letter(site));
    let other = if wild_type == 'A' { 'C' } else { 'A' };
    format!("{wild_type}{}{other}", site + 1)
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.unwrap_err() {
        error @ Error::Input { .. } => error.to_string(),
        other => panic!("not about the contents: {other}"),
    }
}

#[test]
fn a_number_that_is_none_is_an_error_where_it_is_used() {
    let (_folder, path, start) = small();
    // J_01(A, A).
    put(&path, start, &f32::NAN.to_ne_bytes());
    let model = open(&path).unwrap();
    for site in [0, 1] {
        let message = refusal(fetched(&model, &mutant_of(&model, site)));
        assert!(
            message.contains("not a finite number") && message.contains("model.h5"),
            "{message}"
        );
        assert_eq!(message, refusal(read(&path).map(drop)));
    }
}

/// Sites enough that one of them does not take a pass over the whole file.
#[test]
fn a_number_that_is_never_used_is_not_looked_at() {
    let (_folder, path) = written(&fitted(PROTEIN, 1));
    let file = hdf5::File::open(&path).unwrap();
    let start = file.dataset("model/couplings").unwrap().offset().unwrap();
    drop(file);
    put(&path, start, &f32::NAN.to_ne_bytes());
    let model = open(&path).unwrap();
    assert!(fetched(&model, &mutant_of(&model, 100)).is_ok());
    assert!(fetched(&model, &mutant_of(&model, 1)).is_err());
}

#[test]
fn a_file_that_changes_is_an_error() {
    let (_folder, path, start) = small();
    let whole = fs::read(&path).unwrap();
    let changed = |change: &dyn Fn()| {
        fs::write(&path, &whole).unwrap();
        let model = open(&path).unwrap();
        // Times of files have steps of some milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(50));
        change();
        fetched(&model, &mutant_of(&model, 4))
    };
    assert!(changed(&|| ()).is_ok());
    let edited = || put(&path, start, &[0; 4]);
    let cut = || fs::write(&path, &whole[..start as usize + 100]).unwrap();
    let emptied = || fs::write(&path, b"").unwrap();
    let changes: [&dyn Fn(); 3] = [&edited, &cut, &emptied];
    for change in changes {
        let message = refusal(changed(change));
        assert!(message.contains("changed while it was read"), "{message}");
    }
    // A file put in its place, as this program writes, is another file: the one that was opened is still there.
    let other = path.with_extension("new");
    let replaced = changed(&|| {
        fs::write(&other, &whole[..100]).unwrap();
        fs::rename(&other, &path).unwrap();
    });
    assert!(cfg!(not(unix)) || replaced.is_ok());
}

#[test]
fn couplings_stored_in_another_way_are_read_at_once() {
    let fitted = fitted(
        Kind {
            sites: 9,
            ..PROTEIN
        },
        4,
    );
    let couplings = fitted.couplings().unwrap();
    let values = Array2::from_shape_vec((36, 400), couplings.as_slice().to_vec()).unwrap();
    let values = values.into_shape_with_order((36, 20, 20)).unwrap();
    let (_folder, path) = written(&fitted);
    for doubles in [false, true] {
        let file = hdf5::File::open_rw(&path).unwrap();
        file.unlink("model/couplings").unwrap();
        let builder = file.new_dataset_builder();
        if doubles {
            let values = values.mapv(f64::from);
            builder
                .with_data(&values)
                .create("model/couplings")
                .unwrap();
        } else {
            builder
                .deflate(6)
                .with_data(&values)
                .create("model/couplings")
                .unwrap();
        }
        file.close().unwrap();
        let model = open(&path).unwrap();
        assert_eq!(
            model.couplings.as_ref().unwrap().in_memory(),
            Some(couplings)
        );
        let text = mutant_of(&model, 3);
        let expected = scorer(&fitted).evaluate(&Mutant::parse(&text).unwrap(), 0);
        assert_eq!(
            fetched(&model, &text).unwrap(),
            expected.score().unwrap().potts
        );
    }
}

/// What is wrong with a file is found in the same words, whether it is read or opened and then used.
#[test]
fn damage_is_found_as_in_reading_all() {
    let (_folder, path) = written(&fitted(
        Kind {
            sites: 4,
            letters: "ACD",
            ..PROTEIN
        },
        2,
    ));
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for byte in (0..whole.len()).step_by(3) {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        fs::write(&path, &damaged).unwrap();
        let all = read(&path).map(drop).map_err(|error| error.to_string());
        let used = open(&path).and_then(|model| match model.couplings {
            Some(blocks) => blocks.read_all().map(drop),
            None => Ok(()),
        });
        assert_eq!(used.map_err(|error| error.to_string()), all, "byte {byte}");
        refused += usize::from(all.is_err());
    }
    assert!(refused > 100);
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
        let plain = fitted.model.energy(&wild_type) - fitted.model.energy(&mutated);
        prop_assert!((scorer.score(&changes).potts - plain).abs() < 1e-9);
    }
}
