//! Which item starts when, and with how many threads: a pure decision, from what items are expected to need.

use std::collections::HashMap;

/// Parts of a thread by which an item may be short of its part.
const SLACK: f64 = 0.1;

/// What an item is expected to need.
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// Bytes with 1, 2, ... threads; the last holds for any more.
    pub memory: Vec<u64>,
    /// Processor seconds, on some machine.
    pub cost: f64,
}

impl Needs {
    /// Bytes with so many threads.
    pub fn memory(&self, threads: usize) -> u64 {
        let last = self.memory.len().saturating_sub(1);
        let bytes = self.memory.get(last.min(threads.saturating_sub(1)));
        bytes.copied().unwrap_or(0)
    }
}

/// What an item is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Threads, at least 1.
    pub threads: usize,
    /// Bytes.
    pub memory: u64,
}

/// What has not been started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rest {
    /// Number of items.
    pub items: usize,
    /// Their cost.
    pub cost: f64,
}

/// Threads and memory, and who has them.
#[derive(Debug)]
pub struct Packing {
    threads: usize,
    /// Bytes that one item may need that runs by itself.
    alone: u64,
    /// Bytes that several may need together.
    together: u64,
    /// Bytes kept for the reading of inputs.
    reading: u64,
    running: HashMap<usize, Running>,
    /// Thread seconds and cost of what has ended.
    spent: (f64, f64),
}

#[derive(Debug, Clone, Copy)]
struct Running {
    share: Share,
    cost: f64,
    began: f64,
    /// Whether it was started before one that had waited longer.
    passed: bool,
}

impl Packing {
    /// So many threads, and so many bytes for one item alone or several together.
    pub fn new(threads: usize, alone: u64, together: u64) -> Self {
        Self {
            threads,
            alone,
            together: together.min(alone),
            reading: 0,
            running: HashMap::new(),
            spent: (0.0, 0.0),
        }
    }

    /// Threads in all.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Bytes that one item may need.
    pub fn alone(&self) -> u64 {
        self.alone
    }

    /// Keeps `bytes` for the reading of an input, if they are free or nobody else wants any.
    pub fn keep_for_reading(&mut self, bytes: u64) -> bool {
        let free = self.used().saturating_add(bytes) <= self.together;
        let fits = free || self.used() == 0;
        if fits {
            self.reading = bytes;
        }
        fits
    }

    /// Frees what was kept for reading.
    pub fn has_read(&mut self) {
        self.reading = 0;
    }

    /// Which of the `ready` items, in the order in which they should start, starts now, and with what; `None` if all must wait.
    ///
    /// One may pass another that waits for memory, as long as it leaves room for that one.
    pub fn choose(&self, ready: &[&Needs], rest: Rest, now: f64) -> Option<(usize, Share)> {
        let used: usize = self.running.values().map(|r| r.share.threads).sum();
        let free = self.threads.saturating_sub(used);
        let first = ready.first()?;
        ready.iter().enumerate().find_map(|(k, needs)| {
            let kept = if k == 0 { 0 } else { first.memory(1) };
            let most = self.threads_for(needs.cost, rest, free, now).min(free);
            let mut shares = (1..=most).rev().map(|threads| Share {
                threads,
                memory: needs.memory(threads),
            });
            let share = shares.find(|share| self.has_room(share.memory, kept))?;
            Some((k, share))
        })
    }

    /// Records that item `id` has started; `passed` if it was not the first of those that were ready.
    pub fn start(&mut self, id: usize, share: Share, cost: f64, passed: bool, now: f64) {
        let running = Running {
            share,
            cost,
            began: now,
            passed,
        };
        self.running.insert(id, running);
    }

    /// Records that item `id` has ended; `worked` if it did what it was expected to cost.
    pub fn end(&mut self, id: usize, worked: bool, now: f64) {
        if let Some(running) = self.running.remove(&id)
            && worked
        {
            self.spent.0 += (now - running.began) * running.share.threads as f64;
            self.spent.1 += running.cost;
        }
    }

