//! How much memory there is, and how much this process has taken.

/// Bytes that may still be allocated: the system's, or what is left below the cgroup's limit. `None` where neither is known.
pub fn available_memory() -> Option<u64> {
    let system = kilobytes_of("/proc/meminfo", "MemAvailable:").map(|kilobytes| kilobytes * 1024);
    let number = |file: &str| -> Option<u64> {
        std::fs::read_to_string(format!("/sys/fs/cgroup/{file}"))
            .ok()?
            .trim()
            .parse()
            .ok()
    };
    let cgroup = number("memory.max")
        .zip(number("memory.current"))
        .map(|(limit, used)| limit.saturating_sub(used));
    [system, cgroup].into_iter().flatten().min()
}

/// The most bytes that this process has had in memory so far; `None` where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    kilobytes_of("/proc/self/status", "VmHWM:").map(|kilobytes| kilobytes * 1024)
}

/// The number behind `name` in a file of the kernel.
fn kilobytes_of(file: &str, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
