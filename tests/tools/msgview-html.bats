# msgview --html: the page, and how a browser shows it.
load ../support/common

# Columns: word, gold, predicted. One sentence for each kind of error, and text that looks like HTML.
setup_file() {
    load ../support/common
    export FILES=$BATS_FILE_TMPDIR
    cat > "$FILES/corpus" <<'END'
<script>document.title='taken'</script> O O
EU B-ORG B-ORG
& B-MISC O

"Zürich" B-LOC B-ORG
'x' O B-PER
<b> O I-PER

Peter B-PER B-PER
Blackburn I-PER O
東京 B-LOC B-LOC
. O O

all O O
right O O
END
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$FILES/corpus" > "$FILES/both.msg"
    msgview --html "$FILES/both.msg" > "$FILES/both.html"
    BROWSER_FOUND=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
    export BROWSER_FOUND
}

browser() {
    timeout 300 "$BROWSER_FOUND" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-extensions \
        --user-data-dir="$BATS_TEST_TMPDIR/profile" --host-resolver-rules='MAP * ~NOTFOUND' "$@" 2> "$tmp/browser.err"
}
need_browser() { [ -n "$BROWSER_FOUND" ] || skip "needs Chromium (Debian: chromium)"; }
# in_browser PAGE SCRIPT [OPTION...]: prints the value of the script after the layout of the page. The policy of the page forbids
# scripts: the script runs in a copy without the policy.
in_browser() {
    { sed 's/<meta http-equiv[^>]*>//' "$1"
      printf "<script>const value = (() => { %s })(); document.documentElement.textContent = 'value:' + value;</script>" "$2"
    } > "$tmp/measured.html"
    browser "${@:3}" --dump-dom "file://$tmp/measured.html" | sed -n 's/.*value:\(.*\)<\/html>.*/\1/p'
}
shown='[...document.querySelectorAll("article")].filter(a => a.checkVisibility()).map(a => a.id).join(" ")'

@test "one file: no script, no link, no address, nothing to load" {
    page=$FILES/both.html
    [ "$(head -n 1 "$page")" = '<!DOCTYPE html>' ]
    [ "$(tail -n 1 "$page")" = '</html>' ]
    run ! grep -qiE '<script|<link|<img|<iframe|src=|url\(|@import|https?:|//[a-z]|javascript' <(sed 's/&lt;script//g' "$page")
    grep -q "Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\"" "$page"
    run ! grep -q 'href="[^#]' "$page"
}

@test "text from the corpus is escaped: <script> in a token stays text" {
    page=$FILES/both.html
    grep -q '&lt;script&gt;document.title=&#39;taken&#39;&lt;/script&gt; <mark' "$page"
    grep -q '<mark class="t0 ty">&quot;Zürich&quot;&nbsp;<b>LOC</b>' "$page"
    grep -q '<mark class="t1 mi">&amp;&nbsp;<b>MISC</b>' "$page"
    msgview --html --title '</title><b a="&">' "$FILES/both.msg" > "$tmp/title.html"
    [ "$(grep -c '<h1>&lt;/title&gt;&lt;b a=&quot;&amp;&quot;&gt;</h1>' "$tmp/title.html")" -eq 1 ]
    printf 'a\033[31m\u202eb B-<i>\n' > "$tmp/control"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/control" | msgview --html > "$tmp/control.html"
    grep -qF 'a\x1b[31m\u202eb&nbsp;<b>&lt;i&gt;</b>' "$tmp/control.html"
}

