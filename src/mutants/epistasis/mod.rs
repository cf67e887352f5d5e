//! Epistasis: what substitutions do together beyond the sum of what each does alone.
//!
//! In a pairwise model s(x) = sum_i s_i + sum_{i<j} e_ij, with the interactions e_ij = J(b,b') - J(b,a') - J(a,b') + J(a,a') of substitutions
//! a -> b at i and a' -> b' at j. So pairs say all of it: [`Double`] is one of them, [`Partner`] what two sites have together, and
//! [`Combinations`] the best of many substitutions at once.

mod combinations;
mod doubles;
mod partners;

pub use combinations::{Combinations, MOST_AT_ONCE};
pub use doubles::{Double, Term};
pub use partners::Partner;

use crate::error::{Error, Result};
use crate::model::Model;

/// Refuses a model in which substitutions add up.
///
/// # Errors
/// [`Error::Model`] if it has no couplings.
pub fn check_couplings(model: &Model) -> Result<()> {
    match model.pairwise() {
        Some(_) => Ok(()),
        None => Err(Error::Model(
            "this model has no couplings: in it substitutions add up, and none depends on another\n  \
             fit the family with `method=plm` or `method=mean-field`; `potts score-mutants` scores mutants in any model"
                .into(),
        )),
    }
}
