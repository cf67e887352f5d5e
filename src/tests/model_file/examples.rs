//! Small models of every kind, with everything that a model file can hold.

use crate::alignment::{Column, ColumnMap, Frequencies, IdentityRule, SequenceWeights};
use crate::alphabet::{Alphabet, GapTreatment};
use crate::model::partition::Estimator;
use crate::model::{
    Bootstrap, Couplings, FamilyData, FitRecord, Fold, Gauge, IndependentModel, Inference,
    Iteration, Minimisation, Model, Optimizer, PairInformation, Parameters, Partition, Penalties,
    PottsModel, Provenance, StopReason, TargetReplicates, TriedPenalty, Validation,
};
use crate::position::{Chain, Position};
use half::f16;
use ndarray::{Array2, Array3, array};
use std::sync::Arc;

pub fn couplings(sites: usize, states: usize) -> Couplings {
    let numbers = sites * (sites - 1) / 2 * states * states;
    let values = (0..numbers).map(|k| (k as f32 * 0.37).sin()).collect();
    Couplings::from_packed(sites, states, values)
}

fn column(alignment_column: u64, position: u64, letter: u8, modelled: bool) -> Column {
    Column {
        alignment_column,
        chain: None,
        position: Position::new(position).unwrap(),
        letter,
        modelled,
    }
}

fn history() -> Vec<Iteration> {
    (0..4)
        .map(|k| Iteration {
            iteration: k,
            evaluations: k + 2,
            objective: 100.0 / (k + 1) as f64,
            gradient_norm: 0.5f64.powi(k as i32),
            seconds: k as f64 * 0.25,
        })
        .collect()
}

/// Sequences of three residues and the gap over so many sites.
fn sequences(rows: usize, sites: usize) -> Option<Arc<Array2<u8>>> {
    let states = Array2::from_shape_fn((rows, sites), |(n, i)| ((n + i) % 4) as u8);
    Some(Arc::new(states))
}

