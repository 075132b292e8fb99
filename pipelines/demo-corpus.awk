# demo-corpus.awk: fills the templates with names. It uses only POSIX awk, because mawk has no more, and a random generator of
# its own, so that every awk writes the same corpus.

# MINSTD (Park and Miller, 1988): products stay below 2^53.
function below(n) { state = (state * 48271) % 2147483647; return int(state / 2147483647 * n) }
function chance(percent) { return below(100) < percent }
function pick(words,    list, n) { n = split(words, list, " "); return list[1 + below(n)] }
function capital(word) { return toupper(substr(word, 1, 1)) substr(word, 2) }

# One or two syllables to begin a name with: many more than the corpus has sentences.
function root(    name) {
    name = pick(ONSETS) pick(VOWELS)
    if (chance(55))
        name = name pick(MIDDLES) pick(VOWELS)
    return capital(name pick(CODAS))
}
# A quarter of the names have an ending that tells nothing about the type: only the context does.
function shaped(endings) { return root() (chance(25) ? pick(PLAIN_ENDINGS) : pick(endings)) }

function surname() { return shaped(SURNAME_ENDINGS) }
function given() { return chance(60) ? pick(GIVEN) : root() pick(GIVEN_ENDINGS) }
function place() { return shaped(PLACE_ENDINGS) }
function country() { return chance(15) ? pick("New North South East") " " root() "ia" : root() pick(COUNTRY_ENDINGS) }
function firm() { return shaped(FIRM_ENDINGS) }

function acronym(    i, n, name) {
    n = 3 + below(2)
    for (i = 0; i < n; i++)
        name = name substr("ABCDEFGHIKLMNOPRSTUVZ", 1 + below(21), 1)
    return name
}

function person(    d) {
    d = below(100)
    if (d < 58) return given() " " surname()
    if (d < 78) return surname()
    if (d < 86) return pick("A. B. C. D. E. F. G. H. J. K. L. M. N. P. R. S. T. V. W.") " " surname()
    if (d < 92) return given() " " pick("van de al von di") " " surname()
    return given() " " given() " " surname()
}

function location(    d) {
    d = below(100)
    if (d < 62) return place()
    if (d < 72) return pick("Port New San Upper North South Fort El") " " place()
    if (d < 80) return pick("Lake Mount Cape") " " place()
    if (d < 88) return place() " " pick("Bay Valley Island Hills Street Airport")
    return country()
}

function organisation(    d) {
    d = below(100)
    if (d < 26) return firm()
    if (d < 50) return firm() " " pick("Corp Ltd Inc Group Holdings Bank Airlines Motors Energy Foods Steel Insurance")
    if (d < 64) return acronym()
    if (d < 70) return surname() " and " pick("Sons Partners Company " surname())
    if (d < 78) return "University of " place()
    if (d < 84) return "Bank of " country()
    if (d < 90) return place() " " pick("University College Hospital Institute Museum")
    return pick("Ministry Institute Academy Department Council") " of " pick("Health Science Trade Justice Music Labour Energy")
}

function team(    d) {
    d = below(100)
    if (d < 45) return place()
    if (d < 80) return place() " " pick("United City Rovers Athletic Wanderers Town")
    return pick("FC Real Dynamo Inter Racing") " " place()
}

function event(    d) {
    d = below(100)
    if (d < 50) return place() " " pick("Cup Open Prize Games Festival Marathon Trophy")
    if (d < 75) return surname() " " pick("Prize Cup Medal Trophy")
    return pick("Grand World Winter Golden Silver") " " pick("Prix Cup Games Ball Prize Tour")  " of " place()
}

function work(    d) {
    d = below(100)
    if (d < 50) return "The " pick("Silent Red Last Broken Winter Hidden Long Empty") " " pick("River House Garden Letter Window Road Bridge Island")
    if (d < 75) return pick("Return Letters Songs Days Night Shadows") " " pick("of from") " " place()
    return root() pick("a o e us")
}

function make(slot) {
    if (slot == "PER") return person()
    if (slot == "SUR") return surname()
    if (slot == "ORG") return organisation()
    if (slot == "TEAM") return team()
    if (slot == "LOC") return location()
    if (slot == "COUNTRY") return country()
    if (slot == "NAT") return root() pick(NATION_ENDINGS)
    if (slot == "EVENT") return event()
    if (slot == "WORK") return work()
    die("no such slot: {" slot "}")
}

# Some names occur many times, as in a newspaper; most occur once.
function name_for(slot) {
    if (chance(in_training ? 30 : 9))
        return pool[slot, below(POOL)]
    return make(slot)
}

