//! The program `potts`; everything is in the library.

fn main() -> std::process::ExitCode {
    potts::cli::main()
}
