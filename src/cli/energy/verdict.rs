//! Whether sequences belong to the family.

use super::EnergyArgs;
use crate::cli::messages::Messages;
use crate::cli::progress::ProgressDisplay;
use crate::energies::{EnergyRow, Membership};
use crate::error::{Error, Result};
use crate::fit::membership;
use crate::io::tables::columns::Belongs;
use crate::machine::memory::available_memory;
use crate::model::Model;
use crate::state::Journal;
use std::sync::Arc;

/// The test, at a share of false alarms.
pub struct Test {
    membership: Membership,
    false_alarm: f64,
}

/// Makes the test, by fits without parts of the family.
///
/// # Errors
/// As for the fits; where the share is finer than the family can tell.
pub fn test(
    args: &EnergyArgs,
    model: &Model,
    journal: &Arc<Journal>,
    messages: &Messages,
) -> Result<Test> {
    messages.timings().begin("fits without parts of the family");
    if model.independent_fields.is_none() {
        return Err(Error::Model(
            "a verdict takes the energies of independent positions, which the model's file does not tell\n  fit the alignment by potts fit, which keeps them and its sequences".into(),
        ));
    }
    let (display, observer) = ProgressDisplay::start(messages, None);
    let found = membership(model, available_memory(), (&Some(observer), journal));
    drop(display);
    let membership = found?;
    let (finest, asked) = (membership.finest(), args.false_alarm);
    if asked < finest {
        return Err(Error::Usage(format!(
            "a share of {asked} false alarms cannot be told with {:.0} effective sequences left out: --false-alarm {:.2} or more",
            membership.effective(),
            finest + 0.005
        )));
    }
    messages.say(format_args!(
        "verdicts by {:.0} effective sequences of the family that fits were made without; {:.1} % of such count as outside",
        membership.effective(),
        100.0 * asked
    ));
    Ok(Test {
        membership,
        false_alarm: asked,
    })
}

impl Test {
    /// What is said of a sequence.
    pub fn of(&self, row: &EnergyRow) -> Option<Belongs> {
        let p_value = self.membership.p_value(row.traits.as_ref()?);
        Some(Belongs {
            p_value,
            is_inside: p_value > self.false_alarm,
        })
    }
}
