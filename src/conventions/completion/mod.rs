//! What a model lacks, from the alignment that it was fitted to: other programs' files tell little more than the parameters.

mod agreement;
mod sites;

use crate::alignment::focus::rows_over;
use crate::alignment::frequencies::counted;
use crate::alignment::{
    AlignedRecords, Alignment, ChainLengths, ColumnMap, Focus, FocusOptions, Frequencies,
    IdentityThreshold, RowFate, RowReport, SequenceWeights, UnknownLetters,
};
use crate::conventions::Tool;
use crate::error::Result;
use crate::fit::{FitOptions, independent};
use crate::kernels::pair_counts::pair_counts;
use crate::model::Couplings;
use crate::model::{FamilyData, Model};
use crate::mutants::{add_single_scores, site_features};
use crate::position::Offsets;
use agreement::agreement;
use ndarray::{Array2, Axis, s};
use rayon::prelude::*;
pub use sites::names_chains;
use sites::{Placement, another, place, position};

/// How far frequencies that are known may be from those of the alignment. Other programs keep them in single precision.
const ROUNDING: f64 = 1e-3;

/// How an alignment is held against a model.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    /// The target.
    pub focus: Focus,
    /// The chains of a concatenated alignment; with them the model takes over the target's numbering, whatever its own.
    pub chains: Option<ChainLengths>,
    /// Offsets of the target's numbering, instead of those in its name; they, too, replace the model's numbering.
    pub offsets: Option<Offsets>,
    /// Whether the model's file numbers the sites, even if they are 1, 2, ...
    pub numbered: bool,
    /// Whether frequencies of pairs are counted, too.
    pub with_pairs: bool,
}

impl Completion {
    fn focus_options(&self) -> FocusOptions {
        FocusOptions {
            focus: self.focus.clone(),
            chains: self.chains.clone(),
            offsets: self.offsets.clone(),
            ..FocusOptions::default()
        }
    }

    fn renumbers(&self) -> bool {
        self.chains.is_some() || self.offsets.is_some()
    }
}

/// Adds to `fitted` what it lacks: letters and numbering of the target, weights and frequencies, pair frequencies if asked for, the
/// fields of independent sites. What it has stays, and is held against the alignment.
///
/// A model without weights gets those of the default: sequences with unknown letters or too little coverage are dropped, and those
/// 80 % identical are neighbours. Frequencies among residues, as plmc keeps them, become those of all sequences, and the fields of
/// independent sites follow: both need the share of gaps.
///
/// # Errors
/// [`Error::Input`](crate::Error::Input) if the alignment cannot be the model's: other sites, letters, rows or frequencies.
pub fn fill_in(
    fitted: &mut Model,
    records: &AlignedRecords,
    completion: &Completion,
) -> Result<()> {
    check_rows(fitted, records)?;
    let placement = place(fitted, records, completion)?;
    let alignment = alignment_over(fitted, records, &placement)?;
    fill_in_family(fitted, &alignment, records)?;
    fitted.columns = placement.columns;
    if fitted.target.is_none() {
        fitted.target = alignment.target().map(str::to_owned);
    }
    let states = fitted.states();
    if let Some(family) = &mut fitted.family {
        if completion.with_pairs && family.pair_frequencies.is_none() {
            family.pair_frequencies = Some(pair_frequencies(&alignment, family, states));
        }
        if fitted.independent_fields.is_none() {
            let record = fitted.record.as_ref();
            let penalties = record.and_then(|record| record.inference.penalties());
            let lambda_h = penalties.map(|penalties| penalties.lambda_h);
            fitted.independent_fields =
                Some(independent_fields(&family.frequencies, states, lambda_h));
        }
    }
    match fitted.columns.has_target() {
        true => add_single_scores(fitted),
        false => Ok(()),
    }
}

