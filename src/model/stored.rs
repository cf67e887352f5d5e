//! A Potts model whose couplings lie in a file.

use super::blocks::PairBlocks;
use super::energy::EnergyModel;
use super::kind::{Detail, Kind, Pairwise};
use super::{PottsModel, check_finite};
use crate::error::{Error, Result};
use ndarray::Array2;
use std::sync::{Arc, OnceLock};

/// Fields in memory, couplings in a file: of a large one, a gigabyte say, a few mutants need a small part.
#[derive(Debug, Clone)]
pub struct StoredPotts {
    fields: Array2<f32>,
    couplings: Arc<dyn PairBlocks>,
    /// All of it, once somebody needed all.
    loaded: Arc<OnceLock<PottsModel>>,
}

impl StoredPotts {
    /// A model of fields that are known, L x q, and couplings that are there to be read.
    ///
    /// # Errors
    /// If shapes disagree or a field is not finite.
    pub fn new(fields: Array2<f32>, couplings: Arc<dyn PairBlocks>) -> Result<Self> {
        let found = (couplings.sites(), couplings.states());
        if found != fields.dim() {
            return Err(Error::Model(format!(
                "fields of shape {:?}, but couplings of {found:?}",
                fields.dim()
            )));
        }
        check_finite(fields.iter())?;
        Ok(Self {
            fields,
            couplings,
            loaded: Arc::default(),
        })
    }
}

impl Kind for StoredPotts {
    fn shape(&self) -> (usize, usize) {
        self.fields.dim()
    }

    fn energy_in_words(&self) -> &'static str {
        "E = -(fields + couplings)"
    }

    fn details(&self) -> Vec<Detail> {
        vec![Detail::of_couplings(Some(&*self.couplings))]
    }

    fn fields(&self) -> Option<&Array2<f32>> {
        Some(&self.fields)
    }

    fn energy_model(&self) -> Result<&dyn EnergyModel> {
        if self.loaded.get().is_none() {
            let model = PottsModel::of_finite(self.fields.clone(), self.couplings.read_all()?)?;
            // If another thread was faster, its model is the same.
            let _ = self.loaded.set(model);
        }
        match self.loaded.get() {
            Some(model) => Ok(model),
            None => Err(Error::Model("the couplings were not read".into())),
        }
    }

    fn pairwise(&self) -> Option<Pairwise<'_>> {
        let couplings: &dyn PairBlocks = match self.loaded.get() {
            Some(model) => model.couplings(),
            None => &*self.couplings,
        };
        Some(Pairwise {
            fields: &self.fields,
            couplings,
        })
    }
}
