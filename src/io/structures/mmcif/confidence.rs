//! `_ma_qa_metric` and `_ma_qa_metric_local`: the confidence of a predicted model in each of its residues.

use super::rows::Row;
use crate::io::structures::number;
use std::collections::HashMap;

/// Both tables so far.
#[derive(Default)]
pub struct Confidence {
    /// The numbers of those metrics that are pLDDT.
    metrics: Vec<Vec<u8>>,
    /// Whether the metrics are described at all.
    is_described: bool,
    /// The model that is read: the first.
    model: Option<Vec<u8>>,
    /// By metric, chain and place in its sequence.
    values: HashMap<(Vec<u8>, String, String), f64>,
}

impl Confidence {
    /// Reads a row of `_ma_qa_metric`.
    pub fn metric(&mut self, row: &Row) {
        self.is_described = true;
        let says = |column| {
            let text = row.text(column).unwrap_or_default().to_ascii_lowercase();
            text.contains("plddt")
        };
        if says("name") || says("type") || says("description") {
            self.metrics
                .push(row.get("id").unwrap_or_default().to_vec());
        }
    }

    /// Reads a row of `_ma_qa_metric_local`.
    ///
    /// # Errors
    /// In words, if its value is no number.
    pub fn value(&mut self, row: &Row) -> Result<(), String> {
        let model = row.get("model_id").unwrap_or_default();
        let wanted = self.model.get_or_insert_with(|| model.to_vec());
        if wanted.as_slice() != model {
            return Ok(());
        }
        let (Some(chain), Some(place)) = (row.text("label_asym_id"), row.text("label_seq_id"))
        else {
            return Ok(());
        };
        let value = row.get("metric_value").and_then(number::real);
        let value = value.ok_or("a number is expected for _ma_qa_metric_local.metric_value")?;
        let metric = row.get("metric_id").unwrap_or_default().to_vec();
        self.values.insert((metric, chain, place), value);
        Ok(())
    }

    /// The values of pLDDT by chain and place; none where the values are of other metrics.
    pub fn finish(self) -> HashMap<(String, String), f64> {
        let is_it = |metric: &Vec<u8>| !self.is_described || self.metrics.contains(metric);
        let values = self
            .values
            .into_iter()
            .filter(|((metric, ..), _)| is_it(metric));
        values
            .map(|((_, chain, place), value)| ((chain, place), value))
            .collect()
    }
}
