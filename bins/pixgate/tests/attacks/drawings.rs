//! Drawings that recurse, multiply, hang or swell: each costs its own request.

use std::fs;
use std::time::{Duration, Instant};

use crate::rig::{Rig, promised};

/// Hostile drawings by name, each of a few kilobytes.
fn drawings() -> Vec<(&'static str, String)> {
    let wide = "<rect width='4000' height='4000' fill='#123'/>";
    vec![
        ("doubling.svg", svg(&doubling("use", 40))),
        ("chain.svg", svg(&chain(5_000))),
        ("masks.svg", svg(&references("mask", "mask", 400, wide))),
        ("clips.svg", svg(&styled("clip-path", "clipPath", 400))),
        (
            "patterns.svg",
            svg(&references("pattern", "fill", 60, wide)),
        ),
        (
            "nested.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'>".to_owned() + &"<g>".repeat(20_000),
        ),
        (
            "spans.svg",
            svg(&format!("<text>{}</text>", "<tspan>a".repeat(2_000))),
        ),
        (
            "letters.svg",
            svg(&format!(
                "<text letter-spacing='1'>{}</text>",
                "a\u{301}".repeat(20_000)
            )),
        ),
        (
            "dashes.svg",
            svg(
                "<path d='M0 0L1e9 1e9' stroke='red' stroke-width='1e-3' stroke-dasharray='1e-3'/>",
            ),
        ),
        (
            "attributes.svg",
            svg(&format!("<g {}/>", attributes(20_000))),
        ),
        (
            "spaces.svg",
            format!(
                "<svg {} xmlns='http://www.w3.org/2000/svg'/>",
                namespaces(5_000)
            ),
        ),
        (
            "noise.svg",
            svg(&filtered(
                "<feTurbulence baseFrequency='1' numOctaves='100000'/>",
                20,
            )),
        ),
        (
            "morphology.svg",
            svg(&filtered(
                "<feMorphology operator='dilate' radius='900'/>",
                20,
            )),
        ),
        ("convolved.svg", svg(&filtered(&convolution(40), 8))),
        ("pictures.svg", svg(&pictures(200))),
        ("entities.svg", entities()),
        ("selectors.svg", svg(&selectors(400))),
    ]
}

fn svg(content: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         width='4000' height='4000'>{content}</svg>"
    )
}

/// Every element uses the one before it twice.
fn doubling(element: &str, depth: usize) -> String {
    let step = |n: usize| {
        let one = format!("<{element} xlink:href='#g{n}'/>");
        format!("<g id='g{}'>{one}{one}</g>", n + 1)
    };
    let steps: String = (0..depth).map(step).collect();
    format!(
        "<defs><g id='g0'><rect width='9' height='9'/></g>{steps}</defs><use xlink:href='#g{depth}'/>"
    )
}

/// Every element uses the one behind it.
fn chain(length: usize) -> String {
    let step = |n: usize| format!("<g id='c{n}'><use xlink:href=' #c{} '/></g>", n + 1);
    (0..length).map(step).collect()
}

/// Every element is masked or painted by the next one, through an attribute.
fn references(element: &str, property: &str, count: usize, content: &str) -> String {
    let step = |n: usize| {
        format!(
            "<{element} id='r{n}' width='1' height='1'><g {property}=\"url( '#r{}' )\">{content}</g></{element}>",
            n + 1
        )
    };
    let steps: String = (0..count).map(step).collect();
    format!("{steps}<g {property}='url(#r0)'>{content}</g>")
}

/// The same through a style sheet.
fn styled(property: &str, element: &str, count: usize) -> String {
    let rule = |n: usize| format!(".k{n}{{{property}:url(#k{})}}", n + 1);
    let step = |n: usize| {
        format!("<{element} id='k{n}' class='k{n}'><rect width='4000' height='4000'/></{element}>")
    };
    let rules: String = (0..count).map(rule).collect();
    let steps: String = (0..count).map(step).collect();
    format!("<style>{rules}</style>{steps}<rect class='k0' width='4000' height='4000'/>")
}

fn attributes(count: usize) -> String {
    (0..count).map(|n| format!("a{n}='' ")).collect()
}

fn namespaces(count: usize) -> String {
    (0..count)
        .map(|n| format!("xmlns:n{n}='http://n.test/{n}' "))
        .collect()
}

fn filtered(primitive: &str, count: usize) -> String {
    let primitives = primitive.repeat(count);
    format!(
        "<filter id='f' x='-9' y='-9' width='20' height='20'>{primitives}</filter><rect width='4000' height='4000' filter='url(#f)'/>"
    )
}

fn convolution(side: usize) -> String {
    let matrix = "1 ".repeat(side * side);
    format!("<feConvolveMatrix order='{side}' kernelMatrix='{matrix}'/>")
}

/// A tiny file that says it is a large picture.
fn pictures(count: usize) -> String {
    let gif = "R0lGODlhECcQJwAAACH5BAAAAAAALAAAAAAQJxAnAAACAkQBADs=";
    format!("<image width='4000' height='4000' xlink:href='data:image/gif;base64,{gif}'/>")
        .repeat(count)
}

