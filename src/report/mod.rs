//! What a model says, put together for people: pages, drawings, and what structures say of pairs.

pub mod chapter;
pub mod chapters;
pub mod drawing;
pub mod facts;
pub mod figures;
pub mod index;
pub mod page;
pub mod pairs;
pub mod singles;
pub mod structures;
pub mod summary;
pub mod words;
