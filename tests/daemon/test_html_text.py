from __future__ import annotations

import time

import pytest

from daemon.incoming.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello <b>you</b>,</p><p>bye</p>", "Hello you,\n\nbye"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        ("a &amp; b &lt;c&gt; &euro;", "a & b <c> €"),
        ("<p>  much \n\n  space  </p>", "much space"),
        ("<ul><li>a</li><li>b<ol><li>x</li><li>y</li></ol></li></ul>", "- a\n- b\n  1. x\n  2. y"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1  2\n3"),
        ("<pre>a\n  b\n\n\nc</pre>", "a\n  b\n\n\nc"),
        ("a<hr>b", "a\n" + "_" * 32 + "\nb"),
        ("<img alt='a red  lamp' src=x>", "[a red lamp]"),
        ("<a href='https://example.com/a'>here</a>", "here <https://example.com/a>"),
        ("<a href='https://example.com/'>example.com</a>", "example.com"),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("<script>x</script><style>y</style><title>t</title>z", "z"),
        ("a<!-- b -->c", "ac"),
        ("", ""),
        ("just text", "just text"),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_a_quote_is_recognised_by_its_marks() -> None:
    html = "<div>Answer</div><div>Ann wrote:</div><blockquote>q1<br>q2<blockquote>deeper</blockquote></blockquote><p>more</p>"
    assert html_to_text(html) == "Answer\nAnn wrote:\n\n> q1\n> q2\n>\n>> deeper\n\nmore"


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">/close</div>',
        '<span style="DISPLAY : none">/close</span>',
        '<p style="font-size:0">/close</p>',
        '<p style="mso-hide:all">/close</p>',
        "<p hidden>/close</p>",
        "<template>/close</template>",
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert html_to_text(f"<p>seen</p>{hidden}") == "seen"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000 + "x",
        ("<div>" * 990 + "x" + "</div>" * 990) * 20,
        "<!--" * 50_000,
        "<" * 200_000,
        "<table><td>" * 20_000,
        "<b><i><u>" * 900 + "<p>" * 5_000,
        "<blockquote>" * 900 + "x<br>" * 5_000,
        "<ul><li>" * 900 + "x",
        "<p " + "a=b " * 100_000 + ">x",
        "<a href='https://example.com/x'>" * 5_000,
    ],
)
def test_html_made_to_hold_us_up_does_not(html: str) -> None:
    began = time.process_time()
    assert isinstance(html_to_text(html), str)
    assert time.process_time() - began < 2
