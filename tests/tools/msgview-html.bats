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
    [[ $(article 1) == *'<b>LOC</b>&nbsp;<em>wrong type</em>'*'<h2>predicted</h2>'*'<b>ORG</b>&nbsp;<em>wrong type</em>'*'<b>PER</b>&nbsp;<em>spurious</em>'* ]]
    [[ $(article 2) == *'Peter Blackburn&nbsp;<b>PER</b>&nbsp;<em>boundary</em>'*'Peter&nbsp;<b>PER</b>&nbsp;<em>boundary</em>'* ]]
    [[ $(article 3) == '|<a href="#s3">3</a><p dir="auto">all right</p></article>' ]]
    for count in 'all <b>4' 'with entities <b>3' 'any error <b>3' 'wrong type <b>1' 'boundary <b>1' 'missed <b>1' 'spurious <b>1' \
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
    grep -q 'Peter Blackburn&nbsp;<b>PER</b></mark> <span class="k"><mark' "$tmp/gold.html"
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
    cmp <(sed 's/>corpus</>both.msg</' "$tmp/live.html") "$FILES/both.html"
}

# What a page promises whatever is on it: ids occur once, and every link leads to one.
whole() {
    grep -o ' id="[^"]*"' "$1" | sort | uniq -d > "$tmp/twice"
    [ ! -s "$tmp/twice" ] || { cat "$tmp/twice"; false; }
    grep -o ' href="#[^"]*"' "$1" | sed 's/ href="#\(.*\)"/\1/' | sort -u > "$tmp/links"
    grep -o ' id="[^"]*"' "$1" | sed 's/ id="\(.*\)"/\1/' | sort -u > "$tmp/ids"
    [ -z "$(comm -23 "$tmp/links" "$tmp/ids")" ] || { comm -23 "$tmp/links" "$tmp/ids"; false; }
}
# The text of the page's sentences, without the marks.
plain() { sed -n '/^<article/{s/^<article[^>]*><a[^>]*>[^<]*<\/a>//;s/&nbsp;<[bi]>[^<]*<\/[bi]>//g;s/<\/p>/|/g;s/<[^>]*>//g;s/&nbsp;/~/g;p}' "$1"; }

@test "a text without blanks between words is shown without them; others keep theirs" {
    printf '%s\n' '王小明 B-PER' '在 O' '北京大学 B-ORG' '学 O' 'Python O' '， O' '2019 O' '年 O' '。 O' '' '李 B-PER' '华 I-PER' '1 O' '9 O' '年 O' '。 O' '' \
        '서울 B-LOC' '은 O' '도시 O' '이다 O' '. O' '' 'สม B-PER' 'ไป O' '' 'We O' '東京 B-LOC' 'タワー I-LOC' 'saw O' '' 'ok O' '😀 O' '😀 O' > "$tmp/text"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/text" | msgview --html > "$tmp/page"
    plain "$tmp/page" > "$tmp/plain"
    printf '%s\n' '王小明在北京大学学Python，2019年。|' '李华19年。|' '서울 은 도시 이다~.|' 'สมไป|' 'We 東京タワー saw|' 'ok 😀 😀|' > "$tmp/expected"
    diff "$tmp/plain" "$tmp/expected"
    echo '{"text":"在 上海 。 New  York","label":[[2,4,"LOC"]]}' | json2msg | msgview --html > "$tmp/page"
    [ "$(plain "$tmp/page")" = '在 上海 。 New  York|' ]
}

@test "punctuation stays with its word: no line begins with a full stop or ends with an opening bracket" {
    printf '%s\n' 'He O' 'left O' '( O' 'Paris B-LOC' ') O' ', O' 'then O' 'Rome B-LOC' '. O' > "$tmp/text"
    conll2msg -c 1=tokens,2=ner_tags "$tmp/text" | msgview --html > "$tmp/page"
    grep -q 'He left <span class="k">( <mark class="t0">Paris&nbsp;<b>LOC</b></mark> ) ,</span> then <span class="k"><mark class="t0">Rome&nbsp;<b>LOC</b></mark> .</span></p>' "$tmp/page"
    printf '%s\n' 'It O' 'ended O' '. O' | conll2msg | msgview --html > "$tmp/page"
    grep -q 'It ended&nbsp;.</p>' "$tmp/page"
    echo '{"text":"(Paris), not U.S.-born.","label":[[1,6,"LOC"],[13,17,"LOC"]]}' | json2msg | msgview --html > "$tmp/page"
    grep -q '<span class="k">(<mark class="t0">Paris&nbsp;<b>LOC</b></mark>),</span> not <span class="k"><mark class="t0">U.S.&nbsp;<b>LOC</b></mark>-born.</span></p>' "$tmp/page"
}

