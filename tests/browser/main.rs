//! Pages as a reader meets them: opened in a headless Chromium, looked at, pointed at and typed into.
#![cfg(unix)]

mod chrome;
mod drawings;
mod driver;
mod input;
mod launch;
mod lookup;
mod made;
mod page;
mod pages;
mod tables;
