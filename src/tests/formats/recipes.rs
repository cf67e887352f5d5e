//! Models of all shapes into every format and back.

use super::{assert_same, bytes, read, read_with, through, write};
use crate::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::io::models::OutputFormat;
use crate::model::couplings::pairs;
use crate::model::{
    Couplings, FamilyData, FitRecord, Gauge, Inference, Minimisation, Model, Parameters,
};
use crate::position::{Chain, Position};
use crate::tests::support::parameters;
use ndarray::Array2;
use proptest::prelude::*;
use tempfile::TempDir;

/// Small models: what they may be over, how gaps count, where they stand, whether sites are coupled.
#[derive(Debug, Clone)]
struct Recipe {
    letters: &'static str,
    gaps: GapTreatment,
    sites: usize,
    first: u64,
    step: u64,
    couplings: bool,
    family: bool,
    seed: u64,
}

fn recipes() -> impl Strategy<Value = Recipe> {
    let letters =
        prop::sample::select(vec!["ACDEFGHIKLMNPQRSTVWY", "ACGU", "ACGT", "GATC", "XYZB"]);
    let gaps = prop::sample::select(vec![GapTreatment::Missing, GapTreatment::State]);
    let shape = (2usize..5, 1u64..400, 1u64..3);
    let parts = (prop::bool::weighted(0.8), any::<bool>(), any::<u64>());
    (letters, gaps, shape, parts).prop_map(
        |(letters, gaps, (sites, first, step), (couplings, family, seed))| Recipe {
            letters,
            gaps,
            sites,
            first,
            step,
            couplings,
            family,
            seed,
        },
    )
}

