//! How much memory there is, and how much this process has taken.

use std::path::Path;

/// Bytes that may still be allocated: the system's, or what is left below the limits of the cgroups that the process is in, of its Slurm
/// job and of its address space. `None` where nothing is known.
pub fn available_memory() -> Option<u64> {
    let system = kilobytes_of("/proc/meminfo", "MemAvailable:").map(|kilobytes| kilobytes * 1024);
    let cgroups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let cgroup = left_in_cgroups(Path::new("/sys/fs/cgroup"), &cgroups);
    let job = granted_by_slurm(|name| std::env::var(name).ok());
    let all = [system, cgroup, job, address_space_left()];
    all.into_iter().flatten().min()
}

/// Has the threads share one heap where the address space is limited: the C library would set 64 MB of it aside for each of them, and 300 MB
/// were too few for a small fit. To be called before there are threads.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn share_one_heap_in_narrow_space() {
    use std::ffi::c_int;
    unsafe extern "C" {
        fn mallopt(parameter: c_int, value: c_int) -> c_int;
    }
    const M_ARENA_MAX: c_int = -8;
    const NARROW: u64 = 16 << 30;
    if address_space().is_some_and(|limit| limit < NARROW) {
        // SAFETY: the call takes any number and changes where later memory comes from, not what has been given. Should it fail, the threads
        // have heaps of their own.
        let _ignored = unsafe { mallopt(M_ARENA_MAX, 1) };
    }
}

/// Elsewhere nothing is set aside.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn share_one_heap_in_narrow_space() {}

/// Bytes that are left below the limit of the address space (`ulimit -v`), if there is one.
pub fn address_space_left() -> Option<u64> {
    let limit = address_space()?;
    let used = kilobytes_of("/proc/self/status", "VmSize:")? * 1024;
    Some(limit.saturating_sub(used))
}

/// The limit of the address space.
pub(super) fn address_space() -> Option<u64> {
    #[cfg(unix)]
    {
        rustix::process::getrlimit(rustix::process::Resource::As).current
    }
    #[cfg(not(unix))]
    None
}

/// The least that is left in a cgroup of the process or in one around it. `cgroups` is what `/proc/self/cgroup` says: `0::/a/b` of
/// version 2, `5:memory:/a/b` of version 1.
fn left_in_cgroups(root: &Path, cgroups: &str) -> Option<u64> {
    let places = cgroups.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        match (parts.next()?, parts.next()?) {
            ("", path) => Some((root.to_path_buf(), path, ["memory.max", "memory.current"])),
            (controllers, path) if controllers.split(',').any(|c| c == "memory") => {
                let files = ["memory.limit_in_bytes", "memory.usage_in_bytes"];
                Some((root.join("memory"), path, files))
            }
            _ => None,
        }
    });
    let left = places.flat_map(|(root, path, files)| {
        let folder = root.join(path.trim_start_matches('/'));
        let around = folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&root));
        around
            .map(|folder| left_in(folder, files))
            .collect::<Vec<_>>()
    });
    left.flatten().min()
}

/// What is left below the limit of one cgroup. Files that the system has in its cache count as used, but can be dropped.
fn left_in(folder: &Path, [limit, used]: [&str; 2]) -> Option<u64> {
    let number = |file: &str| -> Option<u64> {
        let text = std::fs::read_to_string(folder.join(file)).ok()?;
        text.trim().parse().ok()
    };
    let statistics = std::fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
    let cached = statistics
        .lines()
        .find_map(|line| line.strip_prefix("inactive_file ")?.parse().ok())
        .unwrap_or(0);
    let used = number(used)?.saturating_sub(cached);
    Some(number(limit)?.saturating_sub(used))
}

/// What a Slurm job was granted on a node, which not every cluster enforces by cgroups; 0 there means all.
fn granted_by_slurm(variable: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        let number = variable(name)?.parse().ok()?;
        (number > 0).then_some(number)
    };
    let by_processors = || number("SLURM_MEM_PER_CPU")?.checked_mul(number("SLURM_CPUS_ON_NODE")?);
    // What does not fit a number of bytes is no limit.
    number("SLURM_MEM_PER_NODE")
        .or_else(by_processors)
        .and_then(|megabytes| megabytes.checked_mul(1024 * 1024))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_limit_around_the_process_counts() {
        let root = tempfile::tempdir().unwrap();
        let job = root.path().join("slurm/job_7");
        std::fs::create_dir_all(job.join("step")).unwrap();
        let write = |file: &str, text: &str| std::fs::write(job.join(file), text).unwrap();
        write("memory.max", "1000\n");
        write("memory.current", "600\n");
        write("step/memory.max", "max\n");
        write("step/memory.current", "500\n");
        let left = |text: &str| left_in_cgroups(root.path(), text);
        assert_eq!(left("0::/slurm/job_7/step\n"), Some(400));
        write("memory.stat", "anon 350\ninactive_file 250\n");
        assert_eq!(left("0::/slurm/job_7/step\n"), Some(650));
        assert_eq!(left("0::/slurm\n3:cpu:/slurm/job_7\n"), None);
        assert_eq!(left(""), None);

        let old = root.path().join("memory/old");
        std::fs::create_dir_all(&old).unwrap();
        std::fs::write(old.join("memory.limit_in_bytes"), "300").unwrap();
        std::fs::write(old.join("memory.usage_in_bytes"), "400").unwrap();
        assert_eq!(left("4:cpu,memory:/old\n"), Some(0));
    }

    #[test]
    fn a_job_has_what_it_was_granted() {
        let granted = |variables: &[(&str, &str)]| {
            let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
            granted_by_slurm(|name| find(name).map(|(_, value)| value.to_string()))
        };
        assert_eq!(granted(&[("SLURM_MEM_PER_NODE", "2")]), Some(2 << 20));
        assert_eq!(granted(&[("SLURM_MEM_PER_NODE", "0")]), None);
        let by_processors = [("SLURM_MEM_PER_CPU", "3"), ("SLURM_CPUS_ON_NODE", "2")];
        assert_eq!(granted(&by_processors), Some(6 << 20));
        assert_eq!(granted(&[]), None);
    }
}
