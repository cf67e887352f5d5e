//! What a variant is made of, as the fit sees it: a few numbers of every substitution, and a place of its own for each position, each residue and
//! each substitution.

use super::letters::{PROPERTIES, Properties};
use crate::contacts::{self, ContactOptions, Selection, Top};
use crate::error::Result;
use crate::model::Model;
use crate::mutants::{Change, MutantScorer};
use crate::statistics::{moments, standardised};

/// Numbers of every substitution, and epistasis.
const NUMBERS: usize = 15;
const EPISTASIS: usize = NUMBERS;

/// Variances of the weights, at strength 1, over that of the measured values; chosen on four assays.
const OF_NUMBERS: f64 = 0.02 / NUMBERS as f64;
const OF_EPISTASIS: f64 = 0.01;
const OF_POSITION: f64 = 0.08;
const OF_SURROUNDINGS: f64 = 0.12;
const OF_PROPERTIES: f64 = 0.08 / PROPERTIES as f64;
const OF_NEW_RESIDUE: f64 = 0.03;
const OF_OLD_RESIDUE: f64 = 0.02;
const OF_SUBSTITUTION: f64 = 0.02;

/// How much of a position's surroundings are its neighbours in the chain, up to four away, and its partners, by their probability.
const OF_NEIGHBOUR: f64 = 0.3;
const NEIGHBOURS: [i64; 6] = [-4, -3, -1, 1, 3, 4];
const OF_PARTNER: f64 = 0.5;

/// Nats of epistasis that count like one standard deviation.
const EPISTASIS_SCALE: f64 = 3.0;

/// Features of the substitutions of one model.
pub struct Features {
    sites: usize,
    residues: usize,
    /// The target's state at each site.
    target: Vec<usize>,
    /// What the fit begins with, of each substitution: the effect, or the score of the model where it has none.
    base: Vec<f64>,
    /// [`NUMBERS`] of each substitution.
    numbers: Vec<[f64; NUMBERS]>,
    /// Of each state.
    properties: Vec<[f64; PROPERTIES]>,
    /// Sites around each site, with their shares.
    around: Vec<Vec<(usize, f64)>>,
}

impl Features {
    /// Those of a model with a target; ranking its contacts may take so many bytes.
    ///
    /// # Errors
    /// As for scoring mutants and listing contacts.
    pub fn of(model: &Model, scorer: &MutantScorer<'_>, max_memory: Option<u64>) -> Result<Self> {
        let (sites, residues) = (model.sites(), scorer.letters().len());
        let properties = Properties::new();
        let is_protein = model.alphabet.is_protein();
        let of_letter = |&letter: &u8| match is_protein {
            true => properties.of(letter),
            false => [0.0; PROPERTIES],
        };
        let state = |site: usize| {
            let letter = model.columns.letter(site);
            scorer.letters().iter().position(|&other| other == letter)
        };
        let mut features = Self {
            sites,
            residues,
            target: (0..sites).map(|site| state(site).unwrap_or(0)).collect(),
            base: vec![0.0; sites * residues],
            numbers: vec![[0.0; NUMBERS]; sites * residues],
            properties: scorer.letters().iter().map(of_letter).collect(),
            around: surroundings(model, max_memory)?,
        };
        features.put_numbers(model, scorer);
        Ok(features)
    }

