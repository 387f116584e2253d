//! Work shared over threads, with no more of it on its way than has room.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many work, what may be on its way at once, and in which order outcomes come.
#[derive(Debug, Clone, Copy)]
pub struct Pipeline {
    /// How many threads work.
    pub workers: NonZeroUsize,
    /// What may be on its way at once.
    pub capacity: Capacity,
    /// In which order outcomes are handed over.
    pub order: Order,
}

/// What may be on its way at once: it bounds the memory of a run, whatever the number and the
/// size of the items.
#[derive(Debug, Clone, Copy)]
pub struct Capacity {
    /// Items that were begun and whose outcome was not yet taken.
    pub items: NonZeroUsize,
    /// The weight of all items in work together. An item that is heavier than that waits until
    /// it is alone.
    pub weight: u64,
    /// The size of the outcomes that wait to be taken, at which no further item is begun. What is
    /// in work then may still add to it.
    pub waiting: u64,
}

/// In which order outcomes are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// That of the items. One slow item lets those behind it wait, as many as have room.
    AsGiven,
    /// Each when it is there.
    AsFinished,
}

impl Pipeline {
    /// Works on each item, side by side, and hands what comes of it to `take`, on the thread
    /// that called.
    ///
    /// Items are drawn only when there is room, by their `weight` and by the `size` of outcomes: a
    /// `take` that is slow slows everything down before it. Where `work` panics, `on_defect` says what the item comes to, and the run goes
    /// on.
    ///
    /// # Errors
    /// That of `take`, which ends the run: what is in work is finished and thrown away.
    pub fn run<Item: Send, Outcome: Send, Problem>(
        &self,
        items: impl Iterator<Item = Item> + Send,
        weight: impl Fn(&Item) -> u64 + Sync,
        work: impl Fn(&Item) -> Outcome + Sync,
        on_defect: impl Fn(&Item) -> Outcome + Sync,
        size: impl Fn(&Outcome) -> u64 + Sync,
        mut take: impl FnMut(Outcome) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let hall = Hall::new(self);
        let source = Mutex::new(items.enumerate());
        let guarded = |item: &Item| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(item)));
            outcome.unwrap_or_else(|_| on_defect(item))
        };
        thread::scope(|scope| {
            // Whatever ends this block, nobody is left waiting for room.
            let _closed = ClosesWhenDropped(&hall);
            for _ in 0..self.workers.get() {
                scope.spawn(|| {
                    let _left = LeavesWhenDropped(&hall);
                    while let Some((place, item, weight)) = hall.draw(&source, &weight) {
                        let outcome = guarded(&item);
                        // Its memory must be free before its weight is.
                        drop(item);
                        let size = size(&outcome);
                        hall.finish(place, weight, (outcome, size));
                    }
                });
            }
            while let Some(outcome) = hall.next() {
                take(outcome)?;
            }
            Ok(())
        })
    }
}

/// What is on its way, and who waits for what.
struct Hall<Outcome> {
    capacity: Capacity,
    order: Order,
    state: Mutex<State<Outcome>>,
    room: Condvar,
    outcome: Condvar,
}

struct State<Outcome> {
    workers: usize,
    is_closed: bool,
    /// Items begun whose outcome was not taken.
    items: usize,
    /// The weight of those in work.
    weight: u64,
    /// The size of the outcomes that wait.
    waiting: u64,
    /// Each with its size.
    finished: BTreeMap<usize, (Outcome, u64)>,
    taken: usize,
}

impl<Outcome> Hall<Outcome> {
    fn new(pipeline: &Pipeline) -> Self {
        Hall {
            capacity: pipeline.capacity,
            order: pipeline.order,
            state: Mutex::new(State {
                workers: pipeline.workers.get(),
                is_closed: false,
                items: 0,
                weight: 0,
                waiting: 0,
                finished: BTreeMap::new(),
                taken: 0,
            }),
            room: Condvar::new(),
            outcome: Condvar::new(),
        }
    }