@test "gold beside predicted, each error by its name, counted; right sentences once" {
    page=$FILES/both.html
    article() { sed -n "s/^<article id=\"s$1\" class=\"s\([^\"]*\)\">/\1|/p" "$page"; }
    [[ $(article 0) == *'er1 mi mi1|'*'<h2>gold</h2>'*'<b>MISC</b>&nbsp;<em>missed</em>'*'<h2>predicted</h2>'* ]]
    [[ $(article 1) == *'<b>LOC</b>&nbsp;<em>type</em>'*'<h2>predicted</h2>'*'<b>ORG</b>&nbsp;<em>type</em>'*'<b>PER</b>&nbsp;<em>spurious</em>'* ]]
    [[ $(article 2) == *'Peter Blackburn&nbsp;<b>PER</b>&nbsp;<em>boundary</em>'*'Peter&nbsp;<b>PER</b>&nbsp;<em>boundary</em>'* ]]
    [[ $(article 3) == '|<a href="#s3">3</a><p dir="auto">all right</p></article>' ]]
    for count in 'all <b>4' 'with entities <b>3' 'any error <b>3' 'type <b>1' 'boundary <b>1' 'missed <b>1' 'spurious <b>1' \
                 'all <b>5' 'LOC <b>2' 'PER <b>1'; do
        grep -qF "<span>$count</b>" "$page"
    done
}

@test "--id, --grep, --only and -n select what is on the page" {
    ids() { msgview --html "$@" "$FILES/both.msg" | sed -n 's/^<article id="s\([0-9]*\)".*/\1/p' | tr '\n' ' '; }
    [ "$(ids)" = '0 1 2 3 ' ]
    [ "$(ids --only errors)" = '0 1 2 ' ]
    [ "$(ids --grep 'Peter|right')" = '2 3 ' ]
    [ "$(ids --id 1)" = '1 ' ]
    [ "$(ids -n 2)" = '0 1 ' ]
}

@test "only gold tags: there are no errors to select" {
    conll2msg -c 1=tokens,2=ner_tags "$FILES/corpus" | msgview --html > "$tmp/gold.html"
    run ! grep -qE 'any error|<em>|<h2>|class="key"' "$tmp/gold.html"
    grep -q 'Peter Blackburn&nbsp;<b>PER</b></mark> <mark' "$tmp/gold.html"
}

@test "tags that are not spans: each word has its own" {
    printf '%s\n' 'EU NNP' 'rejects VBZ' 'calls NNS' > "$tmp/pos"
    conll2msg -c 1=tokens,2=pos_tags "$tmp/pos" | msgview --html > "$tmp/pos.html"
    grep -qE '>EU&nbsp;<b>NNP</b></mark> <mark class="t[0-9]+">rejects&nbsp;<b>VBZ</b>' "$tmp/pos.html"
}

@test "all schemes give the same entities" {
    printf '%s\n' 'a B-X' 'b I-X' 'c O' 'd B-X' 'e B-Y' > "$tmp/tags"
    for scheme in iob1 iob2 ioe2 iobes bilou bmes; do
        conll2msg -c 1=tokens,2=ner_tags --from iob2 --scheme "$scheme" "$tmp/tags" | msgview --html | grep '^<article' > "$tmp/$scheme"
        [[ $(cat "$tmp/$scheme") == *'a b&nbsp;<b>X</b></mark> c <mark class="t0">d&nbsp;<b>X</b></mark> <mark class="t1">e&nbsp;<b>Y</b>'* ]]
    done
}

