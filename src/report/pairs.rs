//! Ranked pairs of a model, with what a structure says of them: what contact maps, arcs, precision curves and tables of pairs are made of.

use super::figures::Mark;
use super::structures::{StructureSummary, Structures, Touching};
use crate::contacts::evidence::Lack;
use crate::contacts::pattern::SCORED_FROM;
use crate::contacts::precision::Judged;
use crate::contacts::{
    self, Contact, ContactOptions, Depth, Evidence, PatternScores, Ranking, RankingScore,
    Selection, Top, pattern,
};
use crate::error::Result;
use crate::io::tables::rows::PairInStructures;
use crate::model::Model;

/// Columns of what a structure says.
pub const IN_STRUCTURES: [&str; 6] = [
    "distance",
    "contact",
    "distance_within",
    "distance_between",
    "verdict",
    "confident",
];

/// The word for a score.
pub fn word(score: RankingScore) -> &'static str {
    match score {
        RankingScore::Pattern => "pattern",
        RankingScore::Apc(_) | RankingScore::SumsApc { .. } => "apc",
        RankingScore::Frobenius => "fn",
        RankingScore::MutualInformation => "mi",
        RankingScore::DirectInformation => "di",
    }
}

/// The pairs of a list, and of what lies behind it.
pub struct Pairs {
    /// What the list is ranked by.
    pub ranking: Ranking,
    /// The list.
    pub list: Vec<Contact>,
    /// What structures say of each; empty without one.
    pub seen: Vec<PairInStructures>,
    /// What each turned out to be.
    pub marks: Vec<Mark>,
    /// Pairs nearer than this are not in the list.
    pub nearest: u64,
    /// What the first structure says.
    pub structure: Option<InStructure>,
    /// What there is no evidence for, in words.
    pub lack: Option<String>,
}

/// What a structure says of the whole ranking.
pub struct InStructure {
    /// Pairs that touch.
    pub touching: Vec<Touching>,
    /// Pairs with coordinates, in the order of the ranking.
    pub judged: Vec<Judged>,
    /// Of each structure.
    pub summaries: Vec<StructureSummary>,
}

impl Pairs {
    /// Ranks the pairs of a model.
    ///
    /// # Errors
    /// As for listing contacts and judging them.
    pub fn of(
        model: &Model,
        options: &ContactOptions,
        structures: Option<&Structures>,
    ) -> Result<Self> {
        let scores = contacts::scores(model, options)?;
        let ranking = Ranking::of(model, options);
        let list = contacts::list_of(model, &scores, options)?;
        let seen = match structures {
            Some(structures) => structures.judge(&list)?,
            None => Vec::new(),
        };
        let structure = match structures {
            Some(structures) => {
                let whole = whole(options.clone(), ranking);
                let ranked = contacts::list_of(model, &scores, &whole)?;
                Some(InStructure::of(model, structures, &ranked, ranking.score)?)
            }
            None => None,
        };
        let evidence = Evidence::of(&scores, &model.columns, Depth::of(model));
        let lacks = evidence.lacks(&model.columns);
        let by_patterns = ranking.score == RankingScore::Pattern;
        let patterns = scores.patterns().filter(|_| by_patterns);
        let verdict = |k: usize| seen.get(k).and_then(|pair| pair.verdict);
        Ok(Self {
            ranking,
            lack: (!lacks.is_empty()).then(|| lacking(&lacks, patterns)),
            marks: list
                .iter()
                .enumerate()
                .map(|(k, contact)| Mark::of(contact, verdict(k)))
                .collect(),
            nearest: options.selection.min_separation,
            list,
            seen,
            structure,
        })
    }
}

impl InStructure {
    fn of(
        model: &Model,
        structures: &Structures,
        ranked: &[Contact],
        by: RankingScore,
    ) -> Result<Self> {
        Ok(Self {
            touching: structures.touching(model)?,
            judged: structures.judged(ranked, by)?,
            summaries: structures.summaries(ranked, by, model.sites())?,
        })
    }
}

/// The whole ranking, by which structures are told how many pairs are right.
pub fn whole(options: ContactOptions, ranking: Ranking) -> ContactOptions {
    ContactOptions {
        score: Some(ranking.score),
        selection: Selection {
            min_separation: SCORED_FROM,
            pairs: options.selection.pairs,
            top: Top::All,
            ..Selection::ALL
        },
        ..options
    }
}

/// What there is no evidence for.
pub fn lacking(lacks: &[Lack], patterns: Option<&PatternScores>) -> String {
    let words: Vec<String> = lacks.iter().map(ToString::to_string).collect();
    let words = words.join("; ");
    let Some(patterns) = patterns else {
        return format!(
            "{words}: z and probability are left empty there, and the order of the pairs is hardly better than chance; more sequences would help"
        );
    };
    let least = pattern::calibration::LEAST_NEFF;
    let is_calibrated = |lack: &Lack| match lack {
        Lack::Depth { neff, .. } => *neff >= least,
        Lack::Spread => true,
    };
    let calibrated = lacks.iter().all(is_calibrated);
    let from = match calibrated {
        true => String::new(),
        false => format!(" (they were calibrated from Neff = {least} on)"),
    };
    if patterns.is_uninformed() {
        return format!(
            "{words}: z is left empty, couplings say nothing, so that all pairs have the probability of any pair of so long a protein{from}, and the order means nothing; more, and more diverse, sequences would help"
        );
    }
    let probabilities = match calibrated {
        true => "are low for want of sequences",
        false => "are left empty, too",
    };
    format!(
        "{words}: z is left empty there, and probabilities {probabilities}{from}; more sequences would help"
    )
}