    /// The next item, once there is room for it. Whoever holds the source waits for room alone,
    /// so that items are begun in their order and a heavy one is not overtaken for ever.
    fn draw<Item>(
        &self,
        source: &Mutex<impl Iterator<Item = (usize, Item)>>,
        weight_of: impl Fn(&Item) -> u64,
    ) -> Option<(usize, Item, u64)> {
        let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
        let (items, waiting) = (self.capacity.items.get(), self.capacity.waiting);
        // All items before one that waits were begun, so that its turn comes.
        drop(self.wait_for_room(|state| state.items < items && state.waiting < waiting)?);
        let (place, item) = source.next()?;
        let weight = weight_of(&item);
        let allowed = self.capacity.weight;
        let fits = |state: &State<Outcome>| {
            state.weight == 0 || state.weight.saturating_add(weight) <= allowed
        };
        let mut state = self.wait_for_room(fits)?;
        state.items += 1;
        state.weight += weight;
        Some((place, item, weight))
    }

    fn wait_for_room(
        &self,
        has_room: impl Fn(&State<Outcome>) -> bool,
    ) -> Option<MutexGuard<'_, State<Outcome>>> {
        let waits = |state: &mut State<Outcome>| !state.is_closed && !has_room(state);
        let state = self.room.wait_while(self.lock(), waits);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        (!state.is_closed).then_some(state)
    }

    fn finish(&self, place: usize, weight: u64, outcome: (Outcome, u64)) {
        let mut state = self.lock();
        state.weight -= weight;
        state.waiting = state.waiting.saturating_add(outcome.1);
        state.finished.insert(place, outcome);
        drop(state);
        self.room.notify_all();
        self.outcome.notify_one();
    }

    /// The next outcome; `None` where all were taken.
    fn next(&self) -> Option<Outcome> {
        let is_next = |state: &State<Outcome>| match self.order {
            Order::AsGiven => state.finished.contains_key(&state.taken),
            Order::AsFinished => !state.finished.is_empty(),
        };
        let waits = |state: &mut State<Outcome>| state.workers > 0 && !is_next(state);
        let state = self.outcome.wait_while(self.lock(), waits);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let (_, (outcome, size)) = state.finished.pop_first()?;
        state.taken += 1;
        state.items -= 1;
        state.waiting = state.waiting.saturating_sub(size);
        drop(state);
        self.room.notify_all();
        Some(outcome)
    }

    fn lock(&self) -> MutexGuard<'_, State<Outcome>> {
        // Nothing in here can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets workers end that wait for room.
struct ClosesWhenDropped<'a, Outcome>(&'a Hall<Outcome>);

impl<Outcome> Drop for ClosesWhenDropped<'_, Outcome> {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.room.notify_all();
    }
}

/// Tells the one that takes outcomes that a worker comes to an end. By a panic, of the source or
/// of what stands in for a defect, all do, and the scope passes it on.
struct LeavesWhenDropped<'a, Outcome>(&'a Hall<Outcome>);

