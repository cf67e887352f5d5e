//! What a model says of itself, in words: lines with a name, in groups.

use crate::alignment::ColumnMap;
use crate::alignment::weights::depth_in_words;
use crate::alphabet::GapTreatment;
use crate::model::gauge::Gauge;
use crate::model::record::Setting;
use crate::model::{FamilyData, Model, Penalties, Provenance, Verdict};
use crate::position::Chain;
use ndarray::Array2;

/// A heading and its lines: a name, and a value in words.
pub type Group = (&'static str, Vec<(&'static str, String)>);

/// All of it, in the order of `potts info`.
pub fn groups(fitted: &Model) -> [Group; 5] {
    [
        ("Model", model_lines(fitted)),
        ("Target and numbering", target_lines(fitted)),
        ("Alignment", alignment_lines(fitted)),
        ("Fit", fit_lines(fitted)),
        ("Origin", origin_lines(fitted)),
    ]
}

fn model_lines(fitted: &Model) -> Vec<(&'static str, String)> {
    let (sites, states) = fitted.parameters.shape();
    let gaps = match fitted.gaps {
        GapTreatment::Missing => "missing data: no term, no coupling",
        GapTreatment::State => "a state, the last",
    };
    let mut lines = vec![
        ("kind", fitted.parameters.name().into()),
        ("sites (L)", sites.to_string()),
        ("states (q)", states.to_string()),
        ("alphabet", fitted.alphabet.model_letters(fitted.gaps)),
        ("gaps", gaps.into()),
        ("gauge", gauge_in_words(fitted.gauge).into()),
    ];
    let details = fitted.parameters.details().into_iter();
    lines.extend(details.map(|detail| (detail.label, detail.words)));
    lines.push(("score", fitted.parameters.sign()));
    lines
}

fn gauge_in_words(gauge: Gauge) -> &'static str {
    match gauge {
        Gauge::Fitted => "fitted: as the penalty left it",
        Gauge::ZeroSum => "zero-sum: rows and columns of every coupling block sum to zero",
        Gauge::GapReference => "gap-reference: the gap has zero field and couplings",
    }
}

fn target_lines(fitted: &Model) -> Vec<(&'static str, String)> {
    let columns = &fitted.columns;
    let all = columns.columns().len();
    let counted = match columns.has_chains() {
        true => "chains",
        false => "positions",
    };
    vec![
        (
            "target",
            match &fitted.target {
                Some(name) => name.clone(),
                None if columns.has_target() => "letters are known, the name is not".into(),
                None => "none: positions are alignment columns".into(),
            },
        ),
        (counted, columns.ranges()),
        ("modelled", format!("{} of {all}", columns.sites())),
    ]
}

fn alignment_lines(fitted: &Model) -> Vec<(&'static str, String)> {
    let Some(family) = &fitted.family else {
        return vec![("sequences", "not recorded".into())];
    };
    let sequences = family.weights.as_slice().len();
    let stored = match family.sequences {
        Some(_) => "yes",
        None => "no",
    };
    let neff = family.frequencies.neff();
    let ratio = neff / fitted.columns.sites() as f64;
    let mut lines = vec![
        ("sequences read", family.kept.len().to_string()),
        ("sequences kept (N)", sequences.to_string()),
        ("sequences stored", stored.into()),
        ("weights", weighting_in_words(family, &fitted.provenance)),
        ("Neff", format!("{neff:.1}")),
        ("Neff/L", format!("{ratio:.2}: {}", depth_in_words(ratio))),
    ];
    if let Some(neff) = &family.chain_neff {
        lines.push(("of chains", neff_of_chains(&fitted.columns, neff)));
    }
    lines.extend(Verdict::of(fitted).map(|verdict| ("verdict", verdict.to_string())));
    lines
}

fn weighting_in_words(family: &FamilyData, origin: &Provenance) -> String {
    let rule = origin.identity_rule.unwrap_or_default();
    let all_one = family.weights.as_slice().iter().all(|&w| w == 1.0);
    match (origin.identity, &origin.weights_file) {
        (Some(share), _) => format!(
            "1 / number of sequences at identity {}",
            rule.with_share(share)
        ),
        (None, Some(file)) => format!("from the file {file}"),
        (None, None) if all_one => "none: every sequence counts 1".into(),
        (None, None) => "by a rule that is not recorded".into(),
    }
}

/// Settings that are told before what the fit took, in this order; the others follow.
const FIRST_SETTINGS: [&str; 5] = [
    "optimizer",
    "penalties",
    "lambda_group",
    "pseudocount",
    "tolerance",
];