/// The fields of the model of independent sites that has these frequencies over its first `states`; without a penalty, of the default.
pub fn independent_fields(
    frequencies: &Frequencies,
    states: usize,
    lambda_h: Option<f64>,
) -> Array2<f32> {
    let sites = frequencies.sites().nrows();
    let default = || {
        FitOptions::default()
            .penalties
            .resolve(sites, states)
            .lambda_h
    };
    let counts = frequencies
        .sites()
        .slice(s![.., ..states])
        .mapv(|f| f * frequencies.neff());
    let fit = independent::fit(&counts, lambda_h.unwrap_or_else(default));
    fit.fields.mapv(|h| h as f32)
}

/// Whether there are as many rows as the model was fitted to, where that is known.
fn check_rows(fitted: &Model, records: &AlignedRecords) -> Result<()> {
    match &fitted.family {
        Some(family) if family.kept.len() != records.len() => {
            let problem = format!(
                "{} sequences, but the model was fitted to {}",
                records.len(),
                family.kept.len()
            );
            Err(another(records, problem))
        }
        _ => Ok(()),
    }
}

/// The alignment over the model's sites: of the rows that it was fitted to, where they are known.
fn alignment_over(
    fitted: &Model,
    records: &AlignedRecords,
    placement: &Placement,
) -> Result<Alignment> {
    let tool = Tool::of(fitted);
    let mut options = FocusOptions {
        lower_case: tool.map_or_else(Default::default, |tool| tool.focus_options().lower_case),
        ..FocusOptions::default()
    };
    if fitted.family.is_some() {
        options.unknown = UnknownLetters::Gap;
        options.min_sequence_coverage = 0.0;
    }
    let (target, columns) = (placement.target, placement.columns.clone());
    let all = rows_over(records, &fitted.alphabet, &options, target, columns)?;
    let Some(family) = &fitted.family else {
        return Ok(all);
    };
    let kept: Vec<usize> = (0..records.len()).filter(|&n| family.kept[n]).collect();
    let fate = |&kept: &bool| match kept {
        true => RowFate::Kept,
        // Why is not known; that it is not modelled is what counts.
        false => RowFate::UnknownLetters,
    };
    let rows = RowReport {
        fates: family.kept.iter().map(fate).collect(),
        ..all.rows().clone()
    };
    Alignment::new(
        all.alphabet().clone(),
        all.states().select(Axis(0), &kept),
        all.columns().clone(),
        all.target().map(str::to_owned),
        rows,
    )
}

/// Weights and frequencies, or a check of those that are known.
fn fill_in_family(
    fitted: &mut Model,
    alignment: &Alignment,
    records: &AlignedRecords,
) -> Result<()> {
    if let Some(family) = &mut fitted.family {
        let found = Frequencies::of(alignment, &family.weights);
        check_frequencies(family, &found, &fitted.columns, records)?;
        family
            .sequences
            .get_or_insert_with(|| alignment.shared_states());
        if among_residues(family) && has_gaps(&found) {
            family.frequencies = found;
            family.pair_frequencies = None;
            fitted.independent_fields = None;
        }
        // Anew even where there are some: chains may have been told.
        let frequencies = family.frequencies.sites();
        family.features = site_features(alignment, &family.weights, frequencies);
        return Ok(());
    }
    let threshold = IdentityThreshold::DEFAULT;
    let weights = SequenceWeights::by_identity(alignment, threshold);
    let frequencies = Frequencies::of(alignment, &weights);
    check_agreement(fitted, &frequencies, records)?;
    fitted.family = Some(FamilyData {
        features: site_features(alignment, &weights, frequencies.sites()),
        chain_neff: None,
        frequencies,
        kept: alignment.rows().kept(),
        weights,
        pair_frequencies: None,
        sequences: Some(alignment.shared_states()),
    });
    let origin = &mut fitted.provenance;
    origin.identity = Some(threshold.as_f64());
    origin.identity_rule = Some(threshold.rule());
    Ok(())
}

