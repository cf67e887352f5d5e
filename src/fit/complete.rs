//! What a model lacks, from the alignment that it was fitted to: other programs' files tell little more than the parameters.

use super::mean_field::pair_counts;
use super::{FamilyData, FitOptions, FittedModel, Tool, independent};
use crate::alignment::{
    AlignedRecords, Alignment, ColumnMap, Focus, FocusOptions, Frequencies, IdentityThreshold,
    RowFate, RowReport, SequenceWeights, UnknownLetters, focus,
};
use crate::alphabet::GAP_LETTER;
use crate::error::{Error, Place, Result};
use crate::model::Couplings;
use ndarray::{Array2, Axis, s};
use rayon::prelude::*;

/// How far frequencies that are known may be from those of the alignment. Other programs keep them in single precision.
const ROUNDING: f64 = 1e-3;

/// Adds to `fitted` what it lacks: letters and numbering of the target, weights and frequencies, pair frequencies if
/// `with_pairs`, the fields of independent sites. What it has stays, and is held against the alignment.
///
/// A model without weights gets those of the default: sequences with unknown letters or too little coverage are dropped, and those
/// 80 % identical are neighbours.
///
/// # Errors
/// [`Error::Input`] if the alignment cannot be the model's: other sites, letters, rows or frequencies.
pub fn complete(
    fitted: &mut FittedModel,
    records: &AlignedRecords,
    focus: Focus,
    with_pairs: bool,
) -> Result<()> {
    let alignment = alignment_of(fitted, records, focus)?;
    let sites = matching_sites(fitted, &alignment, records)?;
    check_letters(&fitted.columns, &alignment, &sites, records)?;
    let modelled = modelled(&alignment, &sites)?;
    complete_family(fitted, &modelled, records)?;
    complete_columns(fitted, &modelled);
    if let Some(family) = &mut fitted.family {
        if with_pairs && family.pair_frequencies.is_none() {
            let states = fitted.model.fields().ncols();
            family.pair_frequencies = Some(pair_frequencies(&modelled, family, states));
        }
        if fitted.independent_fields.is_none() {
            let penalties = fitted.report.as_ref().and_then(|report| report.penalties);
            let lambda_h = penalties.map(|penalties| penalties.lambda_h);
            let states = fitted.model.fields().ncols();
            fitted.independent_fields =
                Some(independent_fields(&family.frequencies, states, lambda_h));
        }
    }
    Ok(())
}

/// The fields of the model of independent sites that has these frequencies over its first `states`; without a penalty, of the default.
pub fn independent_fields(
    frequencies: &Frequencies,
    states: usize,
    lambda_h: Option<f64>,
) -> Array2<f32> {
    let sites = frequencies.sites().nrows();
    let default = || FitOptions::default().penalties(sites, states).lambda_h;
    let counts = frequencies
        .sites()
        .slice(s![.., ..states])
        .mapv(|f| f * frequencies.neff());
    let fit = independent::fit(&counts, lambda_h.unwrap_or_else(default));
    fit.fields.mapv(|h| h as f32)
}

