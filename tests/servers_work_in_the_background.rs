//! Jobs on several servers: done once, resumed after `kill -9`, stopped by a person, refused to who may not. And what else
//! happens by itself: deletions that are announced first.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use khaosat::clock::{Clock, DAY_MS, ManualClock, Millis, SystemClock};
use khaosat::desk::Desk;
use khaosat::round::{self, JobKind, NewWork};
use khaosat::store::Store;
use khaosat::store::actor::{Act, Right};
use khaosat::store::job::{Fence, Job, JobState};
use khaosat::store::retention::RetentionRule;
use khaosat::vault::Vault;

use crate::support::{Engine, Installation, on_each_engine, ready};

/// Code of the round that [`ready`] makes.
const ROUND: &str = ready::ROUND;

/// The installation's own database and keys, as another process sees them.
fn desk(engine: &Engine, at: &Installation) -> Desk {
    Desk {
        store: Store::open(&engine.url, 4).unwrap(),
        vault: Arc::new(Vault::open(&at.directory().join("keys")).unwrap()),
        clock: Arc::new(SystemClock),
        public_url: "http://khaosat.example".to_owned(),
    }
}

fn wait(desk: &Desk, id: i64, until: impl Fn(&Job) -> bool) -> Job {
    let deadline = Instant::now() + Duration::from_secs(90);
    loop {
        let job = desk.store.job(id).unwrap();
        if until(&job) {
            return job;
        }
        assert!(Instant::now() < deadline, "{job:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn dossiers(n: usize) -> Vec<u8> {
    let mut csv = String::from("number,unit,counter,service,finished_on,outcome\n");
    for number in 0..n {
        csv.push_str(&format!("B-{number:06},23638,1,ho-tich,2026-11-01,granted\n"));
    }
    csv.into_bytes()
}

fn import(n: usize) -> NewWork {
    NewWork { file: dossiers(n), ..NewWork::plain(JobKind::Dossiers) }
}

#[test]
fn two_servers_do_a_job_once_and_who_may_not_asks_for_none() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 3);
        let why = "the counter was closed for good";
        let early = ["--early", "--reason", why, "--as", "province", "--with", "province-2"];
        at.run(&[&["round", "close", ROUND], &early[..]].concat()).done();
        let (one, two) = (at.serve(), at.serve());
        let desk = desk(engine, &at);
        for nobody in ["inspector", "admin"] {
            let refused = at.run(&["job", "ask", "flag", ROUND, "--as", nobody]).refused();
            assert!(refused.contains("may not compute flags"), "{refused}");
        }
        let told = at.run(&["job", "ask", "flag", ROUND, "--as", "reviewer"]).done();
        let id = told.trim().strip_prefix("job ").unwrap().parse().unwrap();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!((job.state(), job.attempts), (JobState::Done, 1), "{job:?}");
        std::thread::sleep(Duration::from_secs(3));
        let audit = at.run(&["audit", "list", "--limit", "10000"]).done();
        assert_eq!(audit.matches("round.flag").count(), 1, "{audit}");
        let ended = at.run(&["job", "cancel", &id.to_string(), "--as", "reviewer"]).refused();
        assert!(ended.contains("has ended already"), "{ended}");
        let foreign = at.run(&["job", "cancel", &id.to_string(), "--as", "inspector"]).refused();
        assert!(foreign.contains("may not compute flags"), "{foreign}");
        // A job that fails says why and can be tried again.
        let told = at.run(&["job", "ask", "compute", ROUND, "--as", "publisher-1"]).done();
        let id = told.trim().strip_prefix("job ").unwrap().parse().unwrap();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!(job.state(), JobState::Failed);
        assert!(job.last_error.is_some_and(|error| error.contains(ROUND)), "it says why");
        at.run(&["job", "retry", &id.to_string(), "--as", "publisher-1"]).done();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!(job.state(), JobState::Failed);
        drop((one, two));
    });
}

#[test]
fn an_import_killed_midway_goes_on_where_it_was_and_takes_nothing_twice() {
    const N: usize = 6_000;
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 1);
        let desk = desk(engine, &at);
        let province = desk.store.actor("province").unwrap();
        let round_id = desk.store.round(ROUND).unwrap().id;
        let taken = || -> i64 {
            let cells = desk.store.dossier_cells(round_id).unwrap();
            cells.into_values().map(|n| n.finished).sum()
        };
        let before = taken();
        let work = import(N);
        let id = round::ask_work(&desk, &province, ROUND, work.clone()).unwrap();
        assert_eq!(round::ask_work(&desk, &province, ROUND, work).unwrap(), id, "asked once");
        let part = desk.store.job_part(id, 0).unwrap().unwrap();
        assert!(!part.windows(8).any(|w| w == b"B-000001"), "a register lies nowhere in the clear");
        let service = at.serve();
        wait(&desk, id, |job| job.done > 0);
        service.kill9();
        let left = desk.store.job(id).unwrap();
        assert_eq!(left.state(), JobState::Running, "nobody ended it: {left:?}");
        assert!(taken() - before < N as i64, "killed in the middle");
        let service = at.serve();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!((job.state(), job.attempts), (JobState::Done, 2), "{job:?}");
        assert_eq!(taken() - before, N as i64);
        assert_eq!(desk.store.job_part(id, 0).unwrap(), None, "the file is erased");
        drop(service);
    });
}