/// Three sequences of four, three sites.
fn family_data() -> FamilyData {
    let frequencies = array![
        [0.5, 0.25, 0.25, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [0.25, 0.25, 0.25, 0.25]
    ];
    FamilyData {
        features: None,
        chain_neff: None,
        weights: SequenceWeights::new(vec![1.0, 0.5, 0.5]).unwrap(),
        kept: vec![true, false, true, true],
        frequencies: Frequencies::new(2.0, frequencies).unwrap(),
        pair_frequencies: None,
        sequences: sequences(3, 3),
    }
}

fn fit_record() -> FitRecord {
    let settings = Minimisation {
        optimizer: Some(Optimizer::Lbfgs),
        penalties: Some(PENALTIES),
        tolerance: Some(1e-5),
        ..Minimisation::default()
    };
    FitRecord {
        objective: Some(25.0),
        evaluations: 5,
        iterations: 3,
        stop_reason: StopReason::ObjectiveTolerance,
        history: history(),
        ..FitRecord::closed_form(Inference::Plm(settings))
    }
}

const PENALTIES: Penalties = Penalties {
    lambda_h: 1.0,
    lambda_j: 0.06,
};

fn provenance() -> Provenance {
    Provenance {
        created_by: "potts 0.1.0".into(),
        command_line: "potts fit 'my family.a3m'".into(),
        input: "my family.a3m".into(),
        input_sha256: "ab".repeat(32),
        alignment_columns: Some(5),
        preset: "balanced".into(),
        identity: Some(0.8),
        identity_rule: Some(IdentityRule::Above),
        weights_file: None,
        weights_sha256: None,
        wall_seconds: 1.5,
    }
}

/// Three sites of the residues A, C, D; the second residue of the target is not modelled.
pub fn potts_model() -> Model {
    let fields = array![[0.5, -0.5, 0.0], [0.25, 1.0, -1.25], [0.1, 0.2, -0.3]];
    let columns = vec![
        column(1, 40, b'A', true),
        column(3, 41, b'C', false),
        column(4, 42, b'D', true),
        column(9, 44, b'A', true),
    ];
    Model {
        independent_fields: Some(fields.mapv(|h: f32| 2.0 * h)),
        parameters: potts(fields, couplings(3, 3)),
        alphabet: Alphabet::new("ACD").unwrap(),
        gaps: GapTreatment::Missing,
        gauge: Gauge::Fitted,
        columns: ColumnMap::new(columns).unwrap(),
        target: Some("SPIKE_β/40-44 the target".into()),
        family: Some(family_data()),
        information: None,
        bootstrap: Some(replicates()),
        validation: Some(validation()),
        partition: Some(partition()),
        record: Some(fit_record()),
        provenance: provenance(),
    }
}

fn partition() -> Partition {
    Partition {
        log_z: 4.25,
        standard_error: 0.125,
        estimator: Estimator::Annealing,
        ess: Some(811.5),
        entropy: Some(2.75),
    }
}

fn replicates() -> Bootstrap {
    let score = |(k, i, a)| f16::from_f32((k + 2 * i) as f32 - 0.5 * a as f32);
    Bootstrap {
        replicates: 2,
        seed: 7,
        clusters: 3,
        identity: 0.85,
        cn_mean: vec![0.5, -0.25, 0.125],
        cn_sd: vec![0.1, 0.0, 0.3],
        support: vec![1.0, 0.5, 0.0],
        of_target: Some(TargetReplicates {
            single_scores: Array3::from_shape_fn((2, 3, 3), score),
            interaction_sd: vec![0.2, 0.1, 0.4],
        }),
    }
}

fn validation() -> Validation {
    Validation {
        seed: 1,
        clusters: 3,
        identity: 0.8,
        folds: vec![Fold {
            neff: 0.5,
            residues: 1.5,
            potts: 1.25,
            independent: 1.5,
        }],
        tried: vec![TriedPenalty {
            factor: 0.03,
            potts: 1.25,
        }],
    }
}

fn potts(fields: Array2<f32>, couplings: Couplings) -> Parameters {
    PottsModel::new(fields, couplings).unwrap().into()
}

pub fn family(fitted: &mut Model) -> &mut FamilyData {
    fitted.family.as_mut().unwrap()
}

/// Gaps as a state, no target, no penalties, pair information: what the other does not have.
pub fn mean_field_model() -> Model {
    let mut fitted = potts_model();
    let fields = Array2::from_shape_fn((3, 4), |(i, a)| i as f32 - a as f32);
    fitted.independent_fields = Some(fields.clone());
    fitted.parameters = potts(fields, couplings(3, 4));
    fitted.gaps = GapTreatment::State;
    fitted.gauge = Gauge::GapReference;
    fitted.columns = ColumnMap::unnumbered(3);
    fitted.target = None;
    fitted.bootstrap = Some(Bootstrap {
        of_target: None,
        ..replicates()
    });
    fitted.validation = None;
    fitted.partition = None;
    fitted.information = Some(PairInformation {
        mutual: vec![0.1, 0.2, 0.3],
        direct: vec![0.01, 0.02, 0.03],
    });
    fitted.record = Some(FitRecord::closed_form(Inference::MeanField(Some(0.5))));
    fitted.provenance.identity = None;
    fitted.provenance.identity_rule = None;
    fitted.provenance.weights_file = Some("my weights.tsv".into());
    fitted.provenance.weights_sha256 = Some("cd".repeat(32));
    fitted
}

/// One site, so no pair; stopped early.
pub fn independent_model() -> Model {
    let mut fitted = potts_model();
    fitted.bootstrap = None;
    let fields = array![[0.5, -0.5, 0.0]];
    fitted.independent_fields = Some(fields.clone());
    fitted.parameters = IndependentModel::new(fields).unwrap().into();
    fitted.columns = ColumnMap::new(vec![column(7, 7, b'D', true)]).unwrap();
    family(&mut fitted).frequencies =
        Frequencies::new(2.0, array![[0.5, 0.25, 0.25, 0.0]]).unwrap();
    family(&mut fitted).sequences = sequences(3, 1);
    let record = fitted.record.as_mut().unwrap();
    record.inference = Inference::Independent(Some(PENALTIES));
    record.stop_reason = StopReason::MaxIterations;
    record.history.clear();
    fitted.provenance.input.clear();
    fitted
}

/// A Potts model of one site has couplings, none of them.
pub fn lonely_model() -> Model {
    let mut fitted = independent_model();
    let fields = fitted.independent_fields.clone().unwrap();
    fitted.parameters = potts(fields, couplings(1, 3));
    fitted
}

/// Sixty sites: 113 kB of couplings, and fields that lie column by column.
pub fn large_model() -> Model {
    let sites = 60;
    let mut fitted = potts_model();
    fitted.bootstrap = None;
    let fields = Array2::from_shape_fn((4, sites), |(a, i)| a as f32 / (i + 1) as f32);
    fitted.gaps = GapTreatment::State;
    fitted.independent_fields = Some(Array2::zeros((sites, 4)));
    fitted.parameters = potts(fields.reversed_axes(), couplings(sites, 4));
    fitted.columns = ColumnMap::unnumbered(sites);
    family(&mut fitted).frequencies =
        Frequencies::new(2.0, Array2::from_elem((sites, 4), 0.25)).unwrap();
    family(&mut fitted).sequences = sequences(3, sites);
    fitted
}

/// From another program's file, which tells only the parameters.
pub fn imported_model() -> Model {
    Model {
        independent_fields: None,
        family: None,
        record: None,
        columns: ColumnMap::unnumbered(3),
        target: None,
        ..potts_model()
    }
}

/// Of another program whose file tells a little about the fit.
pub fn imported_fit() -> Model {
    let mut fitted = potts_model();
    let settings = Minimisation {
        lambda_group: Some(0.5),
        iteration_limit: Some(100),
        ..Minimisation::default()
    };
    fitted.record = Some(FitRecord::not_recorded(Inference::Plm(settings)));
    fitted
}

/// The same columns as residues of two chains, the second numbered anew.
pub fn model_of_two_chains() -> Model {
    let mut fitted = potts_model();
    let chain = |k: usize, letter, column: &Column| Column {
        chain: Chain::new(letter),
        position: Position::new([5, 6, 1, 3][k]).unwrap(),
        ..*column
    };
    let columns = fitted.columns.columns().iter().zip(b"HHAA").enumerate();
    let columns = columns.map(|(k, (column, &letter))| chain(k, letter, column));
    fitted.columns = ColumnMap::new(columns.collect()).unwrap();
    family(&mut fitted).chain_neff = Some(array![[2.0, 0.5], [0.5, 1.0]]);
    fitted
}

pub fn model_with_pair_frequencies() -> Model {
    let mut fitted = potts_model();
    family(&mut fitted).pair_frequencies = Some(couplings(3, 3));
    fitted
}

/// Begun at another model, and without its sequences.
pub fn model_with_a_start() -> Model {
    let mut fitted = potts_model();
    family(&mut fitted).sequences = None;
    let settings = Minimisation {
        start_sha256: Some("ef".repeat(32)),
        ..Minimisation::default()
    };
    fitted.record = Some(FitRecord {
        inference: Inference::PlmAsymmetric(settings),
        ..fit_record()
    });
    fitted
}
