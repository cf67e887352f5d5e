//! One drawing a file: from what is known of a model to shapes. The same drawings stand in pages and are files for papers.

mod arcs;
mod columns;
mod contacts;
mod convergence;
mod correlations;
mod distributions;
mod epistasis;
mod histogram;
mod logo;
mod mutants;
mod plane;
mod precision;
mod scatter;

pub use arcs::Arcs;
pub use columns::ColumnShares;
pub use contacts::{ContactMap, Mark};
pub use convergence::Convergence;
pub use correlations::Correlations;
pub use distributions::Distributions;
pub use epistasis::PairMap;
pub use histogram::Histogram;
pub use logo::Logo;
pub use mutants::MutantMap;
pub use plane::ComponentPlane;
pub use precision::PrecisionCurves;
pub use scatter::Scatter;

use super::drawing::{Anchor, Canvas, Ink, text};

/// Draws the title where it is wanted; returns where the rest begins.
fn headed(canvas: &mut Canvas, title: &str) -> f64 {
    let font = canvas.font();
    if !canvas.style().titled {
        return 0.6 * font;
    }
    let size = 1.2 * font;
    let words = text::fitting(title, size, canvas.style().width - font);
    canvas.sized(
        (0.5 * font, 1.4 * font),
        &words,
        Anchor::Start,
        (size, Ink::Text),
    );
    2.4 * font
}

/// Residues in the order in which they are drawn: of proteins by their chemistry, small and hydrophobic ones first.
pub fn drawn_order(letters: &[u8]) -> Vec<usize> {
    const CHEMISTRY: &[u8] = b"GAVLIMCFYWPSTNQHKRED";
    let place = |letter: u8| CHEMISTRY.iter().position(|&own| own == letter);
    let mut order: Vec<usize> = (0..letters.len()).collect();
    if letters.len() == CHEMISTRY.len() && letters.iter().all(|&letter| place(letter).is_some()) {
        order.sort_by_key(|&state| place(letters[state]));
    }
    order
}

/// Places of a row where there is room for `most`: as many in each row, but for the last.
fn in_row(count: usize, most: f64) -> usize {
    let most = (most as usize).max(1);
    count.div_ceil(count.div_ceil(most).max(1)).max(1)
}
