use super::*;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
                    xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

fn clean(text: &str) -> String {
    let clean = sanitize_svg(text.as_bytes()).unwrap();
    assert_eq!(sanitize_svg(&clean).unwrap(), clean, "again: {text}");
    String::from_utf8(clean).unwrap()
}

/// Cleans what stands in a root element, and gives what is left in it.
fn inner(text: &str) -> String {
    let svg = format!(
        "<svg xmlns='{SVG}' xmlns:xlink='{XLINK}' xmlns:h='http://www.w3.org/1999/xhtml'>{text}</svg>"
    );
    let clean = clean(&svg);
    let behind = clean.strip_prefix(HEAD).unwrap().trim_end();
    let inner = behind
        .strip_prefix('>')
        .and_then(|inner| inner.strip_suffix("</svg>"));
    inner.unwrap_or_default().to_owned()
}

#[test]
fn keeps_what_draws() {
    let table = [
        "<g id=\"a\" class=\"b c\" fill=\"url(#d)\" transform=\"rotate(-30-40 50)\"><path d=\"M0 0h9\"/></g>",
        "<use href=\"#a\" x=\"1\"/><use xlink:href=\"#a\"/>",
        "<text x=\"1\" xml:space=\"preserve\">a &lt;b&gt; &amp; c<tspan>d</tspan>\n</text>",
        "<image href=\"data:image/png;base64,iVBORw0KGgo=\" width=\"1\"/>",
        "<rect style=\"fill:rgb(1 2 3 / .5);stroke:url('#a') red;--x:1px\"/>",
        "<style>.a>b:nth-child(2n + 1),:root{fill:red!important;filter:url('#f')}@media print{a{b:c}}</style>",
        "<style>@font-face{font-family:'A B';src:url('data:font/woff2;base64,AA==') format('woff2')}</style>",
        "<animate attributeName=\"fill\" values=\"red;blue\" dur=\"1s\" repeatCount=\"indefinite\"/>",
        "<filter id=\"f\"><feImage href=\"#a\"/><feGaussianBlur stdDeviation=\"2\" in=\"SourceAlpha\"/></filter>",
        "<a><title>t</title></a>",
    ];
    for text in table {
        assert_eq!(inner(text).replace("&gt;b:", ">b:"), text);
    }
}

