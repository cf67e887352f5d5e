//! Runs the items of a batch side by side, within the threads and the memory that there are.

use super::child::{Ending, Folder};
use super::children::{Children, pass_on_signals};
use super::item::Item;
use super::packing::{Needs, Packing, Rest};
use super::report::{BatchEnd, Report};
use super::task::{Forecast, forecast, reading_bytes, unknown_bytes};
use crate::cli::batch::manifest::Status;
use crate::cli::signals::Signals;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Scope;
use std::time::Instant;

/// Items of which is known what they need before they can start, for each thread: enough that one that fits can pass one that does not.
const AHEAD: usize = 3;

/// Runs all items of a batch.
pub struct Scheduler<'a> {
    items: &'a [Item],
    folder: &'a Folder,
    packing: Packing,
    report: Report,
    children: Children,
    /// Items of which nothing is known but their size, the largest first.
    unknown: VecDeque<usize>,
    /// The one whose input is being read.
    asked: Option<usize>,
    /// Items that could start, in their order, and what they need.
    ready: Vec<(usize, Needs)>,
    /// Number of items that run.
    running: usize,
    /// Cost and bytes of the items of which both are known.
    known: (f64, f64),
    began: Instant,
}

enum Event {
    Foreseen(usize, Forecast),
    Ended(usize, Option<Ending>),
    Signal,
}

impl<'a> Scheduler<'a> {
    /// For these items.
    pub fn new(items: &'a [Item], folder: &'a Folder, packing: Packing, report: Report) -> Self {
        let mut unknown: Vec<usize> = (0..items.len()).collect();
        unknown.sort_by_key(|&index| std::cmp::Reverse(items[index].size));
        Self {
            items,
            folder,
            packing,
            report,
            children: Children::default(),
            unknown: unknown.into(),
            asked: None,
            ready: Vec::new(),
            running: 0,
            known: (0.0, 0.0),
            began: Instant::now(),
        }
    }

    /// Runs them; returns when none runs any more.
    pub fn run(mut self, signals: &Signals) -> BatchEnd {
        let (sender, events) = channel();
        let heard = sender.clone();
        pass_on_signals(signals, &self.children, move || {
            // After the end of the batch nobody listens.
            let _ = heard.send(Event::Signal);
        });
        let (requests, inbox) = channel();
        std::thread::scope(|scope| {
            let (items, limits) = (self.items, (self.packing.threads(), self.packing.alone()));
            let answers = sender.clone();
            scope.spawn(move || foresee(items, limits, &inbox, &answers));
            loop {
                let stopping = self.children.are_stopping();
                if !stopping {
                    self.ask(&requests);
                    self.start(scope, &sender);
                }
                let through =
                    self.unknown.is_empty() && self.asked.is_none() && self.ready.is_empty();
                if self.running == 0 && (stopping || through) {
                    break;
                }
                match events.recv() {
                    Ok(event) => self.handle(event),
                    Err(_) => break,
                }
            }
            drop(requests);
        });
        self.report.finish()
    }

    /// Has the input of the next item read, if there is time and memory for it.
    fn ask(&mut self, requests: &Sender<usize>) {
        while self.asked.is_none() && self.ready.len() < AHEAD * self.packing.threads() {
            let Some(&index) = self.unknown.front() else {
                return;
            };
            let item = &self.items[index];
            if self.folder.has(item)
                && let Some(ending) = self.folder.skip(item)
            {
                self.unknown.pop_front();
                self.report.ended(self.folder, item, ending);
                continue;
            }
            if let Some(ending) = self.folder.without_input(item) {
                self.unknown.pop_front();
                self.report.ended(self.folder, item, ending);
                continue;
            }
            let bytes = reading_bytes(&item.task, item.size);
            if !self.packing.keep_for_reading(bytes) || requests.send(index).is_err() {
                return;
            }
            self.unknown.pop_front();
            self.asked = Some(index);
        }
    }

    /// Starts what there is room for.
    fn start<'scope>(&mut self, scope: &'scope Scope<'scope, '_>, sender: &Sender<Event>)
    where
        'a: 'scope,
    {
        loop {
            let now = self.began.elapsed().as_secs_f64();
            let ready: Vec<&Needs> = self.ready.iter().map(|(_, needs)| needs).collect();
            let Some((k, share)) = self.packing.choose(&ready, self.rest(), now) else {
                break;
            };
            let (index, needs) = self.ready.remove(k);
            self.packing.start(index, share, needs.cost, k > 0, now);
            self.running += 1;
            let (item, folder) = (&self.items[index], self.folder);
            let (children, sender) = (self.children.clone(), sender.clone());
            scope.spawn(move || {
                let ending = folder.run(item, share, &children);
                // The scheduler listens for as long as anything runs.
                let _ = sender.send(Event::Ended(index, ending));
            });
        }
        self.report.running(self.running);
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Foreseen(index, found) => {
                self.packing.has_read();
                self.asked = None;
                self.foreseen(index, found);
            }
            Event::Ended(index, ending) => {
                let now = self.began.elapsed().as_secs_f64();
                self.running -= 1;
                let worked = ending.as_ref().is_some_and(Ending::is_done);
                self.packing.end(index, worked, now);
                // One that a signal kept from starting has not been tried.
                if let Some(ending) = ending {
                    self.report.ended(self.folder, &self.items[index], ending);
                }
            }
            Event::Signal => {}
        }
    }

    fn foreseen(&mut self, index: usize, found: Forecast) {
        let item = &self.items[index];
        let needs = match found {
            Forecast::Needs(needs) => {
                self.known.0 += needs.cost;
                self.known.1 += item.size as f64;
                needs
            }
            Forecast::TooLarge(reason) => {
                let ending = Ending::unstarted(Status::Failed, reason);
                self.report.ended(self.folder, item, ending);
                return;
            }
            // It most likely fails as soon as it has read its input.
            Forecast::Unknown => Needs {
                memory: vec![unknown_bytes(&item.task, item.size).min(self.packing.alone())],
                cost: self.cost_of_size(item.size),
            },
        };
        self.ready.push((index, needs));
    }

    /// What has not been started; where only the size is known, the cost is taken from that.
    fn rest(&self) -> Rest {
        let unread = self.unknown.iter().chain(&self.asked);
        let bytes: u64 = unread.map(|&index| self.items[index].size).sum();
        let known: f64 = self.ready.iter().map(|(_, needs)| needs.cost).sum();
        Rest {
            items: self.unknown.len() + usize::from(self.asked.is_some()) + self.ready.len(),
            cost: known + self.cost_of_size(bytes),
        }
    }

    fn cost_of_size(&self, bytes: u64) -> f64 {
        let (cost, size) = self.known;
        if size > 0.0 {
            cost / size * bytes as f64
        } else {
            0.0
        }
    }
}

/// Reads inputs ahead, so that nobody waits for what they need to be known.
fn foresee(
    items: &[Item],
    (threads, limit): (usize, u64),
    inbox: &Receiver<usize>,
    answers: &Sender<Event>,
) {
    for index in inbox {
        let item = &items[index];
        // Whatever is wrong with an input, it is not to end the others.
        let found = catch_unwind(AssertUnwindSafe(|| {
            forecast(&item.task, item.size, threads, limit)
        }));
        let found = found.unwrap_or(Forecast::Unknown);
        if answers.send(Event::Foreseen(index, found)).is_err() {
            return;
        }
    }
}