@test "precision, recall, F1 and accuracy are those of seqeval, of each type too" {
    awk 'BEGIN { srand(1); split("O O O B-PER I-PER B-LOC I-LOC I-ORG", t, " ")
        for (i = 0; i < 3000; i++) print (i % 9 ? "w " t[1 + int(8 * rand())] " " t[1 + int(8 * rand())] : "") }' > "$tmp/random"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/random" > "$tmp/random.msg"
    scores() { sed -n "s/.*<p class=\"sum\">//;s/<[^>]*>//g;/^ *\(precision\|accuracy\) [0-9]/p" "$1" | tr -s ' '; }
    number() { sed -n "s/.*\"overall_$1\": \([0-9.]*\).*/\1/p"; }
    for stream in "$FILES/both.msg" "$tmp/random.msg"; do
        seqeval --json "$stream" > "$tmp/json"
        printf 'precision %.4f recall %.4f F1 %.4f accuracy %.4f\n' "$(number precision < "$tmp/json")" "$(number recall < "$tmp/json")" \
            "$(number f1 < "$tmp/json")" "$(number accuracy < "$tmp/json")" > "$tmp/expected"
        msgview --html "$stream" > "$tmp/page"
        diff <(scores "$tmp/page") "$tmp/expected"
        seqeval "$stream" | awk 'NF == 5 && $1 !~ /avg/ { print $1, $2, $3, $4, $5 }' > "$tmp/expected"
        sed -n 's/^<tr><th scope="row">//;s/<[^>]*>/ /gp' "$tmp/page" | awk 'NF == 7 && $1 != "all" && $2 ~ /^[0-9]+$/ { print $1, $5, $6, $7, $2 }' > "$tmp/types"
        diff "$tmp/types" "$tmp/expected"
        msgview --html --only errors "$stream" > "$tmp/page"
        diff <(scores "$tmp/page") <(printf 'precision %.4f recall %.4f F1 %.4f accuracy %.4f\n' "$(number precision < "$tmp/json")" \
            "$(number recall < "$tmp/json")" "$(number f1 < "$tmp/json")" "$(number accuracy < "$tmp/json")")
    done
    msgview --html --only errors "$FILES/both.msg" > "$tmp/page"
    grep -q '<p><b>4</b> sentences, of which <b>3</b> are on this page, <b>5</b> gold entities (<b>2</b> right, <b>1</b> wrong type' "$tmp/page"
}

@test "a page says so where seqeval reads other entities than it shows" {
    printf '%s\n' 'a B-X B-X' 'b L-X L-X' 'c B-X B-X' 'd L-X L-X' > "$tmp/bilou"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/bilou" > "$tmp/bilou.msg"
    seqeval "$tmp/bilou.msg" 2>/dev/null | awk '$1 == "X" { exit $5 != 1 }'
    msgview --html "$tmp/bilou.msg" | grep -q '^<p>These scores are of the entities that seqeval reads: <b>1</b> gold, <b>1</b> predicted, <b>1</b> right.</p>'
    run ! grep -q 'that seqeval reads' "$FILES/both.html"
}

@test "parts of speech are tags, not entities: accuracy, wrong tag, no other kinds of error" {
    printf '%s\n' 'EU NNP NNP' 'calls VBZ NNS' '' 'it PRP PRP' > "$tmp/pos"
    conll2msg -c 1=tokens,2=pos_tags,3=pred "$tmp/pos" | msgview --html -f pos_tags,pred > "$tmp/page"
    sed '/<style>/,/<\/style>/d;s/<[^>]*>//g' "$tmp/page" > "$tmp/words"
    run ! grep -qiE 'entit|type|boundary|missed|spurious|F1 [0-9]' "$tmp/words"
    grep -q '^accuracy 0.6667' "$tmp/words"
    grep -q '^wrong tag 1' "$tmp/words"
    grep -q '3 gold tags (2 right, 1 wrong tag), 3 predicted tags (2 right, 1 wrong tag)' "$tmp/words"
}