#[test]
fn a_person_stops_a_job_and_whoever_lost_it_writes_nothing_more() {
    const N: usize = 4_000;
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 1);
        let desk = desk(engine, &at);
        let province = desk.store.actor("province").unwrap();
        let work = import(N);
        let id = round::ask_work(&desk, &province, ROUND, work).unwrap();
        let service = at.serve();
        wait(&desk, id, |job| job.done > 0);
        round::cancel_work(&desk, &province, id).unwrap();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!(job.state(), JobState::Cancelled, "{job:?}");
        assert!((job.done as usize) < N, "{job:?}");
        round::retry_work(&desk, &province, id).unwrap();
        let job = wait(&desk, id, |job| job.ended_at.is_some());
        assert_eq!(job.state(), JobState::Done, "{job:?}");
        drop(service);

        // A server that slept over its lease finds the job with another.
        let id = round::ask_work(&desk, &province, ROUND, NewWork::plain(JobKind::Close)).unwrap();
        let now = desk.clock.now();
        let slept = desk.store.take_job(now, 1_000, 5).unwrap().unwrap();
        assert_eq!(slept.id, id);
        let other = desk.store.take_job(now.plus(2_000), 60_000, 5).unwrap().unwrap();
        assert_eq!((other.id, other.attempts), (id, 2));
        let stop = Arc::new(AtomicBool::new(false));
        let fenced = desk.store.fenced(Fence::new(slept.lease(), 60_000, stop));
        let act = Act::new(&province, Right::RunRound, now, "test.write", "nothing");
        let refused = fenced.record(&act).unwrap_err().to_string();
        assert!(refused.contains("stopped"), "{refused}");
        let held = Fence::new(other.lease(), 60_000, Arc::new(AtomicBool::new(false)));
        desk.store.fenced(held).record(&act).unwrap();
    });
}

#[test]
fn what_is_deleted_is_announced_three_days_before_and_can_be_held() {
    on_each_engine(|engine| {
        let at = Installation::on(engine);
        ready::round(&at, 1);
        let clock = ManualClock::at(SystemClock.now());
        let mut desk = desk(engine, &at);
        desk.clock = Arc::new(clock.clone());
        let province = desk.store.actor("province").unwrap();
        let id = round::ask_work(&desk, &province, ROUND, NewWork::plain(JobKind::Close)).unwrap();
        round::cancel_work(&desk, &province, id).unwrap();
        let forward = |days: i64| clock.set(Millis(clock.now().0 + days * DAY_MS));
        let outlook = |rule: RetentionRule| {
            let all = round::retention_outlook(&desk).unwrap();
            all.into_iter().find(|outlook| outlook.rule == rule).unwrap()
        };
        assert_eq!(round::retain_due(&desk).unwrap(), 0);
        assert_eq!((outlook(RetentionRule::Jobs).old, outlook(RetentionRule::Jobs).soon), (0, 0));
        forward(RetentionRule::Jobs.days() + 1);
        assert_eq!(round::retain_due(&desk).unwrap(), 0, "announced, not done");
        let announced = outlook(RetentionRule::Jobs).announced.unwrap();
        assert_eq!(announced.n, 1);
        let clerk = desk.store.actor("reviewer").unwrap();
        assert!(round::hold_deletion(&desk, &clerk, announced.id, "I want to keep it").is_err());
        round::hold_deletion(&desk, &province, announced.id, "the inspectorate asked").unwrap();
        forward(round::NOTICE_DAYS + 1);
        assert_eq!(round::retain_due(&desk).unwrap(), 0, "held");
        assert!(desk.store.job(id).is_ok());
        forward(round::HOLD_DAYS);
        assert_eq!(round::retain_due(&desk).unwrap(), 0, "announced anew");
        assert!(outlook(RetentionRule::Jobs).announced.is_some());
        forward(round::NOTICE_DAYS);
        assert_eq!(round::retain_due(&desk).unwrap(), 1);
        assert!(desk.store.job(id).is_err(), "deleted");
        assert_eq!(round::retain_due(&desk).unwrap(), 0, "once");
        let told = at.run(&["retention", "show"]).done();
        assert!(told.contains("jobs") && told.contains("done 1 by schedule"), "{told}");
    });
}
