//! What chains go through: to where passing through costs as much as it should, to where they have forgotten how they began, and from draw to draw.
//!
//! It goes by some sweeps at once, and after these all that the rest depends on can be kept.

use super::mixing::{Mixing, Overlaps};
use super::options::Scheme;
use super::sampler::{Progress, Sampler, Watch};
use super::stage::Stage;
use crate::error::{Error, Result};
use crate::state::{Keeper, Persistent, Transfer};
use rayon::prelude::*;
use std::io;

/// Sweeps in which it is found what passing through costs.
const FINDING: u64 = 64;

/// Site updates after which threads wait for each other: about a tenth of a second of two of them.
const AT_ONCE: u64 = 2_000_000;

impl Sampler<'_> {
    /// The next sequences, one row after the other. Where `watch` ends it, it goes on the next time, or another sampler does with the state of this.
    ///
    /// # Errors
    /// [`Error::Numerical`] if chains do not forget where they were; those of `watch`.
    pub fn draw(&mut self, watch: &mut Watch<'_>) -> Result<Vec<u8>> {
        loop {
            let found = match self.stage {
                Stage::Finding(done) => self.find_cost(done, watch).map(|()| None),
                Stage::Settling { .. } => self.settle(watch).map(|()| None),
                Stage::Drawing { done, of } => self.advance(done, of, watch),
                Stage::Cooling(done) => self.cool(done, watch),
            };
            if let Some(drawn) = found? {
                return Ok(drawn);
            }
        }
    }

    /// The next sequences; `None` where `keeper` wants the state before they are there: once it is kept, this goes on.
    ///
    /// # Errors
    /// As for [`Self::draw`].
    pub fn draw_or_pause(
        &mut self,
        tell: &mut dyn FnMut(Progress),
        keeper: &dyn Keeper,
    ) -> Result<Option<Vec<u8>>> {
        let drawn = self.draw(&mut |progress| {
            tell(progress);
            match keeper.must_stop() || keeper.is_due() {
                true => Err(Error::Stopped { at: String::new() }),
                false => Ok(()),
            }
        });
        match drawn {
            Err(Error::Stopped { .. }) => Ok(None),
            drawn => drawn.map(Some),
        }
    }

    /// Finds what passing through costs.
    fn find_cost(&mut self, done: u64, watch: &mut Watch<'_>) -> Result<()> {
        if self.space.limit().is_none() || done == FINDING {
            self.stage = match (self.options.burn_in, self.options.thin) {
                (Some(of), Some(thin)) => {
                    self.thin = thin;
                    Stage::Drawing { done: 0, of }
                }
                _ => Stage::Settling {
                    sweeps: 0,
                    half: 0,
                    before: Vec::new(),
                },
            };
            return Ok(());
        }
        self.balance(if done < FINDING / 2 { 1.0 } else { 0.25 });
        self.sweep();
        self.stage = Stage::Finding(done + 1);
        watch(Progress::Sweeps {
            done: done + 1,
            of: FINDING,
        })
    }

    /// Runs chains until they have forgotten where they began.
    fn settle(&mut self, watch: &mut Watch<'_>) -> Result<()> {
        let Stage::Settling { sweeps, half, .. } = self.stage else {
            return Ok(());
        };
        let more = self.sweep_up_to((2 * half).max(1) - sweeps);
        let Stage::Settling { sweeps, before, .. } = &mut self.stage else {
            return Ok(());
        };
        *sweeps += more;
        let sweeps = *sweeps;
        if half > 0 && sweeps < 2 * half {
            return watch(Progress::Sweeps {
                done: sweeps - half,
                of: half,
            });
        }
        let before = std::mem::take(before);
        let now = self.sequences_of(|_| true);
        let overlaps = (half > 0).then(|| self.overlaps(sweeps, (&now, &before)));
        self.stage = Stage::Settling {
            sweeps,
            half: sweeps,
            before: now,
        };
        match overlaps {
            Some(seen) if seen.are_mixed() => self.settled(sweeps, half, seen),
            Some(seen) if sweeps >= self.options.most_sweeps => Err(unmixed(&seen)),
            Some(seen) => watch(Progress::Settling {
                seen,
                most: self.options.most_sweeps,
            }),
            None => watch(Progress::Sweeps { done: 1, of: 1 }),
        }
    }

    /// Goes on once chains forget within `half` sweeps.
    fn settled(&mut self, sweeps: u64, half: u64, seen: Overlaps) -> Result<()> {
        self.mixing = Some(Mixing { sweeps: half, seen });
        self.thin = self.options.thin.unwrap_or(half);
        self.recentre()?;
        let burn_in = self.options.burn_in.unwrap_or(sweeps);
        self.stage = Stage::Drawing {
            done: 0,
            of: burn_in.saturating_sub(sweeps),
        };
        Ok(())
    }

    fn overlaps(&self, sweeps: u64, (now, before): (&[u8], &[u8])) -> Overlaps {
        let energies = self.starts.are_two().then(|| {
            let sequences: Vec<&[u8]> = now.chunks_exact(self.model.sites()).collect();
            let energy = |sequence: &&[u8]| self.energies.energy(sequence);
            sequences.par_iter().map(energy).collect::<Vec<f64>>()
        });
        Overlaps::of(
            sweeps,
            (now, before),
            self.model.sites(),
            energies.as_deref(),
        )
    }

    /// Some sweeps more, or the draw where that is not wanted.
    fn advance(&mut self, done: u64, of: u64, watch: &mut Watch<'_>) -> Result<Option<Vec<u8>>> {
        if done == of {
            self.stage = Stage::Drawing {
                done: 0,
                of: self.thin,
            };
            return Ok(Some(self.current()));
        }
        let done = done + self.sweep_up_to(of - done);
        self.stage = Stage::Drawing { done, of };
        watch(Progress::Sweeps { done, of }).map(|()| None)
    }

    /// Chains of their own for each draw, cooled from a temperature to another in equal steps.
    fn cool(&mut self, done: u64, watch: &mut Watch<'_>) -> Result<Option<Vec<u8>>> {
        let Scheme::Anneal { from, sweeps } = self.options.scheme else {
            return Ok(None);
        };
        if done == sweeps {
            let drawn = self.current();
            self.begin_others();
            self.stage = Stage::Cooling(0);
            return Ok(Some(drawn));
        }
        let done = done + 1;
        let (share, to) = (done as f64 / sweeps as f64, self.options.temperature);
        self.ensemble
            .set_weight((1.0 / (from + share * (to - from))) as f32);
        self.balance(0.25);
        self.sweep();
        self.stage = Stage::Cooling(done);
        watch(Progress::Sweeps { done, of: sweeps }).map(|()| None)
    }

    /// At most so many sweeps, and at least one; how many.
    fn sweep_up_to(&mut self, most: u64) -> u64 {
        if self.ladder.is_some() {
            self.sweep();
            return 1;
        }
        let updates = (self.ensemble.count() * self.model.sites()).max(1) as u64;
        let sweeps = (AT_ONCE / updates).clamp(1, most);
        self.ensemble.sweep(sweeps);
        sweeps
    }

    fn sweep(&mut self) {
        match &mut self.ladder {
            Some(ladder) => ladder.sweep(&mut self.ensemble),
            None => {
                self.ensemble.sweep(1);
            }
        }
    }
}