fn fit_lines(fitted: &Model) -> Vec<(&'static str, String)> {
    let log_z = fitted.partition.as_ref();
    let log_z = log_z.map(|partition| ("log Z", partition.to_string()));
    let Some(record) = &fitted.record else {
        let method = ("method", "not recorded".into());
        return std::iter::once(method).chain(log_z).collect();
    };
    let mut inference = record.inference.clone();
    let place = |name: &str| FIRST_SETTINGS.iter().position(|first| *first == name);
    let settings = inference.settings().into_iter();
    let (mut first, others): (Vec<_>, Vec<_>) =
        settings.partition(|(name, _)| place(name).is_some());
    first.sort_by_key(|(name, _)| place(name));

    let mut lines = vec![("method", record.method().as_str().to_string())];
    lines.extend(first.into_iter().flat_map(setting_lines));
    lines.extend(record.objective.map(|f| ("objective", format!("{f:.6}"))));
    let converged = record.known_to_converge();
    if converged.is_some() {
        lines.push(("iterations", record.iterations.to_string()));
        lines.push(("evaluations", record.evaluations.to_string()));
    }
    lines.extend(others.into_iter().flat_map(setting_lines));
    let converged = match converged {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "not known",
    };
    let reason = record.stop_reason.explain();
    lines.push(("converged", format!("{converged}: {reason}")));
    if let Some(bootstrap) = &fitted.bootstrap {
        lines.push(("replicates", bootstrap.to_string()));
    }
    if let Some(validation) = &fitted.validation {
        lines.push(("left out", validation.to_string()));
    }
    lines.extend(log_z);
    if fitted.information.is_some() {
        lines.push(("information", "mutual and direct, of every pair".into()));
    }
    lines
}

/// A setting in words, if it is known.
fn setting_lines((name, value): (&'static str, Setting)) -> Vec<(&'static str, String)> {
    let words = match value {
        Setting::Penalties(penalties) => {
            let of_both = |p: &Penalties| {
                let (h, j) = (rounded(p.lambda_h), rounded(p.lambda_j));
                [("lambda_h", h), ("lambda_J", j)]
            };
            return penalties.iter().flat_map(of_both).collect();
        }
        // What nobody asked for.
        Setting::Number(Some(0.0)) if name == "lambda_group" => None,
        Setting::Count(Some(0)) if name == "iteration_limit" => Some("no limit".into()),
        Setting::Number(number) => number.map(|number| number.to_string()),
        Setting::Count(count) => count.map(|count| count.to_string()),
        Setting::Text(text) => text.clone(),
        Setting::Optimizer(optimizer) => optimizer.map(|optimizer| optimizer.as_str().into()),
    };
    let label = match name {
        "iteration_limit" => "most iterations",
        "start_sha256" => "start SHA-256",
        name => name,
    };
    words.map(|words| (label, words)).into_iter().collect()
}

fn origin_lines(fitted: &Model) -> Vec<(&'static str, String)> {
    let origin = &fitted.provenance;
    let mut lines = vec![
        ("created by", origin.created_by.clone()),
        ("command line", origin.command_line.clone()),
        ("preset", origin.preset.clone()),
        ("input", origin.input.clone()),
        ("input SHA-256", origin.input_sha256.clone()),
    ];
    // Other programs' files tell nothing of the kind.
    lines.retain(|(_, value)| !value.is_empty());
    if let Some(digest) = &origin.weights_sha256 {
        lines.push(("weights SHA-256", digest.clone()));
    }
    if origin.wall_seconds > 0.0 {
        lines.push(("wall time", format!("{:.1} s", origin.wall_seconds)));
    }
    lines
}

/// `Neff = 120.3 with A, 99.0 with B, 45.2 with A and B`.
pub fn neff_of_chains(columns: &ColumnMap, neff: &Array2<f64>) -> String {
    let chains: Vec<Chain> = columns.chains().collect();
    let single = chains
        .iter()
        .enumerate()
        .map(|(a, chain)| format!("{:.1} with {chain}", neff[[a, a]]));
    let pairs = (0..chains.len()).flat_map(|a| (a + 1..chains.len()).map(move |b| (a, b)));
    let pairs =
        pairs.map(|(a, b)| format!("{:.1} with {} and {}", neff[[a, b]], chains[a], chains[b]));
    let all: Vec<String> = single.chain(pairs).collect();
    format!("Neff = {}", all.join(", "))
}

/// Ten digits: what sums add behind them says nothing.
fn rounded(number: f64) -> String {
    match format!("{number:.9e}").parse::<f64>() {
        Ok(rounded) => rounded.to_string(),
        Err(_) => number.to_string(),
    }
}