/// Numbers of all sizes, and some zeros.
fn numbers(seed: u64) -> impl FnMut() -> f32 {
    let mut x = seed | 1;
    move || {
        x = x
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let unit = (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        match (x >> 20) % 16 {
            0 => 0.0,
            1 => unit * 1e-7,
            // No fit gives more than a million, nor may the difference of two be, by which some formats shift.
            2 => unit * 1e6,
            _ => unit,
        }
    }
}

impl Recipe {
    fn model(&self) -> Model {
        let mut next = numbers(self.seed);
        let alphabet = Alphabet::new(self.letters).unwrap();
        let q = alphabet.states(self.gaps);
        let fields = Array2::from_shape_simple_fn((self.sites, q), &mut next);
        let count = pairs(self.sites) * q * q;
        let couplings = (0..count).map(|_| next()).collect();
        let couplings = Couplings::from_packed(self.sites, q, couplings);
        let parameters = Parameters::of(fields, self.couplings.then_some(couplings)).unwrap();
        let mut fitted = Model::of_parameters(parameters, alphabet, self.gaps, self.columns());
        if self.family {
            fitted.family = Some(self.family(&fitted.alphabet));
            fitted.provenance.identity = Some(0.7);
            fitted.provenance.identity_rule = Some(IdentityRule::AtLeast);
            fitted.record = Some(FitRecord::not_recorded(match self.couplings {
                true => Inference::Plm(Minimisation::default()),
                false => Inference::Independent(None),
            }));
        }
        fitted
    }

    fn columns(&self) -> ColumnMap {
        let columns = (0..self.sites).map(|k| Column {
            alignment_column: k as u64 + 1,
            chain: None,
            position: Position::new(self.first + self.step * k as u64).unwrap(),
            letter: self.letters.as_bytes()[k % self.letters.len()],
            modelled: true,
        });
        ColumnMap::new(columns.collect()).unwrap()
    }

    fn family(&self, alphabet: &Alphabet) -> FamilyData {
        let mut next = numbers(self.seed ^ 77);
        let q = alphabet.residues() + 1;
        let mut frequencies =
            Array2::from_shape_simple_fn((self.sites, q), || f64::from(next()).abs() + 0.01);
        for mut row in frequencies.rows_mut() {
            let sum = row.sum();
            row /= sum;
        }
        let states = alphabet.states(self.gaps);
        let pair = (0..pairs(self.sites) * states * states).map(|k| (k % 7) as f32 / 1000.0);
        FamilyData {
            features: None,
            chain_neff: None,
            weights: SequenceWeights::new(vec![1.0, 0.5, 1.0 / 3.0]).unwrap(),
            kept: vec![true, false, true, true],
            frequencies: Frequencies::new(1.0 + 0.5 + 1.0 / 3.0, frequencies).unwrap(),
            pair_frequencies: self
                .seed
                .is_multiple_of(2)
                .then(|| Couplings::from_packed(self.sites, states, pair.collect())),
            sequences: None,
        }
    }

    fn holds(&self, ending: &str) -> bool {
        match ending {
            "raw" => self.letters.len() == 20,
            "mrf" => self.letters.len() == 20 || Alphabet::new(self.letters).unwrap().is_nucleic(),
            _ => true,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Into a format and back: the same parameters; and from there into the format again: the same bytes.
    #[test]
    fn models_survive_every_format(recipe in recipes()) {
        let folder = TempDir::new().unwrap();
        let fitted = recipe.model();
        let asked = |ending: &str| (ending == "mrf").then_some(&fitted.alphabet);
        for ending in ["h5", "params", "npz", "dat", "mrf", "raw", "params.gz", "dat.gz"] {
            if !recipe.holds(ending) {
                continue;
            }
            let path = folder.path().join(format!("model.{ending}"));
            write(&fitted, &path);
            let back = read_with(&path, asked(ending)).unwrap();
            let first = std::fs::read(&path).unwrap();
            let kept = through(&back, &folder, "kept.h5");
            assert_same(&bytes(&kept, &folder, &format!("again.{ending}")), &first, ending);
            let reordered = ending == "mrf" && recipe.letters == "GATC";
            let shifted = ending == "raw" && recipe.gaps == GapTreatment::State;
            if !(reordered || shifted) {
                prop_assert_eq!(parameters(&back), parameters(&fitted), "{}", ending);
                prop_assert_eq!(back.gaps, fitted.gaps);
                prop_assert_eq!(&back.alphabet, &fitted.alphabet);
            }
            let sites = || 0..recipe.sites;
            if ["h5", "params", "npz", "mrf"].contains(&ending) {
                let position = |f: &Model, s| f.columns.position(s);
                prop_assert!(sites().all(|s| position(&back, s) == position(&fitted, s)), "{}", ending);
            }
            if ["h5", "params", "npz"].contains(&ending) {
                let letter = |f: &Model, s| f.columns.letter(s);
                prop_assert!(sites().all(|s| letter(&back, s) == letter(&fitted, s)), "{}", ending);
                prop_assert_eq!(back.family.is_some(), fitted.family.is_some());
            }
            if ending == "npz" {
                prop_assert_eq!(&back.family, &fitted.family);
                prop_assert_eq!(back.provenance.identity, fitted.provenance.identity);
            }
        }
    }

    /// The dialect of numbers, which needs to be told the letters.
    #[test]
    fn models_survive_integers(recipe in recipes()) {
        let folder = TempDir::new().unwrap();
        let fitted = recipe.model();
        let path = folder.path().join("model.dat");
        OutputFormat::AdabmDcaIntegers.write(&fitted, &path, true).unwrap();
        let back = read_with(&path, Some(&fitted.alphabet)).unwrap();
        prop_assert_eq!(parameters(&back), parameters(&fitted));
        prop_assert_eq!(back.gaps, fitted.gaps);
        let first = std::fs::read(&path).unwrap();
        OutputFormat::AdabmDcaIntegers.write(&back, &path, true).unwrap();
        assert_same(&std::fs::read(&path).unwrap(), &first, "integers");
    }
}

#[test]
fn chains_are_kept_where_they_can_be() {
    let recipe = Recipe {
        letters: "ACDEFGHIKLMNPQRSTVWY",
        gaps: GapTreatment::State,
        sites: 4,
        first: 5,
        step: 2,
        couplings: true,
        family: false,
        seed: 9,
    };
    let folder = TempDir::new().unwrap();
    let mut fitted = recipe.model();
    let columns = fitted.columns.columns().iter().zip(b"AABB");
    let columns = columns.map(|(column, &chain)| Column {
        chain: Chain::new(chain),
        ..*column
    });
    fitted.columns = ColumnMap::new(columns.collect()).unwrap();
    assert_eq!(through(&fitted, &folder, "m.npz").columns, fitted.columns);
    let lost = |format: OutputFormat| -> Vec<String> {
        format
            .notes(&fitted)
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let words = "not kept: chains A 5 to 7, B 9 to 11: residues are counted through them";
    assert!(
        lost(OutputFormat::Plmc).contains(&words.to_owned()),
        "{:?}",
        lost(OutputFormat::Plmc)
    );
    assert!(!lost(OutputFormat::Npz).contains(&words.to_owned()));
    let plmc = through(&fitted, &folder, "m.params");
    assert_eq!(
        (0..4)
            .map(|s| plmc.columns.position(s).get())
            .collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    let table = String::from_utf8(bytes(&fitted, &folder, "m.csv")).unwrap();
    assert!(table.contains(",A_1,B_1,"), "{table}");
}

/// Mean field: EVcouplings counts the gap; back here it is missing data again.
#[test]
fn mean_field_models_go_to_evcouplings_and_back() {
    let recipe = Recipe {
        letters: "ACDEFGHIKLMNPQRSTVWY",
        gaps: GapTreatment::Missing,
        sites: 4,
        first: 10,
        step: 1,
        couplings: true,
        family: true,
        seed: 4,
    };
    let folder = TempDir::new().unwrap();
    let mut fitted = recipe.model();
    fitted.gauge = Gauge::GapReference;
    fitted.record = Some(FitRecord::closed_form(Inference::MeanField(Some(0.3))));
    for with_pairs in [true, false] {
        if !with_pairs {
            fitted.family.as_mut().unwrap().pair_frequencies = None;
        }
        let first = bytes(&fitted, &folder, "model.params");
        assert_eq!(first[4], 21);
        assert_eq!(&first[24..28], (-0.3f32).to_le_bytes());
        let back = read(&folder.path().join("model.params")).unwrap();
        assert_eq!(parameters(&back), parameters(&fitted));
        assert_eq!(back.gauge, Gauge::GapReference);
        assert_eq!(back.record, fitted.record);
        assert_eq!(back.provenance.identity, fitted.provenance.identity);
        assert_same(&bytes(&back, &folder, "again.params"), &first, "again");
    }
}