    /// An item gets as large a part of the threads as it has of all the work that is left, so that all end together; rather more than
    /// less, because threads that stand idle at the end cost more than those that wait for each other.
    fn threads_for(&self, cost: f64, rest: Rest, free: usize, now: f64) -> usize {
        if rest.items <= 1 {
            // Nobody else will want them.
            return free;
        }
        let left = rest.cost + self.left_of_running(now);
        let part = self.threads as f64 * cost / left.max(f64::MIN_POSITIVE);
        ((part - SLACK).ceil() as usize).clamp(1, self.threads)
    }

    /// What is left of the cost of what runs, by how fast others were.
    fn left_of_running(&self, now: f64) -> f64 {
        let (seconds, cost) = self.spent;
        let speed = if seconds > 0.0 { cost / seconds } else { 0.0 };
        let left = self.running.values().map(|r| {
            let done = speed * (now - r.began) * r.share.threads as f64;
            (r.cost - done).max(0.0)
        });
        left.sum()
    }

    fn used(&self) -> u64 {
        let running = self.running.values().map(|r| r.share.memory);
        running.fold(self.reading, u64::saturating_add)
    }

    /// Whether `bytes` are free, and `kept` would be once those have ended that were there before the one that waits for them.
    fn has_room(&self, bytes: u64, kept: u64) -> bool {
        if self.used() == 0 {
            return bytes <= self.alone;
        }
        let passed = self.running.values().filter(|r| r.passed);
        let passed: u64 = passed.map(|r| r.share.memory).sum();
        let later = passed.saturating_add(bytes).saturating_add(kept);
        self.used().saturating_add(bytes) <= self.together && (kept == 0 || later <= self.together)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needs(memory: u64, cost: f64) -> Needs {
        Needs {
            memory: vec![memory],
            cost,
        }
    }

    fn rest(items: usize, cost: f64) -> Rest {
        Rest { items, cost }
    }

    fn share(threads: usize, memory: u64) -> Share {
        Share { threads, memory }
    }

    #[test]
    fn many_alike_get_a_thread_each() {
        let mut packing = Packing::new(4, 100, 100);
        let item = needs(10, 1.0);
        for id in 0..4 {
            let left = rest(20 - id, (20 - id) as f64);
            let chosen = packing.choose(&[&item], left, 0.0);
            assert_eq!(chosen, Some((0, share(1, 10))));
            packing.start(id, share(1, 10), 1.0, false, 0.0);
        }
        assert_eq!(packing.choose(&[&item], rest(16, 16.0), 0.0), None);
    }

    #[test]
    fn a_giant_gets_its_part_and_the_last_gets_all() {
        let packing = Packing::new(8, 100, 100);
        let giant = needs(10, 50.0);
        let chosen = packing.choose(&[&giant], rest(10, 100.0), 0.0);
        assert_eq!(chosen, Some((0, share(4, 10))));
        // With one of two threads it would be at work when the other has long been idle.
        let packing = Packing::new(2, 100, 100);
        let chosen = packing.choose(&[&giant], rest(7, 80.0), 0.0);
        assert_eq!(chosen, Some((0, share(2, 10))));
        let mut packing = Packing::new(8, 100, 100);
        packing.start(0, share(2, 10), 3.0, false, 0.0);
        let last = packing.choose(&[&needs(10, 0.1)], rest(1, 0.1), 0.0);
        assert_eq!(last, Some((0, share(6, 10))));
    }

    #[test]
    fn what_runs_counts_by_what_is_left_of_it() {
        let mut packing = Packing::new(4, 100, 100);
        packing.start(0, share(1, 1), 1.0, false, 0.0);
        packing.end(0, true, 1.0);
        packing.start(1, share(1, 1), 10.0, false, 1.0);
        let item = needs(1, 5.0);
        // Of 10 + 10 it has a quarter; when the other is through, it has half.
        let threads = |now| {
            packing
                .choose(&[&item], rest(2, 10.0), now)
                .map(|c| c.1.threads)
        };
        assert_eq!((threads(1.0), threads(11.0)), (Some(1), Some(2)));
    }

    #[test]
    fn memory_is_never_given_twice() {
        let mut packing = Packing::new(4, 100, 90);
        assert_eq!(
            packing.choose(&[&needs(100, 1.0)], rest(9, 9.0), 0.0),
            Some((0, share(1, 100)))
        );
        packing.start(0, share(1, 60), 1.0, false, 0.0);
        assert_eq!(packing.choose(&[&needs(31, 1.0)], rest(9, 9.0), 0.0), None);
        assert!(packing.keep_for_reading(20) && !packing.keep_for_reading(31));
        assert_eq!(packing.choose(&[&needs(20, 1.0)], rest(9, 9.0), 0.0), None);
        packing.has_read();
        assert!(
            packing
                .choose(&[&needs(20, 1.0)], rest(9, 9.0), 0.0)
                .is_some()
        );
    }

    #[test]
    fn the_small_pass_the_large_but_leave_it_room() {
        let mut packing = Packing::new(8, 100, 100);
        packing.start(0, share(1, 60), 1.0, false, 0.0);
        let (large, small) = (needs(70, 5.0), needs(20, 1.0));
        let ready = [&large, &small, &small];
        assert_eq!(
            packing.choose(&ready, rest(9, 90.0), 0.0),
            Some((1, share(1, 20)))
        );
        packing.start(1, share(1, 20), 1.0, true, 0.0);
        // A second one would fit now, but keep the large one waiting once the first has ended.
        assert_eq!(packing.choose(&ready, rest(8, 80.0), 0.0), None);
        packing.end(0, true, 1.0);
        assert_eq!(
            packing.choose(&ready, rest(8, 80.0), 1.0),
            Some((0, share(1, 70)))
        );
    }

    #[test]
    fn fewer_threads_where_more_take_too_much_memory() {
        let packing = Packing::new(4, 100, 100);
        let item = Needs {
            memory: vec![50, 90, 130, 170],
            cost: 1.0,
        };
        assert_eq!(
            packing.choose(&[&item], rest(1, 1.0), 0.0),
            Some((0, share(2, 90)))
        );
    }

    proptest! {
        #[test]
        fn all_run_within_what_there_is(
            items in proptest::collection::vec((1u64..100, 0.01f64..10.0), 1..40),
            threads in 1usize..9,
        ) {
            let mut packing = Packing::new(threads, 100, 90);
            let mut waiting: Vec<(usize, Needs)> =
                items.iter().map(|&(memory, cost)| needs(memory, cost)).enumerate().collect();
            let mut running: Vec<(usize, Share, f64)> = Vec::new();
            let mut now = 0.0;
            while !waiting.is_empty() || !running.is_empty() {
                let ready: Vec<&Needs> = waiting.iter().take(4).map(|(_, needs)| needs).collect();
                let left = rest(waiting.len(), waiting.iter().map(|(_, n)| n.cost).sum());
                if let Some((k, share)) = packing.choose(&ready, left, now) {
                    let (id, needs) = waiting.remove(k);
                    packing.start(id, share, needs.cost, k > 0, now);
                    running.push((id, share, now + needs.cost / share.threads as f64));
                    let (used, bytes) = running.iter().fold((0, 0), |(t, m), r| (t + r.1.threads, m + r.1.memory));
                    prop_assert!(used <= threads && share.threads >= 1);
                    prop_assert!(bytes <= 90 || running.len() == 1);
                    continue;
                }
                // Something must run, or nothing ever would.
                prop_assert!(!running.is_empty());
                running.sort_by(|a, b| b.2.total_cmp(&a.2));
                let (id, _, end) = running.pop().unwrap();
                now = end;
                packing.end(id, true, now);
            }
            prop_assert_eq!(packing.used(), 0);
        }
    }
}
