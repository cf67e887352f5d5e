//! What was found as rows of a table: a quantity, its number of samples, of naturals, and how high it can be.

use super::{Both, Evaluation, Held, QUANTILES};
use crate::sample::Mean;

/// A row.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measure {
    /// What it is.
    pub quantity: String,
    /// Of the samples, or of these against the naturals.
    pub value: Option<f64>,
    /// The same of the naturals: of halves of them, where two sets are held against each other.
    pub natural: Option<f64>,
    /// How high the value can be, with as many sequences.
    pub ceiling: Option<f64>,
}

/// Rows in the making.
#[derive(Default)]
struct Rows(Vec<Measure>);

impl Rows {
    fn add(
        &mut self,
        quantity: impl Into<String>,
        value: Option<f64>,
        (natural, ceiling): (Option<f64>, Option<f64>),
    ) {
        self.0.push(Measure {
            quantity: quantity.into(),
            value,
            natural,
            ceiling,
        });
    }

    fn held(&mut self, name: &str, held: &Held) {
        let both = (held.halves.pearson, held.ceiling);
        self.add(format!("{name}_pearson"), held.samples.pearson, both);
        let slopes = (held.halves.slope, None);
        self.add(format!("{name}_slope"), held.samples.slope, slopes);
    }

    fn both(&mut self, name: &str, both: &Both) {
        let (samples, naturals) = (&both.samples, &both.naturals);
        let mut two = |what: String, one: f64, other: f64| {
            self.add(format!("{name}_{what}"), Some(one), (Some(other), None));
        };
        two("mean".into(), samples.mean(), naturals.mean());
        two(
            "deviation".into(),
            samples.deviation(),
            naturals.deviation(),
        );
        for share in QUANTILES {
            let what = format!("{:02.0}", 100.0 * share);
            two(what, samples.quantile(share), naturals.quantile(share));
        }
        let distance = samples.distance(naturals);
        self.add(format!("{name}_distance"), Some(distance), (None, None));
    }
}

impl Evaluation {
    /// All of it, in the order in which it is read.
    pub fn measures(&self) -> Vec<Measure> {
        let mut rows = Rows::default();
        let counts = (Some(self.naturals as f64), None);
        rows.add("sequences", Some(self.samples as f64), counts);
        rows.add(
            "effective_sequences",
            Some(self.samples as f64),
            (Some(self.neff), None),
        );
        rows.held("single", &self.singles);
        rows.held("pair", &self.pairs);
        rows.held("connected_pair", &self.connected);
        if let Some((held, _)) = &self.triples {
            rows.held("connected_triple", held);
        }
        for words in &self.words {
            let name = format!("r20_{}", words.size);
            rows.add(name, words.samples, (words.halves, None));
        }
        rows.both("energy", &self.energies);
        rows.both("identity", &self.identities);
        rows.both("nearest_identity", &self.nearest);
        if let Some((shares, stretches)) = &self.gaps {
            rows.both("gaps", shares);
            rows.both("gap_stretches", stretches);
        }
        if let Some(plane) = &self.plane {
            for (k, (samples, naturals)) in plane.samples.iter().zip(&plane.naturals).enumerate() {
                let name = format!("component_{}_variance", k + 1);
                rows.add(name, Some(*samples), (Some(*naturals), None));
            }
            let halves = (Some(plane.halves), None);
            rows.add("component_overlap", Some(plane.overlap), halves);
        }
        self.last(&mut rows);
        rows.0
    }

    fn last(&self, rows: &mut Rows) {
        if let Some(likelihood) = &self.likelihood {
            let none = (None, None);
            rows.add("log_likelihood", Some(likelihood.model), none);
            rows.add("log_likelihood_error", Some(likelihood.error), none);
            rows.add("log_likelihood_profile", likelihood.profile, none);
        }
        if let Some(found) = &self.temperature {
            let none = (None, None);
            rows.add("temperature_by_energy", found.by_energy, none);
            rows.add("temperature_by_identity", found.by_identity, none);
            let samples = found.samples;
            let mut mean = |name: &str, one: Option<Mean>, other: Option<Mean>| {
                let value = |mean: Option<Mean>| mean.map(|mean| mean.value);
                rows.add(name, value(one), (value(other), None));
            };
            let naturals = found.naturals;
            mean(
                "energy_at_temperature",
                samples.map(|s| s.energy),
                Some(naturals.energy),
            );
            mean(
                "nearest_identity_at_temperature",
                samples.map(|s| s.identity),
                Some(naturals.identity),
            );
            if naturals.gaps.is_some() {
                let gaps = samples.and_then(|s| s.gaps);
                mean("gaps_at_temperature", gaps, naturals.gaps);
            }
        }
    }
}
