//! What was asked for and is not in the picture is told.

use crate::world::World;

#[tokio::test]
async fn what_is_left_out_is_counted_and_shown_to_those_who_develop() {
    let world = World::with(|config| {
        config.answer.development_errors = true;
        config.url.allow_bypass_cache = true;
    });
    let plain = world.made("w:9", "http://h/photo.jpg").await;
    assert!(plain.left_out.is_empty());
    assert_eq!(plain.header("x-pixgate-warning"), None);
    for count in 1..=2 {
        let answer = world.made("w:9/bc:1", "http://h/photo.jpg").await;
        assert_eq!(answer.status, 200);
        let kinds: Vec<_> = answer.left_out.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, ["bypass_cache_not_used"]);
        let told = answer.header("x-pixgate-warning").unwrap();
        assert!(told.starts_with("bypass_cache: "), "{told}");
        assert_eq!(world.proxy.left_out(), [("bypass_cache_not_used", count)]);
    }
}
