//! The offset of a table: given, or told by its mutants; and what becomes of a table whose mutants contradict it.

use super::Job;
use crate::error::{Error, Place, Result};
use crate::mutants::{Judgement, Mutant, OffsetHistogram, Refusal};
use crate::position::{ChainPrefix, Offsets};
use std::str::FromStr;

/// Rows of a table that are held back until the offset is judged by them: the same for any number of threads.
pub(super) const HELD: usize = 8192;

/// What `--offset` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OffsetChoice {
    /// These.
    Given(Offsets),
    /// Those that the mutants tell.
    Auto,
}

impl OffsetChoice {
    /// Those given; 0 until the mutants have told others.
    pub(super) fn given(&self) -> Offsets {
        match self {
            Self::Given(offsets) => offsets.clone(),
            Self::Auto => Offsets::default(),
        }
    }
}

impl Default for OffsetChoice {
    fn default() -> Self {
        Self::Given(Offsets::default())
    }
}

impl FromStr for OffsetChoice {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => text
                .parse()
                .map(Self::Given)
                .map_err(|problem: String| format!("{problem}, or auto")),
        }
    }
}

impl std::fmt::Display for OffsetChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(offsets) => write!(f, "{offsets}"),
            Self::Auto => write!(f, "auto"),
        }
    }
}

/// The options that mend the numbering: of this command, or of the model where that is what is misnumbered.
pub(super) fn remedy(model: &str, offsets: &Offsets) -> String {
    // With the numbers as they are the model is right.
    if *offsets == Offsets::default() {
        return format!("--offset {offsets}");
    }
    format!(
        "--offset {offsets}; or, if it is the model that is misnumbered: potts convert {model} OUT.h5 --offset {}",
        offsets.negated()
    )
}

impl Job<'_> {
    /// With `--offset auto`, takes the offset that these mutants tell.
    ///
    /// # Errors
    /// If the evidence for one is not as strong as it must be.
    pub(super) fn choose_offset(
        &mut self,
        mutants: impl FnOnce(&mut dyn FnMut(&mut Mutant)),
        messages: &mut dyn std::io::Write,
    ) -> Result<()> {
        if self.args.offset != OffsetChoice::Auto {
            return Ok(());
        }
        let search = self.scorer.offsets();
        let mut histogram = OffsetHistogram::new(self.offset.clone(), search.chains());
        mutants(&mut |mutant| {
            if let Some(chain) = self.args.chain {
                mutant.put_in(chain);
            }
            if self.scorer.settle(mutant, &self.offset, None).is_ok() {
                histogram.add(search, mutant);
            }
        });
        let chosen = histogram.choose(search).map_err(|refusal| {
            Error::input(
                Place::file(&self.name),
                format!(
                    "no offset is sure enough for --offset auto: {}",
                    found(&refusal)
                ),
                "name one with --offset K, which is added to the table's numbers",
            )
        })?;
        // Messages that cannot be shown are no reason to stop.
        let _ = writeln!(messages, "offset {chosen}, as the mutants tell");
        self.offset = chosen;
        Ok(())
    }

    /// Refuses a table whose mutants leave no doubt that another offset is the right one: what is scored would be scored by chance.
    ///
    /// # Errors
    /// If so.
    pub(super) fn check_offset(&self, judgement: &Judgement) -> Result<()> {
        match &judgement.better {
            Some((offsets, matching)) if judgement.is_contradicted => Err(Error::input(
                Place::file(&self.name),
                format!(
                    "the numbering is not the target's: with the offset in use, {}, {} of {} mutants match its residues, with {offsets} {matching} do; \
                     nothing is written",
                    self.offset, judgement.matching_now, judgement.mutants
                ),
                format!(
                    "score them with {}",
                    remedy(&self.args.model.display().to_string(), offsets)
                ),
            )),
            _ => Ok(()),
        }
    }
}

/// What was found in place of a sure offset.
fn found(refusal: &Refusal) -> String {
    let Refusal {
        chain,
        offset,
        matching,
        mutants,
        other,
    } = refusal;
    let chain = ChainPrefix(*chain);
    let best = format!("{chain}{offset} fits most, {matching} of {mutants} mutants");
    match other {
        Some(other) => format!("{best}, but {chain}{other} nearly as many"),
        None => format!(
            "{best} (it takes 20, at ten or so different residues, and 95 % of those that it brings to the target)"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_a_number_a_list_or_auto() {
        for text in ["auto", "0", "-3", "10,-2"] {
            assert_eq!(text.parse::<OffsetChoice>().unwrap().to_string(), text);
        }
        assert!(
            "Auto"
                .parse::<OffsetChoice>()
                .unwrap_err()
                .contains("or auto")
        );
        assert_eq!(OffsetChoice::default().to_string(), "0");
    }

    #[test]
    fn remedies_are_whole_options() {
        let text = remedy("m.h5", &"10,-2".parse().unwrap());
        assert_eq!(remedy("m.h5", &Offsets::default()), "--offset 0");
        assert!(text.starts_with("--offset 10,-2;"), "{text}");
        assert!(
            text.ends_with("potts convert m.h5 OUT.h5 --offset -10,2"),
            "{text}"
        );
    }
}