fn unmixed(overlaps: &Overlaps) -> Error {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let halves = overlaps.halves.map_or(String::new(), |(one, other)| {
        format!(
            "; chains that began with the profile have a mean energy of {:.1}, those that began with natural sequences {:.1}",
            one.value, other.value
        )
    });
    Error::Numerical(format!(
        "chains do not mix: after {} sweeps each agrees with what it was half as many before at {} of the sites, and with others at {}{halves}\n  raise `temperature`, use `tempering`, or say yourself how long chains run (`burn_in` and `thin`); samples are then not those of the model",
        overlaps.sweeps,
        percent(overlaps.with_itself.value),
        percent(overlaps.with_another.value),
    ))
}

impl Persistent for Sampler<'_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.options.temperature)?;
        if let Scheme::Tempering { hottest, .. } = &mut self.options.scheme {
            state.number(hottest)?;
        }
        state.number(&mut self.begun)?;
        state.number(&mut self.thin)?;
        state.number(&mut self.cost)?;
        let mut is_mixed = u64::from(self.mixing.is_some());
        state.number(&mut is_mixed)?;
        let mut mixing = self.mixing.unwrap_or_default();
        mixing.serialise(state)?;
        self.mixing = (is_mixed != 0).then_some(mixing);
        self.stage.serialise(state)?;
        let mut common = self.common.clone();
        state.numbers(&mut common)?;
        if common != self.common {
            self.centre(common)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        }
        self.ensemble.serialise(state)?;
        if let Some(ladder) = &mut self.ladder {
            ladder.serialise(state)?;
        }
        if let Transfer::Restore(_) = state {
            self.warm();
        }
        Ok(())
    }
}
