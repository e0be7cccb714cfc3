//! Looking for faces takes no more memory than planned.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{Limits, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use support::counting::{Counting, most_during};
use support::options;

#[global_allocator]
static COUNTING: Counting = Counting;

const COLLINS: &[u8] = include_bytes!("../../pixgate-faces/tests/pictures/collins.jpg");

#[test]
fn a_plan_knows_what_looking_for_faces_takes() {
    let header = probe(COLLINS, &Limits::default()).unwrap();
    for text in [
        "c:80:80:obj",
        "rs:fill:80:24/g:obj/bd:9",
        "bd:20/dd:1",
        "t:10/bd:5",
        "co:2:face/rs:fill:200:50:1/bd:3",
    ] {
        let asked = options(&format!("{text}/f:png"));
        let (settings, none) = (Settings::default(), Negotiation::default());
        let plan = pixgate_engine::plan(&asked, &header, &settings, &none).unwrap();
        let (_, most) = most_during(|| run(&plan, COLLINS, &Cancel::never()).unwrap());
        assert!(
            most <= plan.peak_bytes,
            "{text}: {most} of {}",
            plan.peak_bytes
        );
        assert!(plan.peak_bytes < 32 << 20, "{text}: {}", plan.peak_bytes);
    }
}
