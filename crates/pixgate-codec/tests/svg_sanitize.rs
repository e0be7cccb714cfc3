//! What is passed on as SVG holds nothing that runs or leads elsewhere, as another parser sees it.
#![cfg(feature = "svg")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers are tests too"
)]

#[path = "../../../fuzz/src/svg.rs"]
#[allow(unreachable_pub, reason = "a module of another crate")]
mod oracle;

use pixgate_codec::sanitize_svg;

/// Drawings that are put together from pieces, in any order and cut anywhere.
#[test]
fn nothing_harmful_is_left_of_drawings_made_from_pieces() {
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut cleaned = 0;
    for _ in 0..20_000 {
        let mut inner = String::new();
        for _ in 0..random(6) + 1 {
            inner.push_str(PIECES[random(PIECES.len())]);
            if random(8) == 0 {
                let mut at = random(inner.len() + 1);
                while !inner.is_char_boundary(at) {
                    at -= 1;
                }
                inner.insert_str(at, TOKENS[random(TOKENS.len())]);
            }
        }
        let doctype = DOCTYPES[random(DOCTYPES.len())];
        let svg = format!("{doctype}<svg {NAMESPACES}>{inner}</svg>");
        if let Ok(clean) = sanitize_svg(svg.as_bytes()) {
            cleaned += 1;
            oracle::assert_harmless(&clean);
            assert_eq!(sanitize_svg(&clean).unwrap(), clean, "{svg}");
        }
    }
    assert!(cleaned > 5_000, "{cleaned}");
}

const NAMESPACES: &str = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:h='http://www.w3.org/1999/xhtml'";
const DOCTYPES: [&str; 4] = [
    "",
    "<?xml-stylesheet href='a.css'?>",
    "<!DOCTYPE svg [<!ENTITY e 'javascript:'><!ENTITY h 'href'><!ATTLIST rect onload CDATA 'a'>]>",
    "<!DOCTYPE svg [<!ENTITY e '<script>a</script>'><!ENTITY h 'x'>]>",
];
const PIECES: [&str; 22] = [
    "<script>a</script>",
    "<g onload='a'><rect/></g>",
    "<a xlink:href='&e;alert(1)'><h:a href='x' ping='y'/></a>",
    "<a href='#a' h:href='javascript:a' xml:base='http://a/'/>",
    "<animate attributeName='&h;' values='javascript:a;b'/>",
    "<set h:attributeName='fill' attributeName='xlink:href' to='data:text/html,a'/>",
    "<image href='data:image/svg+xml,a'/><image href='data:image/png;base64,iVBO'/>",
    "<use href='data:image/png,a#b' xlink:href='#c'/>",
    "<feImage xlink:href=' http://a/b.png '/>",
    "<style>@import 'a';@media screen{a:not([b='//c']){fill:url(https://d)}}e{f:g}</style>",
    "<style>a{b:u\\72l(c)}</style><style><![CDATA[d>e{f:'</style><script>'}]]></style>",
    "<rect style='fill:url(#a);mask:url(&quot;http://b&quot;);c:image-set(\"d\" 1x)'/>",
    "<rect fill='url(//a)' stroke='u/**/rl(b)' cursor='url(c.cur),auto'/>",
    "<foreignObject><h:iframe src='a'/></foreignObject>",
    "<text>&#60;script&#62; &amp;lt; ]]&gt; <tspan>a</tspan></text>",
    "<!-- <script> --><?php a ?><![CDATA[<b onload='c'>]]>",
    "<title>a</title><metadata><x/></metadata>",
    "<font-face-src><font-face-uri xlink:href='http://a'/></font-face-src>",
    "<rect id='a' class='b &#9; c' aria-label='d' data-e='f'/>",
    "<s:rect xmlns:s='http://www.w3.org/2000/svg' s:onload='a' s:fill='b'/>",
    "<handler type='a' xmlns:ev='http://www.w3.org/2001/xml-events' ev:event='load'>b</handler>",
    "<style type='text/css'>@font-face{font-family:a;src:url(b.woff),url(data:font/woff2,c)}</style>",
];
const TOKENS: [&str; 12] = [
    "'", "\"", "<", ">", "&e;", "\\", "/*", "*/", "{", "}", "\u{1b}", " on",
];
