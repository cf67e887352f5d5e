//! Fits that start from a model: at its objective, to its optimum.

use super::support::{fitted, focused, part_of_planted};
use crate::alignment::{Alignment, FocusOptions};
use crate::alphabet::GapTreatment;
use crate::fit::{
    AsymmetricOptions, FitOptions, Method, PlmOptions, Start, objective, sequence_weights,
};
use crate::io::files::source::Source;
use crate::model::{Couplings, Model, PottsModel};
use ndarray::Array2;
use std::sync::Arc;

fn family(max_column_gap: f64) -> Alignment {
    let source = Source::from_bytes("family.a2m", part_of_planted(10, 42).into());
    let options = FocusOptions {
        max_column_gap,
        ..FocusOptions::default()
    };
    focused(&source, &options)
}

fn minimisation(model: &Model, alignment: &Alignment) -> PlmOptions {
    let start = Start::of(model, "ab".into(), alignment, GapTreatment::Missing).unwrap();
    PlmOptions {
        start: Some(Arc::new(start)),
        ..PlmOptions::default()
    }
}

/// The sites of a model that an alignment has, by their columns.
fn cut_to(model: &Model, alignment: &Alignment) -> Model {
    let columns = alignment.columns();
    let place = |site: usize| {
        let column = columns.column(site).alignment_column;
        let mut known = 0..model.sites();
        known.find(|&k| model.columns.column(k).alignment_column == column)
    };
    let places: Vec<usize> = (0..columns.sites())
        .map(|site| place(site).unwrap())
        .collect();
    let (fields, couplings) = (model.fields().unwrap(), model.couplings().unwrap());
    let states = model.states();
    let shape = (places.len(), states);
    let own = Array2::from_shape_fn(shape, |(site, state)| fields[[places[site], state]]);
    let mut blocks = Couplings::zeros(places.len(), states);
    for i in 0..places.len() {
        for j in i + 1..places.len() {
            let block = couplings.block(places[i], places[j]);
            blocks.block_mut(i, j).copy_from_slice(block);
        }
    }
    let potts = PottsModel::new(own, blocks).unwrap();
    let alphabet = model.alphabet.clone();
    Model::of_parameters(potts, alphabet, model.gaps, columns.clone())
}

/// Over all columns, and where some of them are left out.
#[test]
fn the_first_objective_is_that_of_the_model() {
    let whole = family(1.0);
    let model = fitted(&whole, &FitOptions::default());
    for (max_column_gap, most) in [(1.0, 40), (0.04, 39)] {
        let alignment = family(max_column_gap);
        assert!(
            (10..=most).contains(&alignment.sites()),
            "{}",
            alignment.sites()
        );
        let options = FitOptions::with_method(Method::Plm(PlmOptions {
            max_iterations: 1,
            ..minimisation(&model, &alignment)
        }));
        let weights = sequence_weights(&alignment, &options);
        let cut = cut_to(&model, &alignment);
        let expected = objective(&cut, &alignment, &weights, &options.penalties).unwrap();
        let warm = fitted(&alignment, &options);
        let first = warm.record.unwrap().history[0].objective;
        let apart = (first - expected.objective).abs() / expected.objective;
        assert!(apart < 1e-6, "{first} {}", expected.objective);
    }
}

#[test]
fn a_fit_from_its_own_end_ends_there() {
    let alignment = family(1.0);
    for asymmetric in [false, true] {
        let method = |minimisation: PlmOptions| match asymmetric {
            true => Method::PlmAsymmetric(AsymmetricOptions {
                minimisation,
                sites: None,
            }),
            false => Method::Plm(minimisation),
        };
        let cold_options = FitOptions::with_method(method(PlmOptions::default()));
        let cold = fitted(&alignment, &cold_options);
        let from_there = method(minimisation(&cold, &alignment));
        let warm = fitted(&alignment, &FitOptions::with_method(from_there));
        let (cold, warm) = (cold.record.unwrap(), warm.record.unwrap());
        let evaluations = (warm.evaluations, cold.evaluations);
        // The asymmetric start is the average of what the two sites of a pair ended at: near either's end, not at it.
        match asymmetric {
            true => assert!(evaluations.0 <= evaluations.1, "{evaluations:?}"),
            false => assert!(evaluations.0 < evaluations.1, "{evaluations:?}"),
        }
        let (cold, warm) = (cold.objective.unwrap(), warm.objective.unwrap());
        // It may go on a little.
        assert!(
            warm <= cold * (1.0 + 1e-6) && warm > cold * (1.0 - 1e-4),
            "{cold} {warm}"
        );
    }
}
