//! Work of several parts, one after the other.

use super::{Keeper, Persistent, Transfer};
use crate::error::{Error, Result};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is done of some work: results of its parts, and the state of the part that was interrupted.
///
/// It is the keeper of whatever a part calls.
pub struct Journal {
    keeper: Option<Arc<dyn Keeper>>,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// Results of parts, as they are saved.
    done: Vec<Vec<u8>>,
    /// The part that is next asked for.
    next: usize,
    /// State of the first part that is not done, until it is recalled.
    interrupted: Option<Vec<u8>>,
    /// Whether the part that is at work has kept its state.
    is_kept: bool,
}

impl Journal {
    /// With what an earlier run has kept, if somebody keeps.
    ///
    /// # Errors
    /// As [`Keeper::recall`].
    pub fn open(keeper: Option<Arc<dyn Keeper>>) -> Result<Self> {
        let mut entries = Entries::default();
        if let Some(keeper) = &keeper {
            keeper.recall(&mut entries)?;
        }
        Ok(Self {
            keeper,
            entries: Mutex::new(entries),
        })
    }

    /// Of work that nobody keeps.
    pub fn unkept() -> Self {
        Self {
            keeper: None,
            entries: Mutex::default(),
        }
    }

    /// The result of the next part: as it was kept, in place of `empty`, or by work that may keep states of its own.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Stopped`], once this is kept, if that is wanted between two parts.
    pub fn part<T: Persistent>(
        &self,
        at: &str,
        empty: T,
        work: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<T> {
        if let Some(bytes) = self.next_done() {
            let mut result = empty;
            restore(&mut result, &bytes)?;
            return Ok(result);
        }
        if self.must_stop() {
            self.keep(at, &mut ())?;
            return Err(Error::Stopped { at: at.into() });
        }
        self.entries().is_kept = false;
        let found = work(self);
        if let Err(Error::Stopped { .. }) = &found
            && !self.entries().is_kept
        {
            self.keep(at, &mut ())?;
        }
        let mut result = found?;
        let mut bytes = Vec::new();
        let saved = result.serialise(&mut Transfer::Save(&mut bytes));
        saved.map_err(|error| unfit(&error))?;
        {
            let mut entries = self.entries();
            entries.done.push(bytes);
            entries.next += 1;
        }
        if self.is_due() {
            self.keep(at, &mut ())?;
        }
        Ok(result)
    }

    fn next_done(&self) -> Option<Vec<u8>> {
        let mut entries = self.entries();
        let next = entries.next;
        let bytes = entries.done.get(next).cloned();
        entries.next += usize::from(bytes.is_some());
        bytes
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper for Journal {
    fn must_stop(&self) -> bool {
        let keeper = self.keeper.as_ref();
        keeper.is_some_and(|keeper| keeper.must_stop())
    }

    fn is_due(&self) -> bool {
        let keeper = self.keeper.as_ref();
        keeper.is_some_and(|keeper| keeper.is_due())
    }

    fn keep(&self, at: &str, state: &mut dyn Persistent) -> Result<()> {
        let mut entries = self.entries();
        entries.is_kept = true;
        let done = &mut entries.done;
        match &self.keeper {
            Some(keeper) => keeper.keep(at, &mut Whole { done, state }),
            None => Ok(()),
        }
    }

    fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
        let kept = self.entries().interrupted.take();
        match kept {
            Some(bytes) => restore(state, &bytes).map(|()| true),
            None => Ok(false),
        }
    }
}

/// Results of parts, and the state of another, as they are saved.
struct Whole<'s> {
    done: &'s mut Vec<Vec<u8>>,
    state: &'s mut dyn Persistent,
}

impl Persistent for Whole<'_> {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        state.number(&mut (self.done.len() as u64))?;
        for result in &mut *self.done {
            state.list(result)?;
        }
        self.state.serialise(state)
    }
}

/// As they are restored: the state stays in bytes, for nobody has asked for it yet.
impl Persistent for Entries {
    fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
        let mut count = 0u64;
        state.number(&mut count)?;
        for _ in 0..count {
            let mut result = Vec::new();
            state.list(&mut result)?;
            self.done.push(result);
        }
        let mut rest = Vec::new();
        if let Transfer::Restore(input) = state {
            input.read_to_end(&mut rest)?;
        }
        self.interrupted = (!rest.is_empty()).then_some(rest);
        Ok(())
    }
}