    fn put_numbers(&mut self, model: &Model, scorer: &MutantScorer<'_>) {
        let changes: Vec<Change> = (0..self.sites)
            .flat_map(|site| scorer.changes_of(site))
            .collect();
        let scores: Vec<_> = changes.iter().map(|&c| scorer.score(&[c])).collect();
        let list = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            standardised(&(0..scores.len()).map(value).collect::<Vec<_>>())
        };
        let potts = list(&|k| scores[k].potts);
        let independent = list(&|k| scores[k].independent.unwrap_or(0.0));
        let effect = list(&|k| scores[k].effect.unwrap_or(scores[k].potts));
        let burial = burials(model);
        for (k, change) in changes.iter().enumerate() {
            let place = self.place(*change);
            // Of scores of the model, in the unit of effects: the worst single has -1.
            self.base[place] = scores[k].effect.unwrap_or(potts[k] / 4.0);
            let old = self.properties[self.target[change.site]];
            let new = self.properties[usize::from(change.state)];
            let letters = scorer.letters();
            let is = |state: usize, letter: u8| f64::from(u8::from(letters[state] == letter));
            let (b, h, v) = (burial[change.site], new[0] - old[0], new[1] - old[1]);
            let charge = new[2] - old[2];
            let of_protein = f64::from(u8::from(model.alphabet.is_protein()));
            self.numbers[place] = [
                potts[k],
                independent[k],
                b,
                b * h,
                b * v,
                b * v.abs(),
                h,
                v,
                v.abs(),
                charge,
                charge.abs(),
                3.0 * of_protein * is(usize::from(change.state), b'P'),
                2.0 * of_protein * is(self.target[change.site], b'G'),
                b * effect[k],
                effect[k] * effect[k] - 1.0,
            ];
        }
    }

    fn place(&self, change: Change) -> usize {
        change.site * self.residues + usize::from(change.state)
    }

    /// Sites and states.
    pub fn shape(&self) -> (usize, usize) {
        (self.sites, self.residues)
    }

    /// The sum of what the fit begins with.
    pub fn base(&self, changes: &[Change]) -> f64 {
        changes.iter().map(|&c| self.base[self.place(c)]).sum()
    }

    /// The prior variance of every weight, at strength 1.
    pub fn variances(&self) -> Vec<f64> {
        let groups = [
            (NUMBERS, OF_NUMBERS),
            (1, OF_EPISTASIS),
            (self.sites, OF_POSITION),
            (self.sites, OF_SURROUNDINGS),
            (self.sites * PROPERTIES, OF_PROPERTIES),
            (self.residues, OF_NEW_RESIDUE),
            (self.residues, OF_OLD_RESIDUE),
            (self.sites * self.residues, OF_SUBSTITUTION),
        ];
        let of_group = |&(count, variance): &(usize, f64)| std::iter::repeat_n(variance, count);
        groups.iter().flat_map(of_group).collect()
    }

    /// Appends the features of a substitution.
    fn push_change(&self, change: Change, entries: &mut Vec<(u32, f64)>) {
        let Change { site, state } = change;
        let mut push = |place: usize, value: f64| {
            if value != 0.0 {
                // Some sites times residues: no more than a model has fields.
                entries.push((u32::try_from(place).unwrap_or(u32::MAX), value));
            }
        };
        for (k, number) in self.numbers[self.place(change)].iter().enumerate() {
            push(k, *number);
        }
        let positions = NUMBERS + 1;
        let surroundings = positions + self.sites;
        let properties = surroundings + self.sites;
        let new = properties + self.sites * PROPERTIES;
        let old = new + self.residues;
        let substitutions = old + self.residues;
        push(positions + site, 1.0);
        for &(other, share) in &self.around[site] {
            push(surroundings + other, share);
        }
        let of_state = self.properties[usize::from(state)];
        for (k, number) in of_state.iter().enumerate() {
            push(properties + site * PROPERTIES + k, *number);
        }
        push(new + usize::from(state), 1.0);
        push(old + self.target[site], 1.0);
        push(substitutions + self.place(change), 1.0);
    }

    /// The features of a variant with this epistasis, by their places, which rise; each once.
    pub fn row(&self, changes: &[Change], epistasis: f64) -> Vec<(u32, f64)> {
        let mut entries = Vec::new();
        for &change in changes {
            self.push_change(change, &mut entries);
        }
        if epistasis != 0.0 {
            entries.push((EPISTASIS as u32, epistasis / EPISTASIS_SCALE));
        }
        entries.sort_by_key(|entry| entry.0);
        let mut row: Vec<(u32, f64)> = Vec::with_capacity(entries.len());
        for (place, value) in entries {
            match row.last_mut() {
                Some(last) if last.0 == place => last.1 += value,
                _ => row.push((place, value)),
            }
        }
        row
    }

    /// What a weight of epistasis is for one nat.
    pub fn of_a_nat(weights: &[f64]) -> f64 {
        weights[EPISTASIS] / EPISTASIS_SCALE
    }
}

/// How buried each site is, standardised; 0 where it is not known.
fn burials(model: &Model) -> Vec<f64> {
    let features = model.family.as_ref().and_then(|f| f.features.as_ref());
    let Some(features) = features else {
        return vec![0.0; model.sites()];
    };
    let burial: Vec<f64> = features.burial.iter().map(|&b| f64::from(b)).collect();
    standardised(&burial)
}

/// The sites around each site: itself, its neighbours in the chain, its partners among the first 2 L contacts. Scaled to a mean square of 1.
fn surroundings(model: &Model, max_memory: Option<u64>) -> Result<Vec<Vec<(usize, f64)>>> {
    let sites = model.sites();
    let mut around: Vec<Vec<(usize, f64)>> = (0..sites).map(|site| vec![(site, 1.0)]).collect();
    if model.pairwise().is_some() && sites > 1 {
        let options = ContactOptions {
            max_memory,
            selection: Selection {
                top: Top::PerSite(2.0),
                ..Selection::default()
            },
            ..ContactOptions::default()
        };
        for contact in contacts::list(model, &options)? {
            let (i, j) = contact.sites;
            let share = OF_PARTNER * contact.probability.unwrap_or(0.5);
            around[i].push((j, share));
            around[j].push((i, share));
        }
    }
    for (site, near) in around.iter_mut().enumerate() {
        let own = model.columns.residue(site);
        let reach = site.saturating_sub(4)..(site + 5).min(sites);
        for other in reach {
            let residue = model.columns.residue(other);
            let step = residue.position.get() as i64 - own.position.get() as i64;
            if residue.chain == own.chain && NEIGHBOURS.contains(&step) {
                near.push((other, OF_NEIGHBOUR));
            }
        }
    }
    let squares: Vec<f64> = around
        .iter()
        .map(|near| near.iter().map(|(_, share)| share * share).sum())
        .collect();
    let scale = moments(&squares).0.max(f64::MIN_POSITIVE).sqrt().recip();
    for (_, share) in around.iter_mut().flatten() {
        *share *= scale;
    }
    Ok(around)
}