function plain(slot) {
    if (slot == "N") return chance(60) ? 1 + below(30) : 31 + below(900)
    if (slot == "YEAR") return 1890 + below(140)
    if (slot == "DAY") return pick("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
    if (slot == "MONTH") return pick("January February March April May June July August September October November December")
    return ""
}

function emit(token, tag) { print token, tag > file; tokens[split_name]++ }

function emit_entity(slot,    type, name, n, i, word) {
    if (slot == "NAME")
        slot = pick("PER ORG LOC EVENT")
    type = TYPE[slot]
    name = name_for(slot)
    entities[split_name]++
    if (in_training)
        seen[type, name] = 1
    else if (!((type, name) in seen))
        unseen[split_name]++
    n = split(name, word, " ")
    for (i = 1; i <= n; i++)
        emit(word[i], (i == 1 ? "B-" : "I-") type)
}

# "(a|b c|)" is a choice; a bracket before a blank is a token.
function choose(template,    list, n) {
    while (match(template, /[(][^ ()][^()]*[)]/)) {
        n = split(substr(template, RSTART + 1, RLENGTH - 2), list, "|")
        template = substr(template, 1, RSTART - 1) list[1 + below(n)] substr(template, RSTART + RLENGTH)
    }
    return template
}

function sentence(template,    word, n, i, slot, token) {
    n = split(choose(template), word, " ")
    for (i = 1; i <= n; i++) {
        if (word[i] !~ /^[{][A-Z]+[}]$/) {
            emit(word[i], "O")
            continue
        }
        slot = substr(word[i], 2, length(word[i]) - 2)
        token = plain(slot)
        if (token != "")
            emit(token, "O")
        else
            emit_entity(slot)
    }
    print "" > file
}

function write(name, n,    i, t) {
    split_name = name
    file = ENVIRON["out"] "/" name ".txt"
    in_training = name == "train"
    for (i = 0; i < n; i++) {
        do
            t = below(templates)
        while (in_training && t % 7 == 6)
        sentence(template[t])
    }
    close(file)
    printf "%-5s %5d sentences, %6d tokens, %5d entities", name, n, tokens[name], entities[name]
    if (!in_training)
        printf ", %.1f %% of them not in train.txt", 100 * unseen[name] / entities[name]
    printf "\n"
}

function die(message) { print "demo-corpus.awk: " message > "/dev/stderr"; failed = 1; exit 1 }

BEGIN {
    state = 1 + seed % 2147483646
    for (i = 0; i < 20; i++)
        below(2)
    ONSETS = "b br c ch d dr f fr g gr h j k kl l m n p pr r s sk sl st t tr v w z th sh kr bl gl fl v m t"
    VOWELS = "a e i o u a e i o ai ei ou ie y au"
    MIDDLES = "l r n m d t k s v b g ll rr nn st nd rt lm rk ns z"
    CODAS = "l r n m d t k s v rk lm nd rs lt st mb"
    PLAIN_ENDINGS = "a o e er in en el is an"
    SURNAME_ENDINGS = "sen son ov ova ski mann ez ini ard ley well berg ton ic enko"
    GIVEN_ENDINGS = "a o e in ina us el ie as an"
    PLACE_ENDINGS = "ton berg burg ville ford stad mouth grad dale field ham o ona"
    COUNTRY_ENDINGS = "ia ia land stan ania"
    FIRM_ENDINGS = "co tek tron ix com soft gen ex ics ana"
    NATION_ENDINGS = "ian ese ish i an"
    GIVEN = "Anna Maria Peter John Paul Elena Ivan Omar Lena Marco Julia Karl Nina Tomas Sara David Laura Erik Rosa Hugo " \
            "Alice Simon Clara Victor Martha Oscar Ida Leon Greta Adam Emma Jonas Vera Felix Irene Max Olga Bruno Judith Noah"
    POOL = 24
    n = split("PER=PER SUR=PER ORG=ORG TEAM=ORG LOC=LOC COUNTRY=LOC NAT=MISC EVENT=MISC WORK=MISC", pairs, " ")
    for (i = 1; i <= n; i++) {
        split(pairs[i], pair, "=")
        TYPE[pair[1]] = pair[2]
        for (k = 0; k < POOL; k++)
            pool[pair[1], k] = make(pair[1])
    }
}
/^#/ || NF == 0 { next }
{ template[templates++] = $0 }
END {
    if (failed)
        exit 1
    write("train", 4000)
    write("dev", 300)
    write("test", 400)
}