impl<Outcome> Drop for LeavesWhenDropped<'_, Outcome> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.workers -= 1;
        state.is_closed |= thread::panicking();
        drop(state);
        self.0.room.notify_all();
        self.0.outcome.notify_one();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    fn pipeline(workers: usize, items: usize, weight: u64, order: Order) -> Pipeline {
        Pipeline {
            workers: NonZeroUsize::new(workers).unwrap(),
            capacity: Capacity {
                items: NonZeroUsize::new(items).unwrap(),
                weight,
                waiting: 100,
            },
            order,
        }
    }

    fn nothing<Outcome>(_outcome: &Outcome) -> u64 {
        0
    }

    fn outcomes(pipeline: Pipeline, items: std::ops::Range<u64>) -> Vec<u64> {
        let mut taken = Vec::new();
        let work = |item: &u64| {
            // The first ones are the slowest.
            thread::sleep(Duration::from_micros(2_000u64.saturating_sub(item * 50)));
            *item
        };
        let keep = |outcome| {
            taken.push(outcome);
            Ok::<(), Infallible>(())
        };
        pipeline
            .run(items, |_| 1, work, |_| 0, nothing, keep)
            .unwrap();
        taken
    }

    #[test]
    fn outcomes_come_in_the_order_of_the_items_or_as_they_are_there() {
        let all: Vec<u64> = (0..200).collect();
        let given = outcomes(pipeline(4, 16, 100, Order::AsGiven), 0..200);
        assert_eq!(given, all);
        let mut finished = outcomes(pipeline(4, 16, 100, Order::AsFinished), 0..200);
        assert_ne!(finished, all);
        finished.sort_unstable();
        assert_eq!(finished, all);
    }

    #[test]
    fn a_run_without_items_ends() {
        assert!(outcomes(pipeline(3, 1, 1, Order::AsGiven), 0..0).is_empty());
    }

    #[test]
    fn no_more_is_begun_than_has_room_and_the_heavy_wait_until_they_are_alone() {
        for order in [Order::AsGiven, Order::AsFinished] {
            let (drawn, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let (weight, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let items = (0..300usize).inspect(|_| {
                let begun = drawn.fetch_add(1, Ordering::SeqCst) + 1;
                // One more is drawn before it is known how heavy it is.
                assert!(begun - taken.load(Ordering::SeqCst) <= 9);
            });
            let heavy = |item: &usize| if item % 50 == 7 { 1_000 } else { 30 };
            let work = |item: &usize| {
                let own = usize::try_from(heavy(item)).unwrap();
                let now = weight.fetch_add(own, Ordering::SeqCst) + own;
                assert!(now <= 100 || now == 1_000, "{now}");
                most.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_micros(100));
                weight.fetch_sub(own, Ordering::SeqCst);
            };
            let slow = |()| {
                thread::sleep(Duration::from_micros(50));
                taken.fetch_add(1, Ordering::SeqCst);
                Ok::<(), Infallible>(())
            };
            pipeline(6, 8, 100, order)
                .run(items, heavy, work, |item| panic!("{item}"), nothing, slow)
                .unwrap();
            assert_eq!(taken.into_inner(), 300);
            assert_eq!(most.into_inner(), 1_000);
        }
    }

    #[test]
    fn outcomes_that_wait_for_an_earlier_one_are_bounded_by_their_size() {
        let (first, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |item: &u64| {
            if *item == 0 {
                thread::sleep(Duration::from_millis(100));
                first.store(done.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            done.fetch_add(1, Ordering::SeqCst);
            *item
        };
        let mut taken = Vec::new();
        let keep = |outcome| {
            taken.push(outcome);
            Ok::<(), Infallible>(())
        };
        pipeline(4, 1_000, 1_000, Order::AsGiven)
            .run(0..200, |_| 1, work, |_| 0, |_| 30, keep)
            .unwrap();
        assert_eq!(taken, (0..200).collect::<Vec<_>>());
        // 120 of the 100 that are allowed, and what two more had begun by then.
        let first = first.into_inner();
        assert!(first <= 6, "{first}");
    }

    #[test]
    fn a_panic_is_one_outcome() {
        let mut taken = Vec::new();
        let work = |item: &u32| {
            assert!(item % 10 != 3, "one of the bad ones");
            i64::from(*item)
        };
        let keep = |outcome| {
            taken.push(outcome);
            Ok::<(), Infallible>(())
        };
        pipeline(2, 4, 100, Order::AsGiven)
            .run(
                0..30,
                |_| 100,
                work,
                |item| -i64::from(*item),
                nothing,
                keep,
            )
            .unwrap();
        let expected = (0..30).map(|item| if item % 10 == 3 { -item } else { item });
        assert_eq!(taken, expected.collect::<Vec<_>>());
    }

    #[test]
    fn what_cannot_be_taken_ends_the_run() {
        let drawn = AtomicUsize::new(0);
        let items = (0..1_000_000u32).inspect(|_| {
            drawn.fetch_add(1, Ordering::SeqCst);
        });
        let mut left = 5;
        let refuse = |_| {
            left -= 1;
            if left == 0 { Err("full") } else { Ok(()) }
        };
        let ended = pipeline(3, 8, 2, Order::AsGiven).run(
            items,
            |_| 1,
            |item| *item,
            |item| *item,
            nothing,
            refuse,
        );
        assert_eq!(ended, Err("full"));
        assert!(drawn.into_inner() < 30);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_source_that_panics_ends_the_run_with_it() {
        let items = (0..100u32).inspect(|item| assert!(*item < 50));
        let _ = pipeline(3, 1, 1, Order::AsGiven).run(
            items,
            |_| 1,
            |item| *item,
            |item| *item,
            nothing,
            |_| Ok::<(), Infallible>(()),
        );
    }
}
