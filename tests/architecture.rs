//! Keeps the house in order: which room knows which, who may use what, and how long things get.

/// The parts of the check.
mod architecture {
    mod bans;
    mod paths;
    mod rooms;
    mod sizes;
    mod source;
}
