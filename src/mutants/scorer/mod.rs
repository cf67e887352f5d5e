//! Judging and scoring mutants of a model's target, whatever the kind of the model.

use super::background::{self, Background};
use super::by_energy::EnergyScores;
use super::change::Change;
use super::confidence::Confidence;
use super::effect::{EffectBasis, EffectTerms, Effects};
use super::notation::Mutant;
use super::numbering::Numbering;
use super::offsets::OffsetSearch;
use super::outcome::{Outcome, Score};
use super::pairwise::{PairwiseScores, relative_fields};
use super::placement::{Placement, TARGET};
use super::replicates::Replicates;
use super::support::SeenResidues;
use crate::alignment::ColumnMap;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::position::Offsets;
use ndarray::Array2;

/// Scores mutants of the target of one model.
#[derive(Debug)]
pub struct MutantScorer<'m> {
    placement: Placement<'m>,
    scores: Scores<'m>,
    /// Scores in the model of independent sites, L x q.
    independent: Option<Array2<f64>>,
    /// What the alignment has at the sites, where it is known.
    seen: Option<SeenResidues<'m>>,
    /// Effects of the singles, where they can be told.
    effects: Option<Effects>,
    /// Replicates of the fit, where the model has some.
    replicates: Option<Replicates<'m>>,
    /// T of P(x) ~ exp(-E(x) / T).
    temperature: f64,
}

