//! Keeps the house in order: which room knows which, who may use what, and how long things get.

mod bans;
mod paths;
mod rooms;
mod sizes;
mod source;
