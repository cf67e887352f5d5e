//! What files say of the program that made them.

/// Program, version and commit.
pub fn created_by() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("POTTS_COMMIT") {
        Some(commit) => format!("potts {version} ({commit})"),
        None => format!("potts {version}"),
    }
}
