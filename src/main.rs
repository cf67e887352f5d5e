//! The program `potts`; everything is in the library.

fn main() {
    potts::cli::main()
}

/// Called before the libraries of the program begin, of which one would take threads and memory at once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[used]
#[unsafe(link_section = ".preinit_array")]
static BEFORE_LIBRARIES: extern "C" fn() = potts::cli::before_libraries;
