//! Many documents in bounded memory, counted by the allocator.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use peak_alloc::PeakAlloc;
use sigill::bulk::{Capacity, Order, Pipeline};
use sigill::{Document, Evidence, Policy, Validator};
use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;
use support::{read, trust};

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

const MEGABYTE: usize = 1 << 20;

fn pipeline(items: usize, weight: usize, order: Order) -> Pipeline {
    Pipeline {
        workers: NonZeroUsize::new(6).unwrap(),
        capacity: Capacity {
            items: NonZeroUsize::new(items).unwrap(),
            weight: weight as u64,
            waiting: MEGABYTE as u64,
        },
        order,
    }
}

/// The most that `work` takes above what there was before, in bytes.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = PEAK.current_usage();
    PEAK.reset_peak_usage();
    work();
    PEAK.peak_usage().saturating_sub(before)
}

/// One after the other in one test: they share the allocator.
#[test]
fn memory_is_bounded_by_the_room_and_not_by_the_work() {
    documents_in_work();
    outcomes_that_wait();
    documents_that_are_judged();
}

/// Each item takes a megabyte while it is worked on, and six could be.
fn documents_in_work() {
    for (weight, least, most) in [(3, 2, 4), (6, 3, 7)] {
        let peak = peak_of(|| {
            let work = |_: &usize| {
                let bytes = vec![1u8; MEGABYTE];
                thread::sleep(Duration::from_micros(200));
                bytes.len()
            };
            let take = |_| Ok::<(), Infallible>(());
            pipeline(64, weight * MEGABYTE, Order::AsFinished)
                .run(0..1_000, |_| MEGABYTE as u64, work, |_| 0, |_| 0, take)
                .unwrap();
        });
        let peak = peak / 1_000_000;
        assert!((least..=most).contains(&peak), "{peak} MB for {weight}");
    }
}

/// Outcomes take a tenth of a megabyte each, the first comes last, and they are taken slowly. They
/// are bounded by their number or, where many would have room, by their size.
fn outcomes_that_wait() {
    type Size = fn(&Vec<u8>) -> u64;
    let by_number: (usize, Size) = (20, |_| 0);
    let by_size: (usize, Size) = (1_000, |outcome| outcome.len() as u64);
    for (order, (items, size)) in [
        (Order::AsGiven, by_number),
        (Order::AsFinished, by_number),
        (Order::AsGiven, by_size),
        (Order::AsFinished, by_size),
    ] {
        let peak = peak_of(|| {
            let work = |item: &usize| {
                let pause = if *item == 0 { 50_000 } else { 1 };
                thread::sleep(Duration::from_micros(pause));
                vec![1u8; MEGABYTE / 10]
            };
            let take = |outcome: Vec<u8>| {
                thread::sleep(Duration::from_micros(20));
                assert_eq!(outcome.len(), MEGABYTE / 10);
                Ok::<(), Infallible>(())
            };
            pipeline(items, MEGABYTE, order)
                .run(0..2_000, |_| 0, work, |_| Vec::new(), size, take)
                .unwrap();
        });
        assert!(peak < 22 * MEGABYTE / 10, "{peak} bytes, {order:?}");
    }
}

fn documents_that_are_judged() {
    let (trust, policy) = (trust(), Policy::default());
    let file = read("cases/pades/b-lt-rsa/input.pdf");
    let at = support::time("2026-02-01T00:00:00Z");
    let peak = |count: usize| {
        let validator = Validator::new(&trust, &policy);
        let work = |_: &usize| {
            let document = Document::read(file.clone()).unwrap();
            let evidence = Evidence::from(&document);
            validator.validate(&document, &evidence, at).worst()
        };
        let take = |verdict: Option<sigill::validation::Indication>| {
            assert!(verdict.is_some_and(|verdict| verdict.is_passed()));
            Ok::<(), Infallible>(())
        };
        peak_of(|| {
            pipeline(64, MEGABYTE, Order::AsGiven)
                .run(0..count, |_| file.len() as u64, work, |_| None, |_| 0, take)
                .unwrap();
        })
    };
    let (few, many) = (peak(60), peak(600));
    assert!(many < few + MEGABYTE, "{few} bytes, then {many}");
}