fn entities() -> String {
    let step = |n: usize| format!("<!ENTITY e{} '&e{n};&e{n};&e{n};&e{n};'>", n + 1);
    let steps: String = (0..20).map(step).collect();
    format!(
        "<!DOCTYPE svg [<!ENTITY e0 '<rect/>'>{steps}]>\
         <svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>&e20;</svg>"
    )
}

fn selectors(count: usize) -> String {
    let rule = |n: usize| format!("g g g g g g g g:not(.a{n}) g ~ g + rect{{fill:red}}");
    let rules: String = (0..count).map(rule).collect();
    let elements = "<g><g><g><g><rect/></g></g></g></g>".repeat(400);
    format!("<style>{rules}</style>{elements}")
}

#[test]
fn drawings_that_recurse_multiply_hang_or_swell_cost_their_own_requests() {
    let rig = Rig::start(&[]);
    for (name, drawing) in drawings() {
        rig.put(name, drawing.as_bytes());
        std::thread::scope(|scope| {
            for number in 0..3 {
                let rig = &rig;
                scope.spawn(move || {
                    let begun = Instant::now();
                    let options = format!("rs:fit:{}:900", 900 + number);
                    let status = rig
                        .get(&format!("/unsafe/{options}/plain/local:///{name}@png"))
                        .status;
                    let elapsed = begun.elapsed();
                    assert!(matches!(status, 200 | 422 | 503), "{name}: {status}");
                    assert!(elapsed < promised(LATEST), "{name}: {elapsed:?}");
                });
            }
        });
        rig.assert_well();
    }
    assert!(children(&rig).len() <= 2, "one for each worker at most");
}

#[test]
fn drawings_that_are_passed_on_cost_their_own_requests() {
    let rig = Rig::start(&[]);
    for (name, drawing) in drawings() {
        rig.put(name, drawing.as_bytes());
        let begun = Instant::now();
        let status = rig.get(&format!("/unsafe/plain/local:///{name}")).status;
        assert!(matches!(status, 200 | 422 | 503), "{name}: {status}");
        assert!(begun.elapsed() < promised(LATEST), "{name}");
        rig.assert_well();
    }
}

#[test]
fn a_child_that_is_killed_is_replaced() {
    let rig = Rig::start(&[]);
    rig.put("plain.svg", PLAIN);
    for size in 10..15 {
        rig.assert_answers(
            &format!("/unsafe/rs:fit:{size}:9/plain/local:///plain.svg@png"),
            200,
        );
        for child in children(&rig) {
            kill(child);
        }
    }
}

#[test]
fn children_have_no_rights_and_end_with_the_server() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let rig = Rig::start(&[]);
    rig.put("plain.svg", PLAIN);
    rig.assert_answers("/unsafe/rs:fit:10:9/plain/local:///plain.svg@png", 200);
    let children = children(&rig);
    assert_eq!(children.len(), 1);
    for child in &children {
        let status = fs::read_to_string(format!("/proc/{child}/status")).unwrap();
        assert!(status.contains("NoNewPrivs:\t1"), "{status}");
        assert!(status.contains("Seccomp:\t2"), "{status}");
        let limits = fs::read_to_string(format!("/proc/{child}/limits")).unwrap();
        for limit in ["Max data size", "Max address space", "Max cpu time"] {
            let words = limits
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>());
            let mut lines = words.map(|words| words.join(" "));
            let line = lines.find(|line| line.starts_with(limit)).unwrap();
            assert!(!line.contains(&format!("{limit} unlimited")), "{line}");
        }
    }
    kill(rig.pid());
    let begun = Instant::now();
    while children.iter().any(|child| is_alive(*child)) {
        assert!(begun.elapsed() < Duration::from_secs(10), "{children:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_client_that_leaves_ends_its_drawing() {
    let rig = Rig::start(&[("IMGPROXY_TIMEOUT", "60")]);
    let noise = filtered("<feTurbulence baseFrequency='1' numOctaves='9'/>", 60);
    rig.put("slow.svg", svg(&noise).as_bytes());
    rig.put("plain.svg", PLAIN);
    for _ in 0..4 {
        rig.send_and_leave(
            "GET /unsafe/rs:fit:900:900/plain/local:///slow.svg@png HTTP/1.1\r\nHost: a\r\n\r\n",
        );
    }
    rig.assert_answers("/unsafe/rs:fit:10:9/plain/local:///plain.svg@png", 200);
}

/// Processes that the server started.
fn children(rig: &Rig) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |pid: &u32| parent(*pid) == Some(rig.pid());
    pids.filter(is_child).collect()
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// Whether it runs; the dead wait until their parent asks for them.
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

fn kill(pid: u32) {
    let line = format!("kill -KILL {pid}");
    let status = std::process::Command::new("sh")
        .args(["-c", &line])
        .status();
    assert!(status.is_ok_and(|status| status.success()));
}

const PLAIN: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'>\
    <rect width='20' height='10' fill='#08f'/></svg>";
/// The deadline of a request and what comes on top.
const LATEST: Duration = Duration::from_millis(3_500);