/// A model that knows no frequencies is held against those of the alignment by its parameters.
fn check_agreement(fitted: &Model, found: &Frequencies, records: &AlignedRecords) -> Result<()> {
    let Some(fields) = fitted.fields() else {
        return Ok(());
    };
    match agreement(fields, fitted.couplings(), found.sites()) {
        Some(rho) if rho < agreement::LEAST => {
            let problem = format!(
                "the model's fields and couplings do not go with the residues of its columns (correlation {rho:.2}; of the alignment that a \
                 model was fitted to, it is above 0.9): another protein, other positions, or states in another order"
            );
            Err(another(records, problem))
        }
        _ => Ok(()),
    }
}

fn has_gaps(frequencies: &Frequencies) -> bool {
    let sites = frequencies.sites();
    sites.column(sites.ncols() - 1).iter().any(|&gap| gap > 0.0)
}

/// Whether a file has left gaps out of its frequencies, or there are none.
fn among_residues(family: &FamilyData) -> bool {
    !has_gaps(&family.frequencies)
}

fn check_frequencies(
    family: &FamilyData,
    found: &Frequencies,
    columns: &ColumnMap,
    records: &AlignedRecords,
) -> Result<()> {
    let known = family.frequencies.sites();
    let gap = known.ncols() - 1;
    let conditional = among_residues(family);
    for (site, (known, found)) in known
        .rows()
        .into_iter()
        .zip(found.sites().rows())
        .enumerate()
    {
        let residues = if conditional { 1.0 - found[gap] } else { 1.0 };
        let differs = |a: &usize| (known[*a] - found[*a] / residues).abs() > ROUNDING;
        // Of a column of gaps only, nothing can be said.
        if residues > ROUNDING && (0..gap).any(|a| differs(&a)) {
            let problem = format!(
                "the residues at {} have other frequencies than in the model",
                position(columns, site)
            );
            return Err(another(records, problem));
        }
    }
    Ok(())
}