@test "of several fields with tags, the one that is shown is named" {
    printf '%s\n' 'New B-ORG B-LOC' 'York I-ORG I-LOC' 'Times I-ORG O' | conll2msg -c 1=tokens,2=ner_tags,3=nested_tags > "$tmp/nested.msg"
    msgview --html "$tmp/nested.msg" | grep -q '<b>1</b> gold entity of ner_tags</p>'
    msgview --html -f nested_tags "$tmp/nested.msg" | grep -q '<b>1</b> gold entity of nested_tags</p>'
    run ! grep -q ' of ner_tags' "$FILES/both.html"
}

@test "the next error is a link away, from the first to the last" {
    page=$FILES/both.html
    whole "$page"
    [ "$(grep -c '<a href="#e[2-4]">next error</a>' "$page")" -eq 3 ]
    for n in 1 2 3; do grep -A 1 "^<a class=\"j\" id=\"e$n\"></a>" "$page" | grep -q "^<article id=\"s$((n - 1))\".*<a href=\"#e$((n + 1))\">next"; done
    grep -q '^<p id="e4">No more errors. <a href="#e1">First error</a></p>' "$page"
    grep -q '^<a href="#e1">first error</a>' "$page"
    msgview --html --only errors -n 1 "$FILES/both.msg" > "$tmp/one"
    whole "$tmp/one"
    conll2msg -c 1=tokens,2=ner_tags "$FILES/corpus" | msgview --html > "$tmp/gold.html"
    run ! grep -q 'href="#e' "$tmp/gold.html"
}

@test "a long text is shown by paragraphs, with an index; each has gold beside predicted only where they differ" {
    { printf '{"text":"'; for i in $(seq 12); do printf 'Paris %d is far.\\n\\n' "$i"; done
      printf 'The end.","label":['; for i in $(seq 0 8); do printf '[%d,%d,"LOC"],' $((i * 17)) $((i * 17 + 5)); done; printf '[153,158,"LOC"]]}\n'; } > "$tmp/text.jsonl"
    json2msg "$tmp/text.jsonl" > "$tmp/gold.msg"
    msgview --html "$tmp/gold.msg" > "$tmp/page"
    whole "$tmp/page"
    [ "$(grep -o '<p dir="auto" id="s0.[0-9]*">' "$tmp/page" | wc -l)" -eq 13 ]
    grep -q '<summary>Index (13)</summary>' "$tmp/page"
    grep -q '^<li><a href="#s0.13">0.13</a><span>The end.</span></li>' "$tmp/page"
    run ! grep -qF '\n' "$tmp/page"
    # without paragraphs: at the end of a sentence, both sides alike
    seq 1 600 | awk '{ print "word O O"; print "Paris B-LOC", ($1 == 590 ? "O" : "B-LOC"); print ". O O" }' > "$tmp/long"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/long" | msgview --html > "$tmp/page"
    whole "$tmp/page"
    [ "$(grep -o '<h2>' "$tmp/page" | wc -l)" -eq 2 ]
    [ "$(grep -o '<p dir="auto"' "$tmp/page" | wc -l)" -gt 5 ]
    # several hundred sentences
    seq 1 350 | awk '{ print "Paris B-LOC B-LOC"; print "" }' > "$tmp/many"
    conll2msg -c 1=tokens,2=ner_tags,3=pred "$tmp/many" | msgview --html > "$tmp/page"
    grep -q '<summary>Index (4)</summary>' "$tmp/page"
    grep -q '^<li><a href="#s300">300</a><span>Paris</span></li>' "$tmp/page"
}

@test "--sort score: the least sure sentences first, and with -n only these" {
    {   echo '{"tokens":["a","b"],"pred":["O","B-X"],"score":[0.9,0.8]}'
        echo '{"tokens":["c","d"],"pred":["O","B-X"],"score":[0.2,null]}'
        echo '{"tokens":["e","f"],"pred":["O","B-X"],"score":[null,null]}'
        echo '{"tokens":["g","h"],"pred":["O","B-X"],"score":[0.9,0.5]}'; } | json2msg > "$tmp/scores.msg"
    ids() { msgview --html --sort score "$@" "$tmp/scores.msg" | sed -n 's/^<article id="s\([0-9]*\)".*/\1/p' | tr '\n' ' '; }
    [ "$(ids)" = '1 3 0 2 ' ]
    [ "$(ids -n 2)" = '1 3 ' ]
    msgview --html --sort score -n 2 "$tmp/scores.msg" | grep -q '<b>4</b> sentences, of which <b>2</b> are on this page, <b>4</b> pred'
    run -0 msgview --sort score -n 1 "$tmp/scores.msg"
    [ "${lines[0]}" = 'c d' ]
    run -1 msgview --html --sort score "$FILES/both.msg"
    [ "$output" = 'msgview: --sort score: the stream has no scores; run logit2tag or logit2span first' ]
    run -2 msgview --summary --sort score "$tmp/scores.msg"
}

@test "a word without a score does not hide the scores of the other words" {
    echo '{"tokens":["a","b","c"],"pred":["B-X","I-X","B-Y"],"score":[0.5,null,null]}' | json2msg | msgview --html > "$tmp/page"
    grep -q '>a b&nbsp;<b>X</b>&nbsp;<i>0.500</i></mark> <mark class="t1">c&nbsp;<b>Y</b></mark>' "$tmp/page"
}

@test "the title has the names of the files, also of those at the beginning of the pipe" {
    title() { sed -n 's/^<title>\(.*\)<\/title>/\1/p'; }
    [ "$(msgview --html "$FILES/both.msg" "$FILES/both.msg" | title)" = 'both.msg, both.msg' ]
    cp "$FILES/corpus" "$tmp/dev.txt"
    [ "$(conll2msg -c 1=tokens,2=ner_tags "$tmp/dev.txt" | msgview --html | title)" = dev.txt ]
    [ "$(conll2msg "$tmp/dev.txt" -c 1=tokens,2=ner_tags | msgview --html - | title)" = dev.txt ]
    [ "$(conll2msg -c 1=tokens,2=ner_tags < "$tmp/dev.txt" | msgview --html | title)" = tagpipe ]
    [ "$(msgview --html "$FILES"/{both,both,both,both,both}.msg | title)" = 'both.msg, both.msg, both.msg and 2 more' ]
}

@test "ids that occur twice, and the windows of a sentence, give a page with single anchors" {
    msgview --html "$FILES/both.msg" "$FILES/both.msg" > "$tmp/page"
    whole "$tmp/page"
    grep -q '<article id="s3_2" class="s"><a href="#s3_2">3</a>' "$tmp/page"
    mkdir "$tmp/model"
    printf '%s\n' '[PAD]' '[UNK]' '[CLS]' '[SEP]' '[MASK]' w > "$tmp/model/vocab.txt"
    seq 300 | sed 's/.*/w O/' | conll2msg | wptok -m "$tmp/model" -l 100 --overflow window | msgview --html > "$tmp/page"
    whole "$tmp/page"
    [ "$(grep -c '<article' "$tmp/page")" -eq 1 ]
}

@test "in a browser: up to 24 types have a look each; with more, all can be read" {
    need_browser
    seq 1 30 | awk '{ print "w B-T" $1 }' | conll2msg -c 1=tokens,2=ner_tags | msgview --html > "$tmp/page"
    look='const looks = [...document.querySelectorAll("mark")].map(e => { const s = getComputedStyle(e); return [s.backgroundColor, s.backgroundImage, s.boxShadow].join() });
        return [looks.length, new Set(looks).size].join()'
    run -0 in_browser "$tmp/page" "$look"
    [ "$output" = 30,25 ]
}

@test "in a browser: a box is never cut by a line's end, and no line is a full stop alone, in any width" {
    need_browser
    awk 'BEGIN { for (i = 0; i < 40; i++) print "word O\nNew B-LOC\nYork I-LOC\nCity I-LOC\n. O" }' | conll2msg -c 1=tokens,2=ner_tags | msgview --html > "$tmp/page"
    cut='const p = document.querySelector("article p"); let cut = 0, alone = 0, out = 0;
        for (let width = 260; width < 700; width += 7) {
            p.style.width = width + "px";
            const left = p.getBoundingClientRect().left;
            for (const m of p.querySelectorAll("mark")) { cut += m.getClientRects().length > 1; out += m.getBoundingClientRect().right > left + width + 1 }
            for (const k of p.querySelectorAll(".k")) { const r = document.createRange(); r.selectNodeContents(k.lastChild); const b = r.getBoundingClientRect(); alone += b.left <= left + 5 }
        } return [p.querySelectorAll(".k").length, cut, alone, out].join()'
    run -0 in_browser "$tmp/page" "$cut"
    [ "$output" = 40,0,0,0 ]
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
        const looks = document.querySelectorAll("h1, h2, #about p, #about b, summary, code, article p, article a, mark, mark b, mark em, legend, label span, label b, .key");
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