fn restore(state: &mut dyn Persistent, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    let restored = state.serialise(&mut Transfer::Restore(&mut rest));
    match restored {
        Ok(()) if rest.is_empty() => Ok(()),
        Ok(()) => Err(unfit(&format_args!(
            "{} bytes more than it has",
            rest.len()
        ))),
        Err(error) => Err(unfit(&error)),
    }
}

fn unfit(problem: &dyn std::fmt::Display) -> Error {
    Error::Model(format!(
        "the state that was kept is not that of this work: {problem}\n  `restart` discards it and begins anew"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Keeps one state, and stops after so many questions.
    #[derive(Default)]
    struct Impatient {
        left: AtomicU64,
        kept: Mutex<Vec<u8>>,
    }

    impl Keeper for Impatient {
        fn must_stop(&self) -> bool {
            let left = self.left.load(Ordering::SeqCst);
            self.left.store(left.saturating_sub(1), Ordering::SeqCst);
            left == 0
        }

        fn keep(&self, _: &str, state: &mut dyn Persistent) -> Result<()> {
            let mut bytes = Vec::new();
            state.serialise(&mut Transfer::Save(&mut bytes)).unwrap();
            *self.kept.lock().unwrap() = bytes;
            Ok(())
        }

        fn recall(&self, state: &mut dyn Persistent) -> Result<bool> {
            let bytes = self.kept.lock().unwrap().clone();
            match bytes.is_empty() {
                true => Ok(false),
                false => restore(state, &bytes).map(|()| true),
            }
        }
    }

    /// The sum of 1 ... n, one at a time.
    #[derive(Default, Debug, PartialEq)]
    struct Sum {
        terms: u64,
        value: u64,
    }

    impl Persistent for Sum {
        fn serialise(&mut self, state: &mut Transfer) -> io::Result<()> {
            state.number(&mut self.terms)?;
            state.number(&mut self.value)
        }
    }

    fn sum(to: u64, keeper: &dyn Keeper, steps: &mut u64) -> Result<Sum> {
        let mut sum = Sum::default();
        keeper.recall(&mut sum)?;
        while sum.terms < to {
            if keeper.must_stop() {
                keeper.keep("", &mut sum)?;
                return Err(Error::Stopped { at: String::new() });
            }
            sum.terms += 1;
            sum.value += sum.terms;
            *steps += 1;
        }
        Ok(sum)
    }

    #[test]
    fn no_step_is_lost_or_done_twice() {
        let keeper = Arc::new(Impatient::default());
        let (mut steps, mut runs) = (0, 0);
        let found = loop {
            runs += 1;
            assert!(runs < 100);
            keeper.left.store(3, Ordering::SeqCst);
            let journal = Journal::open(Some(keeper.clone())).unwrap();
            let mut all = || -> Result<Vec<u64>> {
                let of =
                    |to| journal.part("", Sum::default(), |keeper| sum(to, keeper, &mut steps));
                // One after the other: behind one that is stopped there is none.
                let parts = [4, 0, 7].into_iter().map(of);
                parts.map(|sum| Ok(sum?.value)).collect()
            };
            match all() {
                Err(Error::Stopped { .. }) => {}
                found => break found.unwrap(),
            }
        };
        assert_eq!(found, [10, 0, 28]);
        assert!(steps == 11 && runs > 3, "{steps} steps in {runs} runs");
    }

    #[test]
    fn parts_without_a_state_begin_again() {
        let keeper = Arc::new(Impatient::default());
        keeper.left.store(9, Ordering::SeqCst);
        let stopped = || Err(Error::Stopped { at: String::new() });
        let journal = Journal::open(Some(keeper.clone())).unwrap();
        let first = journal.part("", Sum::default(), |_| Ok(Sum { terms: 1, value: 5 }));
        assert_eq!(first.unwrap().value, 5);
        assert!(journal.part("", Sum::default(), |_| stopped()).is_err());
        let journal = Journal::open(Some(keeper)).unwrap();
        let first = journal.part("", Sum::default(), |_| panic!("it is done"));
        assert_eq!(first.unwrap().value, 5);
        let second = journal.part("", Sum::default(), |keeper| {
            assert!(!keeper.recall(&mut Sum::default()).unwrap());
            Ok(Sum { terms: 2, value: 3 })
        });
        assert_eq!(second.unwrap().value, 3);
    }
}
