//! What an evaluation comes to, in words.

use super::{Both, Evaluation, Fitting, Held};

/// A share of the ceiling from which pair statistics count as met, and one from which most of them do.
const MET: f64 = 0.95;
const MOSTLY: f64 = 0.8;

/// A share above which the ceiling is passed by more than it is uncertain.
const BEYOND: f64 = 1.05;

/// Means that differ by less than this share of the naturals' standard deviation are alike.
const ALIKE: f64 = 0.25;

/// Differences of identity that are none, as a share of the sites.
const SMALL: f64 = 0.02;

/// What to do where samples are not like naturals.
const REMEDY: &str = "Boltzmann learning (the method bm of potts fit) fits a model by its samples";

impl Evaluation {
    /// Sentences, the first one that pairs are judged by.
    pub fn verdict(&self) -> Vec<String> {
        let mut lines = vec![self.of_pairs()];
        lines.extend(self.of_energies());
        lines.push(self.of_nearest());
        lines.extend(self.of_gaps());
        lines.extend(self.of_likelihood());
        lines.extend(self.temperature.as_ref().map(Fitting::in_words));
        lines
    }

    fn of_pairs(&self) -> String {
        let held: &Held = &self.connected;
        match (held.samples.pearson, held.ceiling) {
            (Some(found), Some(ceiling)) => {
                let share = found / ceiling;
                let how = match share {
                    x if x >= MET => "samples reproduce the pair statistics of natural sequences",
                    x if x >= MOSTLY => {
                        "samples reproduce most of the pair statistics of natural sequences"
                    }
                    _ => "samples do not reproduce the pair statistics of natural sequences",
                };
                let numbers = format!("{how}: Pearson {found:.3} of connected correlations");
                match self.are_own && share > BEYOND {
                    true => format!(
                        "{numbers}, more than the {ceiling:.3} that samples of the true law would reach: the model repeats what chance made of the sequences that it was fitted to"
                    ),
                    false => format!(
                        "{numbers}, {:.0} % of the {ceiling:.3} that so many sequences allow",
                        100.0 * share.min(1.0)
                    ),
                }
            }
            (Some(found), None) => format!(
                "pair statistics of samples follow those of natural sequences with Pearson {found:.3}; halves of the sequences agree too little to say how far they could"
            ),
            _ => "pair statistics cannot be compared: naturals or samples do not vary".into(),
        }
    }

    fn of_energies(&self) -> Option<String> {
        let Both { naturals, samples } = &self.energies;
        let (one, other, spread) = (samples.mean(), naturals.mean(), naturals.deviation());
        if spread <= 0.0 {
            return None;
        }
        let off = (one - other) / spread;
        let means = format!("mean {one:.1} nats against {other:.1}");
        Some(match off {
            x if x.abs() < ALIKE => {
                format!("energies of samples are like those of naturals: {means}")
            }
            x => format!(
                "energies of samples are {} than those of naturals: {means}, {:.1} of their standard deviations",
                if x < 0.0 { "lower" } else { "higher" },
                x.abs()
            ),
        })
    }

    fn of_nearest(&self) -> String {
        let (one, other) = (self.nearest.samples.mean(), self.nearest.naturals.mean());
        let numbers = format!(
            "{:.0} % identical to the nearest natural sequence on the mean, naturals {:.0} % to the nearest that is no relative",
            100.0 * one,
            100.0 * other
        );
        match one - other {
            x if x.abs() < SMALL => {
                format!("samples are as near to naturals as these to each other: {numbers}")
            }
            x if x > 0.0 => {
                format!("samples are nearer to naturals than these to each other: {numbers}")
            }
            _ => format!("samples are farther from naturals than these from each other: {numbers}"),
        }
    }

    fn of_gaps(&self) -> Option<String> {
        let (shares, _) = self.gaps.as_ref()?;
        let (one, other) = (shares.samples.mean(), shares.naturals.mean());
        let how = match one - other {
            x if x.abs() < SMALL => "samples have as many gaps as naturals",
            x if x > 0.0 => "samples have more gaps than naturals",
            _ => "samples have fewer gaps than naturals",
        };
        Some(format!(
            "{how}: {:.1} % of the positions against {:.1} %",
            100.0 * one,
            100.0 * other
        ))
    }

    fn of_likelihood(&self) -> Option<String> {
        let likelihood = self.likelihood.as_ref()?;
        let whose = match self.are_own {
            true => "the sequences that the model was fitted to",
            false => "these sequences",
        };
        let model = likelihood.model;
        let profile = likelihood.profile.map_or(String::new(), |profile| {
            let than = if model > profile {
                "better than"
            } else {
                "no better than"
            };
            format!(", {than} the profile's {profile:.4}")
        });
        Some(format!(
            "log-likelihood of {whose}: {model:.4} +- {:.4} nats a position{profile}",
            likelihood.error
        ))
    }
}

impl Fitting {
    /// What was found, in a sentence.
    pub fn in_words(&self) -> String {
        let energy = self.naturals.energy.value;
        let Some((temperature, samples)) = self.by_energy.zip(self.samples) else {
            let why = match self.unmixed {
                Some(unmixed) => format!("chains do not mix at {unmixed:.2}"),
                None => "between 0.1 and 5 there is none".into(),
            };
            return format!(
                "no temperature was found at which samples have the mean energy of naturals, {energy:.1} nats: {why}; {REMEDY}"
            );
        };
        let identities = format!(
            "they are {:.0} % identical to the nearest natural sequence, naturals {:.0} %",
            100.0 * samples.identity.value,
            100.0 * self.naturals.identity.value
        );
        let gaps = samples.gaps.zip(self.naturals.gaps);
        let gaps = gaps.map_or(String::new(), |(one, other)| {
            format!(
                ", and have {:.1} % gaps, naturals {:.1} %",
                100.0 * one.value,
                100.0 * other.value
            )
        });
        if self.fits_all {
            return format!(
                "temperature {temperature:.3}: samples have the mean energy of naturals, {energy:.1} nats; {identities}{gaps}"
            );
        }
        let other = match self.by_identity {
            Some(other) => format!("identity is like that of naturals at {other:.3}"),
            None => "identity is like that of naturals at no temperature that was tried".into(),
        };
        format!(
            "no temperature matches all: at {temperature:.3} samples have the mean energy of naturals, {energy:.1} nats, but {identities}{gaps}; {other}; {REMEDY}"
        )
    }
}