#[test]
fn leaves_out_whatever_runs_or_leads_elsewhere() {
    let table = [
        ("<script>a</script><g/>", "<g/>"),
        ("<SCRIPT>a</SCRIPT><h:script/>", ""),
        ("<g onload='a' ONCLICK='b' h:onclick='c'/>", "<g/>"),
        ("<foreignObject><h:iframe/></foreignObject><handler/>", ""),
        ("<h:a href='x' ping='y'>z</h:a><h:meta/>", ""),
        ("<a href='https://a/'/><a xlink:href='x.svg'/>", "<a/><a/>"),
        ("<a href='&#x09;java&#x0A;script:a'/>", "<a/>"),
        ("<use href='data:image/svg+xml;base64,AA==#x'/>", "<use/>"),
        ("<use href='https://a/#b'/>", "<use/>"),
        (
            "<image href='data:image/svg+xml,&lt;svg/&gt;'/>",
            "<image/>",
        ),
        ("<image href='data:text/html,a'/>", "<image/>"),
        ("<feImage href='//a/b.png'/>", "<feImage/>"),
        ("<a href='#b' xml:base='https://a/'/>", "<a href=\"#b\"/>"),
        ("<g fill='url(https://a/#b)' id='javascript:a'/>", "<g/>"),
        (
            "<g fill='url\u{7f}(b.svg#c)' mask='u&#x7f;rl(d#e)'/>",
            "<g/>",
        ),
        ("<g fill='\\75rl(https:a)' mask='u/**/rl(b)'/>", "<g/>"),
        ("<g fill='1url(b)' mask='#url(c)'/>", "<g/>"),
        (
            "<g transform='rotate(9) &quot;)}}@font-face{src:url(b'/>",
            "<g/>",
        ),
        (
            "<g clip-path='url(b.svg#c)' filter='image-set(\"a\" 1x)'/>",
            "<g/>",
        ),
        ("<g cursor='url( &quot;a.cur&quot; ), auto'/>", "<g/>"),
        (
            "<g style='-moz-binding:url(#a);behavior:url(#b);width:expression(a)'/>",
            "<g/>",
        ),
        (
            "<g style='fill:url(https://a);stroke:red'/>",
            "<g style=\"stroke:red\"/>",
        ),
        (
            "<g style='fill:\\75\\72\\6c(//a);background:image-set(&quot;//a&quot; 1x)'/>",
            "<g/>",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(inner(text), expected, "{text}");
    }
}

#[test]
fn leaves_out_style_sheets_and_animations_that_do() {
    let table = [
        (
            "<style>@import 'a.css';@import url(b.css);@charset 'c';b{c:d}</style>",
            "<style>b{c:d}</style>",
        ),
        (
            "<style>a{fill:url\u{7f}(b.svg#c);src:u\u{7f}rl(//d)}</style>",
            "<style/>",
        ),
        (
            "<style>[a='&gt;@import b']{c:d}@=e{f:g}h{i:@ j;k:l}</style>",
            "<style>h{k:l}</style>",
        ),
        (
            "<style>@font-face{font-family:a;src:url(a.woff)}</style>",
            "<style>@font-face{font-family:a}</style>",
        ),
        (
            "<style>a{b:url(c)}d{e:u\\rl('f')}g[h='//i']{j:k}</style>",
            "<style/>",
        ),
        (
            "<style>a{b:c}}{{d:e}f{g:h}</style>",
            "<style>a{b:c}</style>",
        ),
        ("<style type='text/xsl'>a{b:c}</style>", ""),
        ("<set attributeName='href' to='javascript:a'/>", ""),
        (
            "<set h:attributeName='fill' attributeName='href' to='javascript:a'/>",
            "",
        ),
        (
            "<style h:type='text/css' type='text/xsl'>a{b:c}</style>",
            "",
        ),
        (
            "<animate attributeName='xlink:href'/><animate attributeName='onload'/><set/>",
            "",
        ),
        (
            "<animate attributeName='fill' values='red;javascript:a'/>",
            "<animate attributeName=\"fill\"/>",
        ),
        ("<rect requiredExtensions='https://a/'/>", ""),
        (
            "<!-- a --><?xml-stylesheet href='a'?><metadata>b</metadata>c",
            "",
        ),
        (
            "<![CDATA[<script>]]><text><![CDATA[<b>]]></text>",
            "<text>&lt;b&gt;</text>",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(inner(text), expected, "{text}");
    }
}

#[test]
fn nothing_of_a_document_type_is_left() {
    let doctype = |internal: &str, rest: &str| {
        clean(&format!(
            "<!DOCTYPE svg [{internal}]><svg xmlns='{SVG}'>{rest}</svg>"
        ))
    };
    let empty = format!("{HEAD}/>\n");
    let open = |inner: &str| format!("{HEAD}>{inner}</svg>\n");
    assert_eq!(doctype("<!ATTLIST svg onload CDATA 'a'>", ""), empty);
    assert_eq!(doctype("<!ENTITY a '<script>b</script>'>", "&a;"), empty);
    let animated = "<animate attributeName='&h;' to='javascript:a'/>";
    assert_eq!(doctype("<!ENTITY h 'href'>", animated), empty);
    let link = doctype("<!ENTITY Tab 'javascript:a//'>", "<a href='&Tab;x'/>");
    assert_eq!(link, open("<a/>"));
    let text = doctype("<!ENTITY nbsp '&#160;'>", "<text>a&nbsp;b</text>");
    assert_eq!(text, open("<text>a\u{A0}b</text>"));
    let outer = format!("<!DOCTYPE svg SYSTEM 'https://a/b.dtd'><svg xmlns='{SVG}'/>");
    assert_eq!(clean(&outer), empty);
    let desynchronised = format!(
        "<!DOCTYPE svg [<?x \" ?>]><svg xmlns='{SVG}'><script>a</script><!-- \" ]><svg> --><g/></svg>"
    );
    assert_eq!(clean(&desynchronised), open("<g/>"));
}

#[test]
fn other_encodings_become_utf8_or_are_refused() {
    let padded = |encoding: &str, inner: &str| {
        let space = " ".repeat(300);
        format!(
            "<?xml version='1.0' {space} encoding='{encoding}'?><svg xmlns='{SVG}'>{inner}</svg>"
        )
    };
    for encoding in ["ISO-2022-JP", "UTF-7", "x-user-defined"] {
        let svg = padded(encoding, "\u{1b}$B<!--\u{1b}(B<script>a</script><!-- -->");
        assert!(sanitize_svg(svg.as_bytes()).is_err(), "{encoding}");
        assert!(
            sanitize_svg(padded(encoding, "").as_bytes()).is_err(),
            "{encoding}"
        );
    }
    let wide: Vec<u8> = padded("UTF-16", "<script/><text>\u{E4}</text>")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let clean = String::from_utf8(sanitize_svg(&wide).unwrap()).unwrap();
    assert_eq!(clean, format!("{HEAD}><text>\u{E4}</text></svg>\n"));
    let escape = format!("<svg xmlns='{SVG}'><text>\u{1b}(B</text></svg>");
    assert!(sanitize_svg(escape.as_bytes()).is_err());
}

#[test]
fn prefixes_and_missing_namespaces_mean_the_same() {
    let expected = format!("{HEAD}><rect width=\"1\"/></svg>\n");
    let prefixed = format!("<s:svg xmlns:s='{SVG}'><s:rect width='1' s:x='2'/></s:svg>");
    assert_eq!(clean(&prefixed), expected);
    assert_eq!(clean("<svg><rect width='1'/></svg>"), expected);
    let foreign = format!(
        "<svg xmlns='{SVG}'><rect xmlns='urn:a'/><b:rect xmlns:b='{SVG}' width='1'/></svg>"
    );
    assert_eq!(clean(&foreign), expected);
}

#[test]
fn what_lacks_little_to_be_xml_is_cleaned_as_well() {
    let copied = "<svg><use xlink:href='#a'/><x:script/></svg>";
    assert_eq!(
        clean(copied),
        format!("{HEAD}><use xlink:href=\"#a\"/></svg>\n")
    );
    assert_eq!(
        clean("<svg><g><rect/>"),
        format!("{HEAD}><g><rect/></g></svg>\n")
    );
}

#[test]
fn refuses_what_is_no_svg() {
    for text in [
        "",
        "text",
        "<svg></g>",
        "</svg>",
        "<svg><a b=c></svg>",
        "<svg>\u{0}<",
        "<html><svg/></html>",
        "<svg a='1' a='2'/>",
        "<svg>&a;</svg>",
    ] {
        assert!(sanitize_svg(text.as_bytes()).is_err(), "{text}");
    }
    assert!(sanitize_svg(&b"<g>".repeat(100_000)).is_err());
}

#[test]
fn what_is_harmless_already_comes_out_as_it_is() {
    let plain = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\"><path d=\"M0 0h9\"/></svg>";
    assert_eq!(sanitize_svg(plain.as_bytes()).unwrap(), plain.as_bytes());
    let less = plain.replace("/></svg>", " onclick=\"f()\"/></svg>");
    let cleaned = String::from_utf8(sanitize_svg(less.as_bytes()).unwrap()).unwrap();
    assert!(
        cleaned.starts_with("<?xml") && !cleaned.contains("onclick"),
        "{cleaned}"
    );
}
