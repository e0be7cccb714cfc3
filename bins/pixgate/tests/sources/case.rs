//! One case: its stores, its process, its steps.

use std::time::{Duration, Instant};

use pixgate_sign::KeyRing;
use regex::Regex;
use serde_json::Value;

use crate::emulators::Emulators;
use crate::program::Program;
use crate::rules::{self, Verdict};
use crate::world::World;
use crate::{client, judge};

/// Runs one case; `None` if its emulator is not there.
pub(crate) async fn run(case: &Value, vectors: &Value, emulators: &Emulators) -> Option<Verdict> {
    let world = World::start(case, vectors, emulators).await?;
    let program = Program::start(&world.variables, case["bind"] == "PORT");
    let mut running = Running { world, program };
    Some(running.judge(case).await)
}

struct Running {
    world: World,
    program: Program,
}

impl Running {
    async fn judge(&mut self, case: &Value) -> Verdict {
        if case["expect"]["started"] == false {
            let code = self.program.exit().await?.map(i64::from);
            if code != case["expect"]["exit"].as_i64() {
                return Err(format!("exit status {code:?}: {}", self.program.log()));
            }
            return self.log(&case["expect"]).await;
        }
        let address = self.program.address().await?;
        let whole = vec![case.clone()];
        let steps = case["steps"].as_array().unwrap_or(&whole);
        for (index, step) in steps.iter().enumerate() {
            let verdict = self.step(&address, step).await;
            let log = || self.program.log();
            verdict.map_err(|why| format!("step {index}: {why}\n{}", log()))?;
        }
        Ok(())
    }

    async fn step(&self, address: &str, step: &Value) -> Verdict {
        if step["call"].is_array() {
            self.world.call(&step["call"]).await;
            return Ok(());
        }
        let expect = &step["expect"];
        if step["request"].is_object() {
            self.ask(address, step, expect).await?;
        }
        self.log(expect).await
    }

    async fn ask(&self, address: &str, step: &Value, expect: &Value) -> Verdict {
        let (world, fixtures) = (&self.world, &*self.world.fixtures);
        let path = signed(&fixtures.fill(step["request"]["path"].as_str().unwrap()));
        let headers = step["request"]["headers"].as_object().into_iter().flatten();
        let headers = headers.map(|(name, value)| {
            let value = fixtures.fill(value.as_str().unwrap());
            (name.clone(), value)
        });
        let headers: Vec<_> = headers.collect();
        let (before, started) = (world.store.requests().len(), Instant::now());
        let answer = client::get(address, &path, &headers).await?;
        let elapsed = started.elapsed();
        for (name, header) in step["capture"].as_object().into_iter().flatten() {
            let value = answer.header(header.as_str().unwrap());
            let value = value.ok_or(format!("no header {header}"))?;
            fixtures.set(format!("capture:{name}"), value);
        }
        judge::answer(expect, &answer, fixtures)?;
        let limit = expect["max_seconds"].as_f64();
        if limit.is_some_and(|limit| elapsed > Duration::from_secs_f64(limit)) {
            return Err(format!("took {elapsed:?}"));
        }
        let asked = world.store.requests().split_off(before);
        rules::count("store", &expect["store_requests"], asked.len())?;
        rules::saw(&expect["store_saw"], &asked, fixtures)?;
        let asked = world.identity.requests();
        rules::count("identity", &expect["identity_requests"], asked.len())?;
        rules::saw_somewhere(&expect["identity_saw"], &asked, fixtures)
    }

    async fn log(&self, expect: &Value) -> Verdict {
        if let Some(pattern) = expect["log_re"].as_str() {
            let pattern = Regex::new(pattern).unwrap();
            let fits = |log: &str| pattern.is_match(log);
            self.program.await_log(fits).await?;
        }
        if let Some(pattern) = expect["log_not_re"].as_str() {
            let pattern = Regex::new(pattern).unwrap();
            let log = self.program.log();
            if pattern.is_match(&log) {
                return Err(format!("the log is {log}"));
            }
        }
        Ok(())
    }
}

/// Replaces `{sign:KEY:SALT}` by the signature of the rest of the path.
fn signed(path: &str) -> String {
    let Some(rest) = path.strip_prefix("/{sign:") else {
        return path.to_owned();
    };
    let (pair, rest) = rest.split_once('}').unwrap();
    let (key, salt) = pair.split_once(':').unwrap();
    KeyRing::from_hex_lists(key, salt).unwrap().sign(rest)
}