/// The alignment over the target's columns: of the rows that the model was fitted to, where they are known.
fn alignment_of(
    fitted: &FittedModel,
    records: &AlignedRecords,
    target: Focus,
) -> Result<Alignment> {
    let tool = Tool::named(&fitted.provenance.preset);
    let mut options = FocusOptions {
        focus: target,
        lower_case: tool.map_or_else(Default::default, |tool| tool.focus_options().lower_case),
        ..FocusOptions::default()
    };
    let Some(family) = &fitted.family else {
        return focus::focus(records, &fitted.alphabet, &options);
    };
    if family.kept.len() != records.len() {
        let problem = format!(
            "{} sequences, but the model was fitted to {}",
            records.len(),
            family.kept.len()
        );
        return Err(another(records, problem));
    }
    options.unknown = UnknownLetters::Gap;
    options.min_sequence_coverage = 0.0;
    let all = focus::focus(records, &fitted.alphabet, &options)?;
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

/// For each site of the model, the site of the alignment: all of them in order, or those in the same columns.
fn matching_sites(
    fitted: &FittedModel,
    alignment: &Alignment,
    records: &AlignedRecords,
) -> Result<Vec<usize>> {
    let (own, others) = (&fitted.columns, alignment.columns());
    if own.sites() == others.sites() {
        return Ok((0..own.sites()).collect());
    }
    let column = |map: &ColumnMap, site: usize| map.column(site).alignment_column;
    // Formats without columns are numbered from 1, which would match anything.
    let numbered = (0..own.sites()).any(|site| column(own, site) != site as u64 + 1);
    let place = |site: usize| {
        let wanted = column(own, site);
        (0..others.sites()).find(|&other| column(others, other) == wanted)
    };
    let found = numbered.then(|| (0..own.sites()).map(place).collect::<Option<Vec<_>>>());
    found.flatten().ok_or_else(|| {
        let problem = format!(
            "the target has {} columns, but the model has {} sites",
            others.sites(),
            own.sites()
        );
        another(records, problem)
    })
}

/// Residues that both know must agree.
fn check_letters(
    own: &ColumnMap,
    alignment: &Alignment,
    sites: &[usize],
    records: &AlignedRecords,
) -> Result<()> {
    let differ = |site: usize| {
        let (known, found) = (own.letter(site), alignment.columns().letter(sites[site]));
        let differ = known != found && known != GAP_LETTER && found != GAP_LETTER;
        differ.then_some((site, known, found))
    };
    let wrong: Vec<_> = (0..sites.len()).filter_map(differ).collect();
    match wrong.first() {
        None => Ok(()),
        Some(&(site, known, found)) => {
            let problem = format!(
                "the target has {} at {}, but the model has {} ({} of {} sites differ)",
                char::from(found),
                position(own, site),
                char::from(known),
                wrong.len(),
                sites.len()
            );
            Err(another(records, problem))
        }
    }
}

fn position(columns: &ColumnMap, site: usize) -> String {
    format!("position {}", columns.residue(site))
}

fn another(records: &AlignedRecords, problem: String) -> Error {
    Error::input(
        Place::file(&records.file),
        problem,
        "give the alignment that the model was fitted to, and the target by --focus NAME, or --no-focus if every column is modelled",
    )
}

/// The alignment over some of its sites; the columns of the others stay in its map.
fn modelled(alignment: &Alignment, sites: &[usize]) -> Result<Alignment> {
    let mut columns = alignment.columns().columns().to_vec();
    let open = columns.iter_mut().filter(|column| column.modelled);
    for (site, column) in open.enumerate() {
        column.modelled = sites.contains(&site);
    }
    Alignment::new(
        alignment.alphabet().clone(),
        alignment.states().select(Axis(1), sites),
        ColumnMap::new(columns)?,
        alignment.target().map(str::to_owned),
        alignment.rows().clone(),
    )
}

/// Weights and frequencies, or a check of those that are known.
fn complete_family(
    fitted: &mut FittedModel,
    alignment: &Alignment,
    records: &AlignedRecords,
) -> Result<()> {
    if let Some(family) = &fitted.family {
        let found = Frequencies::of(alignment, &family.weights);
        return check_frequencies(family, &found, &fitted.columns, records);
    }
    let threshold = IdentityThreshold::DEFAULT;
    let weights = SequenceWeights::by_identity(alignment, threshold);
    fitted.family = Some(FamilyData {
        frequencies: Frequencies::of(alignment, &weights),
        kept: alignment.rows().kept(),
        weights,
        pair_frequencies: None,
    });
    let origin = &mut fitted.provenance;
    origin.identity = Some(threshold.as_f64());
    origin.identity_rule = Some(threshold.rule());
    Ok(())
}

/// Whether a file has left gaps out of its frequencies.
fn among_residues(family: &FamilyData) -> bool {
    let sites = family.frequencies.sites();
    sites
        .column(sites.ncols() - 1)
        .iter()
        .all(|&gap| gap == 0.0)
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

/// Letters and numbering, for a model that has no letters, and what is not modelled, for one that is numbered alike; the name, for
/// one that has none.
fn complete_columns(fitted: &mut FittedModel, alignment: &Alignment) {
    let (own, others) = (&fitted.columns, alignment.columns());
    let alike = (0..own.sites()).all(|site| own.residue(site) == others.residue(site));
    if others.has_target() && (alike || !own.has_target()) {
        fitted.columns = others.clone();
    }
    if fitted.target.is_none() {
        fitted.target = alignment.target().map(str::to_owned);
    }
}

/// f_ij(a, b) over the first `states`, among the sequences that the site frequencies are of.
fn pair_frequencies(alignment: &Alignment, family: &FamilyData, states: usize) -> Couplings {
    let sites = alignment.sites();
    let all = alignment.alphabet().residues() + 1;
    let neff = family.weights.effective_number();
    let conditional = among_residues(family) && states < all;
    let of_first = |i: usize| {
        let counts = pair_counts(alignment, &family.weights, i);
        let tables = counts.chunks_exact(all * all).skip(1);
        let mut values = Vec::with_capacity((sites - 1 - i) * states * states);
        for table in tables {
            let rows = || {
                table
                    .chunks_exact(all)
                    .take(states)
                    .map(|row| &row[..states])
            };
            let seen: f64 = rows().flatten().sum();
            let total = if conditional && seen > 0.0 {
                seen
            } else {
                neff
            };
            values.extend(rows().flatten().map(|count| (count / total) as f32));
        }
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

    fn bare(sites: usize, gaps: GapTreatment) -> FittedModel {
        let alphabet = Alphabet::new("ACD").unwrap();
        let states = alphabet.states(gaps);
        let model = PottsModel::new(
            Array2::zeros((sites, states)),
            Some(Couplings::zeros(sites, states)),
        );
        let columns = ColumnMap::unnumbered(sites);
        FittedModel::of_parameters(model.unwrap(), alphabet, gaps, columns)
    }

    fn completed(mut fitted: FittedModel) -> Result<FittedModel> {
        complete(&mut fitted, &records(), Focus::First, true).map(|()| fitted)
    }

    #[test]
    fn a_bare_model_gets_everything() {
        for gaps in [GapTreatment::Missing, GapTreatment::State] {
            let fitted = completed(bare(5, gaps)).unwrap();
            assert_eq!(fitted.target.as_deref(), Some("T/10-14"));
            assert_eq!(fitted.columns.position(0).get(), 10);
            assert_eq!(fitted.columns.letter(2), b'D');
            assert!(fitted.independent_fields.is_some());
            let family = fitted.family.unwrap();
            assert_eq!(family.kept, [true, true, true, true, false]);
            let pairs = family.pair_frequencies.unwrap();
            let frequencies = family.frequencies.sites();
            let states = fitted.model.fields().ncols();
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
        let mut known = completed(bare(5, GapTreatment::Missing)).unwrap();
        let pairs = known.family.as_mut().unwrap().pair_frequencies.take();
        let again = completed(known.clone()).unwrap();
        assert_eq!(again.family.as_ref().unwrap().pair_frequencies, pairs);
        let message = |fitted| {
            let error = completed(fitted).unwrap_err();
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
    fn sites_are_found_by_their_columns() {
        let mut fitted = bare(3, GapTreatment::Missing);
        let mut columns = ColumnMap::unnumbered(5).columns().to_vec();
        columns.remove(3);
        columns.remove(1);
        fitted.columns = ColumnMap::new(columns).unwrap();
        let fitted = completed(fitted).unwrap();
        let positions: Vec<u64> = (0..3).map(|s| fitted.columns.position(s).get()).collect();
        assert_eq!(positions, [10, 12, 14]);
        assert_eq!(fitted.columns.columns().len(), 5);
    }
}