/// How scores are found.
#[derive(Debug)]
enum Scores<'m> {
    Pairwise(Box<PairwiseScores<'m>>),
    ByEnergy(EnergyScores<'m>),
}

impl<'m> MutantScorer<'m> {
    /// A scorer of mutants of the model's target that has nothing more to fetch: couplings that are still in a file are read.
    ///
    /// # Errors
    /// If no letter of a target is known, the shapes of parameters, independent fields and columns disagree, or reading fails.
    pub fn new(model: &'m Model) -> Result<Self> {
        let mut scorer = Self::of(model)?;
        scorer.fetch_all()?;
        Ok(scorer)
    }

    /// As [`Self::of`], for mutants of a background: their letters before the number are the background's, and their scores are against it.
    /// Effects are differences of sums: that of the mutant minus that of the background.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn in_background(model: &'m Model, background: &'m Background) -> Result<Self> {
        let target = Self::of(model)?;
        let columns = (background.columns(), background::WORD);
        let mut scorer = Self::without_effects(model, columns)?;
        let effects = target.effects;
        scorer.effects = effects.map(|effects| effects.against(scorer.placement.target()));
        let replicates = scorer.replicates.take();
        let target = target.placement.target();
        scorer.replicates =
            replicates.and_then(|own| own.against(target, scorer.placement.target()));
        Ok(scorer)
    }

    /// A scorer that has yet to [`Self::fetch`] what it is asked about. Of a model that does not hold the scores of its singles, effects take all of
    /// them: then its couplings are gone through once.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn of(model: &'m Model) -> Result<Self> {
        let mut scorer = Self::without_effects(model, (&model.columns, TARGET))?;
        let Some(family) = &model.family else {
            return Ok(scorer);
        };
        let features = family.features.as_ref();
        scorer.effects = match features.and_then(|features| features.single_scores.as_ref()) {
            Some(scores) => Effects::of(model, &scores.mapv(f64::from)),
            None if model.alphabet.is_protein() => Effects::of(model, &scorer.single_scores()?),
            None => None,
        };
        Ok(scorer)
    }

    fn without_effects(model: &'m Model, columns: (&'m ColumnMap, &'static str)) -> Result<Self> {
        let placement = Placement::new(columns, &model.alphabet, model.gaps)?;
        check_shapes(model)?;
        let target = placement.target();
        let scores = match model.pairwise() {
            Some(pairwise) => Scores::Pairwise(Box::new(PairwiseScores::new(pairwise, target))),
            None => Scores::ByEnergy(EnergyScores::new(model.energy_model()?, target)),
        };
        let independent = model.independent_fields.as_ref();
        Ok(Self {
            independent: independent.map(|fields| relative_fields(fields, target)),
            seen: SeenResidues::of(model),
            effects: None,
            replicates: Replicates::of(model),
            temperature: 1.0,
            scores,
            placement,
        })
    }

    /// Scores from now on log P(mutant) - log P(wild type) of P(x) ~ exp(-E(x) / T), in the model and in that of independent sites: what they
    /// are at 1, over T. Effects, which go by ranks, stay as they are, and so does confidence, whose levels were measured at 1.
    ///
    /// # Errors
    /// [`Error::Usage`] if T is not from 0.001 to 1000.
    pub fn set_temperature(&mut self, temperature: f64) -> Result<()> {
        if !(1e-3..=1e3).contains(&temperature) {
            return Err(Error::Usage(
                "a `temperature` is a number from 0.001 to 1000".into(),
            ));
        }
        self.temperature = temperature;
        Ok(())
    }

    /// Gets ready to [`Self::score`] these mutants, each a list of changes: reads the couplings that they need and that are not
    /// at hand yet. For many mutants call it with thousands at a time, since the file is then read in its order.
    ///
    /// # Errors
    /// If the couplings cannot be read, or are not finite.
    pub fn fetch<'c>(&mut self, mutants: impl IntoIterator<Item = &'c [Change]>) -> Result<()> {
        match &mut self.scores {
            Scores::Pairwise(scores) => scores.fetch(mutants),
            Scores::ByEnergy(_) => Ok(()),
        }
    }

    /// Gets ready for all changes at pairs of sites.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_pairs(&mut self, pairs: impl IntoIterator<Item = (usize, usize)>) -> Result<()> {
        let any = |site| Change { site, state: 0 };
        let pairs: Vec<[Change; 2]> = pairs.into_iter().map(|(i, j)| [any(i), any(j)]).collect();
        self.fetch(pairs.iter().map(|pair| &pair[..]))
    }

    /// Gets ready for all single changes.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_singles(&mut self) -> Result<()> {
        match &mut self.scores {
            Scores::Pairwise(scores) => scores.fetch_singles(),
            Scores::ByEnergy(_) => Ok(()),
        }
    }

    /// Gets ready for all changes, by reading the model into memory.
    ///
    /// # Errors
    /// As for [`Self::fetch`].
    pub fn fetch_all(&mut self) -> Result<()> {
        match &mut self.scores {
            Scores::Pairwise(scores) => scores.fetch_all(),
            Scores::ByEnergy(_) => Ok(()),
        }
    }

    /// What becomes of `mutant`, with `offsets` added to its positions. The model is not asked about more than one problem.
    /// Panics, as [`Self::score`] does, where couplings have not been fetched.
    pub fn evaluate(&self, mutant: &Mutant, offsets: impl Into<Offsets>) -> Outcome {
        let (mut mutant, offsets) = (mutant.clone(), offsets.into());
        if let Err(problem) = self.settle(&mut mutant, &offsets, None) {
            return problem;
        }
        let mut changes = Vec::new();
        let settled = self.translate(&mutant, &offsets, &mut changes);
        let outcome = settled.unwrap_or_else(|| Outcome::Scored(self.score(&changes)));
        outcome.read_as(self.reading(&mutant, &offsets))
    }

    /// Decides what a mutant that was not written in full means, and puts positions in place of the numbers of a table of numbers. To be
    /// called before [`Self::translate`]; nothing is done to mutants written as usual.
    ///
    /// # Errors
    /// What becomes of the mutant, if nothing can be decided.
    pub fn settle(
        &self,
        mutant: &mut Mutant,
        offsets: &Offsets,
        numbering: Option<&Numbering>,
    ) -> std::result::Result<(), Outcome> {
        match mutant.is_open() {
            true => self.placement.settle(mutant, offsets, numbering),
            false => Ok(()),
        }
    }

    /// How a settled mutant was read, if it was not written in full.
    pub fn reading(&self, mutant: &Mutant, offsets: &Offsets) -> Option<Box<str>> {
        match mutant.is_open() {
            true => self.placement.reading(mutant, offsets).map(Into::into),
            false => None,
        }
    }

    /// The first half of [`Self::evaluate`]: what becomes of a mutant that has no score, or is the wild type. Of any other the
    /// changes, which are to be scored, are appended to `changes`.
    pub fn translate(
        &self,
        mutant: &Mutant,
        offsets: &Offsets,
        changes: &mut Vec<Change>,
    ) -> Option<Outcome> {
        self.placement.translate(mutant, offsets, changes)
    }

    /// The score of changes at distinct sites, where the target has a residue. Panics if they have not been fetched.
    pub fn score(&self, changes: &[Change]) -> Score {
        let (additive, epistasis) = match &self.scores {
            Scores::Pairwise(scores) => scores.score(changes),
            Scores::ByEnergy(scores) => scores.score(changes),
        };
        let independent = self.independent.as_ref().map(|table| {
            let places = changes.iter().map(|c| [c.site, usize::from(c.state)]);
            // Not sum(), which is -0 of nothing.
            places.fold(0.0, |sum, place| sum + table[place])
        });
        let support = self.seen.as_ref().map(|seen| seen.of_changes(changes));
        let error = self.replicates.as_ref();
        let error = error.and_then(|replicates| replicates.standard_error(changes, additive));
        // The levels were measured on substitutions: of a deletion nothing is known.
        let residues = self.letters().len();
        let is_measured = changes.iter().all(|c| usize::from(c.state) < residues);
        let t = self.temperature;
        Score {
            potts: (additive + epistasis) / t,
            independent: independent.map(|score| score / t),
            additive: additive / t,
            epistasis: epistasis / t,
            effect: self.effect(changes),
            support,
            error: error.map(|error| error / t),
            confidence: Confidence::of(
                support.filter(|_| is_measured),
                error.map(|error| error / (changes.len().max(1) as f64).sqrt()),
            ),
        }
    }

    /// What two changes at different sites have together beyond the sum of their scores. Panics if they have not been fetched.
    #[inline]
    pub fn interaction(&self, one: Change, other: Change) -> f64 {
        let together = match &self.scores {
            Scores::Pairwise(scores) => scores.pair_term(one, other),
            Scores::ByEnergy(scores) => scores.score(&[one, other]).1,
        };
        together / self.temperature
    }

    fn effect(&self, changes: &[Change]) -> Option<f64> {
        let effects = self.effects.as_ref()?;
        changes.iter().try_fold(0.0, |sum, c| {
            Some(sum + effects.of_single(c.site, usize::from(c.state))?)
        })
    }

    /// What the effect of some changes is made of, where it can be told.
    pub fn effect_terms(&self, changes: &[Change]) -> Option<EffectTerms> {
        let effects = self.effects.as_ref()?;
        let mut sum = EffectTerms::default();
        for change in changes {
            sum += effects.terms_of(change.site, usize::from(change.state))?;
        }
        (!changes.is_empty()).then_some(sum)
    }

    /// What effects rest on besides the model, where there are effects.
    pub fn effect_basis(&self) -> Option<EffectBasis> {
        self.effects.as_ref().map(Effects::basis)
    }

    /// The scores of all singles, L x residues: 0 for the target's own, and where it has none.
    fn single_scores(&mut self) -> Result<Array2<f64>> {
        self.fetch_singles()?;
        let (sites, residues) = (self.columns().sites(), self.letters().len());
        let mut scores = Array2::zeros((sites, residues));
        for (site, mut row) in scores.rows_mut().into_iter().enumerate() {
            for (score, own) in row.iter_mut().zip(self.row(site).unwrap_or_default()) {
                *score = own;
            }
        }
        Ok(scores)
    }

    /// Asks memory for what [`Self::score`] needs of the couplings, and does not wait for it: called for some tens of mutants before the
    /// first is scored, it has them wait together for a model that is larger than the processor's cache. Panics as `score` does.
    #[inline]
    pub fn touch(&self, changes: &[Change]) {
        if let Scores::Pairwise(scores) = &self.scores {
            scores.touch(changes);
        }
    }

    /// All single changes of one site, in the order of the alphabet; none where the target has no residue.
    pub fn changes_of(&self, site: usize) -> impl Iterator<Item = Change> + use<> {
        self.placement.changes_of(site)
    }

    /// Residues in the order of their states.
    pub fn letters(&self) -> &'m [u8] {
        self.placement.letters()
    }

    /// Columns, positions and letters of the target.
    pub fn columns(&self) -> &'m ColumnMap {
        self.placement.columns()
    }

    /// What mutants are made of, in words: `target`, or `background`.
    pub fn whose(&self) -> &'static str {
        self.placement.whose()
    }

    /// The search for the offset that a mutant's numbering needs.
    pub fn offsets(&self) -> &OffsetSearch {
        self.placement.offsets()
    }
}

