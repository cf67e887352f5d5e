//! What mutants mean that were not written in full: the target decides, and what may mean two things is refused.

use super::notation::{Form, Mutant, NotAMutant, Substitution};
use super::numbering::Numbering;
use super::outcome::Outcome;
use super::placement::Placement;
use crate::position::{Chain, Offsets};

/// The first letter of `SK1R`, which says that K1R is a substitution: MiXCR writes so.
const SUBSTITUTED: u8 = b'S';

impl Placement<'_> {
    /// Decides the substitutions that are not full, and puts positions in place of numbers of a table.
    ///
    /// # Errors
    /// What becomes of the mutant, if nothing can be decided.
    pub fn settle(
        &self,
        mutant: &mut Mutant,
        offsets: &Offsets,
        numbering: Option<&Numbering>,
    ) -> Result<(), Outcome> {
        let with_chains = self.columns().has_chains();
        let is_name = mutant.has_letter() && !with_chains;
        for s in mutant.substitutions_mut() {
            if is_name {
                s.chain = None;
            }
            if let Form::TwoLetters(second) = s.form {
                *s = self.decided(*s, second, offsets, numbering)?;
            }
            if let Some(numbering) = numbering {
                let placed = numbering.placed(*s, with_chains);
                *s = placed.ok_or(Outcome::NotNumbered(*s))?;
            }
        }
        Ok(())
    }

    /// `VA1L` is V1L in chain A, `SK1R` either S1R in chain K or K1R: where both may be meant, the one whose wild type the target has.
    fn decided(
        &self,
        s: Substitution,
        second: u8,
        offsets: &Offsets,
        numbering: Option<&Numbering>,
    ) -> Result<Substitution, Outcome> {
        let read = |chain, wild_type| s.decided(chain, wild_type);
        let chain =
            Chain::named(&[second]).filter(|_| s.chain.is_none_or(|c| c.letter() == second));
        let in_chain = read(chain, s.wild_type);
        let of_type = read(s.chain, second);
        let exists = |chain| self.columns().span_of(chain).is_some();
        let in_chain_exists = chain.is_some() && exists(chain);
        if s.wild_type != SUBSTITUTED || !exists(s.chain) {
            return match in_chain_exists {
                true => Ok(Substitution {
                    form: Form::Full,
                    ..in_chain
                }),
                false => Err(Outcome::Unparsable(NotAMutant::NoChain {
                    text: s.to_string(),
                    letter: second.into(),
                    plain: read(s.chain, s.wild_type).to_string(),
                })),
            };
        }
        // In a model without chains the chain's name may have been left out of it.
        let in_chain_place = match in_chain_exists {
            true => in_chain,
            false => read(s.chain, s.wild_type),
        };
        let fits = |s: Substitution| self.fits(s, offsets, numbering);
        match (fits(in_chain_place), fits(of_type)) {
            (true, false) if in_chain_exists => Ok(in_chain),
            (false, true) => Ok(of_type),
            _ => Err(Outcome::Unparsable(NotAMutant::Ambiguous {
                text: s.to_string(),
                one: in_chain.to_string(),
                other: of_type.to_string(),
            })),
        }
    }

    /// Whether the target has the wild type of a substitution.
    fn fits(&self, s: Substitution, offsets: &Offsets, numbering: Option<&Numbering>) -> bool {
        let placed = match numbering {
            Some(numbering) => numbering.placed(s, self.columns().has_chains()),
            None => Some(s),
        };
        let letter = placed.and_then(|s| self.letter_at(s, offsets));
        letter.is_some_and(|letter| self.are_one(letter, s.wild_type))
    }
}
