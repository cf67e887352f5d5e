//! Sequences as they are drawn, and kept where that is wanted.

use super::SampleArgs;
use super::output::Output;
use super::summary::Summary;
use crate::cli::checkpoints::Checkpoints;
use crate::cli::messages::Messages;
use crate::cli::pulse::Pulse;
use crate::error::Result;
use crate::io::files::spool::Spool;
use crate::model::Model;
use crate::sample::{Sampler, rows};
use crate::state::{Keeper, Persistent, Transfer, Unkept};
use std::io;

/// Sequences that are being drawn.
pub struct Draws<'d, 'm> {
    pub model: &'m Model,
    pub sampler: &'d mut Sampler<'m>,
    /// Who keeps the state, and the sequences so far: they are told anew when the work goes on.
    kept: Option<(&'d Checkpoints, Spool)>,
    done: u64,
}

impl<'d, 'm> Draws<'d, 'm> {
    /// None yet, or those of a run that was stopped.
    ///
    /// # Errors
    /// As [`Keeper::recall`], and if there is no room on the disk.
    pub fn new(
        model: &'m Model,
        sampler: &'d mut Sampler<'m>,
        keeper: Option<&'d Checkpoints>,
    ) -> Result<Self> {
        let spool = |keeper: &'d Checkpoints| Ok((keeper, Spool::beside(keeper.path())?));
        let mut draws = Self {
            model,
            sampler,
            kept: keeper.map(spool).transpose()?,
            done: 0,
        };
        if let Some(keeper) = keeper {
            keeper.recall(&mut draws)?;
        }
        Ok(draws)
    }

    /// Draws until there are enough.
    ///
    /// # Errors
    /// If chains do not mix, or sequences cannot be written; [`Error::Stopped`] once the state is kept.
    pub fn all(
        &mut self,
        args: &SampleArgs,
        summary: &mut Summary,
        mut output: Option<&mut Output<'_, '_>>,
        messages: &Messages,
    ) -> Result<()> {
        let (model, sites) = (self.model, self.model.sites());
        let mut told = 0;
        let space = self.sampler.space().clone();
        let temperature = self.sampler.temperature();
        let mut tell = |states: &[u8]| -> Result<()> {
            let drawn = rows(model, &space, (states, told + 1, temperature))?;
            told += drawn.len() as u64;
            for row in &drawn {
                summary.add(row);
                if let Some(output) = &mut output {
                    output.write(row)?;
                }
            }
            Ok(())
        };
        if let Some((_, spool)) = &mut self.kept {
            spool.all(sites * AT_ONCE, &mut tell)?;
        }
        let mut pulse = Pulse::new(messages, args.number);
        while self.done < args.number {
            let Some(mut states) = self.next(&mut pulse)? else {
                continue;
            };
            let wanted = usize::try_from(args.number - self.done).unwrap_or(usize::MAX);
            states.truncate(wanted.saturating_mul(sites));
            tell(&states)?;
            if let Some((_, spool)) = &mut self.kept {
                spool.add(&states)?;
            }
            self.done += (states.len() / sites) as u64;
            pulse.drew(self.sampler, self.done);
        }
        Ok(())
    }

    /// The next ones; `None` where the state had to be kept in between.
    fn next(&mut self, pulse: &mut Pulse<'_>) -> Result<Option<Vec<u8>>> {
        let (done, keeper) = (self.done, self.kept.as_ref().map(|(keeper, _)| *keeper));
        let keeper: &dyn Keeper = keeper.map_or(&Unkept, |keeper| keeper);
        let tell = &mut |progress| pulse.tell(progress, done);
        let drawn = self.sampler.draw_or_pause(tell, keeper)?;
        if drawn.is_none() {
            keeper.pause(&format!("{done} sequences"), self)?;
        }
        Ok(drawn)
    }
}

/// Sequences that are told again at a time.
const AT_ONCE: usize = 1024;

impl Persistent for Draws<'_, '_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut self.done)?;
        self.sampler.serialise(state)?;
        match &mut self.kept {
            Some((_, spool)) => spool.serialise(state),
            None => Ok(()),
        }
    }
}