/// The scores of all single substitutions of a model's target, E(wild type) - E(mutant) in nats: L x residues, 0 for the target's own and where
/// it has none.
///
/// # Errors
/// As for [`MutantScorer::new`].
pub fn single_scores(model: &Model) -> Result<Array2<f64>> {
    MutantScorer::without_effects(model, (&model.columns, TARGET))?.single_scores()
}

/// Adds the scores of all singles to the features of a model's sites, if it has such: it must be whole, and not change any more.
///
/// # Errors
/// As for [`MutantScorer::new`].
pub fn add_single_scores(model: &mut Model) -> Result<()> {
    if model
        .family
        .as_ref()
        .is_none_or(|family| family.features.is_none())
    {
        return Ok(());
    }
    let scores = single_scores(model)?;
    if let Some(features) = model.family.as_mut().and_then(|f| f.features.as_mut()) {
        features.single_scores = Some(scores.mapv(|score| score as f32));
    }
    Ok(())
}

fn check_shapes(model: &Model) -> Result<()> {
    let shape = model.parameters.shape();
    let residues = model.alphabet.residues();
    let states_fit = (residues..=residues + 1).contains(&shape.1);
    let independent = model.independent_fields.as_ref();
    let independent = independent.map_or(shape, Array2::dim);
    if shape.0 != model.columns.sites() || !states_fit || independent != shape {
        return Err(Error::Model(format!(
            "a model of {} sites and {} states, with {} modelled columns, {residues} residues and independent fields of {independent:?}",
            shape.0,
            shape.1,
            model.columns.sites(),
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
