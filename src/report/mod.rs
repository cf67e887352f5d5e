//! What a model says, put together for people: pages, drawings, and what structures say of pairs.

pub mod drawing;
pub mod figures;
pub mod pairs;
pub mod singles;
pub mod structures;