/// f_ij(a, b) over the first `states`: shares of all sequences.
fn pair_frequencies(alignment: &Alignment, family: &FamilyData, states: usize) -> Couplings {
    let sites = alignment.sites();
    let neff = family.weights.effective_number();
    let counted = counted(alignment, &family.weights);
    let of_first = |i: usize| {
        let mut values = Vec::with_capacity((sites - 1 - i) * states * states);
        pair_counts(&counted, i, i + 1..sites, |tables| {
            for j in tables.others() {
                let counts = (0..states).flat_map(|a| &tables.row(a, j)[..states]);
                values.extend(counts.map(|count| (count / neff) as f32));
            }
        });
        values
    };
    let parts: Vec<Vec<f32>> = (0..sites).into_par_iter().map(of_first).collect();
    Couplings::from_packed(sites, states, parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alphabet::{Alphabet, GapTreatment};
    use crate::model::PottsModel;
    use crate::model::couplings::pair_sites;

    const ROWS: [(&str, &str); 5] = [
        ("T/10-14", "ACDAC"),
        ("a", "ACD-C"),
        ("b", "CCDAA"),
        ("c", "A-DAC"),
        ("d", "XCDAC"),
    ];

    fn records() -> AlignedRecords {
        AlignedRecords::new(
            "x.fa".into(),
            "FASTA",
            ROWS.iter().map(|r| r.0.to_string()).collect(),
            ROWS.iter().map(|r| r.1.as_bytes().to_vec()).collect(),
            (1..=5).collect(),
        )
        .unwrap()
    }

    fn bare(sites: usize, gaps: GapTreatment) -> Model {
        let alphabet = Alphabet::new("ACD").unwrap();
        let states = alphabet.states(gaps);
        let model = PottsModel::new(
            Array2::zeros((sites, states)),
            Couplings::zeros(sites, states),
        );
        let columns = ColumnMap::unnumbered(sites);
        Model::of_parameters(model.unwrap(), alphabet, gaps, columns)
    }

    fn filled_in(mut fitted: Model) -> Result<Model> {
        let completion = Completion {
            with_pairs: true,
            ..Completion::default()
        };
        fill_in(&mut fitted, &records(), &completion).map(|()| fitted)
    }

    #[test]
    fn a_bare_model_gets_everything() {
        for gaps in [GapTreatment::Missing, GapTreatment::State] {
            let fitted = filled_in(bare(5, gaps)).unwrap();
            assert_eq!(fitted.target.as_deref(), Some("T/10-14"));
            assert_eq!(fitted.columns.position(0).get(), 10);
            assert_eq!(fitted.columns.letter(2), b'D');
            assert!(fitted.independent_fields.is_some());
            let states = fitted.states();
            let family = fitted.family.unwrap();
            assert_eq!(family.kept, [true, true, true, true, false]);
            let pairs = family.pair_frequencies.unwrap();
            let frequencies = family.frequencies.sites();
            for (i, j) in pair_sites(5) {
                for a in 0..states {
                    let row = &pairs.block(i, j)[a * states..][..states];
                    let sum: f64 = row.iter().map(|&f| f64::from(f)).sum();
                    let gap = family.frequencies.sites()[[j, 3]];
                    // Without gaps the rows add up to f_i; with them, to less.
                    let (least, most) = (frequencies[[i, a]] - gap, frequencies[[i, a]]);
                    let least = if states == 4 { most } else { least };
                    assert!((least - 1e-6..=most + 1e-6).contains(&sum), "{i} {j} {a}");
                }
            }
        }
    }

    #[test]
    fn what_is_known_is_checked() {
        let mut known = filled_in(bare(5, GapTreatment::Missing)).unwrap();
        let pairs = known.family.as_mut().unwrap().pair_frequencies.take();
        let again = filled_in(known.clone()).unwrap();
        assert_eq!(again.family.as_ref().unwrap().pair_frequencies, pairs);
        let message = |fitted| {
            let error = filled_in(fitted).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            error.to_string()
        };
        let mut columns = known.columns.columns().to_vec();
        columns[1].letter = b'A';
        let mut wrong = known.clone();
        wrong.columns = ColumnMap::new(columns).unwrap();
        assert!(message(wrong).contains("C at position 11, but the model has A (1 of 5"));
        let mut wrong = known.clone();
        let family = wrong.family.as_mut().unwrap();
        family.kept = vec![true, true, true, false, true];
        assert!(message(wrong).contains("position 10 have other frequencies"));
        known.family.as_mut().unwrap().kept.pop();
        assert!(message(known).contains("5 sequences, but the model was fitted to 4"));
        assert!(message(bare(4, GapTreatment::Missing)).contains("5 columns, but the model has 4"));
    }

    #[test]
    fn columns_of_a_file_give_way_to_the_numbers_of_the_target() {
        let mut fitted = bare(3, GapTreatment::Missing);
        let mut columns = ColumnMap::unnumbered(5).columns().to_vec();
        columns.remove(3);
        columns.remove(1);
        for (column, counted) in columns.iter_mut().zip(1..) {
            column.alignment_column = counted;
        }
        fitted.columns = ColumnMap::new(columns).unwrap();
        let fitted = filled_in(fitted).unwrap();
        let positions: Vec<u64> = (0..3).map(|s| fitted.columns.position(s).get()).collect();
        assert_eq!(positions, [10, 12, 14]);
        assert_eq!(fitted.columns.columns().len(), 5);
    }

    #[test]
    fn shares_among_residues_become_those_of_all_sequences() {
        let whole = filled_in(bare(5, GapTreatment::Missing)).unwrap();
        let mut conditional = whole.clone();
        let family = conditional.family.as_mut().unwrap();
        let mut sites = family.frequencies.sites().clone();
        for mut site in sites.rows_mut() {
            site[3] = 0.0;
            let seen = site.sum();
            site /= seen;
        }
        family.frequencies = Frequencies::new(family.frequencies.neff(), sites).unwrap();
        let fields = independent_fields(&family.frequencies, 3, None);
        assert_ne!(Some(&fields), whole.independent_fields.as_ref());
        conditional.independent_fields = Some(fields);
        let again = filled_in(conditional).unwrap();
        assert_eq!(again.family, whole.family);
        assert_eq!(again.independent_fields, whole.independent_fields);
    }
}