@test "logit2span's entities, in words and in raw text, with their scores, against gold tags too" {
    { printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence'
      printf '\x82\xa4text\xacJe suis \xc3\xa9mu\xa8entities\x91\x87\xacentity_group\xa1X\xa5score\xca\x3f\x7f\xbe\x77\xa4word\xa1e\xa5start\x08\xa3end\x0b'
      printf '\xaastart_byte\x08\xa8end_byte\x0c'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/text.msg"
    msgview --html "$tmp/text.msg" > "$tmp/text.html"
    grep -q '<p dir="auto">Je suis <mark class="t0">ému&nbsp;<b>X</b>&nbsp;<i>0.999</i></mark></p>' "$tmp/text.html"
    grep -q 'mark.t0,label.t0' "$tmp/text.html"
    { printf '\x83\xa9msgstream\x01\xa4kind\xa8sentence\xa6labels\x81\xa8ner_tags\x92\xa1O\xa3B-X'
      printf '\x83\xa6tokens\x92\xa1a\xa1b\xa8ner_tags\x92\x01\x00\xa8entities\x92'
      printf '\x84\xacentity_group\xa1X\xa5start\x00\xa3end\x01\xa5score\xca\x3f\x00\x00\x00'
      printf '\x84\xa6entity\xa3B-X\xa5start\x02\xa3end\x03\xa5score\xca\x3f\x00\x00\x00'
      printf '\x82\xa3end\xc3\xa7records\x01'; } > "$tmp/words.msg"
    msgview --html "$tmp/words.msg" > "$tmp/words.html"
    grep -q '<mark class="t0">a&nbsp;<b>X</b>&nbsp;<i>0.500</i></mark> <mark class="t0 in">b&nbsp;<b>X</b>&nbsp;<i>0.500</i>&nbsp;<em>spu' "$tmp/words.html"
    run -0 msgview --only errors "$tmp/words.msg"
    [ "${lines[0]}" = 'a   b' ]
}

@test "entities outside of the text, or inside one another, are errors" {
    entities() {
        printf '\x82\xa9msgstream\x01\xa4kind\xa8sentence\x82\xa4text\xa3abc\xa8entities\x92'
        printf '\x83\xa6entity\xa1X\xa5start\x00\xa3end\x02\x83\xa6entity\xa1X%b' "$1"
        printf '\x82\xa3end\xc3\xa7records\x01'
    }
    run -1 --separate-stderr msgview --html <(entities '\xa5start\x01\xa3end\x03')
    [ "$stderr" = 'msgview: record 1: entities[1] begins before the one before it ends' ]
    run -1 --separate-stderr msgview --html <(entities '\xa5other\x01\xa3end\x03')
    [ "$stderr" = 'msgview: record 1: entities[1] does not lie in the text: no start and end, start_byte and end_byte' ]
}

@test "a page from a broken stream is an error and has no end; batches have no page" {
    run -1 msgview --html <(head -c -8 "$FILES/both.msg")
    [[ $output != *'</html>'* ]]
    run -2 msgview --html --pieces "$FILES/both.msg"
    run -2 msgview --title x "$FILES/both.msg"
    { printf '\x82\xa9msgstream\x01\xa4kind\xa4step'; printf '\x82\xa3end\xc3\xa7records\x00'; } > "$tmp/step.msg"
    run -1 msgview --html "$tmp/step.msg"
    [[ $output == *"records of kind 'step', not 'sentence'"* ]]
}

@test "the page is written while the stream comes" {
    mkfifo "$tmp/pipe"
    msgview --html > "$tmp/live.html" < "$tmp/pipe" &
    exec 7> "$tmp/pipe"
    head -c -20 "$FILES/both.msg" >&7
    for _ in $(seq 50); do
        grep -q 'Blackburn' "$tmp/live.html" && break
        sleep 0.1
    done
    grep -q 'Blackburn' "$tmp/live.html"
    tail -c 20 "$FILES/both.msg" >&7
    exec 7>&-
    wait $!
    cmp <(sed 's/tagpipe/both.msg/' "$tmp/live.html") "$FILES/both.html"
}

@test "in a browser: the text is there, and none of it is executed" {
    need_browser
    browser --dump-dom "file://$FILES/both.html" > "$tmp/dom"
    grep -q '<title>both.msg</title>' "$tmp/dom"
    grep -q '&lt;script&gt;document.title=' "$tmp/dom"
    run ! grep -q '<script' "$tmp/dom"
    run -0 in_browser "$FILES/both.html" 'return document.querySelector("#s2 div p").innerText'
    [ "$output" = 'Peter Blackburn&nbsp;PER&nbsp;boundary 東京&nbsp;LOC .' ]
    run -0 in_browser "$FILES/both.html" 'return document.querySelectorAll("article script, article b:not(mark b)").length'
    [ "$output" = 0 ]
}

@test "in a browser: the panel is at the top, gold beside predicted, and on a narrow screen below" {
    need_browser
    places='const y = q => document.querySelector(q).getBoundingClientRect(), [g, p] = document.querySelectorAll("#s1 div");
        const a = g.getBoundingClientRect(), b = p.getBoundingClientRect();
        return [y("h1").bottom < y("#panel").top, y("#panel").bottom <= y("#s0").top, a.top === b.top, a.right < b.left, a.bottom <= b.top,
                document.documentElement.scrollWidth <= innerWidth].join()'
    run -0 in_browser "$FILES/both.html" "$places" --window-size=1200,800
    [ "$output" = true,true,true,true,false,true ]
    run -0 in_browser "$FILES/both.html" "$places" --window-size=600,800
    [ "$output" = true,true,false,false,true,true ]
}

@test "in a browser: filters by error and by type, together, and the number shown" {
    need_browser
    run -0 in_browser "$FILES/both.html" "const shown = () => $shown; const out = [shown()];
        for (const choice of ['en', 'er', 'ty', 'bo', 'mi', 'in', 'all', 't0', 't3', 'in', 'bo', 'ty', 'any', 'mi']) {
            document.getElementById(choice).click(); out.push(choice + '=' + shown()) }
        return out.join(',')"
    [ "$output" = 's0 s1 s2 s3,en=s0 s1 s2,er=s0 s1 s2,ty=s1,bo=s2,mi=s0,in=s1,all=s0 s1 s2 s3,t0=s1 s2,t3=s1 s2,in=s1,bo=s2,ty=,any=s1,mi=s0' ]
}

@test "in a browser: every text has a contrast of 4.5 or more, light and dark; types have their own colours" {
    need_browser
    # Colours as they are drawn: on a canvas, the background of the page, then of the card, then of the entity.
    # shellcheck disable=SC2016
    contrast='const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
        const rgb = e => { c.clearRect(0, 0, 1, 1); for (const x of e) { c.fillStyle = x; c.fillRect(0, 0, 1, 1) } return c.getImageData(0, 0, 1, 1).data };
        const light = d => [0, 1, 2].reduce((s, i) => { const v = d[i] / 255; return s + [.2126, .7152, .0722][i] * (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4) }, 0);
        let least = 99, n = 0;
        const looks = document.querySelectorAll("h1, h2, header p, article p, article a, mark, mark b, mark em, legend, label span, label b, .key");
        for (const e of looks) {
            const below = []; for (let p = e; p; p = p.parentElement) below.unshift(getComputedStyle(p).backgroundColor);
            const a = light(rgb(below)), b = light(rgb([...below, getComputedStyle(e).color]));
            least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)); n++ }
        const hues = new Set([...document.querySelectorAll("label[class] span")].map(e => rgb([getComputedStyle(e).backgroundColor]).join()));
        return [n > 50, least >= 4.5, hues.size, light(rgb([getComputedStyle(document.body).backgroundColor])) < .1, least.toFixed(2)].join()'
    run -0 in_browser "$FILES/both.html" "$contrast"
    [[ $output == true,true,4,false,* ]]
    run -0 in_browser "$FILES/both.html" "$contrast" --blink-settings=preferredColorScheme=0
    [[ $output == true,true,4,true,* ]]
}

@test "in a browser: screenshots, light and dark, kept in the build folder" {
    need_browser
    for scheme in light dark; do
        out=$BUILD/msgview-$scheme.png
        rm -f "$out"
        browser --window-size=1200,800 --blink-settings=preferredColorScheme=$([ $scheme = light ] && echo 1 || echo 0) \
            --screenshot="$out" "file://$FILES/both.html"
        [ "$(head -c 24 "$out" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452000004b000000320 ]
        [ "$(stat -c %s "$out")" -gt 20000 ]
    done
    run ! cmp -s "$BUILD/msgview-light.png" "$BUILD/msgview-dark.png"
}
